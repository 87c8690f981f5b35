import Network
import PorticoTesting
import Synchronization
import Testing
import World

@Suite struct TestKitTests {
    @Test func deadlinesFollowTheVirtualClock() async throws {
        let world = TestWorld()
        let connection = MemoryConnection(clock: world)
        async let end = Task {
            let stream = Stream(connection)
            do throws(TransportError) {
                _ = try await stream.fill(by: stream.deadline(after: .seconds(1800)))
                return false
            } catch {
                if case .deadline = error { return true }
                return false
            }
        }.value
        world.advance(by: .seconds(1799))
        world.advance(by: .seconds(1800))
        world.advance(by: .seconds(1800))
        while !world.advanceToNextAlarm() { await Task.yield() }
        #expect(await end)
    }

    @Test func alarmsComeInOrderAndAtTheirMoments() {
        let world = TestWorld()
        let start = world.uptime
        let heard = Mutex<[Int]>([])
        for (name, after) in [(3, 30), (1, 10), (2, 20), (4, 30), (9, 100)] {
            _ = world.setAlarm(at: start + .seconds(after)) {
                heard.withLock { $0.append(name) }
                #expect(world.uptime == start + .seconds(after))
            }
        }
        world.cancel(world.setAlarm(at: start + .seconds(15)) { Issue.record("was cancelled") })
        world.advance(by: .seconds(50))
        #expect(heard.withLock { $0 } == [1, 2, 3, 4])
        #expect(world.uptime == start + .seconds(50))
        #expect(world.now.milliseconds == 1_767_268_850_000)
        #expect(world.advanceToNextAlarm())
        #expect(!world.advanceToNextAlarm())
        #expect(world.uptime == start + .seconds(100))
    }

    /// A conversation of two clients with delays and cuts, as the order in which things happened.
    private func conversation(seed: UInt64) async throws -> [String] {
        try await TestLoop.run(TestWorld(seed: seed)) { loop in
            let world = loop.world
            return await withTaskGroup(of: [String].self) { group in
                for name in ["a", "b"] {
                    let weather = MemoryConnection.Weather(
                        window: 17,
                        isCutAtRandom: true,
                        longestDelay: .seconds(20)
                    )
                    let connection = MemoryConnection(clock: world, weather: weather)
                    group.addTask {
                        let stream = Stream(connection)
                        try? await stream.echo()
                        await stream.close(by: stream.deadline(after: .seconds(10)))
                        return ["\(name) ended at \(world.uptime.nanoseconds)"]
                    }
                    group.addTask {
                        for _ in 0..<5 { connection.send("hello, \(name)\r\n") }
                        connection.endSending()
                        var seen: [String] = []
                        while let line = await connection.line() {
                            seen.append("\(line) at \(world.uptime.nanoseconds)")
                        }
                        return seen
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
        }
    }

    @Test func theSameSeedIsTheSameRun() async throws {
        let first = try await conversation(seed: 7)
        #expect(first.count == 12)
        #expect(try await conversation(seed: 7) == first)
        #expect(try await conversation(seed: 8) != first)
    }

    @Test func whoWaitsForNothingIsStuck() async throws {
        await #expect(throws: TestLoop.Stuck.self) {
            try await TestLoop.run { loop in
                let stream = Stream(MemoryConnection(clock: loop.world))
                _ = try await stream.fill(by: .never)
            }
        }
    }

    @Test func aWakeBeforeTheWaitIsNotLost() async throws {
        for round in 0..<200 {
            let connection = MemoryConnection()
            let bell = Signal()
            async let wake = Task {
                let stream = Stream(connection)
                return try await stream.wait(for: bell, by: .never)
            }.value
            if round % 2 == 0 { connection.send("x") } else { bell.raise() }
            switch try await wake {
            case .ready: #expect(round % 2 == 0)
            case .signal: #expect(round % 2 == 1)
            default: Issue.record("neither")
            }
        }
    }

    @Test func aStopInterruptsOnlyBetweenCommands() async throws {
        let connection = MemoryConnection()
        connection.stop()
        let stream = Stream(connection)
        connection.send("x")
        #expect(try await stream.fill(by: .never))
        await #expect(throws: TransportError.self) {
            _ = try await stream.fill(by: stream.deadline(after: .seconds(60)), mayStop: true)
        }
        async let filled = Task { try await Stream(connection).fill(by: .never) }.value
        connection.send("y")
        #expect(try await filled)
    }

    @Test func cancellationEndsAWait() async throws {
        let connection = MemoryConnection()
        let task = Task { try await Stream(connection).fill(by: .never) }
        task.cancel()
        await #expect(throws: TransportError.self) { try await task.value }
    }
}
