import DNS
import PorticoTesting
import Testing

@Suite
struct IPAddressTests {
    @Test(
        .rfc(5952, "4"),
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("2001:db8::", "2001:db8::"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("::FFFF:C000:0201", "::ffff:192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ]
    )
    func isReadAndWritten(_ text: String, _ canonical: String) {
        #expect(IPAddress(text).map { "\($0)" } == canonical)
        #expect(IPAddress(canonical) == IPAddress(text))
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "a.b.c.d", "1..2.3", "1.2.3.", ":", ":1", "1:",
        ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::1.2.3", "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "fe80::1%eth0", "[::1]", "::g", "1:2:3:4::5:6:7:8", "1:::2", "1.2.3.4::",
    ])
    func isRefused(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test(
        .rfc(3596, "2.5"),
        .rfc(1035, "3.5"),
        arguments: [
            ("10.2.0.52", "52.0.2.10.in-addr.arpa."),
            (
                "4321:0:1:2:3:4:567:89ab",
                "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa."
            ),
        ]
    )
    func hasAReverseName(_ text: String, _ name: String) throws {
        #expect(IPAddress(text).map { "\($0.reverseName)" } == name)
        #expect(try IPAddress(text)?.reverseName == Name(name))
    }

    @Test func isIPv4WithinIPv6() {
        #expect(IPAddress("::ffff:192.0.2.1")?.unmapped == IPAddress("192.0.2.1"))
        #expect(IPAddress("::fffe:192.0.2.1")?.unmapped == IPAddress("::fffe:c000:201"))
        #expect(IPAddress("1::ffff:192.0.2.1")?.unmapped != IPAddress("192.0.2.1"))
        #expect(IPAddress(RecordData.a(0x7F00_0001))?.recordData == .a(0x7F00_0001))
        #expect(IPAddress(.ns(.root)) == nil)
    }
}
