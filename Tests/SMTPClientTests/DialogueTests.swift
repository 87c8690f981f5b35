import Network
import PorticoTesting
import SMTP
import SMTPClient
import Testing
import World

/// What the client says, line by line: the examples of the RFCs, from the client's side.
struct DialogueTests {
    /// Plays the server's part of a dialogue, whose lines are `S: …` and `C: …`, and compares the client's.
    ///
    /// Server lines are sent when the client's lines before them have come. Returns what the client said instead, if it did.
    private static func play(_ dialogue: String, _ line: MemoryConnection) async -> String? {
        for expected in dialogue.split(separator: "\n") {
            let text = String(expected.dropFirst(3))
            if expected.hasPrefix("S: ") {
                line.send(text + "\r\n")
            } else {
                let said = await line.line()
                guard said == text else { return "'\(said ?? "nothing")' instead of '\(text)'" }
            }
        }
        line.endSending()
        return nil
    }

    private func run(
        _ dialogue: String,
        _ settings: Settings,
        weather: MemoryConnection.Weather? = nil,
        _ message: OutgoingMessage
    ) async throws -> Report {
        let world = TestWorld()
        let (report, difference) = try await TestLoop.run(world) { _ in
            let line = MemoryConnection(clock: world, weather: weather)
            async let difference = Self.play(dialogue, line)
            do {
                let connection = try await Connection.open(over: line, settings: settings)
                let report = await connection.send(message)
                await connection.quit()
                line.close()
                return (report, await difference)
            } catch {
                line.close()
                return (Report(outcomes: [], failure: error as? Failure), await difference)
            }
        }
        #expect(difference == nil)
        return report
    }

    private func settings(_ name: String = "dbc.mtview.ca.us") -> Settings { Settings(name: .domain(name)) }

    private func message(
        from sender: (String, String)?,
        to recipients: [(String, String)],
        _ content: any MessageContent = MessageOctets("Text\r\n")
    ) -> OutgoingMessage {
        OutgoingMessage(
            from: sender.map { .path(Path(localPart: $0.0, host: .domain($0.1))) } ?? .null,
            to: recipients.map { .init(.path(Path(localPart: $0.0, host: .domain($0.1)))) },
            content: content
        )
    }

