public import Store
internal import Synchronization

// The contracts document their members.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
/// A store in front of another that counts the calls, makes them slow and makes them fail.
///
/// A call to a distributed engine is a round trip: a test counts the calls of an operation and bounds them, and lets each
/// take as long as it would there.
public final class CountingStore: Store {
    /// What was called since the last `reset`.
    public struct Counts: Hashable, Sendable {
        /// Calls of `read`, and keys asked for.
        public var reads = 0, keysRead = 0
        /// Calls of `scan`, and rows returned.
        public var scans = 0, rowsScanned = 0
        /// Octets of keys and values returned by reads and scans.
        public var octetsRead = 0
        /// Calls of `commit`, refused ones too, and writes in them.
        public var commits = 0, rowsWritten = 0
        /// Octets of keys and values in commits.
        public var octetsWritten = 0
        /// Calls of `version(of:in:)`.
        public var versionQueries = 0
        /// Blobs begun, finished and deleted.
        public var blobPuts = 0, blobFinishes = 0, blobDeletes = 0
        /// Calls of `get` and of `size` for blobs.
        public var blobGets = 0, blobSizes = 0
        /// Octets written to and read from blobs.
        public var blobOctetsWritten = 0, blobOctetsRead = 0

        /// Nothing was called.
        public init() {}

        /// Round trips of all kinds.
        public var calls: Int {
            reads + scans + commits + versionQueries + blobPuts + blobFinishes + blobDeletes + blobGets + blobSizes
        }
    }

    /// How one call fails.
    public enum Fault: Hashable, Sendable {
        /// `.unavailable`: nothing was applied.
        case unavailable
        /// `.unknown`, and it was applied. A call that changes nothing is `.unavailable` instead.
        case unknownButApplied
        /// `.unknown`, and it was not applied. A call that changes nothing is `.unavailable` instead.
        case unknownNotApplied
        /// `.conflict`, as if another had committed first. Only commits; other calls are not touched.
        case conflict
    }

    /// The calls that a fault plan tells apart.
    public enum Call: Hashable, Sendable, CaseIterable {
        /// A call of the contract.
        case read, scan, commit, version, blobPut, blobAppend, blobFinish, blobGet, blobSize, blobDelete
    }

    /// Decides whether a call fails: its kind and how many calls of all kinds came before it.
    public typealias FaultPlan = @Sendable (Call, Int) -> Fault?

    private struct State {
        var counts = Counts()
        var plan: FaultPlan?
        var calls = 0
        var generator: SplitMix
    }

    private let base: any Store
    private let state: Mutex<State>
    private let delay: ClosedRange<Duration>
    private let sleep: (@Sendable (Duration) async -> Void)?

    public var inlineLimit: Int { base.inlineLimit }
    public var valueLimit: Int { base.valueLimit }

    /// A store in front of `base`.
    ///
    /// - Parameters:
    ///   - base: the store that does the work.
    ///   - seed: what the delays are drawn from.
    ///   - delay: how long a call takes, about that of an engine on other machines.
    ///   - sleep: waits for a delay; without it there is none.
    public init(
        _ base: any Store,
        seed: UInt64 = 0,
        delay: ClosedRange<Duration> = .milliseconds(1)...(.milliseconds(2)),
        sleep: (@Sendable (Duration) async -> Void)? = nil
    ) {
        self.base = base
        self.delay = delay
        self.sleep = sleep
        state = Mutex(State(generator: SplitMix(state: seed)))
    }

    /// What was called since the last `reset`.
    public var counts: Counts { state.withLock { $0.counts } }

    /// Counts from zero again, and returns what was counted.
    @discardableResult public func reset() -> Counts {
        state.withLock { state in
            defer { state.counts = Counts() }
            return state.counts
        }
    }

    /// From now on calls fail as `plan` says; without one, none does.
    public func setFaults(_ plan: FaultPlan?) { state.withLock { $0.plan = plan } }

    /// From now on the next `calls` calls of kind `kind` fail with `fault`, and then none.
    public func fail(_ kind: Call, _ fault: Fault, calls: Int = 1) {
        let left = Countdown(calls)
        setFaults { call, _ in
            guard call == kind, left.value.subtract(1, ordering: .relaxed).oldValue > 0 else { return nil }
            return fault
        }
    }

    /// Counts a call, lets it take its time, and says how it fails.
    private func begin(_ call: Call, _ count: @Sendable (inout Counts) -> Void) async -> Fault? {
        let (fault, pause) = state.withLock { state in
            count(&state.counts)
            defer { state.calls += 1 }
            let share = Double(state.generator.next() >> 11) / Double(1 << 53)
            let pause = delay.lowerBound + (delay.upperBound - delay.lowerBound) * share
            return (state.plan?(call, state.calls), pause)
        }
        await sleep?(pause)
        return fault
    }

