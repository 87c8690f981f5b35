internal import Octets

/// A class, subject and detail: `5.1.1`. RFC 3463 §2.
public struct EnhancedCode: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// 2 success, 4 try again, 5 never.
    public var `class`: UInt8
    /// 0…999.
    public var subject: UInt16
    /// 0…999.
    public var detail: UInt16

    /// The code of those three numbers.
    public init(class: UInt8, subject: UInt16, detail: UInt16) {
        self.class = `class`
        self.subject = subject
        self.detail = detail
    }

    /// The code that a literal of this program writes; anything that is none becomes 5.0.0.
    public init(stringLiteral text: String) {
        var cursor = Cursor(end: text.utf8.count)
        self = cursor.enhancedCode(in: Array(text.utf8).span) ?? EnhancedCode(class: 5, subject: 0, detail: 0)
    }

    /// `5.1.1`.
    public var description: String { "\(self.class).\(subject).\(detail)" }
}

/// What a server answers. RFC 5321 §4.2.
public struct Reply: Hashable, Sendable {
    /// Three digits, 200…599.
    public var code: UInt16
    /// nil for the greeting, the answers to HELO and EHLO, and 3xx. RFC 2034 §3.
    public var enhanced: EnhancedCode?
    /// At least one line of text, without codes.
    public var lines: [String]

    /// A reply of one line.
    public init(_ code: UInt16, _ enhanced: EnhancedCode? = nil, _ text: String) {
        self.init(code, enhanced, lines: [text])
    }

    /// A reply of several lines.
    public init(_ code: UInt16, _ enhanced: EnhancedCode? = nil, lines: [String]) {
        self.code = code
        self.enhanced = enhanced
        self.lines = lines.isEmpty ? [""] : lines
    }

    /// The reply in one line, for logs and notifications.
    public var summary: String { "\(code) \(enhanced.map { "\($0) " } ?? "")\(lines.joined(separator: " / "))" }

    /// Whether it tells the client to go on.
    public var isPositive: Bool { code < 400 }

    /// Appends the reply as it is sent. Each line has the enhanced code (RFC 2034 §4). An octet that is not printable
    /// ASCII becomes `?`, and a line ends at 512 octets, so no text can be taken for another reply.
    public func encode(into octets: inout [UInt8]) {
        for (index, line) in lines.enumerated() {
            let start = octets.count
            octets.append(decimal: code)
            octets.append(index == lines.count - 1 ? .space : UInt8(ascii: "-"))
            if let enhanced {
                octets.append(decimal: enhanced.class)
                octets.append(UInt8(ascii: "."))
                octets.append(decimal: enhanced.subject)
                octets.append(UInt8(ascii: "."))
                octets.append(decimal: enhanced.detail)
                octets.append(.space)
            }
            let room = Limits.replyLine - 2 - (octets.count - start)
            for byte in line.utf8.prefix(room) {
                octets.append((0x20...0x7E).contains(byte) || byte == .tab ? byte : UInt8(ascii: "?"))
            }
            octets.append(.carriageReturn)
            octets.append(.lineFeed)
        }
    }
}
