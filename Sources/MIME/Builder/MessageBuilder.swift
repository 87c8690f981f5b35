public import Octets

/// Composes a message with a text body. RFC 5322 §3.6, RFC 2045, RFC 2047.
///
/// Nothing that a caller gives can add a field or a line: a value with CR, LF or NUL is refused. Bcc is left to the
/// envelope; it is never written.
public struct MessageBuilder: Hashable, Sendable {
    /// Why a message cannot be composed.
    public enum Problem: Error, Hashable, Sendable {
        /// CR, LF or NUL in a name, address, subject or id.
        case controlOctet
        /// An address without a local part or domain, or with octets that no address has.
        case address
        /// A message-id or reference that is not `<left@right>` in visible ASCII.
        case identifier
    }

    /// A person: a display name, which may be empty, and an address.
    public struct Person: Hashable, Sendable {
        /// The display name, decoded; empty for none.
        public var name: String
        /// `local@domain`.
        public var address: String

        /// A person with that name and address.
        public init(name: String = "", address: String) {
            self.name = name
            self.address = address
        }
    }

    /// The author.
    public var from: Person
    /// The recipients.
    public var to: [Person] = []
    /// The recipients of a copy.
    public var cc: [Person] = []
    /// The subject, decoded.
    public var subject = ""
    /// The moment of writing.
    public var date: DateTime
    /// With its angle brackets.
    public var messageID: String
    /// With angle brackets; nil if this is no reply.
    public var inReplyTo: String?
    /// With angle brackets, oldest first.
    public var references: [String] = []
    /// The text, its lines ended by LF or CRLF.
    public var body = ""

    /// A message without recipients, subject and text.
    public init(from: Person, date: DateTime, messageID: String) {
        self.from = from
        self.date = date
        self.messageID = messageID
    }

    /// The octets of the message.
    public func message() throws(Problem) -> [UInt8] {
        var header = HeaderWriter()
        try header.field("From", people: [from])
        if !to.isEmpty { try header.field("To", people: to) }
        if !cc.isEmpty { try header.field("Cc", people: cc) }
        try header.field("Subject", text: subject)
        header.field("Date", words: [date.mailFormat])
        try header.field("Message-ID", identifiers: [messageID])
        if let inReplyTo { try header.field("In-Reply-To", identifiers: [inReplyTo]) }
        if !references.isEmpty { try header.field("References", identifiers: references) }
        header.field("MIME-Version", words: ["1.0"])
        let lines = Self.canonical(body)
        let (encoding, encoded) = Self.shortestEncoding(of: lines)
        let charset = lines.contains { $0 >= 0x80 } ? "utf-8" : "us-ascii"
        header.field("Content-Type", words: ["text/plain;", "charset=\(charset)"])
        header.field("Content-Transfer-Encoding", words: [encoding])
        return header.octets + [.carriageReturn, .lineFeed] + encoded
    }

    /// The text with CRLF line ends, the last line ended too.
    private static func canonical(_ body: String) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(body.utf8.count + body.utf8.count / 32 + 2)
        var last: UInt8 = 0
        for byte in body.utf8 {
            if byte == .lineFeed, last == .carriageReturn {
                last = byte
                continue
            }
            if byte == .carriageReturn || byte == .lineFeed {
                lines.append(.carriageReturn)
                lines.append(.lineFeed)
            } else {
                lines.append(byte)
            }
            last = byte
        }
        if !lines.isEmpty, lines.last != .lineFeed { lines += [.carriageReturn, .lineFeed] }
        return lines
    }

    /// 7bit if the lines allow it, else the shorter of quoted-printable and base64. RFC 2045 §2.7.
    private static func shortestEncoding(of lines: [UInt8]) -> (name: String, octets: [UInt8]) {
        var column = 0
        var isPlain = true
        for byte in lines {
            column = byte == .lineFeed ? 0 : column + 1
            if byte == 0 || byte >= 0x80 || column > 999 { isPlain = false }
        }
        if isPlain { return ("7bit", lines) }
        let quoted = TransferEncoder.quotedPrintable(lines.span)
        let base64 = TransferEncoder.base64(lines.span)
        return quoted.count <= base64.count ? ("quoted-printable", quoted) : ("base64", base64)
    }
}
