import DNS
import Resolver
import Testing

@testable import portico

@Suite struct DNSCommandTests {
    @Test(arguments: [
        ("dns mx example.test", RecordType.mx, "example.test", nil, false),
        ("dns TYPE65 x --json --server 192.0.2.1", .https, "x", "192.0.2.1:53", true),
        ("dns ptr --server=[::1]:5353 192.0.2.1", .ptr, "1.2.0.192.in-addr.arpa.", "[::1]:5353", false),
        ("dns ptr ::ffff:192.0.2.1", .ptr, "1.2.0.192.in-addr.arpa.", nil, false),
        ("dns PTR 1.2.0.192.in-addr.arpa", .ptr, "1.2.0.192.in-addr.arpa", nil, false),
    ])
    func understands(_ line: String, _ type: RecordType, _ name: String, _ server: String?, _ isJSON: Bool) throws {
        let command = try Command(parsing: line.split(separator: " ").map(String.init))
        guard case .dns(let dns) = command else {
            Issue.record("not dns")
            return
        }
        #expect(dns.type == type && dns.name == name && dns.isJSON == isJSON)
        #expect(dns.server.map { "\($0.address)" } == server)
    }

    @Test(arguments: [
        ("dns", "TYPE is missing"), ("dns mx", "NAME is missing"),
        ("dns nothing x", "'nothing' is not a type of records"),
        ("dns mx a b", "'b' is one word too many"),
        (
            "dns mx a --server localhost",
            "option '--server' needs an address such as 192.0.2.1 or [::1]:5353, not 'localhost'"
        ),
    ])
    func refuses(_ line: String, _ message: String) {
        #expect(throws: UsageError(message)) {
            try Command(parsing: line.split(separator: " ").map(String.init))
        }
    }

    private static let digest = String(repeating: "ab", count: 32)

    private static func shown(_ zone: String, _ name: String, _ type: RecordType) async throws -> ShownAnswer {
        let names = try FixedNames(zone)
        var shown = ShownAnswer(name: name, type: type)
        shown.answer = try await names.lookUp(name, type)
        if type == .mx { shown.mail = try await ShownAnswer.Mail(of: name, by: names) }
        return shown
    }

    @Test(arguments: [
        (
            """
            a.test MX 10 mx1.a.test
            a.test MX 20 mx2.a.test
            mx1.a.test A 192.0.2.1
            mx1.a.test AAAA 2001:db8::1
            _mta-sts.a.test TXT "v=STSv1; id=20260101;"
            """, "a.test",
            """
            a.test. 300 MX 10 mx1.a.test.
            a.test. 300 MX 20 mx2.a.test.
            not validated, to be kept 300 s

            mail goes to the first of these that takes it:
            10 mx1.a.test: 2001:db8::1 192.0.2.1
            20 mx2.a.test: no address
            it has a policy of MTA-STS, 20260101

            """
        ),
        (
            "bücher.test CNAME b.test\nb.test A 192.0.2.1\n_25._tcp.b.test TLSA 3 1 1 \(digest)\n. * !authenticated",
            "bücher.test",
            """
            xn--bcher-kva.test. is an alias of b.test.
            b.test. exists, without MX records
            validated by the server (AD), to be kept 300 s

            without MX records mail goes to the host itself:
            0 b.test: 192.0.2.1 (AD), TLS by DANE: 3 1 1

            """
        ),
        (
            "null.test MX 0 .", "null.test",
            """
            null.test. 300 MX 0 .
            not validated, to be kept 300 s

            null MX: the domain takes no mail, it is returned at once

            """
        ),
        (
            "", "BÜCHER.test",
            """
            xn--bcher-kva.test. does not exist
            not validated, to be kept 300 s
            in its own script: bücher.test

            there is no such domain, mail for it is returned at once

            """
        ),
    ])
    func showsWhereMailGoes(_ zone: String, _ name: String, _ text: String) async throws {
        #expect(try await Self.shown(zone, name, .mx).text == text)
    }
}
