/// Numbers and byte strings of a row, packed: unsigned numbers as varints (7 bits in an octet, lowest first), signed ones
/// folded onto them, strings after their length.
///
/// It is inlined into who uses it: a folder of 100,000 messages is read row by row.
public struct Packer: Sendable {
    /// What was packed so far.
    public var octets: [UInt8] = []

    /// Nothing packed yet.
    @inlinable public init() {}

    /// An octet as it is.
    @inlinable public mutating func octet(_ value: UInt8) { octets.append(value) }

    /// A number in as few octets as it needs.
    @inlinable public mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            octets.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        octets.append(UInt8(truncatingIfNeeded: rest))
    }

    /// The same.
    @inlinable public mutating func number(_ value: some FixedWidthInteger & UnsignedInteger) { number(UInt64(value)) }

    /// The same; a negative one becomes 0.
    @inlinable public mutating func number(_ value: Int) { number(UInt64(max(0, value))) }

    /// A number of either sign, short if it is near 0.
    @inlinable public mutating func signed(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    /// Eight octets: for numbers that are never small.
    @inlinable public mutating func fixed(_ value: UInt64) { octets.append(bigEndian: value) }

    /// Octets after their number.
    @inlinable public mutating func string(_ value: [UInt8]) {
        number(value.count)
        octets.append(contentsOf: value)
    }

    /// The UTF-8 octets of a text after their number.
    @inlinable public mutating func text(_ value: String) {
        number(value.utf8.count)
        octets.append(contentsOf: value.utf8)
    }
}

/// Reads what a `Packer` wrote. A row that is not what was written throws, it never traps.
public struct Unpacker: Sendable {
    /// The row, and more around it perhaps.
    public let octets: [UInt8]
    /// What is read next.
    public var offset: Int
    /// One past the last octet that may be read.
    public let end: Int

    /// Reads all of `octets`.
    @inlinable public init(_ octets: [UInt8]) { self.init(octets, 0..<octets.count) }

    /// Reads `range` of `octets`, which has it.
    @inlinable public init(_ octets: [UInt8], _ range: Range<Int>) {
        self.octets = octets
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Whether nothing is left.
    @inlinable public var isAtEnd: Bool { offset >= end }

    /// What `Packer.octet` wrote.
    @inlinable public mutating func octet() throws(DamagedRow) -> UInt8 {
        guard offset < end else { throw DamagedRow() }
        defer { offset += 1 }
        return octets[offset]
    }

    /// What `Packer.number` wrote.
    @inlinable public mutating func number() throws(DamagedRow) -> UInt64 {
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

    /// The same, if it fits.
    @inlinable public mutating func number<Value: FixedWidthInteger>(as type: Value.Type) throws(DamagedRow) -> Value {
        guard let value = Value(exactly: try number()) else { throw DamagedRow() }
        return value
    }

    /// What `Packer.signed` wrote.
    @inlinable public mutating func signed() throws(DamagedRow) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// What `Packer.fixed` wrote.
    @inlinable public mutating func fixed() throws(DamagedRow) -> UInt64 {
        guard end - offset >= 8 else { throw DamagedRow() }
        defer { offset += 8 }
        return try octets.bigEndian(at: offset)
    }

    /// What `Packer.string` wrote.
    @inlinable public mutating func string() throws(DamagedRow) -> [UInt8] { Array(octets[try stringRange()]) }

    /// What `Packer.text` wrote.
    @inlinable public mutating func text() throws(DamagedRow) -> String {
        String(decoding: octets[try stringRange()], as: UTF8.self)
    }

    /// Where the octets of the next string are.
    @inlinable mutating func stringRange() throws(DamagedRow) -> Range<Int> {
        let count = try number(as: Int.self)
        guard count <= end - offset else { throw DamagedRow() }
        defer { offset += count }
        return offset..<offset + count
    }
}

/// A row is not one that this version wrote.
public struct DamagedRow: Error {
    /// It is not.
    @inlinable public init() {}
}

extension [UInt8] {
    /// Appends a number, its highest octet first.
    @inlinable public mutating func append<Number: FixedWidthInteger & UnsignedInteger>(bigEndian number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    /// The number whose octets, the highest first, begin at `offset`.
    @inlinable public func bigEndian<Number: FixedWidthInteger & UnsignedInteger>(
        at offset: Int,
        as type: Number.Type = Number.self
    ) throws(DamagedRow) -> Number {
        guard offset + Number.bitWidth / 8 <= count else { throw DamagedRow() }
        var value: Number = 0
        for index in offset..<offset + Number.bitWidth / 8 { value = value << 8 | Number(self[index]) }
        return value
    }
}
