internal import Synchronization

// The contracts document their members.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
/// The reference engine: everything in memory, so that what the contracts say can be read, and tested against.
///
/// It models a disk too. A commit, a finished blob and a deleted blob are durable and visible when the call returns, not
/// before; between lies `sync`, which a test may make slow. `crashed` is the machine after a power cut: what had
/// returned is there, what was in flight may be or not.
public final class MemoryStore: Store {
    /// What an engine may choose.
    public struct Configuration: Sendable {
        /// Up to this many octets a body is better kept inside the row commit.
        public var inlineLimit = 256 << 10
        /// The most octets that one value may have.
        public var valueLimit = 32 << 20
        /// A page is cut before it gets more octets than this.
        public var pageLimit = 4 << 20

        /// The usual limits.
        public init() {}
    }

    /// A commit that was let in but is not durable yet.
    private struct Admitted { var partition: Partition, head: PartitionHead, writes: [Write] }

    /// A commit that waits for its turn.
    private struct Waiting {
        var partition: Partition
        var expecting: Version?
        var writes: [Write]
        var operation: OperationID
        /// Told the answer, or nil: it is its turn to make durable what waits. The turn's own request has none.
        var continuation: CheckedContinuation<Result<Version, StoreError>?, Never>?
    }

    private struct Rows { var head = PartitionHead(), rows = SortedRows() }

    private struct State {
        var partitions: [Partition: Rows] = [:]
        var blobs: [BlobID: [UInt8]] = [:]
        var waiting: [Waiting] = []
        var inFlight: [Admitted] = []
        var isSyncing = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let configuration: Configuration
    private let sync: (@Sendable () async -> Void)?

    public var inlineLimit: Int { configuration.inlineLimit }
    public var valueLimit: Int { configuration.valueLimit }

    /// An empty store.
    ///
    /// - Parameters:
    ///   - configuration: its limits.
    ///   - sync: what making something durable takes; it runs once for all commits that are waiting. Without it
    ///     nothing ever waits.
    public init(_ configuration: Configuration = Configuration(), sync: (@Sendable () async -> Void)? = nil) {
        self.configuration = configuration
        self.sync = sync
    }

    /// The machine goes down now: this store refuses everything from here on, and the store returned has what survived:
    /// all that was durable, and of the commits in flight the first few, how many `seed` decides.
    public func crashed(seed: UInt64) -> MemoryStore {
        let survivor = MemoryStore(configuration, sync: sync)
        let (partitions, blobs) = state.withLock { state in
            state.isClosed = true
            var partitions = state.partitions
            let kept = Int(seed % UInt64(state.inFlight.count + 1))
            for admitted in state.inFlight.prefix(kept) { Self.apply(admitted, to: &partitions) }
            return (partitions, state.blobs)
        }
        survivor.state.withLock { ($0.partitions, $0.blobs) = (partitions, blobs) }
        return survivor
    }

    public func close() async { state.withLock { $0.isClosed = true } }

    // MARK: Rows

    public func read(_ partition: Partition, _ keys: [RowKey]) async throws(StoreError) -> Values {
        try opened { state throws(StoreError) in
            guard let rows = state.partitions[partition] else {
                return Values(version: Version(0), values: Array(repeating: nil, count: keys.count))
            }
            return Values(version: rows.head.version, values: keys.map { rows.rows.value($0) })
        }
    }

    public func scan(
        _ partition: Partition,
        _ range: KeyRange,
        limit: Int,
        order: ScanOrder
    ) async throws(StoreError) -> Page {
        // The map is a value: what is scanned outside the lock is the moment at which it was taken.
        let rows = try opened { state throws(StoreError) in state.partitions[partition] }
        var page = Page(version: rows?.head.version ?? Version(0))
        rows?.rows.scan(range, limit: limit, order: order, octetLimit: configuration.pageLimit, into: &page)
        return page
    }

    public func version(of operation: OperationID, in partition: Partition) async throws(StoreError) -> Version? {
        try opened { state throws(StoreError) in state.partitions[partition]?.head.version(of: operation) }
    }

    public func commit(
        _ partition: Partition,
        expecting: Version?,
        _ writes: [Write],
        operation: OperationID
    ) async throws(StoreError) -> Version {
        try StoreLimits.check(writes, valueLimit: valueLimit)
        guard let sync else {
            return try opened { state throws(StoreError) in
                let admitted = try Self.admit(
                    partition,
                    expecting,
                    writes,
                    operation,
                    state.partitions[partition]?.head
                )
                guard let admitted else {
                    return state.partitions[partition]?.head.version(of: operation) ?? Version(0)
                }
                Self.apply(admitted, to: &state.partitions)
                return admitted.head.version
            }
        }
        let request = Waiting(partition: partition, expecting: expecting, writes: writes, operation: operation)
        let answer = await withCheckedContinuation { continuation in
            let leads = state.withLock { state in
                defer { state.isSyncing = true }
                guard state.isSyncing else { return true }
                var waiting = request
                waiting.continuation = continuation
                state.waiting.append(waiting)
                return false
            }
            if leads { continuation.resume(returning: nil) }
        }
        if let answer { return try answer.get() }
        return try await lead(request, sync).get()
    }

