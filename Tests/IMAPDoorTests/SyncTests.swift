import PorticoTesting
import Testing

@testable import IMAPDoor

/// What a client that keeps what it knows is told: mod-sequences, what vanished, UIDs instead of numbers.
@Suite struct SyncTests {
    @Test(.rfc(5161, "3.1"), .rfc(7162, "3.2.3"), arguments: [1, Int.max])
    func enable(_ pieceLimit: Int) async throws {
        let service = Service()
        let client = await service.signedIn(pieceLimit: pieceLimit)
        await client.run(
            """
            C: 1 ENABLE UNKNOWN
            S: * ENABLED
            S: 1 OK …
            C: 2 ENABLE condstore X-GOOD QRESYNC
            S: * ENABLED CONDSTORE QRESYNC
            S: 2 OK …
            C: 3 ENABLE CONDSTORE QRESYNC IMAP4REV2
            S: * ENABLED IMAP4REV2
            S: 3 OK …
            C: 4 ENABLE
            S: 4 BAD …
            """
        )
    }

    @Test(.rfc(7162, "3.1.3"), .rfc(7162, "3.1.4"))
    func modSequences() async throws {
        let service = Service()
        for _ in 1...3 { try await service.deliver(Sample.plain) }
        let client = await service.signedIn()
        _ = await client.skip("0 SELECT INBOX (CONDSTORE)")
        let values = await client.skip("1 FETCH 1:3 (MODSEQ)").filter { $0.hasPrefix("*") }.compactMap {
            Int($0.split(separator: "(").last!.prefix { $0.isNumber })
        }
        #expect(values.count == 3 && values == values.sorted() && Set(values).count == 3)
        await client.run(
            """
            C: 2 STORE 1 (UNCHANGEDSINCE \(values[0])) +FLAGS.SILENT (\\Flagged)
            S: * 1 FETCH (MODSEQ (…))
            S: 2 OK Stored
            C: 3 STORE 1:2 (UNCHANGEDSINCE \(values[1])) +FLAGS (\\Answered)
            S: * 2 FETCH (FLAGS (\\Answered \\Recent) MODSEQ (…))
            S: 3 OK [MODIFIED 1] …
            C: 4 UID STORE 1:2 (UNCHANGEDSINCE 0) +FLAGS (\\Deleted)
            S: 4 OK [MODIFIED 1:2] …
            C: 5 UID FETCH 1:* (FLAGS) (CHANGEDSINCE \(values[2]))
            S: * 1 FETCH (UID 1 FLAGS (\\Flagged \\Recent) MODSEQ (…))
            S: * 2 FETCH (UID 2 FLAGS (\\Answered \\Recent) MODSEQ (…))
            S: 5 OK …
            C: 6 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)
            S: 6 BAD …
            C: 7 FETCH 1 (UID) (CHANGEDSINCE 999999)
            S: 7 OK …
            C: 8 FETCH 3 BODY[TEXT]<0.5>
            S: * 3 FETCH (BODY[TEXT]<0> {5}
            S: Hello FLAGS (\\Seen \\Recent) MODSEQ (…))
            S: 8 OK …
            """
        )
    }

