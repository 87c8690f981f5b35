import Octets
import PorticoTesting
import SMTP
import Testing

@Suite(.rfc(5321, "4.2"))
struct ReplyTests {
    private static func encode(_ reply: Reply) -> String {
        var octets: [UInt8] = []
        reply.encode(into: &octets)
        return String(decoding: octets, as: UTF8.self)
    }

    private static func parse(_ text: String, isEnhanced: Bool = true) throws -> (reply: Reply, count: Int)? {
        try Reply.parse(Array(text.utf8).span, isEnhanced: isEnhanced)
    }

    static let replies: [(Reply, String)] = [
        (Reply(220, nil, "mx.test ready"), "220 mx.test ready\r\n"),
        (Reply(250, "2.1.0", "OK"), "250 2.1.0 OK\r\n"),
        (Reply(250, nil, lines: ["mx.test", "SIZE 10"]), "250-mx.test\r\n250 SIZE 10\r\n"),
        (Reply(550, "5.1.1", lines: ["No", "Never"]), "550-5.1.1 No\r\n550 5.1.1 Never\r\n"),
        (Reply(354, nil, ""), "354 \r\n"),
    ]

    @Test(arguments: replies)
    func encodesAndParses(_ reply: Reply, _ wire: String) throws {
        #expect(Self.encode(reply) == wire)
        for count in 0..<wire.utf8.count {
            #expect(try Self.parse(String(decoding: wire.utf8.prefix(count), as: UTF8.self)) == nil)
        }
        let parsed = try #require(try Self.parse(wire + "2"))
        #expect(parsed.reply == reply)
        #expect(parsed.count == wire.utf8.count)
    }

    @Test func textCannotBecomeAnotherReply() {
        let reply = Reply(550, "5.1.1", "a\r\n250 2.0.0 b\u{E9}" + String(repeating: "x", count: 1000))
        let wire = Self.encode(reply)
        #expect(wire.utf8.count == 512)
        #expect(wire.hasPrefix("550 5.1.1 a??250 2.0.0 b??x"))
    }

    @Test(arguments: [
        "abc\r\n", "25\r\n", "2500 x\r\n", "100 x\r\n", "600 x\r\n", "250_x\r\n", "250-a\r\n251 b\r\n", "\r\n",
        "250-a\r\nx\r\n", String(repeating: "2", count: 2000), String(repeating: "250-x\r\n", count: 200),
    ])
    func refuses(_ wire: String) {
        #expect(throws: SyntaxError.self) { _ = try Self.parse(wire) }
    }

    @Test func takesEnhancedCodesOnlyWhereTheyAre() throws {
        #expect(try Self.parse("250 2.1.0 ok\r\n", isEnhanced: false)?.reply == Reply(250, nil, "2.1.0 ok"))
        #expect(try Self.parse("250 2.1.0 ok\r\n")?.reply == Reply(250, "2.1.0", "ok"))
        #expect(try Self.parse("550 2.1.0 no\n")?.reply == Reply(550, nil, "2.1.0 no"))
        #expect(try Self.parse("250\r\n")?.reply == Reply(250, nil, ""))
    }
}
