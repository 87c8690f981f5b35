import Network
import PorticoTesting
import Queue
import Store
import Synchronization
import Testing
import World

@testable import Relay

/// Many messages at once: what is counted, what may be open, and what arrives how often.
@Suite(.timeLimit(.minutes(20))) struct LoadTests {
    private func addresses(_ host: MailHost) -> [String] { host.received.flatMap(\.recipients) }

    @Test func connectionsStayWithinTheirLimits() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        for number in 0..<30 {
            try outside.domain("d\(number).test", 2)
            for each in 0..<3 { try await outside.add("x\(each)@d\(number).test") }
        }
        let remote = outside.remote { $0.connections = 4 }
        await remote.sendDue()
        #expect(host.most <= 4)
        #expect(Set(addresses(host)).count == 90)
        #expect(host.received.count == 90)
        #expect(remote.lanes.counts == (0, 0, 0))
        #expect(try await outside.jobs().isEmpty)
        await outside.stop()
    }

    /// The second message of a connection is told of as the first is.
    @Test func theServerIsNamedForEachMessage() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        var ids: [QueueID] = []
        for number in 0..<3 { ids.append(try await outside.add("x\(number)@a.test")) }
        let remote = outside.remote { $0.connections = 1 }
        await remote.sendDue()
        #expect(host.received.count == 3 && host.most == 1)
        for id in ids {
            let last = try #require(try await outside.queue.trace("\(id)").last)
            #expect(last.text.contains("mx2.a.test [127.0.0.2]"), "\(last.text)")
        }
        await outside.stop()
    }

    /// A server that leaves after each message, and now and then in the middle of one.
    @Test func aServerThatLeavesIsComeBackTo() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        host.say("421 4.3.2 Enough", to: "MAIL FROM:<second@")
        for number in 0..<60 {
            try await outside.add(
                [QueuedRecipient("x\(number)@a.test")],
                from: number % 3 == 2 ? "second@here.test" : "first@here.test"
            )
        }
        let remote = outside.remote()
        await remote.sendDue()
        #expect(host.received.count <= 40)
        #expect(remote.lanes.counts == (0, 0, 0))
        host.say(nil, to: "MAIL FROM:<second@")
        for _ in 0..<5 {
            outside.clock.advance(by: .seconds(7200))
            await remote.sendDue()
        }
        #expect(Set(addresses(host)).count == 60)
        #expect(host.received.count == 60, "each once")
        await outside.stop()
    }

    /// Those who cannot be reached do not keep the others waiting: after one round all that can arrive has.
    @Test func theDeadDoNotSlowTheLiving() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("live.test", 2)
        try outside.domain("dead.test", 9)
        for number in 0..<2000 { try await outside.add("x\(number)@dead.test") }
        for number in 0..<50 { try await outside.add("x\(number)@live.test") }
        let remote = outside.remote()
        await remote.sendDue()
        #expect(host.received.count == 50)
        let tried = try await outside.jobs(.outgoing).filter { $0.attempts > 0 }
        #expect(tried.count <= 20, "\(tried.count) were tried of one destination that does not answer")
        #expect(remote.lanes.counts == (0, 0, 0))
        await outside.stop()
    }

    @Test func whatIsStoppedGoesOnLater() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        for number in 0..<300 { try await outside.add("x\(number)@a.test") }
        host.pause(after: 40)
        let relay = outside.relay()
        relay.start()
        while host.received.count < 40 { try await Task.sleep(for: .milliseconds(1)) }
        await relay.stop(grace: .zero)
        #expect(host.received.count <= 45, "it was stopped in the middle")
        host.pause(after: .max)
        let held = try await outside.jobs(.outgoing).filter { $0.history.contains { $0.kind != .local } }
        #expect(held.isEmpty, "the destination is not blamed for it")
        // Whoever lost its verdict by the stop waits for a while.
        let next = outside.relay()
        for _ in 0..<3 {
            await next.workDue()
            outside.clock.advance(by: .seconds(600))
        }
        #expect(Set(addresses(host)).count == 300)
        #expect(try await outside.jobs().isEmpty)
        await outside.stop()
    }

    /// Whoever is stopped in an orderly way waits for the verdict: without it the message would be sent again. RFC 1047.
    @Test(.rfc(1047, "2")) func aStopWaitsForVerdicts() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        for number in 0..<50 { try await outside.add("x\(number)@a.test") }
        host.think(true)
        let relay = outside.relay()
        relay.start()
        while host.waiting == 0 { try await Task.sleep(for: .milliseconds(1)) }
        let stopping = Task { await relay.stop(grace: .seconds(100)) }
        try await Task.sleep(for: .milliseconds(50))
        host.think(false)
        await stopping.value
        let first = host.received.count
        #expect((1..<50).contains(first), "no further ones are begun: \(first)")
        #expect(try await outside.jobs().count == 50 - first)
        #expect(try await outside.jobs().allSatisfy { $0.attempts == 0 }, "what was not begun is as it was")
        await outside.relay().workDue()
        #expect(host.received.count == 50 && Set(addresses(host)).count == 50)
        await outside.stop()
    }

    @Test func twoRelaysSendEachMessageOnce() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        for number in 0..<200 {
            try outside.domain("d\(number % 7).test\(number)", 2)
            try await outside.add("x\(number)@d\(number % 7).test\(number)")
        }
        let (one, two) = (outside.remote(), outside.remote())
        async let first: Void = one.sendDue()
        async let second: Void = two.sendDue()
        _ = await (first, second)
        #expect(host.received.count == 200)
        #expect(Set(addresses(host)).count == 200)
        #expect(one.lanes.counts == (0, 0, 0) && two.lanes.counts == (0, 0, 0))
        await outside.stop()
    }

    /// The process dies at a call of the store that chance picks, which was done or not. Another goes on with what is there.
    @Test(arguments: 0..<24 as Range<UInt64>) func aCrashLosesNothing(_ seed: UInt64) async throws {
        let memory = MemoryStore()
        let store = CountingStore(memory)
        let outside = try await Outside(on: store)
        let host = try outside.host(2)
        host.say("550 5.1.1 No such user", to: "RCPT TO:<gone@")
        var expected: Set<String> = []
        for number in 0..<4 {
            try outside.domain("d\(number).test", 2)
            for each in 0..<5 {
                try await outside.add("x\(each)@d\(number).test", "gone@d\(number).test")
                expected.insert("RCPT TO:<x\(each)@d\(number).test>")
            }
        }
        var chance = SeededRandom(seed: seed)
        let calls = Int(chance.next() % 60)
        let fault: CountingStore.Fault = chance.next() & 1 == 0 ? .unavailable : .unknownButApplied
        let first = store.counts.calls
        let left = Countdown(calls)
        store.setFaults { _, _ in left.isOver() ? (left.isFirst() ? fault : .unavailable) : nil }
        await outside.relay().workDue()
        #expect(store.counts.calls - first > calls, "it died while there was something to do")

        let queue = try await Outside.open(memory, outside.clock)
        store.setFaults(nil)
        let relay = outside.relay(on: queue)
        for _ in 0..<4 {
            outside.clock.advance(by: .seconds(600))
            await relay.workDue()
        }
        #expect(Set(addresses(host)) == expected)
        let waiting = try await queue.list(JobFilter(), limit: 100).jobs.filter(\.queue.isWorked)
        #expect(waiting.isEmpty, "\(waiting.count) jobs are left")
        // Of each message one notice, unless the death was between its filing and the commit that says so.
        #expect(outside.here.received.count >= 20)
        #expect(host.received.count <= 20 + 20)
        await outside.stop()
    }

    /// What was sent over busy connections is told to the queue in few commits.
    @Test func aMessageCostsLittle() async throws {
        let store = CountingStore(MemoryStore(), sleep: { try? await Task.sleep(for: $0) })
        let outside = try await Outside(on: store)
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        await withTaskGroup { group in
            for number in 0..<400 { group.addTask { _ = try? await outside.add("x\(number)@a.test") } }
        }
        let remote = outside.remote()
        store.reset()
        await remote.sendDue()
        let counts = store.reset()
        #expect(host.received.count == 400)
        #expect(counts.commits <= 300, "\(counts)")
        await outside.stop()
    }
}

/// Counts calls down to a death.
private final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ calls: Int) { left = Mutex(calls) }

    /// Counts one call; whether those before it were enough.
    func isOver() -> Bool {
        left.withLock { left in
            left -= 1
            return left < 0
        }
    }

    /// Whether the last call was the first that was too many.
    func isFirst() -> Bool { left.withLock { $0 == -1 } }
}
