import Network
import PorticoTesting
import SMTPDoor
import Testing

private let tls = TLSInfo(version: "TLSv1.3", cipher: "x", serverName: nil)

@Suite(.rfc(5321, "4.1.4"))
struct DialogueTests {
    /// RFC 5321 appendix D.1, with our names.
    @Test(.rfc(5321, "D.1"))
    func typical() async throws {
        let text = """
            EHLO bar.com\r
            MAIL FROM:<Smith@bar.com>\r
            RCPT TO:<alice@example.test>\r
            RCPT TO:<Green@example.test>\r
            RCPT TO:<Bob@EXAMPLE.test>\r
            DATA\r
            Blah blah blah...\r
            ..etc. etc. etc.\r
            .\r
            QUIT\r\n
            """
        for piece in [1, 2, 3, 7, 64, Int.max] {
            let house = House()
            #expect(
                await house.replies(to: text, piece: piece) == [
                    "220 mx.example.test ESMTP Portico",
                    "250-mx.example.test", "250-PIPELINING", "250-SIZE 104857600", "250-8BITMIME",
                    "250-ENHANCEDSTATUSCODES", "250-CHUNKING", "250-BINARYMIME", "250-SMTPUTF8", "250-DELIVERBY",
                    "250-MT-PRIORITY", "250 LIMITS MAILMAX=10000 RCPTMAX=1000",
                    "250 2.1.0 Sender OK", "250 2.1.5 Recipient OK", "550 5.1.1 No such address here",
                    "250 2.1.5 Recipient OK", "354 Go ahead; end with CRLF.CRLF", "250 2.0.0 Accepted as 3lg",
                    "221 2.0.0 mx.example.test closing",
                ]
            )
            let expected: (String) -> String = { name in
                """
                Return-Path: <Smith@bar.com>\r
                Delivered-To: \(name)@example.test\r
                Received: from bar.com ([192.0.2.7])\r
                \tby mx.example.test with ESMTP id 3lg;\r
                \tFri, 15 Jan 2027 08:00:00 +0000\r
                Blah blah blah...\r
                .etc. etc. etc.\r\n
                """
            }
            #expect(try await house.inbox(of: FixedDirectory.alice) == [Array(expected("alice").utf8)])
            #expect(try await house.inbox(of: FixedDirectory.bob) == [Array(expected("bob").utf8)])
        }
    }

    /// RFC 5321 appendix D.2: a transaction given up.
    @Test(.rfc(5321, "D.2"))
    func aborted() async throws {
        let house = House()
        let text = """
            EHLO bar.com\r\nMAIL FROM:<Smith@bar.com>\r\nRCPT TO:<alice@example.test>\r\nRCPT TO:<Green@example.test>\r
            RSET\r\nDATA\r\nQUIT\r\n
            """
        #expect(
            await house.codes(to: text)
                == ["220", "250", "250 2.1.0", "250 2.1.5", "550 5.1.1", "250 2.0.0", "503 5.5.1", "221 2.0.0"]
        )
        #expect(try await house.inbox(of: FixedDirectory.alice).isEmpty)
    }

    /// RFC 5321 appendix D.4.
    @Test(.rfc(5321, "D.4"))
    func information() async {
        let text = "VRFY Crispin\r\nEXPN Example-People\r\nHELP\r\nNOOP\r\nRSET\r\nQUIT\r\n"
        #expect(
            await House().codes(to: text)
                == ["220", "252 2.5.2", "502 5.5.1", "214 2.0.0", "250 2.0.0", "250 2.0.0", "221 2.0.0"]
        )
    }

    static let dialogues: [(String, [String])] = [
        ("", []), ("QU", []), ("QUIT\r\nNOOP\r\n", ["221 2.0.0"]),
        ("MAIL FROM:<a@b.test>\r\n", ["503 5.5.1"]), ("RCPT TO:<a@b.test>\r\n", ["503 5.5.1"]),
        ("DATA\r\n", ["503 5.5.1"]), ("HELO x\r\nDATA\r\n", ["250", "503 5.5.1"]),
        ("HELO x\r\nRCPT TO:<alice@example.test>\r\n", ["250", "503 5.5.1"]),
        ("HELO x\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\n", ["250", "250 2.1.0", "503 5.5.1"]),
        ("HELO x\r\nMAIL FROM:<>\r\nDATA\r\n", ["250", "250 2.1.0", "554 5.5.1"]),
        ("HELO x\r\nMAIL FROM:<>\r\nHELO x\r\nMAIL FROM:<>\r\n", ["250", "250 2.1.0", "250", "250 2.1.0"]),
        ("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@elsewhere.test>\r\n", ["250", "250 2.1.0", "550 5.7.1"]),
        ("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<alice@[192.0.2.1]>\r\n", ["250", "250 2.1.0", "550 5.7.1"]),
        ("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\n", ["250", "250 2.1.0", "250 2.1.5"]),
        ("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<alice+tag@example.test>\r\n", ["250", "250 2.1.0", "250 2.1.5"]),
        ("EHLO x\r\nMAIL FROM:<> SIZE=104857600\r\n", ["250", "250 2.1.0"]),
        ("EHLO x\r\nMAIL FROM:<> SIZE=104857601\r\n", ["250", "552 5.3.4"]),
        ("EHLO x\r\nMAIL FROM:<> SMTPUTF8\r\n", ["250", "250 2.1.0"]),
        ("EHLO x\r\nMAIL FROM:<> RET=HDRS\r\n", ["250", "555 5.5.4"]),
        ("EHLO x\r\nMAIL FROM:<> REQUIRETLS\r\n", ["250", "555 5.5.4"]),
        ("HELO x\r\nMAIL FROM:<> SMTPUTF8\r\n", ["250", "555 5.5.4"]),
        ("EHLO x\r\nMAIL FROM:<> AUTH=<>\r\n", ["250", "555 5.5.4"]),
        ("EHLO x\r\nAUTH PLAIN\r\n", ["250", "502 5.5.1"]), ("EHLO x\r\nSTARTTLS\r\n", ["250", "502 5.5.1"]),
        ("EHLO\r\n", ["501 5.5.4"]), ("NOOP\n", ["500 5.5.2"]), ("NOOP\nNOOP\r\n", ["500 5.5.2", "250 2.0.0"]),
        ("NO\rOP\r\n", ["500 5.5.1"]), ("\r\n", ["500 5.5.1"]), ("\n", ["500 5.5.2"]), ("NOOP\0\r\n", ["500 5.5.1"]),
        ("GET / HTTP/1.1\r\nNOOP\r\n", ["421 4.7.0"]), ("POST /x HTTP/1.1\r\nHost: a\r\n", ["421 4.7.0"]),
        ("\u{16}\u{3}\u{1}\u{2}\0\u{1}", ["421 4.7.0"]),
        ("NOOP \(String(repeating: "x", count: 600))\r\nNOOP\r\n", ["500 5.5.6", "250 2.0.0"]),
        ("NOOP \(String(repeating: "x", count: 20_000))\r\nNOOP\r\n", ["500 5.5.6", "250 2.0.0"]),
    ]

    @Test(arguments: dialogues)
    func answers(_ text: String, _ codes: [String]) async {
        for piece in text.utf8.count < 1000 ? [1, 5, Int.max] : [1000, Int.max] {
            #expect(await House().codes(to: text, piece: piece) == ["220"] + codes)
        }
    }

    @Test func announcesWhatItDoes() async throws {
        var house = House(.submission)
        house.configuration.allowsPlaintextLogin = false
        house.configuration.tls = try TLSContext.client(verification: .none)
        let plain = await house.replies(to: "EHLO x\r\n")
        #expect(plain.contains("250 STARTTLS") && !plain.contains { $0.contains("AUTH") })
        let secure = await house.replies(to: "EHLO x\r\n", tls: tls)
        #expect(secure.contains("250 AUTH PLAIN LOGIN") && !secure.contains { $0.contains("STARTTLS") })
        #expect(await house.codes(to: "EHLO x\r\nAUTH PLAIN\r\n") == ["220", "250", "538 5.7.11"])
        #expect(await house.codes(to: "EHLO x\r\nMAIL FROM:<>\r\n") == ["220", "250", "530 5.7.0"])
        #expect(await house.codes(to: "EHLO x\r\nSTARTTLS\r\n", tls: tls) == ["220", "250", "503 5.5.1"])
    }
}
