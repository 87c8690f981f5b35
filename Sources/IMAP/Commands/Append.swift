public import Octets

/// APPEND up to and with the announcement of its literal. RFC 3501 §6.3.11.
///
/// The session, if it accepts, answers `+ ` to a synchronising literal, reads exactly `size` octets as they come, and
/// then the CRLF that ends the command.
public struct AppendRequest: Hashable, Sendable {
    /// Where the message goes.
    public var mailbox: MailboxName
    /// The flags it gets.
    public var flags: FlagSet
    /// The internal date it gets; nil for now.
    public var date: DateTime?
    /// Octets of the message.
    public var size: Int
    /// Whether the client waits for `+ ` before it sends them. A refused literal that is not synchronising comes
    /// nevertheless and has to be skipped, with the CRLF behind it. RFC 7888 §3.
    public var isSynchronising: Bool

    /// The request of those parts.
    public init(mailbox: MailboxName, flags: FlagSet, date: DateTime?, size: Int, isSynchronising: Bool) {
        self.mailbox = mailbox
        self.flags = flags
        self.date = date
        self.size = size
        self.isSynchronising = isSynchronising
    }
}
