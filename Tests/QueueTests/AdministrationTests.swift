import PorticoTesting
import SMTP
import Store
import Testing
import World

@testable import Queue

struct AdministrationTests {
    private func filter(_ change: (inout JobFilter) -> Void) -> JobFilter {
        var filter = JobFilter()
        change(&filter)
        return filter
    }

    @Test func listsAreFilteredAndPaged() async throws {
        let fixture = try await Fixture(shards: 4) { $0.homeShards = 4 }
        let start = fixture.world.now
        for index in 0..<30 {
            try await fixture.add("a\(index)@one.test", "b\(index)@two.test", from: "S\(index % 3)@example.test") {
                $0.submitter = UInt64(index % 2)
            }
            fixture.wait(.seconds(1))
        }
        try await fixture.add("x@one.test", in: .error)
        let cases: [(JobFilter, Int)] = [
            (JobFilter(), 61), (filter { $0.queue = .error }, 1), (filter { $0.destination = "one.test" }, 31),
            (filter { $0.sender = "s1@EXAMPLE.test" }, 20), (filter { $0.recipient = "A7@one.test" }, 1),
            (filter { $0.before = start.later(by: .seconds(10)) }, 20), (filter { $0.isHeld = true }, 0),
            (filter { $0.submitter = 1 }, 30),
            (
                filter {
                    $0.isHeld = false; $0.queue = .outgoing
                }, 60
            ),
        ]
        for (filter, expected) in cases {
            for limit in [1, 7, 1000] {
                var found: [JobID] = []
                var cursor: String?
                repeat {
                    let list = try await fixture.queue.list(filter, after: cursor, limit: limit)
                    #expect(list.jobs.count <= limit)
                    found += list.jobs.map(\.id)
                    cursor = list.next
                } while cursor != nil
                #expect(found.count == expected && Set(found).count == expected)
            }
        }
        await #expect(throws: QueueError.self) { try await fixture.queue.list(JobFilter(), after: "0", limit: 1) }
    }

