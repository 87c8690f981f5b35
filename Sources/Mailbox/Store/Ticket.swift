internal import Synchronization

/// An operation in the queue of an account.
protocol Operation: AnyObject, Sendable {
    /// Runs it; returns false, to have the draft put back as it was, if it threw.
    func run(on draft: inout Draft) async -> Bool
    /// The commit failed, whatever the operation returned or threw: what it threw it may have thrown because of another
    /// operation of that commit, or of reads that did not belong together.
    func fail(_ error: MailboxError)
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
        var outcome: Result<Value, MailboxError>?
        var turn: Turn?
        var waiter: CheckedContinuation<Turn, Never>?
    }

    private let body: @Sendable (inout Draft) async throws(MailboxError) -> Value
    private let state = Mutex(State())

    init(_ body: @escaping @Sendable (inout Draft) async throws(MailboxError) -> Value) { self.body = body }

    func run(on draft: inout Draft) async -> Bool {
        do throws(MailboxError) {
            let value = try await body(&draft)
            state.withLock { $0.outcome = .success(value) }
            return true
        } catch {
            state.withLock { $0.outcome = .failure(error) }
            return false
        }
    }

    func fail(_ error: MailboxError) { state.withLock { $0.outcome = .failure(error) } }

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

    func result() throws(MailboxError) -> Value {
        guard let outcome = state.withLock({ $0.outcome }) else {
            preconditionFailure("an operation ends before its result is asked for")
        }
        return try outcome.get()
    }
}
