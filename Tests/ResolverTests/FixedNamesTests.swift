import DNS
import Octets
import PorticoTesting
import Resolver
import Testing

@Suite
struct FixedNamesTests {
    private static let zone = """
        # What the tests below ask for.
        example.test         MX    20 mx2.example.test
        example.test         MX    10 MX1.example.test.
        example.test         TXT   "v=spf1 " "-all"
        mx1.example.test     A     127.0.0.2
        mx1.example.test     AAAA  ::1
        alias.test           CNAME example.test
        null.test            MX    0 .
        bare.test            A     127.0.0.9
        empty.test           TXT   nothing
        broken.test          MX    !temporary
        walled.test          *     !refused
        half.test            A     127.0.0.3
        half.test            AAAA  !temporary
        none.half.test       TXT   x
        none.half.test       AAAA  !temporary
        secure.test          *     !authenticated
        secure.test          MX    5 mx.secure.test
        out.secure.test      CNAME example.test
        2.0.0.127.in-addr.arpa PTR mx1.example.test
        loop.test            CNAME loop2.test
        loop2.test           CNAME loop.test
        bücher.test          A     127.0.0.4
        """

    private let names: FixedNames
    init() throws { names = try FixedNames(Self.zone) }

    @Test(
        .rfc(5321, "5.1"),
        .rfc(7505, "3"),
        arguments: [
            ("example.test", .exchanges, ["10 mx1.example.test", "20 mx2.example.test"]),
            ("alias.test.", .exchanges, ["10 mx1.example.test", "20 mx2.example.test"]),
            ("null.test", .null, []),
            ("bare.test", .implicit, ["0 bare.test"]),
            ("empty.test", .none, []),
            ("nowhere.test", .noSuchDomain, []),
        ] as [(String, MailServers.Kind, [String])]
    )
    func findsMailServers(_ domain: String, _ kind: MailServers.Kind, _ servers: [String]) async throws {
        let found = try await names.mailServers(of: domain)
        #expect(found.kind == kind)
        #expect(found.servers.map { "\($0.preference) \($0.name)" } == servers)
    }

    @Test(.rfc(5321, "5.1")) func triesServersOfOnePreferenceByChance() throws {
        var servers = MailServers(kind: .exchanges, canonicalName: .root)
        servers.servers = [("a", 1), ("b", 1), ("c", 1), ("d", 2)].map { .init(name: $0.0, preference: $0.1) }
        let world = TestWorld(seed: 7).world
        let orders = (0..<200).map { _ in servers.inOrderOfTrial(world).map(\.name).joined() }
        #expect(Set(orders) == ["abcd", "acbd", "bacd", "bcad", "cabd", "cbad"])
    }

    @Test func followsAliasesAndForgetsTrustOnTheWay() async throws {
        #expect(try await names.lookUp("secure.test", .mx).isAuthenticated)
        #expect(try await names.lookUp("no.secure.test", .mx).isAuthenticated)
        let out = try await names.lookUp("out.secure.test", .mx)
        #expect(out.canonicalName.host == "example.test" && !out.isAuthenticated && out.records.count == 2)
        await #expect(throws: LookupError.temporary("aliases go in a circle")) {
            try await names.lookUp("loop.test", .a)
        }
    }

    @Test func failsAsItIsTold() async throws {
        await #expect(throws: LookupError.temporary("broken.test. is broken")) {
            try await names.mailServers(of: "broken.test")
        }
        await #expect(throws: LookupError.refused) { try await names.lookUp("a.walled.test", .txt) }
        await #expect(throws: LookupError.invalidName) { try await names.lookUp("a..b", .txt) }
        #expect(try await names.addresses(of: "half.test").addresses == [.v4(0x7F00_0003)])
        await #expect(throws: LookupError.self) { try await names.addresses(of: "none.half.test") }
    }

    @Test func findsAddressesNamesAndTexts() async throws {
        let host = try await names.addresses(of: "mx1.example.test")
        #expect(host.addresses == [.v6(1), .v4(0x7F00_0002)] && host.outcome == .found)
        #expect(try await names.addresses(of: "example.test").outcome == .noData)
        #expect(try await names.addresses(of: "x.example.test").outcome == .noSuchName)
        #expect(try await names.names(of: .v6(0xFFFF_7F00_0002)) == ["mx1.example.test"])
        #expect(try await names.text(of: "example.test") == ["v=spf1 -all"])
        #expect(try await names.addresses(of: "BÜCHER.test").canonicalName.host == "xn--bcher-kva.test")
        #expect(names.questions.count == 10)
    }

    @Test(arguments: [
        ("a.test A 1.2.3", "IPv4 address"), ("\na.test", "type of a record"), ("a.test * 1", "! and what happens"),
        ("a.test A !maybe", "!temporary, !refused or !authenticated"), ("a..test A 1.2.3.4", "name"),
    ])
    func refusesLines(_ text: String, _ expected: String) {
        #expect(throws: SyntaxError(offset: text.hasPrefix("\n") ? 2 : 1, expected: expected)) {
            try FixedNames(text)
        }
    }
}
