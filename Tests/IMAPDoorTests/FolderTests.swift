import PorticoTesting
import Testing

@Suite struct FolderTests {
    @Test(.rfc(3501, "6.3.8"), arguments: [1, Int.max])
    func list(_ pieceLimit: Int) async {
        await Service().signedIn(pieceLimit: pieceLimit).run(
            """
            C: 1 LIST "" ""
            S: * LIST (\\Noselect) "/" ""
            S: 1 OK …
            C: 2 LIST "" *
            S: * LIST (\\HasNoChildren) "/" INBOX
            S: * LIST (\\HasNoChildren \\Archive) "/" Archive
            S: * LIST (\\HasNoChildren \\Drafts) "/" Drafts
            S: * LIST (\\HasNoChildren \\Junk) "/" Junk
            S: * LIST (\\HasNoChildren \\Sent) "/" Sent
            S: * LIST (\\HasNoChildren \\Trash) "/" Trash
            S: 2 OK …
            C: 3 CREATE a/b/c
            S: 3 OK …
            C: 4 LIST "" a%
            S: * LIST (\\HasChildren) "/" a
            S: 4 OK …
            C: 5 LIST a/ %
            S: * LIST (\\HasChildren) "/" a/b
            S: 5 OK …
            C: 6 LIST "" a*c
            S: * LIST (\\HasNoChildren) "/" a/b/c
            S: 6 OK …
            C: 7 DELETE a
            S: 7 OK …
            C: 8 LIST "" %
            S: * LIST (\\HasNoChildren) "/" INBOX
            S: * LIST (\\HasNoChildren \\Archive) "/" Archive
            S: * LIST (\\HasNoChildren \\Drafts) "/" Drafts
            S: * LIST (\\HasNoChildren \\Junk) "/" Junk
            S: * LIST (\\HasNoChildren \\Sent) "/" Sent
            S: * LIST (\\HasNoChildren \\Trash) "/" Trash
            S: * LIST (\\Noselect \\HasChildren) "/" a
            S: 8 OK …
            C: 9 LIST "" inbox
            S: * LIST (\\HasNoChildren) "/" INBOX
            S: 9 OK …
            C: 10 SELECT a
            S: 10 NO [NONEXISTENT] …
            """
        )
    }

    @Test(.rfc(3501, "6.3.9"), arguments: [1, Int.max])
    func lsub(_ pieceLimit: Int) async {
        let client = await Service().signedIn(pieceLimit: pieceLimit)
        for name in ["INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"] {
            await client.skip("0 UNSUBSCRIBE \(name)")
        }
        await client.run(
            """
            C: 1 SUBSCRIBE news/comp/mail
            S: 1 OK …
            C: 2 LSUB "" *
            S: * LSUB () "/" news/comp/mail
            S: 2 OK …
            C: 3 LSUB "" %
            S: * LSUB (\\Noselect) "/" news
            S: 3 OK …
            C: 4 LSUB "" news/%
            S: * LSUB (\\Noselect) "/" news/comp
            S: 4 OK …
            C: 5 SUBSCRIBE news
            S: 5 OK …
            C: 6 LSUB "" %
            S: * LSUB () "/" news
            S: 6 OK …
            C: 7 UNSUBSCRIBE news/comp/mail
            S: 7 OK …
            C: 8 LSUB "" *
            S: * LSUB () "/" news
            S: 8 OK …
            """
        )
    }

    @Test(.rfc(3501, "6.3.3"), arguments: [1, Int.max])
    func createRenameDelete(_ pieceLimit: Int) async {
        await Service().signedIn(pieceLimit: pieceLimit).run(
            """
            C: 1 CREATE owatagusiam/
            S: 1 OK …
            C: 2 CREATE owatagusiam/blurdybloop
            S: 2 OK …
            C: 3 CREATE owatagusiam
            S: 3 NO [ALREADYEXISTS] …
            C: 4 CREATE INBOX
            S: 4 NO [ALREADYEXISTS] …
            C: 5 CREATE a//b
            S: 5 NO [CANNOT] …
            C: 6 RENAME owatagusiam zap
            S: 6 OK …
            C: 7 LIST "" z*
            S: * LIST (\\HasChildren) "/" zap
            S: * LIST (\\HasNoChildren) "/" zap/blurdybloop
            S: 7 OK …
            C: 8 RENAME nothing else
            S: 8 NO [NONEXISTENT] …
            C: 9 RENAME zap INBOX
            S: 9 NO [ALREADYEXISTS] …
            C: 10 DELETE INBOX
            S: 10 NO [CANNOT] …
            C: 11 DELETE nothing
            S: 11 NO [NONEXISTENT] …
            C: 12 CREATE &ZeVnLIqe-
            S: 12 OK …
            C: 13 LIST "" &*
            S: * LIST (\\HasNoChildren) "/" &ZeVnLIqe-
            S: 13 OK …
            C: 14 CREATE &bad
            S: 14 NO [CANNOT] …
            C: 15 CREATE mine (USE (\\Sent))
            S: 15 NO [USEATTR] …
            C: 16 DELETE Sent
            S: 16 OK …
            C: 17 CREATE mine (USE (\\Sent))
            S: 17 OK …
            C: 18 LIST "" mine
            S: * LIST (\\HasNoChildren \\Sent) "/" mine
            S: 18 OK …
            C: 19 NAMESPACE
            S: * NAMESPACE (("" "/")) (("Other Users/" "/")) NIL
            S: 19 OK …
            """
        )
    }

