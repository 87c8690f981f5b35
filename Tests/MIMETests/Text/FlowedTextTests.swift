import MIME
import PorticoTesting
import Testing

struct FlowedTextTests {
    @Test(
        .rfc(3676, "4"),
        arguments: [
            ("", ""), ("a", "a\n"), ("a \r\nb\r\n", "a b\n"), ("a \nb \nc\nd", "a b c\nd\n"), ("a\n\nb\n", "a\n\nb\n"),
            (" a\n >b\n From c", "a\n>b\nFrom c\n"), ("> a \n> b\n>> c", "> a b\n>> c\n"), ("> a \nb", "> a \nb\n"),
            (">> a \n> b \n> c", ">> a \n> b c\n"), (">\n> \n>a", ">\n>\n> a\n"), ("a \n-- \nb", "a \n-- \nb\n"),
            ("> a \n> -- \n> b", "> a \n> -- \n> b\n"), ("--  \nb", "--  b\n"), ("a \r\n\r\nb", "a \nb\n"),
            ("a ", "a \n"), ("\r\r", "\n\n"),
            ("> > a", "> > a\n"),
        ]
    )
    func decodes(_ text: String, _ expected: String) {
        #expect(FlowedText.decode(text) == expected)
    }

    @Test(
        .rfc(3676, "4.4"),
        arguments: [("a \nb", "ab\n"), ("a  \nb", "a b\n"), ("> あ \n> い", "> あい\n"), ("-- \na ", "-- \na\n")]
    )
    func deletesSpaces(_ text: String, _ expected: String) {
        #expect(FlowedText.decode(text, deletesSpace: true) == expected)
    }

    @Test(
        .rfc(3676, "4.2"),
        arguments: [
            ("", ""), ("a", "a\r\n"), ("a  \n\nb", "a\r\n\r\nb\r\n"),
            (" a\n>b\nFrom c\nfrom d", "  a\r\n> b\r\n From c\r\n from d\r\n"),
            ("> > a\n>\n> ", ">> a\r\n>\r\n>\r\n"), ("-- \nme", "-- \r\nme\r\n"), ("> -- ", "> -- \r\n"),
            ("--  ", "--\r\n"),
        ]
    )
    func encodes(_ text: String, _ expected: String) {
        #expect(String(decoding: FlowedText.encode(text), as: UTF8.self) == expected)
    }

    private static let texts = [
        String(repeating: "word ", count: 100) + "end", String(repeating: "x", count: 500),
        "a\n\n> b\n>> " + String(repeating: "q r ", count: 60) + "s",
        "-- " + String(repeating: "y", count: 90), "> -- " + String(repeating: "y", count: 90) + " z",
        String(repeating: "漢字", count: 200),
        String(repeating: "a  b   ", count: 40) + "c", String(repeating: "ü> From ", count: 40) + "c",
        String(repeating: "> ", count: 40) + "deep " + String(repeating: "word ", count: 40) + "x",
        "From " + String(repeating: "From ", count: 40) + "x", String(repeating: "e\u{301}", count: 200),
    ]

    /// What was cut is put together again, and no line is longer than it has to be.
    @Test(.rfc(3676, "4.2"), arguments: texts, [false, true])
    func comesBack(_ text: String, deletesSpace: Bool) {
        let encoded = FlowedText.encode(text, deletesSpace: deletesSpace)
        let canonical = text.replacing("> >", with: ">>").replacing("> >", with: ">>")
        #expect(FlowedText.decode(encoded.span, deletesSpace: deletesSpace) == canonical + "\n")
        let lines = String(decoding: encoded, as: UTF8.self).split(separator: "\r\n")
        for line in lines {
            let isWord = !line.dropLast().contains(" ") || line.contains("yyyy")
            #expect(line.unicodeScalars.count <= 78 || (isWord && !deletesSpace))
        }
    }

    @Test(
        .rfc(1896, "3"),
        arguments: [
            ("", ""), ("<bold>a</bold> b\nc\n\nd\n\n\ne", "a b c\nd\n\ne\n"), ("a <<b> c", "a <b> c\n"),
            ("<color><param>red</param>a</color>", "a\n"), ("<nofill>a\n b\n\nc</nofill>\nd", "a\n b\n\nc d\n"),
            ("a < b", "a < b\n"),
            ("<fontfamily><param>x", ""), ("</param>a", "a\n"), ("<é>", "<é>\n"), ("a\r\nb\r\n\r\nc", "a b\nc\n"),
        ]
    )
    func enriched(_ text: String, _ expected: String) {
        #expect(EnrichedText.plain(text) == expected)
    }

    @Test(arguments: [
        ("<bold>a</bold> b\n\nc<nl>d<lt>e", "a b c\nd<e\n"), ("<comment>x</comment>a", "a\n"),
        ("<paragraph>a</paragraph><paragraph>b</paragraph>", "\na\n\nb\n"),
    ])
    func richtext(_ text: String, _ expected: String) {
        #expect(EnrichedText.plainRichtext(text) == expected)
    }

    @Test(arguments: [">", "<", " ", "a \n", "> \n", "<a>", "<<", "<param>", "\n", "a ", "<nl>", ">a \n>>b \n"])
    func longShapes(_ shape: String) {
        let text = String(repeating: shape, count: 400_000 / shape.utf8.count)
        _ = FlowedText.decode(text)
        #expect(FlowedText.encode(text).count < text.utf8.count * 4 + 100)
        _ = EnrichedText.plain(text)
        _ = EnrichedText.plainRichtext(text)
    }
}
