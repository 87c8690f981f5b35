internal import Octets

/// The tables of the East Asian charsets, by pointer as the WHATWG Encoding Standard numbers the codes; 0 where there is no
/// character. They are read out of iconv when they are first needed, which takes some milliseconds, and corrected where iconv
/// differs from the standard. Without iconv's charset a table is empty, and all codes are damaged ones.
enum CharsetTables {
    /// 190 codes a row, from 8141 on: UHC, which contains KS X 1001.
    static let eucKR = read("UHC", rows: 126, columns: 190) { row, column in [row + 0x81, column + 0x41] }

    /// 190 codes a row, from 8140 on, 7F left out: GBK, which contains GB 2312.
    static let gb18030 = corrected(
        read("GB18030", rows: 126, columns: 190) { row, column in
            [row + 0x81, column < 0x3F ? column + 0x40 : column + 0x41]
        },
        by: gb18030Corrections
    ) { lead, trail in (lead - 0x81) * 190 + trail - (trail < 0x7F ? 0x40 : 0x41) }

    /// The codes of four octets below U+10000, by pointer: all characters that had no code of two octets in GB 18030-2000, in their
    /// order. Of those, some have one in the table above by now, and others lost it.
    static let gb18030Ranges: [UInt16] = {
        var hasCode = [Bool](repeating: false, count: 0x10000)
        for scalar in gb18030 where scalar < 0x10000 { hasCode[Int(scalar)] = true }
        for scalar in Array(0x9FB4...0x9FBB) + Array(0xFE10...0xFE19) { hasCode[scalar] = false }
        let former =
            [0xE5E5, 0xE7C7, 0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864] + Array(0xE78D...0xE796)
        for scalar in former { hasCode[scalar] = true }
        var ranges = (0x80..<0x10000).filter { !hasCode[$0] && !(0xD800...0xDFFF).contains($0) }.map { UInt16($0) }
        // U+1E3F and U+E7C7 changed places.
        if ranges.count > 7457 { ranges.insert(0xE7C7, at: 7457) }
        return ranges
    }()

    /// 157 codes a row, from 8140 on, 7F to A0 left out: Big5 with ETEN and HKSCS.
    static let big5 = corrected(
        read("BIG5-HKSCS", rows: 126, columns: 157) { row, column in
            [row + 0x81, column < 0x3F ? column + 0x40 : column + 0x62]
        },
        by: big5Corrections
    ) { lead, trail in (lead - 0x81) * 157 + trail - (trail < 0x7F ? 0x40 : 0x62) }

    /// 94 codes a row, 120 rows, from Shift_JIS 8140 on: JIS X 0208 with the extensions of NEC and IBM, and what Windows has
    /// behind them. From 8836 to 10715 Windows has private characters, which are not in the standard's index.
    static let jis0208 = read("CP932", rows: 60, columns: 188) { row, column in
        [row < 0x1F ? row + 0x81 : row + 0xC1, column < 0x3F ? column + 0x40 : column + 0x41]
    }.enumerated().map { pointer, scalar in (8836...10715).contains(pointer) ? 0 : scalar }

    /// 94 codes a row: JIS X 0212.
    static let jis0212 = read("EUC-JP", rows: 94, columns: 94) { row, column in [0x8F, row + 0xA1, column + 0xA1] }

    /// 94 codes a row: CNS 11643, the first two planes.
    static let cns1 = read("EUC-TW", rows: 94, columns: 94) { row, column in [row + 0xA1, column + 0xA1] }
    static let cns2 = read("EUC-TW", rows: 94, columns: 94) { row, column in [0x8E, 0xA2, row + 0xA1, column + 0xA1] }

    /// The codes of one octet in a charset of iconv; U+FFFD where there is none. Nil if the system does not have it.
    static func singleOctets(_ name: String) -> [UInt16]? {
        guard let iconv = Iconv(from: name, to: "UTF-32LE") else { return nil }
        let corrections = singleOctetCorrections[name] ?? [:]
        return (UInt8.min...UInt8.max).map { octet in
            if let scalar = corrections[octet] { return scalar }
            let scalars = iconv.scalars([octet])
            if scalars.count == 1, let scalar = UInt16(exactly: scalars[0]) { return scalar }
            // Control characters stand for themselves, as in the standard.
            return (0x80...0x9F).contains(octet) ? UInt16(octet) : 0xFFFD
        }
    }

    private static func read(_ name: String, rows: Int, columns: Int, code: (Int, Int) -> [Int]) -> [UInt32] {
        var table = [UInt32](repeating: 0, count: rows * columns)
        guard let iconv = Iconv(from: name, to: "UTF-32LE") else { return table }
        for row in 0..<rows {
            for column in 0..<columns {
                let scalars = iconv.scalars(code(row, column).map { UInt8(truncatingIfNeeded: $0) })
                if scalars.count == 1 { table[row * columns + column] = scalars[0] }
            }
        }
        return table
    }

    /// `table` with the characters of `corrections`: pairs of a code of two octets and a character, in hexadecimal.
    private static func corrected(_ table: [UInt32], by corrections: String, pointer: (Int, Int) -> Int) -> [UInt32] {
        var table = table
        let words = corrections.split { $0 == " " || $0 == "\n" }
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            guard let code = Int(words[index], radix: 16), let scalar = UInt32(words[index + 1], radix: 16) else {
                continue
            }
            table[pointer(code >> 8, code & 0xFF)] = scalar
        }
        return table
    }
}
