import MIME
import PorticoTesting
import Testing

/// The linter as a whole: its rules, its limits, and that it takes anything.
struct MessageLintTests {
    private static let tables = [
        LineLintTests.lines, LineLintTests.headers, FieldLintTests.dates, FieldLintTests.identifiers,
        FieldLintTests.addresses, EncodedWordLintTests.form, EncodedWordLintTests.places, ContentLintTests.fields,
        ContentLintTests.multiparts, BodyLintTests.cases,
    ]

    @Test func eachRuleHasACase() {
        let tested = Set(Self.tables.joined().map(\.rule))
        // Limits have a test of their own.
        #expect(Set(MessageLint.Rule.allCases).subtracting(tested) == [.limitReached])
    }

    @Test(arguments: MessageLint.Rule.allCases) func rulesAreDescribed(_ rule: MessageLint.Rule) {
        #expect(
            rule.rawValue.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        )
        #expect(rule.text.hasSuffix(".") && rule.text.first?.isUppercase == true && rule.text.count < 100)
        #expect(rule.citation.description.hasPrefix("RFC \(rule.citation.rfc) §"))
        #expect(MessageLint.Rule(rawValue: rule.rawValue) == rule)
    }

    @Test func textsDiffer() {
        #expect(Set(MessageLint.Rule.allCases.map(\.text)).count == MessageLint.Rule.allCases.count)
    }

    @Test func countsWhatIsNotListed() {
        let message = LintCase.octets(LintCase.header("Subject: a") + "\n" + String(repeating: "\r\r\0\n", count: 50))
        var options = MessageLint.Options()
        options.findingsOfEachRule = 3
        let lint = MessageLint(of: message.span, charsets: LintCase.charsets, options: options)
        #expect(lint.counts == [.bareCarriageReturn: 100, .nulOctet: 50])
        #expect(lint.count(of: .error) == 150 && lint.count(of: .warning) == 0 && lint.count(of: .note) == 0)
        #expect(
            lint.findings.map(\.rule) == [
                .bareCarriageReturn, .bareCarriageReturn, .nulOctet, .bareCarriageReturn, .nulOctet, .nulOctet,
            ]
        )
        #expect(lint.findings.map(\.line) == [6, 6, 6, 7, 7, 8])
        options.findingsOfEachRule = 0
        #expect(MessageLint(of: message.span, charsets: LintCase.charsets, options: options).findings == [])
    }

    @Test func saysWhere() {
        let message = LintCase.octets(
            LintCase.header("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b")
                + "\n--b\n\n\u{E9}\n--b\nContent-Disposition: a b\u{1}\u{E9}\n\na\n--b--\n"
        )
        let lint = MessageLint(of: message.span, charsets: LintCase.charsets)
        #expect(
            lint.findings.map { "\($0.line) \($0.part) \($0.rule.rawValue) \($0.detail)" } == [
                "5 0 narrow-outer-encoding ", "9 1 unlabelled-8bit ",
                "11 2 disposition-syntax expected a semicolon, found b\\x01\\xE9",
                "11 2 control-in-header \\x01", "11 2 8bit-in-header Content-Disposition",
            ]
        )
        for finding in lint.findings { #expect(finding.offset <= message.count) }
    }

    /// What stands in a message cannot do anything to a terminal.
    @Test func detailsAreHarmless() {
        let message = LintCase.octets("\u{1B}[2J\u{E9}" + String(repeating: "\u{7}", count: 500) + "\n\n")
        let lint = MessageLint(of: message.span, charsets: LintCase.charsets)
        let details = lint.findings.map(\.detail)
        #expect(details.contains { $0.hasPrefix("\\x1B[2J\\xE9\\x07") && $0.hasSuffix("...") })
        #expect(details.allSatisfy { $0.utf8.count < 300 && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
    }

    @Test func nothingIsAMessageToo() {
        let lint = MessageLint(of: [UInt8]().span, charsets: LintCase.charsets)
        #expect(lint.counts == [.missingFrom: 1, .missingDate: 1, .missingMessageID: 1])
        #expect(lint.findings.allSatisfy { $0.offset == 0 && $0.line == 1 && $0.part == 0 })
    }

    /// Any beginning of any message is one: all offsets stay in it, and in its parts.
    @Test func takesEveryBeginning() {
        for (index, lint) in Self.tables.joined().enumerated() {
            // They begin alike, so the first of them is enough for that.
            for end in index == 0 ? lint.broken.indices[...] : lint.broken.indices.suffix(120) {
                let message = Array(lint.broken[..<end])
                let found = MessageLint(of: message.span, charsets: LintCase.charsets)
                let parts = MessageStructure(of: message.span).parts.count
                #expect(found.findings.allSatisfy { (0...end).contains($0.offset) && (0..<parts).contains($0.part) })
            }
        }
    }

    /// Each is large enough that work which grows with its square would not end.
    @Test(arguments: [
        ("Subject: ", "=?a?q?", 200_000), ("Subject: ", "=?utf-8?b?4pyT?= ", 50_000), ("Subject: ", "=?", 500_000),
        ("To: ", "(<\"a,", 200_000), ("To: ", "\"", 1_000_001), ("To: ", "(", 1_000_000), ("To: ", "a;", 300_000),
        ("To: ", "a:", 300_000), ("To: ", "<@a,", 200_000), ("Date: ", "(", 1_000_000),
        ("References: ", "<", 1_000_000),
        ("Content-Type: a/b; ", "n*0*=%;", 200_000), ("Content-Type: a/b", ";", 1_000_000),
        ("Received: ", "\"", 999_999),
        ("", "a: b\r\n", 200_000), ("Subject: a", "\r\n ", 300_000), ("\r\n", "\n", 500_000),
        ("Content-Type: multipart/x; boundary=a\r\n\r\n", "--a\r\n", 200_000),
        ("", "Content-Type: multipart/x; boundary=a\r\n\r\n--a\r\n", 50_000),
        ("Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=", 1_000_000),
        ("Content-Transfer-Encoding: base64\r\n\r\n", "=a", 500_000),
    ])
    func worstShapesTakeLinearTime(_ start: String, _ piece: String, _ count: Int) {
        let message = Array((start + String(repeating: piece, count: count)).utf8)
        let lint = MessageLint(of: message.span, charsets: LintCase.charsets)
        #expect(lint.findings.count <= 20 * lint.counts.count)
        #expect(lint.counts.values.reduce(0, +) <= 4 * message.count)
    }
}
