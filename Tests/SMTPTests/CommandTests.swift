import Octets
import PorticoTesting
import SMTP
import Testing

/// What a line becomes; nil if it is refused.
private func parse(_ line: String, _ leniency: Leniency = []) -> Command? {
    try? Command(parsing: Array(line.utf8).span, leniency: leniency)
}

/// The code that a line is refused with; 0 if it is not.
private func refusal(_ line: String, _ leniency: Leniency = []) -> UInt16 {
    do throws(CommandError) {
        _ = try Command(parsing: Array(line.utf8).span, leniency: leniency)
        return 0
    } catch {
        return error.reply.code
    }
}

private func path(_ local: String, _ domain: String) -> Path { Path(localPart: local, host: .domain(domain)) }

@Suite(.rfc(5321, "4.1.1"))
struct CommandTests {
    static let valid: [(String, Command)] = [
        ("EHLO bar.com", .ehlo(.domain("bar.com"))),
        ("ehlo [192.0.2.1]", .ehlo(.literal("192.0.2.1"))),
        ("EHLO [IPv6:2001:db8::1]", .ehlo(.literal("IPv6:2001:db8::1"))),
        ("HELO foo.test  ", .helo("foo.test")),
        ("HELO [192.0.2.1]", .helo("[192.0.2.1]")),
        ("MAIL FROM:<>", .mail(.init(reversePath: .null))),
        ("mail from:<Smith@bar.com>", .mail(.init(reversePath: .path(path("Smith", "bar.com"))))),
        (
            "MAIL FROM:<a@b.test> SIZE=1000 BODY=8BITMIME",
            .mail(.init(reversePath: .path(path("a", "b.test")), size: 1000, body: .eightBitMIME))
        ),
        ("MAIL FROM:<> body=7bit", .mail(.init(reversePath: .null, body: .sevenBit))),
        ("MAIL FROM:<> AUTH=<>", .mail(.init(reversePath: .null, auth: ""))),
        ("MAIL FROM:<> AUTH=e+2Bmc2@b.test", .mail(.init(reversePath: .null, auth: "e+mc2@b.test"))),
        ("RCPT TO:<Jones@foo.com>", .rcpt(.init(forwardPath: .path(path("Jones", "foo.com"))))),
        ("RCPT TO:<@a.test,@b.test:joe@c.test>", .rcpt(.init(forwardPath: .path(path("joe", "c.test"))))),
        ("RCPT TO:<PostMaster>", .rcpt(.init(forwardPath: .postmaster))),
        ("RCPT TO:<Postmaster@a.test>", .rcpt(.init(forwardPath: .path(path("Postmaster", "a.test"))))),
        ("DATA", .data), ("data ", .data), ("RSET", .rset), ("NOOP", .noop), ("NOOP what ever", .noop),
        ("QUIT", .quit), ("StartTLS", .startTLS), ("VRFY Crispin", .vrfy("Crispin")),
        ("EXPN Example-People", .expn("Example-People")), ("HELP", .help(nil)), ("HELP MAIL", .help("MAIL")),
        ("AUTH plain", .auth(.init(mechanism: "PLAIN"))),
        ("AUTH PLAIN =", .auth(.init(mechanism: "PLAIN", initialResponse: []))),
        ("AUTH PLAIN AGEAYg==", .auth(.init(mechanism: "PLAIN", initialResponse: [0, 0x61, 0, 0x62]))),
    ]

    @Test(arguments: valid)
    func parses(_ line: String, _ command: Command) {
        #expect(parse(line) == command)
        var wire: [UInt8] = []
        command.encode(into: &wire)
        #expect(wire.suffix(2) == [0x0D, 0x0A])
        #expect(parse(String(decoding: wire.dropLast(2), as: UTF8.self)) == command, "encode then parse is identity")
    }

