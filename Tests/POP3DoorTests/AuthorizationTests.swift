import Mailbox
import Network
import POP3Door
import PorticoTesting
import Testing
import World

@Suite(.rfc(1939, "4"))
struct AuthorizationTests {
    let mailbox = FakeMailbox(["A: b\r\n\r\nc\r\n"])

    @Test(arguments: [1, Int.max]) func signsIn(pieceLimit: Int) async {
        let client = await Client(mailbox, pieceLimit: pieceLimit)
        #expect(await client.ask("USER alice@example.test") == "+OK send the password")
        #expect(await client.ask("PASS sesame") == "+OK 1 messages (11 octets)")
        #expect(await client.ask("USER alice@example.test") == "-ERR already signed in")
        #expect(await client.ask("QUIT") == "+OK goodbye")
        #expect(await client.rest() == "")
    }

    @Test(.rfc(5034, "4"), arguments: [1, Int.max]) func signsInWithPlain(pieceLimit: Int) async {
        let client = await Client(mailbox, pieceLimit: pieceLimit, world: .real) {
            $0.failedLoginDelay = .milliseconds(1)
        }
        #expect(await client.ask("AUTH PLAIN") == "+ ")
        #expect(await client.ask("*") == "-ERR cancelled")
        #expect(await client.ask("AUTH PLAIN") == "+ ")
        #expect(await client.ask("?") == "-ERR expected base64")
        #expect(await client.ask("AUTH CRAM-MD5") == "-ERR unknown mechanism")
        #expect(await client.ask("AUTH PLAIN AA==") == "-ERR malformed response")
        // bob for alice
        #expect(
            await client.ask("AUTH PLAIN Ym9iAGFsaWNlQGV4YW1wbGUudGVzdABzZXNhbWU=")
                == "-ERR [AUTH] wrong name or password"
        )
        #expect(await client.ask("AUTH PLAIN") == "+ ")
        #expect(await client.ask("AGFsaWNlQGV4YW1wbGUudGVzdABzZXNhbWU=") == "+OK 1 messages (11 octets)")
    }

    @Test func takesAnInitialResponse() async {
        let client = await Client(mailbox)
        #expect(await client.ask("AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZXNhbWU=")?.hasPrefix("+OK") == true)
    }

    @Test(arguments: ["STAT", "LIST", "UIDL", "RETR 1", "TOP 1 1", "DELE 1", "RSET", "NOOP"])
    func refusesBeforeLogin(_ command: String) async {
        let client = await Client(mailbox)
        #expect(await client.ask(command) == "-ERR sign in first")
    }

    @Test func refusesPassWithoutUser() async {
        let client = await Client(mailbox)
        #expect(await client.ask("PASS sesame") == "-ERR send USER first")
        #expect(await client.ask("USER alice@example.test") == "+OK send the password")
        #expect(await client.ask("PASS x") == "-ERR [AUTH] wrong name or password")
        #expect(await client.ask("PASS sesame") == "-ERR send USER first")
    }

    @Test func closesAfterFailedLogins() async {
        let client = await Client(mailbox, world: .real) { $0.failedLoginDelay = .milliseconds(1) }
        for _ in 1...3 {
            #expect(await client.ask("USER mallory") == "+OK send the password")
            #expect(await client.ask("PASS guess") == "-ERR [AUTH] wrong name or password")
        }
        #expect(await client.rest() == "")
    }

    @Test(.rfc(3206, "4")) func tellsItsOwnFailureFromTheClients() async {
        let client = await Client(mailbox)
        #expect(await client.ask("USER broken") == "+OK send the password")
        #expect(await client.ask("PASS sesame")?.hasPrefix("-ERR [SYS/TEMP]") == true)
        mailbox.fail(.store(FakeDirectory.Fault()))
        #expect(await client.ask("USER alice@example.test") == "+OK send the password")
        #expect(await client.ask("PASS sesame")?.hasPrefix("-ERR [SYS/TEMP]") == true)
        mailbox.fail(nil)
        await client.signIn()
    }

    @Test(.rfc(1939, "3")) func locksTheMaildrop() async {
        let first = await Client(mailbox)
        await first.signIn()
        let second = await Client(mailbox)
        #expect(await second.ask("USER alice@example.test") == "+OK send the password")
        #expect(await second.ask("PASS sesame") == "-ERR [IN-USE] another session has the maildrop")
        #expect(await first.ask("QUIT") == "+OK goodbye")
        _ = await first.rest()
        await second.signIn()
    }

    @Test(.rfc(2595, "2.2")) func wantsTLSForPasswords() async {
        let client = await Client(mailbox, tls: nil)
        #expect(await client.ask("USER alice@example.test") == "-ERR start TLS before signing in")
        #expect(await client.ask("PASS sesame") == "-ERR start TLS before signing in")
        #expect(await client.ask("AUTH PLAIN") == "-ERR start TLS before signing in")
        #expect(await client.ask("STLS") == "-ERR TLS is not offered here")
        let trusting = await Client(mailbox, tls: nil) { $0.allowsPlaintextLogin = true }
        await trusting.signIn()
    }

    @Test func refusesTLSInTLS() async {
        let client = await Client(mailbox)
        #expect(await client.ask("STLS") == "-ERR TLS is on already")
    }

    @Test(.rfc(2595, "4")) func forgetsWhatWasSaidBeforeTLS() async throws {
        let tls = try TLSContext.client(verification: .none)
        let client = await Client(mailbox, tls: nil) {
            $0.tls = tls
            $0.allowsPlaintextLogin = true
        }
        #expect(await client.askAll("CAPA")?.contains("STLS") == true)
        #expect(await client.ask("USER alice@example.test") == "+OK send the password")
        // What follows STLS in the clear may be an attacker's.
        client.connection.send("STLS\r\nUSER alice@example.test\r\n")
        #expect(await client.connection.line() == "+OK begin TLS")
        #expect(await client.ask("PASS sesame") == "-ERR send USER first")
        #expect(await client.askAll("CAPA")?.contains("STLS") == false)
        await client.signIn()
    }

    @Test(.rfc(2449, "5")) func listsCapabilities() async {
        let base = ["+OK capabilities follow", "TOP", "UIDL"]
        let rest = [
            "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE", "EXPIRE NEVER", "UTF8 USER", "LANG", "IMPLEMENTATION Portico",
        ]
        let plain = await Client(mailbox, tls: nil)
        #expect(await plain.askAll("CAPA") == base + rest)
        let secure = await Client(mailbox)
        #expect(await secure.askAll("CAPA") == base + ["USER", "SASL PLAIN LOGIN"] + rest)
        await secure.signIn()
        #expect(await secure.askAll("CAPA") == base + ["USER", "SASL PLAIN LOGIN"] + rest)
    }
}

