internal import CRocksDB
internal import CSystem
internal import Store
internal import Synchronization

/// An open RocksDB: the handles, freed when nobody uses them any more, and the reads.
@safe final class Database: @unchecked Sendable {
    /// Where a read may look.
    enum Tier: Sendable {
        /// In memory only: such a read does not block.
        case memory
        /// In the files too.
        case disk

        fileprivate var option: Int32 { self == .memory ? 1 : 0 }
    }

    /// The families of keys.
    enum Family: Sendable {
        /// The format of the files.
        case base
        /// Rows and the heads of partitions.
        case rows
        /// Blobs.
        case blobs
    }

    /// What the families of keys are called; the order is that of `families`.
    private static let names: [StaticString] = ["default", "rows", "blobs"]
    private static let format: [UInt8] = [1]
    private static let formatKey = Array("portico.format".utf8)

    let handle: OpaquePointer
    private let base: OpaquePointer
    private let rows: OpaquePointer
    private let blobs: OpaquePointer
    private let options: Options
    private let memoryReads: OpaquePointer
    private let diskReads: OpaquePointer
    private let closed: Closing

    init(_ configuration: RocksStore.Configuration, closed: Closing) throws(RocksStore.OpenError) {
        let options = Options(configuration)
        var names: [UnsafePointer<CChar>?] = unsafe Self.names.map { name in
            unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        }
        var familyOptions: [OpaquePointer?] = unsafe [options.database, options.rows, options.blobs]
        var families: [OpaquePointer?] = unsafe [nil, nil, nil]
        var message: UnsafeMutablePointer<CChar>?
        let handle = unsafe rocksdb_open_column_families(
            options.database,
            configuration.directory,
            3,
            &names,
            &familyOptions,
            &families,
            &message
        )
        guard let handle = unsafe handle, let base = unsafe families[0], let rows = unsafe families[1],
            let blobs = unsafe families[2]
        else { throw Self.openError(unsafe EngineError(taking: message), configuration.directory) }
        self.options = options
        self.closed = closed
        unsafe self.handle = handle
        unsafe self.base = base
        unsafe self.rows = rows
        unsafe self.blobs = blobs
        unsafe memoryReads = rocksdb_readoptions_create()
        unsafe diskReads = rocksdb_readoptions_create()
        // Rows have checksums of their own: see `Checksum`.
        unsafe rocksdb_readoptions_set_verify_checksums(memoryReads, 0)
        unsafe rocksdb_readoptions_set_verify_checksums(diskReads, 0)
        unsafe rocksdb_readoptions_set_read_tier(memoryReads, Tier.memory.option)
        try checkFormat(configuration.directory)
    }

    deinit {
        unsafe rocksdb_readoptions_destroy(memoryReads)
        unsafe rocksdb_readoptions_destroy(diskReads)
        unsafe rocksdb_column_family_handle_destroy(base)
        unsafe rocksdb_column_family_handle_destroy(rows)
        unsafe rocksdb_column_family_handle_destroy(blobs)
        unsafe rocksdb_close(handle)
        closed.finish()
    }

    private static func openError(_ error: EngineError?, _ directory: String) -> RocksStore.OpenError {
        let reason = error?.message ?? "no reason given"
        // The engine says so in words only: "IO error: While lock file: …" or "IO error: lock hold by current process".
        if reason.contains("lock file") || reason.contains("lock hold by") { return .locked(directory: directory) }
        return .unusable(directory: directory, reason: reason)
    }

    private func checkFormat(_ directory: String) throws(RocksStore.OpenError) {
        let found: [UInt8]?
        do throws(StoreError) {
            found = try get(.base, KeyList([Self.formatKey]), .disk)?.first ?? nil
            if found == nil {
                let batch = WriteBatch(self)
                putFormat(batch)
                try write(batch, synchronized: true)
                // In a file of its own at once, or it would keep the log from being cut for long.
                let options = unsafe rocksdb_flushoptions_create()
                var message: UnsafeMutablePointer<CChar>?
                unsafe rocksdb_flush_cf(handle, options, base, &message)
                unsafe rocksdb_flushoptions_destroy(options)
                if let error = unsafe EngineError(taking: message) { throw error.asStoreError }
            }
        } catch {
            throw .unusable(directory: directory, reason: "\(error)")
        }
        if let found, found != Self.format { throw .unknownFormat(directory: directory) }
    }

    /// Says in `batch` what the format of the files is.
    func putFormat(_ batch: WriteBatch) { batch.put(.base, Self.formatKey, Self.format) }

    /// The handle of a family, as long as this object is there.
    func handle(_ family: Family) -> OpaquePointer {
        switch family {
        case .base: unsafe base
        case .rows: unsafe rows
        case .blobs: unsafe blobs
        }
    }