    static let invalid: [(String, UInt16)] = [
        ("", 500), (" ", 500), ("FOO", 500), ("MAILFROM:<a@b.test>", 500), ("GET / HTTP/1.1", 500), ("EHLO\tx", 500),
        ("QUITQUITQ", 500), ("EHLO", 501), ("EHLO ", 501), ("EHLO a b", 501), ("EHLO -a.test", 501),
        ("EHLO a-.test", 501), ("EHLO a..test", 501), ("EHLO a.test.", 501), ("EHLO my_pc", 501),
        ("EHLO [1.2.3]", 501), ("EHLO [1.2.3.256]", 501), ("EHLO [1.2.3.0004]", 501), ("EHLO [1.2.3.4", 501),
        ("EHLO [X400:a]", 501), ("HELO", 501), ("DATA x", 501), ("RSET x", 501), ("QUIT now", 501),
        ("STARTTLS x", 501), ("MAIL", 501), ("MAIL TO:<a@b>", 501), ("MAIL FROM:a@b.test", 501),
        ("MAIL FROM: <a@b.test>", 501), ("MAIL FROM:<a@b.test", 501), ("MAIL FROM:<a>", 501),
        ("MAIL FROM:<@b.test>", 501), ("MAIL FROM:<a@>", 501), ("MAIL FROM:<a.@b.test>", 501),
        ("MAIL FROM:<.a@b.test>", 501), ("MAIL FROM:<a..c@b.test>", 501), ("MAIL FROM:<a b@b.test>", 501),
        ("MAIL FROM:<\"a@b.test>", 501), ("MAIL FROM:<a@b.test>SIZE=1", 501), ("MAIL FROM:<a@b.test> SIZE", 501),
        ("MAIL FROM:<> SIZE=", 501), ("MAIL FROM:<> SIZE=1x", 501), ("MAIL FROM:<> SIZE=99999999999999999999", 501),
        ("MAIL FROM:<> SIZE=1 SIZE=1", 501), ("MAIL FROM:<> BODY=BINARYMIME", 501), ("MAIL FROM:<> SMTPUTF8", 555),
        ("MAIL FROM:<> X=1", 555), ("MAIL FROM:<> AUTH=a", 501), ("MAIL FROM:<> AUTH=+2", 501),
        ("MAIL FROM:<> AUTH=+2b@b.test", 501), ("MAIL FROM:<\u{E9}@b.test>", 501),
        ("MAIL FROM:<a@\u{E9}.test>", 501), ("RCPT TO:<>", 501), ("RCPT TO:<a@b.test> NOTIFY=NEVER", 555),
        ("RCPT TO:<@a.test joe@c.test>", 501), ("RCPT TO:<@a.test,joe@c.test>", 501), ("AUTH", 501),
        ("AUTH PLAIN AGEAYg", 501), ("AUTH PLAIN A=", 501), ("AUTH ABCDEFGHIJKLMNOPQRSTU", 501),
        ("AUTH PLAIN = x", 501), ("VRFY", 501), ("VRFY \u{7}", 501), ("NOOP\r", 500), ("QUIT\0", 500),
        ("DATA \r", 501),
    ]

    @Test(arguments: invalid)
    func refuses(_ line: String, _ code: UInt16) {
        #expect(refusal(line) == code)
    }

    static let localParts: [(String, String, String?)] = [
        ("\"\"@b.test", "", nil), ("\"a b\"@b.test", "a b", nil), ("\"a\\\"b\"@b.test", "a\"b", nil),
        ("\"abc\"@b.test", "abc", "abc@b.test"), ("\"a\\bc\"@b.test", "abc", "abc@b.test"),
        ("\"a.\"@b.test", "a.", nil), ("!#$%&'*+-/=?^_`{|}~@b.test", "!#$%&'*+-/=?^_`{|}~", nil),
        ("a+b@b.test", "a+b", nil), ("\"@\"@b.test", "@", nil), ("a@1.2", "a", nil), ("a@[127.0.0.1]", "a", nil),
        ("a@[IPv6:::1]", "a", nil), ("a@x", "a", nil),
    ]

    @Test(.rfc(5321, "4.1.2"), arguments: localParts)
    func readsLocalParts(_ address: String, _ localPart: String, _ canonical: String?) throws {
        let command = try #require(parse("RCPT TO:<\(address)>"))
        guard case .rcpt(let rcpt) = command, case .path(let path) = rcpt.forwardPath else {
            Issue.record("not a path")
            return
        }
        #expect(path.localPart == localPart)
        #expect(path.description == canonical ?? address)
    }

