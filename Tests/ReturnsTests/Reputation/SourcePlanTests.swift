import PorticoTesting
import Store
import Testing
import World

@testable import Returns

struct SourcePlanTests {
    /// Noon of 2026-01-01.
    private let clock = TestWorld(seed: 1)
    private let store = MemoryStore()

    private func plan(_ pools: [SourcePlan.Category: [SourcePlan.Source]], node: String = "a") throws -> SourcePlan {
        let counters = DailyCounters(store: store, table: "sources", node: node, world: clock.world)
        return try #require(SourcePlan(pools: pools, counters: counters, world: clock.world))
    }

    private func source(_ number: Int, warmUp: WarmUp? = nil) -> SourcePlan.Source {
        .init(address: "192.0.2.\(number)", hostName: "out\(number).example.com", warmUp: warmUp)
    }

    private func lane(_ choice: SourcePlan.Choice) throws -> SourcePlan.Lane {
        guard case .send(let lane) = choice else { throw Waits() }
        return lane
    }
    private struct Waits: Error {}

    @Test func categoriesHaveTheirAddresses() async throws {
        let plan = try plan([.personal: [source(1)], .bulk: [source(2)]])
        #expect(try lane(await plan.choose(.bulk, server: "a.example.org")).source.address == "192.0.2.2")
        #expect(try lane(await plan.choose(.personal, server: "a.example.org")).source.address == "192.0.2.1")
        // The pace is of the address: this one is taken for the moment.
        guard case .wait = try await plan.choose(.transactional, server: "b.example.org") else {
            Issue.record("two at once from one address")
            return
        }
        clock.advance(by: .seconds(1))
        #expect(try lane(await plan.choose(.transactional, server: "b.example.org")).source.address == "192.0.2.1")
    }

    @Test func poolsAreNotEmpty() {
        let counters = DailyCounters(store: store, table: "sources", node: "a", world: clock.world)
        #expect(SourcePlan(pools: [:], counters: counters, world: clock.world) == nil)
        #expect(SourcePlan(pools: [.personal: [source(1)], .bulk: []], counters: counters, world: clock.world) == nil)
    }

    @Test func warmAddressesShareTheWork() async throws {
        let plan = try plan([.personal: [source(1), source(2), source(3)]])
        var used: [String: Int] = [:]
        for _ in 0..<30 {
            used[try lane(await plan.choose(.personal, server: "mx.example.org")).source.address, default: 0] += 1
            clock.advance(by: .seconds(1))
        }
        #expect(used.values.sorted() == [10, 10, 10])
    }

