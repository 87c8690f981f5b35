import PorticoTesting
import SMTP
import Testing

@Suite struct TotalityTests {
    static let lines = [
        "MAIL FROM:<ü.\"é\"@例え.test> SMTPUTF8 RET=HDRS ENVID=a+20b REQUIRETLS BY=-1;NT MT-PRIORITY=-9 HOLDFOR=1",
        "MAIL FROM:<> BODY=BINARYMIME BY=+5;R HOLDUNTIL=2026-02-28T23:59:60Z",
        "RCPT TO:<a@b.test> NOTIFY=SUCCESS,DELAY ORCPT=utf-8;\\x{10FFFF}ü\\x{5C}", "BDAT 86 LAST", "BURL a:b LAST",
        "LHLO [IPv6:::1]", "VRFY ü SMTPUTF8", "XCLIENT NAME=a+20 ADDR=IPV6:::1 PORT=[UNAVAILABLE] PROTO=ESMTP",
    ]

    /// No line traps wherever it is cut, whatever stands there; and what is parsed is the same after it was encoded.
    @Test(.rfc(5321, "4.1.1"), arguments: lines)
    func everyPrefixWithAnyOctet(_ line: String) throws {
        let line = Array(line.utf8)
        for extensions: Extensions in [[], .smtp, Extensions(rawValue: .max)] {
            for count in 0...line.count {
                for byte: UInt8 in [
                    0, 0x0A, 0x0D, 0x20, 0x2B, 0x2C, 0x3B, 0x3D, 0x3E, 0x5C, 0x7D, 0x80, 0xC3, 0xF4, 0xFF,
                ] {
                    let octets = Array(line.prefix(count)) + [byte]
                    guard let command = try? Command(parsing: octets.span, extensions: extensions) else { continue }
                    var wire: [UInt8] = []
                    command.encode(into: &wire)
                    let again = try Command(parsing: Array(wire.dropLast(2)).span, extensions: extensions)
                    #expect(again == command)
                }
            }
        }
    }
}
