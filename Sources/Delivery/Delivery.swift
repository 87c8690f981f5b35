public import Directory
public import Mailbox

/// Where mail for local accounts goes: from an accepted envelope to one commit for each recipient.
///
/// The SMTP doors and `POST /v1/messages` use it alike.
public protocol Delivery: Sendable {
    /// Decides about one recipient, before any octet of a message is read.
    func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient

    /// Begins to take in a message; its octets are pushed as they come.
    func receive() async throws(DeliveryError) -> any IncomingMessage

    /// Files a finished message in the inbox of every account of `recipients`, once each however often it is named,
    /// with `Return-Path` before it. Returns after all commits are durable.
    ///
    /// - Parameters:
    ///   - message: what `receive` gave, finished.
    ///   - reversePath: the envelope's sender, without angle brackets; empty for the null path.
    ///   - recipients: what `recipient` gave.
    /// - Throws: if any commit failed. The sender tries again, and the recipients that have it already do not get it
    ///   twice from the same `IncomingMessage`.
    func deliver(
        _ message: any IncomingMessage,
        from reversePath: String,
        to recipients: [Recipient]
    ) async throws(DeliveryError)
}

/// A recipient that mail is taken for.
public struct Recipient: Hashable, Sendable {
    /// The address as it was given.
    public var address: MailAddress
    /// Whose inboxes it means.
    public var accounts: [Account]

    /// A recipient.
    public init(address: MailAddress, accounts: [Account]) {
        self.address = address
        self.accounts = accounts
    }
}

/// Why mail was not taken. SMTP's replies are in brackets.
public enum DeliveryError: Error, Sendable {
    /// The domain is ours and has no such address. (550 5.1.1)
    case unknownRecipient
    /// The domain is not ours, and there is no way out yet. (550 5.7.1)
    case notLocal
    /// No room in the mailbox. (452 4.2.2)
    case overQuota
    /// Larger than may be stored. (552 5.3.4)
    case tooLarge
    /// The store failed; the cause is for the log. (451 4.3.0)
    case store(any Error)
}
