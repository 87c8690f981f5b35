import IMAPDoor
import PorticoTesting
import Testing

@Suite struct SampleSessionTests {
    /// The sample session, in the shape of RFC 3501 §8.
    @Test(.rfc(3501, "8"), arguments: [1, 3, Int.max])
    func sampleSession(_ pieceLimit: Int) async throws {
        let service = Service()
        for _ in 0..<17 { try await service.deliver("Subject: x\n\ny\n") }
        try await service.deliver(Sample.plain)
        let client = service.connect(pieceLimit: pieceLimit)
        await client.run(
            """
            S: * OK …
            C: a001 login alice@example.test secret
            S: a001 OK …
            C: a002 select inbox
            S: * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)
            S: * OK [PERMANENTFLAGS (…)] …
            S: * 18 EXISTS
            S: * 18 RECENT
            S: * OK [UNSEEN 1] …
            S: * OK [UIDVALIDITY …] …
            S: * OK [UIDNEXT 19] …
            S: * OK [HIGHESTMODSEQ …] …
            S: * OK [MAILBOXID (F…)] …
            S: a002 OK [READ-WRITE] …
            C: a003 fetch 18 full
            S: * 18 FETCH (FLAGS (\\Recent) INTERNALDATE "…" RFC822.SIZE 248 ENVELOPE ("Mon, 7 Feb 1994 21:52:25 -0800" …) BODY (…))
            S: a003 OK …
            C: a004 fetch 18 body[header]
            S: * 18 FETCH (BODY[HEADER] {193}
            S: From: …
            S: Date: Mon, 7 Feb 1994 21:52:25 -0800
            S: Subject: afternoon meeting
            S: To: …
            S: Message-Id: …
            S:
            S:  FLAGS (\\Seen \\Recent))
            S: a004 OK …
            C: a005 store 18 +flags \\deleted
            S: * 18 FETCH (FLAGS (\\Seen \\Deleted \\Recent))
            S: a005 OK …
            C: a006 logout
            S: * BYE …
            S: a006 OK …
            """
        )
        #expect(await client.connection.line() == nil)
    }

    /// Whatever comes, in every state, is answered or ends the session; nothing traps.
    @Test(arguments: UInt64(1)...20)
    func garbage(_ seed: UInt64) async throws {
        let service = Service { limits in limits.badCommands = 1000 }
        try await service.deliver(Sample.multipart)
        let chance = TestWorld(seed: seed)
        let pieces = [
            "a", "1", " ", "(", ")", "\"", "{3}", "{3+}", "\r\n", "*", ":", ",", "FETCH", "STORE", "SEARCH", "UID",
            "BODY", "[", "]", "<0.5>", "HEADER.FIELDS", "TEXT", "FLAGS", "\\Seen", "NOT", "OR", "INBOX", "APPEND",
            "\u{0}", "\u{e4}", "LIST", "%", "SELECT", "1.2", "4294967295", "0", "IDLE", "DONE", "+", "~", "RENAME",
        ]
        for isSelected in [false, true] {
            let client = isSelected ? try await service.selected() : service.connect()
            var text = ""
            for _ in 0..<3000 {
                text += chance.random() % 6 == 0 ? "\r\na " : pieces[Int(chance.random() % UInt64(pieces.count))]
                if chance.random() % 2 == 0 { text += " " }
            }
            client.connection.send(text)
            client.connection.endSending()
            _ = await client.connection.rest()
        }
    }

    @Test func answersThatNobodyReadsDoNotPileUp() async throws {
        let client = await Service().signedIn()
        client.connection.send(String(repeating: "1 LIST \"\" *\r\n", count: 2000) + "2 LOGOUT\r\n")
        let rest = await client.connection.rest()
        #expect(rest.count > 2000 * 200)
    }
}
