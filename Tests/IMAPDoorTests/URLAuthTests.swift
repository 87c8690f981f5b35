import IMAPDoor
import Mailbox
import PorticoTesting
import Testing

/// URLs that let somebody read a message in another's name. The dialogue `urlauth.txt` has the usual cases.
@Suite(.rfc(4467, "7"))
struct URLAuthTests {
    private static let message = "/INBOX/;uid=1"
    private static let server = "imap://alice%40example.test@mail.example.test"

    /// A connection of that user.
    private func signedIn(_ name: String, _ service: Service) async -> Client {
        let client = service.connect()
        _ = await client.connection.line()
        await client.skip("0 LOGIN \(name)@example.test secret")
        return client
    }

    /// The URL, signed by the client's user.
    private func sign(_ rump: String, _ client: Client) async throws -> String {
        let lines = await client.skip("g GENURLAUTH \"\(rump)\" INTERNAL")
        let answer = try #require(lines.first)
        #expect(answer.hasPrefix("* GENURLAUTH \"\(rump):internal:01"))
        return String(answer.dropFirst(14).dropLast())
    }

    private func isReadable(_ url: String, _ client: Client) async -> Bool {
        let lines = await client.skip("f URLFETCH \"\(url)\"")
        if lines.first == "* URLFETCH \"\(url)\" NIL" { return false }
        #expect(lines.first == "* URLFETCH \"\(url)\" {53}")
        #expect(lines.dropFirst().first == "Hello Joe, do you think we can meet at 3:30 tomorrow?")
        return true
    }

    private func start() async throws -> (Service, alice: Client, bob: Client) {
        let service = Service(submitters: ["carol@example.test"])
        try await service.deliver(Sample.plain)
        return (service, await signedIn("alice", service), await signedIn("bob", service))
    }

    /// Who may use it.
    @Test(
        .rfc(4467, "3"),
        arguments: [
            ("anonymous", true, true, true), ("authuser", true, true, true),
            ("user+bob%40example.test", false, true, false),
            ("user+alice%40example.test", true, false, false), ("user+nobody", false, false, false),
            ("submit+alice%40example.test", false, false, true),
        ]
    )
    func access(_ access: String, _ alice: Bool, _ bob: Bool, _ carol: Bool) async throws {
        let (service, owner, other) = try await start()
        let rump = "\(Self.server)/INBOX/;uid=1/;section=text/;partial=0.53;urlauth=\(access)"
        let url = try await sign(rump, owner)
        #expect(await isReadable(url, owner) == alice)
        #expect(await isReadable(url, other) == bob)
        #expect(await isReadable(url, await signedIn("carol", service)) == carol)
        // Nothing became \Seen.
        await owner.run("C: s STATUS INBOX (UNSEEN)", "S: * STATUS INBOX (UNSEEN 1)", "S: s OK …")
    }

    /// The clock of the tests stands at noon of 2026-01-01.
    @Test(arguments: [
        ("2026-01-01T12:00:01Z", true), ("2026-01-01T12:00:00Z", false), ("2026-01-01T12:30:00+01:00", false),
    ])
    func expiry(_ moment: String, _ isValid: Bool) async throws {
        let (_, alice, bob) = try await start()
        let rump = "\(Self.server)/INBOX/;uid=1/;section=text/;partial=0.53;expire=\(moment);urlauth=authuser"
        #expect(await isReadable(try await sign(rump, alice), bob) == isValid)
    }

    @Test func everyOctetIsSigned() async throws {
        let (_, alice, bob) = try await start()
        let url = try await sign("\(Self.server)/INBOX/;uid=1/;section=text;urlauth=user+alice%40example.test", alice)
        var changes = [url.replacing("alice%40example.test:", with: "bob%40example.test:"), url + "00", url + "0"]
        changes += [
            url.replacing("section=text", with: "section=header"), url.replacing(":internal:01", with: ":internal:02"),
        ]
        changes += [url.replacing("INBOX", with: "Inbox"), url.replacing("internal", with: "other")]
        changes.append(String(url.prefix { $0 != ";" }) + "/;uid=1;urlauth=authuser")
        for changed in changes {
            #expect(await !isReadable(changed, alice), "\(changed)")
            #expect(await !isReadable(changed, bob), "\(changed)")
        }
    }

