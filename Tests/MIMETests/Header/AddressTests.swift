import MIME
import PorticoTesting
import Testing

@Suite(.rfc(5322, "3.4"))
struct AddressTests {
    private static func shown(_ address: Address) -> String {
        [address.name, address.route, address.mailbox, address.host]
            .map { $0.map { text($0) } ?? "-" }.joined(separator: "|")
    }

    @Test(arguments: [
        ("", []),
        (" \r\n ", []),
        ("a@b", ["-|-|a|b"]),
        ("a@b, c@d", ["-|-|a|b", "-|-|c|d"]),
        ("a@b,,c@d,", ["-|-|a|b", "-|-|c|d"]),
        ("John Doe <j@d>", ["John Doe|-|j|d"]),
        ("John Q. Public <j@d>", ["John Q. Public|-|j|d"]),
        ("\"Doe, John\" <j@d>", ["Doe, John|-|j|d"]),
        ("\"a \\\"b\\\" c\" <j@d>", ["a \"b\" c|-|j|d"]),
        ("\"very.unusual@x\"@d", ["-|-|very.unusual@x|d"]),
        ("j@d (John (the) Doe)", ["John (the) Doe|-|j|d"]),
        ("j@[192.0.2.1]", ["-|-|j|[192.0.2.1]"]),
        ("<@a,@b:j@d>", ["-|@a,@b|j|d"]),
        ("g: a@b, c@d;, e@f", ["-|-|g|-", "-|-|a|b", "-|-|c|d", "-|-|-|-", "-|-|e|f"]),
        ("undisclosed-recipients:;", ["-|-|undisclosed-recipients|-", "-|-|-|-"]),
        ("g: a@b", ["-|-|g|-", "-|-|a|b", "-|-|-|-"]),
        ("john . doe @ example . com", ["-|-|john.doe|example.com"]),
        ("j@d.com <j@d.com>", ["j@d.com|-|j|d.com"]),
        ("root", ["-|-|root|"]),
        ("Just A Name", ["Just A Name|-||"]),
        ("Name <j@d", ["Name|-|j|d"]),
        ("Name <>", ["Name|-||"]),
        ("=?utf-8?q?a,_b_(c)?= <j@d>", ["=?utf-8?q?a,_b_(c)?=|-|j|d"]),
        ("a@b; c@d", ["-|-|a|b", "-|-|c|d"]),
        ("Jürgen <j@bücher.example>", ["Jürgen|-|j|bücher.example"]),
        ("(((((", []),
        ("<<<<", ["-|-||"]),
        ("@@@", ["-|-||"]),
        ("\"open", ["-|-|open|"]),
    ])
    func list(_ value: String, _ expected: [String]) {
        #expect(Address.list(in: Array(value.utf8).span).map(Self.shown) == expected)
    }

    @Test(
        .rfc(9051, "7.5.2"),
        arguments: [
            "From: \"A \\\"B\\\"\" <a@b>\nTo: g: x@y;\nCc: Jürgen <j@d>\nSubject: Grüße \"x\" \\\nDate: d\nMessage-ID: <1@2>\n\n",
            "\n", "", "From: a@b\nSender:\nReply-To: c@d, e@f\n\n", "Subject:\nTo: a\nTo: b\nBcc: <@r:c@d>\n\n",
            "Subject: a\n b\n\tc\n\n",
        ]
    )
    func envelopeRoundTrip(_ header: String) throws {
        let octets = wire(header)
        let summary = MessageSummary(of: octets.span)
        let envelope = try #require(Envelope(envelopeOctets: summary.envelope))
        #expect(envelope.subject == HeaderFields.firstValue(named: "Subject", in: octets.span))
        #expect(envelope.date == HeaderFields.firstValue(named: "Date", in: octets.span))
        let from = HeaderFields.firstValue(named: "From", in: octets.span) ?? []
        #expect(envelope.from.map(Self.shown) == Address.list(in: from.span).map(Self.shown))
        for cut in summary.envelope.indices {
            #expect(Envelope(envelopeOctets: Array(summary.envelope[..<cut])) == nil)
        }
    }

    @Test func repeatedDestinationsAreOneList() throws {
        let summary = MessageSummary(of: wire("To: a@b\nX: y\nTo: c@d\n\n").span)
        let envelope = try #require(Envelope(envelopeOctets: summary.envelope))
        #expect(envelope.to.map(\.addrSpec) == [Array("a@b".utf8), Array("c@d".utf8)])
        #expect(envelope.to[0].addrSpec.map(text) == "a@b")
    }

    @Test func stringsAreSafeForIMAP() {
        let octets = Array("Subject: a\rb\0c\u{E9}\r\nFrom: \"q\\\"\" <x@y>\r\n\r\n".utf8)
        let envelope = text(MessageSummary(of: octets.span).envelope)
        #expect(envelope.hasPrefix("(NIL {6}\r\na bc\u{E9} ((\"q\\\"\" NIL \"x\" \"y\"))"))
    }
}
