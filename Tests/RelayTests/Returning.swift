import Delivery
import Directory
import Mailbox
import MIME
import Octets
import PorticoTesting
import Queue
import Returns
import SMTP
import Store
import Synchronization
import Testing
import World

@testable import Relay

/// alice, who has number 3, and nobody else.
struct OneAccount: Directory {
    static let alice = Account(number: 3, address: MailAddress(localPart: "alice", domain: "example.com"), name: "")

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? { nil }
    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { number == 3 ? Self.alice : nil }
    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        guard address.domain == "example.com" else { return .elsewhere }
        return address == Self.alice.address ? .accounts([Self.alice]) : .unknown
    }
}

/// A service whose mail comes back: a queue in memory, records, and the door's delivery.
struct Returning {
    struct Heard {
        var dead: [Int] = []
        var suspended: [UInt64] = []
    }

    final class Ear: Sendable { let heard = Mutex(Heard()) }

    let clock = TestWorld(seed: 7)
    let memory = MemoryStore()
    let queue: MailQueue
    let suppression: SuppressionList
    let records: SenderRecords
    let paths: ReturnPaths
    let intake: ReturnIntake
    let delivery: ReturningDelivery
    let ear = Ear()
    let keys: TraceToken.Keys
    let feedback = MailAddress(localPart: "fbl", domain: "example.com")

    init() async throws {
        let world = clock.world
        queue = try await MailQueue.open(memory, world: world)
        suppression = SuppressionList(store: memory, world: world)
        keys = try await TraceKey.load(from: memory, world)
        let addresses = try #require(ReturnAddress(keys: keys))
        let complaints = DailyCounters(store: memory, table: "complaints", node: "a", world: world)
        records = SenderRecords(
            directory: OneAccount(),
            suppression: suppression,
            deliverability: Deliverability(
                counters: DailyCounters(store: memory, table: "delivery", node: "a", world: world)
            ),
            complaints: ComplaintWatch(counters: complaints) { [ear] account, _ in
                ear.heard.withLock { $0.suspended.append(account) }
            }
        ) { [ear] _, count in ear.heard.withLock { $0.dead.append(count) } }
        paths = ReturnPaths(keys: keys, addresses: addresses, domain: "mail.example.net") { $0 == "example.com" }
        var settings = ComplaintIntake.Settings()
        settings.addresses = [feedback]
        settings.domains = ["isp.example"]
        let log = Log { _, _, _ in }
        intake = ReturnIntake(
            addresses: addresses,
            keys: keys,
            feedback: settings,
            records: records,
            queue: queue,
            world: world,
            log: log
        ) { $0 == "192.0.2.1" ? "fbl.isp.example" : nil }
        delivery = ReturningDelivery(local: Nowhere(), queue: queue, intake: intake)
    }

    /// Puts a message of alice's into the queue and takes it as those do who send.
    func send(
        _ recipients: [QueuedRecipient],
        as category: String = "bulk",
        from sender: String = "alice@example.com"
    ) async throws -> Attempt {
        let octets = queue.receive()
        try await octets.push(Array("Subject: News\r\n\r\nNews.\r\n".utf8))
        try await octets.finish()
        var envelope = Queue.Envelope(reversePath: sender)
        envelope.submitter = 3
        envelope.category = category
        _ = try await queue.add(NewMessage(octets, envelope, to: recipients))
        let work = try #require(try await queue.take(.outgoing, limit: 1, for: .seconds(60)).first)
        let returning = paths.covers(envelope) ? (paths, await paths.domain(of: envelope)) : nil
        return Attempt(work, queue, at: clock.now, returning: returning)
    }

    /// A message arrives at the door.
    func arrive(
        _ text: String,
        at address: MailAddress,
        peer: String = "192.0.2.1"
    ) async throws -> DeliveryOutcome {
        let recipient = try await delivery.recipient(address)
        var envelope = MailEnvelope(reversePath: .null, recipients: [recipient])
        envelope.peer = peer
        let octets = Array(text.replacing("\n", with: "\r\n").utf8)
        let hash = FNV1a(text.utf8)
        envelope.digest = (0..<8).map { UInt8(truncatingIfNeeded: hash.value >> (56 - 8 * UInt64($0))) }
        let message = try await delivery.receive(for: envelope)
        try await message.push(octets)
        try await message.finish()
        defer { Task { await message.discard() } }
        return try #require(await delivery.deliver(message, envelope).first)
    }

    func count(_ name: QueueName) async throws -> Int { try await queue.statistics().queues[name]?.jobs ?? 0 }

    func isSuppressed(_ address: String) async throws -> Bool {
        let address = try #require(MailAddress(address))
        return try await suppression.entry(for: address, from: .init(account: 3)) != nil
    }

    static func bounce(of address: String, action: String = "failed", status: String = "5.1.1") -> String {
        """
        From: MAILER-DAEMON@mx.example.org
        Subject: Undelivered
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: text/plain

        It was not delivered.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Final-Recipient: rfc822; \(address)
        Action: \(action)
        Status: \(status)
        Remote-MTA: dns; mx.example.org

        --b--

        """
    }

    static func complaint(token: String, id: Int = 1) -> String {
        """
        From: <feedback@isp.example>
        Subject: FW: News \(id)
        Content-Type: multipart/report; report-type=feedback-report; boundary=b

        --b
        Content-Type: text/plain

        This is an email abuse report.
        --b
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        User-Agent: SomeGenerator/1.0
        Version: 1
        Original-Rcpt-To: <bob@example.org>

        --b
        Content-Type: message/rfc822

        \(token)Subject: News

        News.
        --b--

        """
    }
}

/// Has no mailboxes.
struct Nowhere: Delivery {
    func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient {
        guard address.domain == "example.com" else { throw .notLocal }
        throw .unknownRecipient
    }
    func receive() async throws(DeliveryError) -> any IncomingMessage { throw .notLocal }
    func deliver(_ message: any IncomingMessage, _ envelope: MailEnvelope) async -> [DeliveryOutcome] {
        envelope.recipients.map { _ in .failed(.notLocal) }
    }
}
