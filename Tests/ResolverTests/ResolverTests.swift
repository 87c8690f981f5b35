import DNS
import Network
import PorticoTesting
import Testing
import World

@testable import Resolver

/// What is remembered, what is shared, and where aliases lead. Time is virtual.
@Suite
struct ResolverTests {
    private static let authority = ["test 900 SOA ns.test admin.test 1 2 3 4 600"]

    // MARK: Times to live

    @Test(
        .rfc(2308, "5"),
        arguments: [
            (["x.test 60 A 192.0.2.1", "x.test 300 A 192.0.2.2"], [], ResponseCode.noError, 60),
            (["x.test 10 CNAME y.test", "y.test 300 A 192.0.2.1"], [], .noError, 10),
            (["x.test 5 A 192.0.2.1"], [], .noError, 5),
            (["x.test 2000000 A 192.0.2.1"], [], .noError, 86_400),
            ([], authority, .noError, 600),
            ([], authority, .nameError, 600),
            ([], ["test 300 SOA ns.test admin.test 1 2 3 4 600"], .nameError, 300),
            ([], ["test 90000 SOA ns.test admin.test 1 2 3 4 90000"], .nameError, 3600),
            ([], ["other 900 SOA ns.test admin.test 1 2 3 4 600"], .nameError, 0),
            ([], [], .nameError, 0),
            (["x.test 20 CNAME y.test"], authority, .nameError, 20),
        ] as [([String], [String], ResponseCode, Int)]
    )
    func remembersAsLongAsItMay(_ lines: [String], _ authority: [String], _ code: ResponseCode, _ seconds: Int)
        async throws
    {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { [$0.response(lines, authority: authority, code: code)] }
            let resolver = servers.resolver()
            let first = try await resolver.lookUp("x.test", .a)
            #expect(Int(first.timeToLive) == seconds)
            guard seconds > 0 else {
                _ = try await resolver.lookUp("x.test", .a)
                return #expect(servers.queries.count == 2)
            }
            loop.world.advance(by: .seconds(seconds - 1))
            let second = try await resolver.lookUp("X.test.", .a)
            #expect(second.timeToLive == 1 && second.outcome == first.outcome && servers.queries.count == 1)
            #expect(second.canonicalName == first.canonicalName)
            loop.world.advance(by: .seconds(1))
            #expect(try await resolver.lookUp("x.test", .a).outcome == first.outcome)
            #expect(servers.queries.count == 2)
        }
    }

    @Test func keepsWithinItsOwnBoundsAndItsLimit() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) {
                [$0.response(["\($0.name) 0 TXT \(String(repeating: "x", count: 200))"])]
            }
            let resolver = servers.resolver {
                $0.minimumTimeToLive = 30
                $0.cacheLimit = 10
            }
            for number in 0..<100 { _ = try await resolver.lookUp("\(number).test", .txt) }
            #expect((5...10).contains(resolver.cachedAnswers))
            #expect(try await resolver.lookUp("99.test", .txt).timeToLive == 30)
            #expect(servers.queries.count == 100)
        }
    }

    // MARK: Aliases

    @Test func followsAliasesOutOfResponses() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                switch query.name {
                case "a.test": [query.response(["a.test 60 CNAME b.test"]) { $0.header.isAuthentic = true }]
                case "b.test": [query.response(["b.test 30 CNAME c.test", "c.test 90 CNAME d.test"])]
                default: [query.response(["d.test 45 MX 10 mx.test"]) { $0.header.isAuthentic = true }]
                }
            }
            let answer = try await servers.resolver { $0.servers[0].isTrusted = true }.lookUp("a.test", .mx)
            #expect(answer.canonicalName.host == "d.test" && answer.timeToLive == 30 && !answer.isAuthenticated)
            #expect(servers.queries.map(\.name) == ["a.test", "b.test", "d.test"])
        }
    }

    @Test func leavesCircles() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                switch query.name {
                case "a.test": [query.response(["a.test 60 CNAME b.test"])]
                case "b.test": [query.response(["b.test 60 CNAME a.test"])]
                case "in.test": [query.response(["in.test 60 CNAME on.test", "on.test 60 CNAME in.test"])]
                // One that never ends.
                default: [query.response(["\(query.name) 60 CNAME x\(query.name)"])]
                }
            }
            let resolver = servers.resolver()
            for name in ["a.test", "in.test", "x.test"] {
                await #expect(throws: LookupError.self) { try await resolver.lookUp(name, .a) }
            }
            #expect(servers.queries.count <= 2 + 1 + 17)
            #expect(try await resolver.lookUp("a.test", .cname).outcome == .found)
        }
    }

    // MARK: Sharing

    @Test func asksOnceForMany() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { [$0.response(["x.test 60 A 192.0.2.1"])] }
            let resolver = servers.resolver()
            let found = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        (try? await resolver.lookUp(number % 2 == 0 ? "x.test" : "X.TEST", .a))?.outcome == .found
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(found == 100 && servers.queries.count == 1)
        }
    }

    @Test func oneWhoGivesUpTakesNothingFromOthers() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { [$0.response(["x.test 60 A 192.0.2.1"]).after(.seconds(2))] }
            let resolver = servers.resolver()
            let tasks = (0..<3).map { _ in
                Task(executorPreference: loop) { try await resolver.lookUp("x.test", .a).outcome }
            }
            await Self.pass(.seconds(1), loop)
            tasks[0].cancel()
            await #expect(throws: LookupError.temporary("the lookup was cancelled")) { try await tasks[0].value }
            #expect(loop.world.uptime - Self.start == .seconds(1))
            for task in tasks[1...] { #expect(try await task.value == .found) }
            #expect(servers.queries.count == 1)
        }
    }

    @Test func asksAnewAfterAllHaveGivenUp() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                query.number == 0 ? [] : [query.response(["x.test 60 A 192.0.2.1"])]
            }
            let resolver = servers.resolver()
            let task = Task(executorPreference: loop) { try await resolver.lookUp("x.test", .a) }
            await Self.pass(.seconds(1), loop)
            task.cancel()
            #expect(try await resolver.lookUp("x.test", .a).outcome == .found)
            #expect(loop.world.uptime - Self.start < .seconds(2))
            // Who is cancelled already asks nothing.
            let late = Task(executorPreference: loop) {
                await Self.pass(.seconds(1), loop)
                return try await resolver.lookUp("y.test", .a)
            }
            late.cancel()
            await #expect(throws: LookupError.temporary("the lookup was cancelled")) { try await late.value }
        }
    }

    @Test func asksSoManyAtATimeAndRefusesWhatIsTooMuch() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { [$0.response(["\($0.name) 60 A 192.0.2.1"]).after(.seconds(1))] }
            let resolver = servers.resolver { $0.parallelism = 2 }
            let found = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<40 {
                    group.addTask { (try? await resolver.lookUp("\(number).test", .a)) != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(found == 2 + 32 && servers.queries.count == found)
            #expect(loop.world.uptime - Self.start == .seconds(17))
        }
    }

    @Test func stopsWhatIsInTheAir() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { _ in [] }
            let resolver = servers.resolver { $0.parallelism = 1 }
            let tasks = ["x.test", "y.test", "z.test"].map { name in
                Task(executorPreference: loop) { try await resolver.lookUp(name, .a) }
            }
            await Self.pass(.seconds(1), loop)
            await resolver.stop()
            #expect(loop.world.uptime - Self.start == .seconds(1))
            for task in tasks { await #expect(throws: LookupError.self) { try await task.value } }
            await #expect(throws: LookupError.self) { try await resolver.lookUp("v.test", .a) }
            #expect(servers.queries.count == 1)
        }
    }

    // MARK: Without asking

    @Test(.rfc(6761, "6.3"))
    func knowsSomeNamesItself() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { [$0.response(["\($0.name) 60 A 192.0.2.1"])] }
            var failure: (any Error)?
            let resolver = servers.resolver { settings in
                do {
                    for line in ["mx.test A 127.0.0.2", "mx.test A 127.0.0.3", "alias.test CNAME out.test"] {
                        try settings.override(line)
                    }
                } catch { failure = error }
            }
            #expect(failure == nil)
            #expect(try await resolver.addresses(of: "LocalHost.").addresses == [.v6(1), .v4(0x7F00_0001)])
            #expect(try await resolver.lookUp("a.localhost", .mx).outcome == .noData)
            #expect(try await resolver.lookUp("x.invalid", .a).outcome == .noSuchName)
            #expect(try await resolver.addresses(of: "MX.test").addresses == [.v4(0x7F00_0002), .v4(0x7F00_0003)])
            for name in ["", "a..b", ".a", String(repeating: "a", count: 64), "\u{FFFD}.test", "a b.test"] {
                await #expect(throws: LookupError.invalidName) { try await resolver.lookUp(name, .a) }
            }
            #expect(servers.queries.isEmpty)
            #expect(try await resolver.lookUp("alias.test", .a).canonicalName.host == "out.test")
            #expect(servers.queries.map(\.name) == ["out.test"])
        }
    }

    // MARK: Time

    private static let start = TestWorld().uptime

    /// Lets virtual time go by.
    private static func pass(_ duration: Duration, _ loop: TestLoop) async {
        await withCheckedContinuation { continuation in
            _ = loop.world.setAlarm(at: loop.world.uptime + duration) { continuation.resume() }
        }
    }
}
