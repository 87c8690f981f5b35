internal import Octets
public import Store
internal import Synchronization
public import World

/// Counters of a day, in UTC: counted in memory, written now and then, added up over all processes.
///
/// Each process writes its own rows and no other's, the whole number each time, so that no commit conflicts and one that is
/// repeated changes nothing. A process that starts goes on from its rows. What was not written when a process dies is lost:
/// `flush` before what must not be.
public final class DailyCounters: Sendable {
    private struct Name: Hashable { var day: Int, name: String }
    private struct State {
        /// What this process has counted, all of it.
        var own: [Name: Int] = [:]
        var changed: Set<Name> = []
        /// What the other processes had when it was last read, by day.
        var others: [Int: [String: Int]] = [:]
        /// When that was.
        var read: [Int: Instant] = [:]
        /// Days of which the own rows are known.
        var loaded: Set<Int> = []
        var isWriting = false
        /// Those who wait until the one who writes is done.
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let store: any RowStore
    private let world: World
    private let partition: Partition
    private let node: String
    private let state = Mutex(State())

    /// Names that are counted at a time; what more there are of a day is counted as `overflow`.
    public static let nameLimit = 50_000
    /// The name that stands for those beyond the limit.
    public static let overflow = "~"

    /// The counters named `table`, as far as this process counts them.
    ///
    /// - Parameters:
    ///   - store: where they are kept.
    ///   - table: 1 to 50 octets, the same in all processes.
    ///   - node: the name of this process, which no other has at the same time, and which it has again when it is started
    ///     again; 1 to 100 octets.
    ///   - world: the clocks.
    public init(store: any RowStore, table: String, node: String, world: World) {
        precondition((1...100).contains(node.utf8.count) && !node.utf8.contains(0), "a node's name has 1 to 100 octets")
        self.store = store
        self.world = world
        partition = Partition("counters/\(table)")
        self.node = node
    }

    /// Today.
    public var today: Int { world.now().day }

    /// Counts `amount` of `name`, today. Names have at most 300 octets and no NUL; else they are the overflow.
    public func add(_ name: String, _ amount: Int = 1) { add(name, amount, day: today) }

    /// The same of another day, one of the last two or one that was read: else it would begin anew.
    func add(_ name: String, _ amount: Int, day: Int) {
        let isName = name.utf8.count <= 300 && !name.utf8.contains(0)
        state.withLock { state in
            var key = Name(day: day, name: isName ? name : Self.overflow)
            if state.own[key] == nil, state.own.count >= Self.nameLimit { key.name = Self.overflow }
            let (sum, overflows) = (state.own[key] ?? 0).addingReportingOverflow(amount)
            state.own[key] = overflows ? .max : sum
            state.changed.insert(key)
        }
    }

    /// Writes what has changed: all that was counted before the call is durable when it returns. The first time it reads
    /// what this process had counted today before it was started.
    public func flush() async throws(StoreError) {
        while await !begin() {}
        defer { end() }
        for day in state.withLock({ state in Set(state.changed.map(\.day)).subtracting(state.loaded) }) {
            try await load(day)
        }
        // What is counted meanwhile is for the next call: else this one might never end.
        let names = state.withLock { Array($0.changed) }
        for start in stride(from: 0, to: names.count, by: 5000) {
            let batch = names[start..<min(start + 5000, names.count)]
            let writes = state.withLock { state in
                state.changed.subtract(batch)
                return batch.map { Write.put(key($0), Array("\(state.own[$0] ?? 0)".utf8)) }
            }
            do throws(StoreError) {
                try await store.commitSurely(partition, writes, world)
            } catch {
                state.withLock { $0.changed.formUnion(batch) }
                throw error
            }
        }
        forget()
    }

    /// Whether it is the caller's turn to write; else returns when the one who writes is done. Two at a time could write an
    /// older number over a newer one.
    private func begin() async -> Bool {
        let isFree = state.withLock { state in
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if isFree { return true }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isWriting { state.waiting.append(continuation) }
                return !state.isWriting
            }
            if isOver { continuation.resume() }
        }
        return false
    }

