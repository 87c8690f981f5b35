import IMAPDoor
import PorticoTesting
import Testing

@Suite struct MessageTests {
    @Test(.rfc(3501, "6.4.5"), arguments: [1, Int.max])
    func fetch(_ pieceLimit: Int) async throws {
        let client = try await Service().selected([Sample.plain, Sample.multipart], pieceLimit: pieceLimit)
        await client.run(
            """
            C: 1 FETCH 1 FAST
            S: * 1 FETCH (FLAGS (\\Recent) INTERNALDATE " 1-Jan-2026 12:00:00 +0000" RFC822.SIZE 248)
            S: 1 OK …
            C: 2 FETCH 1 ENVELOPE
            S: * 1 FETCH (ENVELOPE ("Mon, 7 Feb 1994 21:52:25 -0800" "afternoon meeting" (("Fred Foobar" NIL "foobar" …
            S: 2 OK …
            C: 3 FETCH 1 (BODY UID)
            S: * 1 FETCH (BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 55 1) UID 1)
            S: 3 OK …
            C: 4 FETCH 1 BODY.PEEK[HEADER.FIELDS (Subject "To")]
            S: * 1 FETCH (BODY[HEADER.FIELDS (Subject To)] {57}
            S: Subject: afternoon meeting
            S: To: mooch@owatagu.example
            S:
            S: )
            S: 4 OK …
            C: 5 FETCH 1 BODY.PEEK[]<6.12>
            S: * 1 FETCH (BODY[]<6> {12}
            S: Fred Foobar )
            S: 5 OK …
            C: 6 FETCH 1 BODY.PEEK[TEXT]<1000.5>
            S: * 1 FETCH (BODY[TEXT]<1000> {0}
            S: )
            S: 6 OK …
            C: 7 FETCH 1 BODY[TEXT]
            S: * 1 FETCH (BODY[TEXT] {55}
            S: Hello Joe, do you think we can meet at 3:30 tomorrow?
            S:  FLAGS (\\Seen \\Recent))
            S: 7 OK …
            C: 8 FETCH 1 (FLAGS RFC822.HEADER)
            S: * 1 FETCH (FLAGS (\\Seen \\Recent) RFC822.HEADER {193}
            S: From: Fred Foobar <foobar@blurdybloop.example>
            S: Date: Mon, 7 Feb 1994 21:52:25 -0800
            S: Subject: afternoon meeting
            S: To: mooch@owatagu.example
            S: Message-Id: <B27397-0100000@blurdybloop.example>
            S:
            S: )
            S: 8 OK …
            C: 9 FETCH 2 (BODY.PEEK[1.MIME] BODY.PEEK[2.HEADER] BODY.PEEK[2.1] BODY.PEEK[3] BODY.PEEK[1.HEADER])
            S: * 2 FETCH (BODY[1.MIME] {78}
            S: Content-Type: text/plain; charset=utf-8
            S: Content-Transfer-Encoding: base64
            S:
            S:  BODY[2.HEADER] {18}
            S: Subject: inner
            S:
            S:  BODY[2.1] {10}
            S: inner body BODY[3] NIL BODY[1.HEADER] NIL)
            S: 9 OK …
            C: 10 UID FETCH 1:* FLAGS
            S: * 1 FETCH (UID 1 FLAGS (\\Seen \\Recent))
            S: * 2 FETCH (UID 2 FLAGS (\\Recent))
            S: 10 OK …
            C: 11 UID FETCH 100 FLAGS
            S: 11 OK …
            C: 12 UID FETCH 100:* UID
            S: * 2 FETCH (UID 2)
            S: 12 OK …
            C: 13 FETCH 3 FLAGS
            S: 13 BAD …
            C: 14 FETCH 1:* (FLAGS
            S: 14 BAD …
            """
        )
    }

