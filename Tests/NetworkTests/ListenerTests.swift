import Glibc
import Network
import PorticoTesting
import Synchronization
import Testing
import World

/// Waits, in turns with others, until `condition` holds; fails after 20 seconds.
func eventually(_ condition: @Sendable () -> Bool) async -> Bool {
    let loop = EventLoop()
    var isSo = condition()
    let end = loop.uptime + .patience
    while !isSo, loop.uptime < end {
        await loop.sleep(.milliseconds(10))
        isSo = condition()
    }
    await loop.stop()
    return isSo
}

@Suite struct ListenerTests {
    @Test(arguments: ["127.0.0.1", "::1"])
    func aTakenPortIsReportedAtOnce(_ host: String) async throws {
        let loops = EventLoopGroup(count: 2)
        let first = try Listener(Address(host: host, port: 0), on: loops)
        #expect(throws: ListenError.portTaken(first.address)) { try Listener(first.address, on: loops) }
        await first.stop(grace: .zero)
        let second = try Listener(first.address, on: loops)
        await second.stop(grace: .zero)
        await loops.stop()
    }

    @Test(arguments: [("no.such.name", 0), ("192.0.2.1", 25_001), ("127.0.0.1", 70_000), ("", 0)])
    func anAddressThatIsNotOursIsReported(_ host: String, _ port: Int) async throws {
        let loops = EventLoopGroup(count: 1)
        let address = Address(host: host, port: port)
        #expect(throws: ListenError.noSuchAddress(address)) { try Listener(address, on: loops) }
        await loops.stop()
    }

    @Test(arguments: [
        (ConnectionLimits(total: 1, perAddress: 9, unauthenticated: 9), false),
        (ConnectionLimits(total: 9, perAddress: 1, unauthenticated: 9), false),
        (ConnectionLimits(total: 9, perAddress: 9, unauthenticated: 1, fewPerAddress: 1), true),
    ])
    func whoIsTooManyIsToldAndTurnedAway(_ limits: ConnectionLimits, _ authenticationHelps: Bool) async throws {
        let counter = ConnectionCounter(limits: limits)
        let server = try Running(counter: counter, refusal: "421 too many\r\n") { stream in
            stream.write("220\r\n")
            guard (try? await stream.read(4)) == Array("AUTH".utf8) else { return }
            stream.didAuthenticate()
            stream.didAuthenticate()
            stream.write("235\r\n")
            try? await stream.echo()
        }
        try await server.client { first in
            #expect(try await first.read(5) == Array("220\r\n".utf8))
            let second = try await server.client { try await $0.readToEnd() }
            #expect(second == Array("421 too many\r\n".utf8))
            first.write("AUTH")
            #expect(try await first.read(5) == Array("235\r\n".utf8))
            let third = try await server.client { try await $0.read(3) }
            #expect(third == Array((authenticationHelps ? "220" : "421").utf8))
        }
        #expect(await eventually { counter.total == 0 && counter.unauthenticated == 0 })
        let last = try await server.client { try await $0.read(3) }
        #expect(last == Array("220".utf8))
        await server.stop()
    }

    /// Two sessions: one between two commands says goodbye at once, one in the middle of something finishes.
    @Test func aGracefulStopLetsSessionsFinish() async throws {
        let isInside = Signal()
        let mayFinish = Signal()
        let server = try Running { stream in
            do throws(TransportError) {
                stream.write("220\r\n")
                let command = try await stream.read(1)
                if command == Array("s".utf8) {
                    isInside.raise()
                    // Not between two commands: stopping does not interrupt this.
                    _ = try await stream.wait(for: mayFinish, by: stream.deadline(after: .patience))
                    stream.write("250\r\n")
                    await stream.close(by: stream.deadline(after: .patience))
                    return
                }
                _ = try await stream.fill(by: stream.deadline(after: .patience), mayStop: true)
            } catch {
                guard case .stopping = error else { return }
                stream.write("421\r\n")
                await stream.close(by: stream.deadline(after: .patience))
            }
        }
        async let slow = server.client { client in
            client.write("s")
            return try await client.readToEnd()
        }
        async let idle = server.client { client in
            client.write("i")
            return try await client.readToEnd()
        }
        #expect(await eventually { isInside.isRaised && server.listener.sessionCount == 2 })
        async let stopped: Void = server.listener.stop(grace: .patience)
        #expect(try await idle == Array("220\r\n421\r\n".utf8))
        await #expect(throws: TransportError.self) { try await server.client { try await $0.read(1) } }
        #expect(server.listener.sessionCount == 1)
        mayFinish.raise()
        #expect(try await slow == Array("220\r\n250\r\n".utf8))
        await stopped
        #expect(server.listener.sessionCount == 0)
        await server.loops.stop()
    }

    @Test func whoDoesNotFinishInTheGraceIsCancelled() async throws {
        let server = try Running { stream in
            do throws(TransportError) {
                stream.write("220\r\n")
                _ = try await stream.fill(by: .never)
                Issue.record("nothing was sent")
            } catch {
                guard case .stopping = error else { return }
                stream.write("421\r\n")
                await stream.close(by: stream.deadline(after: .patience))
            }
        }
        async let answer = server.client { try await $0.readToEnd() }
        #expect(await eventually { server.listener.sessionCount == 1 })
        await server.listener.stop(grace: .milliseconds(30))
        #expect(try await answer == Array("220\r\n421\r\n".utf8))
        await server.loops.stop()
    }

    @Test func manyIdleConnectionsAreHeldAndWoken() async throws {
        DescriptorLimit.raise()
        let server = try Running(counter: ConnectionCounter(limits: .none))
        let loop = server.loops.next()
        let address = server.listener.address
        let count = 1000
        let echoes = try await on(loop) {
            var clients: [TCPTransport] = []
            for _ in 0..<count {
                clients.append(try await TCPTransport.connect(to: address, on: loop, by: loop.uptime + .patience))
            }
            var echoes = 0
            for transport in clients {
                let stream = Stream(transport)
                stream.write("x")
                if try await stream.read(1) == [0x78] { echoes += 1 }
            }
            for transport in clients { transport.close() }
            return echoes
        }
        #expect(echoes == count)
        #expect(await eventually { server.listener.sessionCount == 0 })
        await server.stop()
    }

    @Test func signalsOfTheSystemAreHeard() async throws {
        let loop = EventLoop()
        let signals = ProcessSignals([.hangup], on: loop)
        kill(getpid(), SIGHUP)
        #expect(await signals.next() == .hangup)
        async let next = signals.next()
        kill(getpid(), SIGHUP)
        #expect(await next == .hangup)
        signals.stop()
        #expect(await signals.next() == nil)
        await loop.stop()
    }
}
