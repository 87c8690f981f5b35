import IMAPDoor
import Mailbox
import PorticoTesting
import Testing

@Suite(.rfc(4469, "3"))
struct CatenateTests {
    private static let parts = """
        Subject: parts
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain

        first
        --b
        Content-Type: application/octet-stream

        second
        --b--

        """

    /// A client whose selected INBOX has a message of two parts, and what its UIDVALIDITY is.
    private func start(_ pieceLimit: Int = .max) async throws -> (client: Client, validity: String) {
        let client = try await Service().selected([Self.parts], pieceLimit: pieceLimit)
        let lines = await client.skip("s STATUS INBOX (UIDVALIDITY)")
        let status = try #require(lines.first?.split(separator: " ").last?.dropLast())
        return (client, String(status))
    }

    /// RFC 4469 appendix A, example 2: the text of a draft is replaced, its attachment stays.
    @Test(.rfc(4469, "A"), arguments: [1, 3, .max])
    func partsAreReplaced(_ pieceLimit: Int) async throws {
        let (client, validity) = try await start(pieceLimit)
        let url = "/INBOX;UIDVALIDITY=\(validity)/;UID=1/;"
        await client.run(
            """
            C: 1 APPEND Drafts (\\Seen \\Draft $MDNSent) CATENATE (URL "\(url)section=HEADER" TEXT {17}
            S: + …
            C: --b
            C:
            C: new text
            C:  TEXT {5+}
            C: --b
            C:  URL "\(url)Section=2.MIME" URL {\(url.utf8.count + 9)}
            S: + …
            C: \(url)Section=2 TEXT {9+}
            C:
            C: --b--
            C: )
            S: 1 OK [APPENDUID … 1] …
            """
        )
        await client.skip("2 SELECT Drafts")
        await client.run(
            """
            C: 3 FETCH 1 (FLAGS BODY.PEEK[TEXT] BODY.PEEK[2])
            S: * 1 FETCH (FLAGS (\\Seen \\Draft \\Recent $MDNSent) BODY[TEXT] {79}
            S: --b
            S:
            S: new text
            S: --b
            S: Content-Type: application/octet-stream
            S:
            S: second
            S: --b--
            S:  BODY[2] {6}
            S: second)
            S: 3 OK …
            """
        )
        // The message that the parts came from was not read.
        await client.skip("4 SELECT INBOX")
        await client.run("C: 5 FETCH 1 FLAGS", "S: * 1 FETCH (FLAGS (…))", "S: 5 OK …")
        let flags = await client.skip("6 SEARCH SEEN")
        #expect(flags.first == "* SEARCH")
    }

    /// What each URL names, appended alone: no octets come with the command.
    @Test(arguments: [
        ("/INBOX/;UID=1/;SECTION=1", "first"), ("/inbox/;uid=1/;section=2", "second"), (";UID=1/;SECTION=1", "first"),
        ("INBOX/;UID=1/;SECTION=1", "first"), ("/INBOX/;UID=1/;SECTION=1/;PARTIAL=1.3", "irs"),
        ("/INBOX/;UID=1/;SECTION=1/;PARTIAL=3", "st"), ("/INBOX/;UID=1/;SECTION=1/;PARTIAL=0.99999999999", "first"),
        ("/INBOX/;UID=1/;SECTION=HEADER.FIELDS%20(SUBJECT)", "Subject: parts\r\n\r\n"),
        ("/INBOX/;UID=1/;PARTIAL=9.5", "parts"), ("imap://mail.example.test/INBOX/;UID=1/;SECTION=1", "first"),
        ("imap://MAIL.example.test:143/INBOX/;UID=1/;SECTION=1", "first"),
        ("imap://alice%40example.test@mail.example.test/INBOX/;UID=1/;SECTION=1", "first"),
    ])
    func names(_ url: String, _ expected: String) async throws {
        let (client, _) = try await start()
        await client.run("C: 1 APPEND Drafts CATENATE (URL \"\(url)\")", "S: 1 OK [APPENDUID …] …")
        await client.skip("2 SELECT Drafts")
        client.connection.send("3 FETCH 1 BODY.PEEK[]\r\n")
        #expect(await client.connection.line() == "* 1 FETCH (BODY[] {\(expected.utf8.count)}")
        #expect(await client.connection.octets(expected.utf8.count) == Array(expected.utf8))
    }

    /// Relative to a mailbox below another, and to none.
    @Test func relativeURLs() async throws {
        let (client, _) = try await start()
        await client.skip("1 CREATE a/b")
        await client.skip("2 COPY 1 a/b")
        await client.run("C: 3 APPEND Drafts CATENATE (URL b/;UID=1)", "S: 3 NO [BADURL b/;UID=1] …")
        await client.skip("4 SELECT a/b")
        await client.run("C: 5 APPEND Drafts CATENATE (URL b/;UID=1)", "S: 5 OK …")
        await client.run("C: 6 APPEND Drafts CATENATE (URL ;UID=1)", "S: 6 OK …")
        await client.skip("7 UNSELECT")
        await client.run("C: 8 APPEND Drafts CATENATE (URL a/b/;UID=1)", "S: 8 OK …")
        await client.run("C: 9 APPEND Drafts CATENATE (URL ;UID=1)", "S: 9 NO [BADURL ;UID=1] …")
    }

