internal import CSystem
internal import Synchronization

/// A few threads for work that blocks: engine reads that miss the cache, slow password hashes. An event loop never
/// blocks; it awaits `run` and goes on with other sessions meanwhile.
///
/// The queue is bounded by its callers: each waits for its own work.
public final class BlockingPool: Sendable {
    private struct State {
        /// Those before `next` were taken.
        var jobs: [(@Sendable () -> Void)?] = []
        var next = 0
        var isStopping = false

        mutating func take() -> (@Sendable () -> Void)? {
            guard next < jobs.count else { return nil }
            let job = jobs[next]
            jobs[next] = nil
            next += 1
            // A queue that is never empty must not keep its past.
            if next == jobs.count || (next >= 1024 && next * 2 >= jobs.count) {
                jobs.removeFirst(next)
                next = 0
            }
            return job
        }
    }

    private let state = Mutex(State())
    private let condition: Condition

    /// Starts `threads` threads, which live as long as the process or until `stop`.
    public init(threads: Int) {
        condition = Condition()
        for _ in 0..<max(1, threads) { startThread { [self] in work() } }
    }

    /// Runs `work` on one of the pool's threads and resumes the caller, on its own executor, with what it returned.
    public func run<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
            submit { continuation.resume(returning: Result { () throws(Failure) in try work() }) }
        }
        return try result.get()
    }

    /// Runs `job` on one of the pool's threads, some time.
    public func submit(_ job: @escaping @Sendable () -> Void) {
        state.withLock { $0.jobs.append(job) }
        condition.signal()
    }

    /// Ends the threads once the queue is empty.
    public func stop() {
        state.withLock { $0.isStopping = true }
        condition.broadcast()
    }

    private func work() {
        while true {
            condition.lock()
            var job: (@Sendable () -> Void)?
            var isStopping = false
            while true {
                (job, isStopping) = state.withLock { state in (state.take(), state.isStopping) }
                if job != nil || isStopping { break }
                condition.wait()
            }
            condition.unlock()
            guard let job else { return }
            job()
        }
    }
}
