internal import Octets

/// What octets a body has, as far as its transport and encoding depend on it.
struct BodyOctets {
    /// The lines that the octets need. RFC 2045 §2.7–2.9.
    enum Domain: Int, Comparable {
        case sevenBit, eightBit, binary

        /// The name of the encoding in which nothing is encoded.
        var name: String { ["7bit", "8bit", "binary"][rawValue] }

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    private(set) var domain = Domain.sevenBit
    /// Whether a hop that is not quite right may change it: blanks at the end of a line, `From ` at the start of one, a
    /// line that is a dot. RFC 2049 §3.
    private(set) var isFragile = false
    private(set) var endsLine = true
    private var isEightBit = false

    /// The longest line without its CRLF. RFC 5322 §2.1.1.
    private static var lineLimit: Int { 998 }

    init(_ octets: Span<UInt8>) {
        var lineStart = 0
        var isBinary = false
        var index = 0
        while index < octets.count {
            let byte = octets[index]
            index += 1
            if byte > 0x20, byte < 0x80 { continue }
            if byte >= 0x80 {
                isEightBit = true
            } else if byte == 0 || byte == .lineFeed {
                isBinary = true
            } else if byte == .carriageReturn {
                guard index < octets.count, octets[index] == .lineFeed else {
                    isBinary = true
                    continue
                }
                note(octets, lineStart..<index - 1, isBinary: &isBinary)
                index += 1
                lineStart = index
            }
        }
        endsLine = lineStart == octets.count
        if !endsLine { note(octets, lineStart..<octets.count, isBinary: &isBinary) }
        domain = isBinary ? .binary : isEightBit ? .eightBit : .sevenBit
    }

    private mutating func note(_ octets: Span<UInt8>, _ line: Range<Int>, isBinary: inout Bool) {
        guard let last = line.last else { return }
        if line.count > Self.lineLimit { isBinary = true }
        if octets[last] == .space || octets[last] == .tab { isFragile = true }
        if octets[line.lowerBound] == 0x2E, line.count == 1 { isFragile = true }
        if octets[line.lowerBound] == 0x46, octets.hasFrom(at: line.lowerBound) { isFragile = true }
    }
}

extension Span<UInt8> {
    /// Whether `From ` stands there, which a mail folder takes for the start of a message. RFC 4155 §A.
    func hasFrom(at start: Int) -> Bool {
        guard start + 5 <= count else { return false }
        return self[start] == 0x46 && self[start + 1] == 0x72 && self[start + 2] == 0x6F && self[start + 3] == 0x6D
            && self[start + 4] == .space
    }
}

/// A body in the encoding that is shortest among those that the transport can carry; if two are equal, the one that
/// people can read. RFC 2045 §6.
struct EncodedBody {
    var octets: [UInt8]
    /// The Content-Transfer-Encoding.
    var encoding: String
    var domain: BodyOctets.Domain
    /// Whether the last line is ended.
    var endsLine: Bool

    /// What the transport carries without an encoding.
    private static func limit(_ transport: MessageBuilder.Transport) -> BodyOctets.Domain {
        switch transport {
        case .sevenBit: .sevenBit
        case .eightBit, .internationalized: .eightBit
        case .binary: .binary
        }
    }

    /// Octets as they are; nil if the transport cannot carry them.
    init?(unencoded octets: [UInt8], transport: MessageBuilder.Transport) {
        let found = BodyOctets(octets.span)
        guard found.domain <= Self.limit(transport) else { return nil }
        self.init(octets: octets, encoding: found.domain.name, domain: found.domain, endsLine: found.endsLine)
    }

    /// If `isWhole`, it is the whole body of a message, whose last line must be ended. RFC 5321 §4.1.1.4.
    init(_ octets: [UInt8], transport: MessageBuilder.Transport, isWhole: Bool) {
        let found = BodyOctets(octets.span)
        let isSafe = transport != .sevenBit || !found.isFragile
        let isWhole = isWhole && !found.endsLine && transport != .binary
        if found.domain <= Self.limit(transport), isSafe, !isWhole {
            self.init(octets: octets, encoding: found.domain.name, domain: found.domain, endsLine: found.endsLine)
        } else {
            self.init(encoding: octets, isWhole: isWhole)
        }
    }

