internal import Cryptography
internal import MIME
internal import Octets
public import Store
internal import Synchronization
public import World

/// Remembers which reports were sent, and keeps those that others sent. RFC 8460.
public final class TLSReportStore: Sendable {
    /// Why a report is not kept.
    public enum Refusal: Error, Hashable, Sendable {
        /// It is about no domain of ours.
        case unrelated
        /// It is about no day of the last two weeks.
        case old
        /// There are too many of that day.
        case tooMany
        /// It is too large, even without its details.
        case tooLarge
    }

    /// Octets of a report as it is kept.
    private static let octetLimit = 64 << 10
    /// Reports that are taken on a day.
    private static let dailyLimit = 5000
    /// Days after which a report is no news.
    private static let days = 14

    private let store: any RowStore
    private let world: World
    private let taken = Mutex((day: 0, count: 0))

    static let partition = Partition("tls-reports")

    /// Reports kept in `store`.
    public init(store: any RowStore, world: World) {
        self.store = store
        self.world = world
    }

    /// Days since 1970-01-01, in UTC.
    public var today: Int { Int(world.now().seconds / 86_400) }

    // MARK: Ours

    /// Whether the report about a day to a domain was sent, or is not wanted.
    public func isDone(_ domain: String, _ day: Int) async throws(StoreError) -> Bool {
        try await store.read(Self.partition, [Self.sentKey(domain, day)]).values[0] != nil
    }

    /// Remembers that it was.
    public func markDone(_ domain: String, _ day: Int) async throws(StoreError) {
        try await commit([.put(Self.sentKey(domain, day), [1])])
    }

    // MARK: Others'

    /// Keeps a report, of it what is about domains of ours. The same again takes the place of the one before.
    ///
    /// - Parameters:
    ///   - report: as it was read.
    ///   - isOurs: whether a domain, or the name of a server, is ours.
    /// - Throws: `Refusal`, or what the store throws.
    public func keep(_ report: TLSReport, isOurs: (String) async -> Bool) async throws {
        var kept = report
        kept.policies = []
        var known: [String: Bool] = [:]
        for policy in report.policies.prefix(100) {
            if known[policy.domain] == nil { known[policy.domain] = await isOurs(policy.domain) }
            if known[policy.domain] == true { kept.policies.append(policy) }
        }
        guard !kept.policies.isEmpty else { throw Refusal.unrelated }
        guard let end = DateTime(mailDate: Array(report.end.utf8).span)?.secondsSince1970 else { throw Refusal.old }
        let day = Int(end / 86_400)
        guard day <= today + 1, day > today - Self.days else { throw Refusal.old }
        var octets = JSONWriter.octets(of: kept)
        if octets.count > Self.octetLimit {
            for index in kept.policies.indices {
                (kept.policies[index].details, kept.policies[index].strings) = ([], [])
                kept.policies[index].hosts = []
            }
            octets = JSONWriter.octets(of: kept)
            guard octets.count <= Self.octetLimit else { throw Refusal.tooLarge }
        }
        let hasRoom = taken.withLock { [today] taken in
            if taken.day != today { taken = (today, 0) }
            taken.count += 1
            return taken.count <= Self.dailyLimit
        }
        guard hasRoom else { throw Refusal.tooMany }
        let name = try SHA256.hash(Array("\(report.organization)\0\(report.id)".utf8)).prefix(16)
        try await commit([.put(Self.key("r", day) + name, octets)])
    }

    /// What others told about the days from `first` to `last`, in the order of days; 10,000 reports at most.
    public func received(from first: Int, through last: Int) async throws(StoreError) -> [TLSReport] {
        var range = KeyRange(from: Self.key("r", first), upTo: Self.key("r", last + 1))
        var reports: [TLSReport] = []
        while reports.count < 10_000 {
            let page = try await store.scan(Self.partition, range, limit: 500, order: .ascending)
            reports += (0..<page.count).compactMap { TLSReport(file: page.value($0)) }
            guard page.count == 500 || page.isCut, page.count > 0 else { break }
            range.lower = page.key(page.count - 1) + [0]
        }
        return reports
    }

    /// Removes what is older than `day`, at most 1,000 rows of both for each call.
    ///
    /// - Returns: whether there is more to remove.
    public func removeDays(before day: Int) async throws(StoreError) -> Bool {
        var hasMore = false
        for kind in ["r", "s"] {
            let range = KeyRange(from: Self.key(kind, 0), upTo: Self.key(kind, day))
            let page = try await store.scan(Self.partition, range, limit: 1000, order: .ascending)
            if !page.isEmpty { try await commit((0..<page.count).map { .delete(page.key($0)) }) }
            hasMore = hasMore || page.count == 1000 || page.isCut
        }
        return hasMore
    }

    // MARK: Rows

    /// The day in five digits, so that keys are in the order of days.
    private static func key(_ kind: String, _ day: Int) -> RowKey {
        let digits = String(min(max(day, 0), 99_999))
        return Array((kind + String(repeating: "0", count: 5 - digits.utf8.count) + digits).utf8)
    }

    private static func sentKey(_ domain: String, _ day: Int) -> RowKey { key("s", day) + Array(domain.utf8) }

    private func commit(_ writes: [Write]) async throws(StoreError) {
        let operation = OperationID(high: world.random(), low: world.random())
        _ = try await store.commit(Self.partition, expecting: nil, writes, operation: operation)
    }
}
