import Network
import Testing
import World

/// Runs `body` as a task of `loop`, where connections live.
func on<Value: Sendable>(
    _ loop: EventLoop,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await Task(executorPreference: loop) { try await body() }.value
}

extension Stream {
    /// Everything that comes until the peer ends.
    func readToEnd(within duration: Duration = .seconds(20)) async throws(TransportError) -> [UInt8] {
        while try await fill(by: deadline(after: duration)) {}
        return takeAll()
    }

    /// The next `count` octets, fewer only if the peer ends before.
    func read(_ count: Int, within duration: Duration = .seconds(20)) async throws(TransportError) -> [UInt8] {
        while available < count, try await fill(by: deadline(after: duration)) {}
        let octets = withInput { input in (0..<min(count, input.count)).map { input[$0] } }
        consume(octets.count)
        return octets
    }

    func takeAll() -> [UInt8] {
        let octets = withInput { input in input.indices.map { input[$0] } }
        consume(octets.count)
        return octets
    }

    /// Sends back whatever comes until the peer ends.
    func echo(mayStop: Bool = true) async throws(TransportError) {
        while try await fill(by: deadline(after: .seconds(30)), mayStop: mayStop) {
            write(takeAll())
            try await drain(by: deadline(after: .seconds(30)))
        }
        try await flush(by: deadline(after: .seconds(30)))
    }
}

/// A server on a free port of this machine, and a loop for its clients.
struct Running {
    let loops = EventLoopGroup(count: 2)
    let listener: Listener

    init(
        host: String = "127.0.0.1",
        counter: ConnectionCounter = ConnectionCounter(),
        tls: TLSContext? = nil,
        refusal: String = "",
        session: @escaping @Sendable (Network.Stream) async -> Void = { stream in try? await stream.echo() }
    ) throws {
        listener = try Listener(
            Address(host: host, port: 0),
            on: loops,
            counter: counter,
            tls: tls,
            refusal: { _ in Array(refusal.utf8) }
        )
        listener.serve(session: session)
    }

    /// Runs `body` with a connection to the server, then closes it.
    func client<Value: Sendable>(
        closing: @escaping @Sendable (TCPTransport) -> Void = { $0.close() },
        _ body: @escaping @Sendable (Network.Stream) async throws -> Value
    ) async throws -> Value {
        let loop = loops.next()
        let address = listener.address
        return try await on(loop) {
            let transport = try await TCPTransport.connect(
                to: address,
                on: loop,
                by: loop.uptime + .seconds(20)
            )
            defer { closing(transport) }
            return try await body(Stream(transport))
        }
    }

    func stop(grace: Duration = .seconds(20)) async {
        await listener.stop(grace: grace)
        await loops.stop()
    }
}

@Suite struct TCPTests {
    @Test(arguments: ["127.0.0.1", "::1"])
    func echoes(_ host: String) async throws {
        let server = try Running(host: host)
        #expect(server.listener.address.port > 0)
        let answer = try await server.client { client in
            client.write("hello")
            #expect(client.peer == server.listener.address)
            return try await client.read(5)
        }
        #expect(answer == Array("hello".utf8))
        await server.stop()
    }

    @Test func echoesMuch() async throws {
        let server = try Running()
        let octets = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let answer = try await server.client { client in
            var answer: [UInt8] = []
            for start in stride(from: 0, to: octets.count, by: 50_000) {
                client.write(Array(octets[start..<min(octets.count, start + 50_000)]))
                answer += try await client.read(50_000)
            }
            return answer
        }
        #expect(answer == octets)
        await server.stop()
    }
}
