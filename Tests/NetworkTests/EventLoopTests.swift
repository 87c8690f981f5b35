import Network
import PorticoTesting
import Synchronization
import Testing
import World

@Suite struct EventLoopTests {
    @Test func tasksRunOnTheLoopAndComeBackToIt() async throws {
        let loop = EventLoop()
        let pool = BlockingPool(threads: 1)
        #expect(!loop.isCurrent)
        let places = try await on(loop) {
            var places = [loop.isCurrent]
            places.append(await pool.run { () throws(Never) in loop.isCurrent })
            places.append(loop.isCurrent)
            await loop.sleep(.milliseconds(1))
            places.append(loop.isCurrent)
            async let child = loop.isCurrent
            places.append(await child)
            return places
        }
        #expect(places == [true, false, true, true, true])
        pool.stop()
        await loop.stop()
    }

    @Test func timersComeInOrderUnlessCancelled() async throws {
        let loop = EventLoop()
        let heard = Mutex<[Int]>([])
        try await on(loop) {
            loop.schedule(after: .milliseconds(60)) { heard.withLock { $0.append(3) } }
            loop.schedule(after: .milliseconds(20)) { heard.withLock { $0.append(2) } }
            loop.schedule(after: .zero) { heard.withLock { $0.append(1) } }
            let never = loop.schedule(after: .milliseconds(30)) { heard.withLock { $0.append(9) } }
            never.cancel()
            never.cancel()
            let start = loop.uptime
            await loop.sleep(.milliseconds(100))
            #expect(loop.uptime >= start + .milliseconds(100))
        }
        #expect(heard.withLock { $0 } == [1, 2, 3])
        await loop.stop()
        await loop.stop()
    }

    @Test func cancellationEndsASleep() async throws {
        let loop = EventLoop()
        let task = Task(executorPreference: loop) { await loop.sleep(.seconds(3600)) }
        task.cancel()
        await task.value
        await loop.stop()
    }

    @Test func workFromManyThreadsIsAllDone() async throws {
        let loop = EventLoop()
        let pool = BlockingPool(threads: 4)
        let done = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<2000 {
                group.addTask(executorPreference: loop) {
                    let isElsewhere = await pool.run { () throws(Never) in !loop.isCurrent }
                    return isElsewhere && loop.isCurrent
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 2000)
        pool.stop()
        await loop.stop()
    }

    /// A bell that rings at any moment of a session's life is heard, and each ring at most once.
    @Test func noRingIsLost() async throws {
        let server = try Running { stream in
            // The client's octet and the bell race; the session waits for both.
            try? await stream.echo()
        }
        let pool = BlockingPool(threads: 2)
        let rounds = 2000
        let heard = try await server.client { client in
            let bell = Signal()
            var heard = 0
            for round in 0..<rounds {
                pool.submit { bell.raise() }
                if round % 3 == 0 { client.write("x") }
                while true {
                    let wake = try await client.wait(for: bell, by: client.deadline(after: .patience))
                    if case .signal = wake { break }
                    client.consume(client.available)
                }
                heard += 1
            }
            return heard
        }
        #expect(heard == rounds)
        pool.stop()
        await server.stop()
    }
}
