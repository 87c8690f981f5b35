internal import Store
internal import Synchronization
internal import World

/// A part in a blob's life.
enum BlobChange: Sendable {
    /// A file is about to be made.
    case begin(writer: UInt64)
    /// The blob is there; its octets are `piece`, or in a file if that is nil.
    case finish(BlobID, Manifest, piece: [UInt8]?, Leftover)
    /// The writer's file, which no manifest names, is gone.
    case discard(writer: UInt64)
    /// The blob goes.
    case delete(BlobID, Leftover)
}

extension Database {
    /// What is known of a blob; `isKnown` is false if it may not look where that is.
    func manifest(_ id: BlobID, _ tier: Tier) throws(StoreError) -> (isKnown: Bool, manifest: Manifest?) {
        guard let values = try get(.blobs, KeyList([Keys.manifest(id)]), tier) else { return (false, nil) }
        guard let octets = values.first ?? nil else { return (true, nil) }
        return (true, try Manifest(decoding: octets))
    }

    /// The octets of `range` of a blob; nil if they are not all in memory and it may not look elsewhere.
    func octets(
        _ id: BlobID,
        _ range: Range<Int>,
        _ tier: Tier,
        _ files: LargeFiles
    ) throws(StoreError) -> [UInt8]? {
        let (isKnown, found) = try manifest(id, tier)
        guard isKnown else { return nil }
        guard let manifest = found, range.lowerBound >= 0, UInt64(range.upperBound) <= manifest.size else {
            throw .notFound
        }
        if let checksums = manifest.checksums {
            guard tier == .disk else { return nil }
            if let octets = try files.read(manifest, checksums, range) { return octets }
            // Deleted after its manifest was read, perhaps.
            if try self.manifest(id, .disk).manifest?.writer != manifest.writer { throw .notFound }
            throw .corrupt("a blob without its file")
        }
        var octets: [UInt8] = []
        octets.reserveCapacity(range.count)
        let pieceSize = Int(manifest.pieceSize)
        // A few pieces at a time, so that a long range is in memory once and not twice.
        while octets.count < range.count {
            let position = range.lowerBound + octets.count
            let first = position / pieceSize
            let last = min((range.upperBound - 1) / pieceSize, first + 3)
            let keys = (first...last).map { Keys.piece(manifest.writer, UInt32(clamping: $0)) }
            guard let pieces = try get(.blobs, KeyList(keys), tier) else { return nil }
            for (number, piece) in zip(first...last, pieces) {
                let start = number * pieceSize
                let lower = max(range.lowerBound, start) - start
                let upper = min(range.upperBound - start, pieceSize)
                guard let piece, upper <= piece.count else {
                    // Deleted after its manifest was read, perhaps.
                    if try self.manifest(id, .disk).manifest?.writer != manifest.writer { throw .notFound }
                    throw .corrupt("a blob without a piece")
                }
                if lower == 0, upper == piece.count, octets.isEmpty, range.count == piece.count { return piece }
                octets.append(contentsOf: piece[lower..<upper])
            }
        }
        return octets
    }

    /// Removes the files that no manifest names, and returns a number from which on no writer has one.
    func sweepBlobs(_ files: LargeFiles) throws(StoreError) -> UInt64 {
        let unfinished = try iterate(.blobs, below: Keys.nextWriter, .disk) { iterator throws(StoreError) in
            var unfinished: [UInt64] = []
            iterator.seek([2])
            while iterator.isValid {
                guard let writer: UInt64 = iterator.key.bigEndian(1) else {
                    throw .corrupt("the mark of a blob's writer")
                }
                unfinished.append(writer)
                iterator.moveForward()
            }
            if let error = iterator.error { throw error.asStoreError }
            return unfinished
        }
        let batch = WriteBatch(self)
        for writer in unfinished {
            files.remove(writer)
            batch.delete(.blobs, Keys.unfinished(writer))
        }
        let next = try nextWriter()
        var beyond: [UInt8] = []
        beyond.append(bigEndian: next + Self.writersOfARun)
        batch.put(.blobs, Keys.nextWriter, beyond)
        // A number must never name two files, so it is durable before there is one.
        try write(batch, synchronized: true)
        return next
    }

    private func nextWriter() throws(StoreError) -> UInt64 {
        if let found = try get(.blobs, KeyList([Keys.nextWriter]), .disk)?.first ?? nil {
            guard let next: UInt64 = found.bigEndian(0) else { throw .corrupt("the next writer of a blob") }
            return next
        }
        // Nothing was set aside so far: at the first start, or by an earlier release, whose blobs are all in rows.
        return try iterate(.blobs, below: [2], .disk) { iterator throws(StoreError) in
            iterator.seek(below: [2])
            if let error = iterator.error { throw error.asStoreError }
            let last: UInt64 = iterator.isValid ? iterator.key.bigEndian(1) ?? 0 : 0
            return last + 1
        }
    }

    /// So many numbers are set aside at every start: more than any run gives out, and there are enough for ever.
    private static var writersOfARun: UInt64 { 1 << 40 }
}

/// Writes a blob: one of a single piece into the engine with its manifest, a larger one into a file. No more than a piece
/// waits in memory.
final class RocksBlobWriter: BlobWriter {
    /// Octets of a piece.
    static let pieceSize = 256 << 10