    @Test(.rfc(7162, "3.2.5"), .rfc(7162, "3.2.6"), .rfc(7162, "3.2.7"), .rfc(7162, "3.2.10"))
    func quickResync() async throws {
        let service = Service()
        for _ in 1...6 { try await service.deliver(Sample.plain) }
        let other = await service.signedIn()
        let known = await other.skip("0 SELECT INBOX").first { $0.contains("HIGHESTMODSEQ") }
        let validity = "1767268800"
        let modSeq = try #require(known.flatMap { Int($0.split(separator: "]")[0].split(separator: " ").last!) })
        let client = await service.signedIn()
        await client.run(
            """
            C: 0 SELECT INBOX (QRESYNC (\(validity) \(modSeq)))
            S: 0 BAD …
            C: 1 ENABLE QRESYNC
            S: * ENABLED QRESYNC
            S: 1 OK …
            """
        )
        _ = await client.skip("2 SELECT INBOX")
        _ = await other.skip("1 STORE 2,4 +FLAGS.SILENT (\\Deleted)")
        _ = await other.skip("2 EXPUNGE")
        _ = await other.skip("3 STORE 1 +FLAGS.SILENT (\\Flagged)")
        await client.run(
            """
            C: 3 NOOP
            S: * VANISHED 2,4
            S: * 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (…))
            S: 3 OK …
            C: 4 UID STORE 6 +FLAGS.SILENT (\\Deleted)
            S: * 4 FETCH (UID 6 MODSEQ (…))
            S: 4 OK …
            C: 5 EXPUNGE
            S: * VANISHED 6
            S: 5 OK [HIGHESTMODSEQ …] …
            C: 6 UNSELECT
            S: 6 OK …
            C: 7 SELECT INBOX (QRESYNC (\(validity) \(modSeq) 1:5))
            S: * FLAGS …
            S: * OK [PERMANENTFLAGS …
            S: * 3 EXISTS
            S: * 0 RECENT
            S: * OK [UNSEEN 1] …
            S: * OK [UIDVALIDITY \(validity)] …
            S: * OK [UIDNEXT 7] …
            S: * OK [HIGHESTMODSEQ …] …
            S: * OK [MAILBOXID (F1-1)] …
            S: * VANISHED (EARLIER) 2,4
            S: * 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (…))
            S: 7 OK …
            C: 8 UID FETCH 1:* (FLAGS) (CHANGEDSINCE \(modSeq) VANISHED)
            S: * VANISHED (EARLIER) 2,4,6
            S: * 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (…))
            S: 8 OK …
            C: 9 CLOSE
            S: 9 OK Closed
            """
        )
    }

    @Test(.rfc(9586, "3"))
    func uidOnly() async throws {
        let service = Service()
        for _ in 1...4 { try await service.deliver(Sample.plain) }
        let client = await service.signedIn()
        _ = await client.skip("0 SELECT INBOX")
        await client.run(
            """
            C: 1 ENABLE UIDONLY
            S: * ENABLED UIDONLY
            S: 1 OK …
            C: 2 FETCH 1 FLAGS
            S: 2 BAD [UIDREQUIRED] …
            C: 3 UID FETCH 2:3 (FLAGS)
            S: * 2 UIDFETCH (FLAGS (\\Recent))
            S: * 3 UIDFETCH (FLAGS (\\Recent))
            S: 3 OK …
            C: 4 UID STORE 3 +FLAGS (\\Deleted)
            S: * 3 UIDFETCH (FLAGS (\\Deleted \\Recent))
            S: 4 OK …
            C: 5 UID EXPUNGE 1:*
            S: * VANISHED 3
            S: 5 OK …
            C: 6 UID MOVE 4 Archive
            S: * OK [COPYUID … 4 1] …
            S: * VANISHED 4
            S: 6 OK …
            """
        )
    }

    /// Messages that UNCHANGEDSINCE spares are those that others changed: the client hears their flags, whatever it asked
    /// for. RFC 7162 §3.1.3.
    @Test(.rfc(7162, "3.1.3"), arguments: ["", ".SILENT"])
    func flagsOfModifiedMessagesAreTold(_ silent: String) async throws {
        let service = Service()
        let client = try await service.selected([Sample.plain, Sample.plain])
        // HIGHESTMODSEQ is told before, as CONDSTORE is switched on by this.
        let told = await client.skip("1 FETCH 2 (MODSEQ)").first { $0.contains(" FETCH ") }
        let modSeq = try #require(told).split(separator: "(").last!.prefix { $0.isNumber }
        let other = try await service.selected()
        _ = await other.skip("1 STORE 1:2 +FLAGS (\\Seen)")
        await client.run(
            """
            C: 2 STORE 2 (UNCHANGEDSINCE \(modSeq)) +FLAGS\(silent) (\\Seen)
            S: * 1 FETCH (FLAGS (\\Seen \\Recent) MODSEQ (…))
            S: * 2 FETCH (FLAGS (\\Seen \\Recent) MODSEQ (…))
            S: 2 OK [MODIFIED 2] …
            """
        )
    }

