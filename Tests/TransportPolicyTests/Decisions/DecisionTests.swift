import DNS
import PorticoTesting
import Resolver
import Store
import Testing
import World

@testable import TransportPolicy

struct DecisionTests {
    private static let hash = String(repeating: "ab", count: 32)
    /// TLS with the one certificate of these tests.
    private static func dane(_ names: String...) -> TransportPolicy.Security {
        let hash = [UInt8](repeating: 0xAB, count: 32)
        let data = RecordData.tlsa(usage: 3, selector: 1, matchingType: 1, association: hash)
        return DANE.Association(data).map { .dane([$0], names: names) } ?? .plaintext
    }

    private let clock = TestWorld(seed: 2)
    private let server = PolicyServer()

    /// A decision about mail for `example.org`, which goes to `mx.example.org`.
    private func decide(
        _ lines: String = "",
        wish: TransportPolicy.Wish = .none,
        rule: DomainRules.Rule? = nil,
        store: any RowStore = MemoryStore(),
        host: String = "mx.example.org"
    ) async throws -> TransportPolicy.Decision {
        let names = try FixedNames(
            """
            example.org MX 10 mx.example.org
            mx.example.org A 127.0.0.1
            alias.example.org CNAME mx.example.org
            \(lines)
            """
        )
        var rules = DomainRules()
        if let rule { rules.set(rule, for: "example.org") }
        let policies = STSPolicies(store: store, names: names, world: clock.world) { [server] in
            try await server.fetch($0, $1)
        }
        let policy = TransportPolicy(rules: rules, policies: policies, names: names)
        let servers = try await names.mailServers(of: "example.org")
        return await policy.decide(
            domain: "example.org",
            host: host,
            servers: servers,
            addresses: try await names.addresses(of: host),
            wish: wish
        )
    }

    private static let secure = "example.org * !authenticated\n"
    private static func tlsa(_ text: String) -> String { "_25._tcp.mx.example.org TLSA \(text)\n" }
    private static let sts = "_mta-sts.example.org TXT \"v=STSv1; id=1;\"\n"

    @Test func withoutAPolicyTLSIsOpportunistic() async throws {
        let decision = try await decide()
        #expect(decision.security == .opportunistic && decision.policy.kind == .none)
        #expect(server.requests.isEmpty)
    }

    // MARK: DANE

    @Test(
        .rfc(7672, "2.2"),
        arguments: [
            ("3 1 1 \(hash)", dane("mx.example.org", "example.org")),
            // Usages of the web's authorities, and what no library knows, only ask for TLS.
            ("1 1 1 \(hash)", .encrypted), ("0 0 1 \(hash)", .encrypted), ("3 2 1 \(hash)", .encrypted),
            ("3 1 3 \(hash)", .encrypted), ("3 1 2 \(hash)", .encrypted), ("3 1 1 abcd", .encrypted),
        ] as [(String, TransportPolicy.Security)]
    )
    func recordsThatWereValidatedCount(_ record: String, _ security: TransportPolicy.Security) async throws {
        let decision = try await decide(Self.secure + Self.tlsa(record))
        #expect(decision.security == security && decision.policy.kind == .tlsa)
    }

    @Test(.rfc(8461, "2")) func recordsThatCanBeUsedComeBeforeAPolicy() async throws {
        var decision = try await decide(Self.secure + Self.tlsa("3 1 1 \(Self.hash)") + Self.sts)
        #expect(decision.security == Self.dane("mx.example.org", "example.org") && decision.policy.kind == .tlsa)
        #expect(server.requests.isEmpty)
        // Of others nothing could fail: the policy counts.
        decision = try await decide(Self.secure + Self.tlsa("1 1 1 \(Self.hash)") + Self.sts)
        #expect(decision.security == .verified(names: ["mx.example.org"]) && decision.policy.kind == .sts)
    }

    @Test func usableRecordsCountBesideOthers() async throws {
        let lines = Self.tlsa("1 1 1 \(Self.hash)") + Self.tlsa("3 1 1 \(Self.hash)")
        let decision = try await decide(Self.secure + lines)
        #expect(decision.security == Self.dane("mx.example.org", "example.org"))
        #expect(decision.policy.strings == ["_25._tcp.mx.example.org. IN TLSA ( 3 1 1 \(Self.hash) )"])
        #expect(decision.policy.domain == "mx.example.org" && decision.policy.reportDomain == "example.org")
    }

    @Test(
        .rfc(7672, "2.2.1"),
        arguments: [
            "", "example.org MX !authenticated\n",
            "example.org MX !authenticated\nmx.example.org A !authenticated\nmx.example.org AAAA !authenticated\n",
        ]
    )
    func whatWasNotValidatedAllTheWayDoesNotCount(_ lines: String) async throws {
        let decision = try await decide(lines + Self.tlsa("3 1 1 \(Self.hash)"))
        #expect(decision.security == .opportunistic)
    }

    @Test(.rfc(7672, "2.1.2")) func withoutAnAnswerMailWaits() async throws {
        let decision = try await decide(Self.secure + "_25._tcp.mx.example.org TLSA !temporary\n" + Self.sts)
        guard case .refused(_, isTransient: true) = decision.security else {
            Issue.record("\(decision)")
            return
        }
    }

