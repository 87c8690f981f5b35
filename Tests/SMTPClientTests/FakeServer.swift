import Network
import Octets
import PorticoTesting
import SMTP
import SMTPClient
import World

/// A server that does what it is told, at the other end of a `MemoryConnection`: good by default, as bad as its faults.
struct FakeServer: Sendable {
    /// A point at which it may do something else than a good server.
    enum Point: String, Sendable, CaseIterable {
        case greeting, hello, mail, rcpt, data, end

        /// The stage at which the client hears of it.
        var stage: Stage {
            switch self {
            case .greeting: .greeting
            case .hello: .hello
            case .mail: .mail
            case .rcpt: .rcpt
            case .data: .data
            case .end: .end
            }
        }
    }

    /// What it does there.
    enum Fault: Hashable, Sendable {
        /// Says that instead, as it is.
        case say(String)
        /// Sends no more.
        case close
        /// Says nothing, for ever.
        case hang
        /// Says the same line for ever.
        case endless(String)
    }

    /// What it has seen.
    struct Record: Sendable {
        var lines: [String] = []
        /// Messages, the dots undone.
        var messages: [[UInt8]] = []
        /// How each chunk was announced.
        var chunks: [String] = []
    }

    var greeting = "220 mx.example.test ESMTP\r\n"
    var keywords = ["PIPELINING", "8BITMIME", "SIZE 10000000", "ENHANCEDSTATUSCODES"]
    var faults: [Point: Fault] = [:]
    /// Local parts that are refused, and how.
    var refused: [String: String] = [:]
    var isLMTP = false
    /// What RSET is answered.
    var reset = "250 2.0.0 Ok\r\n"
    /// With LMTP, what is said at the end to each recipient that was accepted, by its local part.
    var verdicts: [String: String] = [:]
    /// Sees the connection before each reply.
    var trap: (@Sendable (MemoryConnection, String) -> Void)?

    static let accepted = "250 2.0.0 Queued\r\n"

    /// Answers until the client closes or a fault ends it.
    func serve(_ connection: MemoryConnection) async -> Record {
        var record = Record()
        guard await act(.greeting, otherwise: greeting, connection) else { return record }
        var recipients: [String] = []
        var hasSender = false
        while let line = await connection.line() {
            record.lines.append(line)
            trap?(connection, line)
            let verb = line.prefix(4).uppercased()
            switch verb {
            case "EHLO", "LHLO":
                let lines = ["mx.example.test"] + keywords
                let reply = lines.enumerated().map { "250\($0 == lines.count - 1 ? " " : "-")\($1)\r\n" }.joined()
                guard await act(.hello, otherwise: reply, connection) else { return record }
            case "HELO": connection.send("250 mx.example.test\r\n")
            case "STAR": connection.send("220 2.0.0 Go ahead\r\n")
            case "MAIL":
                recipients = []
                if case .say(let text)? = faults[.mail] { hasSender = text.hasPrefix("2") } else { hasSender = true }
                guard await act(.mail, otherwise: "250 2.1.0 Ok\r\n", connection) else { return record }
            case "RCPT":
                let name = line.dropFirst("RCPT TO:<".count).prefix { $0 != "@" }
                if !hasSender, faults[.rcpt] == nil {
                    connection.send("503 5.5.1 No sender\r\n")
                } else if let refusal = refused[String(name)] {
                    connection.send(refusal)
                } else {
                    recipients.append(String(name))
                    guard await act(.rcpt, otherwise: "250 2.1.5 Ok\r\n", connection) else { return record }
                }
            case "DATA":
                let reply = recipients.isEmpty ? "503 5.5.1 No recipients\r\n" : "354 Go\r\n"
                guard await act(.data, otherwise: reply, connection) else { return record }
                let said = faults[.data].map { if case .say(let text) = $0 { text } else { "" } } ?? reply
                guard said.hasPrefix("354") else { break }
                guard let message = await text(connection) else { return record }
                record.messages.append(message)
                guard await conclude(recipients, connection) else { return record }
                recipients = []
            case "BDAT":
                record.chunks.append(line)
                let words = line.split(separator: " ")
                guard let octets = await connection.octets(Int(words[1]) ?? 0) else { return record }
                if record.chunks.count == 1 || record.messages.isEmpty { record.messages.append([]) }
                record.messages[record.messages.count - 1] += octets
                guard words.count == 3 else {
                    guard await act(.data, otherwise: "250 2.0.0 Chunk\r\n", connection) else { return record }
                    break
                }
                guard await conclude(recipients, connection) else { return record }
                recipients = []
            case "QUIT":
                connection.send("221 2.0.0 Bye\r\n")
                connection.endSending()
                return record
            case "RSET": connection.send(reset)
            default: connection.send("250 2.0.0 Ok\r\n")
            }
        }
        return record
    }

    private func conclude(_ recipients: [String], _ connection: MemoryConnection) async -> Bool {
        guard isLMTP else { return await act(.end, otherwise: Self.accepted, connection) }
        for name in recipients {
            guard await act(.end, otherwise: verdicts[name] ?? Self.accepted, connection) else { return false }
        }
        return true
    }

    /// Says what belongs there, or does something else. Returns whether it goes on.
    private func act(_ point: Point, otherwise reply: String, _ connection: MemoryConnection) async -> Bool {
        switch faults[point] {
        case nil: connection.send(reply)
        case .say(let text): connection.send(text)
        case .close:
            connection.endSending()
            return false
        case .hang:
            _ = await connection.rest()
            return false
        case .endless(let text):
            // More than any client reads.
            for _ in 0..<1000 { connection.send(text) }
        }
        return true
    }

    private func text(_ connection: MemoryConnection) async -> [UInt8]? {
        var decoder = DataDecoder()
        var message: [UInt8] = []
        // A client sends nothing behind the end before it has the answer.
        while let octets = await connection.piece() {
            _ = decoder.push(octets.span, into: &message)
            if decoder.isComplete { return message }
        }
        return nil
    }
}

/// A client's part, on a virtual clock, against a server.
func converse<Value: Sendable>(
    _ server: FakeServer,
    settings: Settings = Settings(name: .domain("client.example.test")),
    weather: MemoryConnection.Weather? = nil,
    tls: TransportError? = nil,
    _ body: @escaping @Sendable (Connection) async throws -> Value
) async throws -> (value: Value, record: FakeServer.Record) {
    let world = TestWorld()
    return try await TestLoop.run(world) { _ in
        let line = MemoryConnection(clock: world, weather: weather)
        if let tls { line.failTLS(with: tls) }
        async let record = server.serve(line)
        let value: Value
        do {
            let connection = try await Connection.open(over: line, settings: settings)
            value = try await body(connection)
            await connection.quit()
        } catch {
            line.close()
            _ = await record
            throw error
        }
        return (value, await record)
    }
}

extension OutgoingMessage {
    /// A message from `a@client.example.test` to people at `example.test`.
    static func to(_ names: String..., text: String = "Subject: x\r\n\r\ntext\r\n") -> OutgoingMessage {
        let recipients = names.map { Recipient(.path(Path(localPart: $0, host: .domain("example.test")))) }
        let sender = ReversePath.path(Path(localPart: "a", host: .domain("client.example.test")))
        return OutgoingMessage(from: sender, to: recipients, content: MessageOctets(text))
    }
}
