internal import Octets

extension Cursor {
    /// Takes one UTF8-non-ascii and says whether there was one: no octet sequence that RFC 3629 §4 does not have, so no
    /// surrogate and nothing that could be written shorter. RFC 6531 §3.3.
    mutating func takeNonASCII(in octets: Span<UInt8>) -> Bool {
        guard let first = peek(in: octets) else { return false }
        var second: ClosedRange<UInt8> = 0x80...0xBF
        let count: Int
        switch first {
        case 0xC2...0xDF: count = 2
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: count = 3
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: count = 4
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: return false
        }
        guard remaining >= count, second.contains(octets[offset + 1]) else { return false }
        for place in 2..<max(count, 2) where octets[offset + place] & 0xC0 != 0x80 { return false }
        offset += count
        return true
    }

    /// Takes the longest run of octets in `set`, and of UTF8-non-ascii if `isInternational`; it may be empty.
    mutating func run(of set: ByteClass, orNonASCII isInternational: Bool, in octets: Span<UInt8>) -> Range<Int> {
        let start = offset
        repeat { _ = run(of: set, in: octets) } while isInternational && takeNonASCII(in: octets)
        return start..<offset
    }
}

extension Span<UInt8> {
    /// Where the first octet that is not ASCII stands; nil if all are.
    func firstNonASCII(in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if self[index] >= 0x80 { return index }
            index += 1
        }
        return nil
    }
}
