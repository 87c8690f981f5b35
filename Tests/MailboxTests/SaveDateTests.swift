@testable import Mailbox
import PorticoTesting
import Store
import Synchronization
import Testing
import World

/// When a message was put in its folder.
struct SaveDateTests {
    private final class Clock: Sendable {
        let seconds = Mutex<Int64>(1_700_000_000)
        var world: World {
            var world = World.real
            world.now = { [self] in Timestamp(milliseconds: seconds.withLock { $0 } * 1000) }
            return world
        }
    }

    @Test(.rfc(8514, "2")) func itIsTheTimeOfDeliveryCopyOrMove() async throws {
        let clock = Clock()
        let fixture = Fixture(world: clock.world)
        let mailbox = try await fixture.mailbox()
        let archive = try #require(try await mailbox.folder("Archive")).id
        for _ in 0..<70 { try await fixture.deliver() }
        clock.seconds.withLock { $0 += 1000 }
        _ = try await mailbox.store(UIDSet(1...70), in: .inbox, FlagChange(.add, .seen), unchangedSince: nil)
        _ = try await mailbox.copy(UIDSet(1...2), from: .inbox, to: archive)
        clock.seconds.withLock { $0 -= 2000 }
        _ = try await mailbox.move(UIDSet(3...4), from: .inbox, to: archive)
        for reader in [mailbox, try await fixture.cold().mailbox()] {
            let inbox = try await reader.snapshot(of: .inbox).messages
            #expect(inbox.allSatisfy { $0.saveDate == 1_700_000_000 } && inbox.count == 68)
            let archived = try await reader.snapshot(of: archive).messages
            #expect(archived.map(\.saveDate) == [1_700_001_000, 1_700_001_000, 1_699_999_000, 1_699_999_000])
            #expect(archived.allSatisfy { $0.internalDate == 1_700_000_000 })
        }
    }

    @Test func itTakesLittleRoom() {
        #expect(MemoryLayout<MessageEntry>.stride <= 48)
        let entries = (0..<64 as Range<UID>).map { uid in
            let email = EmailID(1_700_000_000_000 << EmailID.counterBits + UInt64(uid))
            return MessageEntry(
                uid: uid,
                size: 4000,
                email: email,
                modSeq: ModSeq(uid),
                internalDate: email.seconds,
                flags: .seen
            )
        }
        #expect(Block.row(entries).count <= 64 * 10)
    }

    @Test(arguments: [Int64.min, -1, 0, 1_700_000_000, 4_294_967_295, 4_294_967_296, .max])
    func anyDateIsKeptAsFarAsItGoes(_ date: Int64) throws {
        var entry = MessageEntry(uid: 65, size: 1, email: EmailID(.max), modSeq: 1, internalDate: date, saveDate: date)
        entry.storage = [.elsewhere, .copy]
        #expect(entry.saveDate == min(max(date, 0), 4_294_967_295))
        let row = Block.row([entry])
        #expect(try Block.entries(1, row: row, 0..<row.count) == [entry])
    }
}
