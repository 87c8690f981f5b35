public import Directory
internal import Octets
public import Store
internal import Synchronization
public import World

/// Addresses that are not written to: they bounced for good, their owners complained, or somebody said so.
///
/// Each sending account and each sending domain has a list of its own, and the service has one for all. A check is one read of
/// the store for any number of recipients, or none if it was asked lately. What is added or removed holds when the call
/// returns, and survives a crash; another process hears of it after `Limits.lifetime`.
public final class SuppressionList: Sendable {
    /// What may be remembered.
    public struct Limits: Hashable, Sendable {
        /// Addresses whose answers are kept in memory.
        public var remembered = 100_000
        /// How long an answer is kept.
        public var lifetime = Duration.seconds(60)

        /// The usual limits.
        public init() {}
    }

    /// Whose list it is.
    public enum Scope: Hashable, Sendable {
        /// Of all senders.
        case service
        /// Of all who send from that domain.
        case domain(String)
        /// Of that account.
        case account(UInt64)
    }

    /// Who sends.
    public struct Sender: Hashable, Sendable {
        /// The account, if the sender has one.
        public var account: UInt64?
        /// The domain of the reverse-path or of From.
        public var domain: String?

        /// A sender of those.
        public init(account: UInt64? = nil, domain: String? = nil) {
            self.account = account
            self.domain = domain?.asciiLowercased
        }

        /// The lists that count for the sender.
        var scopes: [Scope] {
            [.service] + (domain.map { [.domain($0)] } ?? []) + (account.map { [.account($0)] } ?? [])
        }
    }

    private struct Answer { var entry: Entry?, expires: Instant }
    private struct Memory {
        /// By address, so that a change forgets that one only. Of an address, those of a few senders are kept.
        var answers: RecentCache<MailAddress, [Sender: Answer]>
        /// Grows with each change, so that what was read before one is not remembered after it.
        var generation = 0
    }

    private let store: any RowStore
    private let world: World
    private let limits: Limits
    private let memory: Mutex<Memory>

    /// The lists in `store`.
    public init(store: any RowStore, world: World, limits: Limits = Limits()) {
        self.store = store
        self.world = world
        self.limits = limits
        memory = Mutex(Memory(answers: RecentCache(limit: limits.remembered)))
    }

    // MARK: Asking

    /// Why nothing should be sent to `address`; nil if it may be.
    public func entry(for address: MailAddress, from sender: Sender) async throws(StoreError) -> Entry? {
        try await entries(for: [address], from: sender)[address]
    }

    /// The same for all of `addresses`: those that may be written to are not in the answer.
    public func entries(
        for addresses: [MailAddress],
        from sender: Sender
    ) async throws(StoreError) -> [MailAddress: Entry] {
        var found: [MailAddress: Entry] = [:]
        var unknown: [MailAddress] = []
        let uptime = world.uptime()
        let generation = memory.withLock { memory in
            for address in addresses where SuppressionRows.isPossible(address) {
                if let answer = memory.answers.value(address)?[sender], answer.expires > uptime {
                    found[address] = answer.entry
                } else {
                    unknown.append(address)
                }
            }
            return memory.generation
        }
        var start = 0
        while start < unknown.count {
            let batch = Array(unknown[start..<min(start + Self.batch, unknown.count)])
            start += batch.count
            for (address, entry) in zip(batch, try await read(batch, sender)) {
                if let entry { found[address] = entry }
                let answer = Answer(entry: entry, expires: uptime + limits.lifetime)
                memory.withLock { memory in
                    guard memory.generation == generation else { return }
                    var answers = memory.answers.value(address) ?? [:]
                    if answers.count >= Self.sendersPerAddress { answers = [:] }
                    answers[sender] = answer
                    memory.answers.insert(answers, for: address)
                }
            }
        }
        let now = world.now()
        return found.filter { $0.value.isValid(at: now) }
    }

    /// Addresses whose rows are read at once.
    private static let batch = 200
    /// Senders whose answers about one address are kept.
    private static let sendersPerAddress = 16

    /// For each address the entry that lasts longest.
    private func read(_ addresses: [MailAddress], _ sender: Sender) async throws(StoreError) -> [Entry?] {
        var keys: [RowKey] = []
        var meanings: [(address: MailAddress, scope: Scope, kind: Entry.Kind)] = []
        for address in addresses {
            for scope in sender.scopes {
                for kind in Entry.Kind.allCases {
                    keys.append(SuppressionRows.key(scope, address, kind))
                    meanings.append((address, scope, kind))
                }
            }
        }
        let values = try await store.read(SuppressionRows.partition, keys).values
        let now = world.now()
        let count = sender.scopes.count * Entry.Kind.allCases.count
        var found = [Entry?](repeating: nil, count: addresses.count)
        for (index, value) in values.enumerated() {
            guard let value else { continue }
            let meaning = meanings[index]
            let entry = try SuppressionRows.decode(value, meaning.address, meaning.scope, meaning.kind)
            guard entry.isValid(at: now) else { continue }
            if found[index / count].map({ $0.lasts(shorterThan: entry) }) ?? true { found[index / count] = entry }
        }
        return found
    }