    @Test func oneMessageIsShownWhole() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.add("a@one.test", "b@two.test") { $0.messageID = "<1@example.test>" }
        for work in try await fixture.take() where work.job.destination == "one.test" {
            try await fixture.complete(work, .unknown)
        }
        let shown = try #require(try await fixture.queue.show(id))
        #expect(shown.message.envelope.messageID == "<1@example.test>")
        #expect(Set(shown.jobs.map(\.queue)) == [.outgoing, .reports])
        #expect(try await fixture.queue.show(QueueID(1)) == nil)
    }

    @Test func jobsAreHeldAndReleased() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.add("a@one.test")
        let job = JobID(id, part: 0)
        try await fixture.queue.change(job, .hold)
        try await fixture.check()
        fixture.wait(.seconds(10 * 86_400))
        #expect(try await fixture.take().isEmpty)
        #expect(try await fixture.jobs()[0].state == .held)
        try await fixture.queue.change(job, .release)
        try await fixture.check()
        // It is too old by now: its sender hears of it.
        #expect(try await fixture.take().isEmpty)
        _ = try await fixture.takeOne(.reports)
        await #expect(throws: QueueError.self) { try await fixture.queue.change(JobID(id, part: 9), .hold) }
    }

    @Test func jobsAreDeletedButNotFromUnderAWorker() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.add("a@one.test", "b@two.test")
        try await fixture.queue.change(JobID(id, part: 0), .delete)
        try await fixture.check()
        let work = try await fixture.takeOne()
        await #expect(throws: QueueError.self) { try await fixture.queue.change(work.job.id, .delete) }
        try await fixture.complete(work, .full)
        try await fixture.queue.change(work.job.id, .delete)
        #expect(try await fixture.isEmpty())
    }

    @Test func whatWaitsIsTriedNow() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test")
        try await fixture.add("a@dead.test")
        for work in try await fixture.take() {
            try await fixture.complete(work, work.job.destination == "one.test" ? .full : .unreachable)
        }
        #expect(try await fixture.take().isEmpty)
        #expect(try await fixture.queue.change(filter { $0.destination = "one.test" }, .retry) == 1)
        _ = try await fixture.takeOne()
        try await fixture.queue.retry("dead.test", in: .outgoing)
        _ = try await fixture.takeOne()
        try await fixture.check()
    }

    @Test func manyAreChangedInParts() async throws {
        let fixture = try await Fixture(shards: 4) { $0.homeShards = 4 }
        for index in 0..<300 { try await fixture.add("a\(index)@one.test") }
        let taken = try await fixture.take(.outgoing, 10)
        var parts: [ChangedJobs] = []
        repeat {
            parts.append(try await fixture.queue.change(JobFilter(), .hold, after: parts.last?.next))
        } while parts.last?.next != nil
        #expect(parts.count > 1 && parts.allSatisfy { $0.changed + $0.left <= 256 })
        #expect(parts.map(\.changed).reduce(0, +) == 290 && parts.map(\.left).reduce(0, +) == taken.count)
        #expect(try await fixture.queue.change(filter { $0.isHeld = true }, .release) == 290)
        try await fixture.check()
    }

    @Test func whereAMessageCameFromIsTraced() async throws {
        let fixture = try await Fixture()
        let origin = Envelope.Origin(
            peer: "2001:db8::1",
            hello: String(repeating: "h", count: 600),
            protocol: "ESMTPSA"
        )
        let id = try await fixture.add("a@one.test", "b@two.test") { envelope in
            envelope.messageID = "<1@example.test>"
            envelope.origin = origin
            envelope.submitter = 12
        }
        let events = try await fixture.queue.trace("1@example.test")
        #expect(events.map(\.kind) == [.received, .queued, .queued])
        let received = try #require(events.first)
        #expect(received.origin?.peer == "2001:db8::1" && received.origin?.protocol == "ESMTPSA")
        #expect(received.origin?.hello.utf8.count == QueueLimits.text && received.submitter == 12)
        #expect(received.job == JobID(id, part: 0) && events[1].origin == nil && events[1].submitter == nil)
        let unnamed = try await fixture.add("a@one.test") { $0.origin = origin }
        #expect(try await fixture.queue.trace("\(unnamed)").map(\.kind) == [.received, .queued])
        let untraced = try await Fixture { $0.traceLife = .zero }
        let quiet = try await untraced.add("a@one.test") { $0.origin = origin }
        #expect(try await untraced.queue.trace("\(quiet)").isEmpty)
    }

    /// What was never in the queue is found by its Message-ID, what came back of a message by that message's.
    @Test func whatHappenedElsewhereIsTraced() async throws {
        let fixture = try await Fixture(shards: 4)
        let queue = fixture.queue
        var filed = TraceNote(
            .filed,
            of: .messageID("<2@example.test>"),
            recipients: (0..<150).map { "a\($0)@here.test" }
        )
        filed.origin = Envelope.Origin(peer: "192.0.2.1", hello: "mx.one.test", protocol: "ESMTPS")
        await queue.note([filed])
        fixture.world.advance(by: .seconds(1))
        let refused = TraceNote(
            .refused,
            of: .messageID("2@example.test"),
            recipients: ["b@here.test"],
            text: "452 Full"
        )
        await queue.note([refused, TraceNote(.filed, of: .messageID(""), recipients: ["b@here.test"])])
        var events = try await queue.trace("2@example.test")
        #expect(events.map(\.kind) == [.filed, .filed, .refused])
        #expect(events.map(\.recipients.count).sorted() == [1, 50, 100])
        #expect(events[0].origin == filed.origin && events[2].text == "452 Full")
        // Another node sees it once it was written.
        let other = try await MailQueue.open(fixture.store, world: fixture.world.world)
        #expect(try await other.trace("<2@example.test>") == events)
        let named = try await fixture.add("a@one.test") { $0.messageID = "<3@example.test>" }
        let unnamed = try await fixture.add("a@one.test")
        fixture.world.advance(by: .seconds(1))
        for id in [named, unnamed] {
            let note = TraceNote(.bounced, of: .queued(id), recipients: ["a@one.test"], text: "550 Nobody")
            await queue.note([note, TraceNote(.complained, of: .queued(id), recipients: ["a@one.test"])])
        }
        for name in ["3@example.test", "\(unnamed)"] {
            events = try await queue.trace(name)
            #expect(events.map(\.kind) == [.queued, .bounced, .complained])
            #expect(events[1].text == "550 Nobody" && events[1].recipients == ["a@one.test"])
        }
        // Many are written at once, without anybody asking for it.
        let many = (0..<2500).map { TraceNote(.filed, of: .messageID("\($0)@many.test"), recipients: ["a@here.test"]) }
        for note in many { await queue.note([note]) }
        #expect(try await other.trace("0@many.test").count == 1)
        #expect(try await other.trace("2499@many.test").isEmpty)
        #expect(try await queue.trace("2499@many.test").count == 1)
    }

    @Test func bouncesAreTriedAnew() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.add([QueuedRecipient("a@one.test", notify: .never)])
        try await fixture.complete(try await fixture.takeOne(), .unknown)
        try await fixture.queue.change(JobID(id, part: 0), .retry)
        try await fixture.check()
        let work = try await fixture.takeOne()
        #expect(work.job.attempts == 0 && work.job.waitingIndices == [0])
        try await fixture.complete(work, .delivered)
        let complaint = try await fixture.add("a@one.test", in: .complaint)
        await #expect(throws: QueueError.self) { try await fixture.queue.change(JobID(complaint, part: 0), .retry) }
    }

    @Test func jobsTakeAnotherRoute() async throws {
        let fixture = try await Fixture()
        for index in 0..<5 { try await fixture.add("a\(index)@one.test") }
        try await fixture.complete(try await fixture.take(.outgoing, 1)[0], .unreachable)
        #expect(try await fixture.queue.change(filter { $0.destination = "one.test" }, .reroute("Relay.test:26")) == 5)
        try await fixture.check()
        let work = try await fixture.take()
        #expect(work.count == 5 && work.allSatisfy { $0.job.destination == "relay.test:26" && $0.job.isRouted })
        try await fixture.complete(work[0], .full)
        try await fixture.queue.change(work[0].job.id, .reroute(nil))
        #expect(try await fixture.takeOne().job.destination == "one.test")
        try await fixture.check()
    }

    @Test func aDestinationIsHeldAsOne() async throws {
        let fixture = try await Fixture(shards: 4) { $0.homeShards = 4 }
        for index in 0..<20 { try await fixture.add("a\(index)@one.test") }
        try await fixture.queue.setPaused(true, "one.test", in: .outgoing)
        try await fixture.queue.setPaused(true, "none.test", in: .outgoing)
        try await fixture.add("late@one.test")
        try await fixture.check()
        #expect(try await fixture.take().isEmpty)
        let states = try await fixture.queue.destinations(of: .outgoing, limit: 10)
        #expect(states.map(\.name) == ["one.test", "none.test"] && states[0].isPaused && states[0].jobs == 21)
        try await fixture.queue.setPaused(false, "one.test", in: .outgoing)
        try await fixture.queue.setPaused(false, "none.test", in: .outgoing)
        #expect(try await fixture.take().count == 21)
        try await fixture.check()
    }

    @Test func aDestinationThatFailedGoesOnAtOnce() async throws {
        let fixture = try await Fixture(shards: 4) { $0.homeShards = 4 }
        for index in 0..<5 { try await fixture.add("a\(index)@dead.test") }
        try await fixture.complete(try await fixture.take(.outgoing, 1)[0], .unreachable)
        #expect(try await fixture.take().isEmpty)
        try await fixture.queue.setPaused(true, "dead.test", in: .outgoing)
        #expect(try await fixture.take().isEmpty)
        try await fixture.queue.setPaused(false, "dead.test", in: .outgoing)
        #expect(try await !fixture.take().isEmpty)
        try await fixture.check()
    }

    // MARK: Measuring

    @Test func depthAndAgeAreKept() async throws {
        let fixture = try await Fixture(shards: 4) { $0.homeShards = 4 }
        let start = fixture.world.now
        for index in 0..<10 {
            try await fixture.add("a@one.test", "b\(index)@two.test", text: String(repeating: "x", count: 100))
            fixture.wait(.seconds(1))
        }
        var statistics = try await fixture.queue.statistics()
        #expect(statistics.queues[.outgoing]?.jobs == 20 && statistics.queues[.outgoing]?.octets == 2000)
        #expect(statistics.oldest == [.outgoing: start])
        #expect(statistics.totals.added == 10)
        let oldest = try await fixture.take().sorted { $0.job.id.message < $1.job.id.message }.prefix(4)
        for work in oldest { try await fixture.complete(work, .delivered) }
        fixture.wait(.seconds(2))
        statistics = try await fixture.queue.statistics()
        #expect(statistics.oldest == [.outgoing: start.later(by: .seconds(2))])
        #expect(statistics.queues[.outgoing]?.leased == 16 && statistics.totals.delivered == 4)
        #expect(try await fixture.queue.destinations(of: .outgoing, limit: 1).map(\.jobs) == [8])
    }

    @Test func messagesAreTraced() async throws {
        let fixture = try await Fixture(shards: 4) { $0.homeShards = 4 }
        try await fixture.add("a@one.test", "b@two.test") { $0.messageID = "<1@example.test>" }
        try await fixture.add("c@one.test") { $0.messageID = "<2@example.test>" }
        for work in try await fixture.take() {
            try await fixture.complete(work, work.job.destination == "two.test" ? .unknown : .full)
        }
        fixture.wait(.seconds(86_400))
        for work in try await fixture.take() { try await fixture.complete(work, .delivered) }
        let events = try await fixture.queue.trace("1@example.test")
        #expect(events.map(\.kind) == [.queued, .queued, .deferred, .failed, .delivered])
        #expect(Set(events.flatMap(\.recipients)) == ["a@one.test", "b@two.test"])
        #expect(events[3].text == "550 5.1.1 No such user" && events[4].text == "mx.example.test: 250 2.0.0 Ok")
        let unnamed = try await fixture.add("d@one.test")
        #expect(try await fixture.queue.trace("\(unnamed)").map(\.kind) == [.queued])
        fixture.wait(.seconds(20 * 86_400))
        while try await fixture.queue.tidy() {}
        #expect(try await fixture.queue.trace("<1@example.test>").isEmpty)
    }

    @Test func forgottenBlobsAreSwept() async throws {
        let fixture = try await Fixture()
        let late = fixture.queue.receive()
        try await late.push(Array(repeating: 0x61, count: 300_000))
        try await late.finish()
        fixture.wait(.seconds(86_399))
        #expect(try await !fixture.queue.tidy())
        #expect(try await !fixture.isEmpty())
        fixture.wait(.seconds(2))
        _ = try await fixture.queue.tidy()
        let message = NewMessage(late, Envelope(reversePath: ""), to: [QueuedRecipient("a@one.test")])
        await #expect(throws: QueueError.self) { _ = try await fixture.queue.add(message) }
        try await fixture.complete(try await fixture.takeOneOfNew(), .delivered)
        #expect(try await fixture.isEmpty())
    }

    @Test func whatIsDiscardedIsGone() async throws {
        let fixture = try await Fixture()
        let octets = fixture.queue.receive()
        try await octets.push(Array(repeating: 0x61, count: 300_000))
        await octets.discard()
        try await fixture.complete(try await fixture.takeOneOfNew(), .delivered)
        #expect(try await fixture.isEmpty())
    }
}

extension Fixture {
    fileprivate func takeOneOfNew() async throws -> Work {
        try await add("new@one.test")
        return try await takeOne()
    }
}
