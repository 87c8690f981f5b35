internal import IMAP
internal import Network

extension Session {
    /// UNAUTHENTICATE: as it was before the login, so that another account can use the connection. TLS and compression
    /// stay. RFC 8437 §3.
    func unauthenticate() throws -> Completion {
        phase = .notAuthenticated
        enabled = []
        watch = nil
        stream.inputLimit = limits.inputOctetsBeforeLogin
        parser.limits = limits.commandBeforeLogin
        return Completion("Who are you?", code: .capability(capabilities))
    }
}
