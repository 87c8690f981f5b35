import PorticoTesting
import SMTP
import Store
import Testing
import World

@testable import Queue

/// What is read of a row is what was written; a row cut anywhere, or with any octet changed, is refused or read as
/// another one, and nothing traps.
struct RowTests {
    private static func rows() async throws -> [(RowKey, [UInt8])] {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test", "b@one.test", "c@dead.test") { envelope in
            envelope.deliverBy = .init(moment: fixture.world.now, mode: .notify)
            envelope.messageID = "<1@example.test>"
            envelope.submitter = 3
            envelope.origin = Envelope.Origin(peer: "192.0.2.1", hello: "client.test", protocol: "ESMTPA")
        }
        for work in try await fixture.take() {
            let isDead = work.job.destination == "dead.test"
            _ = await fixture.queue.complete([
                Completion(work.lease, .tried(isDead ? [.unreachable] : [.full, .unknown]), host: "mx.one.test")
            ])
        }
        let page = try await fixture.memory.scan(Keys.partition(0), .all, limit: 1000, order: .ascending)
        return (0..<page.count).map { (page.key($0), page.value($0)) }
    }

    /// The row written again, nil if it is refused.
    private static func again(_ key: RowKey, _ row: [UInt8]) throws(DamagedRow) -> [UInt8]? {
        switch Table(rawValue: key[0]) {
        case .head: return try Head(row).row
        case .message: return try MessageRow(row).row
        case .job: return try Job(try Keys.job(endOf: key), row).row
        case .lane: return try Lane(row).row
        case .trace:
            _ = try TraceEvent(key, row)
            return row
        case .content, .references, .clock, .ready, .order, .blob, .operation, nil: return row
        }
    }

    @Test func rowsAreReadBack() async throws {
        let rows = try await RowTests.rows()
        #expect(Set(rows.map { $0.0[0] }).isSuperset(of: [0x01, 0x02, 0x05, 0x06, 0x08, 0x0C]))
        for (key, row) in rows { #expect(try RowTests.again(key, row) == row) }
    }

    @Test func damagedRowsAreRefused() async throws {
        var generator = SeededGenerator(seed: 1)
        for (key, row) in try await RowTests.rows() where !row.isEmpty {
            guard let table = Table(rawValue: key[0]), [.head, .message, .job, .lane, .trace].contains(table) else {
                continue
            }
            for end in 0..<row.count {
                #expect(throws: DamagedRow.self) { try RowTests.again(key, Array(row[..<end])) }
            }
            for place in row.indices {
                for _ in 0..<8 {
                    var changed = row
                    changed[place] = generator.octet()
                    _ = try? RowTests.again(key, changed)
                }
            }
        }
    }
}
