import PorticoTesting
import Testing

@testable import IMAPDoor

/// One search in several mailboxes. RFC 7377.
@Suite struct MultiSearchTests {
    /// INBOX has two messages, Work one, Work/2026 and Work/2026/May one each; Empty none.
    private func client(_ service: Service) async throws -> Client {
        let client = try await service.selected([Sample.plain, "Subject: b\n\nc\n"])
        for name in ["Work", "Work/2026", "Work/2026/May", "Empty"] { await client.skip("1 CREATE \(name)") }
        for name in ["Work", "Work/2026", "Work/2026/May"] { await client.skip("2 COPY 1 \(name)") }
        await client.skip("3 UNSELECT")
        return client
    }

    @Test(
        .rfc(7377, "2.1"),
        .rfc(7377, "2.2"),
        arguments: [
            ("IN (mailboxes Work subtree Work/2026) SUBJECT meeting", ["Work", "Work/2026", "Work/2026/May"]),
            ("IN (subtree-one Work) ALL", ["Work", "Work/2026"]),
            ("IN (subtree Work) ALL", ["Work", "Work/2026", "Work/2026/May"]),
            ("IN (mailboxes (Work Empty Nowhere \"a&b\")) ALL", ["Work"]),
            ("IN (inboxes) SUBJECT meeting", ["INBOX"]),
            ("IN (personal) SUBJECT meeting", ["INBOX", "Work", "Work/2026", "Work/2026/May"]),
            ("IN (subscribed) SUBJECT meeting", ["INBOX"]),
            ("IN (personal) SUBJECT nothing", []),
        ]
    )
    func sources(_ search: String, _ names: [String]) async throws {
        let client = try await client(Service())
        await client.run("C: 9 ESEARCH \(search)")
        for name in names { await client.run("S: * ESEARCH (TAG \"9\" MAILBOX \(name) UIDVALIDITY …) UID ALL 1") }
        await client.run("S: 9 OK …")
    }

    @Test(.rfc(7377, "2.2")) func selectedMailbox() async throws {
        let client = try await client(Service())
        await client.run(
            """
            C: 1 ESEARCH ALL
            S: 1 BAD …
            C: 2 ESEARCH IN (selected mailboxes Work) ALL
            S: 2 BAD …
            C: 3 ESEARCH IN (mailboxes Work) RETURN (UPDATE) ALL
            S: 3 BAD …
            """
        )
        await client.skip("4 SELECT Work")
        await client.run(
            """
            C: 5 ESEARCH RETURN (COUNT MIN) UNDELETED
            S: * ESEARCH (TAG "5" MAILBOX Work UIDVALIDITY …) UID MIN 1 COUNT 1
            S: 5 OK …
            C: 6 ESEARCH RETURN (COUNT) DELETED
            S: 6 OK …
            C: 7 ESEARCH RETURN (SAVE) 1
            S: 7 OK …
            C: 8 FETCH $ (UID)
            S: * 1 FETCH (UID 1)
            S: 8 OK …
            C: 9 ESEARCH IN (personal) RETURN (SAVE) ALL
            S: 9 BAD …
            C: 10 ESEARCH IN (personal) 1
            S: 10 BAD …
            C: 11 ESEARCH RETURN (SAVE) DELETED
            S: 11 OK …
            C: 12 FETCH $ (UID)
            S: 12 OK …
            C: 13 ESEARCH IN (personal) CHARSET nonsense SUBJECT a
            S: 13 NO [BADCHARSET (US-ASCII UTF-8)] …
            C: 14 ESEARCH IN (inboxes) RETURN (PARTIAL -1:-1) ALL
            S: * ESEARCH (TAG "14" MAILBOX INBOX UIDVALIDITY …) UID PARTIAL (-1:-1 2)
            S: 14 OK …
            C: 15 ESEARCH IN (mailboxes Work subtree Work/2026 selected mailboxes Work) RETURN (COUNT) ALL
            S: * ESEARCH (TAG "15" MAILBOX Work UIDVALIDITY …) UID COUNT 1
            S: * ESEARCH (TAG "15" MAILBOX Work/2026 UIDVALIDITY …) UID COUNT 1
            S: * ESEARCH (TAG "15" MAILBOX Work/2026/May UIDVALIDITY …) UID COUNT 1
            S: 15 OK …
            C: 16 ESEARCH IN (personal) RETURN (UPDATE MAX) UNDELETED
            S: * ESEARCH (TAG "16" MAILBOX INBOX UIDVALIDITY …) UID MAX 2
            S: * ESEARCH (TAG "16" MAILBOX Work UIDVALIDITY …) UID MAX 1
            S: * ESEARCH (TAG "16" MAILBOX Work/2026 UIDVALIDITY …) UID MAX 1
            S: * ESEARCH (TAG "16" MAILBOX Work/2026/May UIDVALIDITY …) UID MAX 1
            S: 16 OK …
            C: 17 STORE 1 +FLAGS.SILENT (\\Deleted)
            S: * ESEARCH (TAG "16" MAILBOX Work UIDVALIDITY …) UID REMOVEFROM (0 1)
            S: 17 OK …
            """
        )
    }

    /// Folders that one may only look up are not searched.
    @Test(.rfc(7377, "2.2")) func rights() async throws {
        let service = Service()
        _ = await service.signedIn(as: "bob")
        let alice = try await client(service)
        await alice.skip("4 SETACL Work bob@example.test lr")
        await alice.skip("5 SETACL Work/2026 bob@example.test l")
        await service.signedIn(as: "bob").run(
            """
            C: 1 ESEARCH IN (subtree "Other Users/alice@example.test") RETURN (COUNT) ALL
            S: * ESEARCH (TAG "1" MAILBOX "Other Users/alice@example.test/Work" UIDVALIDITY …) UID COUNT 1
            S: 1 OK …
            """
        )
    }
}
