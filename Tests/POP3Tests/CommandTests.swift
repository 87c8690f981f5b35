import Octets
import POP3
import PorticoTesting
import Testing

@Suite(.rfc(1939, "3"))
struct CommandTests {
    @Test(arguments: [
        ("USER alice@example.test", Command.user(name: "alice@example.test")),
        ("user a", .user(name: "a")),
        ("PASS two words ", .pass(password: Array("two words ".utf8))),
        ("PASS \u{E9}", .pass(password: [0xC3, 0xA9])),
        ("STAT", .stat),
        ("LIST", .list(message: nil)),
        ("LIST 3", .list(message: 3)),
        ("UIDL", .uidl(message: nil)),
        ("uIdL 007", .uidl(message: 7)),
        ("RETR 1", .retr(message: 1)),
        ("TOP 1 0", .top(message: 1, lines: 0)),
        ("TOP 12 345", .top(message: 12, lines: 345)),
        ("DELE 2", .dele(message: 2)),
        ("RSET", .rset), ("NOOP", .noop), ("QUIT", .quit), ("CAPA", .capa), ("STLS", .stls),
        ("USER j\u{F6}rg@example.test", .user(name: "j\u{F6}rg@example.test")),
        ("UTF8", .utf8), ("LANG", .lang(range: nil)), ("LANG *", .lang(range: "*")), ("lang en", .lang(range: "en")),
        ("LANG i-default", .lang(range: "i-default")), ("LANG de-CH-1901", .lang(range: "de-CH-1901")),
        ("AUTH PLAIN", .auth(mechanism: "PLAIN", initialResponse: nil)),
        ("auth plain =", .auth(mechanism: "PLAIN", initialResponse: [])),
        ("AUTH PLAIN AGEAYg==", .auth(mechanism: "PLAIN", initialResponse: [0, 0x61, 0, 0x62])),
        ("AUTH SCRAM-SHA-256", .auth(mechanism: "SCRAM-SHA-256", initialResponse: nil)),
    ])
    func parses(_ text: String, _ expected: Command) throws {
        #expect(try Command(parsing: Array((text + "\r\n").utf8).span) == expected)
        #expect(try Command(parsing: expected.encoded.span) == expected)
    }

    @Test(arguments: [
        "", "\r", "\n", "\r\n", "STAT", "STAT\n", "STAT\r", "STAT \r\n", "STAT 1\r\n", " STAT\r\n", "XSTAT\r\n",
        "USER\r\n", "USER \r\n", "USER  a\r\n", "USER a b\r\n", "USER a\u{1}\r\n", "PASS\r\n",
        "PASS \r\n", "PASS a\rb\r\n", "PASS a\0b\r\n", "RETR\r\n", "RETR 0\r\n", "RETR -1\r\n", "RETR 1 \r\n",
        "RETR 99999999999999999999\r\n", "TOP 1\r\n", "TOP 1 \r\n", "TOP 1 -1\r\n", "TOP 0 1\r\n", "LIST \r\n",
        "LIST a\r\n", "AUTH\r\n", "AUTH PLAIN \r\n", "AUTH PLAIN AGEAYg\r\n", "AUTH PLAIN AGEAYg==x\r\n",
        "NOOP\r\r\n", "UTF8 \r\n", "UTF8 USER\r\n",
        "LANG \r\n", "LANG **\r\n", "LANG *-CH\r\n", "LANG en-\r\n", "LANG -en\r\n", "LANG 1en\r\n", "LANG en us\r\n",
        "LANG abcdefghi\r\n", "\u{FFFD}\r\n", "STLS\0\r\n",
    ])
    func refuses(_ text: String) {
        #expect(throws: SyntaxError.self) { try Command(parsing: Array(text.utf8).span) }
    }

    @Test(.rfc(6856, "2.2"), arguments: ["USER a\u{1}", "PASS a\u{1} b"])
    func refusesWhatIsNotUTF8(_ text: String) {
        for octet in [0x80, 0xC3, 0xFF] as [UInt8] {
            let line = text.utf8.map { $0 == 1 ? octet : $0 } + [13, 10]
            #expect(throws: SyntaxError.self) { try Command(parsing: line.span) }
        }
    }

    @Test(arguments: [
        ("AGEAYg==\r\n", SASLResponse.octets([0, 0x61, 0, 0x62])), ("\r\n", .octets([])), ("*\r\n", .cancel),
    ])
    func parsesResponses(_ text: String, _ expected: SASLResponse) throws {
        #expect(try SASLResponse(parsing: Array(text.utf8).span) == expected)
    }

