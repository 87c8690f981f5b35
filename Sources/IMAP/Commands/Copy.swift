internal import Octets

/// What COPY and MOVE ask for. RFC 3501 §6.4.7, RFC 6851 §3.
public struct CopyRequest: Hashable, Sendable {
    /// Which messages.
    public var set: SequenceSet
    /// What `set` counts.
    public var numbering: Numbering
    /// Where to.
    public var mailbox: MailboxName

    /// The request of those parts.
    public init(_ set: SequenceSet, by numbering: Numbering, to mailbox: MailboxName) {
        self.set = set
        self.numbering = numbering
        self.mailbox = mailbox
    }
}

extension CommandReader {
    /// copy and move. RFC 3501 §6.4.7, RFC 6851 §4.
    mutating func copy(by numbering: Numbering, in octets: Span<UInt8>) throws(SyntaxError) -> CopyRequest {
        try space(in: octets)
        let set = try sequenceSet(in: octets)
        return CopyRequest(set, by: numbering, to: try mailboxArgument(in: octets))
    }
}