    /// The shorter of quoted-printable and base64.
    init(encoding octets: [UInt8], isWhole: Bool) {
        let letters = (octets.count + 2) / 3 * 4
        let base64 = letters + (letters + 75) / 76 * 2 - (isWhole ? 0 : 2)
        let quoted = QuotedPrintableWriter.encode(octets.span, limit: base64, endsLine: isWhole)
        if let quoted {
            let endsLine = quoted.last == .lineFeed
            self.init(octets: quoted, encoding: "quoted-printable", domain: .sevenBit, endsLine: endsLine)
        } else {
            var text = TransferEncoder.base64(octets.span)
            // In a multipart the last break belongs to the boundary.
            if !isWhole, text.last == .lineFeed { text.removeLast(2) }
            self.init(octets: text, encoding: "base64", domain: .sevenBit, endsLine: isWhole)
        }
    }

    private init(octets: [UInt8], encoding: String, domain: BodyOctets.Domain, endsLine: Bool) {
        self.octets = octets
        self.encoding = encoding
        self.domain = domain
        self.endsLine = endsLine
    }
}

/// Quoted-printable for mail: CRLF is a line break, all other CR and LF are data; nothing is left that a mail server or
/// mail folder changes. RFC 2045 §6.7, RFC 2049 §3.
enum QuotedPrintableWriter {
    private static var lineLength: Int { 76 }

    /// `octets` encoded; nil if that takes more than `limit` octets. If `endsLine`, the last line is ended, by a soft
    /// break unless it has a break of its own.
    static func encode(_ octets: Span<UInt8>, limit: Int, endsLine: Bool) -> [UInt8]? {
        var codes = 0
        let room = (limit - octets.count) / 2
        for index in octets.indices where !isPlain(octets[index]) && !isBreakOctet(octets, index) {
            codes += 1
            guard codes <= room else { return nil }
        }
        guard octets.count <= limit else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(min(limit, octets.count + 2 * codes + octets.count / 16))
        var column = 0
        var index = 0
        while index < octets.count {
            guard text.count <= limit else { return nil }
            let byte = octets[index]
            if startsBreak(octets, index) {
                text.append(.carriageReturn)
                text.append(.lineFeed)
                column = 0
                index += 2
                continue
            }
            let isLast = index + 1 == octets.count || startsBreak(octets, index + 1)
            var isCode = !(isPlain(byte) || ((byte == .space || byte == .tab) && !isLast))
            if column + (isCode ? 3 : 1) > (isLast ? lineLength : lineLength - 1) {
                text.append(0x3D)
                text.append(.carriageReturn)
                text.append(.lineFeed)
                column = 0
            }
            if column == 0 {
                isCode = isCode || octets.hasFrom(at: index) || (byte == 0x2E && isLast)
            }
            if isCode { text.append(hexadecimal: byte, behind: 0x3D) } else { text.append(byte) }
            column += isCode ? 3 : 1
            index += 1
        }
        if endsLine, column > 0 {
            // A full line has no room for the mark of a soft break.
            if column == lineLength { moveLastToOwnLine(&text) }
            text.append(0x3D)
            text.append(.carriageReturn)
            text.append(.lineFeed)
        }
        return text.count <= limit ? text : nil
    }

    /// Puts a soft break before the last octet or code.
    private static func moveLastToOwnLine(_ text: inout [UInt8]) {
        let isCode = text.count >= 3 && text[text.count - 3] == 0x3D
        text.insert(contentsOf: [0x3D, .carriageReturn, .lineFeed], at: text.count - (isCode ? 3 : 1))
    }

    private static func isPlain(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F && byte != 0x3D }

    /// Whether it needs no code where it stands: a blank, or an octet of a CRLF.
    private static func isBreakOctet(_ octets: Span<UInt8>, _ index: Int) -> Bool {
        let byte = octets[index]
        if byte == .space || byte == .tab { return true }
        if byte == .lineFeed { return index > 0 && octets[index - 1] == .carriageReturn }
        return startsBreak(octets, index)
    }

    private static func startsBreak(_ octets: Span<UInt8>, _ index: Int) -> Bool {
        index + 1 < octets.count && octets[index] == .carriageReturn && octets[index + 1] == .lineFeed
    }
}