    @Test(
        .rfc(4469, "4.1"),
        arguments: [
            "nonsense", "/INBOX", "/INBOX/;UID=2", "/INBOX;UIDVALIDITY=1/;UID=1", "/nowhere/;UID=1",
            "/INBOX/;UID=1/;SECTION=3", "/INBOX/;UID=1/;SECTION=1.HEADER", "imap://other.example.test/INBOX/;UID=1",
            "imap://bob@mail.example.test/INBOX/;UID=1", "imap://mail.example.test:26/INBOX/;UID=1",
        ]
    )
    func badURL(_ url: String) async throws {
        let (client, _) = try await start()
        await client.run(
            "C: 1 APPEND Drafts CATENATE (URL ;UID=1 URL \"\(url)\" TEXT {5+}",
            "C: abc",
            "C: )",
            "S: 1 NO [BADURL \(url)] …",
            "C: 2 APPEND Drafts CATENATE (TEXT {5+}",
            "C: abc",
            "C:  URL \"\(url)\" TEXT {5}",
            "S: 2 NO [BADURL \(url)] …",
            "C: 3 STATUS Drafts (MESSAGES)",
            "S: * STATUS Drafts (MESSAGES 0)",
            "S: 3 OK …"
        )
    }

    /// Whatever is wrong, and wherever: the next command is found.
    @Test(arguments: [
        ("nothing CATENATE (TEXT {5+}|abc| TEXT {5+}|def| URL /INBOX/;UID=1)", "NO [TRYCREATE]"),
        ("nothing CATENATE (TEXT {5+}|abc| URL {3}", "NO [TRYCREATE]"),
        ("nothing {5+}|abc|", "NO [TRYCREATE]"),
        ("nothing {5+}|abc| (\\Seen) {5+}|def| {1}", "NO [TRYCREATE]"),
        ("Drafts CATENATE (TEXT {5+}|abc| FOO)", "BAD"),
        ("Drafts CATENATE (TEXT {5+}|abc|", "BAD"),
        ("Drafts CATENATE (TEXT {5+}|abc|) x", "BAD"),
        ("Drafts (\\Fast) {5+}|abc|", "BAD"),
        ("Drafts CATENATE ()", "BAD"),
        ("Drafts CATENATE (URL x", "BAD"),
        ("Drafts CATENATE (URL ;UID=1 URL ;UID=1 URL ;UID=1 URL ;UID=1)", "NO [TOOBIG]"),
        ("Drafts CATENATE (URL ;UID=1 URL ;UID=1 TEXT {300}", "NO [TOOBIG]"),
        ("Drafts CATENATE (URL ;UID=1 URL ;UID=1 TEXT {300+}|\(String(repeating: "x", count: 298))|)", "NO [TOOBIG]"),
        ("Drafts UTF8 (~{5+}|abc|)", "NO [CANNOT]"),
        ("Drafts CATENATE (UTF8 (~{5}", "NO [CANNOT]"),
    ])
    func staysInStep(_ command: String, _ answer: String) async throws {
        let client = try await Service { $0.messageOctets = 500 }.selected([Self.parts])
        let lines = command.split(separator: "|", omittingEmptySubsequences: false).map { "C: \($0)" }
        await client.run(["C: 1 APPEND " + lines[0].dropFirst(3)] + lines.dropFirst())
        await client.run(
            "S: 1 \(answer) …",
            "C: 2 STATUS Drafts (MESSAGES)",
            "S: * STATUS Drafts (MESSAGES 0)",
            "S: 2 OK …"
        )
    }

    @Test func tooMuchToPassOverCloses() async throws {
        let client = try await Service { $0.skippedMessageOctets = 12 }.selected([Self.parts])
        await client.run(
            "C: 1 APPEND nothing CATENATE (TEXT {5+}",
            "C: abc",
            "C:  TEXT {5+}",
            "C: def",
            "C:  TEXT {5+}",
            "S: 1 NO [TRYCREATE] …",
            "S: * BYE …"
        )
    }

    /// RFC 6855 §4.
    @Test(.rfc(6855, "4"))
    func internationalHeader() async throws {
        let (client, _) = try await start()
        await client.skip("1 ENABLE UTF8=ACCEPT")
        await client.run(
            """
            C: 2 APPEND Drafts UTF8 (~{14+}
            C: Subject: ää
            C: )
            S: 2 OK …
            C: 3 APPEND Drafts CATENATE (UTF8 (~{14+}
            C: Subject: ää
            C: ) URL ;UID=1/;SECTION=1)
            S: 3 OK …
            """.replacing("{14+}", with: "{15+}")
        )
        await client.skip("4 SELECT Drafts")
        await client.run(
            "C: 5 FETCH 2 BODY.PEEK[]",
            "S: * 2 FETCH (BODY[] {20}",
            "S: Subject: ää",
            "S: first)",
            "S: 5 OK …"
        )
    }
}
