import PorticoTesting
import Store
import Synchronization
import Testing
import World

@testable import Queue

/// Two and three nodes on one store that conflicts, fails, does not say what it did, and goes down with all of them. A
/// ledger has what the answers said: nobody works on a job that another holds, what ended stays ended, and nothing that
/// was acknowledged is lost.
struct NodesTests {
    @Test(arguments: 0..<20) func nothingIsLostOrDoneTwice(group: UInt64) async throws {
        for seed in group * 50..<(group + 1) * 50 {
            let world = TestWorld(seed: seed)
            try await TestLoop.run(world) { loop in
                try await Simulation(world, seed: seed).run(on: loop)
            }
        }
    }
}

/// A recipient of a message.
private struct Target: Hashable, Sendable {
    var message: QueueID
    var address: String
}

private final class Ledger: Sendable {
    struct Held { var token: UInt64, until: Timestamp }

    struct State {
        /// Recipients of messages whose adding was acknowledged.
        var acknowledged: Set<Target> = []
        var held: [JobID: Held] = [:]
        /// Recipients that ended, as an answer said; and that may have.
        var ended: Set<Target> = []
        var perhaps: Set<Target> = []
        /// Failures that are to be reported, and the notices made for each.
        var failed: Set<Target> = []
        var notices: [Target: Set<QueueID>] = [:]
        var operations: [UInt64: Set<QueueID>] = [:]
        var problems: [String] = []
    }

    let state = Mutex(State())

    func update<Value: Sendable>(_ body: (inout sending State) -> sending Value) -> Value { state.withLock(body) }

    func taken(_ work: Work, for duration: Duration) {
        update { state in
            let since = work.lease.until.milliseconds - duration.milliseconds
            if let held = state.held[work.lease.job], held.until.milliseconds > since {
                state.problems.append("\(work.lease.job) was leased twice")
            }
            if let held = state.held[work.lease.job], held.token >= work.lease.token {
                state.problems.append("\(work.lease.job) has an older token")
            }
            state.held[work.lease.job] = Held(token: work.lease.token, until: work.lease.until)
            guard work.job.report == nil else { return }
            note(work.message, in: &state)
            for index in work.job.waitingIndices {
                let target = Target(message: work.message.id, address: work.job.recipients[index].address)
                if state.ended.contains(target) { state.problems.append("\(target) came again") }
            }
        }
    }

    /// A notice says in its text whom it reports.
    private func note(_ message: QueuedMessage, in state: inout State) {
        guard message.envelope.reversePath.isEmpty, case .octets(let octets) = message.content else { return }
        let lines = String(decoding: octets, as: UTF8.self).split(separator: "\n")
        guard lines.first == "failure" else { return }
        for line in lines.dropFirst() {
            let parts = line.split(separator: " ")
            guard let id = QueueID(String(parts[0])) else { continue }
            state.notices[Target(message: id, address: String(parts[1])), default: []].insert(message.id)
        }
    }

    func released(_ lease: Lease) {
        update { state in
            if state.held[lease.job]?.token == lease.token { state.held[lease.job]?.until = Timestamp(milliseconds: 0) }
        }
    }
}

private final class Simulation: Sendable {
    private let world: TestWorld
    private let seed: UInt64
    private let ledger = Ledger()
    private let memory: Mutex<MemoryStore>
    private let isOver = Atomic(false)

    init(_ world: TestWorld, seed: UInt64) {
        self.world = world
        self.seed = seed
        memory = Mutex(MemoryStore(sync: { await world.sleep(.milliseconds(Int64(world.random() % 8))) }))
    }

    func run(on loop: TestLoop) async throws {
        for round in 0..<2 {
            let store = memory.withLock { $0 }
            await withTaskGroup(of: Void.self) { group in
                for node in 0..<2 + seed % 2 {
                    group.addTask { [self] in await run(node: node + 10 * UInt64(round), on: store) }
                }
                // The machine under all of them goes down in the middle of whatever they do.
                if round == 0, seed % 3 != 0 {
                    await world.sleep(.milliseconds(Int64(world.random() % 90_000)))
                    memory.withLock { $0 = $0.crashed(seed: world.random()) }
                }
            }
            try await Consistency.check(memory.withLock { $0 }, shards: 4)
        }
        try await drain()
        judge()
    }

