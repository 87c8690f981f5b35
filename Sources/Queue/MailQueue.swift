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
    let store: any Store
    let world: World
    let settings: Configuration
    let shards: [ShardWriter]
    let news: News
    /// The first of the shards that new mail goes to.
    let home: Int
    private let turn = Atomic(0)
    /// Octets of messages on their way in that are in memory.
    private let incoming = Atomic(0)
    /// What is to be written for `trace`.
    let waiting = Mutex<[TraceNote]>([])

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

    /// The message that was added under that id, not longer ago than `Configuration.operationLife`; nil if there was none.
    public func message(addedBy operation: OperationID) async throws(QueueError) -> QueueID? {
        let shard = Int(truncatingIfNeeded: operation.low % UInt64(shards.count))
        return try await shards[shard].perform { draft throws(QueueError) in try await draft.added(by: operation) }
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
