internal import Octets

/// Tells whether the header section of a message, given in pieces, is one that a session in ASCII may not be sent as is:
/// well-formed UTF-8 that is not ASCII. RFC 6856 §2.1, RFC 6532 §3.
///
/// Octets of other charsets are no UTF-8 string; such headers, as old senders write them, were always sent as they are.
public struct UTF8Header: Hashable, Sendable {
    private var end = TopSelector(lines: 0)
    private var isMalformed = false
    private var hasCharacter = false
    /// Octets that the current character still needs, and what the next of them may be. RFC 3629 §4.
    private var missing = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// The beginning of a message.
    public init() {}

    /// Whether nothing that follows can change the answer.
    public var isDone: Bool { end.isDone || isMalformed }
    /// The answer for what was looked at; a character that is cut off by the end is none.
    public var isUTF8: Bool { hasCharacter && !isMalformed && missing == 0 }

    /// Looks at the message's next octets.
    public mutating func push(_ octets: Span<UInt8>) {
        guard !isDone else { return }
        let count = end.push(octets)
        for index in 0..<count {
            look(at: octets[index])
            if isMalformed { return }
        }
    }

    private mutating func look(at octet: UInt8) {
        guard missing == 0 else {
            isMalformed = !allowed.contains(octet)
            missing -= 1
            allowed = 0x80...0xBF
            hasCharacter = true
            return
        }
        switch octet {
        case 0...0x7F: break
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, allowed) = (2, 0xA0...0xBF)
        case 0xED: (missing, allowed) = (2, 0x80...0x9F)
        case 0xE1...0xEF: missing = 2
        case 0xF0: (missing, allowed) = (3, 0x90...0xBF)
        case 0xF1...0xF3: missing = 3
        case 0xF4: (missing, allowed) = (3, 0x80...0x8F)
        default: isMalformed = true
        }
    }
}
