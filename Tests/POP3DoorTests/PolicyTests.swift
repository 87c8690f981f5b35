import Mailbox
import POP3Door
import PorticoTesting
import Store
import Testing
import World

/// What the configuration says about logins and about what stays.
@Suite(.rfc(2449, "6"))
struct PolicyTests {
    let mailbox = FakeMailbox(["A: b\r\n\r\nc\r\n", "A: c\r\n\r\nd\r\n", "A: d\r\n\r\ne\r\n"])

    @Test(.rfc(2449, "6.5")) func holdsTheDelayBetweenLogins() async {
        let logins = RecentLogins()
        let set = { @Sendable (configuration: inout POP3Door.Configuration) in
            configuration.loginDelay = .seconds(3600)
            configuration.logins = logins
        }
        let first = await Client(mailbox, set)
        #expect(await first.askAll("CAPA")?.contains("LOGIN-DELAY 3600") == true)
        // A login that fails does not begin the delay.
        #expect(await first.ask("USER alice@example.test") == "+OK send the password")
        #expect(await first.ask("PASS wrong") == "-ERR [AUTH] wrong name or password")
        await first.signIn()
        #expect(await first.ask("QUIT") == "+OK goodbye")
        _ = await first.rest()
        let second = await Client(mailbox, set)
        #expect(await second.ask("USER alice@example.test") == "+OK send the password")
        #expect(await second.ask("PASS sesame") == "-ERR [LOGIN-DELAY] too soon after the last login")
        // Only who has the password hears of it.
        #expect(await second.ask("USER alice@example.test") == "+OK send the password")
        #expect(await second.ask("PASS wrong") == "-ERR [AUTH] wrong name or password")
        await (await Client(mailbox)).signIn()
    }

    @Test(.rfc(2449, "6.7"), arguments: [1, Int.max]) func removesWhatWasRetrieved(pieceLimit: Int) async {
        let client = await Client(mailbox, pieceLimit: pieceLimit) { $0.removesRetrieved = true }
        #expect(await client.askAll("CAPA")?.filter { $0.hasPrefix("EXPIRE") } == ["EXPIRE 0"])
        await client.signIn()
        #expect(await client.askAll("TOP 2 99")?.count == 4)
        #expect(await client.askAll("RETR 1")?.count == 4)
        #expect(await client.ask("DELE 3") == "+OK message 3 marked")
        // RSET takes back what DELE did, not that the client has the message.
        #expect(await client.ask("RSET")?.hasPrefix("+OK 3 messages") == true)
        #expect(await client.ask("STAT") == "+OK 3 33")
        #expect(mailbox.removals.isEmpty)
        #expect(await client.ask("QUIT") == "+OK goodbye")
        #expect(mailbox.removals == [UIDSet([1])])
    }

    @Test(.rfc(1939, "6")) func keepsWhatWasRetrievedWithoutQuit() async {
        let client = await Client(mailbox) { $0.removesRetrieved = true }
        await client.signIn()
        #expect(await client.askAll("RETR 1")?.count == 4)
        client.connection.endSending()
        #expect(await client.rest() == "")
        #expect(mailbox.removals.isEmpty)
    }

    @Test func servesTheConfiguredFolder() async throws {
        let service = StoreMailboxService(store: MemoryStore(), world: .real)
        let path = try #require(FolderPath("Mail/New"))
        let missing = await Client(service) { $0.folder = path }
        #expect(await missing.ask("USER alice@example.test") == "+OK send the password")
        #expect(await missing.ask("PASS sesame") == "-ERR [SYS/PERM] the folder of the maildrop is missing")
        let mailbox = try await service.open(AccountID(7))
        let folder = try await mailbox.createFolder(path, specialUse: nil)
        for target in [folder.id, .inbox] {
            let incoming = try await service.receive()
            try await incoming.push(Array("A: \(target == .inbox)\r\n\r\n".utf8))
            try await incoming.finish()
            _ = try await incoming.file(in: target, of: AccountID(7), prefix: [], flags: [], keywords: [], date: nil)
            await incoming.discard()
        }
        // The client that was refused holds no lock.
        let client = await Client(service) { $0.folder = path }
        await client.signIn()
        #expect(await client.ask("STAT") == "+OK 1 12")
        #expect(await client.askAll("RETR 1") == ["+OK 12 octets", "A: false", ""])
        #expect(await client.ask("DELE 1") == "+OK message 1 marked")
        #expect(await client.ask("QUIT") == "+OK goodbye")
        #expect(try await mailbox.snapshot(of: folder.id).messages.count == 0)
        #expect(try await mailbox.snapshot(of: .inbox).messages.count == 1)
    }
}
