import Network
import PorticoTesting
import SMTP
import SMTPClient
import Synchronization
import Testing
import World

/// Connections are kept, shared out and closed as the limits say.
struct PoolTests {
    /// A pool whose connections lead to good servers, and what happens to them.
    private final class House: Sendable {
        struct Events: Sendable {
            var most = 0
            var mostToOne = 0
            var quits = 0
            /// All that were opened, and to which port.
            var lines: [(port: Int, line: MemoryConnection)] = []

            var opened: Int { lines.count }
        }

        let events = Mutex(Events())
        let world: TestWorld
        let loop: TestLoop
        let server: FakeServer

        init(_ loop: TestLoop, _ server: FakeServer = FakeServer()) {
            world = loop.world
            self.loop = loop
            self.server = server
        }

        func pool(_ change: (inout ConnectionPool.Limits) -> Void) -> ConnectionPool {
            var limits = ConnectionPool.Limits()
            change(&limits)
            let uptime = world.world.uptime
            return ConnectionPool(limits: limits, uptime: uptime) { [self] (destination) throws(Failure) in
                let line = MemoryConnection(clock: world)
                let port = destination.address.port
                events.withLock { events in
                    events.lines.append((port, line))
                    let open = events.lines.filter { !$0.line.isClosed }
                    events.most = max(events.most, open.count)
                    events.mostToOne = max(events.mostToOne, open.filter { $0.port == port }.count)
                }
                Task(executorPreference: loop) { [self] in
                    let record = await server.serve(line)
                    events.withLock { events in
                        if record.lines.last == "QUIT" { events.quits += 1 }
                    }
                }
                return try await Connection.open(over: line, settings: Settings(name: .domain("c.example.test")))
            }
        }
    }

    private static func destination(_ port: Int = 25) -> ConnectionPool.Destination {
        ConnectionPool.Destination(address: Address(host: "192.0.2.1", port: port), security: .plaintext)
    }

    /// Why there is no connection; nil if there is.
    private static func failure(of pool: ConnectionPool) async -> Failure? {
        do throws(Failure) {
            _ = try await pool.send(.to("b"), to: destination())
            return nil
        } catch {
            return error
        }
    }

    @Test func `A connection is used again, until it was used enough`() async throws {
        try await TestLoop.run { loop in
            let house = House(loop)
            let pool = house.pool { $0.transactions = 3 }
            for _ in 0..<7 {
                let report = try await pool.send(.to("b"), to: Self.destination())
                #expect(report.outcomes[0].isDelivered)
            }
            #expect(house.events.withLock { $0.opened } == 3)
            #expect(pool.count == 1)
            await pool.close()
            #expect(pool.count == 0)
            #expect(house.events.withLock { $0.quits } == 3)
            #expect(await Self.failure(of: pool) == Failure(.connect, .cancelled))
        }
    }

    @Test(arguments: 1...10) func `There are never more than the limits say`(seed: Int) async throws {
        try await TestLoop.run(TestWorld(seed: UInt64(seed))) { loop in
            let house = House(loop)
            let pool = house.pool { limits in
                limits.connections = 4
                limits.perDestination = 2
                limits.transactions = 3
            }
            let delivered = await withTaskGroup { group in
                for number in 0..<60 {
                    group.addTask {
                        (try? await pool.send(.to("b"), to: Self.destination(number % 5)))?.outcomes[0].isDelivered
                            ?? false
                    }
                }
                return await group.reduce(into: 0) { if $1 { $0 += 1 } }
            }
            #expect(delivered == 60)
            house.events.withLock { events in
                #expect(events.most == 4)
                #expect(events.mostToOne == 2)
            }
            #expect(pool.count <= 4)
        }
    }

    @Test func `What is idle for too long is told goodbye`() async throws {
        try await TestLoop.run { loop in
            let house = House(loop)
            let pool = house.pool { $0.idle = .seconds(10) }
            _ = try await pool.send(.to("b"), to: Self.destination())
            await pool.closeIdle()
            #expect(pool.count == 1)
            loop.world.advance(by: .seconds(11))
            await pool.closeIdle()
            #expect(pool.count == 0)
            #expect(house.events.withLock { $0.quits } == 1)
        }
    }

    @Test(arguments: [Duration.seconds(0), .seconds(5)])
    func `A connection that is gone is replaced`(idle: Duration) async throws {
        try await TestLoop.run { loop in
            let house = House(loop)
            let pool = house.pool { _ in }
            _ = try await pool.send(.to("b"), to: Self.destination())
            house.events.withLock { $0.lines[0].line }.endSending()
            if idle > .zero { loop.world.advance(by: idle) }
            let report = try await pool.send(.to("b"), to: Self.destination())
            #expect(report.outcomes[0].isDelivered)
            #expect(house.events.withLock { $0.opened } == 2)
            #expect(pool.count == 1)
        }
    }

    @Test func `Who gives up waiting gets nothing, and the others go on`() async throws {
        try await TestLoop.run { loop in
            var server = FakeServer()
            server.faults[.mail] = .hang
            let house = House(loop, server)
            let pool = house.pool { $0.perDestination = 1 }
            let first = Task(executorPreference: loop) { try await pool.send(.to("b"), to: Self.destination()) }
            await Task.yield()
            let second = Task(executorPreference: loop) { await Self.failure(of: pool) }
            await Task.yield()
            second.cancel()
            #expect(await second.value == Failure(.connect, .cancelled))
            let report = try await first.value
            #expect(report.failure == Failure(.mail, .timeout))
            #expect(pool.count == 0)
        }
    }

    @Test func `A server that cannot be reached takes no room`() async throws {
        try await TestLoop.run { loop in
            let uptime = loop.world.world.uptime
            let pool = ConnectionPool(uptime: uptime) { (_) throws(Failure) in throw Failure(.connect, .timeout) }
            #expect(await Self.failure(of: pool) == Failure(.connect, .timeout))
            #expect(pool.count == 0)
        }
    }
}
