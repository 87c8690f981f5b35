internal import Octets
public import Resolver
public import Store
internal import Synchronization
public import World

/// The MTA-STS policies of domains: found, kept for as long as they say, and renewed before they end. RFC 8461 §3, §5.1.
///
/// 1. A policy that was found once holds until its age is over, whatever becomes of its record and its file meanwhile: one
///    who stands between cannot make it go away.
/// 2. When to ask for a newer edition, and when to fetch the file again, is what `StrictTransport.State` says.
/// 3. What is asked for one domain by many at once is asked once.
public final class STSPolicies: Sendable {
    /// Gets a file over HTTPS: the certificate holds for `host`, the answer is 200 and no redirect. RFC 8461 §3.3. It may
    /// stop at `StrictTransport.maximumCount` octets and one.
    public typealias Fetch = @Sendable (_ host: String, _ path: String) async throws -> [UInt8]

    /// How much to remember.
    public struct Limits: Hashable, Sendable {
        /// Domains that are kept in memory.
        public var remembered = 50_000

        /// The usual limits.
        public init() {}
    }

    /// What a domain wants.
    public struct Finding: Hashable, Sendable {
        /// Its policy; nil if it has none.
        public var policy: StrictTransport.Policy?
        /// Why there is none, or no newer one, if it should be there. RFC 8460 §4.3.
        public var problem: Problem?

        static let none = Finding()
    }

    /// Why a policy was not found that should be there.
    public enum Problem: String, Hashable, Sendable {
        /// The file could not be fetched.
        case fetch = "sts-policy-fetch-error"
        /// The file is no policy.
        case invalid = "sts-policy-invalid"
    }

    private struct Known: Sendable {
        var state = StrictTransport.State()
        var problem: Problem?
        /// When it was asked last, with an answer or without.
        var asked: Timestamp?
    }

    private struct Memory {
        var known: RecentCache<String, Known>
        var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let store: any RowStore
    private let names: any NameService
    private let fetch: Fetch
    private let world: World
    private let limits: Limits
    private let memory: Mutex<Memory>

    /// Policies kept in `store`, asked for at `names`, and got by `fetch`.
    public init(
        store: any RowStore,
        names: any NameService,
        world: World,
        limits: Limits = Limits(),
        fetch: @escaping Fetch
    ) {
        self.store = store
        self.names = names
        self.fetch = fetch
        self.world = world
        self.limits = limits
        memory = Mutex(Memory(known: RecentCache(limit: limits.remembered)))
    }

    /// The policy of a domain, as mail has it behind its `@`.
    ///
    /// - Throws: if the store fails: then it is not known whether there is a policy, and mail should wait.
    public func policy(of domain: String) async throws(StoreError) -> Finding {
        guard let ascii = InternationalDomain.ascii(domain)?.asciiLowercased, STSRow.isPossible(ascii) else {
            return .none
        }
        while true {
            if let known = fresh(ascii) { return finding(known) }
            if await begin(ascii) { break }
        }
        defer { end(ascii) }
        var known = try await self.known(ascii)
        await look(ascii, &known)
        return finding(known)
    }

    /// Renews the policies that are to be renewed, and forgets those that are over, of the next 100 domains. To be called
    /// through for all domains once a day: then no policy ends unnoticed.
    ///
    /// - Parameter domain: where to go on: what the call before returned.
    /// - Returns: where to go on; nil at the end.
    /// - Throws: what the store throws.
    public func renew(after domain: String? = nil) async throws(StoreError) -> String? {
        var range = KeyRange.all
        if let domain { range.lower = Array(domain.utf8) + [0] }
        let page = try await store.scan(STSRow.partition, range, limit: 100, order: .ascending)
        let now = world.now()
        var last: String?
        for index in 0..<page.count {
            let domain = String(decoding: page.key(index), as: UTF8.self)
            last = domain
            guard let row = STSRow(page.value(index)) else { continue }
            if StrictTransport.State(fetched: row.fetched).isEmpty(at: now) {
                try await forget(domain, row)
            } else {
                _ = try await policy(of: domain)
            }
        }
        return page.count == 100 || page.isCut ? last : nil
    }

