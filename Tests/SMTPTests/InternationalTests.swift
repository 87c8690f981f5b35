import PorticoTesting
import SMTP
import Testing

@Suite(.rfc(6531, "3.3"))
struct InternationalTests {
    private static func mail(_ local: String, _ domain: String) -> Command {
        SMTPTests.mail {
            $0.reversePath = .path(Path(localPart: local, host: .domain(domain)))
            $0.smtpUTF8 = true
        }
    }

    static let valid: [(String, Command)] = [
        ("MAIL FROM:<ü@é.example> SMTPUTF8", mail("ü", "é.example")),
        ("MAIL FROM:<\"ü x\\\"\"@例え.テスト> smtputf8", mail("ü x\"", "例え.テスト")),
        ("MAIL FROM:<@ü.example:a.\u{1F600}@b-ü.example> SMTPUTF8", mail("a.\u{1F600}", "b-ü.example")),
        ("MAIL FROM:<a@b.example> SMTPUTF8", mail("a", "b.example")),
        ("VRFY ü SMTPUTF8", .vrfy("ü", smtpUTF8: true)), ("EXPN List smtputf8", .expn("List", smtpUTF8: true)),
        ("VRFY SMTPUTF8", .vrfy("SMTPUTF8")), ("VRFY  SMTPUTF8", .vrfy(" SMTPUTF8")),
        ("VRFY a SMTPUTF8 SMTPUTF8", .vrfy("a SMTPUTF8", smtpUTF8: true)),
    ]

    @Test(arguments: valid)
    func parses(_ line: String, _ command: Command) throws {
        #expect(try parsed(line) == command)
    }

    @Test func recipients() throws {
        let path = Path(localPart: "ü", host: .domain("é.example"))
        #expect(try parsed("RCPT TO:<ü@é.example>") == .rcpt(.init(forwardPath: .path(path))))
        #expect(fault("RCPT TO:<ü@é.example>", .dsn) == Fault(.forwardPath, 9))
    }

    static let invalid: [(String, Fault)] = [
        ("MAIL FROM:<aü@b.example>", Fault(.asciiSender, 12)), ("MAIL FROM:<> SMTPUTF8=1", Fault(.parameterValue, 13)),
        ("MAIL FROM:<> SMTPUTF8 SMTPUTF8", Fault(.parameterValue, 22)), ("EHLO ü.example", Fault(.arguments, 5)),
        ("MAIL FROM:<a@-ü.example> SMTPUTF8", Fault(.reversePath, 13)), ("VRFY ü", Fault(.arguments, 5)),
        ("MAIL FROM:<a@ü..example> SMTPUTF8", Fault(.reversePath, 16)), ("HELP ü", Fault(.arguments, 5)),
        ("VRFY a\u{7}b SMTPUTF8", Fault(.arguments, 6)),
    ]

    @Test(arguments: invalid)
    func refuses(_ line: String, _ expected: Fault) {
        #expect(fault(line) == expected)
    }

    @Test func isOffByDefault() {
        #expect(fault("MAIL FROM:<a@b> SMTPUTF8", .dsn) == Fault(.unknownParameter, 16))
        #expect(fault("MAIL FROM:<ü@b> SMTPUTF8", .dsn) == Fault(.reversePath, 11))
        #expect(fault("VRFY ü SMTPUTF8", .dsn) == Fault(.arguments, 5))
    }

    static let damaged: [[UInt8]] = [
        [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xE2, 0x82],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x28, 0xA1],
        [0xF0, 0x90, 0x80],
    ]

    @Test(.rfc(3629, "4"), arguments: damaged)
    func refusesWhatIsNoUTF8(_ octets: [UInt8]) {
        for (start, end) in [
            ("MAIL FROM:<a", "@b> SMTPUTF8"), ("MAIL FROM:<\"a", "\"@b> SMTPUTF8"),
            ("RCPT TO:<a@b", ".test>"), ("RCPT TO:<a@b> ORCPT=utf-8;a", ""), ("VRFY a", " SMTPUTF8"),
        ] {
            let line = Array(start.utf8) + octets + Array(end.utf8)
            #expect(throws: CommandError.self) { try Command(parsing: line.span, extensions: .smtp) }
        }
    }

    @Test(.rfc(3629, "4"))
    func takesTheEdgesOfUTF8() throws {
        for scalar: Unicode.Scalar in [
            "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}",
        ] {
            #expect(try parsed("RCPT TO:<\(scalar)@b.test>") != .data)
        }
    }

    @Test func lengths() {
        let label = String(repeating: "ü", count: 40)
        #expect(fault("RCPT TO:<a@\(label).test>") == nil, "80 octets, but its A-label may fit")
        #expect(fault("RCPT TO:<a@\(label).\(label).\(label).\(label)>") != nil, "more than 255 octets")
        #expect(fault("RCPT TO:<\(String(repeating: "ü", count: 32))@b.test>") == nil)
        #expect(fault("RCPT TO:<\(String(repeating: "ü", count: 33))@b.test>") == Fault(.forwardPath, 9))
    }
}
