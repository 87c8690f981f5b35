import PorticoTesting
import Testing

@testable import IMAPDoor

/// Which names a client is told of, and what of them.
@Suite struct ListTests {
    /// An account with folders of its own beside INBOX; those that others need are deleted.
    private func client() async -> Client {
        let client = await Service().signedIn()
        for name in ["Archive", "Drafts", "Junk", "Sent", "Trash"] { await client.skip("0 DELETE \(name)") }
        for name in ["Archive", "Drafts", "Junk", "Sent", "Trash"] { await client.skip("0 UNSUBSCRIBE \(name)") }
        for name in ["Fruit", "Fruit/Apple", "Fruit/Banana", "Vegetable", "Vegetable/Broccoli"] {
            await client.skip("0 CREATE \(name)")
        }
        for name in ["Fruit/Banana", "Fruit/Peach", "Vegetable"] { await client.skip("0 SUBSCRIBE \(name)") }
        return client
    }

    @Test(.rfc(5258, "5"))
    func selectionAndReturnOptions() async {
        await client().run(
            """
            C: A01 LIST "" "*"
            S: * LIST (\\HasNoChildren) "/" INBOX
            S: * LIST (\\HasChildren) "/" Fruit
            S: * LIST (\\HasNoChildren) "/" Fruit/Apple
            S: * LIST (\\HasNoChildren) "/" Fruit/Banana
            S: * LIST (\\HasChildren) "/" Vegetable
            S: * LIST (\\HasNoChildren) "/" Vegetable/Broccoli
            S: A01 OK …
            C: A02 LIST (SUBSCRIBED) "" "*"
            S: * LIST (\\HasNoChildren \\Subscribed) "/" INBOX
            S: * LIST (\\HasNoChildren \\Subscribed) "/" Fruit/Banana
            S: * LIST (\\NonExistent \\HasNoChildren \\Subscribed) "/" Fruit/Peach
            S: * LIST (\\HasChildren \\Subscribed) "/" Vegetable
            S: A02 OK …
            C: A03 LIST () "" "%" RETURN (CHILDREN)
            S: * LIST (\\HasNoChildren) "/" INBOX
            S: * LIST (\\HasChildren) "/" Fruit
            S: * LIST (\\HasChildren) "/" Vegetable
            S: A03 OK …
            C: A04 LIST (REMOTE) "" "%" RETURN (SUBSCRIBED)
            S: * LIST (\\HasNoChildren \\Subscribed) "/" INBOX
            S: * LIST (\\HasChildren) "/" Fruit
            S: * LIST (\\HasChildren \\Subscribed) "/" Vegetable
            S: A04 OK …
            C: A05 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
            S: * LIST (\\HasNoChildren \\Subscribed) "/" INBOX
            S: * LIST (\\HasChildren) "/" Fruit ("CHILDINFO" ("SUBSCRIBED"))
            S: * LIST (\\HasChildren \\Subscribed) "/" Vegetable
            S: A05 OK …
            C: A06 LIST "" (INBOX "Fruit/%" "Fruit/A*")
            S: * LIST (\\HasNoChildren) "/" INBOX
            S: * LIST (\\HasNoChildren) "/" Fruit/Apple
            S: * LIST (\\HasNoChildren) "/" Fruit/Banana
            S: A06 OK …
            C: A07 LIST (RECURSIVEMATCH) "" "%"
            S: A07 BAD …
            C: A08 DELETE Fruit
            S: A08 OK …
            C: A09 LIST "" Fruit
            S: * LIST (\\Noselect \\HasChildren) "/" Fruit
            S: A09 OK …
            C: A10 LIST "" Fruit RETURN ()
            S: * LIST (\\NonExistent \\HasChildren) "/" Fruit
            S: A10 OK …
            C: A11 LIST "" ""
            S: * LIST (\\Noselect) "/" ""
            S: A11 OK …
            """
        )
    }

