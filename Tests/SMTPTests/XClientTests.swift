import SMTP
import Testing

/// Postfix's XCLIENT_README.
@Suite struct XClientTests {
    private static func xclient(_ change: (inout Command.XClient) -> Void) -> Command {
        var value = Command.XClient()
        change(&value)
        return .xclient(value)
    }

    static let valid: [(String, Command)] = [
        (
            "NAME=spike.porcupine.org ADDR=168.100.189.2",
            xclient {
                $0.name = .known("spike.porcupine.org")
                $0.address = .known("168.100.189.2")
            }
        ),
        ("proto=esmtp", xclient { $0.proto = .known(.esmtp) }), ("PROTO=SMTP", xclient { $0.proto = .known(.smtp) }),
        ("PROTO=[unavailable]", xclient { $0.proto = .unavailable }),
        (
            "NAME=[UNAVAILABLE] PORT=[TEMPUNAVAIL]",
            xclient { ($0.name, $0.port) = (.unavailable, .temporarilyUnavailable) }
        ),
        (
            "ADDR=IPV6:2001:db8::1 DESTADDR=ipv6:::1",
            xclient {
                $0.address = .known("IPV6:2001:db8::1")
                $0.destinationAddress = .known("ipv6:::1")
            }
        ),
        ("HELO=a+20+3Db LOGIN=x+2By", xclient { ($0.helo, $0.login) = (.known("a =b"), .known("x+y")) }),
        ("DESTPORT=65535 PORT=0", xclient { ($0.destinationPort, $0.port) = (.known(65_535), .known(0)) }),
        ("DESTADDR=[TEMPUNAVAIL]", xclient { $0.destinationAddress = .temporarilyUnavailable }),
    ]

    @Test(arguments: valid)
    func parses(_ attributes: String, _ command: Command) throws {
        #expect(try parsed("XCLIENT \(attributes)") == command)
        #expect(fault("XCLIENT \(attributes)", .dsn) == Fault(.unknownVerb, 0))
    }

    static let invalid: [(String, Fault)] = [
        ("XCLIENT", Fault(.arguments, 7)), ("XCLIENT NAME", Fault(.arguments, 12)),
        ("XCLIENT NAME=", Fault(.arguments, 13)), ("XCLIENT NAME=a=b", Fault(.parameterValue, 8)),
        ("XCLIENT NAME=a+0Ab", Fault(.parameterValue, 8)), ("XCLIENT NAME=a NAME=a", Fault(.parameterValue, 15)),
        ("XCLIENT COLOR=a", Fault(.arguments, 8)), ("XCLIENT PORT=65536", Fault(.parameterValue, 8)),
        ("XCLIENT PORT=25 PORT=[UNAVAILABLE]", Fault(.parameterValue, 16)),
        ("XCLIENT ADDR=1.2.3", Fault(.parameterValue, 8)), ("XCLIENT ADDR=::1", Fault(.parameterValue, 8)),
        ("XCLIENT ADDR=1.2.3.4x", Fault(.parameterValue, 8)), ("XCLIENT PROTO=LMTP", Fault(.parameterValue, 8)),
        ("XCLIENT NAME=a  PORT=1", Fault(.arguments, 15)), ("XCLIENT NAME=\u{E9}", Fault(.arguments, 13)),
        ("XCLIENT NAME=" + String(repeating: "x", count: 498), Fault(.lineTooLong, 0)),
    ]

    @Test(arguments: invalid)
    func refuses(_ line: String, _ expected: Fault) {
        #expect(fault(line) == expected)
    }
}
