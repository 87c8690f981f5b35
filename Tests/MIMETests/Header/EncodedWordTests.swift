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
        ("=?utf-8?q?a", "=?utf-8?q?a"),
        ("=?utf-8?q?a b?=", "=?utf-8?q?a b?="),
        ("x=?utf-8?q?a?=y", "xay"),
        ("=?windows-1252?q?=80?=", "€"),
        ("=?", "=?"), ("=", "="), ("", ""), ("=?=?=?", "=?=?=?"),
        ("=?utf-8?q??=", ""),
    ])
    func decodes(_ raw: String, _ expected: String) {
        #expect(EncodedWord.decodedText(Array(raw.utf8).span, charsets: StandardCharsets()) == expected)
    }

    @Test func rawOctetsAreGuessed() {
        let latin: [UInt8] = [0x47, 0x72, 0xFC, 0xDF, 0x65]
        #expect(EncodedWord.decodedText(latin.span, charsets: StandardCharsets()) == "Grüße")
        #expect(EncodedWord.decodedText(Array("Grüße".utf8).span, charsets: StandardCharsets()) == "Grüße")
    }
}
