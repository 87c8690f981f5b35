@testable import Mailbox
import PorticoTesting
import Store
import Testing
import World

/// Several messages in one commit, and one in the place of another.
struct AppendTests {
    private let large = "Subject: large\r\n\r\n" + String(repeating: "0123456789abcde\n", count: 400)

    private func received(_ fixture: Fixture, _ text: String) async throws -> any IncomingMessage {
        let message = try await fixture.service.receive()
        try await message.push(Array(text.utf8))
        try await message.finish()
        return message
    }

    @Test(.rfc(3502, "3"), arguments: TestEngine.allCases)
    func severalMessagesAreOneCommit(_ engine: TestEngine) async throws {
        try await engine.run { store in
            let fixture = Fixture(engine: store)
            let mailbox = try await fixture.mailbox()
            let first = try await fixture.deliver().uid
            var messages: [NewMessage] = []
            for number in 0..<150 {
                let text = number % 50 == 7 ? large : "Message-ID: <\(number)>\r\nReferences: <0>\r\n\r\n\(number)\r\n"
                messages.append(
                    NewMessage(
                        try await received(fixture, text),
                        flags: number % 2 == 0 ? .seen : [],
                        keywords: number % 3 == 0 ? ["$Label"] : [],
                        date: Timestamp(milliseconds: Int64(number) * 1000)
                    )
                )
            }
            fixture.store.reset()
            let appended = try await mailbox.append(messages, to: .inbox, replacing: nil)
            #expect(fixture.store.counts.commits == 1 && fixture.store.counts.calls <= 2)
            #expect(appended.uids == UIDSet(first + 1...first + 150) && appended.emails.count == 150)
            #expect(Set(appended.emails).count == 150)
            for message in messages { await message.message.discard() }
            let snapshot = try await fixture.cold().mailbox().snapshot(of: .inbox)
            for (number, uid) in appended.uids.uids.enumerated() {
                let entry = try #require(snapshot.messages.entry(uid))
                #expect(entry.email == appended.emails[number] && entry.internalDate == Int64(number))
                #expect(entry.flags == (number % 2 == 0 ? .seen : []))
                #expect(snapshot.keywords(entry.keywords) == (number % 3 == 0 ? ["$Label"] : []))
            }
            #expect(Set(snapshot.messages.map(\.modSeq)).count == 2)
            #expect(try await fixture.octets(mailbox, .inbox, first + 8) == Array(large.utf8))
            try await fixture.expectConsistentRows()
        }
    }

