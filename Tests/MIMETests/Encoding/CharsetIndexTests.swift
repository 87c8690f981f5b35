import Charset
import MIME
import Testing

/// Every code of the WHATWG Encoding Standard's indexes.
struct CharsetIndexTests {
    /// A code and its character, if it has one.
    private struct Code {
        var octets: [UInt8]
        var scalar: UInt32?

        init(_ octets: [Int], _ scalar: UInt32?) {
            self.octets = octets.map { UInt8(truncatingIfNeeded: $0) }
            self.scalar = scalar
        }

        /// What it is decoded to: without a character one U+FFFD, and its last octet if that is US-ASCII.
        var text: [UInt32] {
            if let scalar { return [scalar] }
            guard let last = octets.last, last < 0x80 else { return [0xFFFD] }
            return [0xFFFD, UInt32(last)]
        }
    }

    /// Decodes all codes, one to a line, and compares line by line.
    private static func compare(_ charset: String, _ codes: [Code], sourceLocation: SourceLocation = #_sourceLocation) {
        var octets: [UInt8] = []
        for code in codes { octets += code.octets + [10] }
        let text = SystemCharsets().decode(octets.span, charset: charset) ?? ""
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == codes.count + 1, sourceLocation: sourceLocation)
        for (code, line) in zip(codes, lines) {
            let values = line.map { $0.value }
            if values == code.text { continue }
            Issue.record("\(charset) \(code.octets): \(values), not \(code.text)", sourceLocation: sourceLocation)
        }
    }

    /// The codes of an index with `columns` trail octets: the first ones from `first` on, those from 7F on from `second` on.
    private static func codes(
        _ index: [UInt32?],
        columns: Int,
        first: Int,
        second: Int,
        lead: (Int) -> Int = { $0 + 0x81 }
    ) -> [Code] {
        index.enumerated().map { pointer, scalar in
            let trail = pointer % columns + first
            return Code([lead(pointer / columns), trail < 0x7F ? trail : pointer % columns + second], scalar)
        }
    }

    @Test func singleOctets() throws {
        let indexes = try CharsetFixtures.words("whatwg/index-single-octet.txt")
        #expect(indexes.count == 27)
        for words in indexes {
            var all = (0..<128).filter { $0 != 10 }.map { Code([$0], UInt32($0)) }
            for (place, word) in words.dropFirst().enumerated() {
                all.append(Code([place + 128], UInt32(word, radix: 16)))
            }
            #expect(all.count == 255)
            Self.compare(words[0], all)
        }
    }

    @Test func eucKR() throws {
        let index = try CharsetFixtures.index("euc-kr")
        #expect(index.count == 126 * 190)
        Self.compare("euc-kr", Self.codes(index, columns: 190, first: 0x41, second: 0x41))
    }

    @Test func big5() throws {
        let index = try CharsetFixtures.index("big5")
        #expect(index.count == 126 * 157)
        var codes = Self.codes(index, columns: 157, first: 0x40, second: 0x62)
        // The four that are two characters stand in no index.
        for pointer in [1166, 1164, 1135, 1133] { codes.remove(at: pointer) }
        Self.compare("big5", codes)
        let octets: [UInt8] = [0x88, 0x62, 0x88, 0x64, 0x88, 0xA3, 0x88, 0xA5]
        let text = SystemCharsets().decode(octets.span, charset: "big5")
        #expect(text?.unicodeScalars.map { $0.value } == [0xCA, 0x304, 0xCA, 0x30C, 0xEA, 0x304, 0xEA, 0x30C])
    }

    @Test func gb18030() throws {
        let index = try CharsetFixtures.index("gb18030")
        #expect(index.count == 126 * 190)
        Self.compare("gbk", Self.codes(index, columns: 190, first: 0x40, second: 0x41))
        Self.compare("gb18030", [Code([0x80], 0x20AC), Code([0xFF], nil)])
    }

    @Test func gb18030OfFourOctets() throws {
        let ranges = try CharsetFixtures.words("whatwg/index-gb18030-ranges.txt").map { words in
            (start: Int(words[0]) ?? 0, scalar: UInt32(words[1], radix: 16) ?? 0)
        }
        #expect(ranges.count == 207)
        func code(_ pointer: Int, _ scalar: UInt32?) -> Code {
            let high = [pointer / 12600 + 0x81, pointer / 1260 % 10 + 0x30]
            return Code(high + [pointer / 10 % 126 + 0x81, pointer % 10 + 0x30], scalar)
        }
        var codes: [Code] = []
        var range = 0
        for pointer in 0...39_419 {
            while range + 1 < ranges.count, ranges[range + 1].start <= pointer { range += 1 }
            let scalar = ranges[range].scalar + UInt32(pointer - ranges[range].start)
            codes.append(code(pointer, pointer == 7457 ? 0xE7C7 : scalar))
        }
        for pointer in [189_000, 189_001, 500_000, 1_237_575] {
            codes.append(code(pointer, 0x10000 + UInt32(pointer - 189_000)))
        }
        Self.compare("gb18030", codes)
        for pointer in [39_420, 100_000, 188_999, 1_237_576, 126 * 12600 - 1] {
            let octets = code(pointer, nil).octets
            #expect(SystemCharsets().decode(octets.span, charset: "gb18030") == "\u{FFFD}")
        }
    }

    @Test func shiftJIS() throws {
        var index = try CharsetFixtures.index("jis0208")
        #expect(index.count == 60 * 188)
        for pointer in 8836...10715 { index[pointer] = 0xE000 + UInt32(pointer - 8836) }
        let codes = Self.codes(index, columns: 188, first: 0x40, second: 0x41) { $0 < 0x1F ? $0 + 0x81 : $0 + 0xC1 }
        Self.compare("shift_jis", codes)
        Self.compare("shift_jis", (0xA1...0xDF).map { Code([$0], 0xFF61 + UInt32($0) - 0xA1) })
        Self.compare("shift_jis", [Code([0x80], 0x80), Code([0x5C], 0x5C), Code([0x7E], 0x7E)])
    }

    @Test func eucJP() throws {
        let jis0208 = try CharsetFixtures.index("jis0208")[..<(94 * 94)]
        let jis0212 = try CharsetFixtures.index("jis0212")
        #expect(jis0212.count == 94 * 94)
        Self.compare("euc-jp", jis0208.enumerated().map { Code([$0 / 94 + 0xA1, $0 % 94 + 0xA1], $1) })
        Self.compare("euc-jp", jis0212.enumerated().map { Code([0x8F, $0 / 94 + 0xA1, $0 % 94 + 0xA1], $1) })
        Self.compare("euc-jp", (0xA1...0xDF).map { Code([0x8E, $0], 0xFF61 + UInt32($0) - 0xA1) })
    }

    @Test func iso2022JP() throws {
        let index = try CharsetFixtures.index("jis0208")[..<(94 * 94)]
        var octets: [UInt8] = []
        for pointer in index.indices {
            octets += [0x1B, 0x24, 0x42, UInt8(pointer / 94 + 0x21), UInt8(pointer % 94 + 0x21), 0x1B, 0x28, 0x42, 10]
        }
        let lines =
            SystemCharsets().decode(octets.span, charset: "iso-2022-jp")?.unicodeScalars.split(separator: "\n") ?? []
        for (line, scalar) in zip(lines, index) where line.map({ $0.value }) != [scalar ?? 0xFFFD] {
            Issue.record("\(line), not \(scalar ?? 0xFFFD)")
        }
        #expect(lines.count == index.count)
    }

    /// Every label of the standard means what it means there.
    @Test func labels() throws {
        var octets = Array(UInt8(0x20)...0x7E) + Array(0x80...0xFF) + [0xA1, 0xA1, 0xB0, 0xB1, 0x81, 0x41]
        octets += Array("\u{1B}$B$\"\u{1B}(B~{<:~}+AOQ-".utf8)
        let charsets = SystemCharsets()
        for words in try CharsetFixtures.words("whatwg/labels.tsv") where words[0] != "replacement" {
            let expected = charsets.decode(octets.span, charset: words[0])
            #expect(expected != nil, "\(words[0])")
            // Mail without a charset is US-ASCII, and is often another one: that is guessed.
            for label in words.dropFirst() where !StandardCharsets.isUnlabelled(label) {
                for variant in [label, label.uppercased(), " \"\(label)\"", label.replacing("_", with: "-")] {
                    #expect(charsets.decode(octets.span, charset: variant) == expected, "\(variant)")
                }
            }
        }
        for label in ["us-ascii", "ASCII", "ANSI_X3.4-1968"] {
            #expect(
                charsets.decode(octets.span, charset: label) == charsets.decode(octets.span, charset: "windows-1252")
            )
        }
        // A browser must not decode these; mail has them.
        for label in ["csiso2022kr", "hz-gb-2312", "iso-2022-cn", "iso-2022-kr"] {
            #expect(charsets.decode(Array("a".utf8).span, charset: label) == "a")
        }
        for label in ["replacement", "iso-2022-cn-ext", "utf-9", "x", "-9", String(repeating: "a", count: 1000)] {
            #expect(charsets.decode(Array("a".utf8).span, charset: label) == nil, "\(label)")
        }
    }

    /// Texts that Python's decoders agree on, but for one: they make a syllable of the filler of KS X 1001 (U+3164) and three letters
    /// behind it, as the Annex of that standard says. The WHATWG Encoding Standard does not, and neither does Windows.
    @Test func pairs() throws {
        let cases = [
            "big5": "big5", "big5hkscs": "big5-hkscs", "cp949": "ks_c_5601-1987", "euc_jisx0213": "euc-jisx0213",
            "euc_jp": "euc-jp", "euc_kr": "euc-kr", "gb18030": "gb18030", "gb2312": "gb2312", "gbk": "gbk",
            "hz": "hz-gb-2312",
            "iso2022_jp": "iso-2022-jp", "iso2022_kr": "iso-2022-kr", "johab": "johab", "shift_jis": "shift_jis",
            "shift_jisx0213": "shift_jisx0213",
        ]
        for (name, charset) in cases {
            let expected = String(decoding: try CharsetFixtures.octets("cjk/\(name)-utf8.txt"), as: UTF8.self)
            let octets = try CharsetFixtures.octets("cjk/\(name).txt")
            let text = SystemCharsets().decode(octets.span, charset: charset) ?? ""
            let lines = text.split(separator: "\n")
            let expectedLines = expected.split(separator: "\n")
            #expect(lines.count == expectedLines.count, "\(name)")
            for (line, expectedLine) in zip(lines, expectedLines) where !(name == "euc_kr" && line.contains("\u{3164}"))
            {
                #expect(line == expectedLine, "\(name)")
            }
        }
    }
}
