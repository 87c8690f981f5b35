import Charset
import Foundation
import MIME
import Octets
import PorticoTesting
import Testing

struct MessageViewTests {
    private static func view(_ text: String, _ change: (inout MessageView.Options) -> Void = { _ in }) -> MessageView {
        let message = wire(text)
        var options = MessageView.Options()
        change(&options)
        return MessageView(
            MessageSummary(of: message.span).structure,
            of: message.span,
            charsets: SystemCharsets(),
            options: options
        )
    }

    private static let message = """
        Date: Tue, 3 Nov 2026 17:05:09 +0100
        From: =?utf-8?q?J=C3=B6rg?= <"j b"@a.example>, "A, B" <ab@b.example>
        Sender: x@a.example
        To: Friends: c@c.example, D <d@d.example>;, e
        To: f@f.example
        Cc: undisclosed-recipients:;
        Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
         und mehr
        Message-ID: <1@a.example>
        In-Reply-To: Your message <2@b.example> (Ann)
        References: <0@ b.example><2@b.example>, <3@b.example
        Content-Type: multipart/mixed; boundary=m

        --m
        Content-Type: multipart/alternative; boundary=a

        --a
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable
        Content-Language: de, en

        Gr=C3=BC=C3=9Fe!
        --a
        Content-Type: text/html

        <p>Hi
        --a--
        --m
        Content-Type: image/png; name="a.png"
        Content-Disposition: attachment; filename="b.png"
        Content-Transfer-Encoding: base64
        Content-ID: <c@a.example>
        Content-Description: =?utf-8?q?=C3=A9?=
        Content-Location: http://a.example/
         b.png

        YWJj
        --m--

        """

    /// RFC 8621 §4.1.2, §4.1.4.
    @Test(.rfc(8621, "4.1")) func showsAll() {
        let expected = """
            {"size":1053,"messageId":["1@a.example"],"inReplyTo":["2@b.example"],\
            "references":["0@b.example","2@b.example","3@b.example"],"sender":[{"name":null,"email":"x@a.example"}],\
            "from":[{"name":"Jörg","email":"\\"j b\\"@a.example"},{"name":"A, B","email":"ab@b.example"}],\
            "to":[{"name":null,"email":"c@c.example"},{"name":"D","email":"d@d.example"},{"name":null,"email":"e"},\
            {"name":null,"email":"f@f.example"}],"cc":[],"bcc":null,"replyTo":null,"subject":"Grüße und mehr",\
            "sentAt":"2026-11-03T17:05:09+01:00","preview":"Grüße!","hasAttachment":true,\
            "bodyStructure":{"partId":null,"size":601,"encodedSize":601,"name":null,"type":"multipart/mixed","charset":null,\
            "disposition":null,"cid":null,"language":null,"location":null,"encoding":"7bit","headerStart":0,"bodyStart":452,\
            "bodyEnd":1053,"subParts":[{"partId":null,"size":228,"encodedSize":228,"name":null,"type":"multipart/alternative",\
            "charset":null,"disposition":null,"cid":null,"language":null,"location":null,"encoding":"7bit","headerStart":457,\
            "bodyStart":508,"bodyEnd":736,"subParts":[P,H]},A]},"textBody":[P],"htmlBody":[H],"attachments":[A],\
            "bodyValues":{"1.1":{"value":"Grüße!","isEncodingProblem":false,"isTruncated":false},\
            "1.2":{"value":"<p>Hi","isEncodingProblem":false,"isTruncated":false}},"limitsReached":[]}
            """
        let plain = """
            {"partId":"1.1","size":8,"encodedSize":16,"name":null,"type":"text/plain","charset":"utf-8","disposition":null,\
            "cid":null,"language":["de","en"],"location":null,"encoding":"quoted-printable","headerStart":513,"bodyStart":630,\
            "bodyEnd":646}
            """
        let html = """
            {"partId":"1.2","size":5,"encodedSize":5,"name":null,"type":"text/html","charset":"us-ascii","disposition":null,\
            "cid":null,"language":null,"location":null,"encoding":"7bit","headerStart":653,"bodyStart":680,"bodyEnd":685}
            """
        let attachment = """
            {"partId":"2","size":3,"encodedSize":4,"name":"b.png","type":"image/png","charset":null,"disposition":"attachment",\
            "cid":"c@a.example","language":null,"location":"http://a.example/b.png","description":"é","encoding":"base64",\
            "headerStart":741,"bodyStart":1042,"bodyEnd":1046}
            """
        let whole = expected.replacing("[P,H]", with: "[\(plain),\(html)]").replacing("[P]", with: "[\(plain)]")
            .replacing("[H]", with: "[\(html)]").replacing("[A]", with: "[\(attachment)]").replacing(
                ",A]",
                with: ",\(attachment)]"
            )
        let json = String(decoding: JSONWriter.octets(of: Self.view(Self.message)), as: UTF8.self)
        #expect(Self.withoutNumbers(json) == Self.withoutNumbers(whole))
    }

