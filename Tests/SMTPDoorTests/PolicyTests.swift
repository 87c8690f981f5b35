import Admission
import Network
import PorticoTesting
import SMTPDoor
import Synchronization
import Testing
import World

@Suite struct PolicyTests {
    /// The codes that several sessions at one door get.
    private func codes(_ texts: [String], _ change: (inout House) -> Void) async -> [[Substring]] {
        var house = House()
        change(&house)
        let door = house.door
        var codes: [[Substring]] = []
        for text in texts {
            let connection = MemoryConnection()
            connection.send(text)
            connection.endSending()
            await door.serve(Stream(connection))
            let lines = String(decoding: await connection.rest(), as: UTF8.self).split(separator: "\r\n")
            codes.append(lines.filter { $0.dropFirst(3).first == " " }.map { $0.prefix(3) })
        }
        return codes
    }

    @Test(.rfc(5321, "3.1")) func whoSpeaksFirstIsSentAway() async {
        let codes = await codes(["EHLO x\r\nQUIT\r\n"]) { $0.configuration.policy.greetDelay = .seconds(5) }
        #expect(codes == [["554"]])
    }

    @Test func whoWaitsIsGreeted() async {
        var house = House()
        house.configuration.policy.greetDelay = .milliseconds(10)
        let connection = MemoryConnection(world: .real)
        let door = house.door
        let session = Task { await door.serve(Stream(connection)) }
        #expect(await connection.line()?.hasPrefix("220 ") == true)
        connection.send("QUIT\r\n")
        #expect(await connection.line()?.hasPrefix("221 ") == true)
        await session.value
    }

    @Test func aPeerThatLeavesBeforeTheGreeting() async {
        let codes = await codes([""]) { $0.configuration.policy.greetDelay = .seconds(5) }
        #expect(codes == [[]])
    }

    /// People who sign in are not other servers.
    @Test func submissionIsNotHeld() async {
        let codes = await codes(["EHLO x\r\nQUIT\r\n", "QUIT\r\n"]) { house in
            house.configuration.role = .submission
            house.configuration.policy.greetDelay = .seconds(5)
            house.admission.perAddress.connections = 1
        }
        #expect(codes == [["220", "250", "221"], ["220", "221"]])
    }

    @Test func tooManySessions() async {
        let codes = await codes(["QUIT\r\n", "QUIT\r\n", "QUIT\r\n"]) { $0.admission.perAddress.connections = 2 }
        #expect(codes == [["220", "221"], ["220", "221"], ["421"]])
    }

    @Test func tooManyMessages() async {
        let one = "MAIL FROM:<a@b.test>\r\nRSET\r\n"
        let codes = await codes(["EHLO x\r\n" + one, "EHLO x\r\n" + one + one]) { $0.admission.perAddress.messages = 2 }
        #expect(codes == [["220", "250", "250", "250"], ["220", "250", "250", "250", "450", "250"]])
    }

    @Test func tooManyRecipients() async {
        let one = "RCPT TO:<bob@example.test>\r\nRCPT TO:<nobody@example.test>\r\n"
        let codes = await codes(["EHLO x\r\nMAIL FROM:<a@b.test>\r\n" + one + one]) {
            $0.admission.perAddress.recipients = 3
        }
        #expect(codes == [["220", "250", "250", "250", "550", "250", "450"]])
    }
}
