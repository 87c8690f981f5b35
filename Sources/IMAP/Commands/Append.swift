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

extension CommandReader {
    /// append, up to and with the announcement of the message. RFC 3501 §6.3.11.
    mutating func append(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        let mailbox = try mailboxArgument(in: octets)
        try space(in: octets)
        var flags = FlagSet()
        if isNext("(", in: octets) {
            flags = try flagList(in: octets)
            try space(in: octets)
        }
        var date: DateTime?
        if isNext("\"", in: octets) {
            date = try dateTime(in: octets)
            try space(in: octets)
        }
        let message = try literalHeader(in: octets)
        return .append(
            AppendRequest(
                mailbox: mailbox,
                flags: flags,
                date: date,
                size: message.count,
                isSynchronising: message.isSynchronising
            )
        )
    }
}