    /// Offsets are checked against the message elsewhere.
    private static func withoutNumbers(_ json: String) -> String {
        json.replacing(/"(size|headerStart|bodyStart|bodyEnd|encodedSize)":\d+/) { "\"\($0.output.1)\":0" }
    }

    @Test func offsetsAndSizes() {
        let message = wire(Self.message)
        let view = Self.view(Self.message)
        #expect(view.size == message.count)
        let bodies = view.parts.filter { !$0.isMultipart }.map {
            String(decoding: message[$0.bodyStart..<$0.bodyEnd], as: UTF8.self)
        }
        #expect(bodies == ["Gr=C3=BC=C3=9Fe!", "<p>Hi", "YWJj"])
        #expect(view.parts.map(\.size) == [view.parts[0].encodedSize, view.parts[1].encodedSize, 8, 5, 3])
        #expect(view.parts.map(\.parent) == [nil, 0, 1, 1, 0])
    }

    @Test(
        .rfc(8621, "4.1.2.5"),
        arguments: [
            ("<a@b>", ["a@b"]), ("<a@b> <c@d>", ["a@b", "c@d"]), ("a@b c@d", ["a@b", "c@d"]),
            ("(<x@y>) <a@b>", ["a@b"]), ("", []),
            ("<>", []), ("<a@b", ["a@b"]), ("<a<b>", ["a", "b"]), ("(", []), ("(\\", []), (">,<", []), ("word", []),
            ("Ann's of (x) 1@b", ["1@b"]),
        ]
    )
    func identifiers(_ value: String, _ expected: [String]) {
        #expect(Self.view("In-Reply-To: \(value)\n\n").inReplyTo == expected)
    }

    @Test(arguments: [
        ("Subject: a\n\n", "a"), ("\n", nil), ("Subject:\n\n", ""), ("subject : =?x-none?q?a?=\n\n", "=?x-none?q?a?="),
        ("Subject: a\nSubject: b\n\n", "a"),
    ])
    func subjects(_ message: String, _ expected: String?) {
        #expect(Self.view(message).subject == expected)
    }

    @Test(arguments: [
        ("mixed(plain,pdf)", true), ("mixed(plain,pdf:n)", false), ("plain", false), ("plain!", true),
        ("related(html,image)", true),
        ("mixed(plain,rfc822)", true), ("alternative(plain,calendar)", true), ("mixed(plain,image)", false),
    ])
    func hasAttachment(_ tree: String, _ expected: Bool) {
        #expect(Self.view(Tree.message(tree)).hasAttachment == expected)
    }

    @Test func embeddedImagesAreNoAttachments() {
        let related = Tree.message("related(html,image)").replacing("image/png\n", with: "image/png\nContent-ID: <a>\n")
        #expect(!Self.view(related).hasAttachment)
        #expect(Self.view(related).attachments == [2])
    }

    @Test(arguments: [
        ("Content-Type: text/plain; charset=x-none\n\na", true),
        ("Content-Type: text/plain; charset=utf-8\n\na", false),
        ("Content-Transfer-Encoding: x-none\n\na", true),
        ("Content-Type: text/plain; charset=utf-8\n\n\u{FFFD}", false),
        ("Content-Transfer-Encoding: BASE64 (x)\n\nYQ==", false),
    ])
    func encodingProblems(_ message: String, _ expected: Bool) {
        #expect(Self.view(message).bodyValues.map(\.isEncodingProblem) == [expected])
    }

