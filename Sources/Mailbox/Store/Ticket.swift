internal import Store
internal import Synchronization

/// An operation in the queue of an account.
protocol Operation: AnyObject, Sendable {
    /// Runs it; returns false, to have the draft put back as it was, if it threw.
    func run(on draft: inout Draft) async -> Bool
    /// The commit failed, whatever the operation returned or threw: what it threw it may have thrown because of another
    /// operation of that commit, or of reads that did not belong together.
    func fail(_ error: MailboxError)
    /// Wakes the one who waits for it.
    var baton: Baton { get }
}

/// An operation, its outcome, and the one who waits for it.
final class Ticket<Value: Sendable>: Operation {
    private let body: @Sendable (inout Draft) async throws(MailboxError) -> Value
    private let outcome = Mutex<Result<Value, MailboxError>?>(nil)
    let baton = Baton()

    init(_ body: @escaping @Sendable (inout Draft) async throws(MailboxError) -> Value) { self.body = body }

    func run(on draft: inout Draft) async -> Bool {
        do throws(MailboxError) {
            let value = try await body(&draft)
            outcome.withLock { $0 = .success(value) }
            return true
        } catch {
            outcome.withLock { $0 = .failure(error) }
            return false
        }
    }

    func fail(_ error: MailboxError) { outcome.withLock { $0 = .failure(error) } }

    func result() throws(MailboxError) -> Value {
        guard let outcome = outcome.withLock({ $0 }) else {
            preconditionFailure("an operation ends before its result is asked for")
        }
        return try outcome.get()
    }
}
