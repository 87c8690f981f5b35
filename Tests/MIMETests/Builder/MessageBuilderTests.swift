import MIME
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(5322, "3.6"))
struct MessageBuilderTests {
    private static func builder() throws -> MessageBuilder {
        MessageBuilder(
            from: .init(name: "Jürgen, der Große", address: "j@example.test"),
            date: try #require(
                DateTime(year: 2026, month: 11, day: 3, hour: 17, minute: 5, second: 9, zoneMinutes: 60)
            ),
            messageID: "<1@example.test>"
        )
    }

    private static func shown(_ octets: [UInt8]?) -> String {
        let octets = octets ?? []
        return EncodedWord.decodedText(octets.span, charsets: StandardCharsets())
    }

    @Test func composes() throws {
        var builder = try Self.builder()
        builder.from[0].name = "Bob Baker"
        builder.to = [
            .person(.init(address: "a@example.test")), .person(.init(name: "Doe, \"J\"", address: "d@example.test")),
        ]
        builder.cc = [.person(.init(name: "C", address: "\"odd name\"@example.test"))]
        builder.subject = "Hello"
        builder.inReplyTo = ["<0@example.test>"]
        builder.references = ["<0@example.test>"]
        builder.content = .text("one\ntwo")
        #expect(
            text(try builder.message())
                == text(
                    wire(
                        """
                        From: Bob Baker <j@example.test>
                        To: a@example.test, "Doe, \\"J\\"" <d@example.test>
                        Cc: C <"odd name"@example.test>
                        Subject: Hello
                        Date: Tue, 03 Nov 2026 17:05:09 +0100
                        Message-ID: <1@example.test>
                        In-Reply-To: <0@example.test>
                        References: <0@example.test>
                        MIME-Version: 1.0
                        Content-Type: text/plain; charset=us-ascii

                        one
                        two

                        """
                    )
                )
        )
    }

    @Test(
        .rfc(2047, "5"),
        arguments: [
            "", "short", String(repeating: "word ", count: 60) + "end", String(repeating: "ü", count: 300),
            "Grüße aus dem Büro",
            "日本語の件名です。" + String(repeating: "長い", count: 50), "two  blanks", " leading", "trailing ", "=?utf-8?q?a?=",
            "tab\there", String(repeating: "x", count: 2000), "😀👩‍👩‍👧‍👦",
        ]
    )
    func comesBack(_ value: String) throws {
        var builder = try Self.builder()
        builder.subject = value
        builder.to = (0..<5).map { _ in .person(.init(name: value, address: "a@example.test")) }
        builder.content = .text(value + "\r\n.\r\n" + value)
        let message = try builder.message()
        let header = text(message).split(separator: "\r\n\r\n")[0]
        for line in header.split(separator: "\r\n") { #expect(line.utf8.count <= 78 || value.utf8.count > 900) }
        let summary = MessageSummary(of: message.span)
        let envelope = try #require(Envelope(envelopeOctets: summary.envelope))
        let charsets = StandardCharsets()
        #expect(Self.shown(envelope.subject) == value)
        #expect(Self.shown(envelope.from[0].name) == "Jürgen, der Große")
        #expect(envelope.to.count == 5)
        #expect(Self.shown(envelope.to[4].name) == value)
        let body = MessageText(summary.structure, charsets: charsets).body(of: message.span)
        #expect(body == value + "\n.\n" + value + (value.isEmpty ? "" : "\n"))
        #expect(message.allSatisfy { $0 < 0x80 })
    }

    @Test func refusesInjection() throws {
        let good = try Self.builder()
        for bad in ["a\r\nBcc: x@y", "a\nb", "a\rb", "a\0b"] {
            var builder = good
            builder.subject = bad
            #expect(throws: MessageBuilder.Problem.controlOctet) { try builder.message() }
            builder = good
            builder.from[0].name = bad
            #expect(throws: MessageBuilder.Problem.controlOctet) { try builder.message() }
            builder = good
            builder.to = [.person(.init(address: bad + "@x.test"))]
            #expect(throws: MessageBuilder.Problem.controlOctet) { try builder.message() }
            builder = good
            builder.messageID = "<" + bad + "@x>"
            #expect(throws: MessageBuilder.Problem.identifier) { try builder.message() }
        }
        for bad in ["", "a", "@b", "a@", "a@b>c", "a@b, c@d", "a b@c", "a@b c", "\"a\"b\"@c", "\"a\\\"@c"] {
            var builder = good
            builder.to = [.person(.init(address: bad))]
            #expect(throws: MessageBuilder.Problem.address, "\(bad)") { try builder.message() }
        }
    }
}
