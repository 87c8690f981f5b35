import Mailbox
import POP3Door
import PorticoTesting
import Testing

@Suite(.rfc(6856, "2"))
struct UTF8Tests {
    static let international = "Subject: \u{E9}t\u{E9}\r\n\r\nbody\r\n"
    static let eightBit = "Subject: ete\r\n\r\n\u{E9}t\u{E9}\r\n"
    let mailbox = FakeMailbox([international, eightBit])

    @Test(.rfc(6856, "5"), arguments: [1 << 20, 10]) func refusesUTF8HeadersWithoutUTF8(wholeOctets: Int) async {
        let client = await Client(FakeMailbox([Self.international, Self.eightBit], wholeOctets: wholeOctets))
        await client.signIn()
        let refusal = "-ERR [UTF8] the message has a header in UTF-8, say UTF8 first"
        #expect(await client.ask("RETR 1") == refusal)
        #expect(await client.ask("TOP 1 0") == refusal)
        #expect(await client.askAll("RETR 2")?.last == "\u{E9}t\u{E9}")
        // What was refused can be listed, and deleted.
        #expect(await client.ask("LIST 1") == "+OK 1 \(Self.international.utf8.count)")
        #expect(await client.ask("DELE 1") == "+OK message 1 marked")
    }

    /// For clients that never say UTF8, if the configuration says so.
    @Test func sendsUTF8HeadersToAllIfConfigured() async {
        let client = await Client(mailbox) { $0.sendsUTF8Always = true }
        await client.signIn()
        #expect(await client.askAll("RETR 1")?.dropFirst().first == "Subject: \u{E9}t\u{E9}")
        #expect(await client.askAll("TOP 1 0")?.dropFirst().first == "Subject: \u{E9}t\u{E9}")
    }

    @Test(arguments: [1, Int.max]) func sendsMessagesAsStoredAfterUTF8(pieceLimit: Int) async {
        let client = await Client(mailbox, pieceLimit: pieceLimit)
        #expect(await client.ask("UTF8") == "+OK UTF-8 it is")
        #expect(await client.ask("UTF8") == "+OK UTF-8 it is")
        await client.signIn()
        #expect(await client.ask("LIST 1") == "+OK 1 \(Self.international.utf8.count)")
        #expect(
            await client.askAll("RETR 1")
                == ["+OK \(Self.international.utf8.count) octets", "Subject: \u{E9}t\u{E9}", "", "body"]
        )
        #expect(await client.askAll("TOP 1 0") == ["+OK", "Subject: \u{E9}t\u{E9}", ""])
        #expect(await client.ask("UTF8") == "-ERR already signed in")
    }

    @Test(.rfc(6856, "2.1")) func refusesTLSAfterUTF8() async {
        let client = await Client(mailbox, tls: nil)
        #expect(await client.ask("UTF8") == "+OK UTF-8 it is")
        #expect(await client.ask("STLS") == "-ERR STLS comes before UTF8")
    }

    @Test(.rfc(6856, "2.2")) func takesNamesInUTF8() async {
        let client = await Client(mailbox)
        #expect(await client.ask("USER j\u{F6}rg@example.test") == "+OK send the password")
        #expect(await client.ask("PASS gehe\u{EF}m") == "-ERR [AUTH] wrong name or password")
        client.connection.send(Array("USER j".utf8) + [0xF6, 0x0D, 0x0A])
        #expect(await client.connection.line() == "-ERR expected a name in UTF-8")
    }

    @Test(.rfc(6856, "3"), arguments: [1, Int.max]) func tellsAndChoosesLanguages(pieceLimit: Int) async {
        let client = await Client(mailbox, pieceLimit: pieceLimit)
        for isSignedIn in [false, true] {
            if isSignedIn { await client.signIn() }
            #expect(await client.askAll("LANG") == ["+OK languages follow", "i-default Default", "en English"])
            #expect(await client.ask("LANG en") == "+OK en language chosen")
            #expect(await client.ask("LANG *") == "+OK en language chosen")
            #expect(await client.ask("LANG I-DEFAULT") == "+OK i-default language chosen")
            #expect(await client.ask("LANG MUL") == "-ERR invalid language MUL")
        }
    }
}
