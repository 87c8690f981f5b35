/// A mailbox name as its octets went over the wire, in modified UTF-7 unless UTF-8 was agreed on. RFC 3501 §5.1.
///
/// INBOX in any case is always held as `INBOX`.
public struct MailboxName: Hashable, Sendable {
    /// The octets; empty only where a reference name or the special `LIST "" ""` has it.
    public let octets: [UInt8]

    /// The name of those octets; INBOX in any case becomes `INBOX`.
    public init(_ octets: [UInt8]) {
        let inbox: [UInt8] = [0x49, 0x4E, 0x42, 0x4F, 0x58]
        let isInbox =
            octets.count == 5
            && zip(octets, inbox).allSatisfy { pair in
                pair.0 == pair.1 || pair.0 == pair.1 | 0x20
            }
        self.octets = isInbox ? inbox : octets
    }

    /// INBOX. RFC 3501 §5.1.
    public static let inbox = MailboxName(Array("INBOX".utf8))

    /// Whether it is INBOX itself.
    public var isInbox: Bool { self == MailboxName.inbox }
}

/// What LIST and LSUB match names with: octets in which `*` stands for any, `%` for any but the hierarchy delimiter.
/// RFC 3501 §6.3.8.
public struct MailboxPattern: Hashable, Sendable {
    /// The octets as the client sent them.
    public let octets: [UInt8]

    /// The pattern of those octets.
    public init(_ octets: [UInt8]) { self.octets = octets }
}
