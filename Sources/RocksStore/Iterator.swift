internal import CRocksDB
internal import Store

/// A place in the engine's keys, at one moment in time.
@safe struct Iterator: ~Copyable {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe rocksdb_iter_destroy(handle) }

    /// Goes to the first key not less than `key`.
    func seek(_ key: [UInt8]) {
        unsafe key.withUnsafeBytes { octets in
            unsafe rocksdb_iter_seek(handle, octets.baseAddress?.assumingMemoryBound(to: CChar.self), octets.count)
        }
    }

    /// Goes to the last key less than `key`.
    func seek(below key: [UInt8]) {
        unsafe key.withUnsafeBytes { octets in
            unsafe rocksdb_iter_seek_for_prev(
                handle,
                octets.baseAddress?.assumingMemoryBound(to: CChar.self),
                octets.count
            )
            // It goes to the key itself if that is there.
            if isValid, unsafe self.octets(rocksdb_iter_key).elementsEqual(octets) { moveBack() }
        }
    }

    func moveForward() { unsafe rocksdb_iter_next(handle) }
    func moveBack() { unsafe rocksdb_iter_prev(handle) }

    /// Whether there is a key here.
    var isValid: Bool { unsafe rocksdb_iter_valid(handle) != 0 }

    /// Why there is no key here, if it is not that they ended.
    var error: EngineError? {
        var message: UnsafeMutablePointer<CChar>?
        unsafe rocksdb_iter_get_error(handle, &message)
        return unsafe EngineError(taking: message)
    }

    /// The key here.
    var key: [UInt8] { unsafe Array(octets(rocksdb_iter_key)) }
    /// The value here.
    func value() throws(StoreError) -> [UInt8] { unsafe Array(try checkedValue()) }
    /// How many octets the key and the value here have.
    var octetCount: Int { unsafe octets(rocksdb_iter_key).count + octets(rocksdb_iter_value).count }

    /// Adds the row here, without the first `prefix` octets of its key, to `page`.
    func append(to page: inout Page, droppingPrefix prefix: Int) throws(StoreError) {
        // The engine's memory stays as it is until the iterator moves.
        let key = unsafe octets(rocksdb_iter_key)
        let value = unsafe try checkedValue().bindMemory(to: UInt8.self)
        unsafe page.append(key: key.span.extracting(prefix...), value: value.span)
    }

    /// Whether the key here comes before `other`.
    func precedes(_ other: [UInt8]) -> Bool {
        let key = unsafe octets(rocksdb_iter_key)
        return unsafe key.lexicographicallyPrecedes(other)
    }

    private func checkedValue() throws(StoreError) -> UnsafeRawBufferPointer {
        unsafe try Checksum.check(
            UnsafeRawBufferPointer(octets(rocksdb_iter_key)),
            UnsafeRawBufferPointer(octets(rocksdb_iter_value))
        )
    }

    private func octets(
        _ read: (OpaquePointer?, UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar>?
    ) -> UnsafeBufferPointer<UInt8> {
        var length = 0
        let start = unsafe read(handle, &length)
        return unsafe UnsafeBufferPointer(
            start: UnsafeRawPointer(start)?.assumingMemoryBound(to: UInt8.self),
            count: length
        )
    }
}
