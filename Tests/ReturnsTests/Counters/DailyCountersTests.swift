import PorticoTesting
import Store
import Testing
import World

@testable import Returns

struct DailyCountersTests {
    private let clock = TestWorld(seed: 3)
    private let memory = MemoryStore()

    private func counters(_ node: String = "a") -> DailyCounters {
        DailyCounters(store: memory, table: "test", node: node, world: clock.world)
    }

    @Test func processesAddUp() async throws {
        let (first, second) = (counters("a"), counters("b"))
        first.add("x", 3)
        second.add("x", 4)
        second.add("y")
        #expect(try await first.value("x") == 3)
        try await first.flush()
        try await second.flush()
        clock.advance(by: .seconds(31))
        #expect(try await first.value("x") == 7)
        first.add("x")
        // What is its own, a process knows at once.
        #expect(try await first.value("x") == 8)
        let today = first.today
        #expect(try await first.totals(from: today, through: today) == [today: ["x": 8, "y": 1]])
        #expect(try await second.totals(from: today, through: today, prefix: "y") == [today: ["y": 1]])
    }

    @Test func aProcessGoesOnWhereItWas() async throws {
        let before = counters()
        before.add("x", 5)
        try await before.flush()
        before.add("x", 100)
        // It dies with 100 unwritten.
        let after = counters()
        after.add("x")
        #expect(try await after.value("x") == 6)
        try await after.flush()
        try await after.flush()
        let other = counters("z")
        #expect(try await other.value("x") == 6)
    }

    @Test func countingBeforeTheFirstReadIsNotLost() async throws {
        let before = counters()
        before.add("x", 5)
        try await before.flush()
        let after = counters()
        after.add("x", 2)
        try await after.flush()
        #expect(try await counters("z").value("x") == 7)
    }

    @Test func daysAreApart() async throws {
        let counters = counters()
        let first = counters.today
        counters.add("x", 5)
        clock.advance(by: .seconds(86_400))
        counters.add("x", 1)
        #expect(try await counters.value("x") == 1)
        try await counters.flush()
        clock.advance(by: .seconds(5 * 86_400))
        counters.add("x", 2)
        try await counters.flush()
        #expect(
            try await counters.totals(from: first, through: first + 6)
                == [first: ["x": 5], first + 1: ["x": 1], first + 6: ["x": 2]]
        )
        #expect(try await counters.removeDays(before: first + 1) == false)
        #expect(try await counters.totals(from: first + 1, through: first + 1) == [first + 1: ["x": 1]])
        #expect(try await self.counters("z").totals(from: first, through: first).isEmpty)
    }

    @Test func onlyWhatHasChangedIsWritten() async throws {
        let store = CountingStore(memory)
        let counters = DailyCounters(store: store, table: "test", node: "a", world: clock.world)
        counters.add("x", 5)
        try await counters.flush()
        store.reset()
        try await counters.flush()
        #expect(store.counts.commits == 0)
        counters.add("x")
        counters.add("x")
        try await counters.flush()
        #expect(store.counts.commits == 1 && store.counts.rowsWritten == 1)
    }

    @Test(arguments: [CountingStore.Fault.unavailable, .unknownButApplied, .unknownNotApplied])
    func aFlushThatFailsIsDoneAgain(_ fault: CountingStore.Fault) async throws {
        let store = CountingStore(memory)
        let counters = DailyCounters(store: store, table: "test", node: "a", world: clock.world)
        counters.add("x", 5)
        // A commit whose fate is unknown is repeated once by itself.
        store.fail(.commit, fault, calls: fault == .unavailable ? 1 : 2)
        await #expect(throws: StoreError.self) { try await counters.flush() }
        counters.add("x", 2)
        try await counters.flush()
        #expect(try await self.counters("z").value("x") == 7)
    }

    @Test func whatWasCountedBeforeAFlushIsDurableBehindIt() async throws {
        // A commit takes a while, so that many flushes meet.
        let slow = MemoryStore(sync: { for _ in 0..<5 { await Task.yield() } })
        let counters = DailyCounters(store: slow, table: "test", node: "a", world: clock.world)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask { [clock] in
                    counters.add("n\(number)")
                    try await counters.flush()
                    let other = DailyCounters(store: slow, table: "test", node: "z", world: clock.world)
                    return try await other.value("n\(number)") == 1
                }
            }
            for try await isThere in group { #expect(isThere) }
        }
    }

    @Test func namesAreBounded() async throws {
        let counters = counters()
        counters.add(String(repeating: "a", count: 301))
        counters.add("a\0b")
        #expect(try await counters.value(DailyCounters.overflow) == 2)
        for number in 0..<DailyCounters.nameLimit + 10 { counters.add("n\(number)") }
        // The overflow itself is one of the names.
        #expect(try await counters.value(DailyCounters.overflow) == 2 + 11)
    }

    @Test func numbersDoNotOverflow() async throws {
        let counters = counters()
        counters.add("x", .max)
        counters.add("x", 5)
        #expect(try await counters.value("x") == .max)
    }
}