    @Test func keysAreReset() async throws {
        let (_, alice, bob) = try await start()
        await alice.skip("1 CREATE Other")
        await alice.skip("2 SELECT INBOX")
        await alice.skip("3 COPY 1 Other")
        func urls() async throws -> (String, String) {
            let end = ";uid=1/;section=text/;partial=0.53;urlauth=authuser"
            return (
                try await sign("\(Self.server)/INBOX/\(end)", alice),
                try await sign("\(Self.server)/Other/\(end)", alice)
            )
        }
        let (inbox, other) = try await urls()
        await alice.run("C: 4 RESETKEY Other INTERNAL", "S: 4 OK [URLMECH INTERNAL] …")
        #expect(await isReadable(inbox, bob))
        #expect(await !isReadable(other, bob))
        let (again, otherAgain) = try await urls()
        #expect(again == inbox && otherAgain != other)
        #expect(await isReadable(otherAgain, bob))
        await alice.run("C: 5 RESETKEY", "S: 5 OK …")
        #expect(await !isReadable(inbox, bob))
        #expect(await !isReadable(otherAgain, bob))
        await alice.run("C: 6 RESETKEY nowhere", "S: 6 NO …", "C: 7 RESETKEY INBOX XSAMPLE", "S: 7 BAD …")
        // What is gone is not named any more.
        let last = try await urls()
        await alice.skip("8 DELETE Other")
        #expect(await !isReadable(last.1, bob))
    }

    @Test(
        .rfc(4467, "6"),
        arguments: [
            "/INBOX/;uid=1;urlauth=authuser", "imap://mail.example.test/INBOX/;uid=1;urlauth=authuser",
            "imap://bob%40example.test@mail.example.test/INBOX/;uid=1;urlauth=authuser",
            "imap://alice%40example.test@other.test/INBOX/;uid=1;urlauth=authuser",
            "imap://alice%40example.test@mail.example.test/nowhere/;uid=1;urlauth=authuser",
            "imap://alice%40example.test@mail.example.test/INBOX/;uid=1",
            "imap://alice%40example.test@mail.example.test/INBOX/;uid=1;urlauth=authuser:internal:00112233445566778899aabbccddeeff",
            "imap://alice%40example.test@mail.example.test/INBOX;urlauth=authuser", "x",
        ]
    )
    func refuses(_ rump: String) async throws {
        let (_, alice, _) = try await start()
        await alice.run("C: 1 GENURLAUTH \"\(rump)\" INTERNAL", "S: 1 BAD …")
    }

    /// A message that another may read becomes part of one's own. RFC 4467 §1, RFC 4469 §3.
    @Test func catenate() async throws {
        let (_, alice, bob) = try await start()
        let url = try await sign("\(Self.server)/INBOX/;uid=1;urlauth=user+bob%40example.test", alice)
        await bob.run("C: 1 APPEND INBOX CATENATE (URL \"\(url)\")", "S: 1 OK …")
        await bob.run("C: 2 APPEND INBOX CATENATE (URL \"\(url)00\")", "S: 2 NO [BADURL \(url)00] …")
        await alice.run("C: 3 APPEND INBOX CATENATE (URL \"\(url)\")", "S: 3 NO [BADURL \(url)] …")
    }

    /// Clients neither see the keys nor set them.
    @Test(.rfc(5464, "4.2"))
    func keysAreHidden() async throws {
        let (_, alice, _) = try await start()
        await alice.skip("1 SETMETADATA INBOX (/private/vendor/x \"y\")")
        _ = try await sign("\(Self.server)/INBOX/;uid=1;urlauth=authuser", alice)
        await alice.run(
            "C: 2 GETMETADATA (DEPTH infinity) INBOX /private/vendor",
            "S: * METADATA INBOX (/private/vendor/x \"y\")",
            "S: 2 OK …",
            "C: 3 GETMETADATA \"\" /private/vendor/vendor.portico/urlauth",
            "S: 3 NO …",
            "C: 4 SETMETADATA INBOX (/private/vendor/Vendor.Portico/urlauth NIL)",
            "S: 4 NO …"
        )
    }
}