    // MARK: Nodes

    private func run(node: UInt64, on memory: MemoryStore) async {
        let store = CountingStore(memory)
        let percent = seed % 5 * 3
        store.setFaults { [world] _, _ in
            guard world.random() % 100 < percent else { return nil }
            let faults: [CountingStore.Fault] = [.unavailable, .unknownButApplied, .unknownNotApplied, .conflict]
            return faults[Int(world.random() % 4)]
        }
        var queue: MailQueue?
        for _ in 0..<20 where queue == nil {
            queue = try? await MailQueue.open(store, world: world.world, configuration: configuration)
        }
        guard let queue else { return }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { [self] in await add(to: queue, node) } }
            for worker in 0..<2 { group.addTask { [self] in await work(on: queue, worker) } }
        }
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.shards = 4
        configuration.homeShards = 2
        configuration.schedule.lifetime = .seconds(300)
        configuration.schedule.warning = .seconds(100)
        for kind in FailureKind.allCases {
            configuration.schedule.backOffs[kind] = .init(.seconds(5), upTo: .seconds(30))
        }
        return configuration
    }

    private func pause(_ milliseconds: UInt64) async {
        await world.sleep(.milliseconds(Int64(world.random() % milliseconds)))
    }

    private func add(to queue: MailQueue, _ node: UInt64) async {
        for _ in 0..<3 {
            await pause(20_000)
            var addresses = ["a@\(world.random() % 3).test", "b@\(world.random() % 3).test"]
            if world.random() % 2 == 0 { addresses.append("c@\(world.random() % 3).test") }
            let number = world.random() % 4 == 0 ? node % 10 : nil
            let operation = number.map { OperationID(high: 7, low: $0) }
            // The operation always adds the same.
            if number != nil { addresses = ["a@0.test"] }
            guard let id = try? await add(addresses, to: queue, operation) else { continue }
            ledger.update { [addresses] state in
                if let number { state.operations[number, default: []].insert(id) }
                for address in addresses { state.acknowledged.insert(Target(message: id, address: address)) }
            }
        }
    }

    private func add(
        _ addresses: [String],
        to queue: MailQueue,
        _ operation: OperationID?
    ) async throws -> QueueID {
        let octets = operation.map { queue.receive(for: $0) } ?? queue.receive()
        let size = world.random() % 6 == 0 ? 300_000 : 40
        try await octets.push(Array(repeating: 0x61, count: size))
        try await octets.finish()
        return try await queue.add(
            NewMessage(octets, Envelope(reversePath: "s@9.test"), to: addresses.map { QueuedRecipient($0) }),
            operation: operation
        )
    }

    private func work(on queue: MailQueue, _ worker: Int) async {
        for _ in 0..<8 {
            await pause(12_000)
            let name = world.random() % 3 == 0 ? QueueName.reports : .outgoing
            let limit = 1 + Int(world.random() % 4)
            let duration = Duration.seconds(20)
            let work = try? await queue.take(name, limit: limit, for: duration, worker: worker)
            for work in work ?? [] { ledger.taken(work, for: duration) }
            for work in work ?? [] {
                switch world.random() % 10 {
                // It dies, and comes again as another.
                case 0: break
                // It is too slow.
                case 1:
                    await world.sleep(.seconds(25))
                    await end(work, on: queue)
                default:
                    await pause(3000)
                    await end(work, on: queue)
                }
            }
        }
    }

    private func end(_ work: Work, on queue: MailQueue, isLast: Bool = false) async {
        if work.job.report != nil { return await report(work, on: queue) }
        var ending: [Target] = []
        var failing: [Target] = []
        let outcomes = work.job.waitingIndices.map { index -> Outcome in
            let address = work.job.recipients[index].address
            let target = Target(message: work.message.id, address: address)
            switch isLast ? 9 : world.random() % 10 {
            case 0: return .unreachable
            case 1: return .greylisted
            case 2: return .full
            case 3, 4:
                ending.append(target)
                if !work.message.envelope.reversePath.isEmpty { failing.append(target) }
                return .unknown
            default:
                ending.append(target)
                return .delivered
            }
        }
        do throws(QueueError) {
            try await queue.complete(Completion(work.lease, .tried(outcomes)))
            ledger.released(work.lease)
            ledger.update { [ending, failing] state in
                for target in ending where !state.ended.insert(target).inserted {
                    state.problems.append("\(target) ended twice")
                }
                state.failed.formUnion(failing)
            }
        } catch {
            guard case .store = error else { return }
            ledger.released(work.lease)
            ledger.update { [ending] state in state.perhaps.formUnion(ending) }
        }
    }

    private func report(_ work: Work, on queue: MailQueue) async {
        let octets = queue.receive(near: work.lease.job)
        var text = ""
        for recipient in work.job.recipients { text += "\(work.message.id) \(recipient.address)\n" }
        let kind = work.job.report == .failure ? "failure\n" : "other\n"
        do throws(QueueError) {
            try await octets.push(Array((kind + text).utf8))
            try await octets.finish()
            let notice = NewMessage(octets, Envelope(reversePath: ""), to: [QueuedRecipient("s@9.test")])
            try await queue.complete(Completion(work.lease, .reported, adding: [notice]))
            ledger.released(work.lease)
        } catch {
            if case .store = error { ledger.released(work.lease) }
        }
    }

    // MARK: The end

    /// One healthy node does what is left.
    private func drain() async throws {
        let store = memory.withLock { $0 }
        let queue = try await MailQueue.open(store, world: world.world, configuration: configuration)
        var isEmpty = false
        for _ in 0..<40 where !isEmpty {
            for name in [QueueName.outgoing, .reports] {
                while true {
                    let work = try await queue.take(name, limit: 50, for: .seconds(20))
                    guard !work.isEmpty else { break }
                    for work in work {
                        ledger.taken(work, for: .seconds(20))
                        await end(work, on: queue, isLast: true)
                    }
                }
            }
            await world.sleep(.seconds(30))
            let queues = try await queue.statistics().queues
            isEmpty = (queues[.outgoing]?.jobs ?? 0) + (queues[.reports]?.jobs ?? 0) == 0
        }
        let left = try await Consistency.check(store, shards: 4)
        for job in left where job.queue.isWorked {
            ledger.update { $0.problems.append("\(job.id) is left in \(job.queue)") }
        }
        for job in left where job.queue == .softBounce {
            ledger.update { state in
                // Their time was over.
                for recipient in job.recipients {
                    state.ended.insert(Target(message: job.id.message, address: recipient.address))
                }
            }
        }
        _ = try await queue.add(try await sentinel(queue))
        await world.sleep(.seconds(2 * 86_400))
        while try await queue.tidy() {}
        try await checkBlobs(store)
    }

    private func sentinel(_ queue: MailQueue) async throws -> NewMessage {
        let octets = queue.receive()
        try await octets.finish()
        return NewMessage(octets, Envelope(reversePath: ""), to: [QueuedRecipient("z@z.test")], in: .error)
    }

    /// What the sweep leaves is named by a message.
    private func checkBlobs(_ store: MemoryStore) async throws {
        for shard in 0..<4 {
            let page = try await store.scan(Keys.partition(shard), Keys.blobs, limit: 10, order: .ascending)
            for index in 0..<page.count {
                let isThere = try await store.size(BlobID(Array(page.key(index).dropFirst()))) != nil
                #expect(!isThere, "a blob is left")
            }
        }
    }

    private func judge() {
        ledger.update { [seed] state in
            for target in state.acknowledged where !state.ended.contains(target) && !state.perhaps.contains(target) {
                state.problems.append("\(target) is lost")
            }
            for (target, notices) in state.notices where notices.count > 1 {
                state.problems.append("\(target) was reported \(notices.count) times")
            }
            for target in state.failed where state.notices[target] == nil {
                state.problems.append("\(target) was not reported")
            }
            for (number, ids) in state.operations where ids.count > 1 {
                state.problems.append("operation \(number) added \(ids)")
            }
            #expect(state.problems.isEmpty, "seed \(seed)")
        }
    }
}
