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
    /// The limits beyond which the message was not looked at; empty for nearly every one.
    public var reachedLimits: ReachedLimits

    /// A structure of those parts.
    public init(parts: [Part], reachedLimits: ReachedLimits = []) {
        self.parts = parts
        self.reachedLimits = reachedLimits
    }

    /// The structure of a message that is at hand as a whole. `StructureScanner` takes one in pieces.
    public init(of message: Span<UInt8>, limits: ScannerLimits = .standard) {
        var scanner = StructureScanner(limits: limits, sink: NoSink())
        scanner.push(message)
        self = scanner.finish()
    }
}
