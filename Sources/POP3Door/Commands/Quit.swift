internal import Mailbox
internal import POP3
internal import World

extension Session {
    /// QUIT before a login. RFC 1939 §4.
    mutating func quit() {
        send(.ok("goodbye"))
        state = .closed
    }

    /// QUIT after a login, the UPDATE state: removes what was marked, or retrieved if so configured, all in one commit,
    /// and says so once that is durable. RFC 1939 §6.
    mutating func update(_ maildrop: Maildrop) async throws(Ending) {
        let marked = maildrop.removedUIDs
        // What goes because it was retrieved has left for the client at least.
        if maildrop.policy.removesRetrieved, !marked.isEmpty { try await flush() }
        // Whatever comes of it, the session ends; the lock goes with the maildrop.
        state = .closed
        if !marked.isEmpty {
            do {
                let removed = try await maildrop.mailbox.remove(marked, in: maildrop.folder)
                door.log(.info, "pop3.removed", [("count", "\(removed.count)")])
            } catch {
                door.log(.error, "pop3.failed", [("cause", "\(error)")])
                return send(.error(.systemTemporary, "the messages were not removed"))
            }
        }
        send(.ok("goodbye"))
    }
}
