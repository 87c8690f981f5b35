/// An IP address or a range of them, as CIDR writes it: `192.0.2.0/24`, `2001:db8::/32`. RFC 4632 §3.1, RFC 4291 §2.3.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// The first 64 bits; of IPv4 addresses, those of their IPv4-mapped form.
    private var high: UInt64
    private var low: UInt64
    /// Bits that addresses in it have in common, of 128.
    private var length: Int
    /// How it was written.
    public var description: String

    /// The range that `text` writes; nil if it writes none.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.count <= 64, let first = parts.first, let groups = AddressRange.groups(first) else {
            return nil
        }
        let isV4 = !first.contains(":")
        var length = 128
        if parts.count == 2 {
            guard let bits = UInt8(parts[1]), parts[1].first != "+", bits <= (isV4 ? 32 : 128) else { return nil }
            length = Int(bits) + (isV4 ? 96 : 0)
        }
        self.length = length
        high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) } & AddressRange.mask(length)
        low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) } & AddressRange.mask(length - 64)
        description = String(text)
    }

    /// Whether all of `other` is in it.
    public func contains(_ other: AddressRange) -> Bool {
        other.length >= length && other.high & AddressRange.mask(length) == high
            && other.low & AddressRange.mask(length - 64) == low
    }

    /// How narrow it is: of two ranges with an address, the one with more says more about it.
    var prefixLength: Int { length }

    /// By value, however it was written.
    public static func == (left: Self, right: Self) -> Bool {
        left.high == right.high && left.low == right.low && left.length == right.length
    }

    /// By value, however it was written.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(low)
        hasher.combine(length)
    }

    /// What its provider's other customers nearby share with an address: /24 of IPv4, /48 of IPv6. A program that comes back
    /// with another address of the same neighbourhood is no stranger. What is no address is its own neighbourhood.
    static func neighbourhood(of address: String) -> String {
        guard let groups = groups(address.prefix { $0 != "/" }) else { return address }
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF { return "4:\(groups[6]):\(groups[7] >> 8)" }
        return "6:\(groups[0]):\(groups[1]):\(groups[2])"
    }

    private static func mask(_ bits: Int) -> UInt64 {
        bits <= 0 ? 0 : bits >= 64 ? .max : ~(.max >> UInt64(bits))
    }

    /// The eight groups of an address; an IPv4 address in its IPv4-mapped form. RFC 4291 §2.2, §2.5.5.2.
    private static func groups(_ text: some StringProtocol) -> [UInt16]? {
        guard text.contains(":") else { return fourNumbers(text).map { [0, 0, 0, 0, 0, 0xFFFF] + $0 } }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        var parsed: [[UInt16]] = []
        for half in halves {
            var groups: [UInt16] = []
            let fields = half.isEmpty ? [] : half.split(separator: ":", omittingEmptySubsequences: false)
            for (index, field) in fields.enumerated() {
                if index == fields.count - 1, field.contains("."), let last = fourNumbers(field) {
                    groups += last
                } else if (1...4).contains(field.utf8.count), field.first != "+", let group = UInt16(field, radix: 16) {
                    groups.append(group)
                } else {
                    return nil
                }
            }
            parsed.append(groups)
        }
        guard parsed.count == 2 else { return parsed[0].count == 8 ? parsed[0] : nil }
        let zeros = 8 - parsed[0].count - parsed[1].count
        return zeros >= 1 ? parsed[0] + [UInt16](repeating: 0, count: zeros) + parsed[1] : nil
    }

    private static func fourNumbers(_ text: some StringProtocol) -> [UInt16]? {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { field in
            (1...3).contains(field.utf8.count) && field.first != "+" ? UInt8(field) : nil
        }
        guard numbers.count == 4 else { return nil }
        let octets = numbers.compactMap { $0.map { UInt16($0) } }
        return octets.count == 4 ? [octets[0] << 8 | octets[1], octets[2] << 8 | octets[3]] : nil
    }
}
