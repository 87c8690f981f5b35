import PorticoTesting
import SMTP
import Store
import Synchronization
import Testing
import World

@testable import Queue

/// A queue in memory, with a clock that a test moves.
struct Fixture {
    let memory: MemoryStore
    let store: CountingStore
    let world: TestWorld
    let queue: MailQueue

    init(
        shards: Int = 1,
        world: TestWorld = TestWorld(),
        on memory: MemoryStore = MemoryStore(),
        _ configure: (inout Configuration) -> Void = { _ in }
    ) async throws {
        self.memory = memory
        store = CountingStore(memory)
        self.world = world
        var configuration = Configuration()
        configuration.shards = shards
        configuration.schedule.jitter = 0
        configure(&configuration)
        queue = try await MailQueue.open(store, world: world.world, configuration: configuration)
    }

    @discardableResult func add(
        _ recipients: String...,
        from sender: String = "sender@example.test",
        text: String = "Subject: hello\r\n\r\nHello\r\n",
        in name: QueueName = .outgoing,
        operation: OperationID? = nil,
        _ change: (inout Envelope) -> Void = { _ in }
    ) async throws -> QueueID {
        try await add(recipients.map { QueuedRecipient($0) }, from: sender, text: text, in: name, operation, change)
    }

    @discardableResult func add(
        _ recipients: [QueuedRecipient],
        from sender: String = "sender@example.test",
        text: String = "Subject: hello\r\n\r\nHello\r\n",
        in name: QueueName = .outgoing,
        _ operation: OperationID? = nil,
        _ change: (inout Envelope) -> Void = { _ in }
    ) async throws -> QueueID {
        var envelope = Envelope(reversePath: sender)
        change(&envelope)
        let octets = operation.map { queue.receive(for: $0) } ?? queue.receive()
        try await octets.push(Array(text.utf8))
        try await octets.finish()
        return try await queue.add(NewMessage(octets, envelope, to: recipients, in: name), operation: operation)
    }

    func take(
        _ name: QueueName = .outgoing,
        _ limit: Int = 100,
        room: @escaping @Sendable (Line) -> Int = { _ in .max }
    ) async throws -> [Work] {
        try await queue.take(name, limit: limit, for: .seconds(300), room: room)
    }

    /// Takes the one job that is due.
    func takeOne(_ name: QueueName = .outgoing) async throws -> Work {
        let work = try await take(name)
        try #require(work.count == 1, "one job is due, not \(work.count)")
        return work[0]
    }

    func complete(_ work: Work, _ outcomes: Outcome...) async throws {
        try await queue.complete(Completion(work.lease, .tried(outcomes), host: "mx.example.test"))
    }

    func jobs(_ name: QueueName? = nil) async throws -> [Job] {
        var filter = JobFilter()
        filter.queue = name
        return try await queue.list(filter, limit: 1_000).jobs
    }

    func check() async throws { try await Consistency.check(memory, shards: queue.shardCount) }

    func wait(_ duration: Duration) { world.advance(by: duration) }

    /// Whether nothing but the head, and what can be traced, is left in the store.
    func isEmpty() async throws -> Bool {
        for shard in 0..<queue.shardCount {
            let page = try await memory.scan(Keys.partition(shard), .all, limit: 10_000, order: .ascending)
            for index in 0..<page.count {
                let table = Table(rawValue: page.key(index)[0])
                if table != .head, table != .trace { return false }
            }
        }
        return true
    }
}

extension Outcome {
    static let delivered = Outcome.delivered(reply: "250 2.0.0 Ok", isReported: false)
    static let unreachable = Outcome.deferred(.connect, reply: "connection refused", status: "4.4.1")
    static let greylisted = Outcome.deferred(.greylisted, reply: "451 4.7.1 Try later", status: "4.7.1")
    static let full = Outcome.deferred(.mailboxFull, reply: "452 4.2.2 Full", status: "4.2.2")
    static let unknown = Outcome.failed(.hard, reply: "550 5.1.1 No such user", status: "5.1.1")
    static let spam = Outcome.failed(.policy, reply: "554 5.7.1 Spam", status: "5.7.1")
}

extension TestWorld {
    /// Waits until the clock has moved so far.
    func sleep(_ duration: Duration) async {
        await withCheckedContinuation { continuation in
            _ = setAlarm(at: uptime + duration) { continuation.resume() }
        }
    }
}
