import Octets
import PorticoTesting
import Testing

@testable import IMAP

/// LANGUAGE and COMPARATOR.
@Suite(.rfc(5255, "3"))
struct LanguageTests {
    static let accepted: [(String, Command)] = [
        ("LANGUAGE", .language([])), ("LANGUAGE MUL", .language([octets("MUL")])),
        ("language FR-CA EN-CA \"default\"", .language(["FR-CA", "EN-CA", "default"].map(octets))),
        ("COMPARATOR", .comparator([])),
        ("COMPARATOR \"cz;*\" i;basic", .comparator([octets("cz;*"), octets("i;basic")])),
    ]

    @Test(arguments: accepted)
    func parses(_ line: String, _ expected: Command) { #expect(command(line) == expected) }

    @Test(arguments: [
        ("LANGUAGE ", 9), ("LANGUAGE \"\"", 9), ("LANGUAGE (DE)", 9), ("LANGUAGE DE  EN", 12), ("COMPARATOR ", 11),
        ("COMPARATOR cz;*", 14),
    ])
    func refuses(_ line: String, _ offset: Int) { #expect(refusal(line)?.offset == offset) }

    @Test func responses() {
        #expect(encoded { Response.language(["DE"], into: &$0) } == "* LANGUAGE (DE)\r\n")
        #expect(encoded { Response.language(["EN", "i-default"], into: &$0) } == "* LANGUAGE (EN i-default)\r\n")
        #expect(encoded { Response.comparator("i;basic", into: &$0) } == "* COMPARATOR i;basic\r\n")
        #expect(
            encoded { Response.comparator("i;basic", matching: ["i;basic", "i;octet"], into: &$0) }
                == "* COMPARATOR i;basic (i;basic i;octet)\r\n"
        )
        #expect(
            encoded { StatusResponse(.no, .badComparator, "x").encode(into: &$0) } == "* NO [BADCOMPARATOR] x\r\n"
        )
    }

    @Test(.rfc(5255, "3.4")) func namespaces() {
        let slash = UInt8(ascii: "/")
        #expect(
            encoded {
                Response.namespace(
                    personal: [.init(mailbox(""), delimiter: slash)],
                    others: [
                        .init(mailbox("Other Users/"), delimiter: slash, translation: octets("Andere Ben&APw-tzer/"))
                    ],
                    into: &$0
                )
            }
                == "* NAMESPACE ((\"\" \"/\")) ((\"Other Users/\" \"/\" \"TRANSLATION\" (\"Andere Ben&APw-tzer/\"))) NIL\r\n"
        )
        #expect(
            encoded {
                Response.namespace(
                    personal: [],
                    shared: [.init(mailbox("#é"), delimiter: nil), .init(mailbox("b"), delimiter: UInt8(ascii: "\\"))],
                    enabled: .imap4rev2,
                    into: &$0
                )
            } == "* NAMESPACE NIL NIL ((\"#é\" NIL)(\"b\" \"\\\\\"))\r\n"
        )
    }
}
