import Network
import Octets
import PorticoTesting
import SMTP
import SMTPClient
import Synchronization
import Testing
import World

/// How a message goes, by what the server takes.
struct MessageTests {
    private static let eightBit =
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGr\u{FC}\u{DF}e\r\n"
    private static let sevenBit =
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        + "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n"

    private func settings() -> Settings { Settings(name: .domain("client.example.test")) }

    private func send(
        _ message: OutgoingMessage,
        to keywords: [String],
        _ settings: Settings? = nil,
        _ change: (inout FakeServer) -> Void = { _ in }
    ) async throws -> (report: Report, record: FakeServer.Record) {
        var server = FakeServer()
        server.keywords = keywords
        change(&server)
        let (report, record) = try await converse(server, settings: settings ?? self.settings()) {
            await $0.send(message)
        }
        return (report, record)
    }

    private func local(_ report: Report) -> EnhancedCode? {
        guard case .permanent(let reply, .local)? = report.outcomes.first else { return nil }
        return reply.enhanced
    }

    @Test(.rfc(6152, "3"), arguments: [Command.Mail.Body.eightBitMIME, nil])
    func `8-bit text is encoded for a server that does not take it`(body: Command.Mail.Body?) async throws {
        var message = OutgoingMessage.to("b", text: Self.eightBit)
        message.body = body
        let (report, record) = try await send(message, to: ["SIZE", "PIPELINING"])
        #expect(report.outcomes.allSatisfy { $0.isDelivered })
        #expect(record.messages.map { String(decoding: $0, as: UTF8.self) } == [Self.sevenBit])
        #expect(record.lines.contains("MAIL FROM:<a@client.example.test>"))
        let (_, unchanged) = try await send(message, to: ["8BITMIME"])
        #expect(unchanged.messages.map { String(decoding: $0, as: UTF8.self) } == [Self.eightBit])
        #expect(unchanged.lines.contains("MAIL FROM:<a@client.example.test> BODY=8BITMIME"))
    }

    @Test func `What cannot be encoded comes back before anything is said`() async throws {
        let text = "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n\u{E9}\r\n--b--\r\n"
        let (report, record) = try await send(.to("b", text: text), to: [])
        #expect(local(report) == "5.6.3")
        #expect(report.failure == nil)
        #expect(!record.lines.contains { $0.hasPrefix("MAIL") })
    }

