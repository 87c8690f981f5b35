import IMAPDoor
import Mailbox
import PorticoTesting
import Testing

/// Several messages in one command, and one in the place of another. The dialogues have the usual cases.
@Suite struct AppendTests {
    /// Whatever the second message comes to: the first is not kept, and the next command is found.
    @Test(
        .rfc(3502, "6.3.11"),
        arguments: [
            ("{5+}|abc| (\\NoSuchFlag) {5+}|def|", "BAD"), ("{5+}|abc| {0+}|", "NO"), ("{5+}|abc| {0}", "NO"),
            ("{5+}|abc| {21}", "NO [TOOBIG]"), ("{5+}|abc| {21+}|0123456789012345678|", "NO [TOOBIG]"),
            ("{5+}|abc|  {5+}|def|", "BAD"), ("{5+}|abc| {5+}|def| {5+}|ghi| {5}", "NO [LIMIT]"),
            ("{5+}|abc| {5+}|def| {5+}|ghi| {5+}|jkl| (\\Seen) {5+}|mno|", "NO [LIMIT]"),
            ("{13+}|0123456789a| {13}", "NO [LIMIT]"), ("{5+}|abc| CATENATE (URL /x/;UID=1)", "NO [BADURL /x/;UID=1]"),
            ("~{5+}|abc| UTF8 (~{5+}|def|)", "NO [CANNOT]"),
            ("{5+}|abc| \"1-Jan-2026 00:00:00 +0000\" {5+}|def|", "BAD"),
        ]
    )
    func allOrNothing(_ command: String, _ answer: String) async throws {
        let service = Service {
            $0.messageOctets = 20
            $0.appendedMessages = 3
            $0.appendedOctets = 25
        }
        let client = await service.signedIn()
        let lines = command.split(separator: "|", omittingEmptySubsequences: false).map { "C: \($0)" }
        await client.run(["C: 1 APPEND Drafts " + lines[0].dropFirst(3)] + lines.dropFirst())
        await client.run(
            "S: 1 \(answer) …",
            "C: 2 STATUS Drafts (MESSAGES UIDNEXT)",
            "S: * STATUS Drafts (MESSAGES 0 UIDNEXT 1)",
            "S: 2 OK …"
        )
    }

    @Test(.rfc(3502, "6.3.11"), .rfc(4315, "3"), arguments: [1, 4, .max])
    func severalMessages(_ pieceLimit: Int) async throws {
        let client = try await Service().selected([Sample.plain], pieceLimit: pieceLimit)
        await client.run(
            """
            C: 1 APPEND INBOX (\\Seen) "17-Jul-1996 02:44:25 -0700" {5}
            S: + …
            C: one
            C:  {5+}
            C: two
            C:  ($x) ~{7}
            S: + …
            C: three
            C:  CATENATE (URL "/INBOX/;UID=1/;SECTION=TEXT/;PARTIAL=0.5" TEXT {5+}
            C: four
            C: )
            S: 1 …
            """.replacing("TEXT {5+}", with: "TEXT {6+}").replacing("S: 1 …", with: "S: * 5 EXISTS")
        )
        await client.run("S: * 5 RECENT", "S: * FLAGS …", "S: * OK [PERMANENTFLAGS …", "S: 1 OK [APPENDUID … 2:5] …")
        await client.run(
            """
            C: 2 FETCH 2:5 (FLAGS BODY.PEEK[])
            S: * 2 FETCH (FLAGS (\\Seen \\Recent) BODY[] {5}
            S: one
            S: )
            S: * 3 FETCH (FLAGS (\\Recent) BODY[] {5}
            S: two
            S: )
            S: * 4 FETCH (FLAGS (\\Recent $x) BODY[] {7}
            S: three
            S: )
            S: * 5 FETCH (FLAGS (\\Recent) BODY[] {11}
            S: Hellofour
            S: )
            S: 2 OK …
            """
        )
    }

    /// However many messages: one commit.
    @Test(.rfc(3502, "6.3.11"))
    func severalMessagesAreOneCommit() async {
        let service = Service()
        let client = await service.signedIn()
        let before = service.store.counts.commits
        let messages = (0..<50).map { " {\("Subject: \($0)\r\n\r\n".utf8.count)+}\r\nSubject: \($0)\r\n\r\n" }.joined()
        await client.run("C: 1 APPEND Drafts\(messages)", "S: 1 OK [APPENDUID … 1:50] …")
        #expect(service.store.counts.commits == before + 1)
    }

    /// RFC 7162 §3.2.9: VANISHED, and HIGHESTMODSEQ in the OK.
    @Test(.rfc(8508, "4.5"))
    func replaceTellsWhatVanished() async throws {
        let client = try await Service().selected([Sample.plain, Sample.plain])
        await client.skip("0 ENABLE QRESYNC UIDONLY")
        await client.run(
            "C: 1 UID REPLACE 1 INBOX (\\Seen) {5+}",
            "C: abc",
            "C:",
            "S: * OK [APPENDUID … 3] …",
            "S: * VANISHED 1",
            "S: * 2 EXISTS",
            "S: * 2 RECENT",
            "S: 1 OK [HIGHESTMODSEQ …] …",
            "C: 2 REPLACE 1 INBOX {5+}",
            "C: abc",
            "C:",
            "S: 2 BAD [UIDREQUIRED] …",
            "C: 3 UID FETCH 1:* FLAGS",
            "S: * 2 UIDFETCH (FLAGS (\\Recent))",
            "S: * 3 UIDFETCH (FLAGS (\\Seen \\Recent))",
            "S: 3 OK …"
        )
    }

