import PorticoTesting
import Store
import Testing
import World

@testable import Queue

/// Calls to the engine, each a round trip on a distributed one, are few and do not grow with the queue.
struct EngineCallTests {
    @Test func addingASmallMessageIsOneCommit() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test")
        fixture.store.reset()
        try await fixture.add("b@one.test")
        #expect(fixture.store.counts.commits == 1 && fixture.store.counts.calls == 1)
        fixture.store.reset()
        // A destination that is new may have a row that is not known.
        try await fixture.add("b@two.test", "c@three.test")
        #expect(fixture.store.counts.commits == 1 && fixture.store.counts.calls == 2)
    }

    @Test func addingALargeMessageIsOneBlobAndTwoCommits() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test")
        fixture.store.reset()
        try await fixture.add("a@one.test", text: String(repeating: "x", count: 300_000))
        let counts = fixture.store.counts
        #expect(counts.blobPuts == 1 && counts.blobFinishes == 1 && counts.commits == 2 && counts.calls <= 5)
    }

    @Test func takingManyIsOneCommit() async throws {
        let fixture = try await Fixture()
        for index in 0..<200 { try await fixture.add("a\(index)@d\(index % 4).test") }
        fixture.store.reset()
        #expect(try await fixture.take(.outgoing, 100).count == 100)
        let counts = fixture.store.counts
        #expect(counts.commits == 1)
        // The order, a scan for each destination, the next of each, and one read of jobs and messages.
        #expect(counts.scans <= 9 && counts.reads <= 2)
    }

    @Test func completingManyIsOneCommitAndNoRead() async throws {
        let fixture = try await Fixture()
        for index in 0..<100 { try await fixture.add("a\(index)@one.test") }
        let work = try await fixture.take()
        fixture.store.reset()
        let results = await fixture.queue.complete(work.map { Completion($0.lease, .tried([.delivered])) })
        for result in results { _ = try result.get() }
        #expect(fixture.store.counts.commits == 1 && fixture.store.counts.calls == 1)
    }

    /// Workers that complete one by one share commits while one is under way.
    @Test func completionsOfManyWorkersShareCommits() async throws {
        let world = TestWorld()
        let calls = try await TestLoop.run(world) { _ in
            let memory = MemoryStore(sync: { await world.sleep(.milliseconds(5)) })
            let fixture = try await Fixture(world: world, on: memory)
            for index in 0..<64 { try await fixture.add("a\(index)@one.test") }
            let work = try await fixture.take()
            fixture.store.reset()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for part in work { group.addTask { try await fixture.complete(part, .delivered) } }
                try await group.waitForAll()
            }
            #expect(try await fixture.isEmpty())
            return fixture.store.counts.commits
        }
        #expect(calls <= 3)
    }

    @Test func askingForNothingCostsNothing() async throws {
        let fixture = try await Fixture(shards: 16)
        #expect(try await fixture.take().isEmpty)
        fixture.store.reset()
        for _ in 0..<100 { #expect(try await fixture.take().isEmpty) }
        #expect(fixture.store.counts.calls == 0)
        // Other nodes may have added something.
        fixture.wait(.seconds(1))
        #expect(try await fixture.take().isEmpty)
        #expect(fixture.store.counts.calls == 16 && fixture.store.counts.commits == 0)
    }

    /// As many reads for a live destination with 20,000 messages for a dead one as with ten.
    @Test(arguments: [10, 20_000]) func aDeadDestinationIsInNobodysWay(dead: Int) async throws {
        let fixture = try await Fixture { $0.homeShards = 1 }
        let first = try await fixture.add("a0@dead.test")
        for index in 1..<dead { try await fixture.add("a\(index)@dead.test") }
        for work in try await fixture.take(.outgoing, 1) { try await fixture.complete(work, .unreachable) }
        fixture.wait(.seconds(10))
        try await fixture.add("a@live.test")
        fixture.store.reset()
        let work = try await fixture.takeOne()
        #expect(work.job.destination == "live.test")
        try await fixture.complete(work, .delivered)
        let counts = fixture.store.counts
        #expect(counts.commits == 2 && counts.calls <= 5 && counts.rowsScanned <= 4, "\(counts)")
        fixture.wait(.seconds(60))
        fixture.store.reset()
        let again = try await fixture.takeOne()
        #expect(again.job.id.message == first, "the longest there tries whether it is back")
        try await fixture.complete(again, .unreachable)
        #expect(fixture.store.counts.calls <= 8 && fixture.store.counts.rowsScanned <= 8)
        #expect(try await fixture.queue.statistics().queues[.outgoing]?.jobs == dead)
    }

    /// What somebody waits for is found as fast behind 20,000 messages for many as behind ten, and so is what comes next.
    @Test(arguments: [10, 20_000]) func theUrgentIsFoundAtOnce(bulk: Int) async throws {
        let fixture = try await Fixture { $0.homeShards = 1 }
        for index in 0..<bulk { try await fixture.add("a\(index)@one.test") { $0.category = "bulk" } }
        try await fixture.add("urgent@one.test") { $0.category = "transactional" }
        try await fixture.add("b@one.test")
        fixture.store.reset()
        let work = try await fixture.take(.outgoing, 4)
        #expect(work.map { $0.job.recipients[0].address } == ["urgent", "b", "a0", "a1"].map { $0 + "@one.test" })
        let counts = fixture.store.counts
        #expect(counts.commits == 3 && counts.calls <= 12 && counts.rowsScanned <= 12, "\(counts)")
        // No room for the many: not one of them is looked at.
        fixture.store.reset()
        try await fixture.add("urgent@one.test") { $0.category = "transactional" }
        let more = try await fixture.take { $0.urgency == .patient ? 0 : 100 }
        #expect(more.map { $0.job.recipients[0].address } == ["urgent@one.test"])
        #expect(fixture.store.counts.calls <= 6 && fixture.store.counts.rowsScanned <= 4, "\(fixture.store.counts)")
    }

    @Test func measuringDoesNotCount() async throws {
        let fixture = try await Fixture(shards: 4)
        for index in 0..<1000 { try await fixture.add("a\(index)@one.test") }
        fixture.store.reset()
        _ = try await fixture.queue.statistics()
        #expect(fixture.store.counts.calls <= 8 && fixture.store.counts.rowsScanned <= 4)
    }
}

extension EngineCallTests {
    /// To find that there is no room writes nothing.
    @Test func lookingInVainIsNoCommit() async throws {
        let fixture = try await Fixture()
        for index in 0..<10 { try await fixture.add("a@d\(index).test") }
        _ = try await fixture.take(.outgoing, 5)
        fixture.store.reset()
        for _ in 0..<10 {
            #expect(try await fixture.take { _ in 0 }.isEmpty)
            fixture.wait(.milliseconds(50))
        }
        #expect(fixture.store.counts.commits == 0 && fixture.store.counts.calls <= 10)
        #expect(fixture.queue.nextDue(.outgoing) <= fixture.world.now)
        #expect(try await fixture.take().count == 5)
    }
}
