public import Octets

extension SASLResponse {
    /// Parses a line, its CRLF included.
    public init(parsing line: Span<UInt8>) throws(SyntaxError) {
        guard line.count >= 2, line[line.count - 1] == .lineFeed, line[line.count - 2] == .carriageReturn else {
            throw SyntaxError(offset: max(0, line.count - 1), expected: "CRLF")
        }
        let text = line.extracting(0..<line.count - 2)
        if text.count == 1, text[0] == UInt8(ascii: "*") {
            self = .cancel
        } else if let octets = Base64.decodeStrictly(text) {
            self = .octets(octets)
        } else {
            throw SyntaxError(offset: 0, expected: "base64")
        }
    }
}

/// A line that answers a challenge. RFC 5034 §4.
public enum SASLResponse: Hashable, Sendable {
    /// What the mechanism says.
    case octets([UInt8])
    /// `*`: the client gives up.
    case cancel
}
