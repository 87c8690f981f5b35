import Octets
import PorticoTesting
import Testing

@testable import IMAP

/// Literals of what is stored in the form that is sent, for a client that takes UTF-8 in quotes.
@Suite(.rfc(6855, "3"))
struct EncodedStringsTests {
    private static let long = String(repeating: "ä", count: 501)

    @Test(arguments: [
        ("(NIL {5}\r\nété NIL)", "(NIL \"été\" NIL)"), ("({2}\r\nä{2}\r\nö \"{2}\")", "(\"ä\"\"ö\" \"{2}\")"),
        ("(\"\\\"{2}\" {4}\r\n\"ä\\)", "(\"\\\"{2}\" \"\\\"ä\\\\\")"), ("(\"a\" {1}\r\na)", "(\"a\" {1}\r\na)"),
        ("({4}\r\nä\r\n)", "({4}\r\nä\r\n)"), ("({1002}\r\n\(long))", "({1002}\r\n\(long))"),
        // No strings and literals: as it is.
        ("({2}ä)", "({2}ä)"), ("({9}\r\nä)", "({9}\r\nä)"), ("({2}\r\nä {", "(\"ä\" {"), ("{", "{"), ("\"{\\", "\"{\\"),
        ("({99999999999999999999}\r\nä)", "({99999999999999999999}\r\nä)"), ("", ""),
    ])
    func quotes(_ encoded: String, _ expected: String) {
        for (enabled, expected) in [
            (EnabledExtensions.utf8Accept, expected), (.imap4rev2, expected), (EnabledExtensions(), encoded),
        ] {
            var output: [UInt8] = []
            var response = FetchResponse(1, into: &output)
            response.envelope(Array(encoded.utf8), enabled: enabled, into: &output)
            response.bodyStructure(Array(encoded.utf8), enabled: enabled, into: &output)
            response.body(Array(encoded.utf8), enabled: enabled, into: &output)
            response.end(into: &output)
            let text = "* 1 FETCH (ENVELOPE \(expected) BODYSTRUCTURE \(expected) BODY \(expected))\r\n"
            #expect(String(decoding: output, as: UTF8.self) == text)
        }
    }

    /// What is not UTF-8 can only be a literal.
    @Test func otherOctetsStayALiteral() {
        var output: [UInt8] = []
        let encoded = Array("({1}\r\n".utf8) + [0xE4] + Array(")".utf8)
        output.append(encoded: encoded, enabled: .utf8Accept)
        #expect(output == encoded)
    }
}
