import Network
import PorticoTesting
import Testing
import World

@Suite
struct DatagramTests {
    private static let anyPort = Address(host: "127.0.0.1", port: 0)

    private static func onLoop(_ body: @escaping @Sendable (EventLoop) async throws -> Void) async throws {
        let loop = EventLoop()
        let result = await Task(executorPreference: loop) { try await body(loop) }.result
        await loop.stop()
        try result.get()
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func carriesDatagramsBothWays(_ host: String) async throws {
        try await Self.onLoop { loop in
            let server = try DatagramSocket.open(at: Address(host: host, port: 0), on: loop)
            defer { server.close() }
            let client = try DatagramSocket.open(to: server.local, choosingPortBy: .real, on: loop)
            defer { client.close() }
            #expect((1024...65535).contains(client.local.port))
            for octets in [[], [1, 2, 3], [UInt8](repeating: 7, count: 60_000)] as [[UInt8]] {
                try client.send(octets)
                let question = try await server.receive(by: .never)
                #expect(question.octets == octets && question.source.port == client.local.port)
                try server.send(question.octets + [9], to: question.source)
                #expect(try await client.receive(by: .never).octets == octets + [9])
            }
        }
    }

    @Test func hearsItsPeerAlone() async throws {
        try await Self.onLoop { loop in
            let server = try DatagramSocket.open(at: Self.anyPort, on: loop)
            let stranger = try DatagramSocket.open(at: Self.anyPort, on: loop)
            let client = try DatagramSocket.open(to: server.local, choosingPortBy: .real, on: loop)
            defer { for socket in [server, stranger, client] { socket.close() } }
            try client.send([1])
            let source = try await server.receive(by: .never).source
            try stranger.send([2], to: source)
            try server.send([3], to: source)
            #expect(try await client.receive(by: .never).octets == [3])
        }
    }

    @Test func triesAnotherPortWhereOneIsTaken() async throws {
        try await Self.onLoop { loop in
            let server = try DatagramSocket.open(at: Self.anyPort, on: loop)
            let first = try DatagramSocket.open(to: server.local, choosingPortBy: TestWorld(seed: 5).world, on: loop)
            let second = try DatagramSocket.open(to: server.local, choosingPortBy: TestWorld(seed: 5).world, on: loop)
            defer { for socket in [server, first, second] { socket.close() } }
            #expect(first.local.port != second.local.port)
            #expect(first.local.host == second.local.host)
        }
    }

    @Test func tellsWhenNobodyListensAtTheDeadlineAndWhenCancelled() async throws {
        try await Self.onLoop { loop in
            let server = try DatagramSocket.open(at: Self.anyPort, on: loop)
            let client = try DatagramSocket.open(to: server.local, choosingPortBy: .real, on: loop)
            defer { client.close() }
            do throws(TransportError) {
                _ = try await client.receive(by: loop.uptime + .milliseconds(1))
                Issue.record("nothing was sent")
            } catch {
                guard case .deadline = error else { throw error }
            }
            let waiting = Task(executorPreference: loop) { try await client.receive(by: .never) }
            await loop.sleep(.milliseconds(1))
            waiting.cancel()
            let result = await waiting.result
            if case .failure(let error as TransportError) = result, case .stopping = error {
            } else {
                Issue.record("\(result)")
            }
            server.close()
            try client.send([1])
            do throws(TransportError) {
                _ = try await client.receive(by: .never)
                Issue.record("someone listens")
            } catch {
                guard case .system = error else { throw error }
                #expect(error.reason == "Connection refused")
            }
        }
    }
}
