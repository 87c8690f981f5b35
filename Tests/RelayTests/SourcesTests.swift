import Network
import PorticoTesting
import Queue
import Returns
import Testing
import World

@testable import Relay

/// Addresses to send from by kind of mail, new ones, and providers that want it slower.
@Suite(.timeLimit(.minutes(20))) struct SourcesTests {
    private static let usual = Provider("usual", .init(concurrency: 2, messagesPerConnection: 3, perMinute: 60_000))

    private func source(_ number: Int, warmUp: WarmUp? = nil) -> SourcePlan.Source {
        .init(address: "127.0.0.\(number)", hostName: "out\(number).example.test", warmUp: warmUp)
    }

    private func plan(
        _ outside: Outside,
        _ pools: [SourcePlan.Category: [SourcePlan.Source]],
        _ provider: Provider = usual,
        for server: String? = nil
    ) throws -> SourcePlan {
        var providers = ProviderTable()
        if let server { providers.set(provider, for: server) } else { providers.others = provider }
        return try #require(
            SourcePlan(
                pools: pools,
                providers: providers,
                counters: DailyCounters(store: outside.store, table: "sources", node: "a", world: outside.clock.world),
                world: outside.clock.world
            )
        )
    }

    /// Adds messages of a category.
    private func add(_ outside: Outside, _ count: Int, to domain: String, _ category: String) async throws {
        for number in 0..<count {
            try await outside.add([QueuedRecipient("\(category)\(number)@\(domain)")]) { $0.category = category }
        }
    }

    @Test func eachKindComesFromItsAddresses() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        let plan = try plan(outside, [.personal: [source(11)], .transactional: [source(12)], .bulk: [source(13)]])
        for category in ["personal", "transactional", "bulk", ""] { try await add(outside, 2, to: "a.test", category) }
        let remote = outside.remote { ($0.sources, $0.patience) = (plan, .seconds(60)) }
        await remote.sendDue()
        #expect(host.received.count == 8)
        for message in host.received {
            let kind = message.recipients[0].dropFirst("RCPT TO:<".count).prefix { $0.isLetter }
            let number = ["personal": 11, "transactional": 12, "bulk": 13][kind] ?? 11
            #expect(message.peer == "127.0.0.\(number)", "\(message.recipients[0])")
            #expect(message.commands[0] == "EHLO out\(number).example.test")
        }
        #expect(remote.lanes.counts == (0, 0, 0))
        await outside.stop()
    }

    /// What a new address may not send today goes from one that is known, and with none it waits.
    @Test func aNewAddressSendsItsShare() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        let today = Int(outside.clock.now.milliseconds / 86_400_000)
        let new = source(13, warmUp: WarmUp(firstDay: today, curve: [4, 400]))
        let plan = try plan(outside, [.personal: [source(11)], .bulk: [new], .transactional: [source(12), new]])
        try await add(outside, 20, to: "a.test", "bulk")
        let remote = outside.remote { ($0.sources, $0.patience) = (plan, .zero) }
        // As much of it as of the day is over, and an hour's more.
        await remote.sendDue()
        let first = host.received.count
        #expect((1...4).contains(first))
        #expect(try await outside.jobs(.outgoing).allSatisfy { $0.attempts == 0 }, "to wait is no try")
        for _ in 0..<24 {
            outside.clock.advance(by: .seconds(3600))
            await remote.sendDue()
        }
        #expect(host.received.count > first)
        for _ in 0..<24 {
            outside.clock.advance(by: .seconds(3600))
            await remote.sendDue()
        }
        #expect(host.received.count == 20)
        #expect(Set(host.received.map(\.peer)) == ["127.0.0.13"])
        await outside.stop()
    }

    @Test func whatIsTooMuchForNewAddressesGoesFromOthers() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        let today = Int(outside.clock.now.milliseconds / 86_400_000)
        let new = source(13, warmUp: WarmUp(firstDay: today, curve: [2]))
        let plan = try plan(outside, [.personal: [source(11), new]])
        try await add(outside, 12, to: "a.test", "personal")
        await outside.remote { ($0.sources, $0.patience) = (plan, .seconds(60)) }.sendDue()
        let from = Dictionary(grouping: host.received, by: \.peer).mapValues(\.count)
        #expect(host.received.count == 12)
        #expect((1...2).contains(from["127.0.0.13"] ?? 0), "\(from)")
        await outside.stop()
    }

    /// Connections to a provider are counted over all its domains, and carry no more messages than they may.
    @Test func aProviderHasItsConnections() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        for number in 0..<4 {
            try outside.domain("d\(number).test", 2)
            try await add(outside, 8, to: "d\(number).test", "personal")
        }
        let plan = try plan(outside, [.personal: [source(11)]])
        let remote = outside.remote { ($0.sources, $0.patience) = (plan, .seconds(60)) }
        for _ in 0..<40 where host.received.count < 32 {
            await remote.sendDue()
            outside.clock.advance(by: .seconds(3))
        }
        #expect(host.received.count == 32)
        #expect(host.most <= 2)
        #expect(host.connections >= 11)
        #expect(try await outside.jobs().isEmpty)
        #expect(remote.lanes.counts == (0, 0, 0))
        await outside.stop()
    }

    /// A server that asks for it gets less: to none of the provider's servers is anything sent until the time that it named,
    /// and then more slowly.
    @Test func aProviderThatAsksForItGetsLess() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        for number in 0..<2 { try outside.domain("d\(number).test", 2) }
        let plan = try plan(outside, [.personal: [source(11)], .bulk: [source(12)]])
        let remote = outside.remote { ($0.sources, $0.patience) = (plan, .zero) }
        host.say("421 4.7.0 Too many messages from your IP address, try again in 900 seconds", to: "MAIL")
        try await add(outside, 1, to: "d0.test", "bulk")
        await remote.sendDue()
        host.say(nil, to: "MAIL")
        try await add(outside, 1, to: "d1.test", "bulk")
        try await add(outside, 1, to: "d1.test", "personal")
        await remote.sendDue()
        #expect(host.received.map(\.peer) == ["127.0.0.11"], "the other address is not meant")
        outside.clock.advance(by: .seconds(880))
        await remote.sendDue()
        #expect(host.received.count == 1)
        for _ in 0..<10 {
            outside.clock.advance(by: .seconds(60))
            await remote.sendDue()
        }
        #expect(host.received.count == 3)
        await outside.stop()
    }

    /// What goes to a server that an administrator chose, by a route or for a job: from the address of its kind, or that of
    /// the route; new addresses need not warm up, and only shaping that names the server slows it.
    @Test(
        arguments: [
            (own: nil, names: false, at: 10, from: "127.0.0.13"),
            (own: "127.0.0.14", names: false, at: 10, from: "127.0.0.14"),
            (own: nil, names: true, at: 1, from: "127.0.0.13"),
            (own: "127.0.0.14", names: true, at: 1, from: "127.0.0.14"),
        ] as [(own: String?, names: Bool, at: Int, from: String)]
    )
    func routesHaveTheAddressesOfTheKind(_ own: String?, _ names: Bool, _ count: Int, _ from: String) async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        let slow = Provider("slow", .init(concurrency: 1, messagesPerConnection: 10, perMinute: 1))
        let new = source(13, warmUp: WarmUp(firstDay: Int(outside.clock.now.milliseconds / 86_400_000), curve: [2]))
        let plan = try plan(outside, [.personal: [source(11)], .bulk: [new]], slow, for: names ? "127.0.0.2" : nil)
        try await add(outside, 10, to: "a.test", "bulk")
        let port = outside.port
        await outside.remote { settings in
            (settings.sources, settings.patience) = (plan, .zero)
            settings.routes = [
                StaticRoute(
                    .all,
                    to: [.init(host: "127.0.0.2", port: port)],
                    source: own.map { Address(host: $0, port: 0) }
                )
            ]
        }.sendDue()
        #expect(host.received.count == count)
        #expect(Set(host.received.map(\.peer)) == [from])
        await outside.stop()
    }

    /// Without pools too, a route has its own address.
    @Test func aRouteHasItsOwnAddress() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try await add(outside, 1, to: "a.test", "personal")
        let port = outside.port
        await outside.remote { settings in
            settings.source = Address(host: "127.0.0.11", port: 0)
            settings.routes = [
                StaticRoute(
                    .domain("a.test"),
                    to: [.init(host: "127.0.0.2", port: port)],
                    source: Address(host: "127.0.0.12", port: 0)
                )
            ]
        }.sendDue()
        #expect(host.received.map(\.peer) == ["127.0.0.12"])
        await outside.stop()
    }

    /// The wish of a server to get less is about the address: with the same destination, other kinds go on, at whatever point
    /// of the conversation it was said; and where no address is paced, the destination waits.
    @Test(arguments: [
        ("GREETING", "421 4.7.0 Too many connections from your IP"), ("GREETING", "421 4.7.0 IP has a poor reputation"),
        ("MAIL", "421 4.7.0 Too many messages from your IP address"), ("RCPT", "451 4.7.1 Rate limit exceeded"),
        (".", "451 4.7.1 Rate limit exceeded"),
    ])
    func anAddressThatIsSlowedHoldsNoOther(_ command: String, _ says: String) async throws {
        for isPaced in [true, false] {
            let outside = try await Outside()
            let host = try outside.host(2)
            try outside.domain("a.test", 2)
            let plan = try plan(outside, [.personal: [source(11)], .bulk: [source(12)]])
            let remote = outside.remote { ($0.sources, $0.patience) = (isPaced ? plan : nil, .zero) }
            host.say(says, to: command)
            try await add(outside, 1, to: "a.test", "bulk")
            await remote.sendDue()
            #expect(host.received.isEmpty)
            host.say(nil, to: command)
            let connections = host.connections
            try await add(outside, 3, to: "a.test", "bulk")
            try await add(outside, 1, to: "a.test", "personal")
            await remote.sendDue()
            #expect(host.received.map(\.peer) == (isPaced ? ["127.0.0.11"] : []))
            #expect(host.connections - connections == (isPaced ? 1 : 0))
            let kinds = Set(try await outside.jobs(.outgoing).flatMap(\.history).map(\.kind))
            #expect(kinds.count == 1 && (kinds == [.slowed]) == isPaced, "\(kinds)")
            for _ in 0..<90 {
                outside.clock.advance(by: .seconds(60))
                await remote.sendDue()
            }
            #expect(host.received.count == 5)
            #expect(remote.lanes.counts == (0, 0, 0))
            await outside.stop()
        }
    }

    @Test func anAddressOfTheOtherFamilyIsNotUsed() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        let six = SourcePlan.Source(address: "::1", hostName: "")
        try await add(outside, 1, to: "a.test", "personal")
        let both = try plan(outside, [.personal: [six, source(11)]])
        await outside.remote { $0.sources = both }.sendDue()
        #expect(host.received.map(\.peer) == ["127.0.0.11"])
        try await add(outside, 1, to: "a.test", "personal")
        let one = try plan(outside, [.personal: [six]])
        await outside.remote { $0.sources = one }.sendDue()
        #expect(host.received.count == 1)
        #expect(try await outside.jobs(.outgoing).first?.history.first?.kind == .lookup)
        await outside.stop()
    }
}
