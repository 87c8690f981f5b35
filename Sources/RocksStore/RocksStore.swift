internal import CSystem
internal import Glibc
public import Store
internal import Synchronization
public import World

/// The embedded engine: RocksDB, for one machine.
///
/// - One thread commits: all that waits, of all partitions, in one batch with one sync (`Committer`).
/// - A read first looks in memory, on the caller's thread; if that is not enough it is repeated on the pool, where it may
///   wait for the disk.
/// - A process that dies loses nothing that was answered; the next one opens the same folder and replays the log.
// The contracts document their members.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
public final class RocksStore: Store {
    private let configuration: Configuration
    private let database: Mutex<Database?>
    private let closed: Closing
    private let committer: Committer
    private let pool: BlockingPool
    private let nextWriter: Atomic<UInt64>
    private let files: LargeFiles

    public var inlineLimit: Int { configuration.inlineLimit }
    public var valueLimit: Int { configuration.valueLimit }

    /// Opens the files, or makes them.
    ///
    /// - Parameters:
    ///   - configuration: where they are, and the limits.
    ///   - pool: where reads wait for the disk.
    ///   - log: told when the engine fails.
    /// - Throws: why the files cannot be opened.
    public init(_ configuration: Configuration, pool: BlockingPool, log: Log = .none) throws(OpenError) {
        try Self.makeDirectory(configuration.directory)
        self.configuration = configuration
        self.pool = pool
        files = LargeFiles(configuration)
        closed = Closing()
        let database = try Database(configuration, closed: closed)
        do throws(StoreError) {
            nextWriter = Atomic(try database.sweepBlobs(files))
        } catch {
            throw .unusable(directory: configuration.directory, reason: "\(error)")
        }
        committer = Committer(database, configuration, log)
        self.database = Mutex(database)
    }

    deinit { committer.stop() }

    public func close() async {
        committer.stop()
        database.withLock { $0 = nil }
        await closed.wait()
    }

    /// Makes the folder and those above it, readable by nobody else: it is people's mail.
    private static func makeDirectory(_ directory: String) throws(OpenError) {
        let octets = Array(directory.utf8)
        for end in octets.indices where end > 0 && (octets[end] == 0x2F || end == octets.count - 1) {
            let path = String(decoding: octets[...end], as: UTF8.self)
            if unsafe mkdir(path, 0o700) != 0, errno != EEXIST, end == octets.count - 1 {
                throw .unusable(directory: directory, reason: unsafe String(cString: strerror(errno)))
            }
        }
    }

    /// The files, while they are open. They stay open until whoever asked has finished.
    private func opened() throws(StoreError) -> Database {
        guard let database = database.withLock({ $0 }) else { throw .unavailable(StoreClosed()) }
        return database
    }

    // MARK: Rows

    public func read(_ partition: Partition, _ keys: [RowKey]) async throws(StoreError) -> Values {
        let database = try opened()
        let list = KeyList(partition, keys)
        // Of many rows the first shows whether they are in memory: to look for all in vain would cost as much again.
        var mayBeWarm = true
        if keys.count >= 8 { mayBeWarm = try database.get(.rows, KeyList(partition, [keys[0]]), .memory) != nil }
        if mayBeWarm, let found = try database.get(.rows, list, .memory) { return try Values(found) }
        return try await pool.run { () throws(StoreError) in
            try Values(try database.get(.rows, list, .disk) ?? [])
        }
    }

    public func scan(
        _ partition: Partition,
        _ range: KeyRange,
        limit: Int,
        order: ScanOrder
    ) async throws(StoreError) -> Page {
        let database = try opened()
        let scan = Scan(partition, range, limit: limit, order: order, pageLimit: configuration.pageLimit)
        if let page = try database.page(scan, .memory) { return page }
        return try await pool.run { () throws(StoreError) in
            try database.page(scan, .disk) ?? Page(version: Version(0))
        }
    }

    public func commit(
        _ partition: Partition,
        expecting: Version?,
        _ writes: [Write],
        operation: OperationID
    ) async throws(StoreError) -> Version {
        try StoreLimits.check(writes, valueLimit: valueLimit)
        return try await committer.commit(
            Committer.Commit(partition: partition, expecting: expecting, writes: writes, operation: operation)
        )
    }

    public func version(of operation: OperationID, in partition: Partition) async throws(StoreError) -> Version? {
        // What became of a write that failed is not known before the files are opened again.
        if committer.isBroken { throw .unavailable(StoreClosed()) }
        let database = try opened()
        let list = KeyList(partition, [])
        let found =
            if let found = try database.get(.rows, list, .memory) {
                found
            } else {
                try await pool.run { () throws(StoreError) in try database.get(.rows, list, .disk) ?? []
                }
            }
        return try PartitionHead(decoding: found.first ?? nil).version(of: operation)
    }

    // MARK: Blobs

    public func put(_ id: BlobID) async throws(StoreError) -> any BlobWriter {
        if try await size(id) != nil { return PresentBlobWriter(id: id, store: self) }
        return RocksBlobWriter(id, nextWriter.add(1, ordering: .relaxed).oldValue, committer, files, pool)
    }

    public func get(_ id: BlobID, _ range: Range<Int>) async throws(StoreError) -> [UInt8] {
        let database = try opened()
        if let octets = try database.octets(id, range, .memory, files) { return octets }
        return try await pool.run { [files] () throws(StoreError) in
            try database.octets(id, range, .disk, files) ?? []
        }
    }

    public func size(_ id: BlobID) async throws(StoreError) -> Int? {
        let database = try opened()
        let (isKnown, manifest) = try database.manifest(id, .memory)
        if isKnown { return manifest.map { Int(clamping: $0.size) } }
        return try await pool.run { () throws(StoreError) in
            try database.manifest(id, .disk).manifest.map { Int(clamping: $0.size) }
        }
    }

    public func delete(_ id: BlobID) async throws(StoreError) {
        let leftover = Leftover()
        try await committer.change(.delete(id, leftover))
        if let writer = leftover.writer { await committer.remove(writer, files, pool) }
    }
}

extension Values {
    /// What was found for a partition's head and the rows after it.
    fileprivate init(_ found: [[UInt8]?]) throws(StoreError) {
        let head = try PartitionHead(decoding: found.first ?? nil)
        self.init(version: head.version, values: Array(found.dropFirst()))
    }
}
