import Charset
import MIME
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(5322, "2.2"))
struct HeaderTests {
    private static func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static let samples = [
        "", "\r\n", "\n", "A: b", "A: b\r\n", "A: b\r\n\r\nbody: x\r\n", "A: b\nB: c\n\nbody", " loose\r\nA: b\r\n",
        "\tx",
        "no colon\r\nA: b\r\n", "A: b\r\n c\r\n\td\r\nB:e\r\n", ": x\r\n", "A\r\nB\r\n", "A : b\r\n", "\0:\0\n",
        "A: b\r\r\n", "\r",
        "From x@y 12:00\nA: b\n", "a: 1\r\nA: 2\r\nb: 3\r\nA: 4", " \r\n \r\nA: b",
    ]

    @Test(arguments: samples)
    func losesNothing(_ sample: String) {
        let octets = Self.octets(sample)
        for limit in [1, 2, 100] {
            let header = Header(parsing: octets, fieldLimit: limit)
            #expect(header.octets == octets)
            #expect(header.fields.count <= limit)
            #expect(
                header.fields.flatMap { header.octets(of: $0) }
                    == Array(octets.prefix(header.fields.last?.whole.upperBound ?? 0))
            )
            #expect(header.isCut == (header.fieldsEnd > header.fields.last?.whole.upperBound ?? 0))
        }
    }

    @Test func everyOctetsAreKept() {
        var state: UInt64 = 7
        let alphabet = Array("A:b \t\r\n\n\n:x".utf8) + [0, 0xFF]
        for _ in 0..<2000 {
            var octets: [UInt8] = []
            for _ in 0..<24 {
                state = state &* 6_364_136_223_846_793_005 &+ 1
                octets.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            #expect(Header(parsing: octets).octets == octets)
        }
    }

    private static let header = Header(
        parsing: octets(
            "Received: 1\r\nSubject: =?utf-8?q?=C3=A4?=\r\n b\r\nreceived : 2\r\nX:\r\nlast: \u{E4} \r\n\r\nX: body"
        )
    )

    @Test func looksUp() throws {
        let header = Self.header
        #expect(header.firstIndex(of: "received") == 0 && header.lastIndex(of: "RECEIVED") == 2)
        #expect(header.all("Received").map { text(header.value(of: $0)) } == ["1", "2"])
        #expect(header.value(of: "SUBJECT").map(text) == "=?utf-8?q?=C3=A4?= b")
        #expect(header.text(of: "subject", charsets: StandardCharsets()) == "ä b")
        #expect(header.text(of: "Last", charsets: StandardCharsets()) == "ä")
        #expect(header.value(of: "X") == [] && header.value(of: "Y") == nil && header.value(of: "") == nil)
        let subject = try #require(header.first("Subject"))
        #expect(text(header.rawValue(of: subject)) == " =?utf-8?q?=C3=A4?=\r\n b")
        #expect(text(header.name(of: subject)) == "Subject" && header.isNamed("SUBJECT", subject))
        #expect(header.last("received").map { text(header.octets(of: $0)) } == "received : 2\r\n")
    }

    @Test(.rfc(6376, "3.4"))
    func changesOneFieldOnly() throws {
        var header = Self.header
        try header.prepend(name: "New", value: Self.octets("n\r\n m"))
        #expect(text(header.octets) == "New: n\r\n m\r\n" + text(Self.header.octets))
        header.remove(at: 0)
        #expect(header == Self.header)
        try header.append(name: "New", value: [])
        #expect(text(header.octets).hasSuffix("last: \u{E4} \r\nNew: \r\n\r\nX: body"))
        try header.replaceValue(at: 1, with: Self.octets("s"))
        #expect(text(header.octets).contains("1\r\nSubject: s\r\nreceived : 2\r\n"))
        try header.insert(name: "Mid", value: Self.octets("x"), at: 2)
        #expect(text(header.octets).contains("Subject: s\r\nMid: x\r\nreceived : 2\r\n"))
        #expect(header.removeAll("RECEIVED") == 2 && header.removeAll("RECEIVED") == 0)
        #expect(text(header.octets) == "Subject: s\r\nMid: x\r\nX:\r\nlast: \u{E4} \r\nNew: \r\n\r\nX: body")
        try header.replaceValue(at: 0, with: [])
        #expect(header.value(of: "Subject") == [])
    }

    /// Whatever is done to whatever header, a field that is put in is found, and all others stay what they were.
    @Test(arguments: samples)
    func changesAnything(_ sample: String) throws {
        let original = Header(parsing: Self.octets(sample))
        func others(_ header: Header) -> [String] {
            header.fields.filter { !header.isNamed("New", $0) }.map { text(header.octets(of: $0)) }
        }
        let before = others(original)
        let rest = Array(original.octets[original.fieldsEnd...])
        for index in -1...(original.fields.count + 1) {
            var header = original
            try header.insert(name: "New", value: Self.octets("v"), at: index)
            let place = try #require(header.firstIndex(of: "New"))
            #expect(header.value(of: "New") == Self.octets("v"))
            #expect(others(header).map(\.unended) == before.map(\.unended))
            #expect(Array(header.octets[header.fieldsEnd...]) == rest)
            #expect(Header(parsing: header.octets) == header)
            header.remove(at: place)
            #expect(others(header).map(\.unended) == before.map(\.unended))
        }
        var header = original
        try header.prepend(name: "New", value: Self.octets("v"))
        try header.append(name: "New", value: Self.octets("w"))
        #expect(header.all("New").map { text(header.value(of: $0)) } == ["v", "w"])
        #expect(others(header).map(\.unended) == before.map(\.unended))
        #expect(header.fields.last.map { header.isNamed("New", $0) } == true)
        for index in original.fields.indices {
            var header = original
            try header.replaceValue(at: index, with: Self.octets("v\r\n w"))
            #expect(header.fields.count == original.fields.count)
            #expect(header.fields[index].name.isEmpty || header.value(of: header.fields[index]) == Self.octets("v w"))
        }
    }

    @Test func newLinesAreLikeTheOthers() throws {
        var header = Header(parsing: Self.octets("A: b\nB: c"))
        try header.append(name: "C", value: Self.octets("d"))
        #expect(text(header.octets) == "A: b\nB: c\nC: d\n")
        var empty = Header()
        try empty.append(name: "C", value: Self.octets("d"))
        #expect(text(empty.octets) == "C: d\r\n")
    }

    @Test(arguments: [
        ("", "v", Header.Problem.name), ("a b", "v", .name), ("a:", "v", .name), ("\u{E4}", "v", .name),
        ("a\n", "v", .name),
        ("a", "x\r\n", .value), ("a", "x\ry", .value), ("a", "x\ny", .value), ("a", "\n", .value),
        ("a", "x\r\n\r\n y", .value),
        ("a", "x\r\n \r\n y", .value), ("a", "x\r\n ", .value), ("a", "x\r", .value),
    ])
    func refuses(_ name: String, _ value: String, _ problem: Header.Problem) {
        var header = Self.header
        #expect(throws: problem) { try header.append(name: name, value: Self.octets(value)) }
        #expect(throws: problem) { try header.prepend(name: name, value: Self.octets(value)) }
        if problem == .value {
            #expect(throws: problem) { try header.replaceValue(at: 0, with: Self.octets(value)) }
        }
        #expect(header == Self.header)
    }

    @Test func limit() throws {
        var header = Header(parsing: Self.octets("A: 1\r\nB: 2\r\nC: 3\r\n\r\n"), fieldLimit: 2)
        #expect(header.isCut && header.fields.count == 2 && header.first("C") == nil)
        try header.append(name: "D", value: Self.octets("4"))
        #expect(text(header.octets) == "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n")
        try header.insert(name: "E", value: Self.octets("5"), at: 9)
        #expect(text(header.octets).hasPrefix("A: 1\r\nB: 2\r\nE: 5\r\nC: 3\r\n"))
        header.removeAll("A")
        header.removeAll("B")
        header.removeAll("E")
        #expect(header.value(of: "C").map(text) == "3" && !header.isCut)
    }

    @Test(.rfc(5322, "3.6"))
    func typedFields() throws {
        let header = Header(
            parsing: wire(
                """
                Return-Path: <>
                Received: from a by b; Tue, 1 Jul 2003 10:52:38 +0200
                Received: from c by a; Tue, 1 Jul 2003 10:52:37 +0200
                Date: Tue, 1 Jul 2003 10:52:37 +0200
                From: A <a@b>
                From: B <b@b>
                Sender: S <s@b>
                To: c@d
                To: e@f, G: h@i;
                Cc: j@k
                Message-ID: <1@a>
                In-Reply-To: <2@b>
                References: <3@c> <2@b>
                Subject: Re: =?utf-8?q?=C3=A4?=
                Keywords: one, two
                Keywords: three
                Auto-Submitted: auto-replied (vacation)
                List-Id: A list <list.example>
                List-Unsubscribe: <mailto:u@v>, <https://u.example/1>
                List-Unsubscribe-Post: List-Unsubscribe=One-Click
                Authentication-Results: b; spf=pass
                Content-Type: Text/HTML; charset=utf-8
                Content-Disposition: inline; filename=x
                Content-Transfer-Encoding: base64
                Content-ID: <4@d>
                Content-Description: =?utf-8?q?=C3=B6?=
                Content-Language: de, en-GB (British)
                Content-Location: http://www.example/
                 a/b
                Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==

                """
            )
        )
        let charsets = StandardCharsets()
        #expect(header.returnPath == .null)
        #expect(header.received.map(\.from) == ["a", "c"])
        #expect(header.date?.dateTime.internetFormat == "2003-07-01T10:52:37+02:00")
        #expect(header.from(charsets: charsets).mailboxes.map(\.address) == ["a@b"])
        #expect(header.sender(charsets: charsets)?.displayName == "S")
        #expect(header.replyTo(charsets: charsets).entries.isEmpty && header.bcc(charsets: charsets).entries.isEmpty)
        #expect(header.to(charsets: charsets).mailboxes.map(\.address) == ["c@d", "e@f", "h@i"])
        #expect(header.cc(charsets: charsets).entries.count == 1)
        #expect(header.messageID == "1@a" && header.inReplyTo == ["2@b"] && header.references == ["3@c", "2@b"])
        #expect(header.subject(charsets: charsets) == "Re: ä")
        #expect(header.baseSubject(charsets: charsets).text == "ä")
        #expect(header.keywords(charsets: charsets) == ["one", "two", "three"])
        #expect(header.autoSubmitted == .autoReplied && header.autoSubmitted?.isAutomatic == true)
        #expect(header.listID(charsets: charsets)?.identifier == "list.example")
        #expect(header.oneClickUnsubscribe == "https://u.example/1" && header.listURIs("List-Post") == nil)
        #expect(header.authenticationResults.first?.results(of: "spf").first?.result == "pass")
        #expect(header.contentType(charsets: charsets)?.mediaType == "text/html")
        #expect(header.contentDisposition(charsets: charsets)?.fileName == "x")
        #expect(header.contentTransferEncoding == .base64 && header.contentID == "4@d")
        #expect(header.contentDescription(charsets: charsets) == "ö")
        #expect(header.contentLanguages == ["de", "en-gb"])
        #expect(header.contentLocation(charsets: charsets) == "http://www.example/a/b")
        #expect(header.contentMD5.map(text) == "Check Integrity!")
    }

    @Test func fieldsThatAreNotThere() {
        let header = Header(
            parsing: wire("X: y\nContent-MD5: AAAA\nList-Unsubscribe: <https://a>\nReturn-Path:\nDate: x\nList-Id:\n")
        )
        let charsets = StandardCharsets()
        #expect(
            header.date == nil && header.returnPath == nil && header.autoSubmitted == nil && header.messageID == nil
        )
        #expect(
            header.contentMD5 == nil && header.contentLanguages.isEmpty && header.contentType(charsets: charsets) == nil
        )
        #expect(header.oneClickUnsubscribe == nil && header.listID(charsets: charsets) == nil)
        #expect(header.subject(charsets: charsets) == nil && header.baseSubject(charsets: charsets).text.isEmpty)
        #expect(header.contentTransferEncoding == .identity && header.references.identifiers.isEmpty)
    }

    struct ListRow: Decodable, Sendable {
        var header: String
        var expected: [String]
    }

    @Test(.rfc(5322, "3.6.5"), arguments: try HeaderFixtures.table("mail-parser/list.json", of: ListRow.self))
    func mailParserList(_ row: ListRow) {
        let found = PhraseList(parsing: HeaderFields.fieldValue(row.header).span, charsets: SystemCharsets()).phrases
        #expect(found == row.expected)
    }

    @Test(arguments: ["A: b\r\n", "A", "\n ", ": \n", "A:b\n c\n"])
    func longInputEnds(_ piece: String) {
        let octets = Self.octets("B: " + String(repeating: piece, count: 400_000 / piece.utf8.count))
        let header = Header(parsing: octets)
        #expect(header.octets == octets && header.fields.count <= Header.standardFieldLimit)
    }
}

extension String {
    /// Without the line break at the end, which a field that was the last gets when another comes behind it.
    fileprivate var unended: String {
        var rest = Array(utf8)
        while rest.last == 0x0A || rest.last == 0x0D { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }
}
