internal import Store
internal import Synchronization

/// A part in a blob's life.
enum BlobChange: Sendable {
    /// A piece that is not the last; not durable by itself.
    case piece(writer: UInt64, index: UInt32, [UInt8])
    /// The last piece, if it has octets, and the blob is there.
    case finish(BlobID, Manifest, last: [UInt8])
    /// The writer gave up after so many pieces.
    case discard(writer: UInt64, pieces: UInt32)
    /// The blob goes.
    case delete(BlobID)
}

extension Database {
    /// What is known of a blob; `isKnown` is false if it may not look where that is.
    func manifest(_ id: BlobID, _ tier: Tier) throws(StoreError) -> (isKnown: Bool, manifest: Manifest?) {
        guard let values = try get(.blobs, KeyList([Keys.manifest(id)]), tier) else { return (false, nil) }
        guard let octets = values.first ?? nil else { return (true, nil) }
        return (true, try Manifest(decoding: octets))
    }

    /// The octets of `range` of a blob; nil if they are not all in memory and it may not look elsewhere.
    func octets(_ id: BlobID, _ range: Range<Int>, _ tier: Tier) throws(StoreError) -> [UInt8]? {
        let (isKnown, found) = try manifest(id, tier)
        guard isKnown else { return nil }
        guard let manifest = found, range.lowerBound >= 0, UInt64(range.upperBound) <= manifest.size else {
            throw .notFound
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

    /// Removes the pieces of the writers that had not finished when the files were last in use, and returns a number
    /// that no writer has.
    func sweepBlobs() throws(StoreError) -> UInt64 {
        let (unfinished, next) = try iterate(.blobs, below: [3], .disk) { iterator throws(StoreError) in
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
            iterator.seek(below: [2])
            if let error = iterator.error { throw error.asStoreError }
            let last: UInt64 = iterator.isValid ? iterator.key.bigEndian(1) ?? 0 : 0
            return (unfinished, max(last, unfinished.last ?? 0) + 1)
        }
        for writer in unfinished { try sweep(writer) }
        return next
    }

    private func sweep(_ writer: UInt64) throws(StoreError) {
        let batch = WriteBatch(self)
        let (start, end) = (Keys.piece(writer, 0), Keys.piece(writer, .max) + [0])
        try iterate(.blobs, below: end, .disk) { iterator throws(StoreError) in
            iterator.seek(start)
            while iterator.isValid {
                batch.delete(.blobs, iterator.key)
                iterator.moveForward()
            }
            if let error = iterator.error { throw error.asStoreError }
        }
        batch.delete(.blobs, Keys.unfinished(writer))
        try write(batch, synchronized: false)
    }
}

/// Writes a blob through the committer, one piece at a time: no more than a piece waits in memory.
final class RocksBlobWriter: BlobWriter {
    /// Octets of a piece.
    static let pieceSize = 256 << 10

    private struct State {
        var rest: [UInt8] = []
        var pieces: UInt32 = 0
        var isOpen = true
        var hasFailed = false
    }

    private let id: BlobID
    private let writer: UInt64
    private let committer: Committer
    private let state = Mutex(State())

    /// A writer of the blob `id`, with a number that no other has.
    init(_ id: BlobID, _ writer: UInt64, _ committer: Committer) {
        self.id = id
        self.writer = writer
        self.committer = committer
    }

    deinit {
        if let discard = end() { committer.submit(.blob(discard, nil)) }
    }

    func append(_ octets: [UInt8]) async throws(StoreError) {
        guard state.withLock({ $0.isOpen && !$0.hasFailed }) else { throw .unavailable(StoreClosed()) }
        var taken = 0
        while taken < octets.count {
            let full: (UInt32, [UInt8])? = state.withLock { state in
                let count = min(octets.count - taken, Self.pieceSize - state.rest.count)
                state.rest.append(contentsOf: octets[taken..<taken + count])
                taken += count
                // A full piece stays until there is more: then the last piece is never empty, and a small blob is one
                // commit.
                guard state.isOpen, state.rest.count == Self.pieceSize, taken < octets.count else { return nil }
                defer { (state.rest, state.pieces) = ([], state.pieces + 1) }
                return (state.pieces, state.rest)
            }
            guard let (index, piece) = full else { continue }
            try await change(.piece(writer: writer, index: index, piece))
        }
    }

    func finish() async throws(StoreError) {
        let finish: BlobChange? = state.withLock { state in
            guard state.isOpen, !state.hasFailed else { return nil }
            let size = Int(state.pieces) * Self.pieceSize + state.rest.count
            let manifest = Manifest(size: UInt64(size), pieceSize: UInt32(Self.pieceSize), writer: writer)
            return .finish(id, manifest, last: state.rest)
        }
        guard let finish else {
            if state.withLock({ $0.hasFailed }) { throw .unavailable(StoreClosed()) }
            return
        }
        try await change(finish)
        state.withLock { state in
            state.isOpen = false
            state.rest = []
        }
    }

    func cancel() async {
        // What cannot be removed now is removed when the files are opened again.
        if let discard = end() { try? await committer.change(discard) }
    }

    private func change(_ change: BlobChange) async throws(StoreError) {
        do throws(StoreError) {
            try await committer.change(change)
        } catch {
            state.withLock { $0.hasFailed = true }
            throw error
        }
    }

    /// Forgets what was not written; what has to be removed, if anything.
    private func end() -> BlobChange? {
        state.withLock { state in
            defer { (state.isOpen, state.rest) = (false, []) }
            return state.isOpen && state.pieces > 0 ? .discard(writer: writer, pieces: state.pieces) : nil
        }
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
