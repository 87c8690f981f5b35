import DNS
import PorticoTesting
import Resolver
import Testing
import TransportPolicy

@Suite
struct DANETests {
    private static let digest = String(repeating: "ab", count: 32)
    private static let zone = """
        signed.test * !authenticated
        signed.test MX 10 mx.signed.test
        mx.signed.test A 192.0.2.1
        _25._tcp.mx.signed.test TLSA 3 1 1 \(digest)
        _25._tcp.mx.signed.test TLSA 2 0 1 \(digest)
        _25._tcp.mx.signed.test TLSA 1 1 1 \(digest)
        _26._tcp.mx.signed.test TLSA 3 1 1 \(digest)
        plain.test MX 10 mx.signed.test
        mx.plain.test A 192.0.2.2
        _25._tcp.mx.plain.test TLSA 3 1 1 \(digest)
        odd.signed.test A 192.0.2.3
        _25._tcp.odd.signed.test TLSA 0 1 1 \(digest)
        _25._tcp.odd.signed.test TLSA 3 1 1 abcd
        _25._tcp.odd.signed.test TLSA 3 1 9 \(digest)
        _25._tcp.odd.signed.test TLSA 3 7 1 \(digest)
        bare.signed.test A 192.0.2.4
        alias.signed.test CNAME mx.signed.test
        own.signed.test CNAME bare.signed.test
        _25._tcp.own.signed.test TLSA 3 0 2 \(digest)\(digest)
        out.signed.test CNAME mx.plain.test
        _25._tcp.out.signed.test TLSA 3 1 1 \(digest)
        in.plain.test CNAME mx.signed.test
        broken.signed.test A 192.0.2.5
        _25._tcp.broken.signed.test TLSA !temporary
        unsigned-answer.signed.test A 192.0.2.6
        _25._tcp.unsigned-answer.signed.test CNAME _25._tcp.mx.plain.test
        """

    private static func dane(_ host: String, in domain: String, port: Int = 25) async throws -> DANE {
        let names = try FixedNames(zone)
        return try await names.dane(
            of: host,
            addresses: try await names.addresses(of: host),
            in: try await names.mailServers(of: domain),
            for: domain,
            port: port
        )
    }

    @Test(
        .rfc(7672, "2.2"),
        arguments: [
            ("mx.signed.test", "signed.test", ["3 1 1", "2 0 1"], ["mx.signed.test", "signed.test"]),
            // The MX record itself could be false: its domain is no name to accept.
            ("mx.signed.test", "plain.test", ["3 1 1", "2 0 1"], ["mx.signed.test"]),
            ("alias.signed.test", "signed.test", ["3 1 1", "2 0 1"], ["mx.signed.test", "signed.test"]),
            ("own.signed.test", "signed.test", ["3 0 2"], ["own.signed.test", "signed.test"]),
            ("out.signed.test", "signed.test", ["3 1 1"], ["out.signed.test", "signed.test"]),
        ]
    )
    func findsRecords(_ host: String, _ domain: String, _ records: [String], _ names: [String]) async throws {
        guard case .usable(let found, let foundNames) = try await Self.dane(host, in: domain) else {
            Issue.record("no records")
            return
        }
        #expect(found.map { "\($0.usage) \($0.selector) \($0.matchingType)" } == records)
        #expect(foundNames == names)
    }

    @Test(arguments: [
        ("mx.plain.test", DANE.none), ("bare.signed.test", .none), ("odd.signed.test", .unusable),
        ("in.plain.test", .none), ("unsigned-answer.signed.test", .none), ("nowhere.signed.test", .none),
    ])
    func findsNothingToVerify(_ host: String, _ dane: DANE) async throws {
        #expect(try await Self.dane(host, in: "signed.test") == dane)
    }

    @Test func asksForTheRightPort() async throws {
        guard case .usable(let found, _) = try await Self.dane("mx.signed.test", in: "signed.test", port: 26) else {
            Issue.record("no records")
            return
        }
        #expect(found.count == 1)
    }

    @Test(.rfc(7672, "2.1.2")) func doesNotTakeAFailureForNothing() async throws {
        await #expect(throws: LookupError.self) { try await Self.dane("broken.signed.test", in: "signed.test") }
    }

    // MARK: Together with MTA-STS

    private static func policy(_ mode: String) throws -> StrictTransport.Policy {
        try StrictTransport.Policy(
            parsing: Array("version: STSv1\nmode: \(mode)\nmx: mx.test\nmax_age: 1".utf8).span
        )
    }

    @Test(
        .rfc(8461, "5"),
        arguments: [
            ("mx.test", "enforce", DANE.none, HostPolicy.authorities(name: "mx.test"), nil),
            ("other.test", "enforce", .none, .forbidden, nil),
            ("mx.test", "testing", .none, .opportunistic, .authorities(name: "mx.test")),
            ("other.test", "testing", .unusable, .encrypted, .forbidden),
            ("other.test", "none", .none, .opportunistic, nil), ("mx.test", "none", .unusable, .encrypted, nil),
            ("mx.test", "enforce", .unusable, .authorities(name: "mx.test"), nil),
            ("mx.test", nil, .none, .opportunistic, nil), ("mx.test", nil, .unusable, .encrypted, nil),
            ("other.test", "enforce", .usable([], names: ["a"]), .dane([], names: ["a"]), nil),
        ] as [(String, String?, DANE, HostPolicy, HostPolicy?)]
    )
    func decides(_ host: String, _ mode: String?, _ dane: DANE, _ asked: HostPolicy, _ tested: HostPolicy?) throws {
        let decision = HostPolicy.of(host, dane: dane, policy: try mode.map(Self.policy))
        #expect(decision.asked == asked && decision.tested == tested)
    }
}
