import Delivery
import Directory
import HTTPClient
import MIME
import Mailbox
import Network
import Octets
import PorticoTesting
import Queue
import Resolver
import Returns
import SMTP
import Store
import Synchronization
import Testing
import TransportPolicy
import World

@testable import Relay

/// Reports of a day: to others by mail and by HTTPS, and from others to us.
@Suite(.rfc(8460, "5"))
struct TLSReportTests {
    private let clock = TestWorld(seed: 5)
    private let store = MemoryStore()
    private let folder = KeyFolder()

    private var reports: TLSReportStore { TLSReportStore(store: store, world: clock.world) }

    /// Counts something for a domain, and lets the day end.
    private func count(_ domain: String) async throws -> TLSResults {
        let counters = DailyCounters(store: store, table: "tls", node: "a", world: clock.world)
        let results = TLSResults(counters: counters, store: store, world: clock.world)
        let policy = AppliedPolicy(kind: .none, strings: [], domain: domain, reportDomain: domain)
        try await results.record(.success, of: policy, host: "mx.\(domain)", address: "192.0.2.1", from: "192.0.2.2")
        try await results.record(
            .failure(type: "starttls-not-supported"),
            of: policy,
            host: "mx.\(domain)",
            address: "192.0.2.1",
            from: "192.0.2.2"
        )
        clock.advance(by: .seconds(86_400))
        return results
    }

    private func sender(
        _ results: TLSResults,
        _ names: String,
        _ queue: MailQueue,
        _ loops: EventLoopGroup,
        ways: Set<TLSReportSender.Way>
    ) throws -> TLSReportSender {
        let address = MailAddress(localPart: "postmaster", domain: "example.test")
        var settings = TLSReportSender.Settings(sender: address, hostName: "mx.example.test") { $0 == "example.test" }
        settings.ways = ways
        let names = try FixedNames(names)
        let tls = try TLSContext.client(verification: .authorities(file: "\(folder.path)/a.crt"))
        return TLSReportSender(
            reporter: TLSReporter(
                results: results,
                names: names,
                organization: "Example",
                contact: "postmaster@example.test",
                host: "mx.example.test"
            ),
            reports: reports,
            queue: queue,
            http: HTTPClient(loops: loops, tls: tls) { $0 == "reports.example.org" ? ["127.0.0.1"] : [] },
            settings: settings,
            world: clock.world,
            log: .none
        )
    }

    @Test(arguments: [("tls@example.org", QueueName.outgoing), ("tls@example.test", .incoming)])
    func aReportGoesByMailOnce(_ address: String, _ name: QueueName) async throws {
        _ = try folder.identity("a", for: ["reports.example.org"])
        let loops = EventLoopGroup(count: 1)
        let queue = try await MailQueue.open(store, world: clock.world)
        let results = try await count("example.org")
        let names = "_smtp._tls.example.org TXT \"v=TLSRPTv1; rua=https://nowhere.test/,mailto:\(address)\""
        // A process that died before it could take a note begins again.
        for _ in 0..<2 {
            let sender = try sender(results, names, queue, loops, ways: [.mail])
            #expect(await sender.sendDue())
            #expect(await sender.sendDue())
            _ = try await store.commit(
                Partition("tls-reports"),
                expecting: nil,
                [.delete(Array("s\(reports.today - 1)example.org".utf8))],
                operation: OperationID(high: clock.world.random(), low: 1)
            )
        }
        let jobs = try await queue.list(JobFilter(), limit: 10).jobs
        #expect(jobs.map { $0.recipients.map(\.address) } == [[address]])
        let work = try #require(try await queue.take(name, limit: 1, for: .seconds(9)) { _ in 1 }.first)
        #expect(work.message.envelope.optionalTLS && work.message.envelope.reversePath.isEmpty)
        let octets = try await queue.octets(of: work.message, 0..<work.message.size)
        let read = TLSReport(in: octets.span, structure: MessageStructure(of: octets.span))
        let report = try #require(read)
        #expect(report.organization == "Example" && report.policies.map(\.domain) == ["example.org"])
        #expect(report.policies[0].successes == 1 && report.policies[0].failures == 1)
        await loops.stop()
    }

    @Test(arguments: [("200 OK", true), ("201 Created", true), ("500 Broken", false), ("302 Found", false)])
    func aReportGoesByHTTPSUntilItIsTaken(_ status: String, _ isTaken: Bool) async throws {
        let identity = try folder.identity("a", for: ["reports.example.org"])
        let loops = EventLoopGroup(count: 1)
        let server = try ReportServer(identity, loops, status)
        let queue = try await MailQueue.open(store, world: clock.world)
        let results = try await count("example.org")
        let url = "https://reports.example.org:\(server.listener.address.port)/tls"
        let names = "_smtp._tls.example.org TXT \"v=TLSRPTv1; rua=\(url)\""
        let sender = try sender(results, names, queue, loops, ways: [.https, .mail])
        #expect(await sender.sendDue() == isTaken)
        #expect(await sender.sendDue() == isTaken)
        let taken = server.taken.withLock { $0 }
        #expect(taken.count == (isTaken ? 1 : 2))
        let (head, body) = try #require(taken.first)
        #expect(head.contains("POST /tls HTTP/1.1") && head.contains("Content-Type: application/tlsrpt+gzip"))
        #expect(TLSReport(file: body)?.policies.first?.domain == "example.org")
        #expect(try await queue.list(JobFilter(), limit: 10).jobs.isEmpty)
        await server.listener.stop(grace: .seconds(20))
        await loops.stop()
    }

