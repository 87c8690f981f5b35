import Mailbox
import PorticoTesting
import Store
import Synchronization
import Testing

struct StoreMailboxTests {
    @Test func aNewAccountHasTheSpecialFolders() async throws {
        let mailbox = try await Fixture().mailbox()
        let folders = try await mailbox.folders()
        #expect(folders.map(\.path.name) == ["INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"])
        #expect(folders.compactMap(\.specialUse).count == 5)
        #expect(folders[0].id == .inbox)
        #expect(folders.filter(\.isSubscribed).count == 6)
        #expect(Set(folders.map(\.uidValidity)).count == 6)
    }

    @Test(.rfc(9051, "2.3.1.1")) func uidsAscendAndAreNeverReused() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        for _ in 0..<130 { try await fixture.deliver() }
        _ = try await mailbox.remove(UIDSet(60...130), in: .inbox)
        let cold = fixture.cold()
        #expect(try await cold.deliver().uid == 131)
        #expect(try await cold.mailbox().snapshot(of: .inbox).messages.map(\.uid) == Array(1...59) + [131])
        let folder = try #require(try await cold.mailbox().folder("INBOX"))
        #expect(folder.total == 60 && folder.unseen == 60 && folder.uidNext == 132)
    }

    @Test func octetsComeBackAsTheyWere() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let large = "Subject: large\r\n\r\n" + String(repeating: "0123456789abcde\n", count: 40_000)
        for text in ["", "Subject: x\r\n\r\ny\r\n", "\r\n", large] {
            for prefix in ["", "Return-Path: <a@example.test>\r\n"] {
                let filed = try await fixture.deliver(text, prefix: prefix)
                let octets = try await fixture.octets(mailbox, .inbox, filed.uid)
                #expect(octets == Array((prefix + text).utf8))
            }
        }
    }

    @Test func aCopyKeepsTheOctetsWhenTheFirstGoes() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let archive = try #require(try await mailbox.folder("Archive")).id
        let large = "Subject: large\r\n\r\n" + String(repeating: "0123456789abcde\n", count: 40_000)
        for text in ["Subject: x\r\n\r\ny\r\n", large] {
            let first = try await fixture.deliver(text, prefix: "X: y\r\n", flags: .flagged, keywords: ["$Label"])
            let copied = try await mailbox.copy(UIDSet(first.uid...first.uid), from: .inbox, to: archive)
            let again = try await mailbox.copy(copied.target, from: archive, to: archive)
            let uids = [try #require(copied.target.first), try #require(again.target.first)]
            _ = try await mailbox.remove(copied.source, in: .inbox)
            let expected = Array(("X: y\r\n" + text).utf8)
            for uid in uids { #expect(try await fixture.octets(mailbox, archive, uid) == expected) }
            let entry = try #require(try await mailbox.snapshot(of: archive).messages.entry(uids[1]))
            #expect(entry.flags == .flagged)
            #expect(try await mailbox.snapshot(of: archive).keywords(entry.keywords) == ["$Label"])
            _ = try await mailbox.remove(UIDSet(uids[0...0]), in: archive)
            #expect(try await fixture.octets(mailbox, archive, uids[1]) == expected)
            _ = try await mailbox.remove(UIDSet(uids[1...1]), in: archive)
            #expect(try await mailbox.usage() == Usage(size: 0, count: 0))
        }
        #expect(fixture.store.counts.blobDeletes == 1)
        let rows = try await fixture.engine.scan(
            Partition([0x61, 0, 0, 0, 0, 0, 0, 0, 1]),
            KeyRange(from: [0x05], upTo: [0x0A]),
            limit: 10,
            order: .ascending
        )
        #expect(rows.isEmpty, "nothing is left of messages that are gone")
    }

    @Test func aSharedBlobGoesWithTheLastAccount() async throws {
        let fixture = Fixture()
        let message = try await fixture.service.receive()
        try await message.push([UInt8](repeating: 0x41, count: 500_000))
        try await message.finish()
        try await message.share(among: [AccountID(1), AccountID(2)])
        for account: UInt64 in 1...2 {
            _ = try await message.file(
                in: .inbox,
                of: AccountID(account),
                prefix: [],
                flags: [],
                keywords: [],
                date: nil
            )
        }
        await message.discard()
        _ = try await fixture.mailbox(1).remove(UIDSet(1...1), in: .inbox)
        #expect(fixture.store.counts.blobDeletes == 0)
        let second = try await fixture.mailbox(2)
        #expect(try await fixture.octets(second, .inbox, 1)?.count == 500_000)
        _ = try await fixture.mailbox(2).remove(UIDSet(1...1), in: .inbox)
        #expect(fixture.store.counts.blobDeletes == 1)
    }

    @Test func whatIsNotFiledLeavesNoBlob() async throws {
        let fixture = Fixture()
        let message = try await fixture.service.receive()
        try await message.push([UInt8](repeating: 0x41, count: 500_000))
        try await message.finish()
        await message.discard()
        #expect(fixture.store.counts.blobDeletes == 1)
    }

    @Test(.rfc(7162, "3.1.3")) func storeLeavesAloneWhatHasChanged() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        for _ in 0..<3 { try await fixture.deliver() }
        let before = try #require(try await mailbox.folder("INBOX")).highestModSeq
        let first = try await mailbox.store(UIDSet(2...2), in: .inbox, FlagChange(.add, .flagged), unchangedSince: nil)
        #expect(try #require(first.modSeq) > before)
        let second = try await mailbox.store(
            UIDSet(1...3),
            in: .inbox,
            FlagChange(.replace, .seen, keywords: ["$Forwarded"]),
            unchangedSince: before
        )
        #expect(second.modified == UIDSet(2...2))
        #expect(Array(second.uids.uids) == [1, 3])
        let snapshot = try await mailbox.snapshot(of: .inbox)
        #expect(snapshot.messages.map(\.flags) == [.seen, .flagged, .seen])
        #expect(snapshot.keywords(snapshot.messages[0].keywords) == ["$Forwarded"])
        #expect(snapshot.folder.unseen == 1)
    }

    @Test func renamesWithWhatIsBelow() async throws {
        let mailbox = try await Fixture().mailbox()
        func path(_ name: String) throws -> FolderPath { try #require(FolderPath(name)) }
        let deep = try await mailbox.createFolder(path("a/b/c"), specialUse: nil)
        let top = try #require(try await mailbox.folder("a"))
        try await mailbox.renameFolder(top.id, to: path("x/y"))
        #expect(try await mailbox.folder("x/y/b/c")?.id == deep.id)
        #expect(try await mailbox.folder("a") == nil)
        await #expect(throws: MailboxError.self) { try await mailbox.renameFolder(top.id, to: path("x/y/z")) }
        await #expect(throws: MailboxError.self) { _ = try await mailbox.createFolder(path("x"), specialUse: nil) }
        await #expect(throws: MailboxError.self) { try await mailbox.deleteFolder(.inbox) }
    }

    @Test func renamingTheInboxMovesItsMessages() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        try await fixture.deliver()
        let old = try #require(FolderPath("old"))
        try await mailbox.renameFolder(.inbox, to: old)
        #expect(try await mailbox.folder("INBOX")?.total == 0)
        #expect(try await mailbox.folder("old")?.total == 1)
    }

    @Test func aFolderMadeAgainHasAnotherUIDValidity() async throws {
        let mailbox = try await Fixture().mailbox()
        let path = try #require(FolderPath("again"))
        let first = try await mailbox.createFolder(path, specialUse: nil)
        try await mailbox.subscribe(path, true)
        try await mailbox.deleteFolder(first.id)
        #expect(try await mailbox.subscriptions().contains(path))
        let second = try await mailbox.createFolder(path, specialUse: nil)
        #expect(second.uidValidity > first.uidValidity)
        #expect(second.isSubscribed)
        await #expect(throws: MailboxError.self) { _ = try await mailbox.snapshot(of: first.id) }
    }

    @Test func observersHearOfTheirFolderOnly() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let heard = Mutex((inbox: 0, other: 0))
        let other = try #require(try await mailbox.folder("Sent")).id
        let first = mailbox.observe(.folder(.inbox)) { heard.withLock { $0.inbox += 1 } }
        let second = mailbox.observe(.folder(other)) { heard.withLock { $0.other += 1 } }
        try await fixture.deliver()
        #expect(heard.withLock { $0.inbox } == 1)
        #expect(heard.withLock { $0.other } == 0)
        withExtendedLifetime((first, second)) {}
    }

    @Test func historyIsWhole() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        let start = try #require(try await mailbox.folder("INBOX")).highestModSeq
        for _ in 0..<3 { try await fixture.deliver() }
        _ = try await mailbox.store(UIDSet(1...2), in: .inbox, FlagChange(.add, .deleted), unchangedSince: nil)
        _ = try await mailbox.expunge(nil, in: .inbox)
        let changes = try await mailbox.changes(since: start, limit: 100).filter { $0.folder == .inbox }
        #expect(changes.map(\.kind) == [.added, .added, .added, .flags, .removed])
        #expect(changes.last?.uids == UIDSet(1...2))
        #expect(changes.map(\.modSeq) == changes.map(\.modSeq).sorted())
    }

    @Test(.rfc(3501, "2.3.2")) func recentMessagesAreClaimedOnce() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        try await fixture.deliver()
        #expect(try await mailbox.claimRecent(in: .inbox) == 1)
        #expect(try await mailbox.claimRecent(in: .inbox) == 2)
        try await fixture.deliver()
        #expect(try await fixture.cold().mailbox().claimRecent(in: .inbox) == 2)
    }

    @Test func quotaIsKept() async throws {
        var configuration = StoreMailboxService.Configuration()
        configuration.quota.storage = 50
        let fixture = Fixture(configuration: configuration)
        try await fixture.deliver("0123456789")
        await #expect(throws: MailboxError.self) { try await fixture.deliver(String(repeating: "x", count: 41)) }
        try await fixture.deliver(String(repeating: "x", count: 40))
        #expect(try await fixture.mailbox().usage() == Usage(size: 50, count: 2))
    }

    @Test func keywordsAreLimited() async throws {
        let fixture = Fixture()
        let mailbox = try await fixture.mailbox()
        try await fixture.deliver()
        let names = (0..<MailboxLimits.keywords).map { "k\($0)" }
        _ = try await mailbox.store(
            UIDSet(1...1),
            in: .inbox,
            FlagChange(.add, [], keywords: names),
            unchangedSince: nil
        )
        await #expect(throws: MailboxError.self) {
            _ = try await mailbox.store(
                UIDSet(1...1),
                in: .inbox,
                FlagChange(.add, .seen, keywords: ["more"]),
                unchangedSince: nil
            )
        }
        let snapshot = try await fixture.cold().mailbox().snapshot(of: .inbox)
        #expect(snapshot.keywords(snapshot.messages[0].keywords) == names)
        #expect(snapshot.messages[0].flags == [], "a refused change leaves no trace")
    }

    @Test func theMaildropHasOneSession() async throws {
        let mailbox = try await Fixture().mailbox()
        var lock = mailbox.lockMaildrop()
        #expect(lock != nil)
        #expect(mailbox.lockMaildrop() == nil)
        lock = nil
        #expect(mailbox.lockMaildrop() != nil)
    }
}
