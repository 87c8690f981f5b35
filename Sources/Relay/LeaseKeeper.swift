internal import Network
internal import Queue
internal import Synchronization
internal import World

/// Renews the leases of the jobs that are worked on, so that a slow server does not outlast them.
final class LeaseKeeper: Sendable {
    private let queue: MailQueue
    private let duration: Duration
    private let log: Log
    private let held = Mutex<[JobID: Lease]>([:])

    init(_ queue: MailQueue, for duration: Duration, _ log: Log) {
        self.queue = queue
        self.duration = duration
        self.log = log
    }

    func hold(_ works: [Work]) {
        held.withLock { held in for work in works { held[work.job.id] = work.lease } }
    }

    func release(_ work: Work) { held.withLock { $0[work.job.id] = nil } }

    /// Renews what is held, three times in the life of a lease, until the task is cancelled.
    func keep(on loop: EventLoop) async {
        while !Task.isCancelled {
            await loop.sleep(duration / 3)
            let leases = held.withLock { Array($0.values) }
            guard !leases.isEmpty else { continue }
            do throws(QueueError) {
                _ = try await queue.renew(leases, for: duration)
            } catch {
                log(.error, "relay.renewal-failed", [("cause", "\(error)")])
            }
        }
    }
}
