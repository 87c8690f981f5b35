import Charset
import MIME
import PorticoTesting
import Testing

struct CharsetTests {
    private static let labels = [
        "utf-8", "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-7", "windows-1252", "x-user-defined", "koi8-r",
        "windows-1258",
        "windows-1255", "viscii", "tcvn", "cp437", "big5", "euc-jp", "euc-kr", "gb18030", "hz-gb-2312", "iso-2022-jp",
        "iso-2022-kr",
        "iso-2022-cn", "shift_jis", "johab", "euc-tw", "euc-jisx0213", "shift_jisx0213", "iso-2022-jp-3", "us-ascii",
    ]

    private static func text(_ octets: [UInt8], _ charset: String) -> String? {
        SystemCharsets().decode(octets.span, charset: charset)
    }

    /// What is damaged is U+FFFD once, and US-ASCII behind it is not swallowed.
    @Test(
        arguments: [
            ("big5", [0xA4, 0x3C], "\u{FFFD}<"), ("big5", [0xFF, 0x41], "\u{FFFD}A"),
            ("big5", [0x81, 0x40, 0x41], "\u{FFFD}@A"),
            ("big5", [0x80], "\u{FFFD}"), ("big5", [0xA4], "\u{FFFD}"), ("big5", [0xA4, 0xFF, 0x41], "\u{FFFD}A"),
            ("big5", [0xA4, 0x40], "一"),
            ("euc-kr", [0xB0, 0x22], "\u{FFFD}\""), ("euc-kr", [0xB0, 0xFF, 0x22], "\u{FFFD}\""),
            ("euc-kr", [0x80, 0x80], "\u{FFFD}\u{FFFD}"),
            ("shift_jis", [0x82, 0x3C], "\u{FFFD}<"), ("shift_jis", [0x82, 0xFD, 0x3C], "\u{FFFD}<"),
            ("shift_jis", [0xA0, 0xFD], "\u{FFFD}\u{FFFD}"),
            ("shift_jis", [0x82, 0x7F], "\u{FFFD}\u{7F}"), ("shift_jis", [0xB1, 0x5C, 0x7E], "ｱ\\~"),
            ("shift_jis", [0xF0, 0x40], "\u{E000}"),
            ("euc-jp", [0xA4, 0x3E], "\u{FFFD}>"), ("euc-jp", [0x8F, 0xB0, 0x3E], "\u{FFFD}>"),
            ("euc-jp", [0x8E, 0xE0, 0x3E], "\u{FFFD}>"),
            ("euc-jp", [0x8F], "\u{FFFD}"), ("euc-jp", [0x8F, 0xB0], "\u{FFFD}"),
            ("euc-jp", [0x8F, 0x41], "\u{FFFD}A"),
            ("euc-jp", [0x85, 0x41], "\u{FFFD}A"),
            ("gb18030", [0x81, 0x30, 0x81, 0x3C], "\u{FFFD}0\u{FFFD}<"), ("gb18030", [0x81, 0x30, 0x3C], "\u{FFFD}0<"),
            ("gb18030", [0x81, 0x30], "\u{FFFD}"), ("gb18030", [0x81, 0x30, 0x81], "\u{FFFD}"),
            ("gb18030", [0x81], "\u{FFFD}"),
            ("gb18030", [0x81, 0x30, 0x41], "\u{FFFD}0A"), ("gb18030", [0x81, 0x7F], "\u{FFFD}\u{7F}"),
            ("gb18030", [0x80], "€"),
            ("gb2312", [0xA2, 0xE3], "€"), ("gb2312", [0x90, 0x30, 0x81, 0x30], "\u{10000}"),
            ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x24, 0x0A, 0x41], "\u{FFFD}\nA"),
            ("iso-2022-jp", [0x1B, 0x41], "\u{FFFD}A"),
            ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x24, 0x22], "あ"), ("iso-2022-jp", [0x1B], "\u{FFFD}"),
            ("iso-2022-jp", [0xC3, 0x41], "\u{FFFD}A"),
            ("iso-2022-jp", [0x1B, 0x28, 0x4A, 0x5C, 0x7E, 0x1B, 0x28, 0x42, 0x5C], "¥‾\\"),
            ("iso-2022-jp", [0x0E, 0x41], "\u{FFFD}A"),
            ("iso-2022-jp", [0x1B, 0x28, 0x49, 0x31, 0x60], "ｱ\u{FFFD}"),
            ("iso-2022-jp", [0x1B, 0x24, 0x40, 0x24, 0x22], "あ"),
            ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x24, 0x1B, 0x28, 0x42, 0x41], "\u{FFFD}A"),
            ("iso-2022-jp-2", [0x1B, 0x24, 0x41, 0x44, 0x63, 0x1B, 0x24, 0x28, 0x43, 0x47, 0x51], "你한"),
            ("iso-2022-jp-2", [0x1B, 0x2E, 0x41, 0x1B, 0x4E, 0x69, 0x1B, 0x2E, 0x46, 0x1B, 0x4E, 0x61, 0x62], "éαb"),
            ("iso-2022-jp-1", [0x1B, 0x24, 0x28, 0x44, 0x30, 0x21], "丂"),
            ("iso-2022-jp", [0x1B, 0x4E, 0x41], "\u{FFFD}NA"),
            ("iso-2022-kr", [0x0E, 0x47, 0x51, 0x0F, 0x41], "한A"),
            ("iso-2022-kr", [0x0E, 0x47, 0x51, 0x0A, 0x41], "한\nA"),
            ("iso-2022-cn", [0x1B, 0x24, 0x29, 0x41, 0x0E, 0x44, 0x63, 0x0F, 0x41], "你A"),
            ("iso-2022-cn", [0x1B, 0x24, 0x29, 0x47, 0x0E, 0x44, 0x21], "一"),
            ("iso-2022-cn", [0x1B, 0x24, 0x2A, 0x48, 0x1B, 0x4E, 0x21, 0x21, 0x41], "乂A"),
            ("hz", Array("~~a~{Dc~}b~\nc".utf8), "~a你bc"), ("hz", Array("~{D\nc~".utf8), "\u{FFFD}\nc~"),
            ("hz", Array("~x~{~".utf8), "~x\u{FFFD}"),
        ] as [(String, [UInt8], String)]
    )
    func damage(_ charset: String, _ octets: [UInt8], _ expected: String) {
        #expect(Self.text(octets, charset) == expected)
    }

    @Test(
        arguments: [
            ("utf-16", [0xFE, 0xFF, 0x00, 0xE4], "ä"), ("utf-16", [0xFF, 0xFE, 0xE4, 0x00], "ä"),
            ("utf-16", [0xE4, 0x00], "ä"),
            ("utf-16be", [0xFE, 0xFF, 0xD8, 0x3D, 0xDE, 0x00], "😀"),
            ("utf-16be", [0xD8, 0x3D, 0x00, 0x41, 0x41], "\u{FFFD}A\u{FFFD}"),
            ("utf-16le", [0x3D, 0xD8], "\u{FFFD}"), ("utf-16le", [0x00, 0xDC, 0x41, 0x00], "\u{FFFD}A"),
            ("ucs-2", [0x41, 0x00], "A"),
            ("utf-32", [0, 0, 0xFE, 0xFF, 0, 1, 0xF6, 0], "😀"), ("utf-32", [0xFF, 0xFE, 0, 0, 0, 0xF6, 1, 0], "😀"),
            ("utf-32le", [0x41, 0, 0, 0, 0x42], "A\u{FFFD}"),
            ("utf-32be", [0, 0x11, 0, 0, 0, 0, 0xD8, 0], "\u{FFFD}\u{FFFD}"),
            ("utf-7", Array("1 + 1 +- 2 +AOQ- x+AGE.+2D3eAA-".utf8), "1 + 1 + 2 ä xa.😀"),
            ("utf-7", Array("+2D0-".utf8) + [0xE9], "\u{FFFD}\u{FFFD}"),
            ("x-user-defined", [0x41, 0x80, 0xFF], "A\u{F780}\u{F7FF}"),
            ("utf-8", [0xEF, 0xBB, 0xBF, 0x61], "a"), ("koi8-r", [0xEF, 0xBB, 0xBF, 0xC3, 0xA4], "ä"),
            ("koi8-r", [0xEF, 0xBB, 0xBF, 0xC3], "О╩©ц"),
            ("utf-8", [0x61, 0xE2, 0x82, 0x62, 0xC0, 0x80], "a\u{FFFD}b\u{FFFD}\u{FFFD}"),
        ] as [(String, [UInt8], String)]
    )
    func unicode(_ charset: String, _ octets: [UInt8], _ expected: String) {
        #expect(Self.text(octets, charset) == expected)
    }

    @Test(arguments: [
        ("win-1251", "а"), ("Windows 1251", "а"), ("CP-1251", "а"), ("x-windows-1251", "а"), ("'windows-1251'", "а"),
        ("cswindows1251", "а"),
        ("ISO 8859-5", "р"), ("iso8859_5", "р"), ("koi8r", "Ю"), ("macintosh", "‡"), ("ibm850", "Ó"), ("latin-1", "à"),
        ("ISO_8859_1", "à"),
        ("unknown-8bit", "à"), ("", "à"), ("tis-620", "เ"), ("iso-8859-8-i", "א"), ("windows-31j", "\u{FFFD}"),
    ])
    func labels(_ label: String, _ expected: String) {
        #expect(Self.text([0xE0], label) == expected)
    }

    @Test(
        arguments: [
            ([], .utf8, ""), (Array("Grüße".utf8), .utf8, "Grüße"), ([0x47, 0xFC], .windows1252, "Gü"),
            ([0xFF, 0xFE, 0x41, 0], .utf16LE, "A"),
            ([0xFE, 0xFF, 0, 0x41], .utf16BE, "A"),
            (Array("Hello, Welt!".utf8).flatMap { [$0, 0] }, .utf16LE, "Hello, Welt!"),
            (Array("Hello, Welt!".utf8).flatMap { [0, $0] }, .utf16BE, "Hello, Welt!"), ([0x41, 0], .utf8, "A\0"),
            (Array("\u{1B}$B$\"\u{1B}(B.".utf8), .iso2022JP, "あ."),
            (Array("\u{1B}$)C\u{0E}GQ\u{0F}.".utf8), .iso2022KR, "한."),
            (Array("\u{1B}$)A\u{0E}Dc\u{0F}.".utf8), .iso2022CN, "你."), (Array("\u{1B}[1m".utf8), .utf8, "\u{1B}[1m"),
            (Array("\u{1B}$Bä".utf8), .utf8, "\u{1B}$Bä"),
            ([UInt8](repeating: 0, count: 40), .utf8, String(repeating: "\0", count: 40)),
        ] as [([UInt8], CharsetGuess, String)]
    )
    func guesses(_ octets: [UInt8], _ guess: CharsetGuess, _ expected: String) {
        #expect(CharsetGuess(octets.span) == guess)
        for label in ["", "us-ascii", "unknown-8bit"] { #expect(Self.text(octets, label) == expected) }
        #expect(SystemCharsets().text(octets.span, charset: "no-such-charset") == expected)
    }

    /// Any octets give a text, and no `<` is lost or made where none is part of a code.
    @Test func anything() {
        var random = SeededGenerator(seed: 31)
        let exact = [
            "koi8-r", "windows-1258", "cp437", "big5", "euc-jp", "euc-kr", "gb18030", "shift_jis", "windows-1252",
        ]
        for round in 0..<40 {
            for label in Self.labels {
                let octets =
                    random.octets(random.number(below: 60)) + random.octets(20, of: "\u{1B}$BA()<~{}\n\u{0E}\u{0F}+-N")
                let text = Self.text(octets, label)
                #expect(text != nil, "\(label)")
                // No octets that the mark of UTF-8 changes the meaning of.
                guard exact.contains(label), !octets.starts(with: [0xEF]), round > 0 else { continue }
                let count = octets.count { $0 == UInt8(ascii: "<") }
                #expect(text?.unicodeScalars.count { $0 == "<" } == count, "\(label) \(octets)")
            }
        }
    }

    @Test func worstShapes() {
        let count = 40_000
        for label in Self.labels {
            for octet in [0x1B, 0x81, 0x8F, 0xFF, 0x2B, 0x7E, 0x24] as [UInt8] {
                let text = Self.text([UInt8](repeating: octet, count: count), label) ?? ""
                #expect(text.utf8.count <= count * 4, "\(label) \(octet)")
            }
        }
    }
}
