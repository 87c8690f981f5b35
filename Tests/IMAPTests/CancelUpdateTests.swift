import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(5267, "4.3.5"))
struct CancelUpdateTests {
    static let accepted: [(String, Command)] = [
        ("CANCELUPDATE \"B01\"", .cancelUpdate([octets("B01")])),
        ("cancelupdate \"B01\" \"B02\"", .cancelUpdate([octets("B01"), octets("B02")])),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("CANCELUPDATE", 12), ("CANCELUPDATE B01", 13), ("CANCELUPDATE {3+}\r\nB01", 13), ("CANCELUPDATE \"B01\" ", 19),
        ("CANCELUPDATE \"B01", 17),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }
}