    @Test(.rfc(2920, "4")) func `Pipelining`() async throws {
        let report = try await run(
            """
            S: 220 innosoft.com SMTP service ready
            C: EHLO dbc.mtview.ca.us
            S: 250-innosoft.com
            S: 250 PIPELINING
            C: MAIL FROM:<mrose@dbc.mtview.ca.us>
            C: RCPT TO:<ned@innosoft.com>
            C: RCPT TO:<dan@innosoft.com>
            C: RCPT TO:<kvc@innosoft.com>
            C: DATA
            S: 250 sender <mrose@dbc.mtview.ca.us> OK
            S: 250 recipient <ned@innosoft.com> OK
            S: 250 recipient <dan@innosoft.com> OK
            S: 550 remote mail to <kvc@innosoft.com> not allowed
            S: 354 enter mail, end with line containing only "."
            C: Text
            C: ..dots
            C: .
            S: 250 message sent
            C: QUIT
            S: 221 goodbye
            """,
            settings(),
            message(
                from: ("mrose", "dbc.mtview.ca.us"),
                to: [("ned", "innosoft.com"), ("dan", "innosoft.com"), ("kvc", "innosoft.com")],
                MessageOctets("Text\n.dots")
            )
        )
        #expect(report.outcomes[0] == .delivered(Reply(250, nil, "message sent")))
        #expect(
            report.outcomes[2] == .permanent(Reply(550, nil, "remote mail to <kvc@innosoft.com> not allowed"), .rcpt)
        )
        #expect(report.octetsSent == 12)
    }

    @Test(.rfc(5321, "D.1"), .rfc(5321, "3.2")) func `Step by step, with a server that knows no EHLO`() async throws {
        let report = try await run(
            """
            S: 220-foo.com Simple Mail
            S: 220 Transfer Service Ready
            C: EHLO bar.com
            S: 502 what?
            C: HELO bar.com
            S: 250 foo.com
            C: MAIL FROM:<Smith@bar.com>
            S: 250 OK
            C: RCPT TO:<Jones@foo.com>
            S: 250 OK
            C: RCPT TO:<Green@foo.com>
            S: 550 No such user here
            C: RCPT TO:<Brown@foo.com>
            S: 251 User not local; will forward
            C: DATA
            S: 354 Start mail input; end with <CRLF>.<CRLF>
            C: Text
            C: .
            S: 250 OK
            C: QUIT
            S: 221 foo.com Service closing transmission channel
            """,
            settings("bar.com"),
            message(from: ("Smith", "bar.com"), to: [("Jones", "foo.com"), ("Green", "foo.com"), ("Brown", "foo.com")])
        )
        #expect(report.outcomes.map(\.isDelivered) == [true, false, true])
    }

    @Test(.rfc(2033, "4.2")) func `LMTP has an answer for each recipient`() async throws {
        var settings = settings("foo.edu")
        settings.dialect = .lmtp
        let report = try await run(
            """
            S: 220 foo.edu LMTP server ready
            C: LHLO foo.edu
            S: 250-foo.edu
            S: 250-PIPELINING
            S: 250 SIZE
            C: MAIL FROM:<chris@bar.com> SIZE=6
            C: RCPT TO:<pat@foo.edu>
            C: RCPT TO:<jones@foo.edu>
            C: RCPT TO:<green@foo.edu>
            C: DATA
            S: 250 OK
            S: 250 OK
            S: 550 No such user here
            S: 250 OK
            S: 354 Start mail input; end with <CRLF>.<CRLF>
            C: Text
            C: .
            S: 250 OK
            S: 452 <green@foo.edu> is temporarily over quota
            C: QUIT
            S: 221 foo.edu closing connection
            """,
            settings,
            message(from: ("chris", "bar.com"), to: [("pat", "foo.edu"), ("jones", "foo.edu"), ("green", "foo.edu")])
        )
        #expect(report.outcomes[0] == .delivered(Reply(250, nil, "OK")))
        #expect(report.outcomes[1] == .permanent(Reply(550, nil, "No such user here"), .rcpt))
        #expect(report.outcomes[2] == .temporary(Reply(452, nil, "<green@foo.edu> is temporarily over quota"), .end))
    }

    @Test(.rfc(3461, "10.1"), .rfc(6710, "3"), .rfc(2852, "4")) func `Every parameter that the server knows`()
        async throws
    {
        var message = message(from: ("Alice", "Example.ORG"), to: [("Bob", "Example.COM"), ("Dana", "Ivory.EDU")])
        message.ret = .headers
        message.envelopeIdentifier = "QQ314159"
        message.priority = -3
        message.deliverBy = DeliverBy(seconds: 120, mode: .notify)
        message.recipients[0].notify = .success
        message.recipients[0].original = OriginalRecipient(type: "rfc822", address: "Bob@Example.COM")
        message.recipients[1].notify = .never
        let report = try await run(
            """
            S: 220 Example.ORG ready
            C: EHLO Example.ORG
            S: 250-Example.ORG
            S: 250-DSN
            S: 250-DELIVERBY 240
            S: 250-MT-PRIORITY
            S: 250-8BITMIME
            S: 250 SIZE 0
            C: MAIL FROM:<Alice@Example.ORG> SIZE=6 BODY=8BITMIME RET=HDRS ENVID=QQ314159 BY=120;N MT-PRIORITY=-3
            S: 250 ok
            C: RCPT TO:<Bob@Example.COM> NOTIFY=SUCCESS ORCPT=rfc822;Bob@Example.COM
            S: 250 ok
            C: RCPT TO:<Dana@Ivory.EDU> NOTIFY=NEVER
            S: 250 ok
            C: DATA
            S: 354 go
            C: Text
            C: .
            S: 250 ok
            C: QUIT
            S: 221 bye
            """,
            settings("Example.ORG"),
            message
        )
        #expect(report.outcomes.allSatisfy { $0.isDelivered })
        #expect(report.notifiesSenders)
    }

    @Test(.rfc(4954, "6")) func `AUTH PLAIN and AUTH LOGIN`() async throws {
        var settings = settings("client.example.com")
        settings.authenticator = PasswordAuthenticator(name: "test", password: "1234", allowsPlaintext: true)
        var message = message(from: ("a", "example.com"), to: [("b", "example.com")])
        message.submitter = ""
        let rest = """
            C: MAIL FROM:<a@example.com> AUTH=<>
            S: 550 5.7.1 no more
            C: QUIT
            S: 221 bye
            """
        let plain = try await run(
            """
            S: 220 smtp.example.com ESMTP
            C: EHLO client.example.com
            S: 250 AUTH PLAIN
            """.replacing("S: 250 AUTH", with: "S: 250-smtp.example.com\nS: 250 AUTH LOGIN")
                + "\nC: AUTH PLAIN AHRlc3QAMTIzNA==\nS: 235 2.7.0 Authentication successful\n" + rest,
            settings,
            message
        )
        #expect(plain.failure == nil)
        let login = try await run(
            """
            S: 220 smtp.example.com ESMTP
            C: EHLO client.example.com
            S: 250-smtp.example.com
            S: 250 AUTH=LOGIN
            C: AUTH LOGIN
            S: 334 VXNlcm5hbWU6
            C: dGVzdA==
            S: 334 UGFzc3dvcmQ6
            C: MTIzNA==
            S: 535 5.7.8 Authentication credentials invalid
            C: QUIT
            S: 221 bye
            """,
            settings,
            message
        )
        #expect(login.failure == Failure(.auth, .refused(Reply(535, "5.7.8", "Authentication credentials invalid"))))
    }

    @Test func `A password does not go in the clear`() async throws {
        var settings = settings("client.example.com")
        settings.authenticator = PasswordAuthenticator(name: "test", password: "1234")
        let report = try await run(
            """
            S: 220 smtp.example.com ESMTP
            C: EHLO client.example.com
            S: 250-smtp.example.com
            S: 250 AUTH PLAIN LOGIN
            """,
            settings,
            message(from: nil, to: [("b", "example.com")])
        )
        #expect(report.failure == Failure(.auth, .notOffered("AUTH")))
    }

    @Test(.rfc(3207, "5"), arguments: ["220 Go\nS: 250-evil", "220 Go\nS: 220 twice"])
    func `What was put behind the answer to STARTTLS is not taken for the server's`(injected: String) async throws {
        var settings = settings("mail.example.org")
        settings.security = .required(TLSExpectation(serverName: "mx.example.com"))
        settings.tls = try TLSContext.client(verification: .none)
        let report = try await run(
            """
            S: 220 mail.imc.org SMTP service ready
            C: EHLO mail.example.org
            S: 250-mail.imc.org offers a warm hug of welcome
            S: 250 STARTTLS
            C: STARTTLS
            S: \(injected)
            """,
            settings,
            message(from: nil, to: [("b", "example.com")])
        )
        #expect(report.failure == Failure(.handshake, .tls(.injected)))
    }
}
