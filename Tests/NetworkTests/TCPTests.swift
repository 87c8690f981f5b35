import Network
import PorticoTesting
import Synchronization
import Testing
import World

/// Runs `body` as a task of `loop`, where connections live.
func on<Value: Sendable>(
    _ loop: EventLoop,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let task = Task(executorPreference: loop) { try await body() }
    return try await withTaskCancellationHandler {
        try await task.value
    } onCancel: {
        task.cancel()
    }
}

extension Stream {
    /// Everything that comes until the peer ends.
    func readToEnd(within duration: Duration = .patience) async throws(TransportError) -> [UInt8] {
        while try await fill(by: deadline(after: duration)) {}
        return takeAll()
    }

    /// The next `count` octets, fewer only if the peer ends before.
    func read(_ count: Int, within duration: Duration = .patience) async throws(TransportError) -> [UInt8] {
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
        while try await fill(by: deadline(after: .patience), mayStop: mayStop) {
            write(takeAll())
            try await drain(by: deadline(after: .patience))
        }
        try await flush(by: deadline(after: .patience))
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
            handshakeLimit: .patience,
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
                by: loop.uptime + .patience
            )
            defer { closing(transport) }
            return try await body(Stream(transport))
        }
    }

    func stop(grace: Duration = .patience) async {
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
        let octets = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
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

    /// The peer ends its side and still gets its answer.
    @Test func halfCloseIsAnEndOfInputOnly() async throws {
        let server = try Running { stream in
            guard let octets = try? await stream.readToEnd() else { return }
            stream.write(octets.reversed())
            await stream.close(by: stream.deadline(after: .patience))
        }
        let answer = try await server.client { client in
            client.write("abc")
            try await client.flush(by: client.deadline(after: .patience))
            client.endSending()
            return try await client.readToEnd()
        }
        #expect(answer == Array("cba".utf8))
        await server.stop()
    }

    @Test func aResetIsAClosedConnection() async throws {
        let closed = Signal()
        let server = try Running { stream in
            stream.write([UInt8](repeating: 0x61, count: 20_000_000))
            do throws(TransportError) {
                try await stream.flush(by: stream.deadline(after: .patience))
            } catch {
                if case .closed = error { closed.raise() }
            }
        }
        // Octets that were not read when the socket is closed make it a reset.
        try await server.client(closing: { $0.abort() }) { client in _ = try await client.fill(by: .never) }
        await server.stop()
        #expect(closed.take())
    }

    @Test func nobodyListens() async throws {
        let server = try Running()
        await server.listener.stop(grace: .zero)
        await #expect(throws: TransportError.self) { try await server.client { try await $0.read(1) } }
        await server.loops.stop()
    }

    @Test func deadlinesOfRealTime() async throws {
        let server = try Running()
        try await server.client { client in
            let start = client.deadline(after: .zero)
            // The later deadline is set first: an earlier one must not wait for it, nor a later one end with it.
            for milliseconds in [30, 10, 50] {
                let deadline = client.deadline(after: .milliseconds(milliseconds))
                await #expect(throws: TransportError.self) { _ = try await client.fill(by: deadline) }
                #expect(client.deadline(after: .zero) >= deadline)
            }
            #expect(client.deadline(after: .zero) >= start + .milliseconds(90))
            client.write("x")
            let echo = try await client.read(1)
            #expect(echo == [0x78])
        }
        await server.stop()
    }

    /// A peer that sends and never reads makes the server wait, not grow.
    @Test func backPressure() async throws {
        let largest = Mutex(0)
        let server = try Running { stream in
            while (try? await stream.fill(by: stream.deadline(after: .patience))) == true {
                let count = stream.takeAll().count
                for _ in 0..<count { stream.write("0123456789") }
                let pending = stream.pendingOutput
                largest.withLock { $0 = max($0, pending) }
            }
        }
        let sent = try await server.client { client in
            var sent = 0
            let piece = [UInt8](repeating: 0x61, count: 4096)
            // Until the server takes no more: its own reading stops when its replies do not go.
            while sent < 40_000_000 {
                client.write(piece)
                do throws(TransportError) {
                    try await client.flush(by: client.deadline(after: .milliseconds(200)))
                } catch { break }
                sent += piece.count
            }
            return sent
        }
        #expect(sent < 40_000_000, "the server went on reading")
        // What one read brings, ten-fold, on top of what is sent before the next.
        #expect(largest.withLock { $0 } <= (64 << 10) * 11)
        await server.stop()
    }

    @Test func cancellationWakesAWait() async throws {
        let server = try Running()
        let isWaiting = Signal()
        let task = Task {
            try await server.client { client in
                isWaiting.raise()
                _ = try await client.fill(by: .never)
            }
        }
        #expect(await eventually { isWaiting.isRaised })
        task.cancel()
        await #expect(throws: TransportError.self) { try await task.value }
        await server.stop()
    }

    /// What the server says last arrives although the client was still sending.
    @Test(.rfc(9112, "9.6"))
    func theLastReplyIsNotLostToAReset() async throws {
        let server = try Running { stream in
            guard (try? await stream.read(1)) != nil else { return }
            stream.write("500 too long\r\n")
            await stream.close(by: stream.deadline(after: .patience))
        }
        for _ in 0..<20 {
            let answer = try await server.client { client in
                client.write([UInt8](repeating: 0x61, count: 100_000))
                try await client.flush(by: client.deadline(after: .patience))
                return try await client.readToEnd()
            }
            #expect(answer == Array("500 too long\r\n".utf8))
        }
        await server.stop()
    }
}
