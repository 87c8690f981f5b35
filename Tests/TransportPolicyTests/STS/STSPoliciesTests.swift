import PorticoTesting
import Resolver
import Store
import Synchronization
import Testing
import World

@testable import TransportPolicy

/// A web server that has one policy for all, and says how often it was asked.
final class PolicyServer: Sendable {
    struct State {
        var file: String? = "version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 604800\n"
        var requests: [String] = []
    }
    struct Down: Error {}

    let state = Mutex(State())

    var requests: [String] { state.withLock { $0.requests } }

    func set(_ file: String?) { state.withLock { $0.file = file } }

    func fetch(_ host: String, _ path: String) async throws -> [UInt8] {
        let file = state.withLock { state in
            state.requests.append("https://\(host)\(path)")
            return state.file
        }
        await Task.yield()
        guard let file else { throw Down() }
        return Array(file.utf8)
    }
}

@Suite(.rfc(8461, "5.1"))
struct STSPoliciesTests {
    private let clock = TestWorld(seed: 2)
    private let store = MemoryStore()
    private let server = PolicyServer()
    private let names: FixedNames

    init() throws {
        names = try FixedNames(#"_mta-sts.example.org TXT "v=STSv1; id=1;""#)
    }

    private func policies() -> STSPolicies {
        STSPolicies(store: store, names: names, world: clock.world) { [server] in try await server.fetch($0, $1) }
    }

    private func setRecord(_ text: String?) throws {
        names.remove(try InternationalDomain.name("_mta-sts.example.org"))
        if let text { try names.add(line: "_mta-sts.example.org TXT \"\(text)\"") }
    }

    @Test func aPolicyIsFoundOnceAndKept() async throws {
        let policies = policies()
        #expect(try await policies.policy(of: "Example.org").policy?.hosts == ["mx.example.org"])
        #expect(try await policies.policy(of: "example.org").policy != nil)
        #expect(server.requests == ["https://mta-sts.example.org/.well-known/mta-sts.txt"])
        #expect(names.questions.count == 1)
        clock.advance(by: .seconds(301))
        // Asked for a newer edition, and there is none.
        #expect(try await policies.policy(of: "example.org").policy != nil)
        #expect(names.questions.count == 2 && server.requests.count == 1)
        // Another process has it from the store.
        #expect(try await self.policies().policy(of: "example.org").policy != nil)
        #expect(server.requests.count == 1)
    }

    @Test func aNewEditionIsFetched() async throws {
        let policies = policies()
        _ = try await policies.policy(of: "example.org")
        try setRecord("v=STSv1; id=2;")
        server.set("version: STSv1\nmode: testing\nmx: *.example.org\nmax_age: 604800\n")
        #expect(try await policies.policy(of: "example.org").policy?.mode == .enforce)
        clock.advance(by: .seconds(301))
        #expect(try await policies.policy(of: "example.org").policy?.mode == .testing)
    }

    @Test func noFailureTakesAPolicyAway() async throws {
        let policies = policies()
        _ = try await policies.policy(of: "example.org")
        try setRecord("v=STSv1; id=2;")
        server.set(nil)
        clock.advance(by: .seconds(301))
        var finding = try await policies.policy(of: "example.org")
        #expect(finding.policy?.mode == .enforce && finding.problem == .fetch)
        server.set("<html>")
        clock.advance(by: .seconds(301))
        finding = try await policies.policy(of: "example.org")
        #expect(finding.policy?.mode == .enforce && finding.problem == .invalid)
        try setRecord(nil)
        clock.advance(by: .seconds(301))
        finding = try await policies.policy(of: "example.org")
        #expect(finding.policy?.mode == .enforce && finding.problem == nil)
        names.set(.temporary, at: try InternationalDomain.name("_mta-sts.example.org"))
        clock.advance(by: .seconds(301))
        #expect(try await policies.policy(of: "example.org").policy?.mode == .enforce)
        clock.advance(by: .seconds(604_800))
        #expect(try await policies.policy(of: "example.org").policy == nil)
        #expect(try await self.policies().policy(of: "example.org").policy == nil)
    }

    @Test func aPolicyIsTakenBackByNone() async throws {
        let policies = policies()
        _ = try await policies.policy(of: "example.org")
        try setRecord("v=STSv1; id=3;")
        server.set("version: STSv1\nmode: none\nmax_age: 604800\n")
        clock.advance(by: .seconds(301))
        #expect(try await policies.policy(of: "example.org") == STSPolicies.Finding())
    }

    @Test func policiesAreRenewedBeforeTheyEnd() async throws {
        let policies = policies()
        _ = try await policies.policy(of: "example.org")
        clock.advance(by: .seconds(86_000))
        #expect(try await policies.renew() == nil)
        #expect(server.requests.count == 1)
        clock.advance(by: .seconds(401))
        #expect(try await policies.renew() == nil)
        #expect(server.requests.count == 2)
        clock.advance(by: .seconds(604_000))
        #expect(try await self.policies().policy(of: "example.org").policy != nil)
    }

    @Test func whatIsOverIsRemoved() async throws {
        _ = try await policies().policy(of: "example.org")
        try setRecord(nil)
        clock.advance(by: .seconds(604_801))
        #expect(try await policies().renew() == nil)
        #expect(try await store.scan(STSRow.partition, .all, limit: 9, order: .ascending).isEmpty)
    }

    @Test func manyAskOnce() async throws {
        let policies = policies()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { try await policies.policy(of: "example.org").policy != nil } }
            for try await hasPolicy in group { #expect(hasPolicy) }
        }
        #expect(server.requests.count == 1 && names.questions.count == 1)
    }

    @Test func domainsWithoutAPolicyAreRemembered() async throws {
        let policies = policies()
        for _ in 0..<3 { #expect(try await policies.policy(of: "example.net") == STSPolicies.Finding()) }
        #expect(names.questions.count == 1)
        for domain in ["", "a b", String(repeating: "a", count: 300)] {
            #expect(try await policies.policy(of: domain) == STSPolicies.Finding())
        }
    }
}
