import IMAPDoor
import Network
import PorticoTesting
import Testing

@Suite struct SignInTests {
    @Test(.rfc(3501, "7.1"))
    func greetingSaysWhatWorks() async {
        let client = Service().connect()
        await client.run(
            "S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID … AUTH=PLAIN AUTH=LOGIN] mail.example.test …",
            """
            C: 1 CAPABILITY
            S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID … AUTH=PLAIN AUTH=LOGIN
            S: 1 OK …
            C: 2 NOOP
            S: 2 OK …
            C: 3 ID ("name" "test")
            S: * ID ("name" "Portico")
            S: 3 OK …
            C: 4 SELECT INBOX
            S: 4 BAD …
            C: 5 FETCH 1 FLAGS
            S: 5 BAD …
            C: 6 LOGIN alice@example.test wrong
            S: 6 NO [AUTHENTICATIONFAILED] …
            C: 7 LOGIN "alice@example.test" "secret"
            S: 7 OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID …] …
            C: 8 LOGIN alice@example.test secret
            S: 8 BAD …
            C: 9 LOGOUT
            S: * BYE …
            S: 9 OK …
            """
        )
        #expect(await client.connection.line() == nil)
    }

    @Test(.rfc(3501, "6.2.3"))
    func passwordsDoNotGoInTheClear() async {
        let client = Service(allowsPlaintextLogin: false).connect()
        await client.run(
            """
            S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID … LOGINDISABLED] …
            C: 1 LOGIN alice@example.test secret
            S: 1 NO [PRIVACYREQUIRED] …
            C: 2 AUTHENTICATE PLAIN
            S: 2 NO [PRIVACYREQUIRED] …
            C: 3 STARTTLS
            S: 3 BAD …
            """
        )
        let tls = TLSInfo(version: "TLSv1.3", cipher: "x", serverName: nil)
        let secure = Service(allowsPlaintextLogin: false).connect(tls: tls)
        await secure.run(
            """
            S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID … AUTH=PLAIN AUTH=LOGIN] …
            C: 1 LOGIN alice@example.test secret
            S: 1 OK …
            """
        )
    }

    @Test(
        .rfc(4616, "2"),
        arguments: [
            ("AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=", "OK …"),
            ("YWxpY2VAZXhhbXBsZS50ZXN0AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=", "OK …"),
            ("Ym9iQGV4YW1wbGUudGVzdABhbGljZUBleGFtcGxlLnRlc3QAc2VjcmV0", "NO [AUTHENTICATIONFAILED] …"),
            ("AGFsaWNlQGV4YW1wbGUudGVzdAB3cm9uZw==", "NO [AUTHENTICATIONFAILED] …"),
            ("AAA=", "NO [AUTHENTICATIONFAILED] …"),
            ("*", "BAD …"),
            ("no base64", "BAD …"),
        ]
    )
    func plain(_ response: String, _ answer: String) async {
        let service = Service()
        let client = service.connect()
        await client.run("S: * OK …", "C: 1 AUTHENTICATE PLAIN", "S: + ", "C: \(response)", "S: 1 \(answer)")
        guard response != "*", !response.contains(" ") else { return }
        await service.connect().run("S: * OK …", "C: 1 AUTHENTICATE PLAIN \(response)", "S: 1 \(answer)")
    }

    @Test func loginMechanism() async {
        await Service().connect().run(
            """
            S: * OK …
            C: 1 AUTHENTICATE LOGIN
            S: + VXNlcm5hbWU6
            C: YWxpY2VAZXhhbXBsZS50ZXN0
            S: + UGFzc3dvcmQ6
            C: c2VjcmV0
            S: 1 OK …
            C: 2 AUTHENTICATE PLAIN
            S: 2 BAD …
            """
        )
        await Service().connect().run("S: * OK …", "C: 1 AUTHENTICATE CRAM-MD5", "S: 1 NO …")
    }

    @Test(.rfc(3501, "11.2"))
    func wrongPasswordsEndTheSession() async {
        let client = Service().connect()
        await client.run(
            """
            S: * OK …
            C: 1 LOGIN alice@example.test a
            S: 1 NO [AUTHENTICATIONFAILED] …
            C: 2 LOGIN alice@example.test b
            S: 2 NO [AUTHENTICATIONFAILED] …
            C: 3 LOGIN nobody@example.test c
            S: 3 NO [AUTHENTICATIONFAILED] …
            S: * BYE …
            """
        )
        #expect(await client.connection.line() == nil)
    }

    @Test func literalsInLogin() async {
        for limit in [1, .max] {
            await Service().connect(pieceLimit: limit).run(
                """
                S: * OK …
                C: 1 LOGIN {18}
                S: + …
                C: alice@example.test {6}
                S: + …
                C: secret
                S: 1 OK …
                """
            )
            await Service().connect(pieceLimit: limit).run(
                """
                S: * OK …
                C: 1 LOGIN {18+}
                C: alice@example.test {6+}
                C: secret
                S: 1 OK …
                """
            )
        }
    }

    @Test func garbageEndsInBye() async {
        let client = Service().connect()
        await client.run("S: * OK …", "C: GET / HTTP/1.1", "S: GET BAD …", "C: ", "S: * BAD …")
        for _ in 0..<18 { await client.run("C: \u{1}\u{2}", "S: * BAD …") }
        await client.run("S: * BYE …")
        #expect(await client.connection.line() == nil)
    }

    @Test func endlessLineIsNotKept() async {
        let client = Service().connect()
        _ = await client.connection.line()
        client.connection.send([UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20))
        let rest = String(decoding: await client.connection.rest(), as: UTF8.self)
        #expect(rest.contains("BYE"))
    }

    @Test func stoppingServerSaysGoodbye() async {
        let client = await Service().signedIn()
        client.connection.stop()
        await client.run("S: * BYE …")
        #expect(await client.connection.line() == nil)
    }

    @Test func peerThatLeavesEndsTheSession() async {
        let client = await Service().signedIn()
        client.connection.endSending()
        #expect(await client.connection.line() == nil)
    }
}