    /// Makes a request and all that wait durable together, answers them, and lets the first of those that came meanwhile
    /// do the same. Everything happens in tasks of the callers, so a run on a deterministic executor can be repeated.
    private func lead(_ own: Waiting, _ sync: @Sendable () async -> Void) async -> Result<Version, StoreError> {
        let (group, results) = state.withLock { state in
            let group = [own] + state.waiting
            state.waiting = []
            let results = group.map { waiting in Result { () throws(StoreError) in try Self.admit(waiting, in: &state) }
            }
            return (group, results)
        }
        await sync()
        let (survives, next) = state.withLock { state in
            let survives = !state.isClosed
            if survives { for admitted in state.inFlight { Self.apply(admitted, to: &state.partitions) } }
            state.inFlight = []
            state.isSyncing = !state.waiting.isEmpty
            return (survives, state.isSyncing ? state.waiting.removeFirst() : nil)
        }
        next?.continuation?.resume(returning: nil)
        let answers = survives ? results : results.map { _ in .failure(.unknown(StoreClosed())) }
        for (waiting, answer) in zip(group, answers) { waiting.continuation?.resume(returning: answer) }
        return answers[0]
    }

    private static func admit(_ waiting: Waiting, in state: inout State) throws(StoreError) -> Version {
        guard !state.isClosed else { throw .unavailable(StoreClosed()) }
        let head =
            state.inFlight.last { $0.partition == waiting.partition }?.head ?? state.partitions[waiting.partition]?.head
        let admitted = try admit(waiting.partition, waiting.expecting, waiting.writes, waiting.operation, head)
        guard let admitted else { return head?.version(of: waiting.operation) ?? Version(0) }
        state.inFlight.append(admitted)
        return admitted.head.version
    }

    /// Lets a commit in behind `head`; nil if it was applied before.
    private static func admit(
        _ partition: Partition,
        _ expecting: Version?,
        _ writes: [Write],
        _ operation: OperationID,
        _ head: PartitionHead?
    ) throws(StoreError) -> Admitted? {
        var head = head ?? PartitionHead()
        guard try head.admit(operation, expecting: expecting) else { return nil }
        return Admitted(partition: partition, head: head, writes: writes)
    }

    private static func apply(_ admitted: Admitted, to partitions: inout [Partition: Rows]) {
        partitions[admitted.partition, default: Rows()].head = admitted.head
        for write in admitted.writes {
            switch write {
            case .put(let key, let value): partitions[admitted.partition, default: Rows()].rows.put(key, value)
            case .delete(let key): partitions[admitted.partition, default: Rows()].rows.delete(key)
            }
        }
    }

    private func opened<Value: Sendable>(
        _ body: (inout sending State) throws(StoreError) -> sending Value
    ) throws(StoreError) -> Value {
        try state.withLock { state throws(StoreError) in
            if state.isClosed { throw .unavailable(StoreClosed()) }
            return try body(&state)
        }
    }

    // MARK: Blobs

    public func put(_ id: BlobID) async throws(StoreError) -> any BlobWriter {
        try opened { _ throws(StoreError) in }
        return MemoryBlobWriter { [self] octets throws(StoreError) in
            await sync?()
            try opened { state throws(StoreError) in
                if state.blobs[id] == nil { state.blobs[id] = octets }
            }
        }
    }

    public func get(_ id: BlobID, _ range: Range<Int>) async throws(StoreError) -> [UInt8] {
        let blob = try opened { state throws(StoreError) in state.blobs[id] }
        guard let blob, range.lowerBound >= 0, range.upperBound <= blob.count else { throw .notFound }
        return Array(blob[range])
    }

    public func size(_ id: BlobID) async throws(StoreError) -> Int? {
        try opened { state throws(StoreError) in state.blobs[id]?.count }
    }

    public func delete(_ id: BlobID) async throws(StoreError) {
        await sync?()
        try opened { state throws(StoreError) in state.blobs[id] = nil }
    }
}

/// The store was closed, or its machine went down.
public struct StoreClosed: Error {
    /// The only one.
    public init() {}
}

/// Collects a blob's octets; `finish` hands them over.
private final class MemoryBlobWriter: BlobWriter {
    private let octets = Mutex<[UInt8]?>([])
    private let keep: @Sendable ([UInt8]) async throws(StoreError) -> Void

    init(keep: @escaping @Sendable ([UInt8]) async throws(StoreError) -> Void) { self.keep = keep }

    func append(_ more: [UInt8]) async throws(StoreError) { octets.withLock { $0?.append(contentsOf: more) } }

    func finish() async throws(StoreError) {
        guard let whole = octets.withLock({ $0 }) else { return }
        try await keep(whole)
        await cancel()
    }

    func cancel() async { octets.withLock { $0 = nil } }
}
