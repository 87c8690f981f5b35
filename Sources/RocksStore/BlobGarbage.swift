internal import CRocksDB

/// Decides when files of separated values are rewritten without what was deleted from them. Lives on the committer's
/// thread.
///
/// Left to itself the engine copies the older half of all values again and again as it merges keys, whether or not
/// anything was deleted: it cost more than everything else that a delivery does. Here it copies only while garbage is
/// worth it.
final class BlobGarbage {
    /// Octets written between two looks.
    private static let interval = 64 << 20
    /// Of this many octets at least, and this part of the whole, the garbage is worth copying the rest.
    private static let (leastOctets, worthwhile, negligible): (UInt64, Double, Double) = (64 << 20, 0.3, 0.1)

    private let database: Database
    private var written = 0
    private var collects: [Database.Family: Bool] = [:]

    init(_ database: Database) { self.database = database }

    /// Notes that `octets` more were written, and looks at the files from time to time.
    func wrote(_ octets: Int) {
        written += octets
        guard written >= Self.interval else { return }
        written = 0
        for family in [Database.Family.rows, .blobs] { look(at: family) }
    }

    private func look(at family: Database.Family) {
        guard let size = property("rocksdb.live-blob-file-size", of: family),
            let garbage = property("rocksdb.live-blob-file-garbage-size", of: family)
        else { return }
        let part = Double(garbage) / Double(max(1, size))
        let collects = collects[family] ?? false
        let should = collects ? part > Self.negligible : garbage > Self.leastOctets && part > Self.worthwhile
        guard should != collects else { return }
        if setCollection(should, of: family) { self.collects[family] = should }
    }

    private func property(_ name: StaticString, of family: Database.Family) -> UInt64? {
        var value: UInt64 = 0
        let status = unsafe rocksdb_property_int_cf(
            database.handle,
            database.handle(family),
            UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
            &value
        )
        return status == 0 ? value : nil
    }

    private func setCollection(_ isOn: Bool, of family: Database.Family) -> Bool {
        let texts: [StaticString] = ["enable_blob_garbage_collection", isOn ? "true" : "false"]
        var pointers: [UnsafePointer<CChar>?] = unsafe texts.map { text in
            unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
        }
        var message: UnsafeMutablePointer<CChar>?
        unsafe pointers.withUnsafeMutableBufferPointer { pointers in
            guard let first = pointers.baseAddress else { return }
            unsafe rocksdb_set_options_cf(database.handle, database.handle(family), 1, first, first + 1, &message)
        }
        return unsafe EngineError(taking: message) == nil
    }
}
