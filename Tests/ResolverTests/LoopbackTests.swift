import DNS
import Network
import Octets
import PorticoTesting
import Testing
import World

@testable import Resolver

/// The resolver over real sockets of this host.
@Suite
struct LoopbackTests {
    private static let anyPort = Address(host: "127.0.0.1", port: 0)

    /// Responds to `query` with one record, in its name's case.
    private static func response(
        to query: [UInt8],
        _ data: RecordData,
        change: (inout Message) -> Void = { _ in }
    ) throws -> [UInt8] {
        let query = try Message(parsing: query.span)
        var response = Message(
            header: Header(id: query.header.id, isResponse: true, offersRecursion: true),
            questions: query.questions,
            answers: [Record(name: query.questions[0].name, timeToLive: 60, data: data)]
        )
        change(&response)
        return response.encoded()
    }

    /// Runs `body` with a resolver that asks `servers`, while the tasks of `serving` run.
    private static func run(
        _ body: @escaping @Sendable (EventLoopGroup, EventLoop) async throws -> Void
    ) async throws {
        let loops = EventLoopGroup(count: 1)
        let loop = loops.next()
        let result = await Task(executorPreference: loop) { try await body(loops, loop) }.result
        await loops.stop()
        try result.get()
    }

    @Test(.rfc(5452, "9.2")) func asksOverUDPAndHearsTheServerAlone() async throws {
        try await Self.run { loops, loop in
            let server = try DatagramSocket.open(at: Self.anyPort, on: loop)
            let stranger = try DatagramSocket.open(at: Self.anyPort, on: loop)
            defer {
                server.close()
                stranger.close()
            }
            var settings = ResolverSettings(servers: [.init(address: server.local)])
            settings.timeout = .patience
            let resolver = Resolver(settings, on: loops, world: .real)
            async let answer = resolver.lookUp("x.test", .a)
            let query = try await server.receive(by: .never)
            // The right answer from elsewhere, a wrong one from there, and the right one.
            try stranger.send(try Self.response(to: query.octets, .a(66)), to: query.source)
            try server.send(try Self.response(to: query.octets, .a(67)) { $0.header.id ^= 1 }, to: query.source)
            try server.send(try Self.response(to: query.octets, .a(1)), to: query.source)
            #expect(try await answer.records.map(\.data) == [.a(1)])
            async let second = resolver.lookUp("y.test", .a)
            let other = try await server.receive(by: .never)
            try server.send(try Self.response(to: other.octets, .a(2)), to: other.source)
            #expect(try await second.records.map(\.data) == [.a(2)])
            #expect(query.source.port != other.source.port)
        }
    }

    @Test func asksManyAtOnce() async throws {
        try await Self.run { loops, loop in
            let server = try DatagramSocket.open(at: Self.anyPort, on: loop)
            let serving = Task(executorPreference: loop) { () async throws -> Set<Int> in
                var ports: Set<Int> = []
                for _ in 0..<1000 {
                    let query = try await server.receive(by: .never)
                    ports.insert(query.source.port)
                    try server.send(try Self.response(to: query.octets, .a(1)), to: query.source)
                }
                return ports
            }
            var settings = ResolverSettings(servers: [.init(address: server.local)])
            settings.timeout = .seconds(120)
            let resolver = Resolver(settings, on: loops, world: .real)
            let found = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<3000 {
                    group.addTask { (try? await resolver.lookUp("\(number / 3).test", .a))?.outcome == .found }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(found == 3000 && resolver.cachedAnswers == 1000)
            // By chance some 8 of 1000 ports come twice.
            #expect(try await serving.value.count > 950)
            server.close()
            await resolver.stop()
        }
    }

    @Test func asksTheNextWhereNobodyListens() async throws {
        try await Self.run { loops, loop in
            let dead = try DatagramSocket.open(at: Self.anyPort, on: loop)
            dead.close()
            let server = try DatagramSocket.open(at: Self.anyPort, on: loop)
            defer { server.close() }
            var settings = ResolverSettings(servers: [dead.local, server.local].map { .init(address: $0) })
            // The system says at once that nobody listens: nobody waits an hour.
            settings.timeout = .seconds(3600)
            let resolver = Resolver(settings, on: loops, world: .real)
            async let answer = resolver.lookUp("x.test", .a)
            let query = try await server.receive(by: .never)
            try server.send(try Self.response(to: query.octets, .a(1)), to: query.source)
            #expect(try await answer.outcome == .found)
        }
    }

    /// How a server behaves over TCP.
    enum Style: CaseIterable {
        case atOnce
        case octetByOctet
        case long
        case closes
        case tooShort
        case otherQuestion
        case truncatedAgain
    }

    @Test(.rfc(7766, "8"), arguments: Style.allCases) func asksOverTCPWhatIsTruncated(_ style: Style) async throws {
        try await Self.run { loops, loop in
            let listener = try Listener(Self.anyPort, on: loops)
            listener.serve { stream in await Self.serve(stream, style) }
            let server = try DatagramSocket.open(at: listener.address, on: loop)
            defer { server.close() }
            var settings = ResolverSettings(servers: [.init(address: server.local)])
            (settings.attempts, settings.timeout) = (1, .patience)
            let resolver = Resolver(settings, on: loops, world: .real)
            async let answer = resolver.lookUp("x.test", .txt)
            let query = try await server.receive(by: .never)
            let truncated = try Self.response(to: query.octets, .txt([[1]])) { $0.header.isTruncated = true }
            try server.send(truncated, to: query.source)
            switch style {
            case .atOnce, .octetByOctet: #expect(try await answer.records.map(\.data) == [.txt([[7]])])
            case .long: #expect(try await answer.records.count == 250)
            default:
                do {
                    _ = try await answer
                    Issue.record("that was no answer")
                } catch { #expect(error as? LookupError == .temporary("\(server.local): the connection was closed")) }
            }
            await listener.stop(grace: .zero)
        }
    }

    private static func serve(_ stream: Stream, _ style: Style) async {
        let deadline = stream.deadline(after: .patience)
        while stream.available < 2 || stream.withInput({ stream.available < 2 + Int($0[1]) }) {
            guard (try? await stream.fill(by: deadline)) == true else { return }
        }
        let query = stream.withInput { $0.extracting(2..<$0.count).toArray() }
        let octets = try? response(to: query, .txt([[7]])) { message in
            switch style {
            case .long:
                let record = Record(
                    name: message.questions[0].name,
                    timeToLive: 60,
                    data: .txt([[UInt8](repeating: 65, count: 240)])
                )
                message.answers = [Record](repeating: record, count: 250)
            case .otherQuestion: message.questions[0].type = .a
            case .truncatedAgain: message.header.isTruncated = true
            default: break
            }
        }
        guard style != .closes, let octets else { return }
        let whole = [UInt8(octets.count >> 8), UInt8(octets.count & 0xFF)] + octets
        let pieces = style == .octetByOctet ? whole.map { [$0] } : [style == .tooShort ? whole.dropLast() : whole]
        for piece in pieces {
            stream.write(piece)
            try? await stream.flush(by: deadline)
            try? await stream.pause()
        }
    }
}