    private func query(_ call: Call, _ count: @Sendable (inout Counts) -> Void) async throws(StoreError) {
        switch await begin(call, count) {
        case nil, .conflict: return
        case .unavailable, .unknownButApplied, .unknownNotApplied: throw .unavailable(InjectedFault())
        }
    }

    private func change<Value>(
        _ call: Call,
        _ count: @Sendable (inout Counts) -> Void,
        _ body: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        switch await begin(call, count) {
        case nil, .conflict: return try await body()
        case .unavailable: throw .unavailable(InjectedFault())
        case .unknownNotApplied: throw .unknown(InjectedFault())
        case .unknownButApplied:
            _ = try await body()
            throw .unknown(InjectedFault())
        }
    }

    // MARK: Rows

    public func read(_ partition: Partition, _ keys: [RowKey]) async throws(StoreError) -> Values {
        try await query(.read) {
            $0.reads += 1
            $0.keysRead += keys.count
        }
        let values = try await base.read(partition, keys)
        let octets = values.values.reduce(0) { $0 + ($1?.count ?? 0) }
        state.withLock { $0.counts.octetsRead += octets }
        return values
    }

    public func scan(
        _ partition: Partition,
        _ range: KeyRange,
        limit: Int,
        order: ScanOrder
    ) async throws(StoreError) -> Page {
        try await query(.scan) { $0.scans += 1 }
        let page = try await base.scan(partition, range, limit: limit, order: order)
        state.withLock {
            $0.counts.rowsScanned += page.count
            $0.counts.octetsRead += page.octets.count
        }
        return page
    }

    public func commit(
        _ partition: Partition,
        expecting: Version?,
        _ writes: [Write],
        operation: OperationID
    ) async throws(StoreError) -> Version {
        let octets = writes.reduce(0) { $0 + $1.octetCount }
        let fault = await begin(.commit) {
            $0.commits += 1
            $0.rowsWritten += writes.count
            $0.octetsWritten += octets
        }
        switch fault {
        case nil: return try await base.commit(partition, expecting: expecting, writes, operation: operation)
        case .unavailable: throw .unavailable(InjectedFault())
        case .unknownNotApplied: throw .unknown(InjectedFault())
        case .conflict: throw .conflict(try await base.read(partition, []).version)
        case .unknownButApplied:
            _ = try await base.commit(partition, expecting: expecting, writes, operation: operation)
            throw .unknown(InjectedFault())
        }
    }

    public func version(of operation: OperationID, in partition: Partition) async throws(StoreError) -> Version? {
        try await query(.version) { $0.versionQueries += 1 }
        return try await base.version(of: operation, in: partition)
    }

    public func close() async { await base.close() }

    // MARK: Blobs

    public func put(_ id: BlobID) async throws(StoreError) -> any BlobWriter {
        try await query(.blobPut) { $0.blobPuts += 1 }
        return Writer(base: try await base.put(id), store: self)
    }

    public func get(_ id: BlobID, _ range: Range<Int>) async throws(StoreError) -> [UInt8] {
        try await query(.blobGet) {
            $0.blobGets += 1
            $0.blobOctetsRead += range.count
        }
        return try await base.get(id, range)
    }

    public func size(_ id: BlobID) async throws(StoreError) -> Int? {
        try await query(.blobSize) { $0.blobSizes += 1 }
        return try await base.size(id)
    }

    public func delete(_ id: BlobID) async throws(StoreError) {
        try await change(.blobDelete, { $0.blobDeletes += 1 }) { () throws(StoreError) in try await base.delete(id) }
    }

    private struct Writer: BlobWriter {
        let base: any BlobWriter
        let store: CountingStore

        func append(_ octets: [UInt8]) async throws(StoreError) {
            try await store.query(.blobAppend) { $0.blobOctetsWritten += octets.count }
            try await base.append(octets)
        }

        func finish() async throws(StoreError) {
            try await store.change(.blobFinish, { $0.blobFinishes += 1 }) { () throws(StoreError) in
                try await base.finish()
            }
        }

        func cancel() async { await base.cancel() }
    }
}

/// The cause of every error that a `CountingStore` injects.
public struct InjectedFault: Error, Hashable {
    /// The only one.
    public init() {}
}

private final class Countdown: Sendable {
    let value: Atomic<Int>
    init(_ value: Int) { self.value = Atomic(value) }
}

/// A small generator of good enough chance: the same seed gives the same numbers.
struct SplitMix: Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Write {
    /// Octets of the key and the value.
    fileprivate var octetCount: Int {
        switch self {
        case .put(let key, let value): key.count + value.count
        case .delete(let key): key.count
        }
    }
}
