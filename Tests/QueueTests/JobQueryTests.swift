import Octets
import PorticoTesting
import Testing
import World

@testable import Queue

struct JobQueryTests {
    private static let now = Timestamp(milliseconds: 1_790_000_000_000)

    private static func filter(_ change: (inout JobFilter) -> Void) -> JobFilter {
        var filter = JobFilter()
        change(&filter)
        return filter
    }

    @Test(arguments: [
        ([], JobFilter()), (["queue=hard-bounce"], filter { $0.queue = .hardBounce }),
        (["domain=ONE.test"], filter { $0.destination = "one.test" }),
        (["sender=<>"], filter { $0.sender = "" }), (["sender="], filter { $0.sender = "" }),
        (["sender=a=b@one.test"], filter { $0.sender = "a=b@one.test" }),
        (["recipient=a@one.test"], filter { $0.recipient = "a@one.test" }),
        (["older_than=90s"], filter { $0.before = Timestamp(milliseconds: 1_789_999_910_000) }),
        (["older_than=2h"], filter { $0.before = Timestamp(milliseconds: 1_789_992_800_000) }),
        (["older_than=3d"], filter { $0.before = Timestamp(milliseconds: 1_789_740_800_000) }),
        (
            ["held=true", "older_than=0m"],
            filter {
                $0.isHeld = true; $0.before = now
            }
        ), (["held=false"], filter { $0.isHeld = false }),
        (["account=a@one.test"], filter { $0.submitter = 7 }),
    ])
    func means(_ words: [String], _ expected: JobFilter) throws {
        let query = try JobQuery(words: words)
        let submitter: UInt64? = query.account == nil ? nil : 7
        #expect(query.filter(at: Self.now, submitter: submitter) == expected)
        #expect(try JobQuery(words: query.words) == query)
        #expect(query.isEmpty == words.isEmpty)
    }

    @Test(arguments: [
        (["queue=inbox"], "'inbox' is no queue; there are incoming, outgoing, reports, error"),
        (["colour=red"], "there is no filter 'colour'"), (["queue"], "'queue' is no name=value"),
        (["held=maybe"], "'maybe' is neither true nor false"), (["older_than=3"], "'3' is no time"),
        (["older_than=d"], "'d' is no time"), (["older_than=99999999999999999999d"], "'99999999999999999999d' is no"),
        (["older_than=-1d"], "'-1d' is no time"), (["domain=a", "domain=b"], "'domain' is given twice"),
    ])
    func refuses(_ words: [String], _ reason: String) {
        do throws(QueueError) {
            _ = try JobQuery(words: words)
            Issue.record("it is not refused")
        } catch {
            guard case .refused(let text) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(text.hasPrefix(reason))
        }
    }
}

struct QueueJSONTests {
    private func text(_ value: some JSONWritable) -> String {
        String(decoding: JSONWriter.octets(of: value), as: UTF8.self)
    }

    @Test func aJobInAList() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.add("a@one.test", "b@one.test", from: "s@example.test") { $0.submitter = 3 }
        try await fixture.queue.change(JobID(id, part: 0), .hold)
        let arrived = DateTime(secondsSince1970: fixture.world.now.seconds).internetFormat
        let expires = DateTime(secondsSince1970: fixture.world.now.later(by: .seconds(5 * 86_400)).seconds)
        let job = try await fixture.jobs()[0]
        #expect(
            text(try await fixture.queue.summaries(of: [job])[0])
                == #"{"id":"\#(id).0","message":"\#(id)","queue":"outgoing","state":"held","domain":"one.test","#
                + #""domain_paused":false,"routed":false,"sender":"s@example.test","account_id":"3","size":25,"priority":0,"#
                + #""arrived_at":"\#(arrived)","expires_at":"\#(expires.internetFormat)","attempts":0,"#
                + #""recipients":["a@one.test","b@one.test"],"recipient_count":2}"#
        )
    }

    @Test func aMessageWithItsWay() async throws {
        let fixture = try await Fixture()
        let id = try await fixture.add("a@one.test") {
            $0.messageID = "<1@example.test>"
            $0.origin = Envelope.Origin(peer: "192.0.2.1", hello: "client.test", protocol: "ESMTPS")
        }
        try await fixture.complete(try await fixture.takeOne(), .full)
        let details = try #require(try await fixture.queue.details(of: id))
        #expect(details.events.map(\.kind) == [.received, .queued, .deferred])
        let json = text(details)
        for part in [
            #"{"id":"\#(id)","message_id":"<1@example.test>""#, #""body":"7BIT""#, #""job_count":1,"jobs":[{"id""#,
            #""state":"waiting","state_until":"#,
            #""recipients":[{"address":"a@one.test","state":"waiting","status":"4.2.2","reply":"452 4.2.2 Full"}]"#,
            #""host":"mx.example.test","kind":"mailbox_full","reply":"452 4.2.2 Full"}]"#,
            #""peer":"192.0.2.1","hello":"client.test","protocol":"ESMTPS"}"#,
            #""domain":"one.test","recipients":["a@one.test"],"text":"452 4.2.2 Full"}]}"#,
        ] { #expect(json.contains(part), "\(part) in \(json)") }
    }

    @Test func whatWaitsForItsDomain() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@dead.test")
        try await fixture.complete(try await fixture.takeOne(), .unreachable)
        let held = text(try await fixture.queue.summaries(of: try await fixture.jobs())[0])
        #expect(held.contains(#""state":"ready","domain":"dead.test","domain_paused":false,"domain_held_until":"2"#))
        try await fixture.queue.setPaused(true, "dead.test", in: .outgoing)
        let paused = text(try await fixture.queue.summaries(of: try await fixture.jobs())[0])
        #expect(paused.contains(#""domain_paused":true"#))
        #expect(try await fixture.queue.summaries(of: []).isEmpty)
    }

    @Test func whatIsThere() async throws {
        let fixture = try await Fixture()
        try await fixture.add("a@one.test")
        let json = text(try await QueueOverview(of: fixture.queue))
        let arrived = DateTime(secondsSince1970: fixture.world.now.seconds).internetFormat
        #expect(
            json.hasPrefix(#"{"queues":{"incoming":{"jobs":0,"ready":0,"waiting":0,"working":0,"held":0,"kept":0,"#)
        )
        #expect(
            json.contains(
                #""outgoing":{"jobs":1,"ready":1,"waiting":0,"working":0,"held":0,"kept":0,"recipients":1,"octets":25,"#
                    + #""oldest_at":"\#(arrived)"}"#
            )
        )
        #expect(
            json.hasSuffix(
                #""totals":{"added":1,"delivered":0,"deferred":0,"failed":0,"expired":0,"reported":0},"#
                    + #""destinations":[{"queue":"outgoing","domain":"one.test","jobs":1,"ready":1,"paused":false,"#
                    + #""failures":0}]}"#
            )
        )
        try await fixture.queue.setPaused(true, "one.test", in: .outgoing)
        #expect(text(try await QueueOverview(of: fixture.queue)).contains(#""paused":true"#))
    }
}