    private func end() {
        let waiting = state.withLock { state in
            defer { (state.isWriting, state.waiting) = (false, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// The number of `name` today: of this process as it is now, of others as it was at most `age` ago.
    public func value(_ name: String, age: Duration = .seconds(30)) async throws(StoreError) -> Int {
        let day = today
        let uptime = world.uptime()
        let isFresh = state.withLock { state in state.read[day].map { uptime - $0 <= age } ?? false }
        if !isFresh { try await load(day) }
        return state.withLock { ($0.own[Name(day: day, name: name)] ?? 0) &+ ($0.others[day]?[name] ?? 0) }
    }

    /// All counters of the days from `first` to `last` whose names begin with `prefix`, by day and name. What this process has
    /// not written yet is in it. At most 400 days.
    public func totals(
        from first: Int,
        through last: Int,
        prefix: String = ""
    ) async throws(StoreError) -> [Int: [String: Int]] {
        var totals: [Int: [String: Int]] = [:]
        guard first <= last, last - first < 400 else { return totals }
        for day in first...last {
            var counters: [String: Int] = [:]
            try await scan(day, prefix) { name, node, value in
                if node != self.node { counters[name, default: 0] &+= value }
            }
            try await loadOwn(day)
            state.withLock { state in
                for (key, value) in state.own where key.day == day && key.name.hasPrefix(prefix) {
                    counters[key.name, default: 0] &+= value
                }
            }
            if !counters.isEmpty { totals[day] = counters }
        }
        return totals
    }

    /// Removes the days before `day`, at most 1,000 rows for each call.
    ///
    /// - Parameter day: the first day that stays.
    /// - Returns: whether there is more to remove.
    /// - Throws: what the store throws.
    public func removeDays(before day: Int) async throws(StoreError) -> Bool {
        let range = KeyRange(from: [], upTo: Self.key(day))
        let page = try await store.scan(partition, range, limit: 1000, order: .ascending)
        guard !page.isEmpty else { return false }
        try await store.commitSurely(partition, (0..<page.count).map { .delete(page.key($0)) }, world)
        return page.count == 1000 || page.isCut
    }

    // MARK: Rows: day in two octets, name, NUL, node → the number in digits

    private static func key(_ day: Int) -> RowKey {
        let day = min(max(day, 0), 0xFFFF)
        return [UInt8(day >> 8), UInt8(day & 0xFF)]
    }

    private func key(_ name: Name) -> RowKey {
        Self.key(name.day) + Array(name.name.utf8) + [0] + Array(node.utf8)
    }

    private func scan(
        _ day: Int,
        _ prefix: String,
        _ take: (_ name: String, _ node: String, _ value: Int) -> Void
    ) async throws(StoreError) {
        var range = KeyRange(prefix: Self.key(day) + Array(prefix.utf8))
        while true {
            let page = try await store.scan(partition, range, limit: 5000, order: .ascending)
            for index in 0..<page.count {
                let key = page.key(index)
                guard let nul = key.lastIndex(of: 0), nul >= 2,
                    let value = Int(String(decoding: page.value(index), as: UTF8.self))
                else { throw .corrupt("a counter") }
                take(
                    String(decoding: key[2..<nul], as: UTF8.self),
                    String(decoding: key[(nul + 1)...], as: UTF8.self),
                    value
                )
            }
            guard page.count == 5000 || page.isCut else { return }
            range.lower = page.key(page.count - 1) + [0]
        }
    }

    /// Reads the rows of a day: those of others replace what was known of them, the own ones are added once.
    private func load(_ day: Int) async throws(StoreError) {
        let uptime = world.uptime()
        var others: [String: Int] = [:]
        var own: [String: Int] = [:]
        try await scan(day, "") { name, node, value in
            if node == self.node { own[name] = value } else { others[name, default: 0] &+= value }
        }
        state.withLock { state in
            state.others[day] = others
            state.read[day] = uptime
            guard state.loaded.insert(day).inserted else { return }
            for (name, value) in own { state.own[Name(day: day, name: name), default: 0] &+= value }
        }
    }

    private func loadOwn(_ day: Int) async throws(StoreError) {
        if !state.withLock({ $0.loaded.contains(day) }) { try await load(day) }
    }

    /// Days that are over and written are not kept in memory.
    private func forget() {
        let today = today
        state.withLock { state in
            let changed = Set(state.changed.map(\.day))
            let old = state.loaded.filter { $0 < today - 1 && !changed.contains($0) }
            guard !old.isEmpty else { return }
            state.own = state.own.filter { !old.contains($0.key.day) }
            state.others = state.others.filter { !old.contains($0.key) }
            state.read = state.read.filter { !old.contains($0.key) }
            state.loaded.subtract(old)
        }
    }
}
