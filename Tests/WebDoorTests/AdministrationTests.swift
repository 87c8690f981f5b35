import Delivery
import Directory
import Mailbox
import Octets
import PorticoTesting
import Queue
import Store
import Testing
import WebDoor
import World

/// Mail on its way as administrators, alice, and others, bob, see it.
struct AdministrationTests {
    private static let bob = "Basic Ym9iQGV4YW1wbGUudGVzdDpzZXNhbWU="

    private let world = TestWorld()
    private let queue: MailQueue
    private let door: WebDoor

    init() async throws {
        var settings = Queue.Configuration()
        settings.shards = 2
        queue = try await MailQueue.open(MemoryStore(), world: world.world, configuration: settings)
        door = AdministrationTests.door(world, queue)
    }

    private static func door(_ world: TestWorld, _ queue: MailQueue?, isThere: Bool = true) -> WebDoor {
        let directory = FakeDirectory()
        let mailboxes = StoreMailboxService(store: MemoryStore(), world: world.world)
        let administration = WebDoor.Administration(
            administrators: ["alice@example.test"],
            queue: queue,
            events: { [("a.b", 3), ("odd\"\\\n", 1)] }
        )
        return WebDoor(
            configuration: WebDoor.Configuration(),
            directory: directory,
            mailboxes: mailboxes,
            delivery: LocalDelivery(directory: directory, mailboxes: mailboxes, log: .none),
            world: world.world,
            log: .none,
            administration: isThere ? administration : nil
        )
    }

    @discardableResult private func add(
        _ recipients: String...,
        change: (inout Queue.Envelope) -> Void = { _ in }
    ) async throws -> QueueID {
        var envelope = Queue.Envelope(reversePath: "alice@example.test")
        change(&envelope)
        let octets = queue.receive()
        try await octets.push(Array("Subject: hello\r\n\r\nHello\r\n".utf8))
        try await octets.finish()
        return try await queue.add(NewMessage(octets, envelope, to: recipients.map { QueuedRecipient($0) }))
    }

    private func act(_ id: String, _ json: String) async throws -> Answer {
        try await Client(door).ask("POST", "/v1/admin/queue/\(id)", json: json)
    }

    // MARK: Who

    private static let paths = [
        "/v1/admin/queue", "/v1/admin/queue/stats", "/v1/admin/queue/06e8tn2kg4000", "/v1/admin/trace?message_id=x",
        "/v1/admin/metrics",
    ]

    @Test(arguments: paths) func othersFindNothing(_ path: String) async throws {
        let answer = try await Client(door).ask("GET", path, authorization: Self.bob)
        #expect(answer.status == 404 && answer.code == "not_found")
        #expect(try await Client(door).ask("GET", path, authorization: nil).status == 401)
        let without = Self.door(world, queue, isThere: false)
        #expect(try await Client(without).ask("GET", path).status == 404)
    }