    @Test(.rfc(7672, "2.2.2")) func recordsOfAnAliasedHostAreThoseOfItsTarget() async throws {
        let decision = try await decide(Self.secure + Self.tlsa("3 1 1 \(Self.hash)"), host: "alias.example.org")
        #expect(
            decision.security == Self.dane("mx.example.org", "example.org")
        )
        let own = Self.secure + "_25._tcp.alias.example.org TLSA 3 1 1 \(Self.hash)\n"
        let second = try await decide(own, host: "alias.example.org")
        #expect(second.security == Self.dane("alias.example.org", "example.org"))
    }

    // MARK: MTA-STS

    @Test(.rfc(8461, "5")) func aPolicyIsEnforced() async throws {
        let decision = try await decide(Self.sts)
        #expect(decision.security == .verified(names: ["mx.example.org"]) && decision.policy.kind == .sts)
        #expect(decision.policy.hosts == ["mx.example.org"])
        server.set("version: STSv1\nmode: enforce\nmx: other.example.org\nmax_age: 604800\n")
        guard case .refused(_, isTransient: true) = try await decide(Self.sts).security else {
            Issue.record("a host that the policy does not name")
            return
        }
    }

    @Test(.rfc(8461, "5")) func aPolicyUnderTestIsOnlyReported() async throws {
        server.set("version: STSv1\nmode: testing\nmx: mx.example.org\nmax_age: 604800\n")
        let decision = try await decide(Self.sts)
        #expect(decision.security == .opportunistic && decision.tested == .verified(names: ["mx.example.org"]))
        #expect(decision.policy.kind == .sts)
    }

    @Test func aPolicyThatCannotBeFetchedIsReported() async throws {
        server.set(nil)
        let decision = try await decide(Self.sts)
        #expect(decision.security == .opportunistic && decision.problem == .fetch)
    }

    @Test func withoutTheStoreMailWaits() async throws {
        let store = CountingStore(MemoryStore())
        store.fail(.read, .unavailable)
        guard case .refused(_, isTransient: true) = try await decide(Self.sts, store: store).security else {
            Issue.record("a policy that may be there was passed over")
            return
        }
    }

    // MARK: What is configured

    @Test(arguments: [
        (DomainRules.Rule(.none), TransportPolicy.Security.plaintext), (.init(.opportunistic), .opportunistic),
        (.init(.verified), .verified(names: ["mx.example.org"])),
        (.init(.verified, names: ["mail.example.org"]), .verified(names: ["mail.example.org"])),
        (.init(.encrypted), .verified(names: ["mx.example.org"])),
        (.init(.published), .verified(names: ["mx.example.org"])),
    ])
    func rulesComeFirst(_ rule: DomainRules.Rule, _ security: TransportPolicy.Security) async throws {
        #expect(try await decide(Self.sts, rule: rule).security == security)
    }

    @Test func encryptionIsALeast() async throws {
        #expect(try await decide(rule: .init(.encrypted)).security == .encrypted)
    }

    @Test(arguments: [
        ("example.org", DomainRules.Level.verified), ("EXAMPLE.org", .verified), ("a.example.org", .none),
        ("b.a.example.org", .encrypted), ("a.b.c.example.org", .none), ("example.net", .published), ("", .published),
        ("notexample.org", .published), (".", .published), ("Bücher.test", .encrypted), ("a.xn--bcher-kva.test", .none),
    ])
    func rulesAreOfDomainsAndThoseBelow(_ domain: String, _ level: DomainRules.Level) {
        var rules = DomainRules()
        rules.set(.init(.verified), for: "Example.org")
        rules.set(.init(.none), for: ".example.org")
        rules.set(.init(.encrypted), for: ".a.example.org")
        rules.set(.init(.encrypted), for: "xn--bcher-kva.test")
        rules.set(.init(.none), for: ".bücher.test")
        #expect(rules.rule(for: domain).level == level)
    }

    // MARK: What the message wants

    @Test(.rfc(8689, "4.2.1")) func requiredTLSNeedsTheRightHost() async throws {
        var decision = try await decide(wish: .required)
        guard case .refused(_, isTransient: false) = decision.security else {
            Issue.record("\(decision)")
            return
        }
        decision = try await decide(Self.secure, wish: .required)
        #expect(decision.security == .verified(names: ["mx.example.org"]) && decision.needsRequireTLS)
        decision = try await decide(Self.secure + Self.tlsa("3 1 1 \(Self.hash)"), wish: .required)
        #expect(decision.security == Self.dane("mx.example.org", "example.org"))
        #expect(decision.needsRequireTLS)
        decision = try await decide(Self.sts, wish: .required)
        #expect(decision.security == .verified(names: ["mx.example.org"]) && decision.needsRequireTLS)
        // No rule makes it less.
        decision = try await decide(Self.secure, wish: .required, rule: .init(.none))
        #expect(decision.security == .verified(names: ["mx.example.org"]))
    }

    @Test(.rfc(8689, "5")) func optionalTLSPassesOverPolicies() async throws {
        let decision = try await decide(Self.secure + Self.tlsa("3 1 1 \(Self.hash)") + Self.sts, wish: .optional)
        #expect(decision.security == .opportunistic && !decision.needsRequireTLS)
    }
}
