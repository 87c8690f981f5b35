import Network
import Outgoing
import PorticoTesting
import SMTP
import SMTPClient
import Synchronization
import Testing
import World

/// A message goes to the next host when one does not take it, and to no other when one may have it.
struct CourierTests {
    /// What a host is: its replies, by command; a reply that is empty closes the connection.
    typealias Script = [String: String]

    private static let queued = Outcome.delivered(Reply(250, "2.0.0", "Queued"))

    /// Delivers a message to `b` and `c` over hosts that do as their scripts say, and tells which were asked.
    private func deliver(_ scripts: [Script?], attempts: Int = 5) async throws -> (Courier.Delivery, asked: [Int]) {
        let asked = Mutex<[Int]>([])
        let delivery = try await TestLoop.run { loop in
            let world = loop.world
            let pool = ConnectionPool(uptime: world.world.uptime) { (destination) throws(Failure) in
                let place = destination.address.port
                asked.withLock { $0.append(place) }
                guard let script = scripts[place] else { throw Failure(.connect, .timeout) }
                let line = MemoryConnection(clock: world)
                Task(executorPreference: loop) { await Self.serve(line, script) }
                return try await Connection.open(over: line, settings: Settings(name: .domain("c.example.test")))
            }
            let hops = scripts.indices.map { place in
                Hop(
                    host: "mx\(place).example.test",
                    destination: .init(address: Address(host: "192.0.2.1", port: place), security: .plaintext)
                )
            }
            let recipients = ["b", "c"].map {
                OutgoingMessage.Recipient(.path(Path(localPart: $0, host: .domain("example.test"))))
            }
            let message = OutgoingMessage(
                from: .null,
                to: recipients,
                content: MessageOctets("Subject: x\r\n\r\nx\r\n")
            )
            return await Courier(pool: pool, attempts: attempts).deliver(message, over: hops)
        }
        return (delivery, asked.withLock { $0 })
    }

    private static func serve(_ line: MemoryConnection, _ script: Script) async {
        func say(_ point: String, _ good: String) -> Bool {
            let reply = script[point] ?? good
            line.send(reply.isEmpty ? "" : reply + "\r\n")
            if reply.isEmpty { line.endSending() }
            return !reply.isEmpty
        }
        guard say("greeting", "220 mx") else { return }
        var isText = false
        while let text = await line.line() {
            guard !isText || text == "." else { continue }
            let good: (String, String) =
                switch text.prefix(4) {
                case ".": ("end", "250 2.0.0 Queued")
                case "DATA": ("data", "354 Go")
                case "RCPT": (text.hasPrefix("RCPT TO:<b@") ? "b" : "c", "250 2.1.5 Ok")
                case "MAIL": ("mail", "250 2.1.0 Ok")
                default: ("other", "250 mx")
                }
            isText = text == "DATA"
            guard say(good.0, good.1) else { return }
        }
    }

    @Test(
        arguments: [
            nil, ["greeting": "554 5.3.2 No"], ["greeting": ""], ["mail": "451 4.3.0 Later"],
            ["b": "450 4.2.0 x", "c": "450 4.2.0 x"],
            ["data": "451 4.3.0 Later"], ["data": ""], ["end": "451 4.3.0 Later"], ["other": "421 4.3.2 Closing"],
        ] as [Script?]
    )
    func `The next host is asked`(first: Script?) async throws {
        let (delivery, asked) = try await deliver([first, [:]])
        #expect(delivery.outcomes == [Self.queued, Self.queued])
        #expect(delivery.hosts.allSatisfy { $0.host == "mx1.example.test" })
        #expect(asked == [0, 1])
    }

    @Test(arguments: [
        ["end": ""], ["mail": "550 5.7.1 No"], ["b": "550 5.1.1 x", "c": "550 5.1.1 x"], ["end": "554 5.6.0 No"],
    ])
    func `The next host is not asked`(first: Script) async throws {
        let (delivery, asked) = try await deliver([first, [:]])
        #expect(delivery.outcomes.allSatisfy { !$0.isDelivered })
        #expect(asked == [0])
    }

    @Test func `Each recipient goes the way that is left`() async throws {
        let (delivery, asked) = try await deliver([["c": "452 4.2.2 Full"], ["mail": "421 4.3.2 Closing"], [:]])
        #expect(delivery.outcomes == [Self.queued, Self.queued])
        #expect(delivery.hosts.map(\.host) == ["mx0.example.test", "mx2.example.test"])
        #expect(delivery.failures.map(\.hop.host) == ["mx1.example.test"])
        #expect(asked == [0, 1, 2])
    }

    @Test func `Not all hosts are asked at once`() async throws {
        let (delivery, asked) = try await deliver([nil, nil, nil, [:]], attempts: 3)
        #expect(asked == [0, 1, 2])
        #expect(delivery.outcomes == [.failed(Failure(.connect, .timeout)), .failed(Failure(.connect, .timeout))])
        #expect(delivery.failures.count == 3)
    }
}
