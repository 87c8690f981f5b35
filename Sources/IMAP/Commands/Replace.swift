internal import Octets

/// REPLACE up to and with the first announcement of octets: APPEND of one message that takes the place of another.
/// RFC 8508 §3.
public struct ReplaceRequest: Hashable, Sendable {
    /// The message that goes; 0 for `*`, the last one.
    public var number: UInt32
    /// What `number` counts.
    public var numbering: Numbering
    /// The message that comes.
    public var append: AppendRequest

    /// The request of those parts.
    public init(_ number: UInt32, by numbering: Numbering, with append: AppendRequest) {
        self.number = number
        self.numbering = numbering
        self.append = append
    }
}

extension CommandReader {
    /// replace, up to its first octets. RFC 8508 §5.
    mutating func replace(by numbering: Numbering, in octets: Span<UInt8>) throws(SyntaxError) -> ReplaceRequest {
        try space(in: octets)
        let number = try sequenceNumber(in: octets)
        let mailbox = try mailboxArgument(in: octets)
        var state = AppendState(isOnly: true)
        let events = try appendMessages(&state, in: octets)
        return ReplaceRequest(number, by: numbering, with: AppendRequest(mailbox: mailbox, events: events))
    }
}
