/// A small generator of numbers that are the same in every run (a linear congruence, its high bits).
public struct SeededGenerator: Sendable {
    private var state: UInt64

    /// A generator of its own for each seed.
    public init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// The next octet.
    public mutating func octet() -> UInt8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
    }

    /// A number from 0 to `limit` - 1.
    public mutating func number(below limit: Int) -> Int {
        let high = UInt32(octet()) << 16 | UInt32(octet()) << 8 | UInt32(octet())
        return Int((UInt64(high) * UInt64(limit)) >> 24)
    }

    /// As many octets.
    public mutating func octets(_ count: Int) -> [UInt8] { (0..<count).map { _ in octet() } }

    /// Octets of `alphabet` only, so that what is rare in random octets comes often.
    public mutating func octets(_ count: Int, of alphabet: String) -> [UInt8] {
        let letters = Array(alphabet.utf8)
        return (0..<count).map { _ in letters[number(below: letters.count)] }
    }
}
