import Delivery
import Directory
import Mailbox
import Network
import PorticoTesting
import Queue
import Resolver
import Returns
import SMTP
import Store
import Synchronization
import Testing
import World

@testable import Relay

/// A relay with its queue in memory, its own clock, and domains whose servers are on loopback.
final class Outside: Sendable {
    let clock = TestWorld(seed: 5)
    let loops = EventLoopGroup(count: 1)
    let store: any Store
    let names = FixedNames()
    let queue: MailQueue
    let here = Inbox()
    let suppression: SuppressionList
    /// Where servers are that DNS names.
    let port: Int
    private let hosts = Mutex<[MailHost]>([])
    private let first: MailHost

    init(on store: any Store = MemoryStore()) async throws {
        self.store = store
        first = try MailHost("127.0.0.1", on: loops)
        port = first.port
        let world = clock.world
        queue = try await Self.open(store, clock)
        suppression = SuppressionList(store: store, world: world)
    }

    /// A server at 127.0.0.`number`, which is the first for 1.
    func host(_ number: Int, lmtp: Bool = false) throws -> MailHost {
        guard number != 1 else { return first }
        let host = try MailHost("127.0.0.\(number)", port: port, on: loops, lmtp: lmtp)
        hosts.withLock { $0.append(host) }
        return host
    }

    /// `domain` has servers at those addresses, in that order.
    func domain(_ domain: String, _ numbers: Int...) throws {
        for (place, number) in numbers.enumerated() {
            try names.add(line: "\(domain) MX \(10 * (place + 1)) mx\(number).\(domain)")
            try names.add(line: "mx\(number).\(domain) A 127.0.0.\(number)")
        }
    }

    /// The queue as another process opens it.
    static func open(_ store: any Store, _ clock: TestWorld) async throws -> MailQueue {
        var configuration = Configuration()
        configuration.schedule.jitter = 0
        configuration.shards = 2
        return try await MailQueue.open(store, world: clock.world, configuration: configuration)
    }

    func relay(on queue: MailQueue? = nil, _ change: (inout RelaySettings) -> Void = { _ in }) -> MailRelay {
        MailRelay(
            queue: queue ?? self.queue,
            local: here,
            names: names,
            suppression: suppression,
            settings: settings(change),
            loops: loops,
            world: clock.world,
            log: .none
        )
    }

    func settings(_ change: (inout RelaySettings) -> Void = { _ in }) -> RelaySettings {
        var settings = RelaySettings(hostName: "client.example.test")
        settings.port = port
        settings.idle = .milliseconds(50)
        change(&settings)
        return settings
    }

    func remote(_ change: (inout RelaySettings) -> Void = { _ in }) -> RemoteDelivery {
        RemoteDelivery(
            queue: queue,
            names: names,
            suppression: suppression,
            settings: settings(change),
            loops: loops,
            world: clock.world,
            log: .none
        )
    }

    @discardableResult func add(
        _ recipients: [QueuedRecipient],
        from sender: String = "me@here.test",
        text: String = "Subject: x\r\n\r\nx\r\n",
        in name: QueueName = .outgoing,
        _ change: (inout Queue.Envelope) -> Void = { _ in }
    ) async throws -> QueueID {
        var envelope = Queue.Envelope(reversePath: sender)
        change(&envelope)
        let octets = queue.receive()
        try await octets.push(Array(text.utf8))
        try await octets.finish()
        return try await queue.add(NewMessage(octets, envelope, to: recipients, in: name))
    }

    @discardableResult func add(_ recipients: String...) async throws -> QueueID {
        try await add(recipients.map { QueuedRecipient($0) })
    }

    func jobs(_ name: QueueName? = nil) async throws -> [Job] {
        var filter = JobFilter()
        filter.queue = name
        return try await queue.list(filter, limit: 1000).jobs
    }

    func stop() async {
        for host in hosts.withLock({ $0 }) { await host.stop() }
        await first.stop()
        await loops.stop()
    }
}

/// The mailboxes of `here.test`: everybody has one but `nobody`.
final class Inbox: Delivery {
    private let messages = Mutex<[(recipients: [String], text: String)]>([])

    var received: [(recipients: [String], text: String)] { messages.withLock { $0 } }

    func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient {
        guard address.domain == "here.test" else { throw .notLocal }
        guard address.localPart != "nobody" else { throw .unknownRecipient }
        return Recipient(address: address, accounts: [Account(number: 1, address: address, name: "")])
    }

    func receive() async throws(DeliveryError) -> any IncomingMessage { Incoming() }

    func deliver(_ message: any IncomingMessage, _ envelope: MailEnvelope) async -> [DeliveryOutcome] {
        let text = (message as? Incoming)?.text ?? ""
        messages.withLock { $0.append((envelope.recipients.map { "\($0.address)" }, text)) }
        return envelope.recipients.map { _ in .delivered }
    }
}

private final class Incoming: IncomingMessage {
    private let octets = Mutex<[UInt8]>([])
    var text: String { octets.withLock { String(decoding: $0, as: UTF8.self) } }
    var size: Int { octets.withLock { $0.count } }
    func push(_ octets: [UInt8]) async throws(MailboxError) { self.octets.withLock { $0 += octets } }
    func finish() async throws(MailboxError) {}
    func discard() async {}
    func share(among accounts: [AccountID]) async throws(MailboxError) {}
    func file(
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed { throw .store(NotForMailboxes()) }
    func file(
        once receipt: Receipt,
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed? { throw .store(NotForMailboxes()) }
}
