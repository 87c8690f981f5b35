import Network
import PorticoTesting
import SMTPDoor
import Testing
import World

@Suite(.rfc(5321, "4.5.3"))
struct HostileTests {
    @Test func endlessLine() async {
        var house = House()
        house.configuration.discardLimit = 100_000
        let codes = await house.codes(to: String(repeating: "x", count: 300_000), piece: 4000)
        #expect(codes == ["220", "500 5.5.6"])
    }

    @Test func garbage() async {
        var octets: [UInt8] = []
        var state: UInt32 = 7
        for _ in 0..<20_000 {
            state = state &* 1_664_525 &+ 1_013_904_223
            octets.append(UInt8(truncatingIfNeeded: state >> 24))
        }
        for piece in [100, Int.max] {
            let replies = await House().replies(to: octets, piece: piece)
            #expect(replies.last == "421 4.7.0 Too many errors")
            #expect(replies.count == 23)
            #expect(replies.dropFirst().allSatisfy { $0.hasPrefix("50") || $0.hasPrefix("421") })
        }
    }

    @Test func guessesOfAddresses() async {
        let rcpt = String(repeating: "RCPT TO:<x@example.test>\r\n", count: 200)
        let codes = await House().codes(to: "EHLO x\r\nMAIL FROM:<>\r\n" + rcpt)
        #expect(codes.count == 3 + 101 + 1)
        #expect(codes.last == "421 4.7.0")
    }

    @Test func commandsWithoutEnd() async {
        var house = House()
        house.configuration.commandLimit = 50
        let codes = await house.codes(to: String(repeating: "NOOP\r\n", count: 100))
        #expect(codes.count == 52 && codes.last == "421 4.7.0")
    }

    @Test func transactionsWithoutEnd() async {
        var house = House()
        house.configuration.transactionLimit = 2
        let one = "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n.\r\n"
        let codes = await house.codes(to: one + one + one)
        #expect(codes.filter { $0 == "250 2.0.0" }.count == 2)
        #expect(codes.last == "421 4.7.0")
    }

    @Test func silence() async {
        var house = House()
        house.configuration.timeouts.command = .zero
        let connection = MemoryConnection()
        await house.door.serve(Stream(connection))
        #expect(String(decoding: await connection.rest(), as: UTF8.self).hasSuffix("421 4.4.2 Timed out\r\n"))
    }

    @Test func slowText() async {
        var house = House()
        house.configuration.timeouts.dataGrace = .zero
        let connection = MemoryConnection()
        connection.send("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n")
        await house.door.serve(Stream(connection))
        #expect(String(decoding: await connection.rest(), as: UTF8.self).hasSuffix("421 4.4.2 Timed out\r\n"))
    }

    @Test func stopping() async {
        let connection = MemoryConnection()
        connection.send("EHLO x\r\nMAIL FROM:<>\r\n")
        connection.stop()
        await House().door.serve(Stream(connection))
        let text = String(decoding: await connection.rest(), as: UTF8.self)
        #expect(text.hasSuffix("250 2.1.0 Sender OK\r\n421 4.3.2 The server is stopping; try again soon\r\n"))
    }
}
