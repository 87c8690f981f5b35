internal import CSystem
internal import Store
internal import Synchronization
internal import World

/// The one writer. Its thread takes all requests that are waiting, of all partitions, applies them as one batch with one
/// sync, answers them and takes those that came meanwhile: the more there is to do, the more is done with each sync.
final class Committer: Sendable {
    /// What can be asked of it.
    enum Request: Sendable {
        /// Rows of one partition.
        case commit(Commit, CheckedContinuation<Result<Version, StoreError>, Never>)
        /// A part in a blob's life. Nobody waits for the answer if there is no continuation.
        case blob(BlobChange, CheckedContinuation<Result<Void, StoreError>, Never>?)

        func fail(_ error: StoreError) {
            switch self {
            case .commit(_, let continuation): continuation.resume(returning: .failure(error))
            case .blob(_, let continuation): continuation?.resume(returning: .failure(error))
            }
        }
    }

    /// A commit as it was asked for.
    struct Commit: Sendable {
        var partition: Partition
        var expecting: Version?
        var writes: [Write]
        var operation: OperationID
    }

    private struct Queue {
        var requests: [Request] = []
        var isSleeping = false
        var isStopping = false
    }

    private let queue = Mutex(Queue())
    private let awake = Condition()
    private let health = Health()

    /// Starts the thread, which lives until `stop` and keeps the database open so long.
    init(_ database: Database, _ configuration: RocksStore.Configuration, _ log: Log) {
        startThread { [self] in
            let group = CommitGroup(database, configuration, health, log)
            let garbage = BlobGarbage(database)
            while let requests = take() {
                group.recover()
                for request in requests { group.add(request) }
                group.finish()
                garbage.wrote(group.takeWritten())
            }
        }
    }

    /// A write failed: whether it was applied will be known when the engine has recovered or was opened again.
    var isBroken: Bool { health.isBroken.load(ordering: .acquiring) }

    /// Commits rows.
    func commit(_ commit: Commit) async throws(StoreError) -> Version {
        try await withCheckedContinuation { submit(.commit(commit, $0)) }.get()
    }

    /// Moves a blob on.
    func change(_ blob: BlobChange) async throws(StoreError) {
        try await withCheckedContinuation { submit(.blob(blob, $0)) }.get()
    }

    /// Queues a request.
    func submit(_ request: Request) {
        let (isStopping, isSleeping) = queue.withLock { queue in
            if queue.isStopping { return (true, false) }
            queue.requests.append(request)
            defer { queue.isSleeping = false }
            return (false, queue.isSleeping)
        }
        if isStopping { request.fail(.unavailable(StoreClosed())) }
        if isSleeping { awake.signal() }
    }

    /// Ends the thread once the queue is empty.
    func stop() {
        queue.withLock { $0.isStopping = true }
        awake.broadcast()
    }

    /// Waits for requests; nil when there will be none any more.
    private func take() -> [Request]? {
        awake.lock()
        defer { awake.unlock() }
        while true {
            let (requests, isStopping) = queue.withLock { queue in
                defer { queue.requests = [] }
                queue.isSleeping = queue.requests.isEmpty
                return (queue.requests, queue.isStopping)
            }
            if !requests.isEmpty { return requests }
            if isStopping { return nil }
            awake.wait()
        }
    }
}

/// Whether writes fail, which the committer's thread finds out and others want to know.
final class Health: Sendable {
    let isBroken = Atomic(false)
}
