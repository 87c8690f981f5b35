/// The cyclic redundancy check of 32 bits that yEnc, gzip and ZIP use: polynomial 0xEDB88320, bits reversed. RFC 1952 §8.
public struct CRC32: Hashable, Sendable {
    /// For each of eight octets in a row, what it adds to the register.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for octet in 0..<256 {
            var value = UInt32(octet)
            for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
            tables[octet] = value
        }
        for place in 256..<(8 * 256) {
            let before = tables[place - 256]
            tables[place] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()

    private var register = UInt32.max

    /// The check of no octets.
    public init() {}

    /// The check of all octets so far.
    public var value: UInt32 { ~register }

    /// Takes the next octets.
    public mutating func push(_ octets: Span<UInt8>) {
        let array = Self.tables
        let tables = array.span
        guard tables.count == 8 * 256 else { return }
        var register = register
        var index = 0
        while index >= 0, index <= octets.count - 8 {
            let low =
                register
                ^ (UInt32(octets[index]) | UInt32(octets[index + 1]) << 8 | UInt32(octets[index + 2]) << 16
                    | UInt32(octets[index + 3]) << 24)
            let first = tables[7 << 8 | Int(low & 0xFF)] ^ tables[6 << 8 | Int(low >> 8 & 0xFF)]
            let second = tables[5 << 8 | Int(low >> 16 & 0xFF)] ^ tables[4 << 8 | Int(low >> 24)]
            let third = tables[3 << 8 | Int(octets[index + 4])] ^ tables[2 << 8 | Int(octets[index + 5])]
            let fourth = tables[1 << 8 | Int(octets[index + 6])] ^ tables[Int(octets[index + 7])]
            register = first ^ second ^ third ^ fourth
            index += 8
        }
        while index < octets.count {
            register = register >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: register) ^ octets[index])]
            index += 1
        }
        self.register = register
    }
}
