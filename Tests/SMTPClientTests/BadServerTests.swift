import Network
import PorticoTesting
import SMTP
import SMTPClient
import Testing
import World

/// One client against servers that do something wrong at every point of a conversation.
struct BadServerTests {
    typealias Point = FakeServer.Point
    typealias Fault = FakeServer.Fault

    /// What a fault must come to: a refusal, or the end of the connection.
    enum Expected: Equatable, Sendable {
        /// Both codes; whether the connection is of no use then.
        case refused(UInt16, isLost: Bool)
        case lost(Failure.Cause)
        /// The text of a cause is for people.
        case nonsense
    }

    static let faults: [(Fault, Expected)] = [
        (.say("421 4.3.2 Closing\r\n"), .refused(421, isLost: true)),
        (.say("421-4.3.2 Closing\r\n421 4.3.2 now\r\n"), .refused(421, isLost: true)),
        (.say("451 4.3.0 Later\r\n"), .refused(451, isLost: false)),
        (.say("452-4.2.2 Full\r\n452-4.2.2 so\r\n452 4.2.2 wait\r\n"), .refused(452, isLost: false)),
        (.say("550 5.7.1 Never\r\n"), .refused(550, isLost: false)),
        (.say("554-5.7.1 No\r\n554 5.7.1 never\r\n"), .refused(554, isLost: false)),
        (.say("550 \r\n"), .refused(550, isLost: false)),
        (.close, .lost(.closed)),
        (.hang, .lost(.timeout)),
        (.say("Ok then\r\n"), .nonsense),
        (.say("2500 Ok\r\n"), .nonsense),
        (.say("150 Wait\r\n"), .nonsense),
        (.say("334 Go on\r\n"), .nonsense),
        (.say("250-One\r\n550 Two\r\n"), .nonsense),
        (.say("250 " + String(repeating: "x", count: 2000)), .nonsense),
        (.say("\u{0}\u{1}\u{FFFD}\r\n"), .nonsense),
        (.endless("250-more\r\n"), .nonsense),
    ]

    static let cases = Point.allCases.flatMap { point in
        faults.flatMap { fault, expected in [(point, fault, expected, true), (point, fault, expected, false)] }
    }

    @Test(.rfc(5321, "4.2"), arguments: cases)
    func `A fault comes to what it is`(point: Point, fault: Fault, expected: Expected, isPipelining: Bool) async throws
    {
        var server = FakeServer()
        server.faults[point] = fault
        if !isPipelining { server.keywords.removeFirst() }
        // EHLO that is refused is followed by HELO.
        if point == .hello, case .say(let text) = fault, text.hasPrefix("55") { return }
        guard point != .greeting, point != .hello else {
            do {
                _ = try await converse(server) { _ in }
                Issue.record("it was opened")
            } catch let failure as Failure {
                #expect(failure.stage == point.stage)
                check(failure.cause, expected)
            }
            return
        }
        let (report, _) = try await converse(server) { await $0.send(.to("b", "c")) }
        check(report, expected, point)
    }