    private struct State {
        var rest: [UInt8] = []
        var file: LargeFile?
        var hasBegun = false
        var isOpen = true
        var hasFailed = false
    }

    private let id: BlobID
    private let writer: UInt64
    private let committer: Committer
    private let files: LargeFiles
    private let pool: BlockingPool
    private let state = Mutex(State())

    /// A writer of the blob `id`, with a number that no other has.
    init(_ id: BlobID, _ writer: UInt64, _ committer: Committer, _ files: LargeFiles, _ pool: BlockingPool) {
        self.id = id
        self.writer = writer
        self.committer = committer
        self.files = files
        self.pool = pool
    }

    deinit {
        guard end() else { return }
        pool.submit { [files, writer, committer] in
            files.remove(writer)
            committer.submit(.blob(.discard(writer: writer), nil))
        }
    }

    func append(_ octets: [UInt8]) async throws(StoreError) {
        guard state.withLock({ $0.isOpen && !$0.hasFailed }) else { throw .unavailable(StoreClosed()) }
        var taken = 0
        while taken < octets.count {
            let piece: [UInt8]? = state.withLock { state in
                let count = min(octets.count - taken, Self.pieceSize - state.rest.count)
                state.rest.append(contentsOf: octets[taken..<taken + count])
                taken += count
                // A full piece stays until there is more: it may be the only one, and that needs no file.
                guard state.isOpen, state.rest.count == Self.pieceSize, taken < octets.count else { return nil }
                defer { state.rest = [] }
                return state.rest
            }
            if let piece { try await attempt { () async throws(StoreError) in try await write(piece) } }
        }
    }

    private func write(_ piece: [UInt8]) async throws(StoreError) {
        if state.withLock({ $0.file == nil }) {
            try await committer.change(.begin(writer: writer))
            state.withLock { $0.hasBegun = true }
            let file = try await pool.run { [files, writer] () throws(StoreError) in try files.create(writer) }
            state.withLock { $0.file = file }
        }
        guard let file = state.withLock({ $0.file }) else { throw .unavailable(StoreClosed()) }
        try await pool.run { () throws(StoreError) in try file.append(piece) }
    }

    func finish() async throws(StoreError) {
        let (isOpen, hasFailed, rest, file) = state.withLock { ($0.isOpen, $0.hasFailed, $0.rest, $0.file) }
        if hasFailed { throw .unavailable(StoreClosed()) }
        guard isOpen else { return }
        let leftover = Leftover()
        try await attempt { () async throws(StoreError) in
            var manifest = Manifest(
                size: UInt64(rest.count),
                pieceSize: UInt32(Self.pieceSize),
                writer: writer,
                checksums: nil
            )
            if let file {
                let checksums = try await pool.run { () throws(StoreError) in
                    if !rest.isEmpty { try file.append(rest) }
                    try file.finish()
                    return file.checksums
                }
                manifest.size += UInt64(checksums.count - (rest.isEmpty ? 0 : 1)) * UInt64(Self.pieceSize)
                manifest.checksums = checksums
            }
            // From here on the file may have a name: it is not removed unless it surely has none.
            state.withLock { $0.hasBegun = false }
            do throws(StoreError) {
                try await committer.change(.finish(id, manifest, piece: file == nil ? rest : nil, leftover))
            } catch {
                if case .unknown = error { throw error }
                state.withLock { $0.hasBegun = file != nil }
                throw error
            }
        }
        state.withLock { state in
            state.isOpen = false
            state.rest = []
            state.file = nil
        }
        if let writer = leftover.writer { await committer.remove(writer, files, pool) }
    }

    func cancel() async {
        // What cannot be removed now is removed when the files are opened again.
        if end() { await committer.remove(writer, files, pool) }
    }

    private func attempt(_ action: () async throws(StoreError) -> Void) async throws(StoreError) {
        do throws(StoreError) {
            try await action()
        } catch {
            state.withLock { $0.hasFailed = true }
            throw error
        }
    }

    /// Forgets what was not finished; whether there may be a file to remove.
    private func end() -> Bool {
        state.withLock { state in
            defer { (state.isOpen, state.rest, state.file) = (false, [], nil) }
            return state.isOpen && state.hasBegun
        }
    }
}

extension Committer {
    /// Removes the file of a writer that no manifest names, then its mark.
    func remove(_ writer: UInt64, _ files: LargeFiles, _ pool: BlockingPool) async {
        await pool.run { files.remove(writer) }
        submit(.blob(.discard(writer: writer), nil))
    }
}

/// Writes a blob that is there already: nothing has to be kept.
struct PresentBlobWriter: BlobWriter {
    let id: BlobID
    let store: RocksStore

    func append(_ octets: [UInt8]) async throws(StoreError) {}

    func finish() async throws(StoreError) {
        // It was there when the writer began. If it was deleted meanwhile, its octets are lost: begin again.
        if try await store.size(id) == nil { throw .unavailable(BlobVanished()) }
    }

    func cancel() async {}
}

/// The blob was deleted while it was being put again.
struct BlobVanished: Error {}
