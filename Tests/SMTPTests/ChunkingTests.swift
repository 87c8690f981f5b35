import PorticoTesting
import SMTP
import Testing

@Suite(.rfc(3030, "2"))
struct ChunkingTests {
    static let valid: [(String, Command)] = [
        ("BDAT 86 LAST", .bdat(.init(size: 86, isLast: true))),
        ("bdat 100000", .bdat(.init(size: 100_000))),
        ("BDAT 0 last", .bdat(.init(size: 0, isLast: true))),
        ("BDAT 007 ", .bdat(.init(size: 7))),
        ("BDAT 18446744073709551615", .bdat(.init(size: .max))),
    ]

    @Test(arguments: valid)
    func parses(_ line: String, _ command: Command) throws {
        #expect(try parsed(line) == command)
        #expect(fault(line, [.binaryMIME, .burl]) == Fault(.unknownVerb, 0), "off")
    }

    static let invalid: [(String, Fault)] = [
        ("BDAT", Fault(.arguments, 4)), ("BDAT LAST", Fault(.arguments, 5)), ("BDAT -1", Fault(.arguments, 5)),
        ("BDAT 1LAST", Fault(.arguments, 6)), ("BDAT 1 LAS", Fault(.arguments, 7)),
        ("BDAT 1  LAST", Fault(.arguments, 7)),
        ("BDAT 1 LAST 2", Fault(.arguments, 11)), ("BDAT 18446744073709551616", Fault(.arguments, 5)),
        ("BDAT 0x10", Fault(.arguments, 6)), ("BDATA 1", Fault(.unknownVerb, 0)),
    ]

    @Test(arguments: invalid)
    func refuses(_ line: String, _ expected: Fault) {
        #expect(fault(line) == expected)
    }

    @Test(.rfc(3030, "3"))
    func binary() throws {
        #expect(try parsed("MAIL FROM:<> BODY=BinaryMIME") == mail { $0.body = .binaryMIME })
        #expect(fault("MAIL FROM:<> BODY=BINARYMIME", .chunking) == Fault(.parameterValue, 13))
        #expect(fault("MAIL FROM:<> BODY=BINARY") == Fault(.parameterValue, 13))
        #expect(fault("MAIL FROM:<> BODY=7BIT BODY=BINARYMIME") == Fault(.parameterValue, 23))
    }

    @Test(.rfc(2033, "4.1"))
    func localGreeting() throws {
        #expect(try parsed("LHLO foo.edu", .lmtp) == .lhlo(.domain("foo.edu")))
        #expect(try parsed("lhlo [192.0.2.1]", .lmtp) == .lhlo(.literal("192.0.2.1")))
        #expect(fault("LHLO", .lmtp) == Fault(.arguments, 4))
        #expect(fault("LHLO ü.test", [.lmtp, .smtpUTF8]) == Fault(.arguments, 5))
        #expect(fault("LHLO foo.edu") == Fault(.unknownVerb, 0))
        #expect(fault("EHLO foo.edu", .lmtp) == Fault(.unknownVerb, 0))
        #expect(fault("HELO foo.edu", .lmtp) == Fault(.unknownVerb, 0))
    }

    @Test(.rfc(4468, "3"))
    func burl() throws {
        let url = "imap://fred@example.com/sent;uidvalidity=385759043/;uid=4/;section=1.2"
        #expect(try parsed("BURL \(url) LAST") == .burl(.init(url: url, isLast: true)))
        #expect(try parsed("burl x-a+1:b") == .burl(.init(url: "x-a+1:b")))
        #expect(try parsed("BURL a:" + String(repeating: "b", count: 4087)) != .data)
        #expect(fault("BURL a:" + String(repeating: "b", count: 4088)) == Fault(.lineTooLong, 0))
        #expect(fault("BURL") == Fault(.arguments, 4))
        #expect(fault("BURL  LAST") == Fault(.arguments, 5))
        #expect(fault("BURL sent/1") == Fault(.arguments, 9))
        #expect(fault("BURL 1a:b") == Fault(.arguments, 5))
        #expect(fault("BURL a:") == Fault(.arguments, 7))
        #expect(fault("BURL a:b FIRST") == Fault(.arguments, 9))
        #expect(fault("BURL a:b", .chunking) == Fault(.unknownVerb, 0))
    }
}
