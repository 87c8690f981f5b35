internal import World

/// Runs what blocks, such as waiting for another process, on a thread of its own. Swift's own threads are few: a test that
/// blocked one would hold up all the others. What `work` finds is to be expected by the caller: a thread has no test.
public func blocking<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    let pool = BlockingPool(threads: 1)
    defer { pool.stop() }
    return try await pool.run(work)
}
