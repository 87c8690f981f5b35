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

    @Test(arguments: TestEngine.allCases) func whatWasNotKeptIsWorkedOut(_ engine: TestEngine) async throws {
        try await engine.run { store in
            let fixture = Fixture(engine: store)
            let former = try await FormerAccount(messages: 70, in: store, format: 2)
            let mailbox = try await fixture.mailbox()
            let archive = try await mailbox.createFolder(try #require(FolderPath("Archive")), specialUse: nil).id
            let copied = try await mailbox.copy(UIDSet(68...70), from: .inbox, to: archive).target
            // A copy shares the id of what it is a copy of, as far as that can be known.
            let ids = former.entries[66..<70].map(\.email)
            let expected: [(FolderID, [EmailID])] = [
                (.inbox, [ids[0], ids[1], ids[2], ids[2]]), (archive, [ids[1], ids[2], ids[2]]),
            ]
            for (folder, objects) in expected {
                let entries = Array(try await mailbox.snapshot(of: folder).messages.suffix(objects.count))
                if folder == .inbox { #expect(entries.allSatisfy { $0.saveDate == $0.email.seconds }) }
                let parts: MessageParts = [.ids, .sortKeys, .preview, .summary, .octets]
                for parts in [parts, .ids, [.ids, .octets], [.sortKeys, .preview]] {
                    for (data, object) in zip(try await mailbox.read(entries[...], parts), objects) {
                        let data = try #require(data)
                        if parts.contains(.ids) { #expect(data.objectID == object) }
                        if parts.contains(.ids) { #expect(data.thread == ThreadID(object.number)) }
                        if parts.contains(.preview) { #expect(data.preview == "old text") }
                        if parts.contains(.octets) { #expect(data.octets == FormerAccount.text) }
                        guard parts.contains(.sortKeys) else { continue }
                        #expect(data.sortKeys?.subject == "old" && data.sortKeys?.references.count == 2)
                    }
                }
            }
            #expect(try await mailbox.thread(ThreadID(ids[1].number)).first == ids[1])
            #expect(try await mailbox.thread(ThreadID(ids[1].number)).count == 2)
            // Each may go first.
            let text = FormerAccount.text
            _ = try await mailbox.remove(UIDSet(1...69), in: .inbox)
            #expect(try await fixture.octets(mailbox, .inbox, 70) == text)
            _ = try await mailbox.remove(UIDSet(70...70), in: .inbox)
            for uid in copied.uids { #expect(try await fixture.octets(mailbox, archive, uid) == text) }
            _ = try await mailbox.remove(copied, in: archive)
            try await fixture.expectNoMessageRows()
        }
    }

    /// A former copy of a message in a blob has a row of its own that names the blob.
    @Test func formerCopiesOfABlobAreRemovedInAnyOrder() async throws {
        let text = "Subject: large\r\n\r\n" + String(repeating: "0123456789abcde\n", count: 40_000)
        for order in [[1, 2, 3], [3, 2, 1], [2, 3, 1]] as [[UID]] {
            let fixture = Fixture()
            let message = try await fixture.service.receive()
            try await message.push(Array(text.utf8))
            try await message.finish()
            // Twice the same content makes the rows that a former copy made.
            for _ in 0..<2 {
                _ = try await fixture.mailbox().append([NewMessage(message)], to: .inbox, replacing: nil)
            }
            await message.discard()
            let mailbox = try await fixture.mailbox()
            _ = try await mailbox.copy(UIDSet(2...2), from: .inbox, to: .inbox)
            fixture.store.reset()
            for (place, uid) in order.enumerated() {
                #expect(try await fixture.octets(mailbox, .inbox, uid) == Array(text.utf8))
                _ = try await mailbox.remove(UIDSet(uid...uid), in: .inbox)
                #expect(fixture.store.counts.blobDeletes == (place == 2 ? 1 : 0))
            }
            try await fixture.expectNoMessageRows()
        }
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
