internal import CSystem
internal import Store
internal import Synchronization
internal import World

/// The requests that the committer applies together: what they change, and what each will be told. Lives on the
/// committer's thread.
///
/// A request is checked against what those before it will have made of the data. One that is refused leaves nothing in
/// the batch; if the batch fails, nobody knows what the disk has, so all that were let in are told so. Nothing is written
/// after that until the engine has recovered (from a full disk it does so by itself) or the files are opened again.
final class CommitGroup {
    private enum Answer {
        case version(CheckedContinuation<Result<Version, StoreError>, Never>, Result<Version, StoreError>)
        case done(CheckedContinuation<Result<Void, StoreError>, Never>, Result<Void, StoreError>)
    }

    /// A batch is written once it has so many octets: the next begins then.
    private static let octetLimit = 8 << 20
    /// A commit up to this size is let in although the disk is almost full.
    private static let smallCommit = 16 << 10

    private let database: Database
    private let configuration: RocksStore.Configuration
    private let log: Log
    private let batch: WriteBatch
    private var answers: [Answer] = []
    private var heads = HeadCache()
    /// Partitions whose head the batch still has to write.
    private var moved: [Partition: PartitionHead] = [:]
    /// What the batch makes of blobs: nil where it deletes them.
    private var blobs: [BlobID: Manifest?] = [:]
    private var mustSync = false
    private var free: Int?
    /// A write failed, and the engine has not recovered yet.
    private var failure: StoreError? {
        didSet { health.isBroken.store(failure != nil, ordering: .releasing) }
    }
    private let health: Health
    private var isFull = false
    private var written = 0

    init(_ database: Database, _ configuration: RocksStore.Configuration, _ health: Health, _ log: Log) {
        self.database = database
        batch = WriteBatch(database)
        self.configuration = configuration
        self.health = health
        self.log = log
    }

    /// After a failure: tries whether the engine takes writes again. It does once it has all that was committed in files,
    /// so that what failed is surely not applied.
    func recover() {
        guard failure != nil else { return }
        let probe = WriteBatch(database)
        database.putFormat(probe)
        do throws(StoreError) {
            try database.write(probe, synchronized: true)
            failure = nil
            log(.notice, "store.recovered")
        } catch {}
    }

    /// Takes a request in, or refuses it; `finish` gives the answer.
    func add(_ request: Committer.Request) {
        switch request {
        case .commit(let commit, let continuation):
            answers.append(.version(continuation, Result { () throws(StoreError) in try apply(commit) }))
        case .blob(let change, let continuation):
            let result = Result { () throws(StoreError) in try apply(change) }
            if let continuation { answers.append(.done(continuation, result)) }
        }
        if batch.octetCount >= Self.octetLimit { finish() }
    }

    /// Writes what was let in and answers every request.
    func finish() {
        for (partition, head) in moved { batch.put(.rows, Keys.head(partition), head.encoded) }
        var error: StoreError?
        if !batch.isEmpty {
            do throws(StoreError) {
                try database.write(batch, synchronized: mustSync && configuration.synchronizes)
                for (partition, head) in moved { heads[partition] = head }
                written += batch.octetCount
            } catch let cause {
                error = cause
                failure = .unavailable(cause)
                heads = HeadCache()
                log(.error, "store.failed", [("reason", "\(cause)")])
            }
        }
        for answer in answers {
            switch answer {
            case .version(let continuation, .success(let version)):
                continuation.resume(returning: error.map { .failure($0) } ?? .success(version))
            case .version(let continuation, let refusal): continuation.resume(returning: refusal)
            case .done(let continuation, .success):
                continuation.resume(returning: error.map { .failure($0) } ?? .success(()))
            case .done(let continuation, let refusal): continuation.resume(returning: refusal)
            }
        }
        answers.removeAll(keepingCapacity: true)
        moved.removeAll(keepingCapacity: true)
        blobs.removeAll(keepingCapacity: true)
        batch.clear()
        mustSync = false
        free = nil
    }

    /// Octets written since it was asked last.
    func takeWritten() -> Int {
        defer { written = 0 }
        return written
    }

    // MARK: Rows

    private func apply(_ commit: Committer.Commit) throws(StoreError) -> Version {
        var head = try head(commit.partition)
        guard try head.admit(commit.operation, expecting: commit.expecting) else {
            return head.version(of: commit.operation) ?? head.version
        }
        try checkSpace(for: commit.writes.reduce(0) { $0 + $1.addedOctets })
        batch.append(commit.writes, to: commit.partition)
        moved[commit.partition] = head
        mustSync = true
        return head.version
    }

