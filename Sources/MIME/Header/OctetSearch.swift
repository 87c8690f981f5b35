internal import Octets

/// Searches that look at eight octets at once. The compiler makes one load of the eight and drops the checks of bounds.
extension Span<UInt8> {
    /// Where `byte` is first, at `start` or behind it but before `end`; else `end`. `end` must not be beyond the octets.
    @inline(__always)
    func position(of byte: UInt8, from start: Int, to end: Int) -> Int {
        let limit = Swift.min(end, count)
        var index = start
        while index &+ 8 <= limit {
            let found = Self.zeros(in: eight(at: index) ^ Self.repeated(byte))
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < limit, self[index] != byte { index &+= 1 }
        return index
    }

    /// Where `byte` or `other` is first, at `start` or behind it but before `end`; else `end`.
    @inline(__always)
    func position(of byte: UInt8, or other: UInt8, from start: Int, to end: Int) -> Int {
        let limit = Swift.min(end, count)
        var index = start
        while index &+ 8 <= limit {
            let octets = eight(at: index)
            let found = Self.zeros(in: octets ^ Self.repeated(byte)) | Self.zeros(in: octets ^ Self.repeated(other))
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < limit, self[index] != byte, self[index] != other { index &+= 1 }
        return index
    }

    /// The octets at `index` and behind it as a number, the first in its lowest bits.
    @inline(__always)
    private func eight(at index: Int) -> UInt64 {
        let low =
            UInt64(self[index]) | UInt64(self[index &+ 1]) << 8 | UInt64(self[index &+ 2]) << 16
            | UInt64(self[index &+ 3]) << 24
        let high =
            UInt64(self[index &+ 4]) | UInt64(self[index &+ 5]) << 8 | UInt64(self[index &+ 6]) << 16
            | UInt64(self[index &+ 7]) << 24
        return low | high << 32
    }

    @inline(__always)
    private static func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// The top bit of the lowest octet that is zero; bits above it mean nothing.
    @inline(__always)
    private static func zeros(in octets: UInt64) -> UInt64 {
        (octets &- 0x0101_0101_0101_0101) & ~octets & 0x8080_8080_8080_8080
    }

    /// The first eight octets of `range` in lower case as a number, the first in its lowest bits; fewer leave it smaller.
    /// Letters and `-` are told apart by it, which is what field names are made of.
    @inline(__always)
    func nameKey(of range: Range<Int>) -> UInt64 {
        var key: UInt64 = 0
        if range.lowerBound &+ 8 <= count {
            key = eight(at: range.lowerBound)
            if range.count < 8 { key &= (1 &<< UInt64(8 &* range.count)) &- 1 }
        } else {
            for index in range.prefix(8) { key |= UInt64(self[index]) << UInt64(8 &* (index &- range.lowerBound)) }
        }
        return key | 0x2020_2020_2020_2020
    }
}