    private func check(_ report: Report, _ expected: Expected, _ point: Point) {
        #expect(report.outcomes.count == 2)
        switch expected {
        case .refused(let code, let isLost):
            #expect((report.failure != nil) == isLost)
            for outcome in report.outcomes {
                switch outcome {
                case .temporary(let reply, let stage):
                    #expect(reply.code == code && code < 500)
                    #expect(stage == point.stage)
                case .permanent(let reply, let stage):
                    #expect(reply.code == code && code >= 500)
                    #expect(stage == point.stage)
                default: Issue.record("\(outcome)")
                }
            }
        case .lost, .nonsense:
            guard let failure = report.failure else {
                Issue.record("the connection goes on")
                return
            }
            #expect(failure.stage == point.stage)
            #expect(failure.isUncertain == (point == .end))
            check(failure.cause, expected)
            for outcome in report.outcomes { #expect(outcome == .failed(failure)) }
        }
    }

    private func check(_ cause: Failure.Cause, _ expected: Expected) {
        switch (cause, expected) {
        case (.refused(let reply), .refused(let code, _)): #expect(reply.code == code)
        case (.nonsense, .nonsense): break
        case (_, .lost(let lost)): #expect(cause == lost)
        default: Issue.record("\(cause) where \(expected) was expected")
        }
    }

    @Test(.rfc(5321, "4.5.3.2"), arguments: zip(Point.allCases, [300, 300, 300, 300, 120, 600]))
    func `A server that says nothing is waited for as long as it may take`(point: Point, seconds: Int) async throws {
        var server = FakeServer()
        server.keywords = []
        server.faults[point] = .hang
        let hanging = server
        let world = TestWorld()
        let waited = try await TestLoop.run(world) { _ in
            let line = MemoryConnection(clock: world)
            async let record = hanging.serve(line)
            let settings = Settings(name: .domain("client.example.test"))
            let connection = try? await Connection.open(over: line, settings: settings)
            let report = await connection?.send(.to("b"))
            #expect(report?.failure == connection.map { _ in Failure(point.stage, .timeout) })
            line.close()
            _ = await record
            return world.uptime
        }
        #expect(waited - TestWorld().uptime == .seconds(seconds))
    }

    @Test(
        arguments: [
            (TransportError.closed, Failure.Cause.closed), (.deadline, .timeout),
            (.tls("alert"), .tls(.handshake("alert"))),
            (
                .untrusted(CertificateProblem(.expired, "old")),
                .tls(.certificate(CertificateProblem(.expired, "old")))
            ),
        ] as [(TransportError, Failure.Cause)]
    )
    func `A handshake that fails is said to be one`(error: TransportError, cause: Failure.Cause) async throws {
        var server = FakeServer()
        server.keywords.append("STARTTLS")
        var settings = Settings(name: .domain("client.example.test"))
        settings.tls = try TLSContext.client(verification: .none)
        settings.security = .required(TLSExpectation(serverName: "mx.example.test"))
        do {
            _ = try await converse(server, settings: settings, tls: error) { _ in }
            Issue.record("it was opened")
        } catch let failure as Failure {
            #expect(failure == Failure(.handshake, cause))
        }
    }

    @Test(arguments: [true, false])
    func `Recipients who are refused do not keep the others from the message`(isPipelining: Bool) async throws {
        var server = FakeServer()
        server.refused = ["x": "550 5.1.1 No such user\r\n", "y": "450 4.2.1 Not now\r\n"]
        if !isPipelining { server.keywords.removeFirst() }
        let (report, record) = try await converse(server) { await $0.send(.to("b", "x", "c", "y")) }
        let queued = Outcome.delivered(Reply(250, "2.0.0", "Queued"))
        #expect(
            report.outcomes == [
                queued, .permanent(Reply(550, "5.1.1", "No such user"), .rcpt), queued,
                .temporary(Reply(450, "4.2.1", "Not now"), .rcpt),
            ]
        )
        #expect(report.failure == nil)
        #expect(record.messages == [Array("Subject: x\r\n\r\ntext\r\n".utf8)])
    }

    @Test(.rfc(2920, "3.1"))
    func `A server that waits for a text that nobody gets is given an empty one`() async throws {
        var server = FakeServer()
        server.refused = ["b": "550 5.1.1 No such user\r\n"]
        server.faults[.data] = .say("354 Go\r\n")
        server.faults[.end] = .say("554 5.5.1 No valid recipients\r\n")
        let (reports, record) = try await converse(server) { connection in
            [await connection.send(.to("b")), await connection.send(.to("b"))]
        }
        for report in reports {
            #expect(report.outcomes == [.permanent(Reply(550, "5.1.1", "No such user"), .rcpt)])
            #expect(report.failure == nil)
        }
        #expect(record.messages == [[], []])
    }

    @Test func `A server that refuses the sender and still takes a text is left`() async throws {
        var server = FakeServer()
        server.faults = [
            .mail: .say("550 5.7.1 Not you\r\n"), .rcpt: .say("250 2.1.5 Ok\r\n"), .data: .say("354 Go\r\n"),
        ]
        let (report, record) = try await converse(server) { await $0.send(.to("b")) }
        #expect(report.outcomes == [.permanent(Reply(550, "5.7.1", "Not you"), .mail)])
        #expect(report.failure?.stage == .data)
        #expect(record.messages.isEmpty)
    }

    @Test(arguments: ["250 2.0.0 Ok\r\n", "550 5.0.0 No\r\n", "220 "])
    func `What a server says unasked is never taken for an answer`(extra: String) async throws {
        var server = FakeServer()
        server.faults[.end] = .say(FakeServer.accepted + extra)
        let (reports, record) = try await converse(server) { connection in
            [await connection.send(.to("b")), await connection.send(.to("c"))]
        }
        #expect(reports[0].outcomes == [.delivered(Reply(250, "2.0.0", "Queued"))])
        #expect(reports[1].failure?.stage == .mail)
        // Nor for a refusal of what comes next.
        #expect(reports[1].outcomes == reports[1].failure.map { [.failed($0)] })
        #expect(record.messages.count == 1)
    }