    /// The head that the partition will have after the requests so far.
    private func head(_ partition: Partition) throws(StoreError) -> PartitionHead {
        if let failure { throw failure }
        if let head = moved[partition] ?? heads[partition] { return head }
        let found = try database.get(.rows, KeyList(partition, []), .disk)?.first ?? nil
        let head = try PartitionHead(decoding: found)
        heads[partition] = head
        return head
    }

    /// Throws `.unavailable` if the disk has no room for `octets` more.
    private func checkSpace(for octets: Int) throws(StoreError) {
        guard configuration.reservedSpace > 0 else { return }
        let free = free ?? freeSpace(configuration.directory)
        self.free = free
        let needed = octets <= Self.smallCommit ? configuration.reservedSpace / 2 : configuration.reservedSpace
        let isFull = free - octets - batch.octetCount < needed
        if isFull && !self.isFull { log(.error, "store.full", [("free", "\(free)")]) }
        self.isFull = isFull
        if isFull { throw .unavailable(DiskFull()) }
    }

    // MARK: Blobs

    private func apply(_ change: BlobChange) throws(StoreError) {
        if let failure { throw failure }
        switch change {
        case .begin(let writer):
            try checkSpace(for: Self.smallCommit + 1)
            batch.put(.blobs, Keys.unfinished(writer), [])
        case .finish(let id, let manifest, let piece, let leftover):
            try finish(id, manifest, piece, leftover)
        case .discard(let writer):
            batch.delete(.blobs, Keys.unfinished(writer))
        case .delete(let id, let leftover):
            guard let manifest = try manifest(id) else { return }
            batch.delete(.blobs, Keys.manifest(id))
            if manifest.checksums == nil {
                for index in 0..<manifest.pieces { batch.delete(.blobs, Keys.piece(manifest.writer, index)) }
            } else {
                // Should the process die before the file is gone, the next one knows that nothing names it.
                batch.put(.blobs, Keys.unfinished(manifest.writer), [])
                leftover.writer = manifest.writer
            }
            blobs[id] = .some(nil)
            mustSync = true
        }
    }

    /// Makes a blob visible. Its file is durable already; a body of one piece becomes durable with its manifest.
    private func finish(
        _ id: BlobID,
        _ manifest: Manifest,
        _ piece: [UInt8]?,
        _ leftover: Leftover
    ) throws(StoreError) {
        mustSync = true
        guard try self.manifest(id) == nil else {
            // Another writer was first.
            if manifest.checksums != nil { leftover.writer = manifest.writer }
            return
        }
        if let piece, !piece.isEmpty {
            try checkSpace(for: piece.count)
            batch.put(.blobs, Keys.piece(manifest.writer, 0), piece)
        }
        batch.put(.blobs, Keys.manifest(id), manifest.encoded)
        if manifest.checksums != nil { batch.delete(.blobs, Keys.unfinished(manifest.writer)) }
        blobs[id] = manifest
    }

    private func manifest(_ id: BlobID) throws(StoreError) -> Manifest? {
        if let known = blobs[id] { return known }
        return try database.manifest(id, .disk).manifest
    }
}

/// The disk has no room that it may use.
struct DiskFull: Error {}

/// Octets that may still be written where `directory` is; as many as one likes if that cannot be told.
func freeSpace(_ directory: String) -> Int {
    var status = statvfs()
    guard unsafe statvfs(directory, &status) == 0 else { return .max / 2 }
    return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
}

/// The heads of the partitions that were committed to of late, so that a commit to one of them reads nothing.
private struct HeadCache {
    private var young: [Partition: PartitionHead] = [:]
    private var old: [Partition: PartitionHead] = [:]
    /// So many heads are kept, or up to half as many less.
    private let limit = 4096

    subscript(partition: Partition) -> PartitionHead? {
        get { young[partition] ?? old[partition] }
        set {
            young[partition] = newValue
            // Those not used while as many others were are dropped.
            if young.count > limit / 2 { (old, young) = (young, [:]) }
        }
    }
}

extension WriteBatch {
    /// Adds the writes of a commit, each key made in the same piece of memory.
    fileprivate func append(_ writes: [Write], to partition: Partition) {
        var key = Keys.head(partition, reserving: StoreLimits.key)
        let prefix = key.count
        key[prefix - 1] = Keys.row
        for write in writes {
            key.removeLast(key.count - prefix)
            switch write {
            case .put(let row, let value):
                key.append(contentsOf: row)
                put(.rows, key, value)
            case .delete(let row):
                key.append(contentsOf: row)
                delete(.rows, key)
            }
        }
    }
}

extension Write {
    /// Octets that it adds for good: removals make room in the end, so they are let in while the disk is almost full.
    fileprivate var addedOctets: Int {
        switch self {
        case .put(let key, let value): key.count + value.count
        case .delete: 0
        }
    }
}
