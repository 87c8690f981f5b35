import Directory
import Octets
import PorticoTesting
import Queue
import Returns
import Store
import Testing
import World

@testable import Gateway

/// A queue with mail in it, and an administrator over it.
private struct Bench {
    let world = TestWorld()
    let store = MemoryStore()
    let queue: MailQueue
    let administrator: Administrator
    private let pool = BlockingPool(threads: 1)

    init() async throws {
        var configuration = Queue.Configuration()
        configuration.shards = 4
        queue = try await MailQueue.open(store, world: world.world, configuration: configuration)
        let directory = StoreDirectory(store: store, world: world.world, pool: pool)
        try await directory.addDomain("example.test")
        try await directory.addAccount(
            MailAddress(localPart: "ann", domain: "example.test"),
            name: "Ann",
            password: Array("p".utf8)
        )
        var administrator = Administrator(directory: directory, counters: EventCounters())
        administrator.world = world.world
        administrator.queue = queue
        self.administrator = administrator
    }

    @discardableResult func add(
        _ recipients: String...,
        from sender: String = "ann@example.test",
        change: (inout Envelope) -> Void = { _ in }
    ) async throws -> QueueID {
        var envelope = Envelope(reversePath: sender)
        change(&envelope)
        let octets = queue.receive()
        try await octets.push(Array("Subject: hello\r\n\r\nHello\r\n".utf8))
        try await octets.finish()
        return try await queue.add(NewMessage(octets, envelope, to: recipients.map { QueuedRecipient($0) }))
    }

    /// Tries everything that is due, with no answer.
    func fail(_ reply: String = "connection refused") async throws {
        for work in try await queue.take(.outgoing, limit: 100, for: .seconds(300), room: { _ in .max }) {
            let outcomes = work.job.recipients.map { _ in Outcome.deferred(.other, reply: reply, status: "4.4.1") }
            try await queue.complete(Completion(work.lease, .tried(outcomes), host: "mx.dead.test"))
        }
    }

    func ask(_ request: QueueRequest) async throws -> [String] {
        var lines: [String] = []
        try await administrator.perform(.queue(request)) { lines.append($0) }
        return lines
    }

    func refusal(of request: QueueRequest) async -> String? {
        do throws(AdministrationError) {
            try await administrator.perform(.queue(request)) { _ in }
            return nil
        } catch { return error.description }
    }

    func query(_ words: String...) throws -> JobQuery { try JobQuery(words: words) }
}

@Suite struct QueueAdministrationTests {
    private static func query(_ words: String...) -> JobQuery { (try? JobQuery(words: words)) ?? JobQuery() }

    @Test(
        arguments: [
            .list(JobQuery(), after: nil, limit: 100, isJSON: false),
            .list(query("held=true", "sender=a b\"@c.test", "older_than=3d"), after: "0-1-", limit: 7, isJSON: true),
            .show("06e8tn2kg4000", isJSON: true), .show("06e8tn2kg4000.0", isJSON: false),
            .changeNamed(.hold, ["06e8tn2kg4000"]), .changeNamed(.route(nil), ["06e8tn2kg4000", "06e8tn2kg4000.3"]),
            .changeNamed(.route("mx.test:26"), ["06e8tn2kg4000"]), .change(.retry, query("domain=a.test"), after: nil),
            .change(.delete, query("queue=hard-bounce"), after: "1-2-06e8tn2kg4000.0"),
            .change(.release, query("account=a@b.test"), after: nil),
            .setPaused(true, domain: "a.test", queue: .outgoing), .setPaused(false, domain: "", queue: .incoming),
            .statistics(isJSON: true), .statistics(isJSON: false), .trace("<a b@c>", isJSON: true),
            .trace("", isJSON: false),
        ] as [QueueRequest]
    )
    func survivesTheSocket(_ request: QueueRequest) {
        let line =
            "["
            + AdministrationRequest.queue(request).words.map(AdministrationClient.quoted)
            .joined(separator: ",") + "]"
        #expect(AdministrationServer.request(line) == .queue(request))
    }

