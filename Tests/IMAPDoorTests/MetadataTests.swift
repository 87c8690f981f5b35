import PorticoTesting
import Testing

@testable import IMAPDoor

/// Annotations of mailboxes and of the server.
@Suite struct MetadataTests {
    @Test(.rfc(5464, "4.2"), .rfc(5464, "4.3"))
    func annotations() async throws {
        let client = await Service().signedIn()
        await client.run(
            """
            C: 1 SETMETADATA INBOX (/private/comment "My comment" /shared/comment "Ours")
            S: 1 OK …
            C: 2 GETMETADATA INBOX /private/comment
            S: * METADATA INBOX (/private/comment "My comment")
            S: 2 OK …
            C: 3 GETMETADATA INBOX (/shared/comment /private/comment /private/none)
            S: * METADATA INBOX (/shared/comment "Ours" /private/comment "My comment" /private/none NIL)
            S: 3 OK …
            C: 4 SETMETADATA INBOX (/private/vendor/a/b "1" /private/vendor/a "2" /private/vendor/a/b/c "3")
            S: 4 OK …
            C: 5 GETMETADATA (DEPTH 1) INBOX /private/vendor/a
            S: * METADATA INBOX (/private/vendor/a "2" /private/vendor/a/b "1")
            S: 5 OK …
            C: 6 GETMETADATA INBOX (DEPTH infinity MAXSIZE 4) (/private)
            S: * METADATA INBOX (…)
            S: 6 OK [METADATA LONGENTRIES 10] …
            C: 7 SETMETADATA INBOX (/private/comment NIL)
            S: 7 OK …
            C: 8 GETMETADATA INBOX /private/comment
            S: * METADATA INBOX (/private/comment NIL)
            S: 8 OK …
            C: 9 GETMETADATA INBOX /other/comment
            S: 9 BAD …
            C: 10 SETMETADATA "" (/private/vendor/x "of the server")
            S: 10 OK …
            C: 11 GETMETADATA "" /private/vendor/x
            S: * METADATA "" (/private/vendor/x "of the server")
            S: 11 OK …
            C: 12 LIST "" INBOX RETURN (METADATA (/shared/comment /private/comment))
            S: * LIST (\\HasNoChildren) "/" INBOX
            S: * METADATA INBOX (/shared/comment "Ours" /private/comment NIL)
            S: 12 OK …
            C: 13 GETMETADATA Nowhere /private/comment
            S: 13 NO [NONEXISTENT] …
            """
        )
    }

    @Test(.rfc(5464, "4.4.2"), .rfc(5465, "5.6"))
    func changesAreTold() async throws {
        let service = Service()
        let other = await service.signedIn()
        let client = await service.signedIn()
        await client.run(
            """
            C: 1 ENABLE METADATA
            S: * ENABLED METADATA
            S: 1 OK …
            """
        )
        await other.skip("1 SETMETADATA INBOX (/shared/comment \"new\")")
        await client.run(
            """
            C: 2 NOOP
            S: * METADATA INBOX /shared/comment
            S: 2 OK …
            C: 3 NOTIFY SET (PERSONAL (MailboxMetadataChange))
            S: 3 OK …
            """
        )
        await other.skip("2 SETMETADATA Archive (/private/comment \"mine\")")
        await client.run("S: * METADATA Archive /private/comment")
    }
}
