/// What is worked out once, on arrival, and kept beside a message.
public struct MessageSummary: Hashable, Sendable {
    /// IMAP's ENVELOPE, as the octets that IMAP sends, parentheses included. RFC 9051 §7.5.2.
    public var envelope: [UInt8]
    /// IMAP's BODYSTRUCTURE, with extension data, as the octets that IMAP sends. RFC 9051 §7.5.2.
    public var bodyStructure: [UInt8]
    /// Where the parts are.
    public var structure: MessageStructure

    /// A summary of those.
    public init(envelope: [UInt8], bodyStructure: [UInt8], structure: MessageStructure) {
        self.envelope = envelope
        self.bodyStructure = bodyStructure
        self.structure = structure
    }

    /// The summary of a message that is at hand as a whole. `MessageScanner` takes one in pieces.
    public init(of message: Span<UInt8>) {
        var scanner = MessageScanner()
        scanner.push(message)
        self = scanner.finish()
    }
}

/// The parts of a message as offsets into its octets, in the order in which they begin. Part 0 is the message itself.
public struct MessageStructure: Hashable, Sendable {
    /// One entity: a message or a body part.
    public struct Part: Hashable, Sendable {
        /// Where the header begins; for the message itself 0.
        public var headerStart: Int
        /// Where the body begins: after the empty line that ends the header.
        public var bodyStart: Int
        /// One past the body's last octet; the line break before a boundary belongs to the boundary.
        public var bodyEnd: Int
        /// The index of the entity that it is a part of; nil for the message itself. An embedded message/rfc822 is the
        /// parent of one entity: the message in it.
        public var parent: Int?
        /// Whether it is a multipart.
        public var isMultipart: Bool
        /// Whether it is message/rfc822 or message/global, and has that message as its child.
        public var isMessage: Bool

        /// A part with those offsets.
        public init(
            headerStart: Int,
            bodyStart: Int,
            bodyEnd: Int,
            parent: Int?,
            isMultipart: Bool,
            isMessage: Bool
        ) {
            self.headerStart = headerStart
            self.bodyStart = bodyStart
            self.bodyEnd = bodyEnd
            self.parent = parent
            self.isMultipart = isMultipart
            self.isMessage = isMessage
        }
    }

    /// At least one.
    public var parts: [Part]

    /// A structure of those parts.
    public init(parts: [Part]) { self.parts = parts }
}
