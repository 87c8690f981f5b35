import IMAPDoor
import Mailbox
import Network
import PorticoTesting
import Store
import Testing
import World

/// Several clients at once, on an engine that takes its time: what they want meanwhile shares one commit.
@Suite struct MeanwhileTests {
    /// What each of the others did in the same commit, after the silent STORE: the flags may be again what they were before,
    /// but are not what the client takes them for. RFC 3501 §6.4.6.
    @Test(
        .rfc(3501, "6.4.6"),
        arguments: [
            ("", "+FLAGS.SILENT (\\Seen)", "-FLAGS (\\Seen)", ""),
            ("\\Seen", "-FLAGS.SILENT (\\Seen)", "+FLAGS (\\Seen)", "\\Seen"),
            ("\\Seen \\Draft", "FLAGS.SILENT (\\Draft)", "FLAGS (\\Seen \\Draft)", "\\Seen \\Draft"),
            ("$Work", "FLAGS.SILENT (new)", "FLAGS ($Work)", "$Work"),
            ("", "+FLAGS.SILENT (\\Seen)", "+FLAGS (\\Flagged)", "\\Seen \\Flagged"),
        ]
    )
    func aSilentStoreIsUndone(_ flags: String, _ silent: String, _ other: String, _ last: String) async throws {
        let world = TestWorld()
        let told = try await TestLoop.run(world) { loop in
            let service = SlowService(on: loop)
            let clients = try await service.clients(3)
            await clients[0].skip("2 STORE 1 FLAGS (\(flags))")
            for client in clients { await client.skip("3 NOOP") }
            // The commit that the first begins is under way while the others wait for the next.
            clients[0].connection.send("4 STORE 2 +FLAGS (\\Answered)\r\n")
            await service.pause(.microseconds(50))
            clients[1].connection.send("4 STORE 1 \(silent)\r\n")
            await service.pause(.microseconds(50))
            clients[2].connection.send("4 STORE 1 \(other)\r\n")
            for client in [clients[0], clients[2]] { await client.skip("5 NOOP") }
            return await clients[1].skip("5 NOOP")
        }
        #expect(told.last { $0.hasPrefix("* 1 FETCH") } == "* 1 FETCH (FLAGS (\(last)))", "\(told)")
    }

    /// Nothing is told of what is as the client takes it to be.
    @Test(.rfc(3501, "6.4.6")) func aSilentStoreIsSilent() async throws {
        let told = try await TestLoop.run { loop in
            let service = SlowService(on: loop)
            let clients = try await service.clients(2)
            clients[0].connection.send("4 STORE 2 +FLAGS (\\Answered)\r\n")
            await service.pause(.microseconds(50))
            clients[1].connection.send("4 STORE 1 +FLAGS.SILENT (\\Seen new)\r\n")
            await clients[0].skip("5 NOOP")
            return await clients[1].skip("5 NOOP")
        }
        #expect(!told.contains { $0.hasPrefix("* 1 FETCH") }, "\(told)")
    }
}

/// A service whose every call of the engine takes a millisecond or two of virtual time.
private struct SlowService {
    let loop: TestLoop
    let door: IMAPDoor
    let mailboxes: any MailboxService

    init(on loop: TestLoop) {
        self.loop = loop
        let store = CountingStore(MemoryStore(), sleep: { await Self.pause($0, loop) })
        mailboxes = StoreMailboxService(store: store, world: loop.world.world)
        door = IMAPDoor(
            configuration: .init(hostname: "mail.example.test", tls: nil, allowsPlaintextLogin: true),
            directory: ThreeAccounts(),
            mailboxes: mailboxes,
            world: loop.world.world,
            log: .none
        )
    }

    /// Clients that have selected an INBOX of two messages; none of them is recent to them.
    func clients(_ count: Int) async throws -> [Client] {
        for _ in 1...2 {
            let message = try await mailboxes.receive()
            try await message.push(Array("Subject: x\r\n\r\nx\r\n".utf8))
            try await message.finish()
            _ = try await mailboxes.open(AccountID(1))
            _ = try await message.file(in: .inbox, of: AccountID(1), prefix: [], flags: [], keywords: [], date: nil)
            await message.discard()
        }
        var clients: [Client] = []
        for _ in 0...count {
            let connection = MemoryConnection(clock: loop.world)
            Task(executorPreference: loop) { [door] in await door.serve(Stream(connection)) }
            let client = Client(connection: connection)
            _ = await connection.line()
            await client.skip("0 LOGIN alice@example.test secret")
            await client.skip("1 SELECT INBOX")
            clients.append(client)
        }
        return Array(clients.dropFirst())
    }

    /// Lets virtual time pass, and whatever is ready before.
    func pause(_ duration: Duration) async { await Self.pause(duration, loop) }

    private static func pause(_ duration: Duration, _ loop: TestLoop) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            _ = loop.world.setAlarm(at: loop.world.uptime + duration) { continuation.resume() }
        }
    }
}
