internal import Octets

/// UTF-8. RFC 3629.
enum UTF8Text {
    /// The text without its byte order mark. A damaged sequence becomes U+FFFD.
    static func decode(_ octets: Span<UInt8>) -> String {
        String(decoding: startsWithMark(octets) ? octets.extracting(3...) : octets)
    }

    static func isValid(_ octets: Span<UInt8>) -> Bool {
        isASCII(octets) || String(validating: octets.toArray(), as: UTF8.self) != nil
    }

    /// The text, if a byte order mark says that it is UTF-8 and it is.
    static func marked(_ octets: Span<UInt8>) -> String? {
        guard startsWithMark(octets) else { return nil }
        return String(validating: octets.extracting(3...).toArray(), as: UTF8.self)
    }

    private static func startsWithMark(_ octets: Span<UInt8>) -> Bool {
        octets.count >= 3 && octets[0] == 0xEF && octets[1] == 0xBB && octets[2] == 0xBF
    }

    private static func isASCII(_ octets: Span<UInt8>) -> Bool {
        var all: UInt8 = 0
        for index in octets.indices { all |= octets[index] }
        return all < 0x80
    }
}

/// UTF-16 and UTF-32. RFC 2781, Unicode §3.10.
enum UnicodeText {
    /// The text without its byte order mark. A lone surrogate, and an octet left over, become U+FFFD.
    static func utf16(_ octets: Span<UInt8>, isBigEndian: Bool) -> String {
        var writer = UTF16Writer()
        writer.utf8.reserveCapacity(octets.count)
        for pair in 0..<octets.count / 2 {
            let low = UInt16(octets[2 * pair + (isBigEndian ? 1 : 0)])
            let unit = UInt16(octets[2 * pair + (isBigEndian ? 0 : 1)]) << 8 | low
            if pair > 0 || unit != 0xFEFF { writer.append(unit) }
        }
        writer.finish()
        if octets.count % 2 != 0 { writer.utf8.append(scalar: "\u{FFFD}") }
        return String(decoding: writer.utf8, as: UTF8.self)
    }

    /// The text without its byte order mark, which decides if nothing else does; without one, high octets come first. What is no
    /// character, and octets left over, become U+FFFD.
    static func utf32(_ octets: Span<UInt8>, isBigEndian: Bool?) -> String {
        let isLittleMarked =
            octets.count >= 4 && octets[0] == 0xFF && octets[1] == 0xFE && octets[2] == 0 && octets[3] == 0
        let isBigEndian = isBigEndian ?? !isLittleMarked
        var utf8: [UInt8] = []
        utf8.reserveCapacity(octets.count / 2)
        for place in 0..<octets.count / 4 {
            var value: UInt32 = 0
            for index in 0..<4 { value = value << 8 | UInt32(octets[4 * place + (isBigEndian ? index : 3 - index)]) }
            if place > 0 || value != 0xFEFF { utf8.append(scalar: Unicode.Scalar(value) ?? "\u{FFFD}") }
        }
        if octets.count % 4 != 0 { utf8.append(scalar: "\u{FFFD}") }
        return String(decoding: utf8, as: UTF8.self)
    }
}

/// UTF-7, for reading only. RFC 2152.
enum UTF7Text {
    /// The text. Octets above 127 and lone surrogates become U+FFFD; bits that make no unit are dropped.
    static func decode(_ octets: Span<UInt8>) -> String {
        var writer = UTF16Writer()
        writer.utf8.reserveCapacity(octets.count)
        var bits: UInt32 = 0
        var bitCount = 0
        var isShifted = false
        var isFirst = false
        for index in octets.indices {
            let octet = octets[index]
            if isShifted {
                let value = Base64.values[Int(octet)]
                if value < 64 {
                    bits = bits << 6 | UInt32(value)
                    bitCount += 6
                    isFirst = false
                    if bitCount >= 16 {
                        bitCount -= 16
                        writer.append(UInt16(truncatingIfNeeded: bits >> UInt32(bitCount)))
                        bits &= (1 << UInt32(bitCount)) - 1
                    }
                    continue
                }
                isShifted = false
                if octet == UInt8(ascii: "-") {
                    if isFirst { writer.append(UInt16(UInt8(ascii: "+"))) }
                    continue
                }
                if isFirst { writer.append(UInt16(UInt8(ascii: "+"))) }
            }
            if octet == UInt8(ascii: "+") {
                isShifted = true
                isFirst = true
                bits = 0
                bitCount = 0
            } else {
                writer.append(octet < 0x80 ? UInt16(octet) : 0xFFFD)
            }
        }
        writer.finish()
        return String(decoding: writer.utf8, as: UTF8.self)
    }
}

/// Writes units of UTF-16 as UTF-8.
private struct UTF16Writer {
    var utf8: [UInt8] = []
    private var lead: UInt16?

    mutating func append(_ unit: UInt16) {
        if let high = lead {
            lead = nil
            if (0xDC00...0xDFFF).contains(unit) {
                let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
                utf8.append(scalar: Unicode.Scalar(value) ?? "\u{FFFD}")
                return
            }
            utf8.append(scalar: "\u{FFFD}")
        }
        if (0xD800...0xDBFF).contains(unit) {
            lead = unit
        } else {
            utf8.append(scalar: Unicode.Scalar(unit) ?? "\u{FFFD}")
        }
    }

    mutating func finish() {
        if lead != nil { utf8.append(scalar: "\u{FFFD}") }
        lead = nil
    }
}
