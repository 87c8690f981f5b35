internal import CRocksDB
internal import Store

/// Changes that the engine applies together.
@safe final class WriteBatch {
    private let database: Database
    private(set) var handle: OpaquePointer
    /// Octets of keys and values put since the last `clear`.
    private(set) var octetCount = 0
    private(set) var isEmpty = true

    /// An empty batch for `database`.
    init(_ database: Database) {
        self.database = database
        unsafe handle = rocksdb_writebatch_create()
    }

    deinit { unsafe rocksdb_writebatch_destroy(handle) }

    /// Sets the value under `key`, with the row's checksum behind it.
    func put(_ family: Database.Family, _ key: [UInt8], _ value: [UInt8]) {
        var checksum: Checksum.Value = 0
        unsafe key.withUnsafeBytes { key in
            unsafe value.withUnsafeBytes { value in
                unsafe checksum = Checksum.of(key, value).littleEndian
                unsafe withUnsafeBytes(of: &checksum) { checksum in
                    var keys: [UnsafePointer<CChar>?] = unsafe [key.baseAddress?.assumingMemoryBound(to: CChar.self)]
                    var values: [UnsafePointer<CChar>?] = unsafe [
                        value.baseAddress?.assumingMemoryBound(to: CChar.self),
                        checksum.baseAddress?.assumingMemoryBound(to: CChar.self),
                    ]
                    unsafe rocksdb_writebatch_putv_cf(
                        handle,
                        database.handle(family),
                        1,
                        &keys,
                        [key.count],
                        2,
                        &values,
                        [value.count, checksum.count]
                    )
                }
            }
        }
        octetCount += key.count + value.count + Checksum.size
        isEmpty = false
    }

    /// Removes `key`.
    func delete(_ family: Database.Family, _ key: [UInt8]) {
        unsafe key.withUnsafeBytes { key in
            unsafe rocksdb_writebatch_delete_cf(
                handle,
                database.handle(family),
                key.baseAddress?.assumingMemoryBound(to: CChar.self),
                key.count
            )
        }
        octetCount += key.count
        isEmpty = false
    }

    /// Forgets everything. The memory stays for the next batch, unless it was a large one.
    func clear() {
        if octetCount > 1 << 20 {
            unsafe rocksdb_writebatch_destroy(handle)
            unsafe handle = rocksdb_writebatch_create()
        } else {
            unsafe rocksdb_writebatch_clear(handle)
        }
        octetCount = 0
        isEmpty = true
    }
}
