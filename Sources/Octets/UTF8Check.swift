/// Whether octets are UTF-8, one after the other. RFC 3629 §4.
public struct UTF8Check: Hashable, Sendable {
    /// Octets still to come of the character.
    private var missing = 0
    /// Between which the next one must be.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    /// The beginning of a text.
    public init() {}

    /// Whether the last character is at its end.
    public var isComplete: Bool { missing == 0 }

    /// Takes the next octet; false if no UTF-8 goes on with it.
    public mutating func take(_ octet: UInt8) -> Bool {
        guard missing == 0 else {
            guard octet >= low, octet <= high else { return false }
            missing -= 1
            (low, high) = (0x80, 0xBF)
            return true
        }
        switch octet {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, low) = (2, 0xA0)
        case 0xED: (missing, high) = (2, 0x9F)
        case 0xE1...0xEF: missing = 2
        case 0xF0: (missing, low) = (3, 0x90)
        case 0xF4: (missing, high) = (3, 0x8F)
        case 0xF1...0xF3: missing = 3
        default: return false
        }
        return true
    }
}