    @Test(.rfc(3501, "6.4.6"), arguments: [1, Int.max])
    func store(_ pieceLimit: Int) async throws {
        let service = Service()
        let client = try await service.selected([Sample.plain, Sample.plain, Sample.plain], pieceLimit: pieceLimit)
        let other = try await service.selected(pieceLimit: pieceLimit)
        await client.run(
            """
            C: 1 STORE 2:3 +FLAGS (\\Deleted)
            S: * 2 FETCH (FLAGS (\\Deleted \\Recent))
            S: * 3 FETCH (FLAGS (\\Deleted \\Recent))
            S: 1 OK …
            C: 2 STORE 1 FLAGS.SILENT (\\Answered)
            S: 2 OK …
            C: 3 UID STORE 1 +FLAGS ($Forwarded)
            S: * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $Forwarded)
            S: * OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $Forwarded \\*)] …
            S: * 1 FETCH (UID 1 FLAGS (\\Answered \\Recent $Forwarded))
            S: 3 OK …
            C: 4 STORE 1 -FLAGS (\\Answered $forwarded)
            S: * 1 FETCH (FLAGS (\\Recent))
            S: 4 OK …
            C: 5 STORE 1 +FLAGS (\\Recent)
            S: 5 BAD …
            C: 6 STORE 1 +FLAGS (\\Other)
            S: 6 BAD …
            C: 7 STORE 4 +FLAGS (\\Seen)
            S: 7 BAD …
            C: 8 UID STORE 4 +FLAGS (\\Seen)
            S: 8 OK …
            """
        )
        // What a session hears of another's changes, and of keywords it did not know.
        await other.run(
            """
            C: 1 NOOP
            S: * FLAGS (… $Forwarded)
            S: * OK [PERMANENTFLAGS (… $Forwarded \\*)] …
            S: * 2 FETCH (FLAGS (\\Deleted))
            S: * 3 FETCH (FLAGS (\\Deleted))
            S: 1 OK …
            """
        )
        // A change of somebody else's is told even after a silent one.
        await other.skip("2 STORE 1 +FLAGS.SILENT (\\Flagged)")
        await client.run(
            """
            C: 9 STORE 1 +FLAGS.SILENT (\\Draft)
            S: * 1 FETCH (FLAGS (\\Flagged \\Draft \\Recent))
            S: 9 OK …
            """
        )
    }

    @Test(.rfc(3501, "7.4.1"), arguments: [1, Int.max])
    func expungeIsHeldBack(_ pieceLimit: Int) async throws {
        let service = Service()
        let client = try await service.selected([Sample.plain, Sample.plain, Sample.plain], pieceLimit: pieceLimit)
        let other = try await service.selected(pieceLimit: pieceLimit)
        await client.skip("1 STORE 1,3 +FLAGS.SILENT (\\Deleted)")
        await other.skip("1 NOOP")
        await client.run("C: 2 EXPUNGE", "S: * 3 EXPUNGE", "S: * 1 EXPUNGE", "S: 2 OK …")
        await other.run(
            """
            C: 2 FETCH 1:3 FLAGS
            S: * 1 FETCH (FLAGS (\\Deleted))
            S: * 2 FETCH (FLAGS ())
            S: * 3 FETCH (FLAGS (\\Deleted))
            S: 2 OK …
            C: 3 SEARCH ALL
            S: * SEARCH 1 2 3
            S: 3 OK …
            C: 4 FETCH 1:2 RFC822.HEADER
            S: * 2 FETCH (RFC822.HEADER {193}
            S: From: …
            S: Date: …
            S: Subject: …
            S: To: …
            S: Message-Id: …
            S:
            S: )
            S: 4 NO [EXPUNGEISSUED] …
            C: 5 STORE 1:2 +FLAGS (\\Seen)
            S: * 2 FETCH (FLAGS (\\Seen))
            S: 5 NO [EXPUNGEISSUED] …
            C: 6 UID FETCH 2 UID
            S: * 2 FETCH (UID 2)
            S: * 3 EXPUNGE
            S: * 1 EXPUNGE
            S: 6 OK …
            C: 7 FETCH 1 UID
            S: * 1 FETCH (UID 2)
            S: 7 OK …
            """
        )
    }

    @Test(.rfc(4315, "2.1"), arguments: [1, Int.max])
    func uidExpungeAndClose(_ pieceLimit: Int) async throws {
        let service = Service()
        let client = try await service.selected([Sample.plain, Sample.plain, Sample.plain], pieceLimit: pieceLimit)
        await client.skip("1 STORE 1:3 +FLAGS.SILENT (\\Deleted)")
        await client.run(
            """
            C: 2 UID EXPUNGE 2:2
            S: * 2 EXPUNGE
            S: 2 OK …
            C: 3 UID EXPUNGE 77
            S: 3 OK …
            C: 4 CLOSE
            S: 4 OK …
            C: 5 STATUS INBOX (MESSAGES UIDNEXT)
            S: * STATUS INBOX (MESSAGES 0 UIDNEXT 4)
            S: 5 OK …
            """
        )
    }

    @Test(.rfc(3501, "6.4.7"), arguments: [1, Int.max])
    func copyAndMove(_ pieceLimit: Int) async throws {
        let client = try await Service().selected([Sample.plain, Sample.plain, Sample.plain], pieceLimit: pieceLimit)
        await client.run(
            """
            C: 1 COPY 1,3 Archive
            S: 1 OK [COPYUID … 1,3 1:2] …
            C: 2 COPY 1 nothing
            S: 2 NO [TRYCREATE] …
            C: 3 UID COPY 99 Archive
            S: 3 OK …
            C: 4 COPY 9 Archive
            S: 4 BAD …
            C: 5 UID MOVE 2:3 Archive
            S: * OK [COPYUID … 2:3 3:4] …
            S: * 3 EXPUNGE
            S: * 2 EXPUNGE
            S: 5 OK …
            C: 6 MOVE 1 INBOX
            S: * OK [COPYUID … 1 4] …
            S: * 1 EXPUNGE
            S: * 1 EXISTS
            S: * 1 RECENT
            S: 6 OK …
            C: 7 STATUS Archive (MESSAGES)
            S: * STATUS Archive (MESSAGES 4)
            S: 7 OK …
            """
        )
    }