    @Test(.rfc(3030, "2"), .rfc(3030, "3"), arguments: [true, false])
    func `Binary octets go in chunks`(isPipelining: Bool) async throws {
        let binary = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) }
        let header = "MIME-Version: 1.0\r\nContent-Type: image/x\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        var message = OutgoingMessage.to("b")
        message.content = MessageOctets(Array(header.utf8) + binary)
        message.body = .binaryMIME
        let chunking = ["CHUNKING", "BINARYMIME", "8BITMIME"] + (isPipelining ? ["PIPELINING"] : [])
        let (report, record) = try await send(message, to: chunking)
        #expect(report.outcomes.allSatisfy { $0.isDelivered })
        #expect(record.messages == [Array(header.utf8) + binary])
        #expect(record.chunks.count == 4)
        #expect(record.lines.contains { $0.hasPrefix("MAIL") && $0.hasSuffix("BODY=BINARYMIME") })
        #expect(!record.lines.contains("DATA"))
        // And as base64 to those who do not take it.
        let (_, text) = try await send(message, to: ["8BITMIME"])
        let found = try #require(text.messages.first)
        #expect(
            found.starts(with: "MIME-Version: 1.0\r\nContent-Type: image/x\r\nContent-Transfer-Encoding: base64".utf8)
        )
    }

    @Test(.rfc(3030, "2")) func `A chunk that is refused ends the message, and RSET the transaction`() async throws {
        let text = String(repeating: "0123456789\r\n", count: 40_000)
        var server = FakeServer()
        server.keywords = ["CHUNKING", "PIPELINING"]
        server.faults[.data] = .say("552 5.2.2 Full\r\n")
        let (reports, record) = try await converse(server) { connection in
            [await connection.send(.to("b", text: text)), await connection.send(.to("c"))]
        }
        #expect(reports[0].outcomes == [.permanent(Reply(552, "5.2.2", "Full"), .message)])
        #expect(reports[0].failure == nil)
        #expect(reports[1].outcomes.allSatisfy { $0.isDelivered })
        #expect(record.lines.filter { $0 == "RSET" }.count == 1)
    }

    @Test func `Bare line ends never reach a server`() async throws {
        let text = "a\nb\r.\n.\r\n\r\nc\r"
        let (_, record) = try await send(.to("b", text: text), to: [])
        #expect(record.messages.map { String(decoding: $0, as: UTF8.self) } == ["a\r\nb\r\n.\r\n.\r\n\r\nc\r\n"])
    }

    @Test(.rfc(6531, "3.2")) func `Addresses beyond ASCII need a server that takes them`() async throws {
        var message = OutgoingMessage.to("b", "c")
        message.recipients[0].forwardPath = .path(Path(localPart: "b\u{FC}", host: .domain("example.test")))
        let (report, record) = try await send(message, to: ["8BITMIME", "SMTPUTF8"])
        #expect(report.outcomes.allSatisfy { $0.isDelivered })
        #expect(record.lines.contains("MAIL FROM:<a@client.example.test> BODY=8BITMIME SMTPUTF8"))
        #expect(record.lines.contains("RCPT TO:<b\u{FC}@example.test>"))
        let (partly, _) = try await send(message, to: ["8BITMIME"])
        #expect(local(partly) == "5.6.7")
        #expect(partly.outcomes[1].isDelivered)
    }

    @Test(.rfc(6531, "3.4")) func `What only says that it is not ASCII goes plainly`() async throws {
        var settings = settings()
        settings.asciiDomain = { $0 == "b\u{FC}cher.example" ? "xn--bcher-kva.example" : nil }
        var message = OutgoingMessage.to("b")
        message.smtpUTF8 = true
        message.recipients[0].forwardPath = .path(Path(localPart: "b", host: .domain("b\u{FC}cher.example")))
        let (report, record) = try await send(message, to: ["8BITMIME"], settings)
        #expect(report.outcomes.allSatisfy { $0.isDelivered })
        #expect(record.lines.contains("RCPT TO:<b@xn--bcher-kva.example>"))
        message.content = MessageOctets("Subject: Gr\u{FC}\u{DF}e\r\n\r\ntext\r\n")
        #expect(local(try await send(message, to: ["8BITMIME"], settings).report) == "5.6.9")
    }

    @Test(.rfc(8689, "4.2.1")) func `A message that requires TLS goes over nothing else`() async throws {
        var message = OutgoingMessage.to("b")
        message.requireTLS = true
        #expect(local(try await send(message, to: ["REQUIRETLS"]).report) == "5.7.10")
        var settings = settings()
        settings.tls = try TLSContext.client(verification: .none)
        settings.security = .required(TLSExpectation(serverName: "mx", verification: .names(["mx"])))
        #expect(local(try await send(message, to: ["STARTTLS"], settings).report) == "5.7.30")
        let (report, record) = try await send(message, to: ["STARTTLS", "REQUIRETLS"], settings)
        #expect(report.outcomes.allSatisfy { $0.isDelivered })
        #expect(record.lines.contains("MAIL FROM:<a@client.example.test> REQUIRETLS"))
        settings.security = .required(TLSExpectation(serverName: "mx"))
        #expect(local(try await send(message, to: ["STARTTLS", "REQUIRETLS"], settings).report) == "5.7.10")
    }

    @Test(.rfc(2852, "4")) func `A message that must come back in time goes to no server that does not promise it`()
        async throws
    {
        var message = OutgoingMessage.to("b")
        message.deliverBy = DeliverBy(seconds: 60, mode: .return)
        #expect(local(try await send(message, to: []).report) == "5.3.3")
        #expect(local(try await send(message, to: ["DELIVERBY 100"]).report) == "5.4.7")
        #expect(try await send(message, to: ["DELIVERBY 30"]).record.lines.contains { $0.hasSuffix("BY=60;R") })
    }

    @Test(.rfc(1870, "6.1")) func `A message that is too big is not begun`() async throws {
        let (report, record) = try await send(.to("b"), to: ["SIZE 10"])
        #expect(local(report) == "5.3.4")
        #expect(!record.lines.contains { $0.hasPrefix("MAIL") })
    }

    @Test(.rfc(9422, "4.2"), .rfc(9422, "4.1"), .rfc(9422, "4.3")) func `The server's limits are kept`() async throws {
        let message = OutgoingMessage.to("b", "c", "d", "e", "f")
        let (report, record) = try await send(message, to: ["PIPELINING", "LIMITS RCPTMAX=2"])
        #expect(report.outcomes.allSatisfy { $0.isDelivered })
        #expect(record.messages.count == 3)
        let (few, _) = try await send(message, to: ["LIMITS RCPTMAX=2 MAILMAX=2"])
        #expect(few.outcomes.map(\.isDelivered) == [true, true, true, true, false])
        #expect(few.failure == nil)
        #expect(few.outcomes[4] == .temporary(Reply(450, "4.5.3", "No more recipients on this connection"), .local))
        var domains = message
        domains.recipients[2].forwardPath = .path(Path(localPart: "d", host: .domain("other.test")))
        let (one, _) = try await send(domains, to: ["LIMITS RCPTDOMAINMAX=1"])
        #expect(one.outcomes.map(\.isDelivered) == [true, true, false, false, false])
    }

    @Test func `Many recipients do not fill what is under way`() async throws {
        var settings = settings()
        settings.recipientLimit = 5000
        var message = OutgoingMessage.to("b")
        message.recipients = (0..<5000).map { .init(.path(Path(localPart: "u\($0)", host: .domain("example.test")))) }
        let weather = MemoryConnection.Weather(pieceLimit: 500, window: 20_000)
        let many = message
        let (report, record) = try await converse(FakeServer(), settings: settings, weather: weather) {
            await $0.send(many)
        }
        #expect(report.outcomes.count == 5000)
        #expect(report.outcomes.allSatisfy { $0.isDelivered })
        #expect(record.messages.count == 1)
    }

    /// Fails after some pieces, and knows how many were asked for.
    private final class Failing: MessageContent {
        struct Broken: Error {}
        let asked = Mutex(0)
        var size: UInt64? { nil }

        func open() -> any MessageReader { Reader(content: self) }

        struct Reader: MessageReader {
            let content: Failing
            func next() throws -> [UInt8]? {
                let count = content.asked.withLock { count in
                    count += 1
                    return count
                }
                guard count < 100 else { throw Broken() }
                return [UInt8](repeating: 0x61, count: 1000) + [13, 10]
            }
        }
    }

    @Test(arguments: [["PIPELINING"], ["CHUNKING"]])
    func `A message that cannot be read to its end is never ended`(keywords: [String]) async throws {
        var message = OutgoingMessage.to("b")
        message.content = Failing()
        message.body = .sevenBit
        let (report, record) = try await send(message, to: keywords)
        #expect(report.failure?.stage == .message)
        #expect(report.failure?.isUncertain == false)
        #expect(!record.chunks.contains { $0.hasSuffix("LAST") })
        #expect(record.messages.allSatisfy { $0.isEmpty } || keywords == ["CHUNKING"])
    }

    @Test func `The message is read no faster than the server takes it`() async throws {
        let content = Failing()
        let world = TestWorld()
        try await TestLoop.run(world) { _ in
            // The server takes nothing of the text.
            let line = MemoryConnection(clock: world, weather: .init(window: 4096))
            async let script: Void = Self.takeNothing(line)
            let connection = try await Connection.open(over: line, settings: Settings(name: .domain("c.example.test")))
            var message = OutgoingMessage.to("b")
            message.content = content
            let report = await connection.send(message)
            #expect(report.failure == Failure(.message, .timeout))
            line.close()
            await script
        }
        #expect(content.asked.withLock { $0 } < 80)
    }

    private static func takeNothing(_ line: MemoryConnection) async {
        line.send("220 x\r\n")
        for reply in ["250-x\r\n250 8BITMIME\r\n", "250 x\r\n", "250 x\r\n", "354 x\r\n"] {
            guard await line.line() != nil else { return }
            line.send(reply)
        }
    }

    @Test func `One connection carries one message after another`() async throws {
        let (results, record) = try await converse(FakeServer()) { connection in
            let first = await connection.send(.to("b"))
            let isAlive = await connection.isAlive()
            let second = await connection.send(.to("c"))
            return [first.outcomes[0].isDelivered, isAlive, second.outcomes[0].isDelivered]
        }
        #expect(results == [true, true, true])
        #expect(record.lines.filter { $0.hasPrefix("EHLO") }.count == 1)
        #expect(record.lines.last == "QUIT")
        var server = FakeServer()
        server.faults[.end] = .say(FakeServer.accepted + "421 4.4.2 Idle\r\n")
        let (isAlive, _) = try await converse(server) { connection in
            _ = await connection.send(.to("b"))
            return await connection.isAlive()
        }
        #expect(!isAlive)
    }
}
