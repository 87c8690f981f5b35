@testable import Mailbox
import PorticoTesting
import Store
import Testing
import World

/// Numbers at the end of their range, names that look like others, and rows that nobody wrote.
struct LimitTests {
    private func commit(_ engine: any Store, _ writes: [Write]) async throws {
        _ = try await engine.commit(
            Keys.partition(AccountID(1)),
            expecting: nil,
            writes,
            operation: OperationID(high: 0, low: 99)
        )
    }

    @Test func theLastUIDIsRefusedAndNothingElse() async throws {
        let fixture = Fixture()
        try await fixture.deliver()
        var folder = try #require(try await fixture.mailbox().folder("INBOX"))
        (folder.uidNext, folder.total, folder.size, folder.unseen) = (.max - 1, 0, 0, 0)
        try await commit(fixture.engine, [.put(Keys.folder(.inbox), FolderRow(folder: folder, open: []).row)])
        let cold = fixture.cold()
        #expect(try await cold.deliver().uid == .max - 1)
        await #expect(throws: MailboxError.self) { try await cold.deliver() }
        #expect(try await cold.mailbox().snapshot(of: .inbox).messages.map(\.uid) == [.max - 1])
    }

    @Test func aClockFarInTheFutureDoesNotUseUpTheUIDValidities() async throws {
        var world = World.real
        world.now = { Timestamp(milliseconds: 5_000_000_000_000) }
        let service = StoreMailboxService(store: MemoryStore(), world: world)
        let mailbox = try await service.open(AccountID(1))
        let folders = try await mailbox.folders()
        #expect(Set(folders.map(\.uidValidity)).count == folders.count)
    }

    @Test func aBlockBeyondTheUIDsIsDamaged() async throws {
        let fixture = Fixture()
        for _ in 0..<70 { try await fixture.deliver() }
        try await commit(fixture.engine, [.put(Keys.block(.inbox, .max), Block.row([]))])
        await #expect(throws: MailboxError.self) { try await fixture.cold().mailbox().snapshot(of: .inbox) }
    }

    @Test func aNameThatBeginsWithACombiningMarkIsReadBack() async throws {
        let path = try #require(FolderPath(["a", "\u{301}b"]))
        #expect(FolderPath(path.name) == path)
        let fixture = Fixture()
        _ = try await fixture.mailbox().createFolder(path, specialUse: nil)
        #expect(try await fixture.cold().mailbox().folders().contains { $0.path == path })
    }

    @Test func aFolderRenamedToASubscribedNameIsSubscribedOnce() async throws {
        let mailbox = try await Fixture().mailbox()
        let (old, new) = (try #require(FolderPath("old")), try #require(FolderPath("new")))
        let folder = try await mailbox.createFolder(old, specialUse: nil)
        try await mailbox.subscribe(old, true)
        try await mailbox.subscribe(new, true)
        try await mailbox.renameFolder(folder.id, to: new)
        #expect(try await mailbox.subscriptions().count { $0 == new } == 1)
        try await mailbox.subscribe(new, false)
        #expect(try await mailbox.subscriptions().contains(new) == false)
    }

    /// An account is small when it is opened, and large once a folder is selected.
    @Test func theCacheCountsFoldersThatWereLoadedLater() async throws {
        let engine = MemoryStore()
        let all = Fixture(engine: engine)
        for account in 1...20 as ClosedRange<UInt64> { for _ in 0..<70 { try await all.deliver(to: account) } }
        var configuration = StoreMailboxService.Configuration()
        configuration.cacheOctets = 60_000
        let fixture = Fixture(engine: engine, configuration: configuration)
        for account in 1...20 as ClosedRange<UInt64> {
            _ = try await fixture.mailbox(account).snapshot(of: .inbox)
        }
        // Some 6 KB each: the ten used last stay at most.
        fixture.store.reset()
        for account in (1...20 as ClosedRange<UInt64>).reversed() {
            let before = fixture.store.counts.scans
            _ = try await fixture.mailbox(account)
            if account == 20 { #expect(fixture.store.counts.scans == before) }
            if account == 10 { #expect(fixture.store.counts.scans == before + 1) }
        }
    }
}
