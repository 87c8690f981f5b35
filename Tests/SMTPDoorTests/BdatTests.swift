import Mailbox
import Network
import Octets
import PorticoTesting
import SMTPDoor
import Testing

@Suite(.rfc(3030, "2"))
struct BdatTests {
    private static let begin = "EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<bob@example.test>\r\n"
    private static let text = "Subject: a\r\n\r\n.one\r\n.\r\ntwo\r\n"

    /// `text` in chunks of that size, the last marked.
    private static func chunks(_ text: String, of size: Int) -> String {
        let octets = Array(text.utf8)
        var wire = ""
        for start in stride(from: 0, to: octets.count, by: size) {
            let chunk = octets[start..<min(start + size, octets.count)]
            let mark = start + size >= octets.count ? " LAST" : ""
            wire += "BDAT \(chunk.count)\(mark)\r\n" + String(decoding: chunk, as: UTF8.self)
        }
        return wire
    }

    /// What bob has, without trace and path.
    private func bob(_ house: House) async throws -> [String] {
        try await house.inbox(of: FixedDirectory.bob).map { octets in
            let text = String(decoding: octets, as: UTF8.self)
            guard let start = text.firstRange(of: "Subject:") else { return text }
            return String(text[start.lowerBound...])
        }
    }

    /// The octets are as they are: dots mean nothing, and no cut makes a difference.
    @Test(arguments: [1, 7, 1000], [1, 5, Int.max]) func chunksAreOneMessage(_ size: Int, _ piece: Int) async throws {
        let house = House()
        let replies = await house.codes(to: Self.begin + Self.chunks(Self.text, of: size) + "QUIT\r\n", piece: piece)
        let count = (Self.text.utf8.count + size - 1) / size
        #expect(
            replies == ["220", "250", "250 2.1.0", "250 2.1.5"] + Array(repeating: "250 2.0.0", count: count)
                + ["221 2.0.0"]
        )
        #expect(try await bob(house) == [Self.text])
    }

    @Test func anEmptyLastChunkEnds() async throws {
        let house = House()
        let text = "Subject: a\r\n\r\nb\r\n"
        let codes = await house.codes(to: Self.begin + "BDAT \(text.utf8.count)\r\n\(text)BDAT 0 LAST\r\n")
        #expect(codes.suffix(2) == ["250 2.0.0", "250 2.0.0"])
        #expect(try await bob(house) == [text])
    }

    /// A chunk without a place is read and refused, and what it holds is not taken for commands.
    @Test(arguments: [
        ("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n", ["503 5.5.1", "250 2.0.0"]),
        ("EHLO x\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n", ["250", "503 5.5.1", "250 2.0.0"]),
        ("EHLO x\r\nMAIL FROM:<>\r\nBDAT 6\r\nQUIT\r\nNOOP\r\n", ["250", "250 2.1.0", "554 5.5.1", "250 2.0.0"]),
    ])
    func aChunkWithoutAPlace(_ text: String, _ expected: [String]) async throws {
        let house = House()
        #expect(await house.codes(to: text) == ["220"] + expected)
        #expect(try await bob(house).isEmpty)
    }

    /// RFC 3030 §2: no DATA, RCPT or MAIL once the text began; RSET forgets it.
    @Test func whatIsNotAllowedBetweenChunks() async throws {
        let house = House()
        let codes = await house.codes(
            to: Self.begin + "BDAT 3\r\na: DATA\r\nRCPT TO:<alice@example.test>\r\nMAIL FROM:<>\r\nRSET\r\n"
                + "BDAT 3 LAST\r\nb\r\nQUIT\r\n"
        )
        #expect(
            codes.dropFirst(4) == [
                "250 2.0.0", "503 5.5.1", "503 5.5.1", "503 5.5.1", "250 2.0.0", "503 5.5.1", "221 2.0.0",
            ]
        )
        #expect(try await bob(house).isEmpty)
    }

    /// A command that does not belong between chunks takes the message with it: its second half is no message.
    @Test(arguments: [("STARTTLS", "502 5.5.1"), ("XCLIENT ADDR=192.0.2.9", "220")])
    func theSecondHalfIsNoMessage(_ command: String, _ code: String) async throws {
        var house = House()
        if code == "220" { house.configuration.xclientNetworks = try [#require(Subnet("0.0.0.0/0"))] }
        let codes = await house.codes(to: Self.begin + "BDAT 3\r\na: \(command)\r\nBDAT 3 LAST\r\nb\r\nQUIT\r\n")
        #expect(codes.dropFirst(4) == ["250 2.0.0", code, "503 5.5.1", "221 2.0.0"])
        #expect(try await bob(house).isEmpty)
    }

    /// What one server takes for a line's end and another does not must not go further; here it cannot end anything.
    @Test(arguments: ["a\nb\r\n", "a\rb\r\n", "a\r", "a\r\r\n", "\n.\n", "\r\n.\r", "\n.\r\n"], [1, 2, 100])
    func bareLineEndings(_ end: String, _ size: Int) async throws {
        let house = House()
        let text = "Subject: a\r\n\r\n" + end
        let codes = await house.codes(to: Self.begin + Self.chunks(text, of: size) + "NOOP\r\nQUIT\r\n")
        #expect(codes.contains("554 5.6.0"))
        #expect(codes.suffix(2) == ["250 2.0.0", "221 2.0.0"], "the session goes on in step")
        #expect(try await bob(house).isEmpty)
    }

    @Test func tooLarge() async throws {
        var house = House()
        house.configuration.sizeLimit = 100
        let chunk = "BDAT 60\r\n" + String(repeating: "x", count: 58) + "\r\n"
        let codes = await house.codes(to: Self.begin + chunk + chunk + chunk + "NOOP\r\n")
        #expect(codes.dropFirst(4) == ["250 2.0.0", "552 5.3.4", "503 5.5.1", "250 2.0.0"])
        #expect(try await bob(house).isEmpty)
        #expect(await house.codes(to: Self.begin + "BDAT 99999999999\r\n").last == "552 5.3.4")
    }

    @Test func aClientThatLeavesInAChunkLeavesNothing() async throws {
        let house = House()
        #expect(await house.codes(to: Self.begin + "BDAT 3\r\na: BDAT 5 LAST\r\nb").count == 5)
        #expect(try await bob(house).isEmpty)
    }

    /// Submission completes the header whatever carries the text.
    @Test func submittedInChunks() async throws {
        let house = House(.submission)
        let login = "EHLO x\r\nAUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=\r\n"
        let text = "Subject: a\r\n\r\nb\r\n"
        let begin = "MAIL FROM:<alice@example.test>\r\nRCPT TO:<bob@example.test>\r\n"
        let codes = await house.codes(to: login + begin + Self.chunks(text, of: 8))
        #expect(codes.last == "250 2.0.0")
        let message = String(decoding: try #require(try await house.inbox(of: FixedDirectory.bob).first), as: UTF8.self)
        #expect(message.contains("\r\nDate: ") && message.contains("\r\nMessage-ID: <"))
    }
}
