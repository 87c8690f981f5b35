import Mailbox
import Network
import POP3Door
import PorticoTesting
import Testing

@Suite(.rfc(1939, "5"))
struct TransactionTests {
    static let one = "Subject: one\r\n\r\n.dot\r\nlast\r\n"
    static let two = "Subject: two\r\n\r\nno line end"
    static let three = "\r\n" + String(repeating: "..x\r\n", count: 50_000)
    let mailbox = FakeMailbox([one, two, three], wholeOctets: 1000)

    @Test(arguments: [1, Int.max]) func tells(pieceLimit: Int) async {
        let client = await Client(mailbox, pieceLimit: pieceLimit)
        await client.signIn()
        let sizes = [Self.one, Self.two, Self.three].map(\.utf8.count)
        let sum = sizes.reduce(0, +)
        #expect(await client.ask("STAT") == "+OK 3 \(sum)")
        #expect(
            await client.askAll("LIST")
                == ["+OK 3 messages (\(sum) octets)", "1 \(sizes[0])", "2 \(sizes[1])", "3 \(sizes[2])"]
        )
        #expect(await client.ask("LIST 2") == "+OK 2 \(sizes[1])")
        #expect(await client.askAll("UIDL") == ["+OK unique ids follow", "1 rs", "2 rt", "3 ru"])
        #expect(await client.ask("UIDL 3") == "+OK 3 ru")
        #expect(await client.askAll("RETR 1") == ["+OK \(sizes[0]) octets", "Subject: one", "", "..dot", "last"])
        #expect(await client.askAll("RETR 2") == ["+OK \(sizes[1]) octets", "Subject: two", "", "no line end"])
        #expect(await client.ask("NOOP") == "+OK")
        for number in ["0", "4", "9223372036854775807"] {
            #expect(await client.ask("RETR \(number)")?.hasPrefix("-ERR") == true)
        }
        #expect(await client.ask("TOP 4 1") == "-ERR no such message")
        #expect(await client.ask("LIST 4") == "-ERR no such message")
    }

    @Test func sendsLargeMessagesInPieces() async {
        let client = await Client(mailbox)
        await client.signIn()
        client.connection.send("RETR 3\r\n")
        #expect(await client.connection.line() == "+OK \(Self.three.utf8.count) octets")
        let expected = Array(("\r\n" + String(repeating: "...x\r\n", count: 50_000) + ".\r\n").utf8)
        #expect(await client.connection.octets(expected.count) == expected)
        #expect(await client.ask("NOOP") == "+OK")
    }

    @Test(.rfc(1939, "7")) func sendsTheTop() async {
        let client = await Client(mailbox)
        await client.signIn()
        #expect(await client.askAll("TOP 1 0") == ["+OK", "Subject: one", ""])
        #expect(await client.askAll("TOP 1 1") == ["+OK", "Subject: one", "", "..dot"])
        #expect(await client.askAll("TOP 1 99") == ["+OK", "Subject: one", "", "..dot", "last"])
        #expect(await client.askAll("TOP 3 2") == ["+OK", "", "...x", "...x"])
    }

    @Test func removesOnlyWithQuit() async {
        let client = await Client(mailbox)
        await client.signIn()
        #expect(await client.ask("DELE 1") == "+OK message 1 marked")
        #expect(await client.ask("DELE 1") == "-ERR no such message")
        #expect(await client.ask("DELE 3") == "+OK message 3 marked")
        #expect(await client.ask("RETR 1") == "-ERR no such message")
        #expect(await client.ask("STAT") == "+OK 1 \(Self.two.utf8.count)")
        #expect(await client.askAll("LIST")?.dropFirst() == ["2 \(Self.two.utf8.count)"])
        #expect(await client.askAll("UIDL")?.dropFirst() == ["2 rt"])
        #expect(mailbox.removals.isEmpty)
        #expect(await client.ask("QUIT") == "+OK goodbye")
        #expect(mailbox.removals == [UIDSet([1, 7])])
    }

    @Test func unmarksWithReset() async {
        let client = await Client(mailbox)
        await client.signIn()
        #expect(await client.ask("DELE 1") == "+OK message 1 marked")
        #expect(await client.ask("RSET")?.hasPrefix("+OK 3 messages") == true)
        #expect(await client.ask("QUIT") == "+OK goodbye")
        #expect(mailbox.removals.isEmpty)
    }

    @Test(.rfc(1939, "6")) func removesNothingWhenTheConnectionDrops() async {
        let client = await Client(mailbox)
        await client.signIn()
        #expect(await client.ask("DELE 1") == "+OK message 1 marked")
        client.connection.endSending()
        #expect(await client.rest() == "")
        #expect(mailbox.removals.isEmpty)
        let next = await Client(mailbox)
        await next.signIn()
    }

    @Test func saysWhenNothingWasRemoved() async {
        let client = await Client(mailbox)
        await client.signIn()
        #expect(await client.ask("DELE 1") == "+OK message 1 marked")
        mailbox.fail(.store(FakeDirectory.Fault()))
        #expect(await client.ask("QUIT") == "-ERR [SYS/TEMP] the messages were not removed")
        #expect(await client.rest() == "")
    }

    @Test func answersForMessagesThatWereExpunged() async {
        let client = await Client(mailbox)
        await client.signIn()
        mailbox.expunge(4)
        #expect(await client.ask("RETR 2") == "-ERR the message is no longer there")
        #expect(await client.askAll("RETR 1")?.count == 5)
        mailbox.fail(.store(FakeDirectory.Fault()))
        #expect(await client.ask("RETR 3")?.hasPrefix("-ERR [SYS/TEMP]") == true)
    }

    @Test(.rfc(2449, "6.6")) func answersPipelinedCommandsInOrder() async {
        let client = await Client(mailbox)
        client.connection.send(
            "USER alice@example.test\r\nPASS sesame\r\nSTAT\r\nRETR 2\r\nDELE 2\r\nNOOP\r\nQUIT\r\nNOOP\r\n"
        )
        let lines = await client.rest().split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(
            lines.dropFirst(2) == [
                "+OK 3 \(mailboxSize)", "+OK \(Self.two.utf8.count) octets", "Subject: two", "", "no line end", ".",
                "+OK message 2 marked", "+OK", "+OK goodbye", "",
            ]
        )
    }

    private var mailboxSize: Int { [Self.one, Self.two, Self.three].map(\.utf8.count).reduce(0, +) }

    @Test func readsAheadOfAClientThatTakesAll() async {
        let mailbox = FakeMailbox((1...100).map { "N: \($0)\r\n\r\n\r\n" })
        let client = await Client(mailbox)
        await client.signIn()
        for number in 1...100 {
            #expect(await client.askAll("RETR \(number)")?[1] == "N: \(number)")
            if number % 10 == 0 { #expect(await client.ask("DELE \(number)")?.hasPrefix("+OK") == true) }
        }
        #expect(mailbox.reads.count < 10)
        #expect(mailbox.reads.reduce(0, +) == 100)
    }
}