    @Test(arguments: [
        #"["queue"]"#, #"["queue","list"]"#, #"["queue","list","text","x",""]"#, #"["queue","eat","a","b"]"#,
        #"["queue","list","text","1","","colour=red"]"#, #"["queue","change-named","eat","06e8tn2kg4000"]"#,
        #"["queue","pause","a.test","inbox"]"#, #"["queue","change","hold"]"#,
    ])
    func refuses(_ line: String) { #expect(AdministrationServer.request(line) == nil) }

    @Test func listsForPeople() async throws {
        let bench = try await Bench()
        let id = try await bench.add("a@dead.test", "b@dead.test", "c@dead.test", "d@dead.test")
        try await bench.fail("451 4.7.1 Try\u{1B}[2J later \(String(repeating: "x", count: 100))")
        bench.world.advance(by: .seconds(10))
        let lines = try await bench.ask(.list(JobQuery(), after: nil, limit: 10, isJSON: false))
        try #require(lines.count == 3)
        #expect(lines[0].hasPrefix("\(id).0   outgoing        10s     25  waits "))
        #expect(lines[0].hasSuffix("  1 try"))
        #expect(lines[1] == "    ann@example.test to a@dead.test, b@dead.test, c@dead.test and 1 more")
        #expect(lines[2].hasPrefix("    mx.dead.test: 451 4.7.1 Try?[2J later xxx") && lines[2].hasSuffix("x..."))
        #expect(lines.allSatisfy { $0.count <= 100 })
    }

    @Test func listsInParts() async throws {
        let bench = try await Bench()
        for index in 0..<10 { try await bench.add("a\(index)@dead.test") { $0.submitter = 1 } }
        var (found, place) = ([String](), String?.none)
        repeat {
            let lines = try await bench.ask(.list(JobQuery(), after: place, limit: 3, isJSON: true))
            found += lines.filter { $0.hasPrefix("{") }
            place = lines.last.flatMap { $0.hasPrefix("next\t") ? String($0.dropFirst(5)) : nil }
        } while place != nil
        #expect(found.count == 10 && Set(found).count == 10)
        for line in found {
            let octets = Array(line.utf8)
            #expect(try JSONValue(parsing: octets.span)["domain"]?.string == "dead.test")
        }
    }

    @Test func filtersByAccount() async throws {
        let bench = try await Bench()
        let ann = MailAddress(localPart: "ann", domain: "example.test")
        let number = try #require(try await bench.administrator.directory.account(ann)?.number)
        try await bench.add("a@dead.test") { $0.submitter = number }
        try await bench.add("b@dead.test") { $0.submitter = number + 1 }
        let query = try bench.query("account=ann@example.test")
        #expect(try await bench.ask(.list(query, after: nil, limit: 10, isJSON: true)).count == 1)
        let unknown = try bench.query("account=bob@example.test")
        #expect(
            await bench.refusal(of: .list(unknown, after: nil, limit: 10, isJSON: true))
                == "there is no account 'bob@example.test'"
        )
    }

