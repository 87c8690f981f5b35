public import Store
internal import Synchronization
public import World

/// The queue of mail on its way: messages, and jobs that workers take, try and complete, on any engine.
///
/// - What `add` returned for is durable. A message for several domains is one job for each, which go their own ways; its
///   octets are stored once and stay until the last job has ended.
/// - A job that was taken is leased: until the lease is over nobody else gets it, on this node or another. Then it may
///   be taken again, and what the former holder says of it is refused. So each job is completed once for each lease that
///   was in time, and none is lost: a worker that dies between sending and completing makes a message arrive twice,
///   never not at all.
/// - A destination that fails is held as one: however many jobs wait for it, they are not looked at.
/// - Failures and the reports on them are one commit each: a recipient that failed stands in the queue `reports` until a
///   completion says `.reported`, which adds the notification in the same commit.
///
/// It is spread over partitions (`Configuration.shards`), and changes of one partition share commits, so it gets faster
/// with more workers and more nodes.
public final class MailQueue: Sendable {
    private let store: any Store
    private let world: World
    let settings: Configuration
    private let shards: [ShardWriter]
    private let news: News
    /// The first of the shards that new mail goes to.
    private let home: Int
    private let turn = Atomic(0)
    /// Octets of messages on their way in that are in memory.
    private let incoming = Atomic(0)

    /// Opens the queue in `store`, or makes it.
    public static func open(
        _ store: any Store,
        world: World,
        configuration: Configuration = Configuration()
    ) async throws(QueueError) -> MailQueue {
        do throws(StoreError) {
            let shards = try await layout(of: store, world, wanted: configuration.shards)
            return MailQueue(store, world, configuration, shards: shards)
        } catch {
            throw .store(error)
        }
    }

    /// How many shards the store has, from its first use on.
    private static func layout(of store: any Store, _ world: World, wanted: Int) async throws(StoreError) -> Int {
        var shards = 1
        while shards < min(256, wanted) { shards *= 2 }
        let row = UInt8(truncatingIfNeeded: shards.trailingZeroBitCount)
        for _ in 0..<8 {
            let found = try await store.read(Keys.layout, [[]])
            if let row = found.values[0] {
                guard row.count == 1, row[0] <= 8 else { throw .corrupt("layout of the queue") }
                return 1 << Int(row[0])
            }
            let operation = OperationID(high: world.random(), low: world.random())
            do throws(StoreError) {
                _ = try await store.commit(
                    Keys.layout,
                    expecting: found.version,
                    [.put([], [row])],
                    operation: operation
                )
                return shards
            } catch {
                // Another node was first, or it may have been this one: what is there says it.
                switch error {
                case .conflict, .unknown: continue
                default: throw error
                }
            }
        }
        throw .unavailable(StoreClosed())
    }

    private init(_ store: any Store, _ world: World, _ configuration: Configuration, shards count: Int) {
        self.store = store
        self.world = world
        settings = configuration
        let news = News()
        self.news = news
        shards = (0..<count).map { shard in
            ShardWriter(shard: shard, store: store, world: world, settings: configuration, news: news)
        }
        home = Int(world.random() % UInt64(count))
    }

    // MARK: Adding

    /// Begins to take in a message.
    ///
    /// - Parameter job: a job that is worked on, with whose completion the message is to be added.
    /// - Returns: where its octets go.
    public func receive(near job: JobID? = nil) -> IncomingOctets {
        if let job { return IncomingOctets(self, shard: job.message.shard % shards.count) }
        let homes = max(1, min(settings.homeShards, shards.count))
        let turn = turn.add(1, ordering: .relaxed).oldValue
        return IncomingOctets(self, shard: (home + turn % homes) % shards.count)
    }

    /// Adds a message; it is durable when this returns. One commit for a message up to the engine's inline limit, which it
    /// shares with whatever else happens in its shard.
    ///
    /// - Parameters:
    ///   - message: its octets finished.
    ///   - operation: if given, and a message was added under the same id not longer ago than
    ///     `Configuration.operationLife`, nothing happens, and that message's id is returned: twice is the same as once.
    /// - Returns: the message's id.
    /// - Throws: if `.store`, the message may be there or not.
    public func add(_ message: NewMessage, operation: OperationID? = nil) async throws(QueueError) -> QueueID {
        let received = try ReceivedMessage(of: message)
        // The same operation must find the same shard.
        let shard = operation.map { Int(truncatingIfNeeded: $0.low % UInt64(shards.count)) } ?? message.octets.shard
        if operation != nil, case .blob = received.content, shard != message.octets.shard {
            message.octets.giveBack()
            throw .refused("a message with an operation is received with `receive(for:)`")
        }
        do throws(QueueError) {
            let id = try await shards[shard].perform { draft throws(QueueError) in
                try await draft.add(received, operation: operation)
            }
            return id
        } catch {
            // The store's failure leaves it open whether the message is there.
            if case .store = error {} else { message.octets.giveBack() }
            throw error
        }
    }

