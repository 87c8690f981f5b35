import Network
import Outgoing
import PorticoTesting
import Resolver
import SMTP
import SMTPClient
import Testing
import TransportPolicy

/// Where mail goes: by the DNS, by the operator, and nowhere.
struct RouterTests {
    private static let zone = """
        example.test       MX    20 second.test
        example.test       MX    10 first.test
        first.test         A     192.0.2.1
        first.test         A     192.0.2.2
        first.test         AAAA  2001:db8::1
        second.test        A     192.0.2.3
        equal.test         MX    10 first.test
        equal.test         MX    10 second.test
        plain.test         A     192.0.2.9
        null.test          MX    0 .
        empty.test         TXT   nothing
        ours.test          MX    10 first.test
        ours.test          MX    20 me.test
        ours.test          MX    30 second.test
        mine.test          MX    10 me.test
        mine.test          MX    20 second.test
        address.test       MX    10 first.test
        address.test       MX    20 other.test
        other.test         A     192.0.2.100
        me.test            A     192.0.2.100
        broken.test        MX    !temporary
        half.test          MX    10 gone.test
        half.test          MX    20 second.test
        gone.test          A     !temporary
        gone.test          AAAA  !temporary
        dead.test          MX    10 nowhere.test
        """

    private func router(seed: UInt64 = 1, _ change: (inout Routes) -> Void = { _ in }) throws -> Router {
        var routes = Routes()
        routes.ownNames = ["me.test"]
        change(&routes)
        return Router(names: try FixedNames(Self.zone), world: TestWorld(seed: seed).world, routes: routes)
    }

    private func hosts(_ router: Router, _ domain: String) async throws -> [String] {
        try await router.hops(to: .domain(domain)).map { "\($0.host) \($0.destination.address)" }
    }

    private func problem(_ router: Router, _ host: Host) async -> EnhancedCode? {
        do throws(Unroutable) {
            _ = try await router.hops(to: host)
            return nil
        } catch {
            return error.reply.enhanced
        }
    }

    @Test(
        .rfc(5321, "5.1"),
        arguments: [
            (
                "Example.test",
                [
                    "first.test [2001:db8::1]:25", "first.test 192.0.2.1:25", "first.test 192.0.2.2:25",
                    "second.test 192.0.2.3:25",
                ]
            ),
            ("plain.test", ["plain.test 192.0.2.9:25"]), ("half.test", ["second.test 192.0.2.3:25"]),
            ("ours.test", ["first.test [2001:db8::1]:25", "first.test 192.0.2.1:25", "first.test 192.0.2.2:25"]),
        ]
    )
    func `Mail goes to the best host first`(domain: String, expected: [String]) async throws {
        #expect(try await hosts(router(), domain) == expected)
    }

    @Test(.rfc(5321, "5.1")) func `Equal hosts come in an order of chance`() async throws {
        var firsts: Set<String> = []
        for seed in 1...20 { firsts.insert(try await hosts(router(seed: UInt64(seed)), "equal.test")[0]) }
        #expect(firsts == ["first.test [2001:db8::1]:25", "second.test 192.0.2.3:25"])
    }

    @Test(
        .rfc(7505, "4.2"),
        arguments: [
            ("null.test", "5.1.10"), ("empty.test", "5.4.4"), ("missing.test", "5.1.2"), ("mine.test", "5.4.6"),
            ("broken.test", "4.4.3"), ("dead.test", "5.4.4"), ("a..b", "5.1.2"),
        ] as [(String, EnhancedCode)]
    )
    func `Where mail cannot go`(domain: String, code: EnhancedCode) async throws {
        #expect(await problem(try router(), .domain(domain)) == code)
    }

    @Test func `A server knows itself by its address too`() async throws {
        let router = try router { $0.ownAddresses = ["192.0.2.100"] }
        #expect(try await hosts(router, "address.test").allSatisfy { $0.hasPrefix("first.test") })
        #expect(await problem(router, .literal("192.0.2.100")) == "5.4.6")
        #expect(await problem(router, .literal("300.0.2.100")) == "5.1.2")
        let hops = try await router.hops(to: .literal("IPv6:2001:db8::7"))
        #expect(hops.map(\.destination.address) == [Address(host: "2001:db8::7", port: 25)])
    }

    @Test func `The operator's word goes before the DNS`() async throws {
        let relay = Routes.Relay(host: "second.test", port: 587, security: .plaintext, account: "us")
        let router = try router { routes in
            routes.rules = [
                "example.test": .relays([relay, Routes.Relay(host: "192.0.2.77", port: 24, dialect: .lmtp)]),
                ".example.test": .refused("not there"), "x.example.test": .direct(security: .plaintext),
                "mx.test": .relays([Routes.Relay(host: "equal.test", followsMX: true)]),
                "lost.test": .relays([Routes.Relay(host: "nowhere.test")]),
            ]
            routes.fallback = .relays([Routes.Relay(host: "plain.test")])
        }
        let hops = try await router.hops(to: .domain("example.test"))
        #expect(
            hops.map { "\($0.host) \($0.destination.address)" } == [
                "second.test 192.0.2.3:587", "192.0.2.77 192.0.2.77:24",
            ]
        )
        #expect(hops[0].destination.security == .plaintext && hops[0].destination.account == "us")
        #expect(hops[1].destination.dialect == .lmtp)
        #expect(await problem(router, .domain("deep.a.example.test")) == "5.7.1")
        #expect(await problem(router, .domain("x.example.test")) == "5.1.2")
        #expect(try await hosts(router, "mx.test").count == 4)
        #expect(try await hosts(router, "anything.test") == ["plain.test 192.0.2.9:25"])
        // A mistake of the operator's returns no mail.
        #expect(await problem(router, .domain("lost.test")) == "4.4.4")
    }

    private static func policy(naming host: String) throws -> StrictTransport.Policy {
        let text = "version: STSv1\nmode: enforce\nmx: \(host)\nmax_age: 86400\n"
        return try StrictTransport.Policy(parsing: Array(text.utf8).span)
    }

    @Test func `What a policy asks is what the connection must be`() async throws {
        let digest = [UInt8](repeating: 7, count: 32)
        let names = try FixedNames(
            """
            safe.test          *     !authenticated
            safe.test          MX    10 mx.safe.test
            mx.safe.test       A     192.0.2.5
            _25._tcp.mx.safe.test TLSA 3 1 1 \(String(repeating: "07", count: 32))
            strict.test        MX    10 mx.strict.test
            mx.strict.test     A     192.0.2.6
            """
        )
        let policy = try Self.policy(naming: "mx.strict.test")
        let other = try Self.policy(naming: "other.test")
        let router = Router(names: names, world: TestWorld().world) { $0 == "strict.test" ? policy : nil }
        let safe = try await router.hops(to: .domain("safe.test"))
        let record = TLSARecord(usage: 3, selector: 1, matchingType: 1, association: digest)
        guard case .required(let expectation)? = safe.first?.destination.security,
            case .dane(let records, let expected) = expectation.verification
        else {
            Issue.record("\(safe)")
            return
        }
        #expect(records == [record] && expected.first == "mx.safe.test" && expectation.serverName == "mx.safe.test")
        let strict = try await router.hops(to: .domain("strict.test"))
        let name = TLSExpectation(serverName: "mx.strict.test", verification: .names(["mx.strict.test"]))
        #expect(strict.map(\.destination.security) == [.required(name)])
        let forbidding = Router(names: names, world: TestWorld().world) { _ in other }
        #expect(await problem(forbidding, .domain("strict.test")) == "4.7.5")
    }
}
