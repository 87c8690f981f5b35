internal import CRocksDB
internal import Store

/// The CRC-32C of each row's key and value, kept behind the value and compared whenever the row is read.
///
/// It finds what went wrong on the disk, in the engine or in memory. The engine's own checksums of what it reads are
/// not compared beside it: as distributions build it for every x86-64, its CRC-32C goes octet by octet and took a third
/// of the time to read a message.
enum Checksum {
    typealias Value = UInt32
    /// Octets behind each value.
    static let size = MemoryLayout<Value>.size

    static func of(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Value {
        unsafe portico_crc32c(portico_crc32c(0, key.baseAddress, key.count), value.baseAddress, value.count)
    }

    /// That of a piece of a large body, which has no key.
    static func of(_ piece: [UInt8]) -> Value {
        unsafe piece.withUnsafeBytes { unsafe portico_crc32c(0, $0.baseAddress, $0.count) }
    }

    /// The value without its checksum, if that is right for it and its key.
    static func check(
        _ key: UnsafeRawBufferPointer,
        _ stored: UnsafeRawBufferPointer
    ) throws(StoreError) -> UnsafeRawBufferPointer {
        guard stored.count >= size else { throw .corrupt("a row without its checksum") }
        let value = unsafe UnsafeRawBufferPointer(rebasing: stored[..<(stored.count - size)])
        let expected = unsafe stored.loadUnaligned(fromByteOffset: value.count, as: Value.self)
        guard unsafe of(key, value) == Value(littleEndian: expected) else {
            throw .corrupt("a row whose checksum is another")
        }
        return unsafe value
    }
}
