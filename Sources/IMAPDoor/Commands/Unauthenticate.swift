internal import IMAP
internal import Network

extension Session {
    /// UNAUTHENTICATE: as it was before the login, so that another account can use the connection. TLS stays;
    /// compression ends with the OK. RFC 8437 §3.
    func unauthenticate() throws -> Completion {
        phase = .notAuthenticated
        enabled = []
        watch = nil
        principal = nil
        stream.inputLimit = limits.inputOctetsBeforeLogin
        parser.limits = limits.commandBeforeLogin
        var completion = Completion("Who are you?", code: .capability(capabilities))
        if stream.isCompressed { completion.layer = .endsCompression }
        return completion
    }
}
