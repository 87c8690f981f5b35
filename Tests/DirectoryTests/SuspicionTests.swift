import Octets
import PorticoTesting
import Synchronization
import Testing
import World

@testable import Directory

@Suite struct SuspicionTests {
    /// One whose owner has signed in from home for two days.
    private func atHome(_ change: (inout StoreDirectory.Limits) -> Void = { _ in }) async throws -> SignInFixture {
        let fixture = try await SignInFixture(change)
        for _ in 0..<2 {
            for _ in 0..<3 { _ = try await fixture.enter() }
            fixture.advance(.seconds(86_400))
        }
        return fixture
    }

    private func reasons(_ fixture: SignInFixture) -> [Suspicion] { fixture.notices.withLock { $0.map(\.reason) } }

    @Test func aNewNetworkIsTold() async throws {
        let fixture = try await atHome()
        #expect(reasons(fixture).isEmpty)
        #expect(try await fixture.enter(from: "192.0.2.200") != nil, "the same neighbourhood")
        #expect(reasons(fixture).isEmpty)
        #expect(try await fixture.enter(from: "203.0.113.9") != nil)
        #expect(try await fixture.enter(from: "203.0.113.9") != nil)
        #expect(try await fixture.enter(from: "203.0.113.10", client: "Other") != nil)
        #expect(reasons(fixture) == [.newNetwork])
        let notice = try #require(fixture.notices.withLock { $0.first })
        #expect(!notice.isRefused && notice.signIn.address == "203.0.113.9" && notice.account.number == 1)
        let record = try await fixture.directory.signIns(of: fixture.alice).first { $0.network == "203.0.113.9" }
        #expect(record?.suspicion == .newNetwork && record?.result == .success)
    }

    @Test func anAccountWithoutAHistoryHasNoStrangers() async throws {
        let fixture = try await SignInFixture()
        for host in 1...9 { #expect(try await fixture.enter(from: "203.0.\(host).1") != nil) }
        #expect(reasons(fixture).isEmpty)
    }

    @Test func refusedUntilAllowed() async throws {
        let fixture = try await atHome()
        try await fixture.directory.set([("suspiciousSignIns", "refuse")], of: fixture.alice)
        #expect(try await fixture.enter(from: "203.0.113.9") == nil)
        #expect(try await fixture.enter(from: "203.0.113.9") == nil)
        #expect(try await fixture.enter() != nil)
        #expect(fixture.notices.withLock { $0.map(\.isRefused) } == [true])
        let record = try await fixture.directory.signIns(of: fixture.alice).first { $0.result == .refused }
        #expect(record?.count == 2 && record?.suspicion == .newNetwork)
        try await fixture.directory.allow("203.0.113.0/24", for: fixture.alice)
        #expect(try await fixture.enter(from: "203.0.113.9") != nil)
        #expect(try await fixture.directory.allowedNetworks(of: fixture.alice) == ["203.0.113.0/24"])
        try await fixture.directory.disallow("203.0.113.0/24", for: fixture.alice)
        #expect(try await fixture.enter(from: "203.0.113.77") != nil, "it signed in from there by now")
        await #expect(throws: DirectoryError.self) {
            try await fixture.directory.allow("the office", for: fixture.alice)
        }
    }

    /// A refusal is recorded before it is answered, so that the owner sees it whatever happens next.
    @Test func aRefusalIsDurable() async throws {
        let fixture = try await atHome()
        try await fixture.directory.set([("suspiciousSignIns", "refuse")], of: fixture.alice)
        _ = try await fixture.enter(from: "203.0.113.9")
        #expect(try await fixture.restart().signIns(of: fixture.alice).contains { $0.result == .refused })
    }

    @Test func offIsOff() async throws {
        let fixture = try await atHome()
        try await fixture.directory.set([("suspiciousSignIns", "off")], ofDomain: "example.test")
        #expect(try await fixture.enter(from: "203.0.113.9") != nil)
        #expect(reasons(fixture).isEmpty)
    }

    @Test func manyFailuresBeforeASuccess() async throws {
        let fixture = try await SignInFixture()
        for host in 1...12 { _ = try await fixture.enter("guess", from: "198.51.\(host).1") }
        _ = try await fixture.enter(from: "203.0.113.9")
        #expect(reasons(fixture) == [.manyFailures])
    }

    @Test func failuresOfLongAgoMeanNothing() async throws {
        let fixture = try await SignInFixture()
        for host in 1...12 { _ = try await fixture.enter("guess", from: "198.51.\(host).1") }
        fixture.advance(.seconds(3601))
        _ = try await fixture.enter(from: "203.0.113.9")
        #expect(reasons(fixture).isEmpty)
    }

    @Test func impossibleTravel() async throws {
        func place(_ network: String, _ latitude: Double, _ longitude: Double) throws -> SuspicionRules.Place {
            SuspicionRules.Place(
                network: try #require(Subnet(network)),
                latitude: latitude,
                longitude: longitude
            )
        }
        let berlin = try place("192.0.2.0/24", 52.52, 13.40)
        let potsdam = try place("198.51.100.0/24", 52.39, 13.06)
        let sydney = try place("203.0.113.0/24", -33.87, 151.21)
        let wrong = try place("203.0.0.0/16", 52.52, 13.40)
        let fixture = try await SignInFixture { $0.suspicion.places = [wrong, berlin, potsdam, sydney] }
        #expect(try await fixture.enter() != nil)
        fixture.advance(.seconds(3600))
        #expect(try await fixture.enter(from: "198.51.100.1") != nil)
        #expect(reasons(fixture).isEmpty)
        fixture.advance(.seconds(15 * 3600))
        #expect(try await fixture.enter(from: "203.0.113.1") != nil)
        #expect(reasons(fixture) == [.impossibleTravel])
        #expect((16_000...16_200).contains(SuspicionRules.kilometres(berlin, sydney)))
        let slow = try await SignInFixture { $0.suspicion.places = [berlin, sydney] }
        _ = try await slow.enter()
        slow.advance(.seconds(17 * 3600))
        _ = try await slow.enter(from: "203.0.113.1")
        #expect(reasons(slow).isEmpty)
    }

    @Test func noticesAreBounded() async throws {
        let fixture = try await atHome()
        for number in 1...20 { _ = try await fixture.enter(from: "203.0.\(number).1") }
        #expect(reasons(fixture).count == 5)
        fixture.advance(.seconds(86_401))
        _ = try await fixture.enter(from: "203.1.0.1")
        #expect(reasons(fixture).count == 6)
    }

    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false), ("192.0.2.1", "192.0.2.1", true),
        ("0.0.0.0/0", "203.0.113.1", true), ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true),
        ("2001:db8::/32", "2001:db8:1:2:3:4:5:6", true), ("2001:db8::/32", "2001:db9::", false),
        ("192.0.2.0/24", "::ffff:192.0.2.9", true), ("2001:db8::/63", "2001:db8:0:1::9", true),
        ("2001:db8::/64", "2001:db8:0:1::9", false), ("2001:db8::1/128", "2001:db8::1", true),
    ])
    func ranges(_ range: String, _ address: String, _ isIn: Bool) throws {
        #expect(try #require(Subnet(range)).contains(try #require(Subnet(address))) == isIn)
    }

    @Test(arguments: [
        "", "192.0.2", "192.0.2.256", "192.0.2.1/33", "192.0.2.1/", "192.0.2.1/+1", "1.2.3.4.5", ":::", "1::2::3",
        "::1/129",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "12345::", "g::", "localhost", "1:2:3:4:5:6:7::8",
    ])
    func noRanges(_ text: String) { #expect(Subnet(text) == nil) }
}
