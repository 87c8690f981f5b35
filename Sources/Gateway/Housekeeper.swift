internal import Directory
internal import Network
internal import World

/// Gives memory back to the system when a busy time is over. While the service works, its free memory is soon used
/// again, and to give it back would hold up whoever allocates. Has counts of sign-ins written that have waited long enough.
final class Housekeeper: Sendable {
    private static let interval: Duration = .seconds(20)
    /// Processor time in an interval below which it was a quiet one.
    private static let quiet: Duration = .seconds(1)

    private let task: Task<Void, Never>

    init(on loop: EventLoop, pool: BlockingPool, directory: StoreDirectory, log: Log) {
        task = Task(executorPreference: loop) {
            var used = ProcessMemory.processorTime
            var wasBusy = true
            while !Task.isCancelled {
                await loop.sleep(Self.interval)
                do throws(DirectoryError) { try await directory.flushSignIns(onlyIfDue: true) } catch {
                    log(.error, "sign-ins.not-written", [("cause", "\(error)")])
                }
                let now = ProcessMemory.processorTime
                let isBusy = now - used > Self.quiet
                used = now
                if wasBusy, !isBusy { await pool.run { ProcessMemory.giveBack() } }
                wasBusy = isBusy
            }
        }
    }

    /// Ends the work and returns when it has ended. Before the pool and the loop are stopped.
    func stop() async {
        task.cancel()
        await task.value
    }
}