    /// What is in the view is not VANISHED (EARLIER), also when as many came as went. RFC 7162 §3.2.6, §3.2.10.
    @Test(.rfc(7162, "3.2.6")) func vanishedDuringFetchIsNotEarlier() async throws {
        let service = Service()
        for _ in 1...3 { try await service.deliver(Sample.plain) }
        let client = await service.signedIn()
        _ = await client.skip("0 ENABLE QRESYNC")
        _ = await client.skip("0 SELECT INBOX")
        let other = try await service.selected()
        _ = await other.skip("1 STORE 2 +FLAGS.SILENT (\\Deleted)")
        _ = await other.skip("2 EXPUNGE")
        try await service.deliver(Sample.plain)
        await client.run(
            """
            C: 1 UID FETCH 2:* (UID) (CHANGEDSINCE 1 VANISHED)
            S: * 2 FETCH (UID 2 MODSEQ (…))
            S: * 3 FETCH (UID 3 MODSEQ (…))
            S: * VANISHED 2
            S: * 3 EXISTS
            S: * 3 RECENT
            S: 1 OK …
            C: 2 UID FETCH 2:* (UID) (CHANGEDSINCE 1 VANISHED)
            S: * VANISHED (EARLIER) 2
            S: * 2 FETCH (UID 3 MODSEQ (…))
            S: * 3 FETCH (UID 4 MODSEQ (…))
            S: 2 OK …
            """
        )
    }

    /// A client that names messages by UID is told of what others did by UID as well. RFC 9051 §6.4.9.
    @Test(.rfc(3501, "6.4.8"), .rfc(9051, "6.4.9"))
    func changesOfOthersDuringCommandsByUID() async throws {
        let service = Service()
        let client = try await service.selected([Sample.plain, Sample.plain])
        let other = await service.signedIn()
        _ = await other.skip("0 SELECT INBOX")
        _ = await other.skip("1 STORE 1 FLAGS (\\Seen)")
        await client.run(
            """
            C: 1 UID STORE 2 +FLAGS.SILENT (\\Draft)
            S: * 1 FETCH (UID 1 FLAGS (\\Seen \\Recent))
            S: 1 OK …
            """
        )
        _ = await other.skip("2 STORE 1 FLAGS (\\Answered)")
        await client.run(
            """
            C: 2 UID SEARCH UNDRAFT
            S: * SEARCH 1
            S: * 1 FETCH (UID 1 FLAGS (\\Answered \\Recent))
            S: 2 OK …
            """
        )
        _ = await other.skip("3 STORE 1 FLAGS ()")
        await client.run("C: 3 NOOP", "S: * 1 FETCH (FLAGS (\\Recent))", "S: 3 OK …")
    }

    @Test(.rfc(9051, "6.3.2"), .rfc(9051, "7.5.2"))
    func revision2() async throws {
        let service = Service()
        for _ in 1...2 { try await service.deliver(Sample.plain) }
        let other = await service.signedIn()
        _ = await other.skip("0 SELECT INBOX")
        let client = await service.signedIn()
        await client.run(
            """
            C: 1 ENABLE IMAP4rev2
            S: * ENABLED IMAP4REV2
            S: 1 OK …
            C: 2 SELECT INBOX
            S: * FLAGS …
            S: * OK [PERMANENTFLAGS …
            S: * 2 EXISTS
            S: * OK [UIDVALIDITY …] …
            S: * OK [UIDNEXT 3] …
            S: * OK [HIGHESTMODSEQ …] …
            S: * OK [MAILBOXID (F1-1)] …
            S: * LIST () "/" INBOX
            S: 2 OK …
            """
        )
        _ = await other.skip("1 STORE 2 +FLAGS.SILENT (\\Seen)")
        await client.run(
            """
            C: 3 NOOP
            S: * 2 FETCH (UID 2 FLAGS (\\Seen))
            S: 3 OK …
            C: 4 FETCH 2 (FLAGS)
            S: * 2 FETCH (FLAGS (\\Seen))
            S: 4 OK …
            C: 5 CREATE "Grüße"
            S: 5 OK …
            C: 6 LIST "" "G*"
            S: * LIST (\\HasNoChildren) "/" "Grüße"
            S: 6 OK …
            """
        )
        #expect(await other.skip("2 LIST \"\" G*").first == "* LIST (\\HasNoChildren) \"/\" Gr&APwA3w-e")
    }