    @Test(.rfc(5819, "2"), .rfc(8438, "3"), .rfc(8474, "4.3"), .rfc(7889, "3"))
    func statusBesideList() async throws {
        let service = Service()
        try await service.deliver(Sample.plain)
        let client = await service.signedIn()
        await client.skip("0 DELETE Archive")
        await client.skip("0 CREATE Archive/2026")
        await client.skip("0 DELETE Archive")
        await client.run(
            """
            C: 1 LIST "" (INBOX "Archive*") RETURN (STATUS (MESSAGES UNSEEN SIZE))
            S: * LIST (\\HasNoChildren) "/" INBOX
            S: * STATUS INBOX (MESSAGES 1 UNSEEN 1 SIZE 248)
            S: * LIST (\\NonExistent \\HasChildren) "/" Archive
            S: * LIST (\\HasNoChildren) "/" Archive/2026
            S: * STATUS Archive/2026 (MESSAGES 0 UNSEEN 0 SIZE 0)
            S: 1 OK …
            C: 2 STATUS INBOX (HIGHESTMODSEQ MAILBOXID APPENDLIMIT DELETED DELETED-STORAGE)
            S: * STATUS INBOX (HIGHESTMODSEQ … MAILBOXID (F1-1) APPENDLIMIT 104857600 DELETED 0 DELETED-STORAGE 0)
            S: 2 OK …
            C: 3 SELECT INBOX
            """
        )
        _ = await client.skip("4 STORE 1 +FLAGS.SILENT (\\Deleted)")
        await client.run(
            """
            C: 5 STATUS INBOX (DELETED DELETED-STORAGE)
            S: * STATUS INBOX (DELETED 1 DELETED-STORAGE 248)
            S: 5 OK …
            C: 6 STATUS Archive (MESSAGES)
            S: 6 NO [NONEXISTENT] …
            """
        )
    }

    @Test(.rfc(6154, "2"), .rfc(6154, "5"))
    func specialUse() async throws {
        let client = await Service().signedIn()
        await client.run(
            """
            C: 1 LIST (SPECIAL-USE) "" "*"
            S: * LIST (\\HasNoChildren \\Archive) "/" Archive
            S: * LIST (\\HasNoChildren \\Drafts) "/" Drafts
            S: * LIST (\\HasNoChildren \\Junk) "/" Junk
            S: * LIST (\\HasNoChildren \\Sent) "/" Sent
            S: * LIST (\\HasNoChildren \\Trash) "/" Trash
            S: 1 OK …
            C: 2 LIST "" "%" RETURN (SPECIAL-USE)
            S: * LIST (\\HasNoChildren) "/" INBOX
            S: * LIST (\\HasNoChildren \\Archive) "/" Archive
            S: * LIST (\\HasNoChildren \\Drafts) "/" Drafts
            S: * LIST (\\HasNoChildren \\Junk) "/" Junk
            S: * LIST (\\HasNoChildren \\Sent) "/" Sent
            S: * LIST (\\HasNoChildren \\Trash) "/" Trash
            S: 2 OK …
            """
        )
    }

    /// A folder that goes while the answer is on its way is no reason to refuse it. RFC 5819 §2.
    @Test(.rfc(5819, "2")) func deletedWhileListed() async {
        let service = Service()
        let other = await service.signedIn()
        let names = (100..<250).map { "\($0)" + String(repeating: "x", count: 300) } + ["zz"]
        for name in names { await other.skip("0 CREATE \(name)") }
        let slow = service.connect(window: 4096)
        await slow.skip("0 LOGIN alice@example.test secret")
        slow.connection.send("1 LIST \"\" * RETURN (STATUS (MESSAGES))\r\n")
        // Its window is full: most of the answer waits.
        while slow.connection.unread < 4096 { await Task.yield() }
        await other.skip("0 DELETE zz")
        await slow.run("C: 2 NOOP")
        var lines: [String] = []
        while let line = await slow.connection.line(), !line.hasPrefix("2 ") { lines.append(line) }
        #expect(lines.last?.hasPrefix("1 OK ") ?? false)
        #expect(lines.contains("* LIST (\\HasNoChildren) \"/\" zz") && !lines.contains { $0.hasPrefix("* STATUS zz") })
    }
}