    @Test(.rfc(3501, "6.3.11"), arguments: [1, 7, Int.max])
    func append(_ pieceLimit: Int) async throws {
        let client = try await Service().selected(pieceLimit: pieceLimit)
        await client.run(
            """
            C: 1 APPEND INBOX (\\Seen $Tag) "17-Jul-1996 02:44:25 -0700" {12}
            S: + …
            C: Subject: a
            C:
            S: * 1 EXISTS
            S: * 1 RECENT
            S: * FLAGS (… $Tag)
            S: * OK [PERMANENTFLAGS (… $Tag \\*)] …
            S: 1 OK [APPENDUID … 1] …
            C: 2 FETCH 1 (FLAGS INTERNALDATE BODY[])
            S: * 1 FETCH (FLAGS (\\Seen \\Recent $Tag) INTERNALDATE "17-Jul-1996 09:44:25 +0000" BODY[] {12}
            S: Subject: a
            S: )
            S: 2 OK …
            C: 3 APPEND nothing {3}
            S: 3 NO [TRYCREATE] …
            C: 4 APPEND nothing {3+}
            C: abc
            S: 4 NO [TRYCREATE] …
            C: 5 APPEND Drafts {6+}
            C: A: b
            C:
            S: 5 OK [APPENDUID … 1] …
            C: 6 APPEND INBOX {999999999}
            S: 6 NO [TOOBIG] …
            C: 7 APPEND Drafts {0+}
            C:
            S: 7 …
            C: 8 NOOP
            S: 8 OK …
            """
        )
    }

    @Test func tooLargeLiteralIsSkipped() async {
        let client = await Service { $0.messageOctets = 10 }.signedIn()
        await client.run(
            "C: 1 APPEND INBOX {20+}",
            "C: 01234567890123456789",
            "S: 1 NO [TOOBIG] …",
            "C: 2 NOOP",
            "S: 2 OK …"
        )
    }

    /// A client may announce any size: it is not listened to for ever.
    @Test(
        .rfc(7888, "4"),
        arguments: ["INBOX {21+}", "nothing {21+}", "INBOX (\\Seen) {4294967295+}"]
    )
    func endlessUnwantedLiteralCloses(_ announcement: String) async {
        let client = await Service {
            $0.messageOctets = 10
            $0.skippedMessageOctets = 20
        }.signedIn()
        await client.run("C: 1 APPEND \(announcement)", "C: 0123", "S: 1 NO …", "S: * BYE …")
        #expect(await client.connection.line() == nil)
    }

    /// A message that comes before its sender has signed in holds no commands.
    @Test(.rfc(7888, "4"))
    func unaskedMessageBeforeLoginCloses() async {
        let client = Service().connect()
        _ = await client.connection.line()
        await client.run("C: 1 APPEND INBOX {8+}", "C: 2 NOOP", "C:", "S: 1 NO …", "S: * BYE …")
        #expect(await client.connection.line() == nil)
    }

    @Test(.rfc(2177, "3"), arguments: [1, Int.max])
    func idle(_ pieceLimit: Int) async throws {
        let service = Service()
        let client = try await service.selected(pieceLimit: pieceLimit)
        await client.run("C: 1 IDLE", "S: + …")
        try await service.deliver(Sample.plain)
        await client.run("S: * 1 EXISTS", "S: * 1 RECENT")
        let other = try await service.selected(pieceLimit: pieceLimit)
        await other.skip("1 STORE 1 +FLAGS (\\Flagged \\Deleted)")
        await client.run("S: * 1 FETCH (FLAGS (\\Flagged \\Deleted \\Recent))")
        await other.skip("2 EXPUNGE")
        await client.run("S: * 1 EXPUNGE", "C: done", "S: 1 OK …", "C: 2 IDLE", "S: + …", "C: x", "S: 2 BAD …")
        await client.run("C: 3 IDLE", "S: + …")
        client.connection.stop()
        await client.run("S: * BYE …")
    }

    @Test func pipelinedCommandsAreAnsweredInOrder() async throws {
        let client = try await Service().selected([Sample.plain])
        client.connection.send(
            "1 NOOP\r\n2 FETCH 1 UID\r\n3 APPEND INBOX {3+}\r\nabc\r\n4 IDLE\r\nDONE\r\n5 LOGOUT\r\n"
        )
        await client.run(
            """
            S: 1 OK …
            S: * 1 FETCH (UID 1)
            S: 2 OK …
            S: * 2 EXISTS
            S: * 2 RECENT
            S: 3 OK [APPENDUID … 2] …
            S: + …
            S: 4 OK …
            S: * BYE …
            S: 5 OK …
            """
        )
    }
}
