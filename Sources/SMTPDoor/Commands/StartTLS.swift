internal import Network
internal import SMTP
internal import World

extension Session {
    /// Whether STARTTLS is announced.
    var canStartTLS: Bool { configuration.tls != nil && !isSecure }

    /// STARTTLS. RFC 3207 §4. What the client said before, and what it or another had sent ahead, is forgotten.
    mutating func startTLS() async throws(Ending) -> Reply? {
        guard !isSecure else { return try countError(Reply(503, "5.5.1", "TLS is on")) }
        guard let tls = configuration.tls else { return try countError(Reply(502, "5.5.1", "STARTTLS is not offered")) }
        hello = nil
        envelope = nil
        account = nil
        principal = nil
        stream.write { Reply(220, "2.0.0", "Ready to start TLS").encode(into: &$0) }
        do throws(TransportError) {
            try await stream.startTLS(tls, by: stream.deadline(after: configuration.timeouts.handshake))
        } catch {
            // Nothing can be said in the clear any more.
            throw .lost(error)
        }
        return nil
    }
}
