import PorticoTesting
import Testing

@testable import IMAPDoor

/// Folders that one account shares with another.
@Suite struct SharingTests {
    @Test(.rfc(4314, "3.1"), .rfc(4314, "3.3"), .rfc(4314, "3.4"), .rfc(4314, "3.5"))
    func accessList() async throws {
        let service = Service()
        _ = await service.signedIn(as: "bob")
        await service.signedIn().run(
            """
            C: 1 GETACL INBOX
            S: * ACL INBOX alice@example.test lrswipkxtecda
            S: 1 OK …
            C: 2 SETACL INBOX bob@example.test lrs
            S: 2 OK …
            C: 3 SETACL INBOX bob@example.test +w
            S: 3 OK …
            C: 4 SETACL INBOX anyone l
            S: 4 OK …
            C: 5 SETACL INBOX -bob@example.test w
            S: 5 OK …
            C: 6 GETACL inbox
            S: * ACL INBOX alice@example.test lrswipkxtecda anyone l bob@example.test lrsw -bob@example.test w
            S: 6 OK …
            C: 7 DELETEACL INBOX anyone
            S: 7 OK …
            C: 8 LISTRIGHTS INBOX bob@example.test
            S: * LISTRIGHTS INBOX bob@example.test "" l r s w i p k x t e a
            S: 8 OK …
            C: 9 LISTRIGHTS INBOX alice@example.test
            S: * LISTRIGHTS INBOX alice@example.test la r s w i p k x t e
            S: 9 OK …
            C: 10 MYRIGHTS INBOX
            S: * MYRIGHTS INBOX lrswipkxtecda
            S: 10 OK …
            C: 11 SETACL INBOX nobody@example.test lr
            S: 11 NO …
            C: 12 SETACL INBOX bob@example.test z
            S: 12 BAD …
            C: 13 GETACL Nowhere
            S: 13 NO [NONEXISTENT] …
            """
        )
    }

    @Test(.rfc(4314, "4"), .rfc(2342, "5"), arguments: [1, Int.max])
    func sharedFolder(_ pieceLimit: Int) async throws {
        let service = Service()
        let alice = await service.signedIn(pieceLimit: pieceLimit)
        try await service.deliver(Sample.plain)
        try await service.deliver(Sample.multipart)
        let bob = await service.signedIn(as: "bob", pieceLimit: pieceLimit)
        await bob.run(
            """
            C: 1 NAMESPACE
            S: * NAMESPACE (("" "/")) (("Other Users/" "/")) NIL
            S: 1 OK …
            C: 2 LIST "" "Other Users/*"
            S: 2 OK …
            C: 3 SELECT "Other Users/alice@example.test/INBOX"
            S: 3 NO [NONEXISTENT] …
            """
        )
        await alice.run("C: 1 SETACL INBOX bob@example.test lrs", "S: 1 OK …")
        await bob.run(
            """
            C: 4 LIST "" "*@*"
            S: * LIST (\\Noselect \\HasChildren) "/" "Other Users/alice@example.test"
            S: * LIST (\\HasNoChildren) "/" "Other Users/alice@example.test/INBOX"
            S: 4 OK …
            C: 5 LIST "" "Other Users/%/INBOX" RETURN (MYRIGHTS STATUS (MESSAGES))
            S: * LIST (\\HasNoChildren) "/" "Other Users/alice@example.test/INBOX"
            S: * STATUS "Other Users/alice@example.test/INBOX" (MESSAGES 2)
            S: * MYRIGHTS "Other Users/alice@example.test/INBOX" lrs
            S: 5 OK …
            C: 6 SELECT "Other Users/alice@example.test/INBOX"
            S: * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)
            S: * OK [PERMANENTFLAGS (\\Seen)] …
            S: * 2 EXISTS
            S: * …RECENT
            S: * OK [UNSEEN 1] …
            S: * OK [UIDVALIDITY …] …
            S: * OK [UIDNEXT 3] …
            S: * OK [HIGHESTMODSEQ …] …
            S: * OK [MAILBOXID (F1-1)] …
            S: 6 OK [READ-WRITE] …
            C: 7 STORE 1 +FLAGS.SILENT (\\Seen)
            S: 7 OK …
            C: 8 STORE 1 +FLAGS.SILENT (\\Deleted)
            S: 8 NO [NOPERM] …
            C: 20 COPY 2 Archive
            S: 20 OK [COPYUID … 2 1] …
            C: 21 MOVE 2 Archive
            S: 21 NO [NOPERM] …
            C: 9 EXPUNGE
            S: 9 NO [NOPERM] …
            C: 10 CREATE "Other Users/alice@example.test/INBOX/Below"
            S: 10 NO [NOPERM] …
            C: 11 GETACL "Other Users/alice@example.test/INBOX"
            S: 11 NO [NOPERM] …
            C: 12 SELECT "Other Users/alice@example.test/Drafts"
            S: * OK [CLOSED] …
            S: 12 NO [NONEXISTENT] …
            C: 13 SELECT "Other Users/carol@example.test/INBOX"
            S: 13 NO [NONEXISTENT] …
            C: 14 SELECT "Other Users/alice@example.test"
            S: 14 NO [NONEXISTENT] …
            """
        )
        await alice.skip("2 SELECT INBOX")
        await alice.run(
            """
            C: 3 FETCH 1 (FLAGS)
            S: * 1 FETCH (FLAGS (\\Seen…))
            S: 3 OK …
            C: 4 SETACL INBOX bob@example.test ""
            S: 4 OK …
            """
        )
        await bob.run("C: 15 LIST \"\" \"Other Users/*\"", "S: 15 OK …")
    }

    @Test(.rfc(4314, "4"))
    func whatOthersMayNotDo() async throws {
        let service = Service()
        let alice = await service.signedIn()
        let bob = await service.signedIn(as: "bob")
        await alice.skip("1 SETACL INBOX bob@example.test lrkx")
        await bob.run(
            """
            C: 1 RENAME "Other Users/alice@example.test/INBOX" "Other Users/alice@example.test/INBOX/Gone"
            S: 1 NO [NOPERM] …
            C: 2 CREATE "Other Users/nobody@example.test/Folder"
            S: 2 NO [NOPERM] …
            C: 3 CREATE "Other Users/carol@example.test/Folder"
            S: 3 NO [NOPERM] …
            C: 4 CREATE "Other Users/alice@example.test/INBOX/Below"
            S: 4 OK …
            """
        )
    }

    @Test(.rfc(4314, "4"))
    func appendedByAnother() async throws {
        let service = Service()
        let alice = await service.signedIn()
        let bob = await service.signedIn(as: "bob")
        await alice.skip("1 SETACL Archive bob@example.test lrit")
        await bob.run(
            """
            C: 1 APPEND "Other Users/alice@example.test/Archive" (\\Seen \\Deleted) {4+}
            C: abcd
            S: 1 OK [APPENDUID … 1] …
            """
        )
        await alice.skip("2 SELECT Archive")
        // What Bob may not set is left out.
        await alice.run(
            """
            C: 3 FETCH 1 (FLAGS)
            S: * 1 FETCH (FLAGS (\\Deleted…))
            S: 3 OK …
            """
        )
    }
}
