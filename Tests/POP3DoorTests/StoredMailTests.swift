import Mailbox
import Network
import POP3Door
import PorticoTesting
import Store
import Testing
import World

/// The door in front of the service's own mailbox.
struct StoredMailTests {
    let store = CountingStore(MemoryStore())
    let service: StoreMailboxService
    let account = AccountID(7)

    init() { service = StoreMailboxService(store: store, world: .real) }

    func file(_ message: [UInt8]) async throws {
        let incoming = try await service.receive()
        try await incoming.push(message)
        try await incoming.finish()
        _ = try await incoming.file(in: .inbox, of: account, prefix: [], flags: [], keywords: [], date: nil)
        await incoming.discard()
    }

    func unstuffed(_ client: Client, size: Int) async -> [UInt8]? {
        guard await client.connection.line() == "+OK \(size) octets" else { return nil }
        var message: [UInt8] = []
        while let line = await client.connection.line(), line != "." {
            message += Array((line.hasPrefix(".") ? String(line.dropFirst()) : line).utf8) + [13, 10]
        }
        return message
    }

    @Test(.rfc(1939, "5")) func sendsWhatWasStored() async throws {
        _ = try await service.open(account)
        let line = ".A line that begins with a dot and has 64 octets with its end.\r\n"
        let messages = [
            Array("Subject: small\r\n\r\n..\r\n.\r\n\r\n".utf8),
            Array(("Subject: large\r\n\r\n" + String(repeating: line, count: 20_000)).utf8),
            Array("\r\n".utf8),
        ]
        for message in messages { try await file(message) }
        let client = await Client(service)
        await client.signIn()
        for (index, message) in messages.enumerated() {
            client.connection.send("RETR \(index + 1)\r\n")
            #expect(await unstuffed(client, size: message.count) == message)
        }
        let ids = await client.askAll("UIDL")
        #expect(await client.ask("DELE 2") == "+OK message 2 marked")
        #expect(await client.ask("QUIT") == "+OK goodbye")
        let next = await Client(service)
        await next.signIn()
        #expect(await next.ask("STAT") == "+OK 2 \(messages[0].count + 2)")
        let left = await next.askAll("UIDL")
        #expect(left?[1] == ids?[1] && left?[2].dropFirst() == ids?[3].dropFirst())
    }

    @Test func readsManyMessagesTogether() async throws {
        _ = try await service.open(account)
        for number in 1...50 { try await file(Array("Subject: \(number)\r\n\r\n".utf8)) }
        let client = await Client(service)
        await client.signIn()
        store.reset()
        for number in 1...50 {
            #expect(await client.askAll("RETR \(number)")?[1] == "Subject: \(number)")
            #expect(await client.ask("DELE \(number)")?.hasPrefix("+OK") == true)
        }
        let read = store.reset()
        #expect(read.reads + read.scans < 8 && read.commits == 0)
        #expect(await client.ask("QUIT") == "+OK goodbye")
        #expect(store.reset().commits == 1)
    }
}

/// Whatever is sent, the session answers or closes, and ends when its client does.
struct GarbageTests {
    @Test(arguments: 0..<200) func survives(seed: UInt64) async {
        let words = [
            "USER alice@example.test\r\n", "PASS sesame\r\n", "RETR 1\r\n", "TOP 1 1\r\n", "LIST\r\n", "UIDL 1\r\n",
            "DELE 1\r\n", "RSET\r\n", "CAPA\r\n", "AUTH PLAIN\r\n", "AUTH PLAIN =\r\n", "*\r\n", "STLS\r\n", "UTF8\r\n",
            "LANG\r\n",
            "LANG en\r\n", "\r", "\n",
            "\0", " ", "9", "QUI", ".", "\u{FF}", String(repeating: "x", count: 300),
        ]
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        var input = ""
        for _ in 0..<40 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            input += words[Int((state >> 33) % UInt64(words.count))]
        }
        let client = await Client(FakeMailbox(["A: b\r\n\r\nc\r\n"]), pieceLimit: seed % 2 == 0 ? 1 : 7)
        client.connection.send(input)
        client.connection.endSending()
        #expect(await client.rest().utf8.count < 100_000)
    }
}