    @Test(.rfc(3502, "3")) func oneThatIsRefusedKeepsTheOthersOut() async throws {
        var configuration = StoreMailboxService.Configuration()
        configuration.quota.storage = 10_000
        let fixture = Fixture(engine: MemoryStore(), configuration: configuration)
        let mailbox = try await fixture.mailbox()
        let before = try await mailbox.snapshot(of: .inbox).folder
        let small = NewMessage(try await received(fixture, "Subject: a\r\n\r\nb\r\n"))
        let keywords = (0...MailboxLimits.keywords).map { "k\($0)" }
        let refused: [[NewMessage]] = [
            [small, NewMessage(small.message, keywords: keywords)],
            [small, NewMessage(try await received(fixture, large)), NewMessage(try await received(fixture, large))],
        ]
        for messages in refused {
            await #expect(throws: MailboxError.self) {
                try await mailbox.append(messages, to: .inbox, replacing: nil)
            }
            #expect(try await mailbox.snapshot(of: .inbox).folder == before)
            #expect(try await mailbox.usage() == Usage(size: 0, count: 0))
        }
        fixture.store.fail(.commit, .unavailable, calls: 1)
        await #expect(throws: MailboxError.self) {
            try await mailbox.append([small, small], to: .inbox, replacing: nil)
        }
        await #expect(throws: MailboxError.self) {
            try await mailbox.append([small], to: FolderID(99), replacing: nil)
        }
        #expect(try await mailbox.append([small, small], to: .inbox, replacing: nil).uids == UIDSet(1...2))
        #expect(try await mailbox.append([], to: .inbox, replacing: nil).uids.isEmpty)
        try await fixture.expectConsistentRows()
    }

    @Test(.rfc(8508, "3.4"), arguments: TestEngine.allCases)
    func aMessageIsReplacedInOneCommit(_ engine: TestEngine) async throws {
        try await engine.run { store in
            let fixture = Fixture(engine: store)
            let mailbox = try await fixture.mailbox()
            let archive = try #require(try await mailbox.folder("Archive")).id
            let old = try await fixture.deliver(large).uid
            let since = try await mailbox.snapshot(of: .inbox).folder.highestModSeq
            let draft = NewMessage(try await received(fixture, "Subject: second\r\n\r\ny\r\n"), flags: .draft)
            fixture.store.reset()
            let place = MessagePlace(.inbox, old)
            let appended = try await mailbox.append([draft], to: .inbox, replacing: place)
            #expect(fixture.store.counts.commits == 1)
            #expect(fixture.store.counts.blobDeletes == 1)
            let snapshot = try await mailbox.snapshot(of: .inbox)
            #expect(snapshot.messages.map(\.uid) == [old + 1] && appended.uids == UIDSet(old + 1...old + 1))
            #expect(try await mailbox.changes(in: .inbox, since: since).vanished == UIDSet(old...old))
            #expect(try await mailbox.changes(since: since, limit: 9).map(\.kind) == [.added, .removed])
            let sent = try await mailbox.append([draft], to: archive, replacing: MessagePlace(.inbox, old + 1))
            #expect(try await mailbox.snapshot(of: archive).messages.map(\.uid) == Array(sent.uids.uids))
            #expect(try await mailbox.snapshot(of: .inbox).messages.isEmpty)
            try await fixture.expectConsistentRows()
            for place in [place, MessagePlace(archive, 77)] {
                do throws(MailboxError) {
                    _ = try await mailbox.append([draft], to: .inbox, replacing: place)
                    Issue.record("what is gone cannot be replaced")
                } catch {
                    guard case .expunged = error else { throw error }
                }
            }
            #expect(try await mailbox.usage().count == 1)
        }
    }

    /// Only what the account has more in the end counts.
    @Test(.rfc(8508, "3.4")) func aReplacedMessageMakesRoom() async throws {
        var configuration = StoreMailboxService.Configuration()
        configuration.quota.storage = 1000
        let fixture = Fixture(configuration: configuration)
        let mailbox = try await fixture.mailbox()
        try await fixture.deliver(String(repeating: "x", count: 900))
        let message = NewMessage(try await received(fixture, String(repeating: "y", count: 950)))
        await #expect(throws: MailboxError.self) { try await mailbox.append([message], to: .inbox, replacing: nil) }
        _ = try await mailbox.append([message], to: .inbox, replacing: MessagePlace(.inbox, 1))
        #expect(try await mailbox.usage() == Usage(size: 950, count: 1))
    }

    @Test func messagesOnTheirWayInTakeNoMoreMemoryThanTheyMay() async throws {
        var configuration = StoreMailboxService.Configuration()
        configuration.incomingOctets = 20_000
        let fixture = Fixture(configuration: configuration)
        let mailbox = try await fixture.mailbox()
        for _ in 0..<2 {
            var messages: [NewMessage] = []
            for _ in 0..<6 { messages.append(NewMessage(try await received(fixture, large))) }
            // The fourth has no room, and as it makes none neither have those after it.
            #expect(fixture.store.counts.blobPuts == 3)
            let appended = try await mailbox.append(messages, to: .inbox, replacing: nil)
            for message in messages { await message.message.discard() }
            for uid in appended.uids.uids {
                #expect(try await fixture.octets(mailbox, .inbox, uid) == Array(large.utf8))
            }
            fixture.store.reset()
        }
        var dropped: (any IncomingMessage)? = try await received(fixture, String(repeating: "x", count: 19_000))
        #expect(dropped?.size == 19_000)
        dropped = nil
        _ = try await received(fixture, large)
        #expect(fixture.store.counts.blobPuts == 0)
    }
}
