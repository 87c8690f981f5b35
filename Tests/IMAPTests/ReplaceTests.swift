import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(8508, "3"))
struct ReplaceTests {
    private static func replace(
        _ number: UInt32,
        _ name: String,
        _ message: AppendMessage,
        _ literal: AppendLiteral,
        by numbering: Numbering = .sequence
    ) -> Command {
        let append = AppendRequest(mailbox: mailbox(name), events: [.message(message), .octets(literal)])
        return .replace(ReplaceRequest(number, by: numbering, with: append))
    }

    @Test(arguments: [
        (
            "REPLACE 4 Drafts (\\Seen \\Draft) {5}",
            replace(
                4,
                "Drafts",
                AppendMessage(flags: FlagSet([.seen, .draft])),
                AppendLiteral(size: 5, isSynchronising: true)
            )
        ),
        (
            "uid replace 2000 {6+}\r\nDrafts () {5+}",
            replace(2000, "Drafts", AppendMessage(), AppendLiteral(size: 5, isSynchronising: false), by: .uid)
        ),
        (
            "REPLACE * x ~{5+}",
            replace(0, "x", AppendMessage(), AppendLiteral(size: 5, isSynchronising: false, isBinary: true))
        ),
    ])
    func parses(_ line: String, _ expected: Command) {
        let wire = octets("a \(line)\r\nhello\r\nb NOOP\r\n")
        for cuts in (0...wire.count).map({ [$0] }) + [Array(0...wire.count)] {
            let transcript = converse(wire, cuts: cuts)
            #expect(transcript.commands == [expected, .noop] && transcript.messages == ["hello"])
            #expect(transcript.events == [.messageEnd] && transcript.failures.isEmpty)
        }
    }

    /// The example of RFC 8508 §4.3: parts of the message that goes are parts of the one that comes.
    @Test func withCatenate() {
        let wire = octets(
            "F300 UID REPLACE 3001 Drafts () CATENATE (URL \"/Drafts/;UID=3001/;section=HEADER\" TEXT {2}\r\nhi"
                + " URL \"/Drafts/;UID=3002\")\r\nb NOOP\r\n"
        )
        for cut in 0...wire.count {
            let transcript = converse(wire, cuts: [cut])
            #expect(transcript.failures.isEmpty && transcript.commands.last == .noop && transcript.messages == ["hi"])
            #expect(transcript.events == [.url(octets("/Drafts/;UID=3002")), .messageEnd])
        }
    }

    /// One message takes the place of one: no other may follow.
    @Test func onlyOneMessage() {
        for rest in [" {1}\r\n", " (x) {1+}\r\ny\r\n", " CATENATE (URL x)\r\n"] {
            let transcript = converse(octets("a REPLACE 1 x {2+}\r\nhi\(rest)b NOOP\r\n"))
            #expect(transcript.failures.count == 1 && transcript.commands.last == .noop)
            #expect(transcript.tags == ["a", "a", "b"].map(octets))
        }
        #expect(refusal("REPLACE 1 x CATENATE (URL a) CATENATE (URL b)") != nil)
    }

    @Test(arguments: [
        ("REPLACE", 7), ("REPLACE 0 x {1}", 8), ("REPLACE 1:2 x {1+}\r\ny", 9), ("REPLACE 1", 9), ("REPLACE 1 x", 11),
        ("REPLACE 1 x y", 12), ("REPLACE $ x {1+}\r\ny", 8), ("REPLACE 1 \"\" {1}", 10), ("UID REPLACE", 11),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test(.rfc(9586, "3")) func onlyByUID() {
        let transcript = converse(octets("a REPLACE 1 x {3+}\r\n\r\n\r\nb NOOP\r\n"), options: having(.uidOnly))
        #expect(transcript.commands == [.noop] && transcript.failures.map(\.code) == [.uidRequired])
    }
}