    static let addresses: [(String, Bool)] = [
        ("::", true), ("::1", true), ("1::", true), ("1:2:3:4:5:6:7:8", true), ("1:2:3:4:5:6:1.2.3.4", true),
        ("::1.2.3.4", true), ("1::1.2.3.4", true), ("1:2:3::4:5:6", true), ("ABCD::ef01", true),
        ("::ffff:192.0.2.128", true), ("1:2:3:4::1.2.3.4", true), ("", false), (":", false), (":::", false),
        ("1", false), ("1:2:3:4:5:6:7", false), ("1:2:3:4:5:6:7:8:9", false), ("1:2:3:4::5:6:7", false),
        ("1::2::3", false), ("12345::", false), ("1:", false), (":1", false), ("1::2:", false),
        ("1:2:3:4:5:6:7:1.2.3.4", false), ("1.2.3.4", false), ("::1.2.3", false), ("::g", false),
        ("1:2:3:4:5::1.2.3.4", false),
    ]

    @Test(.rfc(5321, "4.1.3"), arguments: addresses)
    func readsIPv6(_ text: String, _ isValid: Bool) {
        #expect((parse("EHLO [IPv6:\(text)]") != nil) == isValid)
    }

    @Test(.rfc(5321, "4.5.3.1"))
    func limits() {
        let local64 = String(repeating: "a", count: 64)
        let label63 = String(repeating: "d", count: 63)
        let domain = "\(label63).\(label63).\(label63)"
        #expect(refusal("RCPT TO:<\(local64)@b.test>") == 0)
        #expect(refusal("RCPT TO:<\(local64)a@b.test>") == 501)
        #expect(refusal("EHLO \(label63).test") == 0)
        #expect(refusal("EHLO \(label63)d.test") == 501)
        #expect(refusal("EHLO \(domain).\(label63)") == 0, "255 octets")
        #expect(refusal("EHLO \(domain).\(label63).d") == 501, "257 octets")
        let rest = 256 - domain.utf8.count - 3
        #expect(refusal("RCPT TO:<\(String(repeating: "a", count: rest))@\(domain)>") == 0, "256 octets")
        #expect(refusal("RCPT TO:<\(String(repeating: "a", count: rest + 1))@\(domain)>") == 501, "257 octets")
        #expect(refusal("NOOP " + String(repeating: "a", count: 505)) == 0)
        #expect(refusal("NOOP " + String(repeating: "a", count: 506)) == 500)
        #expect(refusal("AUTH PLAIN " + String(repeating: "a", count: 1000)) == 0)
        #expect(refusal("AUTH PLAIN " + String(repeating: "a", count: 12_280)) == 500)
    }

    @Test func leniencies() {
        #expect(parse("MAIL FROM: <a@b.test>", .spaceAfterColon) != nil)
        #expect(parse("RCPT TO:  <a@b.test>", .spaceAfterColon) != nil)
        #expect(parse("EHLO MY_PC", .underscoreInDomain) == .ehlo(.domain("MY_PC")))
        #expect(parse("EHLO MY_PC", .spaceAfterColon) == nil)
        #expect(parse("MAIL FROM: <a@b.test>", .underscoreInDomain) == nil)
    }

    @Test func neverTrapsOnAnyPrefixOrOctet() {
        let line = Array("MAIL FROM:<@a.test,@[:\"q\\\"\"@[IPv6:1::1.2.3.4]> SIZE=12 AUTH=+2B BODY".utf8)
        for count in 0...line.count {
            for byte: UInt8 in [0, 0x0A, 0x0D, 0x20, 0x22, 0x2E, 0x3A, 0x3C, 0x3E, 0x40, 0x5B, 0x5C, 0x80, 0xFF] {
                let octets = line.prefix(count) + [byte]
                _ = try? Command(parsing: Array(octets).span)
            }
        }
    }
}
