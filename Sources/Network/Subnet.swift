internal import CSystem

/// The addresses that begin with the same bits, as `192.0.2.0/24` or `2001:db8::/32` write them.
/// RFC 4291 §2.3.
public struct Subnet: Hashable, Sendable, CustomStringConvertible {
    /// 4 octets of IPv4 or 16 of IPv6; behind the prefix they are 0.
    private let first: [UInt8]
    /// Bits that are the same: 0…32 or 0…128.
    private let prefix: Int
    /// As written.
    public let description: String

    /// The machine itself. RFC 4291 §2.5.3.
    public static let loopback = ["127.0.0.0/8", "::1"].compactMap { Subnet($0) }

    /// Reads an address with a prefix length, or an address alone. nil if it is none, or has bits behind the prefix: then it
    /// is not clear what was meant.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let octets = Subnet.octets(of: String(parts[0])) else { return nil }
        var prefix = octets.count * 8
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(parts[1]), number <= prefix
            else { return nil }
            prefix = number
        }
        guard Subnet.masked(octets, prefix) == octets else { return nil }
        first = octets
        self.prefix = prefix
        description = text
    }

    /// Whether a numeric address is one of them. An IPv4 address that came to a socket for both kinds is one of IPv4.
    /// RFC 4291 §2.5.5.2.
    public func contains(_ host: String) -> Bool {
        guard let octets = Subnet.octets(of: host), octets.count == first.count else { return false }
        return Subnet.masked(octets, prefix) == first
    }

    private static func masked(_ octets: [UInt8], _ prefix: Int) -> [UInt8] {
        octets.enumerated().map { place, octet in
            octet & ~UInt8(truncatingIfNeeded: 0xFF >> min(8, max(0, prefix - place * 8)))
        }
    }

    private static func octets(of host: String) -> [UInt8]? {
        guard var address = Address(host: host, port: 0).system else { return nil }
        // Both fields are plain octets, and the family says which of them is set.
        if unsafe address.name.any.sa_family == sa_family_t(AF_INET) {
            return unsafe withUnsafeBytes(of: &address.name.v4.sin_addr) { unsafe Array($0) }
        }
        let octets = unsafe withUnsafeBytes(of: &address.name.v6.sin6_addr) { unsafe Array($0) }
        let isMapped = octets.prefix(10).allSatisfy { $0 == 0 } && octets[10] == 0xFF && octets[11] == 0xFF
        return isMapped ? Array(octets[12...]) : octets
    }
}
