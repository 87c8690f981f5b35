internal import Cryptography
internal import Octets
public import Returns
public import Store
internal import Synchronization
public import World

/// Counts how TLS went with each domain, by day, for the reports about it. RFC 8460 §4.
public final class TLSResults: Sendable {
    /// How a connection went.
    public enum Result: Hashable, Sendable {
        /// It held to the policy.
        case success
        /// It did not.
        ///
        /// - Parameters:
        ///   - type: a result type of RFC 8460 §4.3, as `certificate-expired`.
        ///   - reason: more of it; empty for nothing.
        case failure(type: String, reason: String = "")
    }

    private let counters: DailyCounters
    private let store: any RowStore
    private let world: World
    /// Policies whose text is known to be in the store, by day and name.
    private let written: Mutex<RecentCache<String, Bool>>

    static let partition = Partition("tls-policies")

    /// Results kept in `store`.
    ///
    /// - Parameters:
    ///   - counters: of the table `tls`; who owns them flushes them now and then.
    ///   - store: where the texts of policies are kept.
    ///   - world: the clocks.
    public init(counters: DailyCounters, store: any RowStore, world: World) {
        self.counters = counters
        self.store = store
        self.world = world
        written = Mutex(RecentCache(limit: 10_000))
    }

    /// Counts a connection.
    ///
    /// - Parameters:
    ///   - result: how it went.
    ///   - policy: `TransportPolicy.Decision.policy`.
    ///   - host: the server.
    ///   - address: its address.
    ///   - source: the address that it was sent from.
    /// - Throws: if the policy's text could not be kept; the connection is not counted then.
    public func record(
        _ result: Result,
        of policy: AppliedPolicy,
        host: String,
        address: String,
        from source: String
    ) async throws(StoreError) {
        let row = PolicyRow(policy)
        try await keep(row)
        var name = "\(policy.reportDomain)\t\(row.name)\t"
        switch result {
        case .success: name += "ok"
        case .failure(let type, let reason):
            let parts = [type, host, address, source, String(Self.clean(reason).prefix(60))]
            name += parts.map { Self.clean($0) }.joined(separator: "\t")
        }
        counters.add(name)
    }

    private static func clean(_ text: String) -> String {
        String(
            decoding: text.utf8.prefix(253).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self
        )
    }

    private func keep(_ row: PolicyRow) async throws(StoreError) {
        let key = row.key(day: counters.today)
        let name = String(decoding: key, as: UTF8.self)
        guard written.withLock({ $0.value(name) }) == nil else { return }
        let operation = OperationID(high: world.random(), low: world.random())
        _ = try await store.commit(Self.partition, expecting: nil, [.put(key, row.encoded)], operation: operation)
        written.withLock { $0.insert(true, for: name) }
    }

    // MARK: Reports

    /// The domains with results of a day, in their order.
    public func domains(on day: Int) async throws(StoreError) -> [String] {
        let names = try await counters.totals(from: day, through: day)[day] ?? [:]
        return Set(names.keys.map { String($0.prefix { $0 != "\t" }) }).subtracting([DailyCounters.overflow]).sorted()
    }

    /// How it went with a domain on a day; empty if nothing was counted. The first 1,000 ways of each policy to fail.
    public func policies(of domain: String, on day: Int) async throws(StoreError) -> [TLSReport.Policy] {
        let names = try await counters.totals(from: day, through: day, prefix: "\(domain)\t")[day] ?? [:]
        var policies: [String: TLSReport.Policy] = [:]
        for (name, count) in names.sorted(by: { $0.key < $1.key }) {
            let fields = name.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 3 else { continue }
            if policies[fields[1]] == nil { policies[fields[1]] = try await policy(fields[1], of: domain, on: day) }
            if fields[2] == "ok" {
                policies[fields[1]]?.successes &+= count
            } else {
                policies[fields[1]]?.failures &+= count
                guard fields.count == 7, (policies[fields[1]]?.details.count ?? 0) < 1000 else { continue }
                policies[fields[1]]?.details.append(
                    TLSReport.Failure(
                        type: fields[2],
                        sendingAddress: fields[5],
                        receivingHost: fields[3],
                        receivingAddress: fields[4],
                        count: count,
                        reason: fields[6]
                    )
                )
            }
        }
        return policies.sorted { $0.key < $1.key }.map(\.value)
    }

    private func policy(_ name: String, of domain: String, on day: Int) async throws(StoreError) -> TLSReport.Policy {
        let key = PolicyRow.key(name: name, day: day)
        guard let value = try await store.read(Self.partition, [key]).values[0], let row = PolicyRow(value) else {
            return TLSReport.Policy(type: AppliedPolicy.Kind.none.rawValue, domain: domain)
        }
        let policy = row.policy
        return TLSReport.Policy(
            type: policy.kind.rawValue,
            strings: policy.strings,
            domain: policy.domain,
            hosts: policy.hosts
        )
    }

    /// Removes what is older than `day`, at most 1,000 texts for each call.
    ///
    /// - Parameter day: the first day that stays.
    /// - Returns: whether there is more to remove.
    /// - Throws: what the store throws.
    public func removeDays(before day: Int) async throws(StoreError) -> Bool {
        let range = KeyRange(from: [], upTo: PolicyRow.key(name: "", day: day))
        let page = try await store.scan(Self.partition, range, limit: 1000, order: .ascending)
        if !page.isEmpty {
            let operation = OperationID(high: world.random(), low: world.random())
            let writes = (0..<page.count).map { Write.delete(page.key($0)) }
            _ = try await store.commit(Self.partition, expecting: nil, writes, operation: operation)
        }
        let hasMore = try await counters.removeDays(before: day)
        return hasMore || page.count == 1000 || page.isCut
    }
}

/// A policy's text under its day and its name, which is made of the text.
private struct PolicyRow {
    var policy: AppliedPolicy
    var name: String

    init(_ policy: AppliedPolicy) {
        self.policy = policy
        let hash = (try? SHA256.hash(Self.encode(policy))) ?? []
        name = policy.kind.rawValue + "-" + hash.prefix(8).map { String($0, radix: 16) }.joined(separator: ".")
    }

    init?(_ value: [UInt8]) {
        let fields = String(decoding: value, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        guard fields.count >= 4, let kind = AppliedPolicy.Kind(rawValue: fields[0]), let count = Int(fields[3]),
            count >= 0, count <= fields.count - 4
        else { return nil }
        self.init(
            AppliedPolicy(
                kind: kind,
                strings: Array(fields[4..<(4 + count)]),
                domain: fields[1],
                hosts: Array(fields[(4 + count)...]),
                reportDomain: fields[2]
            )
        )
    }

    var encoded: [UInt8] { Self.encode(policy) }

    private static func encode(_ policy: AppliedPolicy) -> [UInt8] {
        let lines =
            [policy.kind.rawValue, policy.domain, policy.reportDomain, "\(policy.strings.count)"] + policy.strings
            + policy.hosts
        return Array(lines.map { $0.replacing("\n", with: " ") }.joined(separator: "\n").utf8)
    }

    func key(day: Int) -> RowKey { Self.key(name: name, day: day) }

    /// The day in five digits, so that keys are in the order of days.
    static func key(name: String, day: Int) -> RowKey {
        let digits = String(min(max(day, 0), 99_999))
        return Array((String(repeating: "0", count: 5 - digits.utf8.count) + digits + name).utf8)
    }
}