    @Test(arguments: [
        ("example.org A 192.0.2.1", true), ("_smtp._tls.example.org TXT !temporary", false),
        ("_smtp._tls.example.org TXT \"v=TLSRPTv1; rua=mailto:tls@example.org\"", true),
    ])
    func whoWantsNoneGetsNone(_ names: String, _ isDone: Bool) async throws {
        _ = try folder.identity("a", for: ["reports.example.org"])
        let loops = EventLoopGroup(count: 1)
        let queue = try await MailQueue.open(store, world: clock.world)
        let sender = try sender(try await count("example.org"), names, queue, loops, ways: [.https])
        #expect(await sender.sendDue() == isDone)
        #expect(try await queue.list(JobFilter(), limit: 10).jobs.isEmpty)
        await loops.stop()
    }

    // MARK: From others

    /// Behind the delivery that takes bounces, or alone.
    @Test(arguments: [false, true]) func whatOthersReportIsKept(_ isBehind: Bool) async throws {
        let address = MailAddress(localPart: "tls", domain: "ours.test")
        let alone = TLSReportDelivery(local: NobodyHere(), addresses: [address], reports: reports, log: .none) {
            $0 == "ours.test"
        }
        let returning = try await Returning()
        let both = ReturningDelivery(local: alone, queue: returning.queue, intake: returning.intake)
        let delivery: any Delivery = isBehind ? both : alone
        let recipient = try await delivery.recipient(address)
        await #expect(throws: DeliveryError.self) {
            try await delivery.recipient(MailAddress(localPart: "other", domain: "ours.test"))
        }
        var policy = TLSReport.Policy(type: "sts", domain: "ours.test")
        policy.failures = 3
        let day = reports.today - 1
        let report = TLSReport(
            of: day,
            policies: [policy],
            organization: "Other",
            contact: "x@other.test",
            host: "mx.other.test",
            domain: "ours.test"
        )
        let octets = try report.mail(
            from: "x@other.test",
            to: "tls@ours.test",
            domain: "ours.test",
            submitter: "other.test",
            date: DateTime(secondsSince1970: clock.world.now().seconds),
            messageID: "<1@other.test>"
        )
        let envelope = MailEnvelope(reversePath: .null, recipients: [recipient])
        for text in [octets, octets, Array("Subject: no report\r\n\r\nHello\r\n".utf8)] {
            let message = try await delivery.receive(for: envelope)
            try await message.push(text)
            try await message.finish()
            let outcomes = await delivery.deliver(message, envelope)
            #expect(outcomes.count == 1 && outcomes[0].error == nil)
            await message.discard()
        }
        let kept = try await reports.received(from: day, through: day)
        #expect(kept.map(\.organization) == ["Other"] && kept[0].policies[0].failures == 3)
    }
}

/// Knows nobody.
private struct NobodyHere: Delivery {
    func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient { throw .unknownRecipient }
    func receive() async throws(DeliveryError) -> any IncomingMessage { throw .notLocal }
    func deliver(_ message: any IncomingMessage, _ envelope: MailEnvelope) async -> [DeliveryOutcome] {
        envelope.recipients.map { _ in .failed(.unknownRecipient) }
    }
}

/// Takes requests, and answers each with one status.
private struct ReportServer {
    let listener: Listener
    let taken: Arc

    final class Arc: Sendable {
        private let value = Mutex<[(String, [UInt8])]>([])
        func withLock<R>(_ body: (inout sending [(String, [UInt8])]) -> sending R) -> sending R { value.withLock(body) }
    }

    init(_ identity: TLSContext.Identity, _ loops: EventLoopGroup, _ status: String) throws {
        let taken = Arc()
        self.taken = taken
        listener = try Listener(
            Address(host: "127.0.0.1", port: 0),
            on: loops,
            counter: ConnectionCounter(),
            tls: try TLSContext.server(identities: [identity])
        )
        listener.serve { stream in
            var octets: [UInt8] = []
            let end = Array("\r\n\r\n".utf8)
            while true {
                let text = String(decoding: octets, as: UTF8.self)
                if let head = octets.firstRange(of: end) {
                    let field = text.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
                    let length = field.flatMap { Int($0.dropFirst("Content-Length: ".count)) } ?? 0
                    if octets.count - head.upperBound >= length {
                        let request = String(decoding: octets[..<head.lowerBound], as: UTF8.self)
                        taken.withLock { $0.append((request, Array(octets[head.upperBound...]))) }
                        break
                    }
                }
                guard (try? await stream.fill(by: stream.deadline(after: .seconds(20)))) == true else { return }
                octets += stream.withInput { input in (0..<input.count).map { input[$0] } }
                stream.consume(stream.available)
            }
            stream.write("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
            await stream.close(by: stream.deadline(after: .seconds(20)))
        }
    }
}