    /// The engine counts every comparison of keys, for each thread anew, unless it is told not to.
    private static func countNothing() { rocksdb_set_perf_level(Int32(rocksdb_disable)) }

    // MARK: Reading

    /// The values under `keys`, all from one moment; nil if they are not all in memory and it may not look elsewhere.
    func get(_ family: Family, _ keys: KeyList, _ tier: Tier) throws(StoreError) -> [[UInt8]?]? {
        let options = unsafe tier == .memory ? memoryReads : diskReads
        Self.countNothing()
        var slices = unsafe [OpaquePointer?](repeating: nil, count: keys.count)
        var messages = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: keys.count)
        unsafe keys.octets.withUnsafeBytes { octets in
            var starts: [UnsafePointer<CChar>?] = unsafe []
            var lengths: [Int] = []
            unsafe starts.reserveCapacity(keys.count)
            lengths.reserveCapacity(keys.count)
            var start = 0
            for end in keys.ends {
                // Every key has octets, so the memory has an address.
                unsafe starts.append(octets.baseAddress.map { unsafe ($0 + start).assumingMemoryBound(to: CChar.self) })
                lengths.append(end - start)
                start = end
            }
            unsafe rocksdb_batched_multi_get_cf(
                handle,
                options,
                self.handle(family),
                keys.count,
                starts,
                lengths,
                &slices,
                &messages,
                false
            )
        }
        var values: [[UInt8]?] = []
        values.reserveCapacity(keys.count)
        var failure: EngineError?
        var damage: StoreError?
        for index in 0..<keys.count {
            if let error = unsafe EngineError(taking: messages[index]) {
                if failure == nil || failure?.isIncomplete == true { failure = error }
            }
            guard let slice = unsafe slices[index] else {
                values.append(nil)
                continue
            }
            values.append([])
            defer { unsafe rocksdb_pinnableslice_destroy(slice) }
            var length = 0
            let start = unsafe rocksdb_pinnableslice_value(slice, &length)
            do throws(StoreError) {
                values[index] = unsafe try keys.checked(index, UnsafeRawBufferPointer(start: start, count: length))
            } catch {
                damage = error
            }
        }
        if let damage {
            // Of a file that is not open at the moment, a read in memory only may say that it found a key and give
            // something else for its value. The files tell.
            if tier == .memory { return nil }
            throw damage
        }
        guard let failure else { return values }
        if failure.isIncomplete && tier == .memory { return nil }
        throw failure.asStoreError
    }

    /// An iterator over the keys below `upper`, from one moment, lent to `body`.
    func iterate<Value>(
        _ family: Family,
        below upper: [UInt8],
        _ tier: Tier,
        _ body: (borrowing Iterator) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        Self.countNothing()
        let options = unsafe rocksdb_readoptions_create()
        defer { unsafe rocksdb_readoptions_destroy(options) }
        unsafe rocksdb_readoptions_set_read_tier(options, tier.option)
        unsafe rocksdb_readoptions_set_verify_checksums(options, 0)
        let result = unsafe upper.withUnsafeBytes { bound in
            unsafe rocksdb_readoptions_set_iterate_upper_bound(
                options,
                bound.baseAddress?.assumingMemoryBound(to: CChar.self),
                bound.count
            )
            let iterator = unsafe Iterator(rocksdb_create_iterator_cf(handle, options, self.handle(family)))
            return Result { () throws(StoreError) in try body(iterator) }
        }
        return try result.get()
    }

    // MARK: Writing

    /// Applies a batch; if it throws, it may have been applied or not.
    func write(_ batch: WriteBatch, synchronized: Bool) throws(StoreError) {
        Self.countNothing()
        let options = unsafe rocksdb_writeoptions_create()
        defer { unsafe rocksdb_writeoptions_destroy(options) }
        unsafe rocksdb_writeoptions_set_sync(options, synchronized ? 1 : 0)
        var message: UnsafeMutablePointer<CChar>?
        unsafe rocksdb_write(handle, options, batch.handle, &message)
        if let error = unsafe EngineError(taking: message) { throw .unknown(error) }
    }
}

/// What RocksDB said when it failed.
struct EngineError: Error {
    var message: String

    /// Takes over the message that a call left, if it did.
    init?(taking message: UnsafeMutablePointer<CChar>?) {
        guard let message = unsafe message else { return nil }
        self.message = unsafe String(cString: message)
        unsafe rocksdb_free(message)
    }

    /// What was asked for is not in memory.
    var isIncomplete: Bool { message.hasPrefix("Result incomplete") }

    var asStoreError: StoreError { message.hasPrefix("Corruption") ? .corrupt(message) : .unavailable(self) }
}

/// Tells when the files have been closed.
final class Closing: Sendable {
    private struct State { var isClosed = false, waiting: [CheckedContinuation<Void, Never>] = [] }

    private let state = Mutex(State())

    func finish() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.waiting.append(continuation) }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }
}
