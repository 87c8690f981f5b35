internal import Store

/// How names of partitions and rows become keys of the engine.
///
///     rows    length(name) name 0x00        the partition's head: its version and last operations
///             length(name) name 0x01 key    a row
///     blobs   0x00 id                       the manifest of a finished blob
///             0x01 writer(8) index(4)       a piece of a blob
///             0x02 writer(8)                the writer has a file, and no manifest names it
///             0x03                          no writer so far has this number or a greater one
///
/// The length comes first, so no partition's keys begin like another's, and within one they order as the row keys do.
enum Keys {
    static let head: UInt8 = 0
    static let row: UInt8 = 1
    /// The first octet after a name that is beyond all its keys.
    static let beyond: UInt8 = 2

    /// The key of a partition's head, with room for a row key of `reserved` octets: the row's kind replaces the last.
    static func head(_ partition: Partition, reserving reserved: Int = 0) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(partition.name.count + 2 + reserved)
        key.append(UInt8(partition.name.count))
        key.append(contentsOf: partition.name)
        key.append(head)
        return key
    }

    /// The key of a row.
    static func row(_ partition: Partition, _ key: RowKey) -> [UInt8] {
        var whole = head(partition, reserving: key.count)
        whole[whole.count - 1] = row
        whole.append(contentsOf: key)
        return whole
    }

    /// The least key beyond all of a partition.
    static func end(_ partition: Partition) -> [UInt8] {
        var key = head(partition)
        key[key.count - 1] = beyond
        return key
    }

    static func manifest(_ id: BlobID) -> [UInt8] { [0] + id.octets }

    static func piece(_ writer: UInt64, _ index: UInt32) -> [UInt8] {
        var key: [UInt8] = [1]
        key.reserveCapacity(13)
        key.append(bigEndian: writer)
        key.append(bigEndian: index)
        return key
    }

    static let nextWriter: [UInt8] = [3]

    static func unfinished(_ writer: UInt64) -> [UInt8] {
        var key: [UInt8] = [2]
        key.append(bigEndian: writer)
        return key
    }
}

/// Some keys of the engine in one piece of memory.
struct KeyList {
    private(set) var octets: [UInt8] = []
    private(set) var ends: [Int] = []

    var count: Int { ends.count }

    init(_ keys: [[UInt8]]) {
        octets.reserveCapacity(keys.reduce(0) { $0 + $1.count })
        for key in keys { append(key) }
    }

    /// The head of `partition`, then the rows under `keys`.
    init(_ partition: Partition, _ keys: [RowKey]) {
        let prefix = Keys.head(partition)
        octets.reserveCapacity(prefix.count * (keys.count + 1) + keys.reduce(0) { $0 + $1.count })
        ends.reserveCapacity(keys.count + 1)
        append(prefix)
        for key in keys {
            octets.append(contentsOf: prefix)
            octets[octets.count - 1] = Keys.row
            append(key)
        }
    }

    /// The value of the key at `index`, taken from what is stored under it.
    func checked(_ index: Int, _ stored: UnsafeRawBufferPointer) throws(StoreError) -> [UInt8] {
        let start = index == 0 ? 0 : ends[index - 1]
        let value = unsafe octets.withUnsafeBytes { octets in
            Result { () throws(StoreError) in
                unsafe Array(try Checksum.check(UnsafeRawBufferPointer(rebasing: octets[start..<ends[index]]), stored))
            }
        }
        return try value.get()
    }

    private mutating func append(_ key: [UInt8]) {
        octets.append(contentsOf: key)
        ends.append(octets.count)
    }
}

extension [UInt8] {
    /// The number in the octets from `offset`; nil if they end before.
    func bigEndian<Number: FixedWidthInteger>(_ offset: Int, as: Number.Type = Number.self) -> Number? {
        guard offset + Number.bitWidth / 8 <= count else { return nil }
        var number: Number = 0
        for octet in self[offset..<offset + Number.bitWidth / 8] {
            number = number << 8 | Number(truncatingIfNeeded: octet)
        }
        return number
    }
}

extension PartitionHead {
    /// The format, the version, then the names of the last commits, the oldest first; each made one version.
    var encoded: [UInt8] {
        var octets: [UInt8] = [1]
        octets.reserveCapacity(9 + 16 * applied.count)
        octets.append(bigEndian: version.number)
        for commit in applied {
            octets.append(bigEndian: commit.operation.high)
            octets.append(bigEndian: commit.operation.low)
        }
        return octets
    }

    init(decoding octets: [UInt8]?) throws(StoreError) {
        self.init()
        guard let octets else { return }
        let count = (octets.count - 9) / 16
        guard octets.first == 1, octets.count == 9 + 16 * count, count <= OperationID.remembered,
            let number: UInt64 = octets.bigEndian(1), UInt64(count) <= number
        else { throw .corrupt("the head of a partition") }
        version = Version(number)
        for index in 0..<count {
            guard let high: UInt64 = octets.bigEndian(9 + 16 * index),
                let low: UInt64 = octets.bigEndian(17 + 16 * index)
            else { throw .corrupt("the head of a partition") }
            let made = Version(number - UInt64(count - 1 - index))
            applied.append(Applied(operation: OperationID(high: high, low: low), version: made))
        }
    }
}

/// What is known of a finished blob.
struct Manifest {
    var size: UInt64
    /// Octets of every piece but the last.
    var pieceSize: UInt32
    var writer: UInt64
    /// Those of the pieces in its file; nil if the pieces are rows.
    var checksums: [UInt32]?

    var pieces: UInt32 { UInt32(clamping: (size + UInt64(pieceSize) - 1) / UInt64(pieceSize)) }

    /// The format (1 for rows, 2 for a file), then the rest.
    var encoded: [UInt8] {
        var octets: [UInt8] = [checksums == nil ? 1 : 2]
        octets.reserveCapacity(21 + 4 * (checksums?.count ?? 0))
        octets.append(bigEndian: size)
        octets.append(bigEndian: pieceSize)
        octets.append(bigEndian: writer)
        for checksum in checksums ?? [] { octets.append(bigEndian: checksum) }
        return octets
    }

    init(size: UInt64, pieceSize: UInt32, writer: UInt64, checksums: [UInt32]?) {
        self.size = size
        self.pieceSize = pieceSize
        self.writer = writer
        self.checksums = checksums
    }

    init(decoding octets: [UInt8]) throws(StoreError) {
        guard let format = octets.first, let size: UInt64 = octets.bigEndian(1),
            let pieceSize: UInt32 = octets.bigEndian(9), let writer: UInt64 = octets.bigEndian(13), pieceSize > 0,
            size <= UInt64(Int.max / 2)
        else { throw .corrupt("the manifest of a blob") }
        self.init(size: size, pieceSize: pieceSize, writer: writer, checksums: nil)
        let rest = octets.count - 21
        guard format == 1 ? rest == 0 : format == 2 && rest == 4 * Int(pieces) else {
            throw .corrupt("the manifest of a blob")
        }
        guard format == 2 else { return }
        checksums = stride(from: 21, to: octets.count, by: 4).compactMap { octets.bigEndian($0) }
    }
}
