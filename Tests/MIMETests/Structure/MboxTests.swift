import MIME
import PorticoTesting
import Testing

@Suite(.rfc(4155, "A"))
struct MboxTests {
    private static func messages(_ mbox: String) -> [String] {
        let octets = Array(mbox.utf8)
        var reader = Mbox()
        var messages: [String] = []
        while let range = reader.next(in: octets.span) {
            messages.append(String(decoding: octets[range], as: UTF8.self))
        }
        return messages
    }

    @Test(arguments: [
        ("", []),
        ("From a\n", [""]),
        ("From a\nA: b\n\nx\n\nFrom c\nC: d\n\ny\n\n", ["A: b\n\nx\n", "C: d\n\ny\n"]),
        ("From a\r\nA: b\r\n\r\nx\r\n\r\nFrom c\r\nC: d\r\n\r\ny", ["A: b\r\n\r\nx\r\n", "C: d\r\n\r\ny"]),
        // Not behind an empty line.
        ("From a\nA: b\n\nx\nFrom here on\n\n", ["A: b\n\nx\nFrom here on\n"]),
        // Quoted, or another word.
        ("From a\nA: b\n\n>From x\n\nFromage\n", ["A: b\n\n>From x\n\nFromage\n"]),
        // A message that is none of an mbox.
        ("A: b\n\nx\n", ["A: b\n\nx\n"]),
        // Empty messages.
        ("From a\n\nFrom b\n\nFrom c\n\n", ["", "", ""]),
        ("From a\n\n\n\nFrom b\n", ["\n\n", ""]),
    ])
    func cuts(_ mbox: String, _ expected: [String]) {
        #expect(Self.messages(mbox) == expected)
    }

    /// Blocks that are passed as a whole hide nothing, wherever a line falls in them.
    @Test func findsAtEveryPlace() {
        for length in 0..<400 {
            let body = String(repeating: "x", count: length) + "\n"
            #expect(Self.messages("From a\n\(body)\nFrom b\n\(body)\n") == [body, body])
        }
    }

    @Test(arguments: [
        ("", ""), (">From a\n", "From a\n"), ("a\n>>From b\n>Fromage\n> From c\n", "a\n>From b\n>Fromage\n> From c\n"),
        (">>>", ">>>"), ("x >From y\n", "x >From y\n"),
    ])
    func unquotes(_ quoted: String, _ expected: String) {
        let octets = Array(quoted.utf8)
        #expect(String(decoding: Mbox.unquoted(octets.span), as: UTF8.self) == expected)
    }
}
