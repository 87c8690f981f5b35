internal import Store
internal import Synchronization
internal import World

/// The one place in the process where a shard changes.
///
/// Operations that come while a commit is under way wait for the next one and share it: adding, taking and completing
/// together make few large commits. There is no task of its own: one of those that wait leads a batch and then hands over.
/// Other nodes write to the same shard; the partition's version tells, and then the batch is done again on what they left.
final class ShardWriter: Sendable {
    private struct Inner {
        /// Nil while a batch is under way, which has it.
        var state: ShardState?
        /// The head row, and when it was true.
        var known: (head: Head, at: Instant)?
        /// Blobs that are gone, whose rows the next commit removes.
        var droppedBlobs: [[UInt8]] = []
        var pending: [any Operation] = []
        var isLed = false
    }

    /// Operations that one commit carries at most.
    private static let batchLimit = 128
    /// How often a commit that met another node's is tried again.
    private static let conflictLimit = 32

    let shard: Int
    private let store: any Store
    private let world: World
    private let settings: Settings
    private let news: News
    private let inner = Mutex(Inner())

    init(shard: Int, store: any Store, world: World, settings: Settings, news: News) {
        self.shard = shard
        self.store = store
        self.world = world
        self.settings = settings
        self.news = news
    }

    /// The head row as this process knows it, and when it was true; nil if it knows nothing.
    var known: (head: Head, at: Instant)? { inner.withLock { $0.known } }

    /// Forgets what is known, so that the next operation reads what other nodes left.
    func forget() {
        inner.withLock { inner in
            inner.state = nil
            inner.known = nil
        }
    }

    /// Runs `body` on the shard's next commit and returns what it returned, once that is durable.
    ///
    /// `body` may run more than once, if another node changed the shard meanwhile. It must read all that it needs before
    /// it changes anything, or not refuse.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (inout Draft) async throws(QueueError) -> Value
    ) async throws(QueueError) -> Value {
        let ticket = Ticket(body)
        let leads = inner.withLock { inner in
            inner.pending.append(ticket)
            defer { inner.isLed = true }
            return !inner.isLed
        }
        if !leads, case .done = await ticket.baton.turn() { return try ticket.result() }
        let batch = inner.withLock { inner in
            let batch = Array(inner.pending.prefix(ShardWriter.batchLimit))
            inner.pending.removeFirst(batch.count)
            return batch
        }
        let released = await commit(batch[...])
        for other in batch where other !== ticket { other.baton.take(.done) }
        let next: (any Operation)? = inner.withLock { inner in
            inner.isLed = !inner.pending.isEmpty
            return inner.pending.first
        }
        next?.baton.take(.lead)
        for blob in released { await drop(blob) }
        return try ticket.result()
    }

    /// Commits what a batch makes; returns the blobs that no row names any more.
    private func commit(_ batch: ArraySlice<any Operation>) async -> [[UInt8]] {
        let operation = OperationID(high: world.random(), low: world.random())
        for _ in 0..<ShardWriter.conflictLimit {
            do throws(QueueError) {
                var draft = Draft(
                    shard: shard,
                    store: store,
                    world: world,
                    settings: settings,
                    news: news,
                    state: try await load()
                )
                for operation in batch { try await operation.run(on: &draft) }
                try await draft.settle()
                try await commit(draft, operation)
                return draft.released
            } catch {
                forget()
                if case .store(StoreError.conflict) = error { continue }
                if case .store(StoreError.tooLarge) = error, batch.count > 1 {
                    // Together they were, or one of them is.
                    let middle = batch.startIndex + batch.count / 2
                    return await commit(batch[..<middle]) + commit(batch[middle...])
                }
                for operation in batch { operation.fail(error) }
                return []
            }
        }
        for operation in batch { operation.fail(.store(StoreError.conflict(Version(0)))) }
        return []
    }

    private func load() async throws(QueueError) -> ShardState {
        let state = inner.withLock { inner in
            defer { inner.state = nil }
            return inner.state
        }
        if let state { return state }
        let validated = world.uptime()
        do throws(StoreError) {
            let found = try await store.read(Keys.partition(shard), [Keys.head])
            do throws(DamagedRow) {
                let head = try found.values[0].map { row throws(DamagedRow) in try Head(row) } ?? Head()
                return ShardState(
                    version: found.version,
                    head: head,
                    validated: validated,
                    rows: settings.rowsOfShard
                )
            } catch {
                throw StoreError.corrupt("head of queue shard \(shard)")
            }
        } catch {
            throw .store(error)
        }
    }

    private func commit(_ draft: Draft, _ operation: OperationID) async throws(QueueError) {
        guard !draft.isStale else { throw .store(StoreError.conflict(draft.state.version)) }
        let validated = world.uptime()
        var state = draft.state
        state.head = draft.head
        if !draft.isClean {
            let dropped = inner.withLock { inner in
                defer { inner.droppedBlobs = [] }
                return inner.droppedBlobs
            }
            do throws(StoreError) {
                state.version = try await commit(draft.allWrites(forgetting: dropped), state.version, operation)
            } catch {
                throw .store(error)
            }
            // Without a commit, nothing says that what was known is still true.
            state.validated = validated
        }
        inner.withLock { inner in
            inner.known = (state.head, state.validated)
            inner.state = state
        }
        news.tell(draft.news)
    }

    private func commit(
        _ writes: [Write],
        _ expected: Version,
        _ operation: OperationID
    ) async throws(StoreError) -> Version {
        var attempts = 0
        while true {
            do throws(StoreError) {
                return try await store.commit(
                    Keys.partition(shard),
                    expecting: expected,
                    writes,
                    operation: operation
                )
            } catch {
                // Perhaps it was applied: the same name again is the same as once, unless others came between.
                switch error {
                case .unknown where attempts < 5: attempts += 1
                case .conflict where attempts > 0: break
                default: throw error
                }
                let version = try? await store.version(of: operation, in: Keys.partition(shard))
                if let version { return version }
                if case .conflict = error { throw error }
            }
        }
    }

    /// Deletes a blob, after the commit that removed the row naming it. If this fails, its row in `blob` is still there
    /// for the sweep.
    private func drop(_ id: [UInt8]) async {
        do throws(StoreError) {
            try await store.delete(BlobID(id))
            inner.withLock { $0.droppedBlobs.append(id) }
        } catch {
            return
        }
    }
}

/// A shard as the last commit left it, as far as this process knows it.
struct ShardState: Sendable {
    var version: Version
    var head: Head
    /// When that was true.
    var validated: Instant
    /// Rows of jobs and lanes that are likely to be wanted again; nil for one that is known not to be there.
    var rows: RecentCache<RowKey, [UInt8]?>
    /// A longer row is not kept.
    static let rowLimit = 2 << 10

    init(version: Version, head: Head, validated: Instant, rows: Int) {
        self.rows = RecentCache(limit: rows)
        self.version = version
        self.head = head
        self.validated = validated
    }
}
