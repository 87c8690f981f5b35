internal import IMAP
internal import Network

extension Session {
    /// STARTTLS. RFC 3501 §6.2.1.
    func startTLS() throws -> Completion {
        guard canStartTLS else { throw Refusal.bad("No TLS to start") }
        var completion = Completion("Begin TLS now")
        completion.layer = .startsTLS
        return completion
    }

    /// Starts TLS once the OK was sent. What the client sent behind the command in the clear is forgotten, and so is
    /// what we know of it. RFC 3501 §6.2.1.
    func beginTLS() async throws(TransportError) {
        guard let context = configuration.tls else { return }
        try await stream.startTLS(context, by: stream.deadline(after: limits.timeBeforeLogin))
        parser = CommandParser(limits: limits.commandBeforeLogin)
        quirks = quirks(of: nil)
        failedLogins = 0
    }
}
