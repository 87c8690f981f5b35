import FoundationEssentials
import Octets
import PorticoTesting
import Testing

@Suite(.rfc(4013, "2")) struct SASLprepTests {
    private func prepared(_ text: String) -> String? { try? SASLprep.prepare(text) }

    @Test(
        .rfc(4013, "3"),
        arguments: [
            ("I\u{AD}X", "IX"), ("user", "user"), ("USER", "USER"), ("\u{AA}", "a"), ("\u{2168}", "IX"), ("\u{7}", nil),
            ("\u{627}1", nil),
        ]
    )
    func examples(_ text: String, _ expected: String?) { #expect(prepared(text) == expected) }

    @Test(arguments: [
        ("", ""), ("\u{A0}a\u{3000}", " a "), ("\u{AD}", ""), ("\u{627}1\u{628}", "\u{627}1\u{628}"), ("a\u{627}", nil),
        ("\u{E000}", nil), ("\u{7F}", nil), ("\u{1F600}", "\u{1F600}"), ("e\u{301}", "\u{E9}"),
        ("\u{1112}\u{1161}", "\u{D558}"),
    ])
    func more(_ text: String, _ expected: String?) {
        #expect(prepared(text).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test func saysWhy() {
        #expect(throws: SASLprep.Failure.prohibited) { try SASLprep.prepare("\u{7}") }
        #expect(throws: SASLprep.Failure.bidirectional) { try SASLprep.prepare("\u{627}1") }
    }

    /// What Python's tables of RFC 3454 and of Unicode 3.2 make of texts by chance.
    @Test func agreesWithAnother() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let file = folder.appending(path: "../../Fixtures/unicode/saslprep.txt")
        let lines = String(decoding: try Data(contentsOf: file), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 582)
        for line in lines {
            let fields = line.split(separator: " ")
            let text = try #require(String(validating: octets(fields[0]), as: UTF8.self))
            let expected = fields[1] == "!" ? nil : fields[1] == "-" ? [] : octets(fields[1])
            #expect(prepared(text).map { Array($0.utf8) } == expected, "\(line)")
        }
    }

    /// Preparing again changes nothing.
    @Test func isIdempotent() throws {
        for text in ["I\u{AD}X", "\u{FB01}\u{301}\u{1E9B}\u{323}", "\u{1100}\u{1161}\u{11A8}"] {
            let once = try SASLprep.prepare(text)
            #expect(try SASLprep.prepare(once) == once)
        }
    }

    private func octets(_ hex: Substring) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }
}
