import MIME
@testable import Mailbox
import MIME
import PorticoTesting
import Store
import Testing

/// What a former version stored is read, changed and removed like anything else.
struct FormerRowsTests {
    @Test(arguments: [4, 63, 64, 200]) func aFormerAccountIsRead(_ count: Int) async throws {
        let fixture = Fixture()
        let former = try await FormerAccount(messages: count, in: fixture.engine)
        let mailbox = try await fixture.mailbox()
        let folder = try #require(try await mailbox.folder("INBOX"))
        #expect(folder.deletedSize == count / 3 * FormerAccount.text.count)
        let snapshot = try await mailbox.snapshot(of: .inbox)
        #expect(snapshot.messages.map(\.email) == former.entries.map(\.email))
        #expect(snapshot.messages.map(\.flags) == former.entries.map(\.flags))
        for uid in [1, UID(count - 1), UID(count)] {
            #expect(try await fixture.octets(mailbox, .inbox, uid) == FormerAccount.text)
        }
        let data = try await mailbox.read(Array(snapshot.messages)[...], .summary)
        #expect(data.allSatisfy { $0?.summary?.structure.parts.count == 1 })
        let changes = try await mailbox.changes(since: 0, limit: 1000)
        #expect(changes.count == count)
    }

    @Test func aFormerAccountIsChanged() async throws {
        let fixture = Fixture()
        let former = try await FormerAccount(messages: 150, in: fixture.engine)
        let mailbox = try await fixture.mailbox()
        _ = try await mailbox.store(UIDSet(1...3), in: .inbox, FlagChange(.add, .deleted), unchangedSince: nil)
        let before = try await mailbox.snapshot(of: .inbox).folder.highestModSeq
        let copied = try await mailbox.copy(UIDSet(149...150), from: .inbox, to: .inbox)
        #expect(copied.target == UIDSet(151...152))
        _ = try await mailbox.remove(UIDSet(149...150), in: .inbox)
        for reader in [fixture, fixture.cold()] {
            let mailbox = try await reader.mailbox()
            #expect(try await reader.octets(mailbox, .inbox, 151) == FormerAccount.text)
            #expect(try await reader.octets(mailbox, .inbox, 152) == FormerAccount.text)
            let folder = try #require(try await mailbox.folder("INBOX"))
            #expect(folder.deletedSize == (49 + 2 + 1) * FormerAccount.text.count)
            let late = try await mailbox.changes(in: .inbox, since: before)
            #expect(late.isExact && late.vanished == UIDSet(149...150))
            // Nothing is known of what went before there was an index.
            let early = try await mailbox.changes(in: .inbox, since: 5)
            #expect(!early.isExact && early.vanished == UIDSet(149...150))
        }
        _ = try await mailbox.remove(UIDSet(1...(.max)), in: .inbox)
        #expect(try await mailbox.usage() == Usage(size: 0, count: 0))
        try await fixture.expectNoMessageRows()
        #expect(former.entries.count == 150)
    }
}

extension Fixture {
    /// Nothing is left of messages that are gone.
    func expectNoMessageRows(_ account: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let tables: [(Table, Table)] = [(.block, .change), (.index, .threadKey)]
        for (first, last) in tables {
            let rows = try await engine.scan(
                Keys.partition(AccountID(account)),
                KeyRange(from: [first.rawValue], upTo: [last.rawValue + (last == .change ? 0 : 1)]),
                limit: 10,
                order: .ascending
            )
            #expect(rows.isEmpty, sourceLocation: sourceLocation)
        }
    }
}