    @Test func messagesAreSpaced() async throws {
        var table = ProviderTable()
        table.set(Provider("slow", .init(concurrency: 1, messagesPerConnection: 5, perMinute: 6)), for: "example.org")
        let counters = DailyCounters(store: store, table: "sources", node: "a", world: clock.world)
        let plan = try #require(
            SourcePlan(pools: [.personal: [source(1)]], providers: table, counters: counters, world: clock.world)
        )
        let lane = try lane(await plan.choose(.personal, server: "mx1.example.org"))
        #expect(lane.concurrency == 1 && lane.messagesPerConnection == 5)
        let next = Timestamp(milliseconds: clock.now.milliseconds + 10_000)
        #expect(try await plan.choose(.personal, server: "mx2.example.org") == .wait(until: next))
        clock.advance(by: .seconds(10))
        #expect(try await plan.choose(.personal, server: "mx2.example.org") != .wait(until: next))
    }

    /// Whoever is ready to wait has the next turn for itself, and one address that is free now before one that will be.
    @Test func turnsAreGivenAhead() async throws {
        let plan = try plan([.personal: [source(1), source(2)]])
        var turns: [String: [Int64]] = [:]
        for _ in 0..<6 {
            let lane = try lane(await plan.choose(.personal, server: "mx.example.org", patience: .seconds(5)))
            turns[lane.source.address, default: []].append(lane.start.milliseconds - clock.now.milliseconds)
        }
        #expect(turns == ["192.0.2.1": [0, 200, 400], "192.0.2.2": [0, 200, 400]])
        guard case .wait(let until) = try await plan.choose(.personal, server: "mx.example.org") else {
            Issue.record("a turn that another has")
            return
        }
        #expect(until.milliseconds - clock.now.milliseconds == 600)
    }

    @Test func connectionsAreCounted() async throws {
        var table = ProviderTable()
        table.others = Provider("few", .init(concurrency: 2, messagesPerConnection: 5, perMinute: 60_000))
        let counters = DailyCounters(store: store, table: "sources", node: "a", world: clock.world)
        let plan = try #require(
            SourcePlan(pools: [.personal: [source(1)]], providers: table, counters: counters, world: clock.world)
        )
        var lanes: [SourcePlan.Lane] = []
        for _ in 0..<2 {
            lanes.append(
                try lane(await plan.choose(.personal, server: "a.test", connects: true, patience: .seconds(1)))
            )
        }
        let more = try await plan.choose(.bulk, server: "b.test", connects: true, patience: .seconds(1))
        #expect(more == .crowded)
        // Messages on the connections that are there go on, from the same address.
        #expect(try lane(await plan.chooseAnother(on: lanes[0], patience: .seconds(1))).source == source(1))
        plan.disconnect(lanes[0])
        _ = try lane(await plan.choose(.bulk, server: "b.test", connects: true, patience: .seconds(1)))
    }

    /// Those that wait ask again one after the other, and where they are too many, some time within the next hour.
    @Test func thoseThatWaitAreSpread() throws {
        let plan = try plan([.personal: [source(1)]])
        let until = Timestamp(milliseconds: clock.now.milliseconds + 10_000)
        let moments = (0..<20_000).map { _ in plan.moment(after: until, .bulk, server: "mx.example.org") }
        #expect(moments.prefix(3).map { $0.milliseconds - until.milliseconds } == [200, 400, 600])
        let latest = until.milliseconds + 3_600_000
        #expect(moments.allSatisfy { $0.milliseconds >= until.milliseconds && $0.milliseconds <= latest })
        let late = moments.suffix(1000).map { ($0.milliseconds - until.milliseconds) / 600_000 }
        #expect(Set(late).isSuperset(of: 0..<6), "in each part of the hour")
        // Another kind has moments of its own.
        #expect(plan.moment(after: until, .personal, server: "mx.example.org").milliseconds == until.milliseconds + 200)
    }

    // MARK: New addresses

    @Test func aNewAddressSendsItsShareAndTheRestGoesElsewhere() async throws {
        let new = source(9, warmUp: WarmUp(firstDay: clock.now.day, curve: [24, 48]))
        let plan = try plan([.personal: [source(1), new]])
        var used: [String: Int] = [:]
        // At noon half of the day's, and an hour's more.
        for _ in 0..<40 {
            used[try lane(await plan.choose(.personal, server: "mx.example.org")).source.address, default: 0] += 1
            clock.advance(by: .seconds(1))
        }
        #expect(used == ["192.0.2.9": 13, "192.0.2.1": 27])
        clock.advance(by: .seconds(12 * 3600))
        #expect(try lane(await plan.choose(.personal, server: "mx.example.org")).source == new)
    }

    @Test func withNewAddressesOnlyMailWaits() async throws {
        let new = source(9, warmUp: WarmUp(firstDay: clock.now.day, curve: [24, 48]))
        let plan = try plan([.personal: [new]])
        for _ in 0..<13 {
            _ = try lane(await plan.choose(.personal, server: "mx.example.org"))
            clock.advance(by: .seconds(1))
        }
        guard case .wait(let until) = try await plan.choose(.personal, server: "mx.example.org") else {
            Issue.record("one too many")
            return
        }
        #expect(until.seconds - clock.now.seconds > 3000 && until.seconds - clock.now.seconds <= 3600)
        clock.advance(by: .milliseconds(until.milliseconds - clock.now.milliseconds))
        _ = try lane(await plan.choose(.personal, server: "mx.example.org"))
        // Another provider has a share of its own.
        _ = try lane(await plan.choose(.personal, server: "aspmx.l.google.com"))
    }

    @Test func theShareIsOfAllProcessesAndSurvivesARestart() async throws {
        let new = source(9, warmUp: WarmUp(firstDay: clock.now.day, curve: [24]))
        let counters = DailyCounters(store: store, table: "sources", node: "a", world: clock.world)
        let first = try #require(SourcePlan(pools: [.personal: [new]], counters: counters, world: clock.world))
        for _ in 0..<13 {
            _ = try lane(await first.choose(.personal, server: "mx.example.org"))
            clock.advance(by: .seconds(1))
        }
        try await counters.flush()
        for node in ["a", "b"] {
            guard
                case .wait = try await plan([.personal: [new]], node: node).choose(.personal, server: "mx.example.org")
            else {
                Issue.record("\(node) does not know what was sent")
                return
            }
        }
    }

    @Test func whatIsGivenBackDoesNotCount() async throws {
        let new = source(9, warmUp: WarmUp(firstDay: clock.now.day, curve: [2]))
        let plan = try plan([.personal: [new]])
        for _ in 0..<5 {
            plan.giveBack(try lane(await plan.choose(.personal, server: "mx.example.org")))
            clock.advance(by: .seconds(1))
        }
    }

    @Test(
        arguments: [
            (-1, 0), (0, 50), (1, 75), (27, 200_000), (28, nil), (1000, nil),
        ] as [(Int, Int?)]
    )
    func theCurveGrows(_ day: Int, _ limit: Int?) {
        #expect(WarmUp(firstDay: 100).limit(on: 100 + day) == limit)
    }

    @Test func theCurveMayBeShorterOrLonger() {
        #expect(WarmUp.curve(days: WarmUp.standardCurve.count) == WarmUp.standardCurve)
        for days in [1, 2, 14, 20, 42] {
            let curve = WarmUp.curve(days: days)
            #expect(curve.count == days && curve.last == 200_000)
            #expect(days == 1 || curve[0] == 50)
            #expect(zip(curve, curve.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test func theCurveIsSteady() {
        let curve = WarmUp.standardCurve
        #expect((14...42).contains(curve.count))
        for (one, next) in zip(curve, curve.dropFirst()) { #expect(next > one && next <= one * 2) }
    }

    @Test func theHourOfTheNextMessageIsTheFirstThatHasRoom() {
        let warmUp = WarmUp(firstDay: 5, curve: [1, 7, 24, 1000])
        for day in 5...8 {
            for count in 0..<(warmUp.limit(on: day) ?? 0) where count < 50 {
                guard let second = warmUp.second(for: count, on: day) else { continue }
                #expect((warmUp.limit(on: day, secondsOfDay: second) ?? 0) > count)
                if second > 0 { #expect((warmUp.limit(on: day, secondsOfDay: second - 1) ?? 0) <= max(count, 1)) }
            }
        }
    }

    // MARK: Going slower

    @Test func aProviderThatAsksForItIsLeftAlone() async throws {
        let plan = try plan([.personal: [source(1), source(2)]])
        let lane = try lane(await plan.choose(.personal, server: "mta5.am0.yahoodns.net"))
        let text = "[TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume"
        plan.refused(Classification(replyCode: 421, enhanced: nil, text: text), lane)
        clock.advance(by: .seconds(1))
        let other = try self.lane(await plan.choose(.personal, server: "mta6.am0.yahoodns.net"))
        #expect(other.source != lane.source)
        plan.refused(Classification(replyCode: 421, enhanced: nil, text: text), other)
        guard case .wait(let until) = try await plan.choose(.personal, server: "mta7.am0.yahoodns.net") else {
            Issue.record("not left alone")
            return
        }
        #expect(until.seconds - clock.now.seconds == 14_399)
        _ = try self.lane(await plan.choose(.personal, server: "mx.example.org"))
        clock.advance(by: .seconds(14_400))
        #expect(try self.lane(await plan.choose(.personal, server: "mta5.am0.yahoodns.net")).concurrency == 1)
    }

    @Test func refusalsOfOneMessageAreNotThePaces() async throws {
        let plan = try plan([.personal: [source(1)]])
        let lane = try lane(await plan.choose(.personal, server: "mx.example.org"))
        for text in ["Greylisted", "User unknown", "4.3.0 try again later"] {
            plan.refused(Classification(replyCode: 451, enhanced: nil, text: text), lane)
        }
        #expect(plan.pace(of: lane) == Pace(lane.provider.shaping))
    }

    @Test func thePaceComesBackLittleByLittle() {
        let start = clock.now
        var pace = Pace(.init(concurrency: 8, messagesPerConnection: 100, perMinute: 600))
        pace.slow(RateHint(pause: .seconds(60)), at: start)
        #expect(pace.concurrency == 4 && pace.interval == .milliseconds(200))
        // What was on its way is refused for the same reason.
        pace.slow(RateHint(pause: .seconds(30)), at: start)
        #expect(pace.concurrency == 4 && pace.pausedUntil == Timestamp(milliseconds: start.milliseconds + 60_000))
        let later = Timestamp(milliseconds: start.milliseconds + 60_000)
        pace.slow(RateHint(pause: .seconds(60), concurrency: 1, messagesPerConnection: 10), at: later)
        #expect(pace.concurrency == 1 && pace.messagesPerConnection == 10 && pace.interval == .milliseconds(400))
        let end = Timestamp(milliseconds: start.milliseconds + 600_000)
        for _ in 0..<Pace.step { pace.succeed(at: end) }
        #expect(pace.concurrency == 2 && pace.messagesPerConnection == 20 && pace.pausedUntil == nil)
        #expect(pace.interval == .milliseconds(300))
        for _ in 0..<Pace.step * 10 { pace.succeed(at: end) }
        #expect(pace.concurrency == 8 && pace.messagesPerConnection == 100 && pace.interval == .milliseconds(100))
        for number in 1...100 {
            pace.slow(
                RateHint(pause: .seconds(1)),
                at: Timestamp(milliseconds: end.milliseconds + Int64(number) * 2000)
            )
        }
        #expect(pace.interval == Pace.longestInterval && pace.concurrency == 1)
    }

    // MARK: Providers

    @Test(arguments: [
        ("aspmx.l.google.com", "google"), ("ALT1.ASPMX.L.GOOGLE.COM.", "google"), ("smtp.googlemail.com", "google"),
        ("example-org.mail.protection.outlook.com", "outlook"), ("mta5.am0.yahoodns.net", "yahoo"),
        ("mx01.mail.icloud.com", "icloud"), ("mx00.emig.gmx.net", "gmx"), ("mx-ha03.web.de", "gmx"),
        ("mx00.kundenserver.de", "ionos"), ("mxs.mail.ru", "mail.ru"), ("mxa-00148501.gslb.pphosted.com", "proofpoint"),
        ("eu-smtp-inbound-1.mimecast.com", "mimecast"), ("mx.example.org", "other"), ("notgoogle.com", "other"),
        ("", "other"), (".", "other"),
    ])
    func serversBelongToProviders(_ host: String, _ name: String) {
        #expect(ProviderTable.standard.provider(ofServer: host).name == name)
    }
}
