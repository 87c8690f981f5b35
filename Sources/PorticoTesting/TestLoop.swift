internal import Synchronization
internal import World

/// A task executor with one thread that picks among what is ready by a seed, and moves the virtual clock when nothing
/// is: a whole conversation with its deadlines runs in no time, and the same way for the same seed.
///
/// Everything that takes part must be a task with this executor's preference, or a child of one; what another thread does
/// is not repeated.
public final class TestLoop: TaskExecutor, @unchecked Sendable {
    private struct State {
        var ready: [UnownedJob] = []
        var isOver = false
    }

    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }

    /// Everything waits for something that nobody here will do.
    public struct Stuck: Error {}

    /// Whose clock it moves, and whose seed it picks by.
    public let world: TestWorld
    private let state = Mutex(State())

    private init(_ world: TestWorld) { self.world = world }

    /// Takes a job that is ready.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// Runs `body` and the tasks that it starts on a new loop over `world` until it returns.
    ///
    /// - Returns: what `body` returned.
    /// - Throws: what `body` throws, or `Stuck`.
    public static func run<Value: Sendable>(
        _ world: TestWorld = TestWorld(),
        _ body: @escaping @Sendable (TestLoop) async throws -> Value
    ) async throws -> Value {
        let loop = TestLoop(world)
        let outcome = Outcome<Value>()
        return try await withCheckedThrowingContinuation { continuation in
            startThread {
                Task(executorPreference: loop) {
                    let result: Result<Value, any Error>
                    do { result = .success(try await body(loop)) } catch { result = .failure(error) }
                    outcome.result.withLock { $0 = result }
                    loop.state.withLock { $0.isOver = true }
                }
                loop.work()
                continuation.resume(with: outcome.result.withLock { $0 } ?? .failure(Stuck()))
            }
        }
    }

    /// Does the same on the thread that calls, without a task around it: for what is no test, such as a fuzz target.
    ///
    /// - Parameters:
    ///   - world: whose clock it moves.
    ///   - jobs: so many parts of tasks may run in all; more is being stuck.
    ///   - body: what is run.
    /// - Returns: what `body` returned.
    /// - Throws: what `body` throws, or `Stuck`.
    public static func runHere<Value: Sendable>(
        _ world: TestWorld = TestWorld(),
        jobs: Int,
        _ body: @escaping @Sendable (TestLoop) async throws -> Value
    ) throws -> Value {
        let loop = TestLoop(world)
        let outcome = Outcome<Value>()
        Task(executorPreference: loop) {
            let result: Result<Value, any Error>
            do { result = .success(try await body(loop)) } catch { result = .failure(error) }
            outcome.result.withLock { $0 = result }
            loop.state.withLock { $0.isOver = true }
        }
        loop.work(jobs: jobs)
        guard let result = outcome.result.withLock({ $0 }) else { throw Stuck() }
        return try result.get()
    }

    private func work(jobs: Int = .max) {
        var left = jobs
        while left > 0, let isIdle = runOne() {
            left -= 1
            guard isIdle else { continue }
            if !world.advanceToNextAlarm() { return }
        }
    }

    /// Runs one job. Returns whether there was none, nil if the body has returned.
    private func runOne() -> Bool? {
        let chance = world.random()
        let (job, isOver): (UnownedJob?, Bool) = state.withLock { state in
            guard !state.isOver, !state.ready.isEmpty else { return (nil, state.isOver) }
            return (state.ready.remove(at: Int(chance % UInt64(state.ready.count))), false)
        }
        if isOver { return nil }
        guard let job else { return true }
        unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        return false
    }
}