    @Test func `A server that does not even reset says nothing about the next message`() async throws {
        var server = FakeServer()
        server.refused = ["x": "550 5.1.1 No such user\r\n"]
        server.reset = "550 5.0.0 No\r\n"
        let (reports, _) = try await converse(server) { connection in
            [await connection.send(.to("x")), await connection.send(.to("b"))]
        }
        #expect(reports[0].failure == nil)
        #expect(reports[1].outcomes == [.failed(Failure(.reset, .refused(Reply(550, "5.0.0", "No"))))])
        #expect(reports[1].failure?.isPermanent == false)
    }

    @Test func `A reply that comes before the message was sent says nothing of the message`() async throws {
        var server = FakeServer()
        server.faults[.data] = .say("354 Go\r\n250 2.0.0 Queued\r\n")
        let (report, record) = try await converse(server) { await $0.send(.to("b")) }
        #expect(report.failure?.stage == .message)
        #expect(report.failure?.isUncertain == false)
        #expect(record.messages.isEmpty)
    }

    @Test func `A server may refuse a message before its end`() async throws {
        var server = FakeServer()
        server.faults[.data] = .say("354 Go\r\n552 5.3.4 Too big\r\n")
        let text = String(repeating: "0123456789\r\n", count: 100_000)
        let (report, _) = try await converse(server) { await $0.send(.to("b", text: text)) }
        #expect(report.outcomes == [.permanent(Reply(552, "5.3.4", "Too big"), .message)])
        #expect(report.failure?.stage == .message)
    }

    @Test(.rfc(5321, "4.5.3.1.10"))
    func `552 for one recipient too many means 452`() async throws {
        var server = FakeServer()
        server.refused = ["x": "552 5.5.3 Too many recipients\r\n"]
        let (report, _) = try await converse(server) { await $0.send(.to("b", "x")) }
        #expect(report.outcomes[1] == .temporary(Reply(552, "5.5.3", "Too many recipients"), .rcpt))
    }

    @Test func `Wherever the server's octets end, nothing is delivered that it has not taken`() async throws {
        let whole = try await everything(closingAfter: .max)
        #expect(whole.report?.outcomes == [.delivered(Reply(250, "2.0.0", "Queued"))])
        for count in 0..<whole.octets {
            let (report, _) = try await everything(closingAfter: count)
            guard let report else { continue }
            #expect(report.outcomes.allSatisfy { !$0.isDelivered }, "\(count)")
            #expect(report.failure != nil, "\(count)")
        }
    }

    /// A conversation whose server sends so many octets; nil if it could not even be opened.
    private func everything(closingAfter count: Int) async throws -> (report: Report?, octets: Int) {
        let world = TestWorld()
        return try await TestLoop.run(world) { _ in
            let line = MemoryConnection(clock: world)
            async let octets = Self.script(line, count)
            let connection = try? await Connection.open(
                over: line,
                settings: Settings(name: .domain("client.example.test"))
            )
            let report = await connection?.send(.to("b"))
            connection?.close()
            line.close()
            return (report, await octets)
        }
    }

    private static func script(_ line: MemoryConnection, _ limit: Int) async -> Int {
        let script: [(String, String)] = [
            ("", "220 mx.example.test ESMTP\r\n"), ("EHLO", "250-mx.example.test\r\n250 ENHANCEDSTATUSCODES\r\n"),
            ("MAIL", "250 2.1.0 Ok\r\n"), ("RCPT", "250 2.1.5 Ok\r\n"), ("DATA", "354 Go\r\n"),
            (".", FakeServer.accepted),
        ]
        var sent = 0
        for (command, reply) in script {
            if !command.isEmpty {
                repeat {
                    guard let said = await line.line() else { return sent }
                    if said.hasPrefix(command) { break }
                } while true
            }
            let octets = Array(Array(reply.utf8).prefix(limit - sent))
            line.send(octets)
            sent += octets.count
            if octets.count < reply.utf8.count {
                line.endSending()
                return sent
            }
        }
        return sent
    }

    @Test(arguments: 1...8) func `Any cut of what arrives is the same`(seed: Int) async throws {
        let weather = MemoryConnection.Weather(pieceLimit: seed, isCutAtRandom: true, longestDelay: .milliseconds(50))
        let (report, record) = try await converse(FakeServer(), weather: weather) { await $0.send(.to("b", "c")) }
        #expect(report.outcomes.allSatisfy { $0.isDelivered })
        #expect(record.messages.count == 1)
    }
}