    /// RFC 8508 §4.2: the message that goes may be part of the one that comes.
    @Test(.rfc(8508, "4.2"))
    func replaceByItself() async throws {
        let client = try await Service().selected([Sample.plain])
        await client.run(
            "C: 1 REPLACE * Drafts CATENATE (TEXT {6+}",
            "C: A: b",
            "C:  URL \"/INBOX/;UID=1\")",
            "S: * OK [APPENDUID … 1] …",
            "S: * 1 EXPUNGE",
            "S: 1 OK …",
            "C: 2 STATUS Drafts (MESSAGES)",
            "S: * STATUS Drafts (MESSAGES 1)",
            "S: 2 OK …",
            "C: 3 REPLACE * Drafts {6+}",
            "C: A: b",
            "C:",
            "S: 3 NO [NONEXISTENT] …"
        )
    }

    /// Nothing changes where something is wrong, and the next command is found.
    @Test(
        .rfc(8508, "3.4"),
        arguments: [
            ("SELECT INBOX", "REPLACE 2 INBOX {5+}|abc|", "BAD"),
            ("SELECT INBOX", "UID REPLACE 2 INBOX {5+}|abc|", "NO"),
            ("SELECT INBOX", "REPLACE 1 nothing {5+}|abc|", "NO [TRYCREATE]"),
            ("SELECT INBOX", "REPLACE 1 INBOX {5+}|abc| {5+}|abc|", "BAD"),
            ("SELECT INBOX", "REPLACE 1 INBOX {0+}|", "NO"),
            ("SELECT INBOX", "REPLACE 1 INBOX {99999999999}", "NO [TOOBIG]"),
            ("SELECT INBOX", "REPLACE 1 INBOX CATENATE (URL ;UID=9)", "NO [BADURL ;UID=9]"),
            ("EXAMINE INBOX", "REPLACE 1 INBOX {5+}|abc|", "NO"), ("NOOP", "REPLACE 1 INBOX {5+}|abc|", "BAD"),
            ("NOOP", "UID REPLACE 1 INBOX {5}", "BAD"),
        ]
    )
    func replaceRefused(_ first: String, _ command: String, _ answer: String) async throws {
        let service = Service()
        try await service.deliver(Sample.plain)
        let client = await service.signedIn()
        await client.skip("1 \(first)")
        let lines = command.split(separator: "|", omittingEmptySubsequences: false).map { "C: \($0)" }
        await client.run(["C: 2 " + lines[0].dropFirst(3)] + lines.dropFirst())
        await client.run(
            "S: 2 \(answer) …",
            "C: 3 STATUS INBOX (MESSAGES UIDNEXT)",
            "S: * STATUS INBOX (MESSAGES 1 UIDNEXT 2)",
            "S: 3 OK …"
        )
    }

    /// Another session removes the message while the new one comes.
    @Test(.rfc(8508, "3.4"))
    func replacedMessageIsGone() async throws {
        let service = Service()
        let client = try await service.selected([Sample.plain])
        await client.run("C: 1 REPLACE 1 INBOX {5}", "S: + …")
        let mailbox = try await service.mailboxes.open(AccountID(1))
        _ = try await mailbox.remove(UIDSet([1]), in: .inbox)
        await client.run("C: abc", "C:", "S: * 1 EXPUNGE", "S: 1 NO [EXPUNGEISSUED] …")
    }

    /// The binary part is told as base64, and BINARY gives what came.
    @Test(.rfc(3516, "4.4"))
    func binaryParts() async throws {
        let client = try await Service().selected()
        let head = "Content-Type: application/x\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        client.connection.send("1 APPEND INBOX ~{\(head.utf8.count + 3)+}\r\n\(head)a\0b\r\n")
        await client.run(
            """
            S: * 1 EXISTS
            S: * 1 RECENT
            S: 1 OK …
            C: 2 FETCH 1 (BODYSTRUCTURE BODY.PEEK[] BINARY.PEEK[1])
            S: * 1 FETCH (BODYSTRUCTURE ("application" "x" NIL NIL NIL "base64" 6 …) BODY[] {72}
            S: Content-Type: application/x
            S: Content-Transfer-Encoding: base64
            S:
            S: YQBi
            S:  BINARY[1] ~{3}
            S: a\0b)
            S: 2 OK …
            """
        )
    }

    /// RFC 9051 §9 CHAR8 knows no NUL; mail does.
    @Test(
        .rfc(3516, "4.4"),
        arguments: [
            ("{6+}", "OK"), ("~{6+}", "NO [UNKNOWN-CTE]"), ("CATENATE (TEXT ~{6+}", "NO [UNKNOWN-CTE]"),
            ("CATENATE (TEXT {3+}\r\nabc TEXT ~{6+}", "NO [UNKNOWN-CTE]"),
        ]
    )
    func otherNULs(_ announcement: String, _ answer: String) async throws {
        let client = await Service().signedIn()
        let end = announcement.hasPrefix("CATENATE") ? ")\r\n" : "\r\n"
        client.connection.send("1 APPEND INBOX \(announcement)\r\na\0bxyz\(end)")
        await client.run("S: 1 \(answer) …", "C: 2 NOOP", "S: 2 OK …")
    }
}
