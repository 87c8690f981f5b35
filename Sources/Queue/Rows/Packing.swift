internal import Store

extension Packer {
    /// A value that may not be there.
    mutating func optional<Value>(_ value: Value?, _ body: (inout Packer, Value) -> Void) {
        octet(value == nil ? 0 : 1)
        if let value { body(&self, value) }
    }
}

extension Unpacker {
    mutating func flag() throws(DamagedRow) -> Bool { try octet() != 0 }

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
