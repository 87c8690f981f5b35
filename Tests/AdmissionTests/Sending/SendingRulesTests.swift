@testable import Admission
import Directory
import PorticoTesting
import SMTP
import Store
import Testing
import World

@Suite struct SendingRulesTests {
    private func send(_ rules: SendingRules, to count: Int, failing: Int = 0) async -> SendingRefusal? {
        switch await rules.begin(for: Staff.alice, from: "192.0.2.1") {
        case .failure(let refusal): return refusal
        case .success(let ticket):
            for index in 0..<count {
                if let refusal = await ticket.addRecipient() { return refusal }
                if index < failing { await ticket.recipientFailed() }
            }
            await ticket.use()
            return nil
        }
    }

    @Test func noLimitByDefault() async throws {
        let office = Office()
        let rules = office.rules()
        #expect(await send(rules, to: 5000) == nil)
        #expect(
            try await office.store.read(Partition("sending/1"), [SuspensionStore.key(1) + Array("a".utf8)]).values == [
                nil
            ]
        )
    }

    @Test func soManyInAnHour() async {
        let office = Office()
        let rules = office.rules { $0.hourly = 100 }
        #expect(await send(rules, to: 60) == nil)
        #expect(await send(rules, to: 60) == .hourly(limit: 100, seconds: 3601))
        // What was not sent was given back.
        #expect(await send(rules, to: 40) == nil)
        let refusal = await send(rules, to: 1)
        #expect(refusal?.reply.code == 450 && refusal?.reply.enhanced == "4.7.1")
        office.clock.advance(by: .seconds(3600))
        // At the end of the hour all still count, and half an hour later one half.
        #expect(await send(rules, to: 1) != nil)
        office.clock.advance(by: .seconds(1800))
        #expect(await send(rules, to: 50) == nil)
        #expect(await send(rules, to: 1) != nil)
        office.clock.advance(by: .seconds(7200))
        #expect(await send(rules, to: 100) == nil)
        #expect(office.events.all.contains("sending.refused-hourly"))
    }

    @Test func soManyInADay() async {
        let office = Office()
        let rules = office.rules { $0.daily = 10 }
        #expect(await send(rules, to: 10) == nil)
        office.clock.advance(by: .seconds(3600 * 23))
        guard case .daily(10, let seconds)? = await send(rules, to: 1) else {
            Issue.record("it is not refused")
            return
        }
        #expect((3600...4 * 3600).contains(seconds))
        office.clock.advance(by: .seconds(3600 * 25))
        #expect(await send(rules, to: 10) == nil)
    }

    /// What many connections have begun counts at once.
    @Test func messagesAtATime() async throws {
        let rules = Office().rules { $0.hourly = 3 }
        let first = try await rules.begin(for: Staff.alice, from: "192.0.2.1").get()
        let second = try await rules.begin(for: Staff.alice, from: "192.0.2.1").get()
        #expect(await first.addRecipient() == nil)
        #expect(await second.addRecipient() == nil)
        #expect(await first.addRecipient() == nil)
        #expect(await second.addRecipient() != nil)
    }

    @Test func aRestartForgetsLittle() async {
        let office = Office()
        let settings: (inout SendingSettings) -> Void = { $0.hourly = 100 }
        let rules = office.rules(settings)
        for _ in 0..<100 { #expect(await send(rules, to: 1) == nil) }
        let again = office.rules(settings)
        // A commit for each 5 recipients: what came after the last one is forgotten.
        var sent = 0
        while await send(again, to: 1) == nil { sent += 1 }
        #expect(sent < 5)
    }

    @Test func countsAreStoredNowAndThen() async throws {
        let engine = CountingStore(MemoryStore())
        let office = Office(store: engine)
        let rules = office.rules { $0.hourly = 10_000 }
        for _ in 0..<400 { #expect(await send(rules, to: 1) == nil) }
        let version = try await engine.read(Partition("sending/1"), []).version
        #expect(version.number == 1, "400 are less than a twentieth")
        office.clock.advance(by: .seconds(61))
        #expect(await send(rules, to: 1) == nil)
        #expect(try await engine.read(Partition("sending/1"), []).version.number == 2)
    }

    @Test func ratesOfAnAccount() async {
        let office = Office()
        let rules = office.rules {
            $0.rates.messages = 2
            $0.rates.recipients = 5
        }
        #expect(await send(rules, to: 1) == nil)
        #expect(await send(rules, to: 5) == .rate)
        #expect(await send(rules, to: 1) == .rate)
        office.clock.advance(by: .seconds(61))
        #expect(await send(rules, to: 5) == nil)
    }

    /// Rows that nobody wrote count nothing, and break nothing.
    @Test(arguments: [
        "", "x", "1 2 3", String(repeating: "9223372036854775807 ", count: 15), String(repeating: "-5 ", count: 15),
    ])
    func damagedRows(_ text: String) async throws {
        let office = Office()
        let key = SuspensionStore.key(1) + Array("a".utf8)
        let operation = OperationID(high: 1, low: 1)
        let partition = Partition("sending/1")
        _ = try await office.store.commit(
            partition,
            expecting: nil,
            [.put(key, Array(text.utf8))],
            operation: operation
        )
        let rules = office.rules { $0.hourly = 2 }
        #expect(await send(rules, to: 2) == nil)
        #expect(await send(rules, to: 1) != nil)
    }

    @Test func aClockThatGoesBack() {
        var count = SlidingCount(length: 3600)
        count.add(5, at: 1_000_000)
        #expect(count.total(at: 1_000_000) == 5)
        #expect(count.total(at: 500_000) == 0)
        #expect(count.total(at: Int64.max / 2) == 0)
    }

    /// The wait that is promised is enough, and not much too long.
    @Test(arguments: [(0, 100), (30, 80), (100, 50), (7, 1)])
    func theWaitIsTrue(_ before: Int, _ now: Int) {
        for limit in [1, 50, 90] {
            var count = SlidingCount(length: 3600)
            count.add(before, at: 1_000_000)
            count.add(now, at: 1_000_000 + 3600 + 600)
            let moment: Int64 = 1_000_000 + 3600 + 600
            let wait = count.wait(for: limit, at: moment)
            var later = count
            #expect(later.total(at: moment + wait) < limit)
            if wait > 1 {
                var early = count
                #expect(early.total(at: moment + wait - 2 - 3600 / Int64(limit)) >= limit - 1)
            }
        }
    }
}