    @Test func changesWhatIsNamed() async throws {
        let bench = try await Bench()
        let (one, two) = (try await bench.add("a@one.test", "b@two.test"), try await bench.add("c@one.test"))
        #expect(try await bench.ask(.changeNamed(.hold, ["\(one)", "\(two).0"])) == ["3 jobs held"])
        #expect(try await bench.queue.statistics().queues[.outgoing]?.held == 3)
        #expect(try await bench.ask(.changeNamed(.release, ["\(one).1"])) == ["1 job released"])
        #expect(await bench.refusal(of: .changeNamed(.release, ["\(one).1"])) == "\(one).1: the job is not held")
        #expect(
            await bench.refusal(of: .changeNamed(.hold, ["\(two).7", "x"]))
                == "\(two).7: there is no such message or job; x: 'x' is no id of a message or job"
        )
        #expect(try await bench.ask(.changeNamed(.route("mx.test:26"), ["\(two)"])) == ["1 job routed"])
        _ = try await bench.ask(.changeNamed(.delete, ["\(one)", "\(two)"]))
        #expect(
            await bench.refusal(of: .show("\(one)", isJSON: false)) == "there is no such message or job in the queue"
        )
        #expect(try await bench.queue.statistics().queues[.outgoing]?.jobs == 0)
    }

    @Test func changesWhatAFilterMeans() async throws {
        let bench = try await Bench()
        for index in 0..<5 { try await bench.add("a@one.test", "b\(index)@two.test") }
        let taken = try await bench.queue.take(.outgoing, limit: 1, for: .seconds(300), room: { _ in .max })
        let domain = try #require(taken.first?.job.destination)
        let change = QueueRequest.change(.delete, try bench.query("domain=\(domain)"), after: nil)
        #expect(try await bench.ask(change) == ["4\t1"])
        #expect(try await bench.queue.statistics().queues[.outgoing]?.jobs == 6)
        #expect(
            await bench.refusal(of: .change(.delete, JobQuery(), after: nil)) == "a filter is missing: which jobs?"
        )
        #expect(Administrator.count(4, .delete, left: 1).hasPrefix("4 jobs deleted; 1 left alone: a worker has"))
    }

    @Test func pausesADestination() async throws {
        let bench = try await Bench()
        try await bench.add("a@one.test")
        _ = try await bench.ask(.setPaused(true, domain: "ONE.test", queue: .outgoing))
        #expect(try await bench.queue.take(.outgoing, limit: 1, for: .seconds(300), room: { _ in .max }).isEmpty)
        let lines = try await bench.ask(.statistics(isJSON: false))
        #expect(lines.contains { $0.hasPrefix("    one.test") && $0.hasSuffix("1 job, paused") })
        #expect(lines.allSatisfy { $0.count <= 100 })
        _ = try await bench.ask(.setPaused(false, domain: "one.test", queue: .outgoing))
        #expect(try await bench.queue.take(.outgoing, limit: 1, for: .seconds(300), room: { _ in .max }).count == 1)
        #expect(
            await bench.refusal(of: .setPaused(true, domain: "a", queue: .error))
                == "nothing goes out of the queue error"
        )
    }

    @Test func tellsTheWayOfAMessage() async throws {
        let bench = try await Bench()
        let id = try await bench.add("a@dead.test") {
            $0.messageID = "<1@example.test>"
            $0.submitter = 12
            $0.origin = .init(peer: "192.0.2.1", hello: "client.test", protocol: "ESMTPSA")
        }
        try await bench.fail()
        let lines = try await bench.ask(.trace("1@example.test", isJSON: false))
        #expect(lines.count == 8)
        #expect(
            lines[0].hasSuffix("  received  from 192.0.2.1, which says it is client.test, by ESMTPSA, account 12")
        )
        #expect(lines[1].hasSuffix("  queued    \(id).0 outgoing to dead.test"))
        #expect(lines[2] == String(repeating: " ", count: 32) + "a@dead.test")
        #expect(lines[3].contains("  deferred  "))
        #expect(lines[5] == String(repeating: " ", count: 32) + "connection refused")
        #expect(lines[7].hasPrefix("What was refused before its text came"))
        #expect(try await bench.ask(.trace("1@example.test", isJSON: true)).count == 3)
        #expect(try await bench.ask(.trace("2@example.test", isJSON: true)).isEmpty)
        #expect(
            await bench.refusal(of: .trace("2@example.test", isJSON: false))?
                .hasPrefix("nothing is known of '2@example.test'") == true
        )
        let made = try await bench.add("b@dead.test")
        #expect(
            try await bench.ask(.trace("\(made)", isJSON: false)).contains {
                $0.hasPrefix("Who brought it is not recorded")
            }
        )
        let shown = try await bench.ask(.show("\(id)", isJSON: false))
        #expect(shown.contains("sender      ann@example.test, account 12"))
        #expect(
            shown.contains("    a@dead.test  waiting") && shown.contains("        mx.dead.test: connection refused")
        )
        #expect(try await bench.ask(.show("\(id).0", isJSON: true)).count == 1)
        #expect(await bench.refusal(of: .show("x", isJSON: true)) == "'x' is no id of a message or job")
    }

    @Test func statusHasTheDepth() async throws {
        let bench = try await Bench()
        try await bench.add("a@one.test", "b@two.test")
        bench.world.advance(by: .seconds(90))
        var lines: [String] = []
        try await bench.administrator.perform(.status) { lines.append($0) }
        for line in [
            "queue.incoming.jobs\t0", "queue.outgoing.jobs\t2", "queue.outgoing.oldest-seconds\t90",
            "queue.total.added\t1",
        ] { #expect(lines.contains(line)) }
    }

    @Test func worksWithoutAService() async throws {
        let folder = try TemporaryFolder()
        let pool = BlockingPool(threads: 1)
        let store = try Gateway.openStore(in: folder.path, cache: 8 << 20, pool: pool, .none)
        let queue = try await MailQueue.open(store, world: .real)
        for index in 0..<6 {
            let octets = queue.receive()
            try await octets.push([0x0D, 0x0A])
            try await octets.finish()
            let recipient = QueuedRecipient("a\(index)@one.test")
            _ = try await queue.add(NewMessage(octets, Envelope(reversePath: ""), to: [recipient]))
        }
        await store.close()
        pool.stop()
        func ask(_ request: QueueRequest) async throws -> [String] {
            var lines: [String] = []
            try await Gateway.administer(.queue(request), in: folder.path, creates: false) { lines.append($0) }
            return lines
        }
        #expect(try await ask(.change(.hold, Self.query("domain=one.test"), after: nil)) == ["6 jobs held"])
        #expect(try await ask(.change(.hold, Self.query("domain=two.test"), after: nil)) == ["0 jobs held"])
        let part = try await ask(.list(JobQuery(), after: nil, limit: 2, isJSON: false))
        #expect(part.count == 5 && part[4].hasPrefix("there are more: --after "))
        let json = try await ask(.list(JobQuery(), after: nil, limit: 2, isJSON: true))
        #expect(json.count == 3 && json[2].hasPrefix(#"{"next_cursor":""#))
    }

    @Test(
        arguments: [
            (0, "0s"), (59, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (11_100, "3h 5m"), (86_400, "1d"),
            (187_200, "2d 4h"), (-5, "0s"),
        ] as [(Int64, String)]
    )
    func spans(_ seconds: Int64, _ text: String) {
        let start = Timestamp(milliseconds: 1_790_000_000_000)
        let end = Timestamp(milliseconds: start.milliseconds + seconds * 1000)
        #expect(QueueText(now: start).span(start, end) == text)
    }
}

@Suite struct SweepsTests {
    @Test func oldEventsAndEntriesGo() async throws {
        let bench = try await Bench()
        let id = try await bench.add("a@one.test")
        _ = try await bench.ask(.changeNamed(.delete, ["\(id)"]))
        let list = SuppressionList(store: bench.store, world: bench.world.world)
        try await list.add(
            SuppressionList.Entry(
                MailAddress(localPart: "a", domain: "one.test"),
                .service,
                .bounce,
                since: bench.world.now,
                expires: Timestamp(milliseconds: bench.world.now.milliseconds + 60_000)
            )
        )
        var sweeps = Sweeps(queue: bench.queue, suppression: list, log: .none)
        // It can see events that the other does not look at.
        var patient = Queue.Configuration()
        patient.traceLife = .seconds(100 * 86_400)
        let witness = try await MailQueue.open(bench.store, world: bench.world.world, configuration: patient)
        await sweeps.sweep(at: bench.world.uptime)
        #expect(try await list.list(.service, limit: 10).count == 1)
        #expect(try await witness.trace("\(id)").count == 2)
        bench.world.advance(by: .seconds(20 * 86_400))
        await sweeps.sweep(at: bench.world.uptime)
        #expect(try await list.list(.service, limit: 10).isEmpty)
        #expect(try await witness.trace("\(id)").isEmpty)
    }
}