    // MARK: Changing

    /// Adds an entry, or replaces the one of the same address, scope and kind. An address that no row can name is left out.
    public func add(_ entry: Entry) async throws(StoreError) { try await add([entry]) }

    /// Adds entries in one commit, at most 10,000.
    public func add(_ entries: [Entry]) async throws(StoreError) {
        let writes = entries.prefix(10_000).filter { SuppressionRows.isPossible($0.address) }.map { entry in
            Write.put(SuppressionRows.key(entry.scope, entry.address, entry.kind), SuppressionRows.encode(entry))
        }
        try await commit(writes, of: entries.map(\.address))
    }

    /// Removes all entries of an address from one list, so that it may be written to again.
    public func remove(_ address: MailAddress, from scope: Scope) async throws(StoreError) {
        guard SuppressionRows.isPossible(address) else { return }
        try await commit(Entry.Kind.allCases.map { .delete(SuppressionRows.key(scope, address, $0)) }, of: [address])
    }

    /// At most `limit` entries of a list, in the order of domains and local parts, those behind `entry` if it is given.
    /// What has run out but is not swept yet is among them.
    public func list(_ scope: Scope, after entry: Entry? = nil, limit: Int) async throws(StoreError) -> [Entry] {
        var range = KeyRange(prefix: SuppressionRows.prefix(scope))
        if let entry { range.lower = SuppressionRows.key(scope, entry.address, entry.kind) + [0] }
        let page = try await store.scan(
            SuppressionRows.partition,
            range,
            limit: max(1, min(limit, 10_000)),
            order: .ascending
        )
        var entries: [Entry] = []
        for index in 0..<page.count {
            entries.append(try SuppressionRows.decode(key: page.key(index), page.value(index), scope))
        }
        return entries
    }

    /// Removes what has run out, of all lists, at most about 1,000 rows for each call.
    ///
    /// A row that is put anew meanwhile must not go with the old one: if somebody else commits between, it is done again,
    /// and after a few times left to the next sweep.
    ///
    /// - Parameter position: where to go on: what the call before returned.
    /// - Returns: where to go on; nil at the end.
    /// - Throws: what the store throws.
    public func sweep(from position: RowKey = []) async throws(StoreError) -> RowKey? {
        let range = KeyRange(from: position, upTo: nil)
        var next: RowKey?
        for _ in 0..<5 {
            let page = try await store.scan(SuppressionRows.partition, range, limit: 1000, order: .ascending)
            let isEnd = page.isEmpty || page.count < 1000 && !page.isCut
            next = isEnd ? nil : page.key(page.count - 1) + [0]
            let now = world.now()
            var writes: [Write] = []
            for index in 0..<page.count where SuppressionRows.isExpired(page.value(index), at: now) {
                writes.append(.delete(page.key(index)))
            }
            guard !writes.isEmpty else { break }
            do throws(StoreError) {
                try await store.commitSurely(SuppressionRows.partition, expecting: page.version, writes, world)
                break
            } catch {
                guard case .conflict = error else { throw error }
            }
        }
        return next
    }

    private func commit(_ writes: [Write], of addresses: [MailAddress]) async throws(StoreError) {
        guard !writes.isEmpty else { return }
        defer {
            memory.withLock { memory in
                memory.generation += 1
                for address in addresses { memory.answers.remove(address) }
            }
        }
        try await store.commitSurely(SuppressionRows.partition, writes, world)
    }
}

extension RowStore {
    /// Commits `writes`; without a version to expect, in any order with those of others. A commit of which the engine does not know
    /// what became is repeated by the same name, once.
    func commitSurely(
        _ partition: Partition,
        expecting version: Version? = nil,
        _ writes: [Write],
        _ world: World
    ) async throws(StoreError) {
        let operation = OperationID(high: world.random(), low: world.random())
        do {
            _ = try await commit(partition, expecting: version, writes, operation: operation)
        } catch {
            guard case .unknown = error else { throw error }
            _ = try await commit(partition, expecting: version, writes, operation: operation)
        }
    }
}
