import PorticoTesting
import SMTP
import Testing

@Suite(.rfc(3461, "4"))
struct NotificationTests {
    private static func rcpt(
        _ notify: Command.Rcpt.Notify?,
        _ type: String? = nil,
        _ address: String = ""
    ) -> Command {
        let path = Path(localPart: "Dana", host: .domain("Ivory.EDU"))
        return .rcpt(
            .init(
                forwardPath: .path(path),
                notify: notify,
                originalRecipient: type.map { OriginalRecipient(type: $0, address: address) }
            )
        )
    }

    static let recipients: [(String, Command)] = [
        ("NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Dana@Ivory.EDU", rcpt([.success, .failure], "rfc822", "Dana@Ivory.EDU")),
        ("notify=never", rcpt(.never)), ("NOTIFY=delay", rcpt(.delay)),
        ("NOTIFY=DELAY,SUCCESS,FAILURE,DELAY", rcpt([.success, .failure, .delay])),
        ("ORCPT=rfc822;Carol+2Bx@Ivory.EDU NOTIFY=NEVER", rcpt(.never, "rfc822", "Carol+x@Ivory.EDU")),
        ("ORCPT=X400;a+20b", rcpt(nil, "X400", "a b")),
    ]

    @Test(arguments: recipients)
    func parsesRecipients(_ parameters: String, _ command: Command) throws {
        #expect(try parsed("RCPT TO:<Dana@Ivory.EDU> \(parameters)") == command)
        #expect(fault("RCPT TO:<Dana@Ivory.EDU> \(parameters)", []) == Fault(.unknownParameter, 25))
    }

    static let invalid: [(String, Fault)] = [
        ("RCPT TO:<a@b> NOTIFY", Fault(.parameterValue, 14)), ("RCPT TO:<a@b> NOTIFY=", Fault(.arguments, 21)),
        ("RCPT TO:<a@b> NOTIFY=NEVER,DELAY", Fault(.parameterValue, 14)),
        ("RCPT TO:<a@b> NOTIFY=DELAY,NEVER", Fault(.parameterValue, 14)),
        ("RCPT TO:<a@b> NOTIFY=DELAY,", Fault(.parameterValue, 14)),
        ("RCPT TO:<a@b> NOTIFY=DELAYED", Fault(.parameterValue, 14)),
        ("RCPT TO:<a@b> NOTIFY=DELAY NOTIFY=DELAY", Fault(.parameterValue, 27)),
        ("RCPT TO:<a@b> ORCPT=rfc822", Fault(.parameterValue, 14)),
        ("RCPT TO:<a@b> ORCPT=rfc822;", Fault(.parameterValue, 14)),
        ("RCPT TO:<a@b> ORCPT=;a", Fault(.parameterValue, 14)),
        ("RCPT TO:<a@b> ORCPT=rfc822;a+2b", Fault(.parameterValue, 14)),
        ("RCPT TO:<a@b> ORCPT=rfc822;a+0D+0A", Fault(.parameterValue, 14)),
        ("RCPT TO:<a@b> ORCPT=rfc822;a+C3", Fault(.parameterValue, 14)),
        ("RCPT TO:<a@b> ORCPT=a;b ORCPT=a;b", Fault(.parameterValue, 24)),
        ("RCPT TO:<a@b> RET=FULL", Fault(.unknownParameter, 14)), ("MAIL FROM:<> RET", Fault(.parameterValue, 13)),
        ("MAIL FROM:<> RET=ALL", Fault(.parameterValue, 13)),
        ("MAIL FROM:<> RET=FULL RET=FULL", Fault(.parameterValue, 22)),
        ("MAIL FROM:<> ENVID=a+2", Fault(.parameterValue, 13)), ("MAIL FROM:<> ENVID=a+0A", Fault(.parameterValue, 13)),
        ("MAIL FROM:<> ENVID=a ENVID=b", Fault(.parameterValue, 21)),
        ("MAIL FROM:<> ENVID=", Fault(.arguments, 19)), ("MAIL FROM:<> NOTIFY=NEVER", Fault(.unknownParameter, 13)),
    ]

    @Test(arguments: invalid)
    func refuses(_ line: String, _ expected: Fault) {
        #expect(fault(line) == expected)
    }

    @Test(.rfc(3461, "4.4"))
    func envelope() throws {
        let line = "MAIL FROM:<> RET=HDRS ENVID=QQ314159+20x"
        #expect(
            try parsed(line)
                == mail {
                    $0.ret = .headers
                    $0.envelopeIdentifier = "QQ314159 x"
                }
        )
        #expect(fault(line, .smtpUTF8) == Fault(.unknownParameter, 13))
        #expect(fault("MAIL FROM:<> ENVID=" + String(repeating: "e", count: 100)) == nil)
        #expect(fault("MAIL FROM:<> ENVID=" + String(repeating: "e", count: 101)) == Fault(.parameterValue, 13))
    }

    @Test(.rfc(3461, "4.2"))
    func lengths() {
        let original = "rfc822;" + String(repeating: "o", count: 493)
        let path = String(repeating: "p", count: 64) + "@d.test"
        #expect(fault("RCPT TO:<\(path)> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=\(original)") == nil)
        #expect(fault("RCPT TO:<\(path)> ORCPT=\(original)o") == Fault(.parameterValue, 82))
        let long = "RCPT TO:<\(path)> X=" + String(repeating: "x", count: 500)
        #expect(fault(long) == Fault(.unknownParameter, 82), "as long as DSN allows")
        #expect(fault(long, []) == Fault(.lineTooLong, 0))
    }

    static let international: [(String, String?)] = [
        ("a@b.test", "a@b.test"), ("\\x{FC}@b.test", "ü@b.test"), ("ü@b.test", "ü@b.test"), ("a\\x{2B}b", "a+b"),
        ("\\x{1F600}", "\u{1F600}"), ("\\x{10FFFF}", "\u{10FFFF}"), ("a\\x{5C}\\x{3D}\\x{20}b", "a\\= b"),
        ("\\x{e9}", nil), ("\\x{E9", nil), ("\\x{}", nil), ("\\x{0E9}", nil), ("\\x{41}", nil), ("\\x{D800}", nil),
        ("\\x{110000}", nil), ("\\x{10}", nil), ("\\x{7F}", nil), ("\\y{E9}", nil), ("a+2Bb", nil), ("\\", nil),
        ("", nil),
    ]

    @Test(.rfc(6533, "3"), arguments: international)
    func addressesBeyondASCII(_ value: String, _ address: String?) throws {
        let line = "RCPT TO:<Dana@Ivory.EDU> ORCPT=UTF-8;\(value)"
        if let address {
            #expect(try parsed(line) == Self.rcpt(nil, "UTF-8", address))
        } else {
            #expect(fault(line) == Fault(.parameterValue, 25))
        }
    }

    @Test(.rfc(6533, "3"))
    func stayASCIIWhereThereIsNoUTF8() throws {
        let line = "RCPT TO:<Dana@Ivory.EDU> ORCPT=utf-8;"
        #expect(try parsed(line + "\\x{FC}", .dsn) == Self.rcpt(nil, "utf-8", "ü"))
        #expect(fault(line + "a\u{FC}", .dsn) == Fault(.arguments, 38))
        #expect(try parsed(line + String(repeating: "ü", count: 247)) != .data, "too long as ASCII")
    }
}
