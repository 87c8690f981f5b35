import Directory
import PorticoTesting
import Returns
import Store
import Testing
import TransportPolicy
import World

@testable import Gateway

/// Lists of who is not written to, and what became of mail, as administrators see them.
@Suite struct ReputationTests {
    private let world = TestWorld()
    private let store = MemoryStore()
    private let administrator: Administrator
    private let reputation: Reputation

    init() async throws {
        let directory = StoreDirectory(store: store, world: world.world, pool: BlockingPool(threads: 1))
        try await directory.addDomain("example.test")
        let ann = MailAddress(localPart: "ann", domain: "example.test")
        try await directory.addAccount(ann, name: "Ann", password: Array("p".utf8))
        reputation = Reputation(store, world.world)
        var administrator = Administrator(directory: directory)
        administrator.world = world.world
        administrator.reputation = reputation
        self.administrator = administrator
    }

    private func ask(_ request: ReputationRequest) async throws -> [String] {
        var lines: [String] = []
        try await administrator.perform(.reputation(request)) { lines.append($0) }
        return lines
    }

    @Test func eachListIsItsOwn() async throws {
        _ = try await ask(.add("bob@elsewhere.test", .service, reason: "he said so", days: nil))
        _ = try await ask(.add("eve@elsewhere.test", .account("ann@example.test"), reason: "moved", days: 3))
        _ = try await ask(.add("kim@elsewhere.test", .domain("Example.Test"), reason: "x", days: nil))
        let all = try await ask(.list(.service, isJSON: false))
        #expect(all.count == 1 && all[0].hasPrefix("bob@elsewhere.test\tmanual\tsince "))
        #expect(all[0].hasSuffix("\tfor ever\the said so"))
        let ann = try await ask(.list(.account("ann@example.test"), isJSON: true))
        #expect(ann.count == 1 && ann[0].hasPrefix("{\"address\":\"eve@elsewhere.test\",\"kind\":\"manual\","))
        #expect(try await ask(.list(.domain("example.test"), isJSON: false)).count == 1)
        // What has run out is not shown, whether it is swept or not.
        world.advance(by: .seconds(4 * 86_400))
        #expect(try await ask(.list(.account("ann@example.test"), isJSON: true)) == [])
        _ = try await ask(.remove("bob@elsewhere.test", .service))
        #expect(try await ask(.list(.service, isJSON: false)) == [])
    }

    @Test func whoIsNotThereIsNamed() async throws {
        for request in [
            ReputationRequest.list(.account("nobody@example.test"), isJSON: false),
            .complaints("nobody@example.test", isJSON: false),
            .add("no address", .service, reason: "", days: nil),
        ] {
            await #expect(throws: AdministrationError.self) { try await ask(request) }
        }
    }

    @Test func whatBecameOfMailIsATable() async throws {
        let provider = ProviderTable.standard.provider(ofServer: "mx.elsewhere.test")
        for _ in 0..<3 { reputation.deliverability?.countDelivered(to: provider, from: .bulk) }
        reputation.deliverability?.countRefused(
            Classification(.mailboxFull, isTransient: true),
            by: provider,
            from: .bulk
        )
        let lines = try await ask(.deliverability(days: 1, isJSON: false))
        #expect(lines.count == 2 && lines[0].hasPrefix("day ") && lines[1].contains(" bulk "), "\(lines)")
        #expect(lines[1].hasSuffix("\(Classification.Reason.mailboxFull.rawValue)? 1"), "\(lines)")
        let json = try await ask(.deliverability(days: 1, isJSON: true))
        #expect(json.count == 1 && json[0].contains("\"delivered\":3"))
    }

    @Test(.rfc(8460, "4")) func howTLSWentIsShown() async throws {
        let (results, reports) = try #require(reputation.tls)
        let policy = AppliedPolicy(kind: .none, strings: [], domain: "elsewhere.test", reportDomain: "elsewhere.test")
        try await results.record(.success, of: policy, host: "mx", address: "192.0.2.1", from: "")
        try await results.record(
            .failure(type: "starttls-not-supported"),
            of: policy,
            host: "mx",
            address: "",
            from: ""
        )
        let own = ["elsewhere.test\tno-policy-found\t1 well\t1 failed", "\t1 starttls-not-supported at mx"]
        #expect(try await ask(.tlsReports(days: 1, isOwn: true, isJSON: false)) == own)
        #expect(try await ask(.tlsReports(days: 1, isOwn: false, isJSON: false)) == [])
        var told = TLSReport.Policy(type: "sts", domain: "example.test")
        told.successes = 7
        let report = TLSReport(
            of: reports.today,
            policies: [told],
            organization: "Other",
            contact: "",
            host: "mx.other.test",
            domain: "example.test"
        )
        try await reports.keep(report) { _ in true }
        let received = ["example.test\tsts\t7 well\t0 failed"]
        #expect(try await ask(.tlsReports(days: 1, isOwn: false, isJSON: false)) == received)
        let json = try await ask(.tlsReports(days: 1, isOwn: false, isJSON: true))
        #expect(json.count == 1 && json[0].hasPrefix("{\"organization-name\":\"Other\","))
    }

    @Test func anAccountThatMaySendAgainIsMeasuredAnew() async throws {
        let rate = try await ask(.complaints("ann@example.test", isJSON: true))
        #expect(rate == ["{\"sent\":0,\"complaints\":0,\"per_100000\":0,\"campaigns\":{}}"])
    }
}