    /// Begins to take in a message that is to be added by `operation`.
    public func receive(for operation: OperationID) -> IncomingOctets {
        IncomingOctets(self, shard: Int(truncatingIfNeeded: operation.low % UInt64(shards.count)))
    }

    /// Notes that messages on their way in take `octets` more memory; returns whether there is room.
    func hold(_ octets: Int) -> Bool {
        incoming.add(octets, ordering: .relaxed).newValue <= settings.incomingOctets
    }

    var inlineLimit: Int { store.inlineLimit }

    /// Begins a blob, after its row says that it may be there.
    func beginBlob(in shard: Int) async throws(QueueError) -> (id: [UInt8], writer: any BlobWriter) {
        let id = [0x71] + world.randomOctets(15)
        try await shards[shard].perform { draft throws(QueueError) in
            draft.put(Keys.blob(id), BlobRow.row(begun: draft.now))
        }
        do throws(StoreError) { return (id, try await store.put(BlobID(id))) } catch { throw .store(error) }
    }

    /// Deletes a blob that no message has; if that fails, the sweep will.
    func forgetBlob(_ id: [UInt8], in shard: Int) async {
        try? await shards[shard].perform { draft throws(QueueError) in
            let row = try await draft.read([Keys.blob(id)])[0]
            if row != nil { draft.release(blob: id) }
        }
    }

    // MARK: Taking

    /// Leases jobs that are due, the most urgent first.
    ///
    /// - Parameters:
    ///   - queue: one that is worked on.
    ///   - limit: at most so many.
    ///   - duration: how long the lease holds; from some minutes on, so that a slow server does not outlast it.
    ///   - worker: workers of different numbers look into different shards first.
    ///   - destination: only jobs that go there, for a connection that is open.
    ///   - room: how many jobs of a destination may be taken now; 0 for one that has enough to do. It may be called
    ///     more than once.
    /// - Returns: the jobs, those of one destination together; empty if nothing is due.
    /// - Throws: `.store`; jobs that it left leased come back when the lease is over.
    public func take(
        _ queue: QueueName,
        limit: Int,
        for duration: Duration,
        worker: Int = 0,
        destination: String? = nil,
        room: @escaping @Sendable (String) -> Int = { _ in .max }
    ) async throws(QueueError) -> [Work] {
        guard queue.isWorked else { throw .refused("nobody works on the queue \(queue)") }
        var work: [Work] = []
        for offset in shards.indices where work.count < limit {
            let shard = shards[(home + worker + offset) % shards.count]
            // Bounded, so that a clock with much to do does not keep those waiting that ask.
            for _ in 0..<4 where work.count < limit {
                guard mayHaveWork(shard, queue) else { break }
                let request = TakeRequest(
                    queue: queue,
                    limit: limit - work.count,
                    duration: duration,
                    destination: destination,
                    room: room
                )
                let taken: Taken
                do throws(QueueError) {
                    taken = try await shard.perform { draft throws(QueueError) in try await draft.take(request) }
                } catch {
                    // What other shards gave is leased, and must not be forgotten.
                    if work.isEmpty { throw error }
                    return work
                }
                work += taken.work
                guard taken.hasMore, taken.work.isEmpty else { break }
            }
        }
        return work
    }

    /// Whether the shard may have something due: as far as this process knows, which other nodes may have changed.
    private func mayHaveWork(_ shard: ShardWriter, _ queue: QueueName) -> Bool {
        guard let (head, moment) = shard.known else { return true }
        if head.nextDue(queue) <= world.now() { return true }
        guard world.uptime() - moment >= settings.pollInterval else { return false }
        shard.forget()
        return true
    }

    /// Moves the end of leases to `duration` from now. Those that are over are not in the answer.
    public func renew(_ leases: [Lease], for duration: Duration) async throws(QueueError) -> [Lease] {
        var renewed: [Lease] = []
        for (shard, leases) in byShard(leases, { $0.job }) {
            renewed += try await shards[shard].perform { draft throws(QueueError) in
                try await draft.renew(leases, for: duration)
            }.compactMap(\.self)
        }
        return renewed
    }

    /// When something of `queue` is due next, as far as this process knows; in the past if something may be due now.
    /// Never later than `Configuration.pollInterval` from now, as other nodes add jobs too.
    public func nextDue(_ queue: QueueName) -> Timestamp {
        let latest = world.now().later(by: settings.pollInterval)
        return shards.reduce(latest) { next, shard in
            min(next, shard.known?.head.nextDue(queue) ?? Timestamp(milliseconds: 0))
        }
    }

    /// Calls `handler`, from any thread, whenever a commit of this process made a job due at once. It must not wait; it
    /// may be called for nothing. Until the observation is cancelled.
    public func onWork(_ handler: @escaping @Sendable () -> Void) -> WorkObservation {
        let number = news.add(handler)
        return WorkObservation { [news] in news.remove(number) }
    }

    // MARK: Completing

    /// Ends a lease with what came of it, all in one commit: what becomes of the recipients, what is to be reported,
    /// when it is tried again, and the messages that are added.
    ///
    /// - Returns: the ids of the added messages.
    /// - Throws: `.leaseLost` if the lease is over: then nothing happened.
    @discardableResult public func complete(_ completion: Completion) async throws(QueueError) -> [QueueID] {
        try await complete([completion])[0].get()
    }

