/// The literals that stand in brackets instead of a domain. RFC 5321 §4.1.3.
extension Cursor {
    /// Takes an IPv4-address-literal, four numbers of at most three digits, 0…255, or throws. RFC 5321 §4.1.3.
    public mutating func addressV4(in octets: Span<UInt8>) throws(SyntaxError) {
        for place in 0..<4 {
            if place > 0 { try expect(UInt8(ascii: "."), in: octets, as: "IPv4-address-literal") }
            let start = offset
            let value = try number(UInt16.self, in: octets, as: "IPv4-address-literal")
            guard offset - start <= 3, value <= 255 else {
                throw SyntaxError(offset: start, expected: "IPv4-address-literal")
            }
        }
    }

    /// Takes an IPv6-addr or throws: eight groups, or fewer around one `::` that stands for at least two; the last two may
    /// be written as an IPv4 address. RFC 5321 §4.1.3.
    public mutating func addressV6(in octets: Span<UInt8>) throws(SyntaxError) {
        let production = "IPv6-addr"
        var groups = 0
        var isCompressed = false
        if take(word: "::", in: octets) { isCompressed = true }
        while groups <= 8, let byte = peek(in: octets), byte.hexValue != nil {
            let start = offset
            let group = run(of: .hexDigit, in: octets)
            if peek(in: octets) == UInt8(ascii: ".") {
                offset = start
                try addressV4(in: octets)
                groups += 2
                break
            }
            guard group.count <= 4 else { throw SyntaxError(offset: start, expected: production) }
            groups += 1
            let separator = offset
            if !isCompressed, take(word: "::", in: octets) {
                isCompressed = true
            } else if take(UInt8(ascii: ":"), in: octets) {
                guard let next = peek(in: octets), next.hexValue != nil else {
                    throw SyntaxError(offset: separator, expected: production)
                }
            } else {
                break
            }
        }
        guard isCompressed ? groups <= 6 : groups == 8 else { throw unexpected(production) }
    }
}
