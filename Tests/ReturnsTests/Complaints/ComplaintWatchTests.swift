import MIME
import PorticoTesting
import Store
import Synchronization
import Testing
import World

@testable import Returns

struct ComplaintWatchTests {
    private let clock = TestWorld(seed: 1)
    private let memory = MemoryStore()

    private final class Suspended: Sendable {
        let accounts = Mutex<[UInt64]>([])
    }
    private let suspended = Suspended()

    private func watch(_ node: String = "a") -> ComplaintWatch {
        let counters = DailyCounters(store: memory, table: "complaints", node: node, world: clock.world)
        return ComplaintWatch(counters: counters) { [suspended] account, _ in
            suspended.accounts.withLock { $0.append(account) }
        }
    }

    private func complaint(_ account: UInt64, campaign: String? = nil, incidents: Int = 1) -> ComplaintIntake.Complaint
    {
        let token = TraceToken(account: account, message: 1, recipientMark: 2, day: clock.now.day)
        return .init(kind: .abuse, token: token, campaign: campaign, reporter: "isp.example", incidents: incidents)
    }

    private var accounts: [UInt64] { suspended.accounts.withLock { $0 } }

    @Test func anAccountAboveTheLimitIsSuspended() async throws {
        let watch = watch()
        watch.countSent(1000, by: 3)
        watch.countSent(100_000, by: 33)
        for _ in 0..<4 { _ = try await watch.take(complaint(3)) }
        for _ in 0..<10 { _ = try await watch.take(complaint(33)) }
        // Four are too few to say anything, and 10 of 100,000 are not much.
        #expect(accounts.isEmpty)
        let rate = try await watch.take(complaint(3))
        #expect(rate == ComplaintWatch.Rate(sent: 1000, complaints: 5) && rate.per100000 == 500)
        #expect(accounts == [3])
    }

    @Test func complaintsSurviveACrash() async throws {
        let before = watch()
        for _ in 0..<3 { _ = try await before.take(complaint(3)) }
        let after = watch()
        #expect(try await after.rate(of: 3).complaints == 3)
        _ = try await after.take(complaint(3, incidents: 2))
        #expect(accounts == [3])
    }

    @Test func processesCountTogether() async throws {
        let (first, second) = (watch("a"), watch("b"))
        for _ in 0..<3 { _ = try await first.take(complaint(3)) }
        for _ in 0..<2 { _ = try await second.take(complaint(3)) }
        #expect(accounts == [3])
    }

    @Test func oldComplaintsDoNotCount() async throws {
        let watch = watch()
        for _ in 0..<4 { _ = try await watch.take(complaint(3)) }
        clock.advance(by: .seconds(7 * 86_400))
        #expect(try await watch.rate(of: 3).complaints == 0)
        for _ in 0..<4 { _ = try await watch.take(complaint(3)) }
        #expect(accounts.isEmpty)
    }

    @Test func whatIsForgivenDoesNotCount() async throws {
        let watch = watch()
        _ = try await watch.take(complaint(3, incidents: 5))
        clock.advance(by: .seconds(86_400))
        _ = try await watch.take(complaint(3, incidents: 5))
        #expect(accounts == [3, 3])
        try await watch.forgive(3)
        #expect(try await watch.rate(of: 3).complaints == 0)
        for _ in 0..<4 { _ = try await watch.take(complaint(3)) }
        #expect(accounts == [3, 3])
        _ = try await watch.take(complaint(3))
        #expect(accounts == [3, 3, 3])
    }

    @Test func campaignsAreCounted() async throws {
        let watch = watch()
        _ = try await watch.take(complaint(3, campaign: "spring"))
        _ = try await watch.take(complaint(3, campaign: "spring"))
        _ = try await watch.take(complaint(3, campaign: "fall", incidents: 3))
        #expect(try await watch.campaigns(of: 3) == ["spring": 2, "fall": 3])
        #expect(try await watch.campaigns(of: 33).isEmpty)
    }

    @Test func ratesDoNotOverflow() {
        #expect(ComplaintWatch.Rate(sent: .max, complaints: .max).per100000 == 100_000)
        #expect(ComplaintWatch.Rate(sent: 0, complaints: 0).per100000 == 0)
        #expect(ComplaintWatch.Rate(sent: 0, complaints: 7).per100000 == 100_000)
    }
}