    /// Ends several leases, those of one shard in one commit; one result for each.
    public func complete(_ completions: [Completion]) async -> [Result<[QueueID], QueueError>] {
        var results: [Result<[QueueID], QueueError>] = completions.map { _ in .success([]) }
        var received: [Int: ReceivedCompletion] = [:]
        for (index, completion) in completions.enumerated() {
            do throws(QueueError) {
                received[index] = try self.received(completion)
            } catch {
                results[index] = .failure(error)
            }
        }
        for (shard, indices) in byShard(received.keys.sorted(), { completions[$0].lease.job }) {
            let part = indices.compactMap { received[$0] }
            do throws(QueueError) {
                let done = try await shards[shard].perform { draft throws(QueueError) in
                    try await draft.complete(part)
                }
                for (index, result) in zip(indices, done) {
                    results[index] = result.map(\.added)
                    switch result {
                    case .success(let completed):
                        if let lane = completed.recovered { await release(lane, except: shard) }
                    case .failure: for message in completions[index].added { message.octets.giveBack() }
                    }
                }
            } catch {
                for index in indices { results[index] = .failure(error) }
            }
        }
        return results
    }

    private func received(_ completion: Completion) throws(QueueError) -> ReceivedCompletion {
        var added: [ReceivedMessage] = []
        for message in completion.added {
            guard message.octets.shard == completion.lease.job.message.shard % shards.count else {
                throw .refused("what a completion adds is received with `receive(near:)`")
            }
            added.append(try ReceivedMessage(of: message))
        }
        return ReceivedCompletion(
            lease: completion.lease,
            result: completion.result,
            host: completion.host,
            added: added
        )
    }

    /// Has the other shards ask a destination again that has answered. If that fails they ask it when its time comes.
    private func release(_ lane: LaneID, except known: Int) async {
        for shard in shards where shard.shard != known {
            try? await shard.perform { draft throws(QueueError) in try await draft.release(lane) }
        }
    }

    private func byShard<Element>(
        _ elements: [Element],
        _ job: (Element) -> JobID
    ) -> [(shard: Int, elements: [Element])] {
        var groups: [Int: [Element]] = [:]
        for element in elements { groups[job(element).message.shard % shards.count, default: []].append(element) }
        return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    // MARK: Octets

    /// The octets of `range` of a message that is worked on. `range` lies within its size; a caller asks for bounded
    /// pieces.
    public func octets(of message: QueuedMessage, _ range: Range<Int>) async throws(QueueError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= message.size else { throw .notFound }
        do throws(StoreError) {
            switch message.content {
            case .octets(let octets): return Array(octets[range])
            case .blob(let id): return try await store.get(BlobID(id), range)
            case .row:
                let partition = Keys.partition(message.id.shard % shards.count)
                let row = try await store.read(partition, [Keys.content(message.id)]).values[0]
                guard let row, range.upperBound <= row.count else { throw .notFound }
                return Array(row[range])
            }
        } catch {
            if case .notFound = error { throw .notFound }
            throw .store(error)
        }
    }

    // MARK: For administration

    /// Runs `body` on the shard of a message.
    func perform<Value: Sendable>(
        on id: QueueID,
        _ body: @escaping @Sendable (inout Draft) async throws(QueueError) -> Value
    ) async throws(QueueError) -> Value { try await shards[id.shard % shards.count].perform(body) }

    /// Runs `body` on each shard.
    func performOnAll<Value: Sendable>(
        _ body: @escaping @Sendable (inout Draft) async throws(QueueError) -> Value
    ) async throws(QueueError) -> [Value] {
        var values: [Value] = []
        for shard in shards { values.append(try await shard.perform(body)) }
        return values
    }

    /// A shard's head row, as new as `pollInterval` at most.
    func head(of shard: Int) async throws(QueueError) -> Head {
        if let (head, moment) = shards[shard].known, world.uptime() - moment < settings.pollInterval { return head }
        shards[shard].forget()
        return try await shards[shard].perform { draft throws(QueueError) in draft.head }
    }

    func forgetFailure(of lane: LaneID) { news.tell(News.Event(up: [lane])) }

    var shardCount: Int { shards.count }
    var rows: any RowStore { store }
    var clock: Timestamp { world.now() }
}

extension ReceivedMessage {
    init(of message: NewMessage) throws(QueueError) {
        let used = try message.octets.use()
        do throws(QueueError) {
            try self.init(message, size: used.size, content: used.content, octets: used.octets)
        } catch {
            message.octets.giveBack()
            throw error
        }
    }
}

/// Somebody who is told of work; cancelled at the latest when it is let go.
public final class WorkObservation: Sendable {
    private let end: @Sendable () -> Void

    init(_ end: @escaping @Sendable () -> Void) { self.end = end }

    deinit { end() }

    /// From now on nobody is told.
    public func cancel() { end() }
}
