public import Octets

/// What the SASL mechanism PLAIN carries. RFC 4616 §2.
public struct PlainCredentials: Hashable, Sendable {
    /// Whom to act for; empty for the one who signs in.
    public var authorizationIdentity: String
    /// Who signs in.
    public var name: String
    /// The password of the one who signs in.
    public var password: [UInt8]

    /// Parses `[authzid] NUL authcid NUL passwd`; nil if it is anything else, or not UTF-8 where it must be.
    public init?(parsing message: Span<UInt8>) {
        var separators: [Int] = []
        for index in message.indices where message[index] == 0 { separators.append(index) }
        guard separators.count == 2 else { return nil }
        let identity = String(validating: message.extracting(0..<separators[0]).toArray(), as: UTF8.self)
        let name = String(validating: message.extracting(separators[0] + 1..<separators[1]).toArray(), as: UTF8.self)
        guard let identity, let name, !name.isEmpty, separators[1] + 1 < message.count else { return nil }
        authorizationIdentity = identity
        self.name = name
        password = message.extracting(separators[1] + 1..<message.count).toArray()
    }
}

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