    @Test func othersChangeNothing() async throws {
        let id = try await add("a@one.test")
        let client = Client(door)
        let path = "/v1/admin/queue/\(id)"
        let answer = try await client.ask("POST", path, json: #"{"action": "delete"}"#, authorization: Self.bob)
        #expect(answer.status == 404)
        #expect(try await queue.statistics().queues[.outgoing]?.jobs == 1)
    }

    @Test(arguments: zip(paths, ["GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS, POST"]))
    func methods(_ path: String, _ allow: String) async throws {
        let options = try await Client(door).ask("OPTIONS", path, authorization: nil)
        #expect(options.status == 204 && options.fields["allow"] == allow)
        #expect(try await Client(door).ask("DELETE", path).status == 405)
    }

    // MARK: What

    @Test func listsAndPages() async throws {
        for index in 0..<5 {
            try await add("a\(index)@one.test", "b@two.test") { $0.submitter = UInt64(index % 2 + 1) }
        }
        let cases = [
            ("", 10), ("?domain=one.test", 5), ("?recipient=a3%40one.test", 1), ("?sender=bob%40example.test", 0),
            ("?queue=error", 0), ("?older_than=1h", 0), ("?held=true", 0), ("?held=false&queue=outgoing", 10),
            ("?account=bob%40example.test&domain=two.test", 2),
        ]
        for (query, count) in cases {
            let answer = try await Client(door).ask("GET", "/v1/admin/queue" + query)
            #expect(try answer.status == 200 && answer.json["jobs"].list.count == count, "\(query)")
            #expect(try answer.json["next_cursor"] == .null)
        }
        var (found, cursor) = (Set<String>(), "")
        for _ in 0..<6 {
            let answer = try await Client(door).ask("GET", "/v1/admin/queue?limit=3" + cursor)
            found.formUnion(try answer.json["jobs"].list.compactMap { $0["id"].text })
            guard let next = try answer.json["next_cursor"].text else { break }
            cursor = "&cursor=\(next)"
        }
        #expect(found.count == 10)
    }

    @Test(arguments: [
        ("?colour=red", "colour"), ("?queue=inbox", "queue"), ("?older_than=soon", "older_than"), ("?held=1", "held"),
        ("?limit=0", "limit"), ("?limit=1001", "limit"), ("?cursor=x", "cursor"), ("?account=x", "account"),
        ("?account=team%40example.test", "account"), ("?account=eve%40example.test", "account"),
        ("?domain=a&domain=b", "domain"),
    ])
    func refusesParameters(_ query: String, _ field: String) async throws {
        let answer = try await Client(door).ask("GET", "/v1/admin/queue" + query)
        #expect(answer.status == 400 && answer.code == "invalid_parameter")
        #expect(try answer.json["error"]["field"].text == field)
    }

    @Test func showsAMessage() async throws {
        let id = try await add("a@one.test") {
            $0.messageID = "<1@example.test>"
            $0.origin = .init(peer: "192.0.2.1", hello: "client.test", protocol: "ESMTPSA")
        }
        for name in ["\(id)", "\(id).0"] {
            let answer = try await Client(door).ask("GET", "/v1/admin/queue/\(name)")
            #expect(answer.status == 200)
            #expect(try answer.json["message_id"].text == "<1@example.test>")
            #expect(try answer.json["jobs"][0]["recipients"][0]["address"].text == "a@one.test")
            #expect(try answer.json["events"].list.map { $0["event"].text } == ["received", "queued"])
            #expect(try answer.json["events"][0]["peer"].text == "192.0.2.1")
        }
        for name in ["x", "0000000000000", "\(id).x"] {
            #expect(try await Client(door).ask("GET", "/v1/admin/queue/\(name)").status == 404)
        }
        let trace = try await Client(door).ask("GET", "/v1/admin/trace?message_id=1%40example.test")
        #expect(try trace.status == 200 && trace.json["events"].list.count == 2)
        #expect(try trace.json["not_recorded"][0].text == "local_deliveries")
        let missing = try await Client(door).ask("GET", "/v1/admin/trace")
        #expect(try missing.status == 400 && missing.json["error"]["field"].text == "message_id")
    }

    @Test func changesJobs() async throws {
        let id = try await add("a@one.test", "b@two.test")
        let held = try await act("\(id)", #"{"action": "hold"}"#)
        #expect(try held.status == 200 && held.json["changed"] == .number(2))
        let released = try await act("\(id).0", #"{"action": "release"}"#)
        #expect(try released.json["changed"] == .number(1))
        let both = try await act("\(id)", #"{"action": "release"}"#)
        #expect(try both.status == 200 && both.json["changed"] == .number(1))
        #expect(try both.json["left"][0]["code"].text == "not_possible")
        #expect(try await act("\(id)", #"{"action": "route", "host": "mx.test:26"}"#).status == 200)
        let list = try await queue.list(JobFilter(), limit: 10)
        #expect(list.jobs.allSatisfy { $0.destination == "mx.test:26" })
        #expect(try await act("\(id)", #"{"action": "route", "host": null}"#).status == 200)
        #expect(try await act("\(id).1", #"{"action": "retry"}"#).status == 200)
        let taken = try await queue.take(.outgoing, limit: 1, for: .seconds(300), room: { _ in .max })
        let busy = try await act("\(try #require(taken.first).job.id)", #"{"action": "delete"}"#)
        #expect(busy.status == 409 && busy.code == "busy")
        #expect(try await act("\(id)", #"{"action": "delete"}"#).status == 200)
        #expect(try await queue.statistics().queues[.outgoing]?.jobs == 1)
    }

    @Test(arguments: [
        (#"{"action": "eat"}"#, 422, "action"), (#"{"action": "hold", "host": "a"}"#, 422, "host"),
        (#"{"action": "hold", "colour": 1}"#, 422, "colour"), ("{}", 422, "action"), (#"{"action": 1}"#, 422, "action"),
    ])
    func refusesActions(_ json: String, _ status: Int, _ field: String) async throws {
        let id = try await add("a@one.test")
        let answer = try await act("\(id)", json)
        #expect(try answer.status == status && answer.json["error"]["field"].text == field)
        #expect(try await act("x", #"{"action": "hold"}"#).status == 404)
        let released = try await act("\(id)", #"{"action": "release"}"#)
        #expect(released.status == 409 && released.code == "not_possible")
    }

    // MARK: How much

    @Test func tellsHowMuch() async throws {
        try await add("a@one.test", "b@two.test")
        world.advance(by: .seconds(90))
        let answer = try await Client(door).ask("GET", "/v1/admin/queue/stats")
        #expect(try answer.json["queues"]["outgoing"]["jobs"] == .number(2))
        #expect(try answer.json["totals"]["added"] == .number(1) && answer.json["destinations"].list.count == 2)
        let metrics = try await Client(door).ask("GET", "/v1/admin/metrics")
        #expect(metrics.status == 200)
        #expect(metrics.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let lines = String(decoding: metrics.body, as: UTF8.self).split(separator: "\n").map(String.init)
        for line in [
            "# TYPE portico_events_total counter", #"portico_events_total{event="a.b"} 3"#,
            #"portico_events_total{event="odd\"\\\n"} 1"#,
            #"portico_queue_jobs{queue="outgoing",state="ready"} 2"#,
            #"portico_queue_jobs{queue="error",state="kept"} 0"#,
            #"portico_queue_oldest_seconds{queue="outgoing"} 90"#, #"portico_queue_oldest_seconds{queue="reports"} 0"#,
            #"portico_queue_bytes{queue="outgoing"} 50"#, "portico_queue_added_total 1",
        ] { #expect(lines.contains(line), "\(line)") }
        for line in lines where !line.hasPrefix("#") { #expect(line.hasPrefix("portico_") && line.contains(" ")) }
        let without = try await Client(Self.door(world, nil)).ask("GET", "/v1/admin/metrics")
        #expect(without.status == 200 && !String(decoding: without.body, as: UTF8.self).contains("portico_queue"))
        #expect(try await Client(Self.door(world, nil)).ask("GET", "/v1/admin/queue").status == 404)
    }
}