@Suite(.rfc(1939, "3"))
struct LineTests {
    let mailbox = FakeMailbox([])

    @Test(arguments: [1, Int.max]) func staysInStepAfterALongLine(pieceLimit: Int) async {
        let client = await Client(mailbox, pieceLimit: pieceLimit)
        #expect(await client.ask(String(repeating: "x", count: 1000)) == "-ERR line too long")
        #expect(await client.ask("USER " + String(repeating: "x", count: 249)) == "-ERR line too long")
        #expect(await client.ask("USER " + String(repeating: "x", count: 248)) == "+OK send the password")
    }

    @Test func closesOnALineWithoutEnd() async {
        let client = await Client(mailbox)
        client.connection.send(String(repeating: "x", count: 200_000))
        #expect(await client.rest() == "-ERR line too long\r\n")
    }

    @Test func refusesBareLineFeeds() async {
        let client = await Client(mailbox)
        client.connection.send("CAPA\nQUIT\r\n")
        #expect(await client.rest() == "-ERR expected CRLF\r\n+OK goodbye\r\n")
    }

    @Test func sendsAwayWhoeverSpeaksSomethingElse() async {
        let client = await Client(mailbox)
        client.connection.send("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "\0\n", count: 30))
        #expect(await client.rest().split(separator: "\r\n").count == 10)
    }

    @Test func saysGoodbyeWhenTheServerStops() async {
        let client = await Client(mailbox)
        await client.signIn()
        client.connection.stop()
        #expect(await client.rest() == "-ERR [SYS/TEMP] the server is stopping, come back later\r\n")
    }

    @Test func endsIdleSessions() async {
        let client = await Client(mailbox, world: .real) { $0.autologout = .milliseconds(5) }
        #expect(await client.rest() == "-ERR waited too long\r\n")
    }
}
