import Network
import PorticoTesting
import Queue
import Returns
import Testing
import World

@testable import Relay

/// What somebody waits for, beside what goes to many; and many domains behind one server.
@Suite(.timeLimit(.minutes(2))) struct UrgencyTests {
    private func add(_ outside: Outside, _ count: Int, _ kind: String, priority: Int8 = 0) async throws {
        for number in 0..<count {
            try await outside.add([QueuedRecipient("\(kind)\(number)@a.test")]) {
                ($0.category, $0.priority) = (kind, priority)
            }
        }
    }

    /// The places at which the recipients of a kind arrived.
    private func places(_ host: MailHost, _ kind: String) -> [Int] {
        host.received.indices.filter { host.received[$0].recipients[0].hasPrefix("RCPT TO:<\(kind)") }
    }

    /// Over one connection that has much to do: what is urgent goes first, but for one of four messages, which goes for its
    /// age.
    @Test(arguments: [("transactional", 0), ("personal", 0), ("bulk", 4)] as [(String, Int8)])
    func theUrgentGoesOverTheNextFreeConnection(_ kind: String, _ priority: Int8) async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        try await add(outside, 60, "bulk")
        let prefix = kind == "bulk" ? "urgent" : kind
        for number in 0..<12 {
            try await outside.add([QueuedRecipient("\(prefix)\(number)@a.test")]) {
                ($0.category, $0.priority) = (kind, priority)
            }
        }
        await outside.remote { ($0.connections, $0.connectionsPerDestination) = (1, 1) }.sendDue()
        #expect(host.received.count == 72)
        let places = places(host, prefix)
        #expect(places.count == 12)
        #expect(try #require(places.last) < 17, "\(places)")
        #expect(try #require(places.last) > 13, "the others have a share: \(places)")
        await outside.stop()
    }

    /// A lane gives three by urgency and one by age.
    @Test func oneOfFourGoesForItsAge() async throws {
        let outside = try await Outside()
        for kind in ["bulk", "personal", "transactional"] {
            try await add(outside, 6, kind)
            outside.clock.advance(by: .seconds(1))
        }
        var waiting = Waiting()
        for work in try await outside.queue.take(.outgoing, limit: 100, for: .seconds(60)) { waiting.add(work) }
        var taken = ""
        while let work = waiting.take() {
            taken += "\(work.job.kind)".prefix(1)
            if taken.utf8.count == 2 { waiting.putBack(work) }
        }
        // The second was put back, and so it came twice.
        #expect(taken == "tttbtttbtppbpppbpbb")
        #expect(waiting.count == 0)
        await outside.stop()
    }

    /// What is taken and waits leaves room for what is more urgent, however much it is.
    @Test func theManyLeaveRoom() async throws {
        let outside = try await Outside()
        try await add(outside, 40, "bulk")
        try await add(outside, 2, "transactional")
        let settings = outside.settings { $0.connections = 4 }
        let lanes = Lanes(settings, RouteTable([]))
        let bulk = try await outside.queue.take(.outgoing, limit: 40, for: .seconds(60)) {
            $0.urgency == .patient ? 40 : 0
        }
        #expect(bulk.count == 40)
        _ = lanes.add(bulk)
        #expect(lanes.room(of: Line("a.test", .patient)) == 0)
        #expect(lanes.room(of: Line("a.test", .urgent)) == 4, "a quarter of what may be taken in all")
        #expect(lanes.room == 4)
        let urgent = try await outside.queue.take(.outgoing, limit: lanes.room, for: .seconds(60)) {
            lanes.room(of: $0)
        }
        #expect(urgent.map(\.job.kind) == [.transactional, .transactional])
        _ = lanes.add(urgent)
        for work in bulk + urgent { _ = lanes.ended(work) }
        #expect(lanes.counts.jobs == 0)
        await outside.stop()
    }

    /// All domains that go to a smarthost share its connections, as many as one destination may have.
    @Test func aSmarthostIsOneDestination() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        for number in 0..<40 { try await outside.add("x@d\(number).test") }
        let port = outside.port
        let remote = outside.remote { settings in
            settings.connectionsPerDestination = 2
            settings.routes = [StaticRoute(.all, to: [.init(host: "127.0.0.2", port: port)])]
        }
        await remote.sendDue()
        #expect(host.received.count == 40)
        #expect(host.most <= 2 && host.connections <= 4, "\(host.connections)")
        #expect(remote.lanes.counts == (0, 0, 0))
        await outside.stop()
    }

    /// One that does not answer is found out by few tries, and the mail of all its domains waits.
    @Test func aSmarthostThatIsDownHoldsItsDomains() async throws {
        let outside = try await Outside()
        for number in 0..<40 {
            for each in 0..<3 { try await outside.add("x\(each)@d\(number).test") }
        }
        let port = outside.port
        let remote = outside.remote { settings in
            settings.routes = [StaticRoute(.all, to: [.init(host: "127.0.0.9", port: port)])]
        }
        await remote.sendDue()
        let jobs = try await outside.jobs(.outgoing)
        #expect(jobs.count == 120)
        #expect(jobs.count { $0.attempts > 0 } <= 60)
        #expect(jobs.flatMap(\.history).allSatisfy { $0.kind == .connect })
        #expect(remote.lanes.counts == (0, 0, 0))
        let host = try outside.host(9)
        for _ in 0..<3 {
            outside.clock.advance(by: .seconds(120))
            await remote.sendDue()
        }
        #expect(host.received.count == 120)
        await outside.stop()
    }
}
