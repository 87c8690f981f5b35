extension [UInt8] {
    /// Appends the decimal digits of `number`, without allocating.
    public mutating func append(decimal number: some FixedWidthInteger & UnsignedInteger) {
        var value = UInt64(truncatingIfNeeded: number)
        var digits = InlineArray<20, UInt8>(repeating: 0x30)
        var start = 20
        repeat {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
            start -= 1
            digits[start] = 0x30 + UInt8(truncatingIfNeeded: remainder)
            value = quotient
        } while value > 0
        for index in start..<20 { append(digits[index]) }
    }

    /// Appends the decimal digits of `number`, with `-` before a negative one.
    public mutating func append(decimal number: Int) {
        if number < 0 { append(0x2D) }
        append(decimal: number.magnitude)
    }
}

/// The value of `octets` as 1*DIGIT and nothing else; nil if there is another octet, none at all, more than 20 digits (leading
/// zeros too), or an overflow.
public func decimal<Value: FixedWidthInteger>(_ octets: Span<UInt8>, as type: Value.Type = Value.self) -> Value? {
    var cursor = Cursor(over: octets)
    guard let value = try? cursor.number(Value.self, in: octets, as: "1*DIGIT"), cursor.isAtEnd else { return nil }
    return value
}
