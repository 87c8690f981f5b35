internal import IMAP
internal import Network
internal import World

// A task keeps the memory that its deepest call took until it ends, and a session's task ends with the connection. So
// commands, which go deep into directory, mailbox and store, run in child tasks: what they took is given back, and a
// connection that waits costs only what waiting needs.

/// A session lent to a child task. Its own task waits for that one, so the two never use it at once.
private struct Lent: @unchecked Sendable {
    let session: Session
}

extension Session {
    /// Does one command and answers it.
    @inline(never)
    func perform(_ command: PendingCommand) async throws(TransportError) {
        if command.command.isShallow, !hasNews { return answerShallow(command) }
        let lent = Lent(session: self)
        async let failure = lent.session.failure(of: command)
        if let failure = await failure { throw failure }
    }

    /// Tells what is new while the client idles. Returns whether the session goes on.
    @inline(never)
    func tellWhileIdle(_ command: PendingCommand) async -> Bool {
        guard hasNews else { return true }
        let lent = Lent(session: self)
        async let goesOn = lent.session.tellNews(to: command)
        return await goesOn
    }

    /// Tells a client of NOTIFY what is new while no command is in progress. Returns whether the session goes on.
    @inline(never)
    func tellWhileWaiting() async -> Bool {
        let lent = Lent(session: self)
        async let goesOn = lent.session.tellNews()
        return await goesOn
    }

    /// Whether something was rung for that the client was not told.
    private var hasNews: Bool {
        if watch?.isDue ?? false { return true }
        guard case .selected(_, let selection) = phase else { return false }
        guard selection.bell.take() else { return selection.holdsExpunged }
        selection.bell.raise()
        return true
    }

    private func failure(of command: PendingCommand) async -> TransportError? {
        do throws(TransportError) {
            try await performHere(command)
            return nil
        } catch {
            return error
        }
    }

    private func tellNews(to command: PendingCommand) async -> Bool {
        // It is about no command.
        progressDue = .never
        do {
            try await requireStanding()
            try await announceNews(mayExpunge: true)
            try await tellWatched()
            return true
        } catch {
            end(command, error)
            return false
        }
    }

    private func tellNews() async -> Bool {
        progressDue = .never
        do {
            try await requireStanding()
            if let selected = watch?.selected { try await announceNews(mayExpunge: !selected.isDelayed) }
            try await tellWatched()
            return true
        } catch {
            let refusal = asRefusal(error)
            if let cause = refusal.cause { house.log(.error, "imap.failed", [("cause", "\(cause)")]) }
            sayBye(refusal.text)
            return false
        }
    }
}

extension Command {
    /// Whether it is done without looking anywhere.
    fileprivate var isShallow: Bool {
        switch self {
        case .capability, .noop: true
        default: false
        }
    }
}
