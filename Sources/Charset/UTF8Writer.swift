internal import Octets

/// The text of a charset, as it is decoded.
struct UTF8Writer {
    private(set) var utf8: [UInt8] = []

    init(capacity: Int) { utf8.reserveCapacity(capacity) }

    /// Appends an octet of US-ASCII.
    mutating func append(ascii octet: UInt8) { utf8.append(octet) }

    /// Appends a character; U+FFFD if it is none.
    mutating func append(_ value: UInt32) {
        switch value {
        case 0..<0x80: utf8.append(UInt8(truncatingIfNeeded: value))
        case 0x80..<0x800:
            utf8.append(0xC0 | UInt8(truncatingIfNeeded: value >> 6))
            utf8.append(Self.last(value))
        case 0x800..<0xD800, 0xE000..<0x10000:
            utf8.append(0xE0 | UInt8(truncatingIfNeeded: value >> 12))
            utf8.append(Self.last(value >> 6))
            utf8.append(Self.last(value))
        case 0x10000..<0x110000:
            utf8.append(0xF0 | UInt8(truncatingIfNeeded: value >> 18))
            utf8.append(Self.last(value >> 12))
            utf8.append(Self.last(value >> 6))
            utf8.append(Self.last(value))
        default: appendDamage()
        }
    }

    /// Appends U+FFFD.
    mutating func appendDamage() { append(0xFFFD) }

    /// Appends octets of US-ASCII from `index` on, and moves it behind them.
    mutating func appendASCII(of octets: Span<UInt8>, from index: inout Int) {
        var end = index
        while end < octets.count, octets[end] < 0x80 { end += 1 }
        if end > index { utf8.append(contentsOf: octets.extracting(index..<end)) }
        index = end
    }

    private static func last(_ value: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: value) & 0x3F }
}
