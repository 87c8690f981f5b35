import PorticoTesting
import SMTP
import Store
import Synchronization
import Testing
import World

@testable import Queue

struct MailQueueTests {
    // MARK: Adding

    @Test func aMessageIsOneJobForEachDomain() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.add("a@one.test", "b@ONE.test", "c@two.test", "postmaster", "d@[192.0.2.1]")
        let jobs = try await fixture.jobs()
        #expect(jobs.map(\.destination) == ["one.test", "two.test", "", "[192.0.2.1]"])
        #expect(jobs.map { $0.recipients.map(\.address) }[0] == ["a@one.test", "b@ONE.test"])
        #expect(jobs.allSatisfy { $0.id.message == id && $0.state == .ready })
        try await fixture.check()
    }

    @Test func manyRecipientsOfADomainAreSeveralTransactions() async throws {
        let fixture = try await Fixture()
        try await fixture.add((0..<250).map { QueuedRecipient("u\($0)@one.test") })
        #expect(try await fixture.jobs().map(\.recipients.count) == [100, 100, 50])
        try await fixture.check()
    }

    /// In the message's row, in a row of its own, in a blob.
    @Test(arguments: [0, 100, 16 << 10, 16 << 10 + 1, 256 << 10, 300 << 10, 2 << 20])
    func octetsComeBack(size: Int) async throws {
        let fixture = try await Fixture()
        var generator = SeededGenerator(seed: UInt64(size))
        let octets = generator.octets(size)
        let incoming = fixture.queue.receive()
        for start in stride(from: 0, to: size, by: 60_000) {
            try await incoming.push(Array(octets[start..<min(start + 60_000, size)]))
        }
        try await incoming.finish()
        let recipients = [QueuedRecipient("a@one.test"), QueuedRecipient("a@two.test")]
        _ = try await fixture.queue.add(NewMessage(incoming, Envelope(reversePath: "s@example.test"), to: recipients))
        try await fixture.check()
        let work = try await fixture.take()
        #expect(work.count == 2)
        for part in work {
            #expect(part.message.size == size)
            #expect(try await fixture.queue.octets(of: part.message, 0..<size) == octets)
            if size > 50 {
                #expect(try await fixture.queue.octets(of: part.message, 7..<50) == Array(octets[7..<50]))
            }
            await #expect(throws: QueueError.self) { try await fixture.queue.octets(of: part.message, 0..<size + 1) }
        }
        try await fixture.complete(work[0], .delivered)
        #expect(try await fixture.queue.octets(of: work[1].message, 0..<size) == octets, "one job needs them still")
        try await fixture.check()
        try await fixture.complete(work[1], .delivered)
        // The row of a blob that is gone goes with the next commit.
        try await fixture.add("a@one.test")
        try await fixture.complete(try await fixture.takeOne(), .delivered)
        #expect(try await fixture.isEmpty())
        if case .blob(let id) = work[0].message.content { #expect(try await fixture.memory.size(BlobID(id)) == nil) }
    }

    @Test func envelopesComeBack() async throws {
        let fixture = try await Fixture()
        var recipient = QueuedRecipient(
            "\"a b\"@one.test",
            notify: [.success, .delay],
            originalRecipient: OriginalRecipient(type: "rfc822", address: "x@one.test")
        )
        recipient.lastReply = ""
        let now = fixture.world.now
        var expected = Envelope(reversePath: "")
        try await fixture.add([recipient], from: "") { envelope in
            envelope.ret = .headers
            envelope.envelopeIdentifier = "QQ314159"
            envelope.body = .binaryMIME
            (envelope.smtpUTF8, envelope.requireTLS, envelope.optionalTLS) = (true, true, true)
            envelope.priority = -4
            envelope.deliverBy = .init(moment: now.later(by: .seconds(9)), mode: .return, isTraced: true)
            envelope.holdUntil = now
            envelope.submitter = 77
            envelope.category = "bulk"
            envelope.messageID = "<1@example.test>"
            expected = envelope
        }
        let work = try await fixture.takeOne()
        #expect(work.message.envelope == expected)
        #expect(work.job.recipients == [recipient])
        #expect(work.message.arrival == now)
    }

    @Test func oneOperationAddsOnce() async throws {
        let fixture = try await Fixture(shards: 8)
        let operation = OperationID(high: 1, low: 2)
        let first = try await fixture.add("a@one.test", operation: operation)
        #expect(try await fixture.add("a@one.test", operation: operation) == first)
        fixture.wait(.seconds(2 * 86_400))
        #expect(try await fixture.add("a@one.test", operation: operation) == first)
        #expect(try await fixture.add("a@one.test", operation: OperationID(high: 1, low: 3)) != first)
        #expect(try await fixture.jobs().count == 2)
        try await fixture.check()
    }

    @Test func whatMakesNoSenseIsRefused() async throws {
        let fixture = try await Fixture()
        await #expect(throws: QueueError.self) { try await fixture.add([]) }
        await #expect(throws: QueueError.self) { try await fixture.add("a@one.test", in: .reports) }
        await #expect(throws: QueueError.self) {
            try await fixture.add(String(repeating: "a", count: 2000) + "@one.test")
        }
        await #expect(throws: QueueError.self) { try await fixture.take(.error) }
        #expect(try await fixture.isEmpty())
    }

    // MARK: Taking

    @Test func aLeasedJobIsNobodyElses() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test")
        let work = try await fixture.takeOne()
        #expect(try await fixture.take().isEmpty)
        fixture.wait(.seconds(299))
        #expect(try await fixture.take().isEmpty)
        fixture.wait(.seconds(1))
        let again = try await fixture.takeOne()
        #expect(again.lease.token > work.lease.token)
        await #expect(throws: QueueError.self) { try await fixture.complete(work, .delivered) }
        try await fixture.check()
        try await fixture.complete(again, .delivered)
        await #expect(throws: QueueError.self) { try await fixture.complete(again, .delivered) }
        #expect(try await fixture.isEmpty())
    }

    @Test func aLeaseThatIsRenewedHolds() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test")
        let work = try await fixture.takeOne()
        fixture.wait(.seconds(200))
        let renewed = try await fixture.queue.renew([work.lease], for: .seconds(300))
        #expect(renewed.count == 1 && renewed[0].token == work.lease.token)
        fixture.wait(.seconds(299))
        #expect(try await fixture.take().isEmpty)
        try await fixture.check()
        fixture.wait(.seconds(1))
        _ = try await fixture.takeOne()
        #expect(try await fixture.queue.renew(renewed, for: .seconds(300)).isEmpty)
    }

    @Test(.rfc(6710, "5")) func theUrgentGoesFirst() async throws {
        let fixture = try await Fixture()
        for (index, priority) in [0, -9, 9, 3, 0, -1].enumerated() {
            try await fixture.add("a\(index)@\(index % 2 == 0 ? "one" : "two").test") { $0.priority = Int8(priority) }
        }
        var taken: [Int8] = []
        while let work = try await fixture.take(.outgoing, 1).first { taken.append(work.job.priority) }
        #expect(taken == [9, 3, 0, 0, -1, -9])
        try await fixture.check()
    }

    @Test func destinationsTakeTurns() async throws {
        let fixture = try await Fixture()
        for index in 0..<6 { try await fixture.add("a\(index)@one.test") }
        fixture.wait(.seconds(1))
        for index in 0..<3 { try await fixture.add("a\(index)@two.test") }
        fixture.wait(.seconds(1))
        var taken: [String] = []
        while let work = try await fixture.take(.outgoing, 1).first {
            taken.append(work.job.destination)
            fixture.wait(.milliseconds(10))
        }
        #expect(taken == ["one", "two", "one", "two", "one", "two", "one", "one", "one"].map { $0 + ".test" })
    }

    @Test func whatThereIsNoRoomForIsLeft() async throws {
        let fixture = try await Fixture()
        for index in 0..<5 {
            try await fixture.add("a\(index)@one.test")
            try await fixture.add("a\(index)@two.test")
            try await fixture.add("a\(index)@three.test")
        }
        let work = try await fixture.take(.outgoing, 10) { ["one.test": 0, "two.test": 2][$0.destination] ?? .max }
        #expect(
            Dictionary(grouping: work, by: \.job.destination).mapValues(\.count) == ["two.test": 2, "three.test": 5]
        )
        let more = try await fixture.queue.take(.outgoing, limit: 3, for: .seconds(60), destination: "one.test")
        #expect(more.map(\.job.destination) == ["one.test", "one.test", "one.test"])
        try await fixture.check()
    }

    @Test(.rfc(4865, "4")) func whatIsHeldForLaterWaits() async throws {
        let fixture = try await Fixture()
        let moment = fixture.world.now.later(by: .seconds(3600))
        try await fixture.add("a@one.test") { $0.holdUntil = moment }
        #expect(try await fixture.take().isEmpty)
        #expect(fixture.queue.nextDue(.outgoing) <= moment)
        fixture.wait(.seconds(3600))
        try await fixture.complete(try await fixture.takeOne(), .delivered)
    }

    @Test func workersHearOfWork() async throws {
        let fixture = try await Fixture()
        let heard = Heard()
        let observation = fixture.queue.onWork { heard.count.add(1, ordering: .relaxed) }
        try await fixture.add("a@one.test")
        #expect(heard.count.load(ordering: .relaxed) == 1)
        let work = try await fixture.takeOne()
        try await fixture.complete(work, .greylisted)
        #expect(heard.count.load(ordering: .relaxed) == 1, "nothing may be taken yet")
        observation.cancel()
        try await fixture.add("a@one.test")
        #expect(heard.count.load(ordering: .relaxed) == 1)
    }

    @Test func memoryForIncomingMessagesIsBounded() async throws {
        let fixture = try await Fixture { $0.incomingOctets = 100_000 }
        let others = [fixture.queue.receive(), fixture.queue.receive()]
        for other in others { try await other.push(Array(repeating: 0x61, count: 50_000)) }
        let incoming = fixture.queue.receive()
        try await incoming.push(Array(repeating: 0x62, count: 5_000))
        try await incoming.finish()
        let id = try await fixture.queue.add(
            NewMessage(incoming, Envelope(reversePath: ""), to: [QueuedRecipient("a@one.test")])
        )
        guard case .blob = try #require(try await fixture.queue.show(id)).message.content else {
            Issue.record("there was room in memory")
            return
        }
        try await fixture.check()
    }
}

