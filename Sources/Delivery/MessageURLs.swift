/// Reads what an URL names, for messages that are put together of parts that lie on a server already: BURL. RFC 4468.
public protocol MessageURLs: Sendable {
    /// Hands on the octets that an URL names, as `user` may see them.
    ///
    /// - Parameters:
    ///   - url: as the client wrote it, with the authorization of RFC 4467 as a rule.
    ///   - user: the number of the account that submits.
    ///   - limit: octets that may come; more is `.tooLarge`.
    ///   - take: takes the next octets; false to stop.
    /// - Throws: why there is nothing, or no more.
    func read(
        _ url: String,
        for user: UInt64,
        limit: Int,
        _ take: ([UInt8]) async -> Bool
    ) async throws(MessageURLError)
}

/// Why there is nothing at an URL. SMTP's replies are in brackets. RFC 4468 §3.5.
public enum MessageURLError: Error, Sendable {
    /// It names nothing, or nothing that the user may read by it. (554 5.6.6)
    case notFound
    /// Its server is none that is asked. (554 5.7.14)
    case notTrusted
    /// It names more than may be taken. (552 5.3.4)
    case tooLarge
    /// The store failed; the cause is for the log. (451 4.4.1)
    case store(any Error)
}
