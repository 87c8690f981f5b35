/// GB 18030, which contains GBK and GB 2312: codes of one, two and four octets. WHATWG Encoding Standard, gb18030 decoder.
enum GB18030 {
    static func decode(_ octets: Span<UInt8>, into writer: inout UTF8Writer) {
        let array = CharsetTables.gb18030
        let table = array.span
        var index = 0
        while index < octets.count {
            let lead = octets[index]
            guard lead >= 0x80 else {
                writer.appendASCII(of: octets, from: &index)
                continue
            }
            index += 1
            guard lead != 0x80 else {
                // The euro of Windows.
                writer.append(0x20AC)
                continue
            }
            guard lead != 0xFF, index < octets.count else {
                writer.appendDamage()
                continue
            }
            let trail = octets[index]
            if (0x30...0x39).contains(trail) {
                decodeFour(octets, from: &index, into: &writer)
                continue
            }
            let scalar = pointer(lead, trail).map { table[$0] } ?? 0
            if scalar != 0 { writer.append(scalar) } else { writer.appendDamage() }
            if scalar != 0 || trail >= 0x80 { index += 1 }
        }
    }

    /// What two octets from A1 to FE are, or those of 7 bits that mean the same; 0 if nothing.
    static func gb2312(_ row: UInt8, _ column: UInt8) -> UInt32 {
        pointer(row | 0x80, column | 0x80).map { CharsetTables.gb18030[$0] } ?? 0
    }

    private static func pointer(_ lead: UInt8, _ trail: UInt8) -> Int? {
        guard (0x81...0xFE).contains(lead), (0x40...0xFE).contains(trail), trail != 0x7F else { return nil }
        return (Int(lead) - 0x81) * 190 + Int(trail) - (trail < 0x7F ? 0x40 : 0x41)
    }

    /// The rest of a code of four octets, `index` at its second. If it is none, its first octet alone is damaged; if it is none that
    /// means anything, all four are.
    private static func decodeFour(_ octets: Span<UInt8>, from index: inout Int, into writer: inout UTF8Writer) {
        guard index + 2 < octets.count, (0x81...0xFE).contains(octets[index + 1]),
            (0x30...0x39).contains(octets[index + 2])
        else {
            writer.appendDamage()
            // A code that the end cuts off is one damage.
            if index + 1 >= octets.count || (index + 2 >= octets.count && (0x81...0xFE).contains(octets[index + 1])) {
                index = octets.count
            }
            return
        }
        let high = (Int(octets[index - 1]) - 0x81) * 10 + Int(octets[index]) - 0x30
        let pointer = (high * 126 + Int(octets[index + 1]) - 0x81) * 10 + Int(octets[index + 2]) - 0x30
        index += 3
        if pointer < CharsetTables.gb18030Ranges.count {
            writer.append(UInt32(CharsetTables.gb18030Ranges[pointer]))
        } else if pointer >= 189_000, pointer < 189_000 + 0x100000 {
            writer.append(0x10000 + UInt32(pointer - 189_000))
        } else {
            writer.appendDamage()
        }
    }
}

/// GB 2312 in octets of 7 bits, between `~{` and `~}`. RFC 1843.
enum HZ {
    static func decode(_ octets: Span<UInt8>, into writer: inout UTF8Writer) {
        var isShifted = false
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            let next = index + 1 < octets.count ? octets[index + 1] : 0
            index += 1
            switch (octet, next) {
            case (UInt8(ascii: "~"), UInt8(ascii: "{")) where !isShifted:
                isShifted = true
                index += 1
            case (UInt8(ascii: "~"), UInt8(ascii: "}")) where isShifted:
                isShifted = false
                index += 1
            case (UInt8(ascii: "~"), UInt8(ascii: "~")) where !isShifted:
                writer.append(ascii: octet)
                index += 1
            // A line that goes on.
            case (UInt8(ascii: "~"), 0x0A): index += 1
            case (UInt8(ascii: "~"), 0x0D) where index + 1 < octets.count && octets[index + 1] == 0x0A: index += 2
            case (0x21...0x7E, 0x21...0x7E) where isShifted:
                writer.append(nonzero: GB18030.gb2312(octet, next))
                index += 1
            case (0x21...0x7E, _) where isShifted: writer.appendDamage()
            case (0x80..., _): writer.appendDamage()
            default:
                // RFC 1843: text of two octets does not go over the end of a line.
                if octet == 0x0A { isShifted = false }
                writer.append(ascii: octet)
            }
        }
    }
}

extension UTF8Writer {
    /// Appends a character; U+FFFD for 0.
    mutating func append(nonzero scalar: UInt32) {
        if scalar == 0 { appendDamage() } else { append(scalar) }
    }
}
