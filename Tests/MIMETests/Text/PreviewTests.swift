import Charset
import MIME
import PorticoTesting
import Testing

struct PreviewTests {
    private static func preview(_ text: String, limit: Int = 256) -> String {
        let message = wire(text)
        return MessageText(MessageSummary(of: message.span).structure, charsets: SystemCharsets()).preview(
            of: message.span,
            limit: limit
        )
    }

    @Test(
        .rfc(8970, "3.3"),
        arguments: [
            ("\n", ""), ("\n \u{A0}\t\n", ""), ("\na\r\n b\t c\n\n\nd\n", "a b c d"),
            ("\nnew\n> old\nmore\n-- \nme\n", "new more"),
            ("\n> old\n", "old"), ("\nHi\n\nOn 1 Jan 2026, Ann wrote:\n> old\n", "Hi"),
            ("\n---------- Forwarded message ---------\nFrom: a\nDate: b\nSubject: c\n\nnews\n> old\n", "news"),
            ("\n-- \nonly me\n", "-- only me"),
            ("\n=====\nTitle\n=====\n*** a --- b\n\(String(repeating: "-", count: 500))\nc", "Title a b c"),
            ("\n[cid:image001.png@01] a\u{200B}b\u{AD}c \u{202E}d\u{7}e\n", "abc de"),
            ("\n\u{200C}\u{A0}\u{200C} 👩\u{200D}👧\n", "👩\u{200D}👧"),
            (
                "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nsch=C3=B6=\nn\n",
                "schön"
            ),
            ("Content-Type: text/html\n\n<title>t</title><p>a&nbsp;&zwnj;&nbsp;b<blockquote>old</blockquote>", "a b"),
            (
                "Content-Type: text/html\n\n<div style='display:none'>early&zwnj;&nbsp;</div><img alt=logo><p>seen</p>",
                "early seen"
            ),
            (
                "Content-Type: text/html\n\n<div>new</div><div class=gmail_quote>Ann wrote:<blockquote>old</blockquote></div>",
                "new"
            ),
            ("Content-Type: text/html\n\n<div class=gmail_signature>me</div>", "me"),
            ("Content-Type: text/html\n\n<img alt='a logo'>", "a logo"),
            ("Content-Type: application/pdf\n\nx\n", ""), ("Content-Type: application/pkcs7-mime\n\nx\n", ""),
            ("Content-Type: multipart/encrypted; boundary=b\n\n--b\n\ntext\n--b--\n", ""),
            ("\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n", ""),
            (
                "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- -- a\nb\n-----BEGIN PGP SIGNATURE-----\n\nx\n",
                "-- a b"
            ),
            ("Content-Type: text/plain; format=flowed\n\nSome \ntext\n", "Some text"),
            (Tree.message("mixed(plain,plain)"), "plain text plain text"),
            (Tree.message("alternative(plain,html)"), "plain text"), (Tree.message("mixed(pdf,plain!)"), ""),
        ]
    )
    func previews(_ message: String, _ expected: String) {
        #expect(Self.preview(message) == expected)
    }

    @Test(arguments: [
        "", " \n", "This is an HTML message. Please use a client that shows it.",
        "Ihr Programm kann keine HTML-Nachrichten anzeigen.",
        "Your e-mail reader does not support HTML.", "This is a multi-part message in MIME format.",
    ])
    func plainTextThatSaysNothing(_ plain: String) {
        let message = """
            Content-Type: multipart/alternative; boundary=b

            --b

            \(plain)
            --b
            Content-Type: text/html

            <p>The news
            --b--
            """
        #expect(Self.preview(message) == "The news")
        // Without any text in the HTML, it is better than nothing.
        let without = Self.preview(message.replacing("<p>The news", with: "<img src=x>"))
        #expect(without == plain.split(separator: " ").joined(separator: " ").filter { !$0.isNewline })
    }

    @Test func plainTextThatTalksOfHTML() {
        let plain =
            "I have read your article on HTML and have a message for you: "
            + String(repeating: "well done. ", count: 20)
        let message =
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n\(plain)\n--b\nContent-Type: text/html\n\nrich\n--b--\n"
        #expect(Self.preview(message).hasPrefix("I have read"))
    }

    @Test(
        .rfc(8970, "3.3"),
        arguments: [
            "a", "ab ", "ü", "e\u{301}", "👩\u{200D}👧", "漢字", "\u{1F1E9}\u{1F1EA}", "a\u{200B}", "- ", "x\n", "\u{301}",
            "\r\n",
        ]
    )
    func isShort(_ shape: String) {
        let text = String(repeating: shape, count: 5000)
        for limit in [0, 1, 2, 3, 100, 200, 256] {
            let preview = Self.preview("Content-Type: text/plain; charset=utf-8\n\n" + text, limit: limit)
            #expect(preview.unicodeScalars.count <= limit)
            #expect(preview.unicodeScalars.count >= limit - 10 || shape.allSatisfy(\.isWhitespace))
            let isStart = text.unicodeScalars.starts(with: preview.unicodeScalars)
            #expect(isStart || shape.contains(where: \.isWhitespace) || shape == "a\u{200B}")
        }
    }

    @Test(arguments: try Fixtures.messages().map(\.0))
    func corpus(_ name: String) throws {
        let message = try Fixtures.octets(name)
        let structure = MessageSummary(of: message.span).structure
        let text = MessageText(structure, charsets: SystemCharsets())
        let preview = text.preview(of: message.span)
        #expect(preview.unicodeScalars.count <= 256)
        #expect(!preview.contains { $0.isNewline || $0 == "\t" } && preview.first != " " && preview.last != " ")
        #expect(text.preview(of: message.span) == preview)
    }
}
