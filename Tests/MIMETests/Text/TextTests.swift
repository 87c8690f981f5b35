import Charset
import MIME
import PorticoTesting
import Testing

struct TextTests {
    @Test func alternativesAreShownOnce() {
        let alternative = """
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: multipart/alternative; boundary=a

            --a

            plain
            --a
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: text/html

            <p>rich
            --r--
            --a--
            --m
            Content-Type: text/html

            <p>footer
            --m
            Content-Type: text/plain
            Content-Disposition: attachment

            file
            --m--

            """
        let message = wire(alternative)
        let structure = MessageSummary(of: message.span).structure
        let parts = MessageText(structure, charsets: StandardCharsets())
        #expect(parts.body(of: message.span) == "plain\n\nfooter\n")
        #expect(parts.indexText(of: message.span) == "plain\nrich\nfooter\nfile\n")
        #expect(parts.attachments(of: message.span).map(\.path) == [[3]])
    }

    @Test(
        .rfc(2231, "3"),
        arguments: [
            ("filename*=utf-8'de'%C3%A4.txt", "ä.txt"), ("filename*0=a; filename*1=b.txt", "ab.txt"),
            ("filename*0*=utf-8''%C3; filename*1*=%A4; filename*2=.txt", "ä.txt"),
            ("filename=\"=?utf-8?b?w6Q=?=.txt\"", "ä.txt"),
            ("filename=a.txt; filename*=utf-8''b.txt", "b.txt"), ("filename=two words.txt", "two words.txt"),
            ("filename*=x-none''a%20b", "a b"), ("filename*=%C3%A4", "ä"), ("filename=\"a\\\"b\"", "a\"b"),
        ]
    )
    func fileNames(_ parameter: String, _ expected: String) {
        let header = wire("Content-Disposition: attachment; \(parameter)\n\n")
        #expect(PartHeader(header.span, charsets: StandardCharsets()).fileName == expected)
    }

    @Test(arguments: [
        ("EUC-KR", [0xC7, 0xD1, 0xB1, 0xDB] as [UInt8], "한글"), ("ks_c_5601-1987", [0xC7, 0xD1, 0x8C, 0x63], "한똠"),
        ("iso-2022-kr", [0x1B, 0x24, 0x29, 0x43, 0x0E, 0x47, 0x51, 0x31, 0x5B, 0x0F], "한글"),
        ("ISO-2022-JP", [0x1B, 0x24, 0x42, 0x24, 0x22, 0x1B, 0x28, 0x42], "あ"),
        ("shift_jis", [0x82, 0xA0, 0x87, 0x40], "あ①"),
        ("gb2312", [0xC4, 0xE3, 0x81, 0x30, 0x81, 0x30], "你\u{80}"), ("big5", [0xA7, 0x41], "你"),
        ("koi8-r", [0xC1], "а"),
        ("latin1", [0x80, 0xE9], "€é"), ("us-ascii", [0xE9], "é"), ("utf-8", [0xFF], "\u{FFFD}"),
        ("euc-kr", [0x41, 0xFF, 0x42], "A\u{FFFD}B"), ("euc-kr", [0x41, 0xC7], "A\u{FFFD}"), ("euc-kr", [], ""),
        ("utf-7", Array("&+AOQ-".utf8), "&ä"), ("windows-1251", [0xE0], "а"), ("iso-8859-2", [0xB1], "ą"),
    ])
    func decodes(_ charset: String, _ octets: [UInt8], _ expected: String) {
        #expect(SystemCharsets().decode(octets.span, charset: charset) == expected)
    }

    @Test func longTextIsWhole() {
        let octets = [UInt8](repeating: 0xC1, count: 100_001)
        #expect(SystemCharsets().decode(octets.span, charset: "koi8-r")?.count == 100_001)
        #expect(SystemCharsets().decode(octets.span, charset: "x-unknown") == nil)
        #expect(SystemCharsets().decode(octets.span, charset: "iso-2022-cn-ext") == nil)
    }
}
