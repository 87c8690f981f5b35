import Charset
import MIME
import PorticoTesting
import Testing

@Suite(.rfc(2047, "8"))
struct EncodedWordTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("=?ISO-8859-1?Q?a?=", "a"),
        ("=?ISO-8859-1?Q?a?= b", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=  \r\n =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a_b?=", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?_b?=", "a b"),
        ("=?utf-8?b?w6Q=?=", "ä"),
        ("=?UTF-8*de?B?w6Q=?=", "ä"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A4?=", "ä"),
        ("=?utf-8?b?ww==?= =?utf-8?b?pA==?=", "ä"),
        ("=?utf-8?q?=C3=A4?= =?iso-8859-1?q?=E4?=", "ää"),
        ("=?x-none?q?a?= b", "=?x-none?q?a?= b"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("x=?utf-8?q?a?=y", "xay"),
        ("=?windows-1252?q?=80?=", "€"),
        ("=?", "=?"), ("=", "="), ("", ""), ("=?=?=?", "=?=?=?"),
        ("=?utf-8?q??=", ""),
    ])
    func decodes(_ raw: String, _ expected: String) {
        #expect(EncodedWord.decodedText(Array(raw.utf8).span, charsets: StandardCharsets()) == expected)
    }

    /// What RFC 2047 forbids and mail has.
    @Test(
        .rfc(2047, "6.3"),
        arguments: [
            ("=?utf-8?q?a b?=", "a b"),
            ("=?utf-8?q?=C3=A4 b?= c", "ä b c"),
            ("=?utf-8?q?Hello\r\n  _there?=", "Hello there"),
            ("=?utf-8?b?w6\r\n Q=?=", "ä"),
            ("=?utf-8?b?w6Q?=", "ä"),
            ("=?utf-8?b?w6Q=w6Q=?=", "ää"),
            ("=?utf-8?b?w6Q=?==?utf-8?b?w6Q=?=", "ää"),
            ("=?utf-8?b?w6?= =?utf-8?b?Q=?=", "ä"),
            ("=?utf-8?b?ww?= =?utf-8?q?=A4?=", "ä"),
            ("=?UTF-8?B?ww==?= =?utf-8?b?pA==?=", "ä"),
            ("=?utf-8?q?=C3?= =?utf-8?q?a?=", "\u{FFFD}a"),
            // No end.
            ("=?utf-8?q?a", "a"),
            ("=?utf-8?q?=C3=A4?", "ä"),
            ("=?utf-8?q?a rest", "a rest"),
            ("=?utf-8?q?a =?utf-8?q?b?=", "ab"),
            ("=?utf-8?q?a=?utf-8?q?b?=", "ab"),
            ("=?utf-8?b?w6Q= rest", "ä rest"),
            ("=?utf-8?b?w6Q=, rest", "ä, rest"),
            ("=?utf-8?b?w6Q=?", "ä"),
            // Damage in the text stays.
            ("=?utf-8?q?100%=?=", "100%="),
            ("=?utf-8?q?=4?=", "=4"),
            ("=?utf-8?q?=zz?=", "=zz"),
            ("=?utf-8?q?=c3=a4?=", "ä"),
            ("=?utf-8?q?", "=?utf-8?q?"),
            ("=?utf-8?b? x", "=?utf-8?b? x"),
            ("=?utf-8 q a?=", "=?utf-8 q a?="),
            ("=?utf-8?qq?a?=", "=?utf-8?qq?a?="),
            ("=?a=b?q?c?=", "=?a=b?q?c?="),
            ("=??q?a?=", "a"),
            ("=?utf-8*?q?a?=", "a"),
            // A word that is not known stays, and what is around it is decoded.
            ("=?utf-8?q?a?= =?x-none?q?b?= =?utf-8?q?c?=", "a =?x-none?q?b?= c"),
            ("pre=?utf-8?q?a?=post =?utf-8?q?b?=", "preapost b"),
            ("\"=?utf-8?q?a?=\" (=?utf-8?q?b?=)", "\"a\" (b)"),
            ("folded\r\n text\r\n =?utf-8?q?a?=\r\n", "folded text a"),
        ]
    )
    func decodesDamaged(_ raw: String, _ expected: String) {
        #expect(EncodedWord.decodedText(Array(raw.utf8).span, charsets: StandardCharsets()) == expected)
    }

    /// Shift states, and characters cut between words. RFC 2047 §5 has neither, mail has both.
    @Test(arguments: [
        ("=?iso-2022-jp?b?GyRCJF4kXxsoQg==?=", "まみ"),
        ("=?ISO-2022-JP?B?GyRCJF4=?= =?iso-2022-jp?B?JF8bKEI=?=", "まみ"),
        ("=?iso-2022-jp?b?GyRCJF4kXxsoQg==?=\r\n =?iso-2022-jp?b?GyRCJF4kXxsoQg==?=", "まみまみ"),
        ("=?gb2312?q?=C4?= =?gb2312?q?=E3=BA=C3?=", "你好"),
        ("=?big5?b?pKQ=?= =?big5?b?pOU=?=", "中文"),
        ("=?koi8-r?Q?=F2?= =?koi8-r?B?1dPTy8nK?=", "Русский"),
    ])
    func decodesWithTables(_ raw: String, _ expected: String) {
        #expect(EncodedWord.decodedText(Array(raw.utf8).span, charsets: SystemCharsets()) == expected)
    }

    @Test(arguments: [
        "=?", "=?a?q?", "=?a?q?b", "=?a?q?b ", "=?utf-8?q?b?=", "=?utf-8?b?YQ?= ", "=?=", "=?utf-8?q?=?", "=?x?q?a?= ",
    ])
    func longInputEnds(_ piece: String) {
        let octets = Array(String(repeating: piece, count: 100_000 / piece.utf8.count).utf8)
        #expect(EncodedWord.decodedText(octets.span, charsets: StandardCharsets()).utf8.count <= octets.count)
    }

    /// Cut anywhere, text is still decoded, and never into more than there was.
    @Test func everyCut() {
        let raw = Array("a =?utf-8?q?=C3=A4_b?= =?utf-8?b?w6Q=?= (=?x?q?c?=)".utf8)
        for start in raw.indices {
            for end in start...raw.count {
                let text = EncodedWord.decodedText(raw.span.extracting(start..<end), charsets: StandardCharsets())
                #expect(text.utf8.count <= end - start)
            }
        }
    }

    struct Row: Decodable, Sendable {
        var header: String
        var expected: String
    }

    @Test(arguments: try HeaderFixtures.table("mail-parser/unstructured.json", of: Row.self))
    func mailParser(_ row: Row) {
        let value = HeaderFields.fieldValue(row.header)
        let text = EncodedWord.decodedText(value.span, charsets: SystemCharsets())
        compare(text, with: row.expected, except: Self.differences)
    }

    /// What is found there instead.
    private static let differences = Set([
        // That parser puts a space between a word and what it is glued to. RFC 2047 §6.2 has no such space to show.
        "[SUSPECTED SPAM]This is the original subject", "Some text here",
        // It makes one space of a fold. RFC 5322 §2.2.3 takes out the line break and nothing else.
        "FWD:  Saying Hello", "Fwd: \tSaying  Hello",
        "from x.y.test      by example.net      via TCP      with ESMTP      id ABC12345      "
            + "for <mary@example.net>;  21 Nov 1997 10:05:43 -0600",
        "let's = try =?iso-8859-1? to break =? the  parser",
    ])

    @Test func rawOctetsAreGuessed() {
        let latin: [UInt8] = [0x47, 0x72, 0xFC, 0xDF, 0x65]
        #expect(EncodedWord.decodedText(latin.span, charsets: StandardCharsets()) == "Grüße")
        #expect(EncodedWord.decodedText(Array("Grüße".utf8).span, charsets: StandardCharsets()) == "Grüße")
    }
}
