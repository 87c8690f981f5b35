internal import Synchronization

/// An operation that waits for its shard's next commit.
protocol Operation: AnyObject, Sendable {
    /// Runs it. What it throws is the store's failure, which ends the whole batch; its own refusals are its result.
    func run(on draft: inout Draft) async throws(QueueError)
    /// The commit failed.
    func fail(_ error: QueueError)
    /// Wakes the one who waits for it.
    func take(_ turn: Turn)
}

/// Why one who waits is woken.
enum Turn: Sendable {
    /// Its operation was committed, or failed.
    case done
    /// It leads the next batch, its own operation among it.
    case lead
}

/// An operation, its outcome, and the one who waits for it.
final class Ticket<Value: Sendable>: Operation {
    private struct State {
        var outcome: Result<Value, QueueError>?
        var turn: Turn?
        var waiter: CheckedContinuation<Turn, Never>?
    }

    private let body: @Sendable (inout Draft) async throws(QueueError) -> Value
    private let state = Mutex(State())

    init(_ body: @escaping @Sendable (inout Draft) async throws(QueueError) -> Value) { self.body = body }

    func run(on draft: inout Draft) async throws(QueueError) {
        do throws(QueueError) {
            let value = try await body(&draft)
            state.withLock { $0.outcome = .success(value) }
        } catch {
            if case .store = error { throw error }
            state.withLock { $0.outcome = .failure(error) }
        }
    }

    func fail(_ error: QueueError) { state.withLock { $0.outcome = .failure(error) } }

    func take(_ turn: Turn) {
        let waiter = state.withLock { state in
            if state.waiter == nil { state.turn = turn }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: turn)
    }

    func turn() async -> Turn {
        await withCheckedContinuation { continuation in
            let turn = state.withLock { state in
                if state.turn == nil { state.waiter = continuation }
                return state.turn
            }
            if let turn { continuation.resume(returning: turn) }
        }
    }

    func result() throws(QueueError) -> Value {
        guard let outcome = state.withLock({ $0.outcome }) else {
            preconditionFailure("an operation ends before its result is asked for")
        }
        return try outcome.get()
    }
}
