internal import Store
internal import Synchronization

/// An operation that waits for its shard's next commit.
protocol Operation: AnyObject, Sendable {
    /// Runs it. What it throws is the store's failure, which ends the whole batch; its own refusals are its result.
    func run(on draft: inout Draft) async throws(QueueError)
    /// The commit failed.
    func fail(_ error: QueueError)
    /// Wakes the one who waits for it.
    var baton: Baton { get }
}

/// An operation, its outcome, and the one who waits for it.
final class Ticket<Value: Sendable>: Operation {
    private let body: @Sendable (inout Draft) async throws(QueueError) -> Value
    private let outcome = Mutex<Result<Value, QueueError>?>(nil)
    let baton = Baton()

    init(_ body: @escaping @Sendable (inout Draft) async throws(QueueError) -> Value) { self.body = body }

    func run(on draft: inout Draft) async throws(QueueError) {
        do throws(QueueError) {
            let value = try await body(&draft)
            outcome.withLock { $0 = .success(value) }
        } catch {
            if case .store = error { throw error }
            outcome.withLock { $0 = .failure(error) }
        }
    }

    func fail(_ error: QueueError) { outcome.withLock { $0 = .failure(error) } }

    func result() throws(QueueError) -> Value {
        guard let outcome = outcome.withLock({ $0 }) else {
            preconditionFailure("an operation ends before its result is asked for")
        }
        return try outcome.get()
    }
}
