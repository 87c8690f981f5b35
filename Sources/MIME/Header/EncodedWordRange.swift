internal import Octets

/// Text that RFC 2047 wraps in ASCII: `=?charset?encoding?text?=`.
public enum EncodedWord {
    /// Where the encoded word that begins at `start` lies; nil if none begins there. It has no blank in it. RFC 2047 §2.
    static func range(at start: Int, end: Int, in octets: Span<UInt8>) -> Range<Int>? {
        guard end - start >= 8, octets[start] == 0x3D, octets[start + 1] == 0x3F else { return nil }
        var position = start + 2
        guard skipPart(&position, end: end, in: octets), position > start + 3 else { return nil }
        guard position + 1 < end, octets[position + 1] == 0x3F else { return nil }
        guard octets[position].asciiLowercased == 0x62 || octets[position].asciiLowercased == 0x71 else { return nil }
        position += 2
        guard skipPart(&position, end: end, in: octets), position < end, octets[position] == 0x3D else { return nil }
        return start..<position + 1
    }

    /// Moves behind the next `?`; false if a blank or the end comes first.
    private static func skipPart(_ position: inout Int, end: Int, in octets: Span<UInt8>) -> Bool {
        while position < end {
            let byte = octets[position]
            if HeaderFields.isBlank(byte) { return false }
            position += 1
            if byte == 0x3F { return true }
        }
        return false
    }
}
