import DNS
import Network
import PorticoTesting
import Testing
import World

@testable import Resolver

/// Which server is asked, how often, and what counts as its answer. Time is virtual.
@Suite
struct ServerTests {
    private static func address(_ answer: Answer) -> String? { answer.records.first.map { "\($0.data)" } }

    // MARK: What counts as an answer

    @Test(.rfc(5452, "9.1")) func ignoresWhatIsNoResponseToTheQuery() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                let good = query.response(["x.test 60 A 192.0.2.1"])
                let wrong = [
                    query.response(["x.test 60 A 192.0.2.2"]) { $0.header.id &+= 1 },
                    query.response(["x.test 60 A 192.0.2.2"]) { $0.header.isResponse = false },
                    query.response(["x.test 60 A 192.0.2.2"]) { $0.questions[0].type = .aaaa },
                    query.response(["y.test 60 A 192.0.2.2"]) {
                        $0.questions = [Question(name: .root, type: .a)]
                    },
                    query.response(["x.test 60 A 192.0.2.2"]) { $0.questions = [] },
                    query.response {
                        $0.header.id &+= 1; $0.header.isTruncated = true
                    },
                    .init(octets: []), .init(octets: [1, 2, 3]),
                    .init(octets: [UInt8](good.octets.dropLast(3))),
                ]
                var cut = query.response(["x.test 60 A 192.0.2.2"]) {
                    $0.header.id &+= 1
                    $0.header.isTruncated = true
                }
                cut.octets.removeLast(14)
                return wrong + [cut, good.after(.milliseconds(900))]
            }
            let before = loop.world.uptime
            #expect(Self.address(try await servers.resolver().lookUp("x.test", .a)) == "192.0.2.1")
            #expect(loop.world.uptime - before == .milliseconds(900))
            #expect(servers.queries.count == 1)
        }
    }

    @Test func givesNamesInSmallLetters() async throws {
        try await TestLoop.run { (loop) async throws in
            let lines = [
                "mx": "10 MX.example.test", "ptr": "B.example.test", "ns": "B.example.test",
                "srv": "1 2 3 B.example.test",
                "soa": "B.example.test C.example.test 1 2 3 4 5",
            ]
            let servers = ScriptedServers(loop) { query in
                let data = lines["\(query.type)".lowercased()] ?? ""
                return [
                    query.response(["EXAMPLE.test 60 \(query.type) \(data)"]) {
                        $0.answers[0].name = $0.questions[0].name
                    }
                ]
            }
            let resolver = servers.resolver()
            for (type, data) in lines {
                let answer = try await resolver.lookUp("eXample.Test", try #require(RecordType(type)))
                let words = data.lowercased().split(separator: " ").map { $0.hasSuffix("test") ? "\($0)." : "\($0)" }
                #expect(
                    answer.records.map { "\($0.name) \($0.data)" } == ["example.test. \(words.joined(separator: " "))"]
                )
                #expect("\(answer.canonicalName)" == "example.test.")
            }
        }
    }

    @Test func variesIdAndCaseByChance() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { [$0.response(code: .nameError)] }
            let resolver = servers.resolver { $0.cacheLimit = 0 }
            for _ in 0..<8 { _ = try await resolver.lookUp("a-long-name.example.test", .a) }
            #expect(Set(servers.queries.map(\.message.header.id)).count == 8)
            #expect(Set(servers.queries.map { "\($0.message.questions[0].name)" }).count == 8)
            #expect(servers.queries.allSatisfy { $0.message.edns?.udpSize == 1232 && $0.message.header.wantsRecursion })
        }
    }

    @Test func remembersAServerThatDoesNotGiveTheCaseBack() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                [
                    query.response(["x.test 60 A 192.0.2.1"]) {
                        $0.questions = [Question(name: (try? Name(query.name)) ?? .root, type: query.type)]
                    }
                ]
            }
            let resolver = servers.resolver()
            #expect(Self.address(try await resolver.lookUp("x.test", .a)) == "192.0.2.1")
            #expect(servers.queries.count == 2)
            #expect(servers.queries[0].message.header.id != servers.queries[1].message.header.id)
            #expect("\(servers.queries[1].message.questions[0].name)" == "x.test.")
            _ = try await resolver.lookUp("Abcdefghijklmnopqrst.test", .a)
            #expect(servers.queries.count == 3)
        }
    }

    @Test func waitsForTheRightCaseAfterAGuess() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                let guess = query.response(["abcdefgh.test 60 A 192.0.2.66"]) {
                    $0.questions = [Question(name: (try? Name("abcdefgh.test")) ?? .root, type: .a)]
                }
                return [guess, query.response(["abcdefgh.test 60 A 192.0.2.1"]).after(.milliseconds(400))]
            }
            #expect(Self.address(try await servers.resolver().lookUp("abcdefgh.test", .a)) == "192.0.2.1")
            #expect(servers.queries.count == 1)
        }
    }

    @Test(.rfc(6891, "7"), arguments: [true, false])
    func asksWithoutEDNSWhoDoesNotKnowIt(repeatsQuestion: Bool) async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                guard query.message.edns != nil else { return [query.response(["x.test 60 A 192.0.2.1"])] }
                return [
                    query.response(code: .formatError) {
                        $0.edns = nil
                        if !repeatsQuestion { $0.questions = [] }
                    }
                ]
            }
            let resolver = servers.resolver()
            #expect(try await resolver.lookUp("x.test", .a).outcome == .found)
            #expect(try await resolver.lookUp("y.test", .a).canonicalName.host == "y.test")
            #expect(servers.queries.map { $0.message.edns != nil } == [true, false, false])
        }
    }

    @Test(.rfc(2181, "9"), arguments: [true, false]) func asksOverTCPWhatIsTruncated(isCut: Bool) async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                if query.isStream { return [query.response(["x.test 60 TXT long"])] }
                var reply = query.response(["x.test 60 TXT wrong"]) { $0.header.isTruncated = true }
                if isCut { reply.octets.removeLast(14) }
                return [reply]
            }
            #expect(try await servers.resolver().text(of: "x.test") == ["long"])
            #expect(servers.queries.map(\.isStream) == [false, true])
        }
    }

    // MARK: Which server is asked

    @Test(arguments: [ResponseCode.serverFailure, .refused, .notImplemented])
    func asksTheNextWhereOneCannotAnswer(_ code: ResponseCode) async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                query.server == "a" ? [query.response(code: code)] : [query.response(["x.test 60 A 192.0.2.1"])]
            }
            #expect(try await servers.resolver(["a", "b"]).lookUp("x.test", .a).outcome == .found)
        }
    }

    @Test func doesNotAskAgainWhatAllHaveRefusedOrNotFound() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                let isRefused = query.server == "a" || query.name == "walled.test"
                return [query.response(code: isRefused ? .refused : .serverFailure)]
            }
            let resolver = servers.resolver(["a", "b"])
            await #expect(throws: LookupError.refused) { try await resolver.lookUp("walled.test", .a) }
            await #expect(throws: LookupError.temporary("b:53: SERVFAIL")) { try await resolver.lookUp("x.test", .a) }
            #expect(servers.queries.map(\.server) == ["a", "b", "a", "b"])
            // And not at once by the next who wants to know.
            await #expect(throws: LookupError.refused) { try await resolver.lookUp("walled.test", .a) }
            #expect(servers.queries.count == 4)
            loop.world.advance(by: .seconds(5))
            await #expect(throws: LookupError.refused) { try await resolver.lookUp("walled.test", .a) }
            #expect(servers.queries.count == 6)
        }
    }

    @Test func asksInRoundsWithLongerWaits() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                query.number == 3 ? [query.response(["x.test 60 A 192.0.2.1"]).after(.seconds(5))] : []
            }
            let before = loop.world.uptime
            _ = try await servers.resolver(["a", "b"]).lookUp("x.test", .a)
            #expect(servers.queries.map(\.server) == ["a", "b", "a", "b"])
            #expect(loop.world.uptime - before == .seconds(3 + 3 + 6 + 5))
        }
    }

    @Test func asksSilentServersLastForAWhile() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                query.server == "a" && query.name != "back.test" ? [] : [query.response(code: .nameError)]
            }
            let resolver = servers.resolver(["a", "b"]) { $0.attempts = 1 }
            for name in ["1.test", "2.test", "3.test"] { _ = try await resolver.lookUp(name, .a) }
            #expect(servers.queries.map(\.server) == ["a", "b", "b", "b"])
            loop.world.advance(by: .seconds(5))
            _ = try await resolver.lookUp("4.test", .a)
            loop.world.advance(by: .seconds(5))
            _ = try await resolver.lookUp("5.test", .a)
            #expect(servers.queries.dropFirst(4).map(\.server) == ["a", "b", "b"])
            loop.world.advance(by: .seconds(5))
            _ = try await resolver.lookUp("back.test", .a)
            _ = try await resolver.lookUp("back.test", .aaaa)
            #expect(servers.queries.dropFirst(7).map(\.server) == ["a", "a"])
        }
    }

    @Test func takesTurnsIfItIsTold() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { [$0.response(code: .nameError)] }
            let resolver = servers.resolver(["a", "b", "c"]) { $0.rotates = true }
            for name in ["1.test", "2.test", "3.test", "4.test"] { _ = try await resolver.lookUp(name, .a) }
            #expect(servers.queries.map(\.server) == ["a", "b", "c", "a"])
        }
    }

    @Test func givesUpWhenNobodyAnswers() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { _ in [] }
            await #expect(throws: LookupError.temporary("a:53: no answer in time")) {
                try await servers.resolver().lookUp("x.test", .a)
            }
            #expect(servers.queries.count == 2)
        }
    }

    @Test(.rfc(4035, "4.9.3"), arguments: [true, false]) func believesTheBitADOfTrustedServersAlone(isTrusted: Bool)
        async throws
    {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { query in
                [query.response(["x.test 60 A 192.0.2.1"]) { $0.header.isAuthentic = query.name == "x.test" }]
            }
            let resolver = servers.resolver { $0.servers[0].isTrusted = isTrusted }
            #expect(try await resolver.lookUp("x.test", .a).isAuthenticated == isTrusted)
            #expect(try await !resolver.lookUp("y.test", .a).isAuthenticated)
            #expect(servers.queries.allSatisfy { $0.message.header.isAuthentic == isTrusted })
        }
    }

    @Test func doesNotTakeAReferralForAnAnswer() async throws {
        try await TestLoop.run { (loop) async throws in
            let servers = ScriptedServers(loop) { [$0.response(authority: ["test 60 NS ns.test"])] }
            await #expect(throws: LookupError.temporary("a:53: the server does not resolve names for others")) {
                try await servers.resolver().lookUp("x.test", .a)
            }
        }
    }
}
