import Charset
import MIME
import PorticoTesting
import Testing

struct MessageTextTests {
    private static func parts(_ text: String) -> (MessageText<SystemCharsets>, [UInt8]) {
        let message = wire(text)
        return (MessageText(MessageSummary(of: message.span).structure, charsets: SystemCharsets()), message)
    }

    private static func body(_ text: String) -> String {
        let (parts, message) = parts(text)
        return parts.body(of: message.span)
    }

    @Test(arguments: [
        ("Content-Type: text/plain; format=flowed\n\na \nb\n> c \n> d\n", "a b\n> c d\n"),
        ("Content-Type: text/plain; format=flowed; delsp=yes\n\na \nb\n", "ab\n"),
        ("Content-Type: text/plain\n\na \nb\n", "a \nb\n"),
        ("Content-Type: text/enriched\n\n<bold>a</bold>\nb\n\nc\n", "a b\nc\n"),
        ("Content-Type: text/richtext\n\na<lt>b\n", "a<b\n"),
        ("Content-Type: text/html\n\n<b>a</b>\n", "a\n"), ("Content-Type: text/calendar\n\nBEGIN\n", ""),
        ("Content-Type: text/plain; charset=iso-2022-jp\n\n\u{1B}$B$\"\u{1B}(B\n", "あ\n"),
        ("Content-Type: text/plain; charset=x-none\n\nä\n", "ä\n"),
        (
            "\na\n\nbegin 644 cat.txt\n#0V%T\n`\nend\nb\n\n",
            "a\n\n[cat.txt]\nb\n\n"
        ),
        (Tree.message("alternative(plain,html)").replacing("plain text", with: " "), "html text\n"),
        (Tree.message("related(image,html)"), ""), (Tree.message("alternative(enriched,pdf)"), "enriched text\n"),
    ])
    func shows(_ message: String, _ expected: String) {
        #expect(Self.body(message) == expected)
    }

    @Test(
        .rfc(2387, "3.2"),
        arguments: [
            ("; start=\"<b>\"", "second", [[1]]), ("; start=\"<a>\"", "first", [[2]]), ("", "first", [[2]]),
            ("; start=\"<x>\"", "first", [[2]]),
        ]
    )
    func startOfRelated(_ parameter: String, _ expected: String, _ attached: [[Int]]) {
        let (parts, message) = Self.parts(
            """
            Content-Type: multipart/related; boundary=r\(parameter)

            --r
            Content-Type: text/plain
            Content-ID: <a>

            first
            --r
            Content-Type: text/html
            Content-ID: <b>

            second
            --r--
            """
        )
        #expect(parts.body(of: message.span).hasPrefix(expected))
        #expect(parts.attachments(of: message.span).map(\.path) == attached)
    }