    @Test(.rfc(3516, "4.2"), .rfc(3516, "4.3"), .rfc(9051, "6.4.5"))
    func binary() async throws {
        let service = Service()
        try await service.deliver(Sample.multipart)
        try await service.deliver("Content-Transfer-Encoding: x-strange\n\nbody\n")
        let client = await service.signedIn()
        _ = await client.skip("0 EXAMINE INBOX")
        await client.run(
            """
            C: 1 FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1])
            S: * 1 FETCH (BINARY.SIZE[1] 13 BINARY[1] {13}
            S: Süß ist das)
            S: 1 OK …
            C: 2 FETCH 1 (BINARY.PEEK[1]<9.3> BINARY.PEEK[1]<99.3> BINARY.SIZE[7] BINARY.PEEK[7])
            S: * 1 FETCH (BINARY[1]<9> {3}
            S:  da BINARY[1]<99> {0}
            S:  BINARY.SIZE[7] 0 BINARY[7] NIL)
            S: 2 OK …
            C: 3 FETCH 2 BINARY[1]
            S: 3 NO [UNKNOWN-CTE] …
            """
        )
    }

    @Test(.rfc(8474, "5.1"), .rfc(8474, "5.2"), .rfc(8514, "4.2"), .rfc(8970, "3"))
    func objectIDsSaveDateAndPreview() async throws {
        let service = Service()
        try await service.deliver(Sample.plain)
        try await service.deliver(Sample.plain.replacing("Subject: ", with: "Subject: Re: "))
        try await service.deliver(Sample.multipart)
        let client = await service.signedIn()
        await client.skip("1 SELECT INBOX")
        await client.skip("2 COPY 1 INBOX")
        let lines = await client.skip("3 FETCH 1:4 (EMAILID THREADID)").filter { $0.hasPrefix("*") }
        let emails = lines.map { $0.split(separator: "EMAILID (")[1].prefix { $0 != ")" } }
        let threads = lines.map { $0.split(separator: "THREADID (")[1].prefix { $0 != ")" } }
        #expect(emails[0] == emails[3] && Set(emails).count == 3 && emails.allSatisfy { $0.hasPrefix("M") })
        #expect(threads[0] == threads[1] && threads[0] == threads[3] && threads[0] != threads[2])
        await client.run(
            """
            C: 4 FETCH 1 (SAVEDATE PREVIEW)
            S: * 1 FETCH (SAVEDATE " 1-Jan-2026 12:00:00 +0000" PREVIEW "Hello Joe, do you think we can meet at 3:30 tomorrow?")
            S: 4 OK …
            C: 5 FETCH 3 (PREVIEW (LAZY))
            S: * 3 FETCH (PREVIEW {13}
            S: Süß ist das)
            S: 5 OK …
            """
        )
    }

    @Test(.rfc(8437, "3"))
    func unauthenticate() async throws {
        let service = Service()
        let client = await service.signedIn()
        await client.run(
            """
            C: 1 UNAUTHENTICATE
            S: 1 OK [CAPABILITY …] …
            C: 2 SELECT INBOX
            S: 2 BAD …
            C: 3 UNAUTHENTICATE
            S: 3 BAD …
            C: 4 LOGIN alice@example.test secret
            S: 4 OK …
            C: 5 UNSELECT
            S: 5 BAD …
            """
        )
    }

    @Test(.rfc(9738, "3.1"))
    func messageLimit() async throws {
        let service = Service { $0.messages = 2 }
        for _ in 1...4 { try await service.deliver(Sample.plain) }
        let client = await service.signedIn()
        _ = await client.skip("0 SELECT INBOX")
        await client.run(
            """
            C: 1 FETCH 1:* UID
            S: * 3 FETCH (UID 3)
            S: * 4 FETCH (UID 4)
            S: 1 OK [MESSAGELIMIT 2 3] …
            C: 2 COPY 1:3 Archive
            S: 2 NO [MESSAGELIMIT 2] …
            C: 3 STORE 1:3 +FLAGS.SILENT (\\Seen)
            S: 3 OK [MESSAGELIMIT 2 2] …
            """
        )
    }
}
