import MIME
import Octets
import PorticoTesting
import Testing

/// Each value in its shortest valid form.
struct ShortestFormTests {
    private static func builder() -> MessageBuilder {
        MessageBuilder(
            from: .init(address: "a@example.test"),
            date: DateTime(secondsSince1970: 0),
            messageID: "<1@example.test>"
        )
    }

    /// The lines of the field, its own folds kept.
    private static func field(_ name: String, of message: [UInt8]) -> String {
        var fields = HeaderFields(in: message.span)
        while let field = fields.next(in: message.span) {
            guard text(Array(message[field.name])) == name else { continue }
            return text(Array(message[field.value]))
        }
        return ""
    }

    @Test(
        .rfc(2047, "5"),
        arguments: [
            ("plain", " plain"),
            ("Grüße aus Köln", " =?utf-8?b?R3LDvMOfZSBhdXMgS8O2bG4=?="),
            ("a plain start and then ü", " a plain start and then =?utf-8?b?w7w=?="),
            ("ü and then a plain end of it", " =?utf-8?b?w7w=?= and then a plain end of it"),
            ("ü, (x) [y]", " =?utf-8?b?w7ws?= (x) [y]"),
            ("日本語", " =?utf-8?b?5pel5pys6Kqe?="),
            ("two  blanks", " two  blanks"), (" lead", " =?utf-8?q?_lead?="), ("trail ", " =?utf-8?q?trail_?="),
            ("a=?b", " =?utf-8?q?a=3D=3Fb?="), ("bell\u{7}", " =?utf-8?q?bell=07?="),
        ]
    )
    func subjects(_ subject: String, _ expected: String) throws {
        var builder = Self.builder()
        builder.subject = subject
        #expect(Self.field("Subject", of: try builder.message()) == expected)
    }

    @Test(
        .rfc(5322, "3.4"),
        arguments: [
            ("", "a@b.c", " a@b.c"), ("Bob Baker", "a@b.c", " Bob Baker <a@b.c>"),
            ("J. Doe", "a@b.c", " \"J. Doe\" <a@b.c>"), ("a \"b\" \\", "a@b.c", " \"a \\\"b\\\" \\\\\" <a@b.c>"),
            ("Jürgen Doe", "a@b.c", " =?utf-8?q?J=C3=BCrgen?= Doe <a@b.c>"),
            ("Doe, Jürgen", "a@b.c", " =?utf-8?b?RG9lLCBKw7xyZ2Vu?= <a@b.c>"),
        ]
    )
    func people(_ name: String, _ address: String, _ expected: String) throws {
        var builder = Self.builder()
        builder.to = [.person(.init(name: name, address: address))]
        #expect(Self.field("To", of: try builder.message()) == expected)
    }

    @Test(.rfc(5322, "3.4"))
    func groups() throws {
        var builder = Self.builder()
        builder.to = [.group("undisclosed-recipients", [])]
        builder.cc = [
            .group("A & B, Ltd", [.init(address: "a@b.c"), .init(address: "d@e.f")]), .person(.init(address: "g@h.i")),
        ]
        let message = try builder.message()
        #expect(Self.field("To", of: message) == " undisclosed-recipients:;")
        #expect(Self.field("Cc", of: message) == " \"A & B, Ltd\": a@b.c, d@e.f;, g@h.i")
    }

    @Test(
        .rfc(2231, "4"),
        arguments: [
            ("a.txt", " attachment; filename=a.txt"), ("a b.txt", " attachment; filename=\"a b.txt\""),
            ("say \"x\".txt", " attachment; filename=\"say \\\"x\\\".txt\""),
            ("ä.txt", " attachment; filename=attachment.txt;\r\n filename*=utf-8''%C3%A4.txt"),
            ("Bücher.pdf", " attachment; filename=B_cher.pdf;\r\n filename*=utf-8''B%C3%BCcher.pdf"),
            ("=?x.txt", " attachment; filename=\"=_x.txt\";\r\n filename*=utf-8''%3D%3Fx.txt"),
            (
                String(repeating: "long ", count: 20) + "name.txt",
                " attachment;\r\n filename=long_long_long_long_long_long_long_long_.txt;\r\n"
                    + " filename*0=\"long long long long long long long long long long long long lon\";\r\n"
                    + " filename*1=\"g long long long long long long long name.txt\""
            ),
        ]
    )
    func fileNames(_ name: String, _ expected: String) throws {
        var builder = Self.builder()
        builder.content = .attachment([1], fileName: name)
        #expect(Self.field("Content-Disposition", of: try builder.message()) == expected)
    }

