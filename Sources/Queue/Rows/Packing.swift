/// Numbers and texts of a row, packed: unsigned numbers as varints (7 bits in an octet, lowest first), signed ones folded
/// onto them, texts after their length.
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

    mutating func number(_ value: Int) { number(UInt64(max(0, value))) }

    mutating func signed(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    mutating func string(_ value: [UInt8]) {
        number(value.count)
        octets.append(contentsOf: value)
    }

    mutating func text(_ value: String) {
        number(value.utf8.count)
        octets.append(contentsOf: value.utf8)
    }

    /// A value that may not be there.
    mutating func optional<Value>(_ value: Value?, _ body: (inout Packer, Value) -> Void) {
        octet(value == nil ? 0 : 1)
        if let value { body(&self, value) }
    }
}

/// Reads what a `Packer` wrote. A row that is not what was written throws, it never traps.
struct Unpacker {
    private let octets: [UInt8]
    private var offset = 0

    init(_ octets: [UInt8]) { self.octets = octets }

    mutating func octet() throws(DamagedRow) -> UInt8 {
        guard offset < octets.count else { throw DamagedRow() }
        defer { offset += 1 }
        return octets[offset]
    }

    mutating func flag() throws(DamagedRow) -> Bool { try octet() != 0 }

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

    mutating func string() throws(DamagedRow) -> [UInt8] {
        let count = try number(as: Int.self)
        guard count <= octets.count - offset else { throw DamagedRow() }
        defer { offset += count }
        return Array(octets[offset..<offset + count])
    }

    mutating func text() throws(DamagedRow) -> String {
        let count = try number(as: Int.self)
        guard count <= octets.count - offset else { throw DamagedRow() }
        defer { offset += count }
        return String(decoding: octets[offset..<offset + count], as: UTF8.self)
    }

    mutating func optional<Value>(
        _ body: (inout Unpacker) throws(DamagedRow) -> Value
    ) throws(DamagedRow) -> Value? {
        try flag() ? try body(&self) : nil
    }

    /// A value of an enumeration by its raw value.
    mutating func choice<Value: RawRepresentable>(
        of type: Value.Type
    ) throws(DamagedRow) -> Value where Value.RawValue == UInt8 {
        guard let value = Value(rawValue: try octet()) else { throw DamagedRow() }
        return value
    }
}

/// A row is not one that this version wrote.
struct DamagedRow: Error {}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger & UnsignedInteger>(bigEndian number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    /// The number whose big-endian octets begin at `offset`.
    func bigEndian<Number: FixedWidthInteger & UnsignedInteger>(
        at offset: Int,
        as type: Number.Type = Number.self
    ) throws(DamagedRow) -> Number {
        guard offset + Number.bitWidth / 8 <= count else { throw DamagedRow() }
        var value: Number = 0
        for index in offset..<offset + Number.bitWidth / 8 { value = value << 8 | Number(self[index]) }
        return value
    }
}