    @Test(.rfc(3501, "6.3.5"), arguments: [1, Int.max])
    func renameOfInboxMovesItsMessages(_ pieceLimit: Int) async throws {
        let service = Service()
        try await service.deliver(Sample.plain)
        await service.signedIn(pieceLimit: pieceLimit).run(
            """
            C: 1 RENAME INBOX old
            S: 1 OK …
            C: 2 STATUS INBOX (MESSAGES)
            S: * STATUS INBOX (MESSAGES 0)
            S: 2 OK …
            C: 3 STATUS old (MESSAGES)
            S: * STATUS old (MESSAGES 1)
            S: 3 OK …
            """
        )
    }

    @Test(.rfc(3501, "6.3.10"), arguments: [1, Int.max])
    func status(_ pieceLimit: Int) async throws {
        let service = Service()
        try await service.deliver(Sample.plain)
        try await service.deliver(Sample.plain)
        let client = await service.signedIn(pieceLimit: pieceLimit)
        await client.run(
            """
            C: 1 STATUS inbox (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)
            S: * STATUS INBOX (MESSAGES 2 RECENT 2 UIDNEXT 3 UIDVALIDITY … UNSEEN 2)
            S: 1 OK …
            """
        )
        await client.skip("2 SELECT INBOX")
        await client.run(
            """
            C: 3 STATUS INBOX (RECENT)
            S: * STATUS INBOX (RECENT 0)
            S: 3 OK …
            C: 4 STATUS nothing (MESSAGES)
            S: 4 NO [NONEXISTENT] …
            """
        )
    }

    @Test(.rfc(3501, "6.3.1"), arguments: [1, Int.max])
    func selectTellsTheFolder(_ pieceLimit: Int) async throws {
        let service = Service()
        try await service.deliver(Sample.plain)
        try await service.deliver(Sample.multipart)
        let client = await service.signedIn(pieceLimit: pieceLimit)
        await client.run(
            """
            C: 1 EXAMINE INBOX
            S: * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)
            S: * OK [PERMANENTFLAGS ()] …
            S: * 2 EXISTS
            S: * 2 RECENT
            S: * OK [UNSEEN 1] …
            S: * OK [UIDVALIDITY …] …
            S: * OK [UIDNEXT 3] …
            S: * OK [HIGHESTMODSEQ …] …
            S: * OK [MAILBOXID (F…)] …
            S: 1 OK [READ-ONLY] …
            C: 2 STORE 1 FLAGS \\Seen
            S: 2 NO …
            C: 3 EXPUNGE
            S: 3 NO …
            C: 4 SELECT INBOX
            S: * OK [CLOSED] …
            S: * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)
            S: * OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft \\*)] …
            S: * 2 EXISTS
            S: * 2 RECENT
            S: * OK [UNSEEN 1] …
            S: * OK [UIDVALIDITY …] …
            S: * OK [UIDNEXT 3] …
            S: * OK [HIGHESTMODSEQ …] …
            S: * OK [MAILBOXID (F…)] …
            S: 4 OK [READ-WRITE] …
            C: 5 FETCH 1:2 FLAGS
            S: * 1 FETCH (FLAGS (\\Recent))
            S: * 2 FETCH (FLAGS (\\Recent))
            S: 5 OK …
            C: 6 SELECT nothing
            S: * OK [CLOSED] …
            S: 6 NO [NONEXISTENT] …
            C: 7 FETCH 1 FLAGS
            S: 7 BAD …
            C: 8 SELECT Drafts
            S: * FLAGS (…)
            S: * OK [PERMANENTFLAGS (…)] …
            S: * 0 EXISTS
            S: * 0 RECENT
            S: * OK [UIDVALIDITY …] …
            S: * OK [UIDNEXT 1] …
            S: * OK [HIGHESTMODSEQ …] …
            S: * OK [MAILBOXID (F…)] …
            S: 8 OK [READ-WRITE] …
            C: 9 UNSELECT
            S: 9 OK …
            C: 10 CLOSE
            S: 10 BAD …
            """
        )
        // The first session has them as recent; nobody else does.
        let other = await service.signedIn(pieceLimit: pieceLimit)
        #expect(await other.skip("1 SELECT INBOX").contains("* 0 RECENT"))
    }

    @Test(arguments: [1, Int.max])
    func deletingTheSelectedFolder(_ pieceLimit: Int) async throws {
        let service = Service()
        let client = await service.signedIn(pieceLimit: pieceLimit)
        await client.skip("1 CREATE gone")
        await client.skip("2 SELECT gone")
        let other = await service.signedIn(pieceLimit: pieceLimit)
        await other.skip("1 SELECT gone")
        await client.run("C: 3 DELETE gone", "S: 3 OK …", "C: 4 CHECK", "S: 4 BAD …")
        await other.run("C: 2 NOOP", "S: 2 NO …", "S: * BYE …")
    }
}
