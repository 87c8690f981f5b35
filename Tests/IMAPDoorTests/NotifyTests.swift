import Network
import PorticoTesting
import Testing

@testable import IMAPDoor

/// What a client hears of mailboxes that it watches, while it says nothing.
@Suite struct NotifyTests {
    /// One bell stands for the selected folder and for the others; what it rings for while they are looked at is not lost.
    @Test func bell() {
        let watch = Watch(groups: [], selected: Watch.Selected())
        #expect(!watch.isDue && !watch.takeSelected() && !watch.takeFollowed())
        watch.bell.raise()
        #expect(watch.takeSelected() && !watch.takeSelected())
        watch.bell.raise()
        #expect(watch.takeFollowed() && !watch.takeFollowed())
        #expect(watch.isDue && watch.takeSelected() && !watch.isDue)
    }

    @Test(.rfc(5465, "3.1"), .rfc(5465, "5.2"), .rfc(5465, "5.3"), arguments: [1, Int.max])
    func otherMailboxes(_ pieceLimit: Int) async throws {
        let service = Service()
        try await service.deliver(Sample.plain)
        let other = await service.signedIn()
        await other.skip("0 SELECT INBOX")
        let client = await service.signedIn(pieceLimit: pieceLimit)
        await client.run(
            """
            C: 1 NOTIFY SET STATUS (MAILBOXES (Archive Nothing) (MessageNew MessageExpunge FlagChange)) (PERSONAL (MailboxName))
            S: * STATUS Archive (MESSAGES 0 UIDNEXT 1 UIDVALIDITY … UNSEEN 0 HIGHESTMODSEQ …)
            S: 1 OK …
            """
        )
        await other.skip("1 COPY 1 Archive")
        await client.run("S: * STATUS Archive (UIDNEXT 2 MESSAGES 1)")
        await other.skip("2 SELECT Archive")
        await other.skip("3 STORE 1 +FLAGS (\\Seen)")
        await client.run("S: * STATUS Archive (UIDVALIDITY … UNSEEN 0)")
        await other.skip("4 CREATE Work/2026")
        await client.run(
            """
            S: * LIST (\\HasChildren) "/" Work
            S: * LIST (\\HasNoChildren) "/" Work/2026
            """
        )
        await other.skip("5 RENAME Work/2026 Work/2027")
        await client.run("S: * LIST (\\HasNoChildren) \"/\" Work/2027 (\"OLDNAME\" (Work/2026))")
        await other.skip("6 DELETE Work/2027")
        await client.run(
            """
            S: * LIST (\\NonExistent \\HasNoChildren) "/" Work/2027
            S: * LIST (\\HasNoChildren) "/" Work
            C: 2 CREATE Mine
            S: 2 OK …
            C: 3 NOTIFY NONE
            S: 3 OK …
            """
        )
        await other.skip("7 CREATE Yours")
        await client.run("C: 4 NOOP", "S: 4 OK …")
    }

    @Test(.rfc(5465, "6.1"), .rfc(5465, "5.1"), .rfc(5465, "5.2"))
    func selectedMailbox() async throws {
        let service = Service()
        for _ in 1...3 { try await service.deliver(Sample.plain) }
        let other = await service.signedIn()
        await other.skip("0 SELECT INBOX")
        let client = await service.signedIn()
        await client.skip("1 SELECT INBOX")
        await client.run(
            """
            C: 2 NOTIFY SET (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge FlagChange))
            S: 2 OK …
            """
        )
        await other.skip("1 STORE 2 +FLAGS (\\Deleted)")
        await client.run("S: * 2 FETCH (UID 2 FLAGS (\\Deleted))")
        await other.skip("2 EXPUNGE")
        await client.run("S: * 2 EXPUNGE")
        try await service.deliver(Sample.plain)
        await client.run(
            """
            S: * 3 EXISTS
            S: * 1 RECENT
            S: * 3 FETCH (UID 4 BODY[HEADER.FIELDS (SUBJECT)] {30}
            S: Subject: afternoon meeting
            S:
            S: )
            C: 3 NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge))
            S: 3 OK …
            """
        )
        await other.skip("3 STORE 1 +FLAGS (\\Deleted)")
        await other.skip("4 EXPUNGE")
        try await service.deliver(Sample.plain)
        await client.run(
            """
            S: * 4 EXISTS
            S: * 2 RECENT
            C: 4 NOOP
            S: * 1 EXPUNGE
            S: 4 OK …
            C: 5 NOTIFY SET (PERSONAL (MailboxName))
            S: 5 OK …
            """
        )
        await other.skip("5 STORE 1 +FLAGS (\\Flagged)")
        await client.run("C: 6 NOOP", "S: 6 OK …")
    }

    @Test(.rfc(5465, "5.4"))
    func foldersOfOthers() async throws {
        let service = Service()
        let alice = await service.signedIn()
        let bob = await service.signedIn(as: "bob")
        await bob.run("C: 1 NOTIFY SET (SUBTREE \"Other Users\" (MailboxName))", "S: 1 OK …")
        await alice.skip("1 SETACL Archive bob@example.test lr")
        await bob.run("S: * LIST (\\HasNoChildren) \"/\" \"Other Users/alice@example.test/Archive\"")
        await alice.skip("2 SETACL Archive bob@example.test \"\"")
        await bob.run("S: * LIST (\\NonExistent \\HasNoChildren) \"/\" \"Other Users/alice@example.test/Archive\"")
    }

    @Test(.rfc(5465, "3.1"), .rfc(5465, "4"))
    func unknownEventsAndIdle() async throws {
        let service = Service()
        let other = await service.signedIn()
        await service.signedIn().run(
            """
            C: 1 NOTIFY SET (PERSONAL (MessageNew MessageExpunge AnnotationChange))
            S: 1 NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange…)] …
            C: 2 NOTIFY SET (PERSONAL (Gossip))
            S: 2 NO [BADEVENT (…)] …
            C: 3 NOTIFY SET (PERSONAL (MessageNew))
            S: 3 BAD …
            """
        )
        let client = await service.signedIn()
        await client.run(
            """
            C: 1 NOTIFY SET (SUBTREE Work (SubscriptionChange))
            S: 1 OK …
            C: 2 IDLE
            S: + …
            """
        )
        await other.skip("1 SUBSCRIBE Work/Later")
        await client.run(
            """
            S: * LIST (\\NonExistent \\HasNoChildren \\Subscribed) "/" Work/Later
            C: DONE
            S: 2 OK …
            """
        )
    }
}
