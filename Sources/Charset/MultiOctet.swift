internal import Octets

// The decoders of the WHATWG Encoding Standard for codes of several octets. All do the same with what is damaged: the lead octet
// becomes U+FFFD; the octet behind it goes with it, unless it is US-ASCII, which is read anew.

/// Charsets of one octet.
enum SingleOctet {
    static func decode(_ octets: Span<UInt8>, _ table: [UInt16], into writer: inout UTF8Writer) {
        let table = table.span
        guard table.count == 256 else { return }
        // Some have letters where US-ASCII has control characters.
        var isASCII = true
        for octet in 0..<128 where table[octet] != UInt16(octet) { isASCII = false }
        var index = 0
        while index < octets.count {
            if isASCII { writer.appendASCII(of: octets, from: &index) }
            while index < octets.count, !isASCII || octets[index] >= 0x80 {
                writer.append(UInt32(table[Int(octets[index])]))
                index += 1
            }
        }
    }
}

/// Charsets of one octet for US-ASCII and two for all else.
private protocol LeadAndTrail {
    /// What a lead octet above 127 is alone; nil if another must follow.
    static func alone(_ lead: UInt8) -> UInt32?
    /// What a lead and a trail octet are; 0 if they are nothing.
    static func scalar(_ lead: UInt8, _ trail: UInt8) -> UInt32
}

extension LeadAndTrail {
    static func decodePairs(_ octets: Span<UInt8>, into writer: inout UTF8Writer) {
        var index = 0
        while index < octets.count {
            let lead = octets[index]
            guard lead >= 0x80 else {
                writer.appendASCII(of: octets, from: &index)
                continue
            }
            index += 1
            if let scalar = alone(lead) {
                writer.append(scalar)
                continue
            }
            guard index < octets.count else { return writer.appendDamage() }
            let trail = octets[index]
            let scalar = scalar(lead, trail)
            if scalar != 0 {
                writer.append(scalar)
                index += 1
            } else {
                writer.appendDamage()
                if trail >= 0x80 { index += 1 }
            }
        }
    }
}

/// EUC-KR with what Windows added.
enum EUCKR: LeadAndTrail {
    static func decode(_ octets: Span<UInt8>, into writer: inout UTF8Writer) { decodePairs(octets, into: &writer) }

    static func alone(_ lead: UInt8) -> UInt32? { lead == 0x80 || lead == 0xFF ? 0xFFFD : nil }

    static func scalar(_ lead: UInt8, _ trail: UInt8) -> UInt32 {
        guard (0x41...0xFE).contains(trail) else { return 0 }
        return CharsetTables.eucKR[(Int(lead) - 0x81) * 190 + Int(trail) - 0x41]
    }
}

/// Shift_JIS as Windows has it.
enum ShiftJIS: LeadAndTrail {
    static func decode(_ octets: Span<UInt8>, into writer: inout UTF8Writer) { decodePairs(octets, into: &writer) }

    static func alone(_ lead: UInt8) -> UInt32? {
        switch lead {
        case 0x80: 0x80
        // Katakana of half width.
        case 0xA1...0xDF: 0xFF61 + UInt32(lead) - 0xA1
        case 0xA0, 0xFD...0xFF: 0xFFFD
        default: nil
        }
    }

    static func scalar(_ lead: UInt8, _ trail: UInt8) -> UInt32 {
        guard (0x40...0xFC).contains(trail), trail != 0x7F else { return 0 }
        let row = Int(lead) - (lead < 0xA0 ? 0x81 : 0xC1)
        let pointer = row * 188 + Int(trail) - (trail < 0x7F ? 0x40 : 0x41)
        // Private characters.
        if (8836...10715).contains(pointer) { return 0xE000 + UInt32(pointer - 8836) }
        return CharsetTables.jis0208[pointer]
    }
}

/// Big5 with ETEN and HKSCS.
enum Big5 {
    static func decode(_ octets: Span<UInt8>, into writer: inout UTF8Writer) {
        let array = CharsetTables.big5
        let table = array.span
        var index = 0
        while index < octets.count {
            let lead = octets[index]
            guard lead >= 0x80 else {
                writer.appendASCII(of: octets, from: &index)
                continue
            }
            index += 1
            guard lead != 0x80, lead != 0xFF, index < octets.count else {
                writer.appendDamage()
                continue
            }
            let trail = octets[index]
            var scalars: (UInt32, UInt32) = (0, 0)
            if (0x40...0x7E).contains(trail) || (0xA1...0xFE).contains(trail) {
                let pointer = (Int(lead) - 0x81) * 157 + Int(trail) - (trail < 0x7F ? 0x40 : 0x62)
                // Letters that are two characters.
                switch pointer {
                case 1133: scalars = (0xCA, 0x304)
                case 1135: scalars = (0xCA, 0x30C)
                case 1164: scalars = (0xEA, 0x304)
                case 1166: scalars = (0xEA, 0x30C)
                default: scalars = (table[pointer], 0)
                }
            }
            guard scalars.0 != 0 else {
                writer.appendDamage()
                if trail >= 0x80 { index += 1 }
                continue
            }
            writer.append(scalars.0)
            if scalars.1 != 0 { writer.append(scalars.1) }
            index += 1
        }
    }
}

/// EUC-JP, with JIS X 0212 behind a third octet.
enum EUCJP {
    static func decode(_ octets: Span<UInt8>, into writer: inout UTF8Writer) {
        var index = 0
        while index < octets.count {
            let lead = octets[index]
            guard lead >= 0x80 else {
                writer.appendASCII(of: octets, from: &index)
                continue
            }
            index += 1
            guard lead == 0x8E || lead == 0x8F || (0xA1...0xFE).contains(lead), index < octets.count else {
                writer.appendDamage()
                continue
            }
            var row = lead
            var table = CharsetTables.jis0208
            if lead == 0x8F, (0xA1...0xFE).contains(octets[index]) {
                row = octets[index]
                table = CharsetTables.jis0212
                index += 1
                guard index < octets.count else { return writer.appendDamage() }
            }
            let trail = octets[index]
            var scalar: UInt32 = 0
            if row == 0x8E {
                if (0xA1...0xDF).contains(trail) { scalar = 0xFF61 + UInt32(trail) - 0xA1 }
            } else if row >= 0xA1, (0xA1...0xFE).contains(trail) {
                scalar = table[(Int(row) - 0xA1) * 94 + Int(trail) - 0xA1]
            }
            if scalar != 0 { writer.append(scalar) } else { writer.appendDamage() }
            if scalar != 0 || trail >= 0x80 { index += 1 }
        }
    }
}
