/// Numbers and byte strings of a row, packed: unsigned numbers as varints (7 bits in an octet, lowest first), signed ones
/// folded onto them, strings after their length.
struct Packer {
    var octets: [UInt8] = []

    mutating func octet(_ value: UInt8) { octets.append(value) }

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            octets.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        octets.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func number(_ value: some FixedWidthInteger & UnsignedInteger) { number(UInt64(value)) }

    mutating func number(_ value: Int) { number(UInt64(max(0, value))) }

    mutating func signed(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    /// Eight octets: for numbers that are never small.
    mutating func fixed(_ value: UInt64) { octets.append(bigEndian: value) }

    mutating func string(_ value: [UInt8]) {
        number(value.count)
        octets.append(contentsOf: value)
    }

    mutating func string(_ value: String) {
        number(value.utf8.count)
        octets.append(contentsOf: value.utf8)
    }

    mutating func uids(_ set: UIDSet) {
        number(set.ranges.count)
        var last: UID = 0
        for range in set.ranges {
            number(range.lowerBound - last)
            number(range.upperBound - range.lowerBound)
            last = range.upperBound
        }
    }
}

/// Reads what a `Packer` wrote. A row that is not what was written throws, it never traps.
struct Unpacker {
    let octets: [UInt8]
    var offset: Int
    let end: Int

    init(_ octets: [UInt8]) { self.init(octets, 0..<octets.count) }

    init(_ octets: [UInt8], _ range: Range<Int>) {
        self.octets = octets
        offset = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { offset >= end }

    mutating func octet() throws(DamagedRow) -> UInt8 {
        guard offset < end else { throw DamagedRow() }
        defer { offset += 1 }
        return octets[offset]
    }

    mutating func number() throws(DamagedRow) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try octet()
            guard shift < 63 || next <= 1 else { throw DamagedRow() }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    mutating func number<Value: FixedWidthInteger>(as type: Value.Type) throws(DamagedRow) -> Value {
        guard let value = Value(exactly: try number()) else { throw DamagedRow() }
        return value
    }

    mutating func signed() throws(DamagedRow) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func fixed() throws(DamagedRow) -> UInt64 {
        guard end - offset >= 8 else { throw DamagedRow() }
        defer { offset += 8 }
        return try bigEndian(octets, at: offset, as: UInt64.self)
    }

    mutating func string() throws(DamagedRow) -> [UInt8] {
        let count = try number(as: Int.self)
        guard count <= end - offset else { throw DamagedRow() }
        defer { offset += count }
        return Array(octets[offset..<offset + count])
    }

    mutating func text() throws(DamagedRow) -> String { String(decoding: try string(), as: UTF8.self) }

    mutating func uids() throws(DamagedRow) -> UIDSet {
        var ranges: [ClosedRange<UID>] = []
        var last: UID = 0
        for _ in 0..<(try number(as: Int.self)) {
            let gap = try number(as: UID.self)
            let length = try number(as: UID.self)
            let (lower, overflowsGap) = last.addingReportingOverflow(gap)
            let (upper, overflowsLength) = lower.addingReportingOverflow(length)
            guard !overflowsGap, !overflowsLength else { throw DamagedRow() }
            ranges.append(lower...upper)
            last = upper
        }
        return UIDSet(ranges: ranges)
    }
}

/// A row is not one that this version wrote.
struct DamagedRow: Error {}
