import PorticoTesting
import Store
import Testing
import World

@testable import Queue

/// What is taken first, by kind of mail and priority, and what there is room for.
struct UrgencyTests {
    /// The kind of mail decides where the sender's priority does not.
    @Test(
        .rfc(6710, "5"),
        arguments: [
            (["bulk", "personal", "transactional"], [0, 0, 0], [2, 1, 0]),
            (["bulk", "", "transactional"], [0, 0, 0], [2, 1, 0]),
            (["bulk", "personal", "transactional"], [4, 0, 0], [2, 0, 1]),
            (["bulk", "personal", "transactional"], [9, 0, -9], [0, 1, 2]),
            (["bulk", "bulk", "personal"], [0, -9, -9], [0, 2, 1]),
            (["personal", "transactional", "bulk"], [9, 9, 9], [0, 1, 2]),
            (["personal", "bulk", "transactional"], [3, 6, 0], [0, 1, 2]),
        ]
    )
    func theUrgentGoesFirstByKind(_ kinds: [String], _ priorities: [Int8], _ order: [Int]) async throws {
        let fixture = try await Fixture()
        for (index, kind) in kinds.enumerated() {
            try await fixture.add("\(index)@one.test") { ($0.category, $0.priority) = (kind, priorities[index]) }
        }
        var taken: [String] = []
        while let work = try await fixture.take(.outgoing, 1).first { taken.append(work.job.recipients[0].address) }
        #expect(taken == order.map { "\($0)@one.test" })
        try await fixture.check()
    }

    /// Who has no room for one line takes from the others of the destination.
    @Test func eachUrgencyHasItsRoom() async throws {
        let fixture = try await Fixture()
        for kind in MailKind.allCases {
            for index in 0..<4 { try await fixture.add("\(index)@one.test") { $0.category = "\(kind)" } }
        }
        let steps: [(room: [Urgency: Int], kinds: [MailKind])] = [
            ([.patient: 1], [.bulk]),
            ([.usual: 2, .patient: 9], [.personal, .personal, .bulk, .bulk, .bulk]),
            ([.urgent: 3], [.transactional, .transactional, .transactional]),
            ([.urgent: 3, .usual: 3], [.transactional, .personal, .personal]),
        ]
        for (room, kinds) in steps {
            #expect(try await fixture.take { room[$0.urgency] ?? 0 }.map(\.job.kind) == kinds)
            try await fixture.check()
        }
        #expect(try await fixture.take().isEmpty)
    }

    /// One job of all kinds finds out whether a destination is back, the most urgent of them.
    @Test func oneOfAllKindsTries() async throws {
        let fixture = try await Fixture()
        for kind in ["bulk", "personal", "transactional"] { try await fixture.add("a@one.test") { $0.category = kind } }
        for work in try await fixture.take() { try await fixture.complete(work, .unreachable) }
        #expect(try await fixture.take().isEmpty)
        fixture.wait(.seconds(60))
        let work = try await fixture.takeOne()
        #expect(work.job.kind == .transactional)
        try await fixture.check()
        #expect(try await fixture.take().isEmpty, "the others wait for what it finds")
        try await fixture.complete(work, .delivered)
        #expect(try await fixture.take().map(\.job.kind) == [.personal, .bulk])
        try await fixture.check()
    }

    /// Rows from before there were lines.
    @Test func aLaneOfOneLineIsRead() async throws {
        let fixture = try await Fixture()
        for (index, priority) in [0, 5, -5, 0].enumerated() {
            try await fixture.add("\(index)@one.test") { $0.priority = Int8(priority) }
        }
        let partition = Keys.partition(0)
        let id = LaneID(queue: .outgoing, destination: "one.test")
        let rows = try await fixture.memory.read(partition, [Keys.lane(id), Keys.head])
        let lane = try Lane(try #require(rows.values[0]))
        var head = try Head(try #require(rows.values[1]))
        let (first, order) = (try #require(lane[.urgent].first), try #require(lane[.urgent].order))
        var packer = Packer()
        packer.octet(1)
        packer.number(4)
        packer.number(4)
        packer.octet(1)
        packer.octet(first.level)
        packer.number(first.id.message.number)
        packer.number(UInt64(first.id.part))
        packer.octet(1)
        packer.octet(order.level)
        packer.signed(order.time.milliseconds)
        packer.octets += [0, 0, 0, 0]
        var writes: [Write] = [.put(Keys.lane(id), packer.octets)]
        for urgency in [Urgency.usual, .patient] {
            let place = try #require(lane[urgency].order)
            writes.append(.delete(Keys.order(id, place)))
            head.levels[Int(QueueName.outgoing.rawValue)][place.level] = nil
        }
        writes.append(.put(Keys.head, head.row))
        let operation = OperationID(high: 1, low: 1)
        _ = try await fixture.memory.commit(partition, expecting: rows.version, writes, operation: operation)
        let again = try await Fixture(world: fixture.world, on: fixture.memory)
        var taken: [String] = []
        while let work = try await again.take(.outgoing, 1).first { taken.append(work.job.recipients[0].address) }
        #expect(taken == [1, 0, 3, 2].map { "\($0)@one.test" })
        try await again.check()
    }
}