    // MARK: Asking once

    private func fresh(_ domain: String) -> Known? {
        let now = world.now()
        return memory.withLock { memory in
            guard let known = memory.known.value(domain) else { return nil }
            // Names that cannot be asked at the moment are not asked for every message.
            let isAsked = known.asked.map { now.seconds - $0.seconds < 60 && $0 <= now } ?? false
            return isAsked || known.state.need(at: now) == .nothing ? known : nil
        }
    }

    /// Whether the caller is the one to ask; else returns when that one is done.
    private func begin(_ domain: String) async -> Bool {
        let isFirst = memory.withLock { memory in
            guard memory.waiting[domain] == nil else { return false }
            memory.waiting[domain] = []
            return true
        }
        if isFirst { return true }
        await withCheckedContinuation { continuation in
            let isOver = memory.withLock { memory in
                guard memory.waiting[domain] != nil else { return true }
                memory.waiting[domain]?.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
        return false
    }

    private func end(_ domain: String) {
        let waiting = memory.withLock { $0.waiting.removeValue(forKey: domain) ?? [] }
        for continuation in waiting { continuation.resume() }
    }

    // MARK: Steps

    private func known(_ domain: String) async throws(StoreError) -> Known {
        if let known = memory.withLock({ $0.known.value(domain) }) { return known }
        let value = try await store.read(STSRow.partition, [Array(domain.utf8)]).values[0]
        return Known(state: StrictTransport.State(fetched: value.flatMap { STSRow($0) }?.fetched))
    }

    /// Asks for the record, and for the file if that is wanted then. RFC 8461 §5.1.
    private func look(_ domain: String, _ known: inout Known) async {
        let now = world.now()
        if known.state.need(at: now) == .record,
            let texts = try? await names.text(of: StrictTransport.recordName(of: domain))
        {
            known.state.sawRecord(StrictTransport.Record(texts: texts), at: now)
            known.problem = nil
        }
        if case .policy(let id) = known.state.need(at: now) { await fetchPolicy(domain, id, &known) }
        // One who was cancelled has learnt nothing that others could use.
        guard !Task.isCancelled else { return }
        known.asked = now
        let found = known
        memory.withLock { $0.known.insert(found, for: domain) }
    }

    private func fetchPolicy(_ domain: String, _ id: String, _ known: inout Known) async {
        guard let file = try? await fetch(StrictTransport.host(of: domain), StrictTransport.path) else {
            known.problem = .fetch
            known.state.failed(id: id, at: world.now())
            return
        }
        guard let policy = try? StrictTransport.Policy(parsing: file.span) else {
            known.problem = .invalid
            known.state.failed(id: id, at: world.now())
            return
        }
        known.problem = nil
        known.state.fetched(policy, id: id, at: world.now())
        guard let fetched = known.state.fetched else { return }
        // If it cannot be kept it holds for now; the next process asks again.
        try? await commit([.put(Array(domain.utf8), STSRow(fetched: fetched).encoded)])
    }

    /// Removes a row, unless it is another one by now.
    private func forget(_ domain: String, _ row: STSRow) async throws(StoreError) {
        let key = Array(domain.utf8)
        let values = try await store.read(STSRow.partition, [key])
        guard values.values[0].flatMap({ STSRow($0) }) == row else { return }
        do throws(StoreError) {
            try await commit([.delete(key)], expecting: values.version)
        } catch {
            // Somebody else was quicker; the next time will do.
            guard case .conflict = error else { throw error }
        }
    }

    private func commit(_ writes: [Write], expecting version: Version? = nil) async throws(StoreError) {
        let operation = OperationID(high: world.random(), low: world.random())
        _ = try await store.commit(STSRow.partition, expecting: version, writes, operation: operation)
    }

    private func finding(_ known: Known) -> Finding {
        let policy = known.state.policy(at: world.now())
        return Finding(policy: policy?.mode == StrictTransport.Policy.Mode.none ? nil : policy, problem: known.problem)
    }
}
