/// The octets that end a line.
public enum LineEnding: Hashable, Sendable {
    /// CR LF, as mail travels. RFC 5322 §2.1.
    case crlf
    /// LF alone, as files on many systems have it.
    case lf

    /// How many octets it is.
    public var count: Int { self == .crlf ? 2 : 1 }
}

extension [UInt8] {
    /// Appends a line ending.
    public mutating func append(_ ending: LineEnding) {
        if ending == .crlf { append(.carriageReturn) }
        append(.lineFeed)
    }
}