    @Test(arguments: ["", "*", "*\n", "**\r\n", "A\r\n", " \r\n"])
    func refusesResponses(_ text: String) {
        #expect(throws: SyntaxError.self) { try SASLResponse(parsing: Array(text.utf8).span) }
    }

    @Test(
        .rfc(4616, "2"),
        arguments: [
            ("\0a\0b", "", "a", "b"), ("z\0a\0b", "z", "a", "b"), ("\0a@b.c\0p w", "", "a@b.c", "p w"),
        ]
    )
    func parsesPlain(_ text: String, _ identity: String, _ name: String, _ password: String) {
        let credentials = PlainCredentials(parsing: Array(text.utf8).span)
        #expect(credentials?.authorizationIdentity == identity)
        #expect(credentials?.name == name)
        #expect(credentials?.password == Array(password.utf8))
    }

    @Test(arguments: ["", "a", "a\0b", "\0a\0", "\0\0b", "\0a\0b\0", "\0\0\0"])
    func refusesPlain(_ text: String) {
        #expect(PlainCredentials(parsing: Array(text.utf8).span) == nil)
    }

    @Test func refusesPlainThatIsNotText() {
        #expect(PlainCredentials(parsing: ([0, 0xFF, 0, 0x61] as [UInt8]).span) == nil)
    }
}

@Suite(.rfc(6856, "2.1"))
struct UTF8HeaderTests {
    @Test(arguments: [
        ("", false), ("Subject: a\r\n\r\n\u{E9}\r\n", false), ("Subject: \u{E9}\r\n\r\n", true),
        ("S: \u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}\r\n\r\n", true), ("S: \u{E9}", true),
        ("\u{E9}\n\nb", true),
    ])
    func looks(_ message: String, _ expected: Bool) {
        let octets = Array(message.utf8)
        for cut in 0...octets.count {
            var header = UTF8Header()
            header.push(octets.span.extracting(0..<cut))
            header.push(octets.span.extracting(cut..<octets.count))
            #expect(header.isUTF8 == expected)
        }
    }

    @Test(
        arguments: [
            [0xE9], [0xE9, 0x0D, 0x0A], [0xC1, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80], [0x80], [0xC3, 0xA9, 0xFF],
        ] as [[UInt8]]
    )
    func sparesOtherCharsets(_ text: [UInt8]) {
        var header = UTF8Header()
        header.push((Array("Subject: ".utf8) + text + Array("\r\n\r\n".utf8)).span)
        #expect(!header.isUTF8 && header.isDone)
    }

    @Test(
        .rfc(4647, "3.3.1"),
        arguments: [
            ("*", Language.english), ("EN", .english), ("en", .english), ("i-default", .standard), ("I", .standard),
            ("en-US", nil), ("e", nil), ("MUL", nil), ("i-d", nil),
        ] as [(String, Language?)]
    )
    func matchesLanguages(_ range: String, _ expected: Language?) {
        #expect(Language(range: range) == expected)
    }
}

@Suite(.rfc(2449, "4"))
struct LineFinderTests {
    @Test func findsTheEndAtEveryCut() {
        let input = Array("NOOP\r\nSTAT\r\n".utf8)
        for cut in 0...input.count {
            var finder = LineFinder()
            let first = finder.find(in: input.span.extracting(0..<cut), limit: 255)
            #expect(first == (cut >= 6 ? .line(6) : .incomplete))
            if cut < 6 { #expect(finder.find(in: input.span, limit: 255) == .line(6)) }
        }
    }

    @Test func holdsTheLimit() {
        let line = [UInt8](repeating: 0x61, count: 253) + [13, 10]
        var finder = LineFinder()
        #expect(finder.find(in: line.span, limit: 255) == .line(255))
        #expect(finder.find(in: ([0x61] + line).span, limit: 255) == .tooLong)
    }
}

@Suite(.rfc(1939, "3"))
struct ReplyTests {
    @Test(arguments: [
        (Reply.ok(""), "+OK\r\n"), (.ok("2 messages"), "+OK 2 messages\r\n"), (.error(nil, "no"), "-ERR no\r\n"),
        (.error(.inUse, "busy"), "-ERR [IN-USE] busy\r\n"), (.challenge([]), "+ \r\n"), (.challenge([0]), "+ AA==\r\n"),
        (.error(nil, "a\r\nb\u{E9}"), "-ERR a??b??\r\n"),
    ])
    func encodes(_ reply: Reply, _ expected: String) {
        var output: [UInt8] = []
        reply.encode(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }

    @Test(.rfc(2449, "4")) func staysWithinALine() {
        var output: [UInt8] = []
        Reply.ok(String(repeating: "a", count: 1000)).encode(into: &output)
        #expect(output.count == Limits.replyLine && output.suffix(2) == [13, 10])
    }
}
