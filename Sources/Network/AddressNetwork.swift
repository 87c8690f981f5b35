extension Address {
    /// What one customer of a network provider has: an IPv4 address, or the first 64 bits of an IPv6 address, as the
    /// system writes them. RFC 6177 §2.
    public var network: String {
        guard host.utf8.contains(UInt8(ascii: ":")) else { return host }
        let groups = host.split(separator: ":", omittingEmptySubsequences: false)
        // An IPv4 address that came to a socket for both. RFC 4291 §2.5.5.2.
        if let last = groups.last, last.utf8.contains(UInt8(ascii: ".")) { return String(last) }
        // Before the `::` stand the first ones; it stands for as many zeros as are missing.
        var first: [Substring] = []
        var rest = groups[...]
        while let group = rest.first, !group.isEmpty {
            first.append(group)
            rest = rest.dropFirst()
        }
        let last = rest.filter { !$0.isEmpty }
        let zeros = [Substring](repeating: "0", count: max(0, 8 - first.count - last.count))
        return (first + zeros + last).prefix(4).joined(separator: ":") + "::/64"
    }
}