    @Test(arguments: ["", ".", "..", "a/b", "a\\b", "a\r\nb", "a\0", "a\u{1B}b", String(repeating: "x", count: 1025)])
    func refusesNames(_ name: String) throws {
        var builder = Self.builder()
        builder.content = .attachment([1], fileName: name)
        #expect(throws: MessageBuilder.Problem.fileName) { try builder.message() }
        builder.content = .attachment([1], fileName: BodyPart.safeFileName(name))
        #expect(try !builder.message().isEmpty)
    }

    @Test(
        .rfc(2045, "6"),
        arguments: [
            ("plain", MessageBuilder.Transport.sevenBit, "", "plain\r\n"), ("", .sevenBit, "", ""),
            ("Grüße und mehr Text", .sevenBit, " quoted-printable", "Gr=C3=BC=C3=9Fe und mehr Text\r\n"),
            ("日本", .sevenBit, " base64", "5pel5pysDQo=\r\n"), ("日本", .eightBit, " 8bit", "日本\r\n"),
            ("-- \nFrom me\n.", .sevenBit, " quoted-printable", "--=20\r\n=46rom me\r\n=2E\r\n"),
            ("-- \nFrom me\n.", .eightBit, "", "-- \r\nFrom me\r\n.\r\n"),
            ("a\0b, and so on", .sevenBit, " quoted-printable", "a=00b, and so on\r\n"),
            ("a\0b", .binary, " binary", "a\0b\r\n"),
        ]
    )
    func bodies(_ body: String, _ transport: MessageBuilder.Transport, _ encoding: String, _ expected: String) throws {
        var builder = Self.builder()
        builder.transport = transport
        builder.content = .text(body)
        let message = text(try builder.message())
        #expect(Self.field("Content-Transfer-Encoding", of: Array(message.utf8)) == encoding)
        #expect(message.hasSuffix("\r\n\r\n" + expected))
    }

    /// 998 octets are a line, 999 are too many.
    @Test(.rfc(5322, "2.1.1"), arguments: [(998, ""), (999, " quoted-printable")])
    func longLines(_ length: Int, _ encoding: String) throws {
        var builder = Self.builder()
        builder.content = .text(String(repeating: "x", count: length))
        #expect(Self.field("Content-Transfer-Encoding", of: try builder.message()) == encoding)
    }

    @Test(.rfc(6532, "3"))
    func headerInUTF8() throws {
        var builder = Self.builder()
        builder.to = [.person(.init(name: "Jürgen", address: "jürgen@bücher.example"))]
        builder.subject = "Grüße"
        #expect(builder.needsInternationalized)
        #expect(throws: MessageBuilder.Problem.notASCII) { try builder.message() }
        builder.transport = .internationalized
        builder.content = .attachment([1], fileName: "ä b.txt")
        let message = try builder.message()
        #expect(Self.field("To", of: message) == " Jürgen <jürgen@bücher.example>")
        #expect(Self.field("Subject", of: message) == " Grüße")
        #expect(Self.field("Content-Disposition", of: message) == " attachment; filename=\"ä b.txt\"")
    }

    @Test(.rfc(2369, "3"))
    func listFields() throws {
        var builder = Self.builder()
        builder.fields = [
            .init("List-Id", .listID(name: "Größe & Co", id: "list.example.com")),
            .init("List-Unsubscribe", .uris(["https://example.com/u?x=1", "mailto:u@example.com"])),
            .autoSubmitted("auto-generated"),
        ]
        let message = try builder.message()
        #expect(Self.field("List-Id", of: message) == " =?utf-8?b?R3LDtsOfZSAm?= Co <list.example.com>")
        #expect(Self.field("List-Unsubscribe", of: message) == " <https://example.com/u?x=1>, <mailto:u@example.com>")
        #expect(Self.field("Auto-Submitted", of: message) == " auto-generated")
    }

    @Test(.rfc(5322, "3.6.3"))
    func writesBccOnlyOnRequest() throws {
        var builder = Self.builder()
        builder.bcc = [.person(.init(address: "secret@example.test"))]
        #expect(!text(try builder.message()).contains("secret"))
        #expect(Self.field("Bcc", of: try builder.message(includingBcc: true)) == " secret@example.test")
    }

    private static func problem(_ change: (inout MessageBuilder) -> Void) -> MessageBuilder.Problem? {
        var builder = builder()
        change(&builder)
        let result = Result { () throws(MessageBuilder.Problem) in try builder.message() }
        if case .failure(let problem) = result { return problem }
        return nil
    }

