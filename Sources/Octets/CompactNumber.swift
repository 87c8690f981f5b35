extension [UInt8] {
    /// Appends a number that is not negative, 7 bits an octet, the low ones first; a negative one as 0.
    public mutating func append(compact number: Int) {
        var value = Swift.max(number, 0)
        while value >= 0x80 {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(truncatingIfNeeded: value))
    }
}

/// Reads the numbers that `append(compact:)` wrote.
public struct CompactNumberReader: Sendable {
    private let octets: [UInt8]
    private var offset: Int

    /// A reader of `octets` from `offset` on.
    public init(_ octets: [UInt8], from offset: Int = 0) {
        self.octets = octets
        self.offset = Swift.max(offset, 0)
    }

    /// Whether all octets were read.
    public var isAtEnd: Bool { offset >= octets.count }

    /// The next number below 2^42, so that many of them can be added up; nil if there is none, or a greater one, or one with
    /// more octets than it needs.
    public mutating func next() -> Int? {
        var value = 0
        var shift = 0
        while offset < octets.count, shift < 42 {
            let octet = octets[offset]
            offset += 1
            value |= Int(octet & 0x7F) << shift
            if octet < 0x80 { return octet == 0 && shift > 0 ? nil : value }
            shift += 7
        }
        return nil
    }
}
