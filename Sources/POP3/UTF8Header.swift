internal import Octets

/// Tells whether the header section of a message, given in pieces, is one that a session in ASCII may not be sent as is:
/// well-formed UTF-8 that is not ASCII. RFC 6856 §2.1, RFC 6532 §3.
///
/// Octets of other charsets are no UTF-8 string; such headers, as old senders write them, were always sent as they are.
public struct UTF8Header: Hashable, Sendable {
    private var end = TopSelector(lines: 0)
    private var isMalformed = false
    private var hasCharacter = false
    private var check = UTF8Check()

    /// The beginning of a message.
    public init() {}

    /// Whether nothing that follows can change the answer.
    public var isDone: Bool { end.isDone || isMalformed }
    /// The answer for what was looked at; a character that is cut off by the end is none.
    public var isUTF8: Bool { hasCharacter && !isMalformed && check.isComplete }

    /// Looks at the message's next octets.
    public mutating func push(_ octets: Span<UInt8>) {
        guard !isDone else { return }
        let count = end.push(octets)
        for index in 0..<count {
            guard check.take(octets[index]) else {
                isMalformed = true
                return
            }
            if octets[index] >= 0x80 { hasCharacter = true }
        }
    }
}
