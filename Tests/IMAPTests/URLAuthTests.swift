import Octets
import PorticoTesting
import Testing

@testable import IMAP

@Suite(.rfc(4467, "7"))
struct URLAuthTests {
    private static let rump = "imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred"

    static let accepted: [(String, Command)] = [
        ("GENURLAUTH \"\(rump)\" INTERNAL", .genURLAuth([URLRump(octets(rump), mechanism: "INTERNAL")])),
        (
            "genurlauth \(rump) internal {1+}\r\nx X.Y-1",
            .genURLAuth([
                URLRump(octets(rump), mechanism: "INTERNAL"), URLRump(octets("x"), mechanism: "X.Y-1"),
            ])
        ),
        ("RESETKEY", .resetKey(nil, mechanisms: [])), ("RESETKEY inbox", .resetKey(.inbox, mechanisms: [])),
        ("RESETKEY INBOX internal XSAMPLE", .resetKey(.inbox, mechanisms: ["INTERNAL", "XSAMPLE"])),
        (
            "URLFETCH \"\(rump):internal:91354a473744909de610943775f92038\" x",
            .urlFetch([octets(rump + ":internal:91354a473744909de610943775f92038"), octets("x")])
        ),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("GENURLAUTH", 10), ("GENURLAUTH x", 12), ("GENURLAUTH x \"INTERNAL\"", 13), ("GENURLAUTH x INTERNAL y", 23),
        ("GENURLAUTH x INTERNAL ", 22), ("RESETKEY ", 9), ("RESETKEY \"\"", 9), ("RESETKEY x \"y\"", 11),
        ("URLFETCH", 8), ("URLFETCH ", 9), ("URLFETCH x  y", 11), ("URLFETCH (x)", 9),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test(.rfc(4467, "8")) func responses() {
        let url = octets("imap://x/;URLAUTH=anonymous:INTERNAL:0")
        let text = "imap://x/;URLAUTH=anonymous:INTERNAL:0"
        #expect(
            encoded { Response.genURLAuth([url, octets("a b")], into: &$0) } == "* GENURLAUTH \(text) \"a b\"\r\n"
        )
        #expect(
            encoded { Response.urlFetch([(url, octets("Hi\r\n")), (octets("a b"), nil), (url, [])], into: &$0) }
                == "* URLFETCH \(text) {4}\r\nHi\r\n \"a b\" NIL \(text) \"\"\r\n"
        )
        #expect(
            encoded { Response.urlFetchHeader(url, count: 1_000_000, into: &$0) } == "* URLFETCH \(text) {1000000}\r\n"
        )
    }

    @Test func codes() {
        let codes: [(ResponseCode, String)] = [
            (.urlMechanisms([]), "URLMECH INTERNAL"), (.urlMechanisms(["XSAMPLE"]), "URLMECH INTERNAL XSAMPLE"),
            (.badURL(octets("/INBOX/;UID=1 ]\u{7F}")), "BADURL /INBOX/;UID=1???"), (.tooBig, "TOOBIG"),
        ]
        for (code, text) in codes {
            #expect(encoded { StatusResponse(.no, code, "x").encode(into: &$0) } == "* NO [\(text)] x\r\n")
        }
    }
}