    @Test func damagedCharset() {
        let message = Array("Content-Type: text/plain; charset=utf-8\r\n\r\na".utf8) + [0xFF]
        let view = MessageView(MessageSummary(of: message.span).structure, of: message.span, charsets: SystemCharsets())
        #expect(
            view.bodyValues == [
                MessageView.BodyValue(part: 0, value: "a\u{FFFD}", isEncodingProblem: true, isTruncated: false)
            ]
        )
    }

    @Test(arguments: [
        ("text/plain", "aüb", 2, "a"), ("text/plain", "aüb", 3, "aü"), ("text/html", "a<b>c", 3, "a"),
        ("text/html", "a<b>c", 4, "a<b>"),
        ("text/plain", "a<b", 2, "a<"), ("text/plain", "abc", 0, ""),
    ])
    func longTextsAreCut(_ type: String, _ body: String, _ limit: Int, _ expected: String) {
        let view = Self.view("Content-Type: \(type); charset=utf-8\n\n\(body)") { $0.bodyValueLimit = limit }
        #expect(
            view.bodyValues == [
                MessageView.BodyValue(part: 0, value: expected, isEncodingProblem: false, isTruncated: true)
            ]
        )
        #expect(view.limitsReached == [.bodyValues])
    }

    @Test func options() {
        let tree = Tree.message("mixed(plain,alternative(plain,html),plain!,rfc822)")
        #expect(Self.view(tree) { $0.bodyValues = .none }.bodyValues.isEmpty)
        #expect(Self.view(tree).bodyValues.map(\.part) == [1, 3, 4])
        #expect(Self.view(tree) { $0.bodyValues = .all }.bodyValues.map(\.part) == [1, 3, 4, 5])
        #expect(Self.view(tree) { $0.bodyValuesLimit = 12 }.bodyValues.map(\.value) == ["plain text\n", "p", ""])
        #expect(
            Self.view("A: b\n c\nBroken\nD:\n\n") { $0.includesHeaders = true }.headers?.map(\.value) == [
                " b\r\n c", "",
            ]
        )
        let many = Self.view("To: a@b, c@d, e@f\n\n") { $0.listLimit = 2 }
        #expect(many.to?.count == 2 && many.limitsReached == [.addresses])
        #expect(Self.view("\n" + String(repeating: "word ", count: 100)) { $0.previewLimit = 9 }.preview == "word word")
    }

    @Test(arguments: try Fixtures.messages().map(\.0))
    func corpus(_ name: String) throws {
        let message = try Fixtures.octets(name)
        let view = MessageView(MessageSummary(of: message.span).structure, of: message.span, charsets: SystemCharsets())
        let octets = JSONWriter.octets(of: view)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(octets)) as? [String: Any])
        #expect(object["size"] as? Int == message.count)
        #expect((object["textBody"] as? [Any])?.count == view.textBody.count)
        func count(_ part: Any?) -> Int {
            let parts = (part as? [String: Any])?["subParts"] as? [Any]
            return 1 + (parts ?? []).reduce(0) { $0 + count($1) }
        }
        #expect(count(object["bodyStructure"]) == view.parts.count)
    }

    /// However deep, however many: no recursion, and no list that is looked through for each part.
    @Test func worstShapes() {
        var limits = ScannerLimits()
        limits.parts = 20_000
        limits.depth = 5000
        var deep = ""
        for index in 0..<3000 { deep += "Content-Type: multipart/mixed; boundary=a\(index)b\n\n--a\(index)b\n" }
        let wide = "Content-Type: multipart/mixed; boundary=a\n\n" + String(repeating: "--a\n\nx\n", count: 15_000)
        let shapes = [
            deep + "\nx", wide, "References: " + String(repeating: "<", count: 200_000),
            "References: " + String(repeating: "(", count: 200_000),
            "References: " + String(repeating: "a", count: 200_000), "To: " + String(repeating: ",<", count: 100_000),
        ]
        for shape in shapes {
            let message = wire(shape)
            var scanner = MessageScanner(limits: limits)
            scanner.push(message.span)
            let view = MessageView(scanner.finish().structure, of: message.span, charsets: StandardCharsets())
            let octets = JSONWriter.octets(of: view)
            #expect(octets.count { $0 == UInt8(ascii: "{") } == octets.count { $0 == UInt8(ascii: "}") })
            #expect(view.size == message.count)
        }
    }

    @Test func brokenStructures() {
        let message = wire("Content-Type: text/plain\n\ntext\n")
        for numbers in [(-5, -3, 900), (900, 20, 3), (0, 3, Int.max), (Int.min, Int.max, Int.max), (5, 5, 5)] {
            for parent in [nil, 0, 1, 2, -1, 9] {
                let part = MessageStructure.Part(
                    headerStart: numbers.0,
                    bodyStart: numbers.1,
                    bodyEnd: numbers.2,
                    parent: parent,
                    isMultipart: parent != 1,
                    isMessage: parent == 2
                )
                let structure = MessageStructure(parts: [part, part, part])
                var view = MessageView(structure, of: message.span, charsets: StandardCharsets())
                #expect(JSONWriter.octets(of: view).last == UInt8(ascii: "}"))
                view.textBody = [7]
                view.parts.reverse()
                #expect(JSONWriter.octets(of: view).last == UInt8(ascii: "}"))
            }
        }
        #expect(MessageView(MessageStructure(parts: []), of: message.span, charsets: StandardCharsets()).parts.isEmpty)
    }
}
