internal import Store
internal import Synchronization
internal import World

/// Keeps the history of each account's sign-ins.
///
/// What is like something that was there before is counted in memory, and written with all else that waits after
/// `Limits.delay`: so a program that comes back every minute costs no commit, and a crash loses a few counts. What is new is
/// durable before it is answered. Wrong proofs always wait: whoever guesses must not make us write.
///
/// Histories are in partitions of their own, `sign-ins-0` to `sign-ins-63`, by the account's number, so that a commit is in
/// no other's way. The key is the number, 8 octets, the most significant first; a value has a line for each record.
final class SignInRecorder: Sendable {
    /// What is remembered and may wait.
    struct Limits: Sendable {
        /// How long a count may wait.
        var delay = Duration.seconds(300)
        /// Accounts whose counts may wait.
        var waiting = 10_000
        /// Histories in memory.
        var remembered = 5000
        /// Accounts in one commit.
        var batch = 100
    }

    private struct State {
        var histories: RecentCache<UInt64, SignInHistory>
        /// What is not written yet.
        var waiting: [UInt64: [SignInRecord]] = [:]
        /// Since when the first of them waits.
        var since: Instant?
        /// Grows with each write, so that what was read before one is not remembered after it.
        var writes = 0
    }

    private let store: any RowStore
    private let world: World
    private let limits: Limits
    private let state: Mutex<State>

    init(store: any RowStore, world: World, limits: Limits = Limits()) {
        self.store = store
        self.world = world
        self.limits = limits
        state = Mutex(State(histories: RecentCache(limit: limits.remembered)))
    }

    /// What is known of an account's sign-ins, with what is not written yet.
    func history(of number: UInt64) async throws(StoreError) -> SignInHistory {
        let (known, writes) = state.withLock { ($0.histories.value(number), $0.writes) }
        if let known { return known }
        var history = SignInHistory(row: try await store.read(partition(number), [key(number)]).values[0])
        return state.withLock { state in
            if let known = state.histories.value(number) { return known }
            for record in state.waiting[number] ?? [] { history.add(record) }
            if state.writes == writes { state.histories.insert(history, for: number) }
            return history
        }
    }

    /// Adds a record; returns once it is durable if it has to be before anybody is answered.
    ///
    /// - Returns: whether nothing like it was there before.
    @discardableResult
    func add(_ record: SignInRecord, to number: UInt64) async throws(StoreError) -> Bool {
        let isWrong = record.result == .wrong
        // A wrong one needs no history, so it costs no read.
        let known = isWrong ? nil : try await history(of: number)
        let now = world.uptime()
        let (isNew, isDue) = state.withLock { state in
            var isNew = false
            if var history = state.histories.value(number) {
                isNew = history.add(record)
                state.histories.insert(history, for: number)
            } else if var history = known {
                // It was read while others were written, and is good for this question only.
                isNew = history.add(record)
            }
            var waiting = SignInHistory(records: state.waiting[number] ?? [])
            waiting.add(record)
            state.waiting[number] = waiting.records
            let since = state.since ?? now
            state.since = since
            return (isNew, now - since >= limits.delay || state.waiting.count > limits.waiting)
        }
        if isNew, !isWrong { try await write([number]) }
        if isDue { try await flush() }
        return isNew
    }

    /// Writes what has waited long enough.
    func flushIfDue() async throws(StoreError) {
        let now = world.uptime()
        let isDue = state.withLock { state in state.since.map { now - $0 >= limits.delay } ?? false }
        if isDue { try await flush() }
    }

    /// Writes all that waits.
    func flush() async throws(StoreError) {
        let numbers = state.withLock { state in
            state.since = nil
            return Array(state.waiting.keys)
        }
        for group in Dictionary(grouping: numbers, by: { $0 % SignInRecorder.partitions }).values {
            for start in stride(from: 0, to: group.count, by: limits.batch) {
                try await write(Array(group[start..<min(start + limits.batch, group.count)]))
            }
        }
    }

    /// Forgets an account that is removed.
    func remove(_ number: UInt64) async throws(StoreError) {
        state.withLock { state in
            state.writes += 1
            state.histories.remove(number)
            state.waiting[number] = nil
        }
        let operation = OperationID(high: world.random(), low: world.random())
        _ = try await store.commit(partition(number), expecting: nil, [.delete(key(number))], operation: operation)
    }

    // MARK: Rows

    private static let partitions: UInt64 = 64

    private func partition(_ number: UInt64) -> Partition {
        Partition("sign-ins-\(number % SignInRecorder.partitions)")
    }

    private func key(_ number: UInt64) -> RowKey { DirectoryRows.encode(number: number) }

    /// Writes what waits for accounts of one partition. What could not be written waits again.
    private func write(_ numbers: [UInt64]) async throws(StoreError) {
        guard let first = numbers.first else { return }
        let taken = state.withLock { state in
            state.writes += 1
            return numbers.compactMap { number in
                state.waiting.removeValue(forKey: number).map { (number: number, records: $0) }
            }
        }
        guard !taken.isEmpty else { return }
        let keys = taken.map { key($0.number) }
        do throws(StoreError) {
            while true {
                let found = try await store.read(partition(first), keys)
                var writes: [Write] = []
                for (index, (_, records)) in taken.enumerated() {
                    var history = SignInHistory(row: found.values[index])
                    for record in records { history.add(record) }
                    writes.append(.put(keys[index], history.row))
                }
                do throws(StoreError) {
                    let operation = OperationID(high: world.random(), low: world.random())
                    _ = try await store.commit(
                        partition(first),
                        expecting: found.version,
                        writes,
                        operation: operation
                    )
                    state.withLock { $0.writes += 1 }
                    return
                } catch .conflict {
                    continue
                }
            }
        } catch {
            let now = world.uptime()
            state.withLock { state in
                for (number, records) in taken {
                    var waiting = SignInHistory(records: state.waiting[number] ?? [])
                    for record in records { waiting.add(record) }
                    state.waiting[number] = waiting.records
                }
                state.since = state.since ?? now
            }
            throw error
        }
    }
}