    @Test func namesAndKinds() {
        let (parts, message) = Self.parts(
            """
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: text/html

            <img src=cid:i@x>
            --r
            Content-Type: image/jpeg
            Content-ID: <i@x>

            x
            --r--
            --m
            Content-Type: message/rfc822

            Subject: =?utf-8?q?=C3=9C/b:_?= c

            --m
            Content-Type: message/rfc822

            Subject:

            --m
            Content-Type: application/ms-tnef

            --m
            Content-Type: text/calendar

            --m
            Content-Type: application/x-none
            Content-Disposition: attachment; filename=" "

            --m
            Content-Type: image/png
            Content-Transfer-Encoding: base64

            YWJj
            --m
            Content-Type: application/pdf; name="a/b.pdf"
            Content-Disposition: inline

            --m--
            """
        )
        let found = parts.attachments(of: message.span).map {
            "\($0.path.map(String.init).joined(separator: ".")) \($0.name) \($0.size) \($0.isInline) \($0.contentID ?? "-")"
        }
        #expect(
            found == [
                "1.2 attachment-1.2.jpg 1 true i@x", "2 Ü_b_ c.eml 37 false -", "3 message-3.eml 12 false -",
                "4 winmail.dat 0 false -",
                "5 invite.ics 0 false -", "6 attachment-6.bin 0 false -", "7 attachment-7.png 3 true -",
                "8 a/b.pdf 0 true -",
            ]
        )
    }

    @Test func indexHasAllWords() {
        let (parts, message) = Self.parts(
            """
            Subject: not this
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: text/plain

            begin 644 cat.txt
            #0V%T
            `
            end
            --m
            Content-Type: message/rfc822

            Subject: =?utf-8?q?inn=C3=A9r?=
            Content-Type: text/html

            <p hidden>x<p>deep&eacute;
            --m
            Content-Type: application/pdf; name=file.pdf

            no text
            --m
            Content-Type: text/rtf

            {\\rtf1 no text}
            --m
            Content-Type: message/delivery-status

            Final-Recipient: rfc822; a@b.example
            --m--
            """
        )
        let expected = "[cat.txt]\ninnér\ndeepé\nfile.pdf\nFinal-Recipient: rfc822; a@b.example\n"
        #expect(parts.indexText(of: message.span) == expected)
        #expect(
            MessageText(MessageSummary(of: message.span).structure, charsets: SystemCharsets(), limit: 0).indexText(
                of: message.span
            ).isEmpty
        )
    }

    /// What came without a header is shown, also if that makes it one by the letter of RFC 5322 §2.1.
    @Test(arguments: [
        ("This is a text.\nNo header at all.\n", "This is a text.\nNo header at all.\n"),
        ("This is a text.\n\nOf two paragraphs.\n", "This is a text.\n\nOf two paragraphs.\n"),
        ("\nbody\n", "body\n"), ("A: b\nno field\n\nbody\n", "body\n"), ("", ""), ("\n", ""),
        (
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nno empty line\n--b\n\ntwo\n--b--\n",
            "no empty line\n\ntwo"
        ),
    ])
    func textWithoutHeader(_ message: String, _ expected: String) {
        let (parts, message) = Self.parts(message)
        #expect(parts.body(of: message.span) == expected)
    }

    @Test func findsFilesInText() throws {
        let (parts, message) = Self.parts(
            """
            Content-Type: multipart/mixed; boundary=m

            --m

            begin 644 cat.txt
            #0V%T
            `
            end
            --m
            Content-Type: text/plain
            Content-Transfer-Encoding: base64

            YmVnaW4gNjQ0IGEKIzBWJVQKYAplbmQK
            --m
            Content-Disposition: attachment

            begin 644 no.txt
            #0V%T
            `
            end
            --m--
            """
        )
        let files = parts.filesInText(of: message.span)
        #expect(files.map(\.path) == [[1], [2]] && files.map(\.name) == ["cat.txt", "a"])
        #expect(files.allSatisfy { $0.size == 3 && $0.isIntact && $0.file.kind == .uuencode })
    }

    /// A structure that no scanner would make is no danger.
    @Test func brokenStructures() {
        let message = wire("Content-Type: text/plain\n\ntext\n")
        for numbers in [(-5, -3, 900), (900, 20, 3), (0, 3, Int.max), (Int.min, Int.max, Int.max), (5, 5, 5)] {
            for parent in [nil, 0, 1, 2, -1, 9] {
                let part = MessageStructure.Part(
                    headerStart: numbers.0,
                    bodyStart: numbers.1,
                    bodyEnd: numbers.2,
                    parent: parent,
                    isMultipart: parent == 1,
                    isMessage: parent == 2
                )
                let structure = MessageStructure(parts: [part, part, part])
                let parts = MessageText(structure, charsets: StandardCharsets(), limit: 1000)
                _ = parts.body(of: message.span)
                _ = parts.indexText(of: message.span)
                _ = parts.preview(of: message.span)
                _ = parts.text(ofPart: 7, in: message.span)
            }
        }
        #expect(
            MessageText(MessageStructure(parts: []), charsets: StandardCharsets()).preview(of: message.span).isEmpty
        )
    }

    /// Many parts, deep or wide, take no longer for each.
    @Test func manyParts() {
        var limits = ScannerLimits()
        limits.parts = 20_000
        limits.depth = 5000
        var text = "Content-Type: multipart/mixed; boundary=a\n\n"
        for _ in 0..<15_000 { text += "--a\n\nx\n" }
        var deep = ""
        for index in 0..<3000 { deep += "Content-Type: multipart/alternative; boundary=a\(index)b\n\n--a\(index)b\n" }
        for message in [wire(text), wire(deep + "\nx\n")] {
            var scanner = MessageScanner(limits: limits)
            scanner.push(message.span)
            let structure = scanner.finish().structure
            let parts = MessageText(structure, charsets: StandardCharsets())
            #expect(parts.body(of: message.span).utf8.count > 1)
            #expect(parts.attachments(of: message.span).isEmpty)
            #expect(parts.preview(of: message.span).hasPrefix("x"))
        }
    }
}
