public import SMTP

/// A message and for whom it is.
public struct OutgoingMessage: Sendable {
    /// One recipient.
    public struct Recipient: Hashable, Sendable {
        /// The address.
        public var forwardPath: ForwardPath
        /// NOTIFY=. RFC 3461 §4.1.
        public var notify: Command.Rcpt.Notify?
        /// ORCPT=. RFC 3461 §4.2.
        public var original: OriginalRecipient?

        /// The recipient of that address.
        public init(
            _ forwardPath: ForwardPath,
            notify: Command.Rcpt.Notify? = nil,
            original: OriginalRecipient? = nil
        ) {
            self.forwardPath = forwardPath
            self.notify = notify
            self.original = original
        }
    }

    /// Who is told if it cannot be delivered.
    public var reversePath: ReversePath
    /// Who is to get it.
    public var recipients: [Recipient]
    /// Its octets.
    public var content: any MessageContent
    /// What its octets may be; nil if that is not known, and then they are looked at where it matters. RFC 6152 §2.
    public var body: Command.Mail.Body?
    /// Whether an address, or its header, may be other than ASCII. RFC 6531 §3.4.
    public var smtpUTF8 = false
    /// Whether it may go over verified TLS only, to servers that know of this. RFC 8689 §4.2.1.
    public var requireTLS = false
    /// RET=. RFC 3461 §4.3.
    public var ret: Command.Mail.Return?
    /// ENVID=. RFC 3461 §4.4.
    public var envelopeIdentifier: String?
    /// MT-PRIORITY=, -9…9. RFC 6710 §3.
    public var priority: Int8?
    /// BY=, counted from now. RFC 2852 §4.
    public var deliverBy: DeliverBy?
    /// AUTH=, for servers that this side signed in to: who submitted it first; empty for `<>`. RFC 4954 §5.
    public var submitter: String?

    /// A message without any extension.
    public init(from reversePath: ReversePath, to recipients: [Recipient], content: any MessageContent) {
        self.reversePath = reversePath
        self.recipients = recipients
        self.content = content
    }
}

/// The octets of a message, which can be read more than once: for each transaction, and to be looked at before they are
/// converted. Lines should end with CRLF; where lines count, a CR or LF alone is sent as CRLF, for what servers make of one is
/// their secret (RFC 5321 §2.3.8).
public protocol MessageContent: Sendable {
    /// How many octets there are, as far as that is known: for SIZE= (RFC 1870 §6.1).
    var size: UInt64? { get }

    /// Begins to read from the start.
    func open() async throws -> any MessageReader
}

/// The octets of a message from one end to the other, in pieces. Used by one task.
public protocol MessageReader {
    /// The next octets, any number from one to as many as may be in memory at once; nil at the end. It is not asked for
    /// more before these were taken by the socket, as far as its buffer of 64 KiB does not hold them.
    mutating func next() async throws -> [UInt8]?
}

/// A message in memory.
public struct MessageOctets: MessageContent {
    private let octets: [UInt8]

    /// Those octets.
    public init(_ octets: [UInt8]) { self.octets = octets }

    /// The UTF-8 octets of that text.
    public init(_ text: String) { self.init(Array(text.utf8)) }

    /// How many octets there are.
    public var size: UInt64? { UInt64(octets.count) }

    /// Begins to read from the start.
    public func open() -> any MessageReader { Reader(octets: octets) }

    private struct Reader: MessageReader {
        var octets: [UInt8]
        var offset = 0

        mutating func next() -> [UInt8]? {
            guard offset < octets.count else { return nil }
            let piece = Array(octets[offset..<min(offset + 32 << 10, octets.count)])
            offset += piece.count
            return piece
        }
    }
}
