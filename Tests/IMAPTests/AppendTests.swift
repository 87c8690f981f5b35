import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(3501, "6.3.11"))
struct AppendTests {
    static func request(
        _ name: String,
        _ size: Int,
        _ flags: FlagSet = FlagSet(),
        _ date: DateTime? = nil,
        waits: Bool
    ) -> Command {
        .append(AppendRequest(mailbox: mailbox(name), flags: flags, date: date, size: size, isSynchronising: waits))
    }

    static let date = DateTime(year: 1994, month: 2, day: 7, hour: 21, minute: 52, second: 25, zoneMinutes: -480)

    @Test(arguments: [
        ("saved {5}", request("saved", 5, waits: true)), ("saved {5+}", request("saved", 5, waits: false)),
        (
            #"saved-messages (\Seen $x) {5}"#,
            request("saved-messages", 5, FlagSet(.seen, keywords: ["$x"]), waits: true)
        ),
        (#"a () " 7-Feb-1994 21:52:25 -0800" {5+}"#, request("a", 5, FlagSet(), date, waits: false)),
        (#"a "07-feb-1994 21:52:25 -0800" {5}"#, request("a", 5, FlagSet(), date, waits: true)),
    ])
    func parses(_ arguments: String, _ expected: Command) {
        let wire = octets("a APPEND \(arguments)\r\nhello\r\nb NOOP\r\n")
        for cut in 0...wire.count {
            let transcript = converse(wire, cuts: [cut])
            #expect(transcript.commands == [expected, .noop] && transcript.messages == ["hello"])
            #expect(transcript.literals.isEmpty, "the session answers by itself")
        }
    }

    @Test func theMailboxMayBeALiteralToo() {
        let wire = octets("a APPEND {3}\r\nx\r\n {5}\r\nhello\r\nb NOOP\r\n")
        for cut in 0...wire.count {
            let transcript = converse(wire, cuts: [cut])
            #expect(transcript.literals == [3] && transcript.messages == ["hello"])
            #expect(transcript.commands == [Self.request("x\r\n", 5, waits: true), .noop])
        }
    }

    @Test func theMessageMayBeLargerThanAnyOtherLiteral() {
        let transcript = converse(octets("a APPEND x {99999999999}\r\n"))
        #expect(transcript.commands == [Self.request("x", 99_999_999_999, waits: true)])
    }

    /// A client that waits sends nothing more; one that does not sends its message, which must not be read as commands.
    @Test func afterAMistakeBothSidesAgreeWhereTheNextCommandBegins() {
        for bad in [
            "a APPEND", "a APPEND x y", "a APPEND x (\\Recent)", "a APPEND x \"7-Feb-1994 21:52:25 -0800\"",
            "a APPEND * ()",
        ] {
            let waiting = octets(bad + " {9}\r\nb NOOP\r\n")
            let sending = octets(bad + " {9+}\r\nx LOGOUT\n\r\nb NOOP\r\n")
            for wire in [waiting, sending] {
                let isMailbox = bad == "a APPEND"
                if isMailbox, wire == waiting { continue }
                for cut in 0...wire.count {
                    let transcript = converse(wire, cuts: [cut])
                    #expect(transcript.commands == [.noop] && transcript.errors.count == 1, "\(bad)")
                    #expect(transcript.tags == [octets("a"), octets("b")])
                    #expect(transcript.consumed == wire.count)
                }
            }
        }
    }

    @Test(arguments: [
        "x 5", "x {5", "x {a}", "x {}", "x UTF8 ({5}", "x (\\Seen){5}", "x \"7-Feb-1994 21:52:25 -0800\" {5}",
        "x \" 7-Feb-1994 21:52:25\" {5}", "x \" 7-Feb-1994 24:52:25 -0800\" {5}",
        "x \" 7-Feb-1994 21:52:25 -0860\" {5}",
        "x {99999999999999999999}",
    ])
    func refuses(_ arguments: String) {
        #expect(refusal("APPEND " + arguments) != nil)
    }
}
