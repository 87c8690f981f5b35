import Mailbox
import PorticoTesting
import Store
import Testing

/// What is kept in a blob lives exactly as long as something names it.
struct ContentTests {
    private let large = "Subject: large\r\n\r\n" + String(repeating: "0123456789abcde\n", count: 40_000)

    private func received(_ fixture: Fixture, _ text: String) async throws -> any IncomingMessage {
        let message = try await fixture.service.receive()
        try await message.push(Array(text.utf8))
        try await message.finish()
        return message
    }

    @Test func whatIsRefusedLeavesNoBlob() async throws {
        var configuration = StoreMailboxService.Configuration()
        configuration.quota.storage = 100_000
        let fixture = Fixture(configuration: configuration)
        await #expect(throws: MailboxError.self) { try await fixture.deliver(large) }
        let message = try await received(fixture, large)
        _ = try? await message.file(in: .inbox, of: AccountID(1), prefix: [], flags: [], keywords: [], date: nil)
        fixture.store.reset()
        await message.discard()
        #expect(fixture.store.counts.blobDeletes == 1)
    }

    @Test func anAccountThatRefusedHoldsNoSharedBlob() async throws {
        let fixture = Fixture()
        let message = try await received(fixture, large)
        try await message.share(among: [AccountID(1), AccountID(2)])
        let filed = try await message.file(
            in: .inbox,
            of: AccountID(1),
            prefix: [],
            flags: [],
            keywords: [],
            date: nil
        )
        await #expect(throws: MailboxError.self) {
            try await message.file(in: FolderID(99), of: AccountID(2), prefix: [], flags: [], keywords: [], date: nil)
        }
        await message.discard()
        let mailbox = try await fixture.mailbox()
        #expect(try await fixture.octets(mailbox, .inbox, filed.uid) == Array(large.utf8))
        fixture.store.reset()
        _ = try await mailbox.remove(UIDSet(1...1), in: .inbox)
        #expect(fixture.store.counts.blobDeletes == 1)
    }

    @Test func aMessageFiledTwiceInAnAccountOutlivesOneOfThem() async throws {
        for isShared in [false, true] {
            let fixture = Fixture()
            let message = try await received(fixture, large)
            if isShared { try await message.share(among: [AccountID(1), AccountID(2)]) }
            for prefix in ["", "X: y\r\n"] {
                _ = try await message.file(
                    in: .inbox,
                    of: AccountID(1),
                    prefix: Array(prefix.utf8),
                    flags: [],
                    keywords: [],
                    date: nil
                )
            }
            await message.discard()
            let mailbox = try await fixture.mailbox()
            _ = try await mailbox.remove(UIDSet(1...1), in: .inbox)
            #expect(try await fixture.octets(mailbox, .inbox, 2) == Array(("X: y\r\n" + large).utf8))
            fixture.store.reset()
            _ = try await mailbox.remove(UIDSet(2...2), in: .inbox)
            #expect(fixture.store.counts.blobDeletes == 1)
        }
    }

    @Test func aCopyHasToHaveRoom() async throws {
        var configuration = StoreMailboxService.Configuration()
        configuration.quota.storage = 100
        let fixture = Fixture(configuration: configuration)
        try await fixture.deliver(String(repeating: "x", count: 60))
        let mailbox = try await fixture.mailbox()
        await #expect(throws: MailboxError.self) {
            try await mailbox.copy(UIDSet(1...1), from: .inbox, to: .inbox)
        }
        #expect(try await mailbox.usage() == Usage(size: 60, count: 1))
    }
}
