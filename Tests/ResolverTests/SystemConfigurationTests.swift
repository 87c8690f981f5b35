import Network
import Octets
import Resolver
import Testing

@Suite
struct SystemConfigurationTests {
    private static func settings(_ text: String) -> ResolverSettings {
        ResolverSettings(resolvConf: Array(text.utf8).span)
    }

    @Test(arguments: [
        ("", ["127.0.0.1:53"]),
        ("nameserver 192.0.2.1", ["192.0.2.1:53"]),
        ("nameserver\t192.0.2.1 \r\nnameserver 2001:db8::1 # here\n", ["192.0.2.1:53", "[2001:db8::1]:53"]),
        ("# nameserver 192.0.2.1\n; nameserver 192.0.2.2\nnameserver 192.0.2.3", ["192.0.2.3:53"]),
        ("nameserver fe80::1%eth0\nnameserver x\nnameserver\nnameserver 1.2.3\n", ["127.0.0.1:53"]),
        ("search a b\ndomain c\nsortlist d\nNAMESERVER 192.0.2.1\n", ["127.0.0.1:53"]),
        (
            (1...20).map { "nameserver 192.0.2.\($0)" }.joined(separator: "\n"), (1...8).map { "192.0.2.\($0):53" }
        ),
    ])
    func findsServers(_ text: String, _ servers: [String]) {
        #expect(Self.settings(text).servers.map { "\($0.address)" } == servers)
    }

    @Test(arguments: [
        ("options timeout:7 attempts:3 rotate edns0\n", 7, 3, true, false),
        ("options timeout:0 attempts:0\noptions trust-ad", 1, 1, false, true),
        ("options timeout:99999 attempts:99", 30, 5, false, false),
        ("options timeout:x attempts: timeout:-1 attempts:99999999999 ndots:5 :3 rotate:1", 3, 2, false, false),
    ])
    func readsOptions(_ text: String, _ seconds: Int, _ attempts: Int, _ rotates: Bool, _ isTrusted: Bool) {
        let settings = Self.settings(text + "\nnameserver ::1")
        #expect(settings.timeout == .seconds(seconds) && settings.attempts == attempts)
        #expect(settings.rotates == rotates && settings.servers[0].isTrusted == isTrusted)
    }

    @Test func takesAnyOctets() {
        let octets: [UInt8] = [0xFF, 0, 10] + Array("nameserver ::1\n".utf8) + [0xC3] + Array(" options".utf8)
        #expect(ResolverSettings(resolvConf: octets.span).servers.map(\.address.host) == ["::1"])
    }

    @Test(arguments: [
        ("a.test", 6, "type of a record"), ("a.test * !temporary", 0, "name, type and value of a record"),
        ("", 0, "name, type and value"), ("a.test MX x mx.test", 10, "number from 0 to 65535"),
        ("a.test A 192.0.2.1 192.0.2.2", 19, "end of the record"),
    ])
    func refusesOverrides(_ line: String, _ offset: Int, _ expected: String) {
        var settings = ResolverSettings(servers: [])
        #expect(throws: SyntaxError(offset: offset, expected: expected)) { try settings.override(line) }
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1:53"), ("192.0.2.1:5353", "192.0.2.1:5353"), ("2001:db8::1", "[2001:db8::1]:53"),
        ("[2001:db8::1]:5353", "[2001:db8::1]:5353"), ("::1:53", "[::1:53]:53"), ("[192.0.2.1]:53", nil),
        ("[::1]", nil),
        ("192.0.2.1:", nil), ("192.0.2.1:0", nil), ("192.0.2.1:65536", nil), ("[]:53", nil), ("localhost:53", nil),
        (":53", nil), ("", nil), ("1:2:3:4:5:6:7:8:53", nil),
    ])
    func readsServers(_ text: String, _ address: String?) {
        #expect(ResolverSettings.Server(text).map { "\($0.address)" } == address)
    }
}
