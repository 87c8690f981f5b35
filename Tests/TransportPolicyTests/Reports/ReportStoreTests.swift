import PorticoTesting
import Store
import Testing
import World

@testable import TransportPolicy

@Suite(.rfc(8460, "4"))
struct ReportStoreTests {
    private let clock = TestWorld(seed: 4)
    private let reports: TLSReportStore

    init() { reports = TLSReportStore(store: MemoryStore(), world: clock.world) }

    private func report(_ day: Int, _ id: String = "1", domains: [String] = ["ours.test"]) -> TLSReport {
        let policies = domains.map { domain in
            var policy = TLSReport.Policy(type: "sts", domain: domain)
            (policy.successes, policy.failures) = (5, 1)
            policy.details = [.init(type: "certificate-expired", receivingHost: "mx.ours.test", count: 1)]
            return policy
        }
        var report = TLSReport(
            of: day,
            policies: policies,
            organization: "Other",
            contact: "a@other.test",
            host: "mx.other.test",
            domain: "ours.test"
        )
        report.id += id
        return report
    }

    private func keep(_ report: TLSReport) async throws { try await reports.keep(report) { $0 == "ours.test" } }

    @Test func whatComesAgainIsKeptOnce() async throws {
        let day = reports.today - 1
        try await keep(report(day))
        try await keep(report(day, domains: ["ours.test", "theirs.test"]))
        try await keep(report(day, "2"))
        let kept = try await reports.received(from: day, through: day)
        #expect(kept.count == 2)
        #expect(
            kept.flatMap(\.policies).map(\.domain) == ["ours.test", "ours.test"],
            "what is not about us is left out"
        )
        #expect(kept.allSatisfy { $0.policies[0].details.first?.type == "certificate-expired" })
        #expect(try await reports.received(from: day + 1, through: day + 9) == [])
    }

    @Test(arguments: [
        (-1, ["theirs.test"], TLSReportStore.Refusal.unrelated), (-14, ["ours.test"], .old), (2, ["ours.test"], .old),
    ])
    func whatIsOfNoUseIsRefused(_ age: Int, _ domains: [String], _ refusal: TLSReportStore.Refusal) async throws {
        let day = reports.today + age
        await #expect(throws: refusal) { try await keep(report(day, domains: domains)) }
        #expect(try await reports.received(from: day, through: day) == [])
    }

    @Test func aLargeOneLosesItsDetails() async throws {
        let day = reports.today
        var large = report(day)
        let failure = TLSReport.Failure(type: "x", count: 1, reason: String(repeating: "r", count: 900))
        large.policies[0].details = (0..<1000).map { _ in failure }
        try await keep(large)
        let kept = try await reports.received(from: day, through: day)
        #expect(kept.first?.policies.first?.failures == 1)
        #expect(kept.first?.policies.first?.details == [])
        // The domains of a report are its own, however long.
        large.policies = Array(repeating: large.policies[0], count: 100)
        for index in large.policies.indices { large.policies[index].type = String(repeating: "t", count: 1000) }
        await #expect(throws: TLSReportStore.Refusal.tooLarge) { try await keep(large) }
    }

    @Test func aDayHasItsLimit() async throws {
        let day = reports.today
        for number in 0..<5000 { try await keep(report(day, "\(number)")) }
        await #expect(throws: TLSReportStore.Refusal.tooMany) { try await keep(report(day, "x")) }
        #expect(try await reports.received(from: day, through: day).count == 5000)
        clock.advance(by: .seconds(86_400))
        try await keep(report(day, "x"))
    }

    @Test func oldDaysAreRemoved() async throws {
        let day = reports.today
        for number in 0..<1200 { try await keep(report(day - 1, "\(number)")) }
        try await keep(report(day))
        try await reports.markDone("a.test", day - 1)
        try await reports.markDone("a.test", day)
        #expect(try await reports.removeDays(before: day))
        #expect(try await !reports.removeDays(before: day))
        #expect(try await reports.received(from: 0, through: day).count == 1)
        #expect(try await !reports.isDone("a.test", day - 1))
        #expect(try await reports.isDone("a.test", day))
        #expect(try await !reports.isDone("b.test", day))
    }
}
