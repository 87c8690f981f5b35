/// Who knows whether an OAuth token is good, and whose it is.
public protocol TokenChecker: Sendable {
    /// Whose `token` is. It is at most `SASLService.messageLimit` octets of the characters that RFC 6750 §2.1 allows.
    func account(of token: String) async -> TokenAnswer
}

/// What is known of a token.
public enum TokenAnswer: Hashable, Sendable {
    /// It is that account's, given by its address.
    case account(String)
    /// It is not good; the reason is for the log, and tells nothing of the token.
    case refused(String)
    /// It cannot be said now; the cause is for the log.
    case unavailable(String)
}
