/// The addresses whose first bits are the same, as `192.0.2.0/24` writes them. RFC 4632 §3.1, RFC 4291 §2.3.
public struct Subnet: Hashable, Sendable, CustomStringConvertible {
    /// The first address.
    public let first: IPAddress
    /// How many bits are the same: 0…32 or 0…128.
    public let prefix: Int

    /// The range of `prefix` bits, as many as there are at most, that `address` is in.
    public init(around address: IPAddress, prefix: Int) {
        switch address {
        case .v4(let value):
            self.prefix = min(max(0, prefix), 32)
            first = .v4(self.prefix == 0 ? 0 : value & (UInt32.max << UInt32(32 - self.prefix)))
        case .v6(let value):
            self.prefix = min(max(0, prefix), 128)
            first = .v6(self.prefix == 0 ? 0 : value & (UInt128.max << UInt128(128 - self.prefix)))
        }
    }

    /// Reads `192.0.2.0/24`, `2001:db8::/32`, or an address alone; nil if it is none, or has bits behind the prefix. An IPv4
    /// address within IPv6, alone, is the IPv4 address (RFC 4291 §2.5.5.2).
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard var address = IPAddress(String(parts[0])) else { return nil }
        if parts.count == 1 { address = address.unmapped }
        let limit = if case .v4 = address { 32 } else { 128 }
        var prefix = limit
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(parts[1]), number <= limit
            else { return nil }
            prefix = number
        }
        self.init(around: address, prefix: prefix)
        guard first == address else { return nil }
    }

    /// Whether `address` is one of them.
    public func contains(_ address: IPAddress) -> Bool {
        switch (first, address) {
        case (.v4, .v4), (.v6, .v6): Subnet(around: address, prefix: prefix).first == first
        default: false
        }
    }

    /// Whether all of `other` is in it.
    public func contains(_ other: Subnet) -> Bool { other.prefix >= prefix && contains(other.first) }

    /// Whether a numeric address is one of them; one of IPv4 that came to a socket for both kinds is one of IPv4. RFC 4291
    /// §2.5.5.2.
    public func contains(_ host: String) -> Bool { IPAddress(host).map { contains($0.unmapped) } ?? false }

    /// The machine itself. RFC 4291 §2.5.3.
    public static let loopback = [
        Subnet(around: .v4(127 << 24), prefix: 8), Subnet(around: .v6(1), prefix: 128),
    ]

    /// `192.0.2.0/24`
    public var description: String { "\(first)/\(prefix)" }
}

extension IPAddress {
    /// What one customer of a network provider has: an IPv4 address, or 64 bits of IPv6. RFC 6177 §2.
    public var customer: Subnet { Subnet(around: self, prefix: isV4 ? 32 : 64) }

    /// The neighbours that belong to one owner, most of the time: 24 bits of IPv4, 48 of IPv6.
    public var neighbourhood: Subnet { Subnet(around: self, prefix: isV4 ? 24 : 48) }

    private var isV4: Bool { if case .v4 = self { true } else { false } }
}
