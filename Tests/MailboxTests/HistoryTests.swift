@testable import Mailbox
import PorticoTesting
import Store
import Testing

/// What happened since a modseq is told whole, however long ago that was, and in few reads.
struct HistoryTests {
    @Test(.rfc(7162, "3.2.5")) func vanishedHasWhatWentSinceAndNothingElse() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        for _ in 0..<200 { try await fixture.deliver() }
        var points: [(modSeq: ModSeq, live: Set<UID>)] = []
        for uid in stride(from: UID(3), through: 190, by: 7) {
            let snapshot = try await mailbox.snapshot(of: .inbox)
            points.append((snapshot.folder.highestModSeq, Set(snapshot.messages.map(\.uid))))
            _ = try await mailbox.remove(UIDSet(uid...uid + uid % 3), in: .inbox)
        }
        for reader in [mailbox, try await fixture.cold().mailbox()] {
            for point in points {
                let changes = try await reader.changes(in: .inbox, since: point.modSeq)
                let live = Set(changes.snapshot.messages.map(\.uid))
                #expect(Set(changes.vanished.uids) == point.live.subtracting(live))
                #expect(changes.isExact)
            }
        }
        fixture.store.reset()
        let last = try await mailbox.snapshot(of: .inbox).folder.highestModSeq
        #expect(try await mailbox.changes(in: .inbox, since: last).vanished.isEmpty)
        #expect(fixture.store.counts.calls == 0)
        _ = try await mailbox.changes(in: .inbox, since: points[0].modSeq)
        #expect(fixture.store.counts.calls == 1)
    }

    @Test(.rfc(7162, "3.1.2.1")) func theModSeqOfAFolderIsThatOfItsMessages() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let archive = try #require(try await mailbox.folder("Archive"))
        try await fixture.deliver(folder: archive.id)
        func modSeq() async throws -> ModSeq {
            let snapshot = try await mailbox.snapshot(of: archive.id)
            #expect(snapshot.folder.highestModSeq >= snapshot.messages.map(\.modSeq).max() ?? 0)
            return snapshot.folder.highestModSeq
        }
        let before = try await modSeq()
        try await mailbox.subscribe(archive.path, false)
        try await mailbox.renameFolder(archive.id, to: try #require(FolderPath("old")))
        _ = try await mailbox.copy(UIDSet(1...1), from: archive.id, to: .inbox)
        try await fixture.deliver()
        #expect(try await modSeq() == before, "nothing happened to its messages")
        _ = try await mailbox.store(UIDSet(1...1), in: archive.id, FlagChange(.add, .seen), unchangedSince: nil)
        let stored = try await modSeq()
        #expect(stored > before)
        _ = try await mailbox.store(UIDSet(1...1), in: archive.id, FlagChange(.add, .seen), unchangedSince: nil)
        #expect(try await modSeq() == stored)
        _ = try await mailbox.remove(UIDSet(1...1), in: archive.id)
        #expect(try await modSeq() > stored)
    }

    @Test func entriesChangedAfterAModSeqAreFound() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        for _ in 0..<300 { try await fixture.deliver() }
        let before = try await mailbox.snapshot(of: .inbox).folder.highestModSeq
        _ = try await mailbox.store(
            UIDSet([5, 64, 299]),
            in: .inbox,
            FlagChange(.add, .flagged),
            unchangedSince: nil
        )
        var found: [UID] = []
        try await mailbox.changes(in: .inbox, since: before).snapshot.messages
            .forEachEntry(changedAfter: before) { found.append($0.uid) }
        #expect(found == [5, 64, 299])
    }

    /// Many expunges of scattered messages: rows are folded, the oldest most, and no answer is lost.
    @Test func expungedRowsAreFewAndLoseNothing() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let archive = try #require(try await mailbox.folder("Archive")).id
        for _ in 0..<15 { try await fixture.deliver() }
        for _ in 0..<7 { _ = try await mailbox.copy(UIDSet(1...(.max)), from: .inbox, to: .inbox) }
        var live = Set(try await mailbox.snapshot(of: .inbox).messages.map(\.uid))
        #expect(live.count == 1920)
        var points: [(modSeq: ModSeq, live: Set<UID>)] = []
        var generator = SeededGenerator(seed: 7)
        for step in 0..<900 {
            if step % 50 == 0 {
                points.append((try await mailbox.snapshot(of: .inbox).folder.highestModSeq, live))
            }
            guard let uid = live.randomElement(using: &generator) else { break }
            if step % 2 == 0 {
                _ = try await mailbox.remove(UIDSet(uid...uid), in: .inbox)
            } else {
                _ = try await mailbox.move(UIDSet(uid...uid), from: .inbox, to: archive)
            }
            live.remove(uid)
        }
        let rows = try await fixture.engine.scan(
            Keys.partition(AccountID(1)),
            Keys.expunged(of: .inbox),
            limit: 10_000,
            order: .ascending
        )
        #expect(rows.count <= ExpungeIndex.rowLimit + 1)
        for (index, point) in points.enumerated() {
            let changes = try await mailbox.changes(in: .inbox, since: point.modSeq)
            let vanished = Set(changes.vanished.uids)
            #expect(vanished.isSuperset(of: point.live.subtracting(live)))
            #expect(vanished.isDisjoint(with: live))
            if changes.isExact { #expect(vanished == point.live.subtracting(live)) }
            if index == points.count - 1 { #expect(changes.isExact) }
        }
        try await mailbox.deleteFolder(archive)
        #expect(try await mailbox.changes(since: 1, limit: 100_000).contains { $0.kind == .deleted })
    }

    @Test func aFoldedRowThatIsTooLongIsGivenUp() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        for _ in 0..<4 { try await fixture.deliver() }
        var wide = UIDSet()
        for uid in stride(from: UID(1001), to: 1001 + 2 * 5000, by: 2) { wide.insert(uid) }
        var folder = try #require(try await mailbox.folder("INBOX"))
        folder.uidNext = 64 * 400 + 4
        (folder.total, folder.unseen, folder.size, folder.highestModSeq) = (0, 0, 0, 1000)
        var head = Head()
        (head.modSeq, head.lastFolder, head.lastUIDValidity) = (1000, 50, folder.uidValidity + 50)
        var index = ExpungeIndex()
        index.rows = ExpungeIndex.rowLimit
        var writes: [Write] = [.put(Keys.head, head.row)]
        writes.append(.put(Keys.folder(.inbox), FolderRow(folder: folder, open: [], expunged: index).row))
        for row in 1...ModSeq(ExpungeIndex.rowLimit) {
            let uids = row == 9 ? wide : UIDSet(UID(row) + 10...UID(row) + 10)
            writes.append(.put(Keys.expunged(.inbox, row), ExpungedRow.row(uids)))
        }
        _ = try await fixture.engine.commit(
            Keys.partition(AccountID(1)),
            expecting: nil,
            writes,
            operation: OperationID(high: 0, low: 99)
        )
        let cold = fixture.cold()
        let uid = try await cold.deliver().uid
        _ = try await cold.mailbox().remove(UIDSet(uid...uid), in: .inbox)
        let rows = try await fixture.engine.scan(
            Keys.partition(AccountID(1)),
            Keys.expunged(of: .inbox),
            limit: 10_000,
            order: .ascending
        )
        #expect(rows.count == ExpungeIndex.rowLimit - 64 - 5 + 1)
        let all = try await cold.mailbox().changes(in: .inbox, since: 3)
        #expect(!all.isExact && all.vanished == UIDSet(1...uid))
        let some = try await cold.mailbox().changes(in: .inbox, since: 20)
        #expect(!some.isExact && some.vanished.first == 31)
        let exact = try await cold.mailbox().changes(in: .inbox, since: 200)
        #expect(exact.isExact && exact.vanished.first == 211)
    }

    @Test func whatOneOperationChangedIsNeverCut() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let trash = try #require(try await mailbox.folder("Trash")).id
        for _ in 0..<10 { try await fixture.deliver() }
        for uid: UID in 1...10 { _ = try await mailbox.move(UIDSet(uid...uid), from: .inbox, to: trash) }
        let all = try await mailbox.changes(since: 0, limit: 1000)
        for limit in 1...7 {
            var found: [Change] = []
            while true {
                let next = try await mailbox.changes(since: found.last?.modSeq ?? 0, limit: limit)
                if next.isEmpty { break }
                found += next
            }
            #expect(found == all)
        }
        #expect(try await mailbox.changes(since: .max, limit: 10).isEmpty)
    }

    /// The account's history is folded now and then; whoever replays it from any point ends with what is there.
    @Test func foldedHistoryReplaysToTheSameEnd() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let other = try await mailbox.createFolder(try #require(FolderPath("other")), specialUse: nil).id
        var generator = SeededGenerator(seed: 3)
        var points: [(modSeq: ModSeq, live: [FolderID: Set<UID>])] = []
        for step in 0..<5200 {
            if step % 400 == 0 {
                points.append((try await lastModSeq(mailbox), try await live(mailbox, [.inbox, other])))
            }
            let folder = step % 3 == 0 ? other : .inbox
            switch step % 10 {
            case 0...5: try await fixture.deliver(folder: folder)
            case 6, 7:
                let uid = UID.random(in: 1...UID(step / 3 + 1), using: &generator)
                _ = try await mailbox.store(
                    UIDSet(uid...uid + 2),
                    in: folder,
                    FlagChange(step % 2 == 0 ? .add : .remove, .flagged),
                    unchangedSince: nil
                )
            case 8:
                let uid = UID.random(in: 1...UID(step / 3 + 1), using: &generator)
                _ = try await mailbox.remove(UIDSet(uid...uid + 4), in: folder)
            default:
                let path = try #require(FolderPath("f\(step % 7)"))
                if let old = try await mailbox.folder(path.name) {
                    try await mailbox.deleteFolder(old.id)
                } else {
                    _ = try await mailbox.createFolder(path, specialUse: nil)
                }
            }
        }
        let rows = try await fixture.engine.scan(
            Keys.partition(AccountID(1)),
            Keys.changes(after: 0),
            limit: 100_000,
            order: .ascending
        )
        #expect(rows.count < 4500, "it was folded")
        let end = try await live(mailbox, [.inbox, other])
        for point in points {
            var replayed = point.live
            var last = point.modSeq
            while true {
                let next = try await mailbox.changes(since: last, limit: 500)
                guard let modSeq = next.last?.modSeq else { break }
                #expect(modSeq > last)
                for change in next where replayed[change.folder] != nil {
                    if change.kind == .added { replayed[change.folder]?.formUnion(change.uids.uids) }
                    if change.kind == .removed { replayed[change.folder]?.subtract(change.uids.uids) }
                }
                last = modSeq
            }
            #expect(replayed == end)
        }
    }

    private func lastModSeq(_ mailbox: any Mailbox) async throws -> ModSeq {
        var last: ModSeq = 0
        while let next = try await mailbox.changes(since: last, limit: 5000).last?.modSeq { last = next }
        return last
    }

    private func live(_ mailbox: any Mailbox, _ folders: [FolderID]) async throws -> [FolderID: Set<UID>] {
        var live: [FolderID: Set<UID>] = [:]
        for folder in folders { live[folder] = Set(try await mailbox.snapshot(of: folder).messages.map(\.uid)) }
        return live
    }

    @Test func foldingKeepsWhatMatters() throws {
        func entry(
            _ modSeq: ModSeq,
            _ kind: Change.Kind,
            _ folder: UInt32,
            _ uids: [UID] = [],
            _ path: String? = nil,
            from old: String? = nil
        ) -> LogFold.Entry {
            LogFold.Entry(
                change: Change(
                    modSeq: modSeq,
                    kind: kind,
                    folder: FolderID(folder),
                    uids: UIDSet(uids),
                    path: path.flatMap { FolderPath($0) },
                    oldPath: old.flatMap { FolderPath($0) }
                ),
                counter: 1
            )
        }
        let folded = LogFold.fold([
            entry(1, .created, 5, [], "a"), entry(2, .added, 5, [1, 2, 3]), entry(3, .flags, 5, [2, 3]),
            entry(4, .renamed, 5, [], "b", from: "a"), entry(5, .removed, 5, [2]),
            entry(6, .renamed, 5, [], "c", from: "b"),
            entry(7, .added, 5, [4]), entry(8, .created, 6, [], "x"), entry(9, .added, 6, [1]),
            entry(10, .deleted, 6, [], "x"), entry(11, .subscription, 0, [], "p"), entry(12, .subscription, 0, [], "q"),
        ])
        #expect(
            folded == [
                entry(1, .created, 5, [], "a"), entry(3, .flags, 5, [3]), entry(5, .removed, 5, [2]),
                entry(6, .renamed, 5, [], "c", from: "a"), entry(7, .added, 5, [1, 3, 4]),
                entry(10, .deleted, 6, [], "x"),
                entry(11, .subscription, 0, [], "p"), entry(12, .subscription, 0, [], "q"),
            ]
        )
        #expect(LogFold.fold(folded) == folded)
    }

    @Test func changesAreReadBackAsWritten() throws {
        let path = try #require(FolderPath("a/b"))
        let changes = [
            Change(modSeq: 7, kind: .added, folder: FolderID(3), uids: UIDSet(1...9)),
            Change(modSeq: 7, kind: .renamed, folder: FolderID(3), path: path, oldPath: .inbox),
            Change(modSeq: 7, kind: .annotations, folder: FolderID(0), annotations: ["/private/x"], user: AccountID(4)),
        ]
        for change in changes {
            let row = change.row
            #expect(try Change(key: Keys.change(7, 1), row: row) == change)
            for count in 0..<row.count {
                if let cut = try? Change(key: Keys.change(7, 1), row: Array(row[..<count])) { #expect(cut != change) }
            }
        }
    }
}