    private static func partProblem(_ change: (inout BodyPart) -> Void) -> MessageBuilder.Problem? {
        var part = BodyPart.attachment([1], fileName: "a")
        change(&part)
        return problem { $0.content = .mixed([part]) }
    }

    @Test func refuses() throws {
        #expect(Self.problem { $0.from = [] } == .author)
        #expect(Self.problem { $0.from += $0.from } == .author)
        #expect(Self.problem { $0.to = [.group("", [])] } == .group)
        for name in ["", "a b", "a:", "ä", "a\r\nb", "Subject", "content-type", "MIME-Version"] {
            #expect(Self.problem { $0.fields = [.init(name, .text("x"))] } == .fieldName, "\(name)")
        }
        #expect(Self.problem { $0.fields = [.init("X", .words(["a\r\nb"]))] } == .controlOctet)
        #expect(Self.problem { $0.fields = [.init("X", .words(["a\u{7F}b"]))] } == .controlOctet)
        #expect(Self.problem { $0.fields = [.init("X", .words(["ä"]))] } == .notASCII)
        #expect(Self.problem { $0.fields = [.init("X", .words([String(repeating: "x", count: 901)]))] } == .tooLong)
        #expect(Self.problem { $0.fields = [.init("X", .uris(["a>, <b"]))] } == .token)
        #expect(Self.problem { $0.fields = [.init("X", .uris([String(repeating: "x", count: 901)]))] } == .tooLong)
        #expect(Self.problem { $0.fields = [.init("X", .listID(name: "", id: "a b"))] } == .token)
        #expect(Self.problem { $0.messageID = "<\(String(repeating: "x", count: 900))@y>" } == .identifier)
        #expect(Self.problem { $0.content = .mixed([]) } == .emptyMultipart)
        #expect(Self.problem { $0.content = .mixed(Array(repeating: .text(""), count: 1000)) } == .parts)
        #expect(Self.problem { $0.content = BodyPart("text/plain", .multipart([.text("")])) } == .token)
        #expect(Self.problem { $0.content = BodyPart("Multipart/Mixed", .octets([])) } == .token)
        #expect(Self.partProblem { $0.mediaType = "text" } == .token)
        #expect(Self.partProblem { $0.mediaType = "a/b; c=d" } == .token)
        #expect(Self.partProblem { $0.disposition = "a\r\nb" } == .token)
        #expect(Self.partProblem { $0.contentID = "<a@b>\r\nX: y" } == .identifier)
        #expect(Self.partProblem { $0.description = "a\r\nb" } == .controlOctet)
        #expect(Self.partProblem { $0.location = "a b" } == .token)
        #expect(Self.partProblem { $0.languages = ["de\r\n"] } == .token)
        #expect(Self.partProblem { $0.parameters = [.init(name: "a b", value: "c")] } == .token)
        #expect(Self.partProblem { $0.parameters = [.init(name: "a", value: "c\r\nd")] } == .controlOctet)
        #expect(
            Self.partProblem { $0.parameters = [.init(name: "a", value: String(repeating: "ü", count: 2000))] }
                == .tooLong
        )
    }

    @Test func depthIsLimited() throws {
        var part = BodyPart.text("x")
        for _ in 0..<MessageBuilder.depthLimit { part = .mixed([part]) }
        var builder = Self.builder()
        builder.content = part
        let message = try builder.message()
        let structure = MessageSummary(of: message.span).structure
        #expect(structure.parts.count == MessageBuilder.depthLimit + 1)
        builder.content = .mixed([part])
        #expect(throws: MessageBuilder.Problem.depth) { try builder.message() }
    }

    /// A part that has the boundary of the message in it makes another boundary.
    @Test(.rfc(2046, "5.1.1"))
    func boundariesDoNotCollide() throws {
        var builder = Self.builder()
        var boundaries: Set<String> = []
        var body = "x"
        for _ in 0..<20 {
            builder.content = .mixed([.text(body), .text("end")])
            let message = try builder.message()
            let type = Self.field("Content-Type", of: message)
            let boundary = String(type[type.index(type.startIndex, offsetBy: type.count - 14)...])
            boundaries.insert(boundary)
            body += "\n--\(boundary)\nx"
            #expect(MessageSummary(of: message.span).structure.parts.count == 3)
        }
        #expect(boundaries.count == 20)
    }

    private static func types(_ part: BodyPart) throws -> [String] {
        var builder = builder()
        builder.content = part
        let message = try builder.message()
        var types: [String] = []
        for found in MessageSummary(of: message.span).structure.parts {
            let header = message.span.extracting(found.headerStart..<found.bodyStart)
            types.append(PartHeader(header, charsets: StandardCharsets()).mediaType)
        }
        return types
    }

    @Test(.rfc(2387, "3"))
    func letters() throws {
        let image = BodyPart.inline([1, 2, 3], type: "image/png", contentID: "<i@example.test>")
        let file = BodyPart.attachment([4], fileName: "f")
        #expect(try Self.types(.letter(text: "a")) == ["text/plain"])
        #expect(try Self.types(.letter(text: "a", html: "b")) == ["multipart/alternative", "text/plain", "text/html"])
        #expect(
            try Self.types(
                .letter(text: "a", html: "<img src=cid:i@example.test>", inline: [image], attachments: [file])
            )
                == [
                    "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
                    "image/png", "application/octet-stream",
                ]
        )
    }

    /// A message that the transport cannot carry is encoded, not changed.
    @Test(.rfc(6532, "3.7"), arguments: ["Subject: a\n\nbare\n", "Subject: ü\r\n\r\nx\r\n", "Subject: a\r\n\r\nü\r\n"])
    func embeddedMessages(_ inner: String) throws {
        var builder = Self.builder()
        builder.content = .mixed([.message(Array(inner.utf8))])
        let message = try builder.message()
        let part = MessageSummary(of: message.span).structure.parts[1]
        let header = PartHeader(
            message.span.extracting(part.headerStart..<part.bodyStart),
            charsets: StandardCharsets()
        )
        #expect(header.mediaType == "message/global")
        let body = message.span.extracting(part.bodyStart..<part.bodyEnd)
        #expect(TransferDecoder.decode(body, header.encoding) == Array(inner.utf8))
    }

    /// No other choice of words to encode, and of Q and B for them, is shorter. All of them are tried.
    @Test(.rfc(2047, "5")) func noOtherChoiceIsShorter() throws {
        var random = Seeded(11)
        let words = ["ü", "üü", "日本", "a", "ab", "abc", "to", "the", "=?", "éa", "x=", "b_b", "?"]
        for _ in 0..<3000 {
            let list = (0...random.below(5)).map { _ in random.pick(words) }
            let expected = Self.shortestLength(of: list)
            guard expected < 60 else { continue }
            var builder = Self.builder()
            builder.subject = list.joined(separator: " ")
            let message = try builder.message()
            #expect(Self.field("Subject", of: message).utf8.count == expected, "\(list)")
        }
    }

    /// The length of the shortest form, the blank before it included.
    private static func shortestLength(of words: [String]) -> Int {
        var shortest = Int.max
        for choice in 0..<(1 << (words.count * 2)) {
            let modes = words.indices.map { choice >> ($0 * 2) & 3 }
            guard !modes.contains(3) else { continue }
            var length = 0
            var index = 0
            while index < words.count {
                var end = index + 1
                while end < words.count, modes[end] == modes[index] { end += 1 }
                let isBehindEncoded = index > 0 && modes[index - 1] != 0 && modes[index] != 0
                let octets = Array(((isBehindEncoded ? " " : "") + words[index..<end].joined(separator: " ")).utf8)
                switch modes[index] {
                case 0:
                    let isPlain = words[index..<end].allSatisfy {
                        $0.utf8.allSatisfy { $0 < 0x80 } && !$0.contains("=?")
                    }
                    length += isPlain ? 1 + octets.count : 10_000
                case 1: length += 13 + octets.reduce(0) { $0 + ($1 < 0x80 && !"=?_".utf8.contains($1) ? 1 : 3) }
                default: length += 13 + (octets.count + 2) / 3 * 4
                }
                index = end
            }
            shortest = min(shortest, length)
        }
        return shortest
    }

    /// Work grows with the input only: each of these would take minutes if it grew with its square.
    @Test func largeInputs() throws {
        var builder = Self.builder()
        builder.subject = String(repeating: "ü x ", count: 100_000)
        builder.to = (0..<20_000).map { .person(.init(name: "Jürgen \($0)", address: "a\($0)@example.test")) }
        builder.references = (0..<20_000).map { "<\($0)@example.test>" }
        var part = BodyPart.mixed((0..<900).map { _ in .text(String(repeating: "--_0123456789abc\n", count: 200)) })
        for _ in 0..<20 { part = .mixed([part]) }
        builder.content = part
        #expect(try builder.message().count > 4_000_000)
    }
}
