internal import Octets

/// ISO-2022-JP with its extensions, -KR and -CN, in one: character sets that escape sequences call. RFC 1468, RFC 1554, RFC 1557, RFC 1922;
/// the WHATWG Encoding Standard for katakana, JIS C 6226-1978, and damage.
///
/// Every line begins in US-ASCII, whatever the line before it ended in, so damage does not go over the end of a line. What an escape
/// sequence designates for Shift Out stays; RFC 1922 ends it with the line, but not all software says it again.
enum ISO2022 {
    enum CharacterSet: Hashable, Sendable {
        case ascii, roman, katakana, latin1, greek
        case jisX0208, jisX0212, gb2312, ksX1001, cns1, cns2

        var isDouble: Bool {
            switch self {
            case .ascii, .roman, .katakana, .latin1, .greek: false
            case .jisX0208, .jisX0212, .gb2312, .ksX1001, .cns1, .cns2: true
            }
        }
    }

    /// Where an escape sequence puts its set.
    private enum Slot { case direct, shiftOut, singleShift, none }

    /// By the two or three octets behind ESC, the first one highest.
    private static let escapes: [UInt32: (Slot, CharacterSet)] = {
        let sequences: [(String, Slot, CharacterSet)] = [
            ("(B", .direct, .ascii), ("(J", .direct, .roman), ("(H", .direct, .roman), ("(I", .direct, .katakana),
            ("$@", .direct, .jisX0208), ("$B", .direct, .jisX0208), ("$(@", .direct, .jisX0208),
            ("$(B", .direct, .jisX0208),
            ("$(D", .direct, .jisX0212), ("$A", .direct, .gb2312), ("$(A", .direct, .gb2312),
            ("$(C", .direct, .ksX1001),
            ("$)C", .shiftOut, .ksX1001), ("$)A", .shiftOut, .gb2312), ("$)G", .shiftOut, .cns1),
            ("$*H", .singleShift, .cns2), (".A", .singleShift, .latin1), (".F", .singleShift, .greek),
            // The announcement of JIS X 0208-1990.
            ("&@", .none, .ascii),
        ]
        var escapes: [UInt32: (Slot, CharacterSet)] = [:]
        for (sequence, slot, set) in sequences {
            escapes[sequence.utf8.reduce(0) { $0 << 8 | UInt32($1) }] = (slot, set)
        }
        return escapes
    }()

    static func decode(_ octets: Span<UInt8>, shiftedOut: CharacterSet?, into writer: inout UTF8Writer) {
        var direct = CharacterSet.ascii
        var outer = shiftedOut
        var single: CharacterSet?
        var isOut = false
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            switch octet {
            case 0x1B:
                if let (slot, set, count) = escape(octets, at: index + 1) {
                    switch slot {
                    case .direct: direct = set
                    case .shiftOut: outer = set
                    case .singleShift: single = set
                    case .none: break
                    }
                    index += 1 + count
                } else if let set = single, index + 1 < octets.count, octets[index + 1] == UInt8(ascii: "N") {
                    // Single Shift Two: one character of that set.
                    index += 2
                    decodeOne(octets, at: &index, set, into: &writer)
                } else {
                    writer.appendDamage()
                    index += 1
                }
            case 0x0E where outer != nil:
                isOut = true
                index += 1
            case 0x0F where isOut || outer != nil:
                isOut = false
                index += 1
            case 0x0A, 0x0D:
                direct = .ascii
                isOut = false
                writer.append(ascii: octet)
                index += 1
            case 0x0E, 0x0F, 0x80...:
                writer.appendDamage()
                index += 1
            case 0...0x20:
                writer.append(ascii: octet)
                index += 1
            default: decodeOne(octets, at: &index, isOut ? outer ?? direct : direct, into: &writer)
            }
        }
    }

    /// The escape sequence behind ESC, and how many octets it has.
    private static func escape(_ octets: Span<UInt8>, at start: Int) -> (Slot, CharacterSet, Int)? {
        guard start < octets.count, (0x24...0x2E).contains(octets[start]) else { return nil }
        var sequence = UInt32(octets[start])
        for count in 2...3 where start + count <= octets.count {
            sequence = sequence << 8 | UInt32(octets[start + count - 1])
            if let (slot, set) = escapes[sequence] { return (slot, set, count) }
        }
        return nil
    }

    /// Decodes one character of `set`, and moves `index` behind it. A second octet that cannot be one is left.
    private static func decodeOne(
        _ octets: Span<UInt8>,
        at index: inout Int,
        _ set: CharacterSet,
        into writer: inout UTF8Writer
    ) {
        guard index < octets.count else { return writer.appendDamage() }
        let first = octets[index]
        guard (0x20...0x7F).contains(first) else { return writer.appendDamage() }
        index += 1
        guard set.isDouble else { return writer.append(nonzero: scalar(first, in: set)) }
        guard index < octets.count, (0x21...0x7E).contains(octets[index]), (0x21...0x7E).contains(first) else {
            return writer.appendDamage()
        }
        writer.append(nonzero: scalar(first, octets[index], in: set))
        index += 1
    }

    private static func scalar(_ octet: UInt8, in set: CharacterSet) -> UInt32 {
        switch (set, octet) {
        case (.roman, 0x5C): 0xA5
        case (.roman, 0x7E): 0x203E
        case (.katakana, 0x21...0x5F): 0xFF61 + UInt32(octet) - 0x21
        case (.katakana, _): 0
        case (.latin1, _): UInt32(octet) + 0x80
        case (.greek, _): greek.map { UInt32($0[Int(octet) + 0x80]) } ?? 0
        default: UInt32(octet)
        }
    }

    private static func scalar(_ first: UInt8, _ second: UInt8, in set: CharacterSet) -> UInt32 {
        let pointer = (Int(first) - 0x21) * 94 + Int(second) - 0x21
        return switch set {
        case .jisX0208: CharsetTables.jis0208[pointer]
        case .jisX0212: CharsetTables.jis0212[pointer]
        case .gb2312: GB18030.gb2312(first, second)
        case .ksX1001: EUCKR.scalar(first | 0x80, second | 0x80)
        case .cns1: CharsetTables.cns1[pointer]
        case .cns2: CharsetTables.cns2[pointer]
        case .ascii, .roman, .katakana, .latin1, .greek: 0
        }
    }

    private static let greek = CharsetTables.singleOctets("ISO-8859-7")
}