private final class Heard: Sendable { let count = Atomic(0) }

extension MailQueueTests {
    /// Rows that cannot be read, or are not there, are in nobody's way.
    @Test(arguments: [Table.job, .message, .lane], [[], [0xFF]] as [[UInt8]])
    func damageStaysWhereItIs(table: Table, row: [UInt8]) async throws {
        let fixture = try await Fixture()
        let id = try await fixture.add("a@one.test")
        for index in 0..<5 { try await fixture.add("b\(index)@one.test") }
        let keys = [
            Table.job: Keys.job(.outgoing, JobID(id, part: 0)), .message: Keys.message(id),
            .lane: Keys.lane(LaneID(queue: .outgoing, destination: "one.test")),
        ]
        let key = try #require(keys[table])
        // By another node, so that nothing is known of it here.
        let write = row.isEmpty ? Write.delete(key) : .put(key, row)
        _ = try await fixture.memory.commit(
            Keys.partition(0),
            expecting: nil,
            [write],
            operation: OperationID(high: 0, low: 0)
        )
        try await fixture.add("c@two.test")
        var taken: [String] = []
        for _ in 0..<20 {
            for work in try await fixture.take(.outgoing, 2) {
                taken += work.job.recipients.map(\.address)
                try await fixture.complete(work, .delivered)
            }
        }
        #expect(taken.contains("c@two.test"))
        #expect(taken.count == (table == .lane ? 7 : 6))
    }
}
