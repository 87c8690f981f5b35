internal import Octets

/// An address of the Internet: what A and AAAA records hold, and what reverse names are made of.
public enum IPAddress: Hashable, Sendable {
    /// An IPv4 address, its first octet the highest.
    case v4(UInt32)
    /// An IPv6 address, its first octet the highest.
    case v6(UInt128)

    /// Reads `192.0.2.1` or `2001:db8::1`, without brackets or a zone; nil if the text is neither.
    public init?(_ text: String) {
        let octets = Array(text.utf8)
        if octets.contains(UInt8(ascii: ":")) {
            guard let value = Self.v6(octets.span) else { return nil }
            self = .v6(value)
        } else {
            guard let value = Self.v4(octets.span) else { return nil }
            self = .v4(value)
        }
    }

    /// The address that a record holds; nil for records of other types.
    public init?(_ data: RecordData) {
        switch data {
        case .a(let value): self = .v4(value)
        case .aaaa(let value): self = .v6(value)
        default: return nil
        }
    }

    /// The record that holds the address.
    public var recordData: RecordData {
        switch self {
        case .v4(let value): .a(value)
        case .v6(let value): .aaaa(value)
        }
    }

    /// The same address, but IPv4 if it is one within IPv6, as a socket for both has it (RFC 4291 §2.5.5.2).
    public var unmapped: IPAddress {
        guard case .v6(let value) = self, value >> 32 == 0xFFFF else { return self }
        return .v4(UInt32(truncatingIfNeeded: value))
    }

    /// The labels that stand before the name of a zone that is about addresses: the octets of an IPv4 address, the
    /// hexadecimal digits of an IPv6 address, the last one first. For lists such as those of RFC 5782 §2.1 and §2.4.
    public var reversedLabels: [[UInt8]] {
        switch self {
        case .v4(let value):
            return (0..<4).map { place in
                var label: [UInt8] = []
                label.append(decimal: value >> UInt32(8 * place) & 0xFF)
                return label
            }
        case .v6(let value):
            return (0..<32).map { place in
                let digit = UInt8(truncatingIfNeeded: value >> UInt128(4 * place)) & 0xF
                return [digit < 10 ? 0x30 + digit : 0x57 + digit]
            }
        }
    }

    /// The name whose PTR records name the address, below `in-addr.arpa` (RFC 1035 §3.5) or `ip6.arpa` (RFC 3596 §2.5).
    public var reverseName: Name {
        switch self {
        case .v4: below([Array("in-addr".utf8), Array("arpa".utf8)])
        case .v6: below([Array("ip6".utf8), Array("arpa".utf8)])
        }
    }

    private func below(_ zone: [[UInt8]]) -> Name {
        var wire: [UInt8] = []
        for label in reversedLabels + zone {
            wire.append(UInt8(label.count))
            wire += label
        }
        // At most 74 octets, each label at most 7.
        return Name(unchecked: wire + [0])
    }

    private static func v4(_ octets: Span<UInt8>) -> UInt32? {
        var cursor = Cursor(over: octets)
        var value: UInt32 = 0
        for place in 0..<4 {
            if place > 0, !cursor.take(UInt8(ascii: "."), in: octets) { return nil }
            let start = cursor.offset
            guard let part = try? cursor.number(UInt8.self, in: octets, as: "octet") else { return nil }
            // 010 is eight to some and ten to others.
            guard cursor.offset - start == 1 || octets[start] != UInt8(ascii: "0") else { return nil }
            value = value << 8 | UInt32(part)
        }
        return cursor.isAtEnd ? value : nil
    }

    private static func v6(_ octets: Span<UInt8>) -> UInt128? {
        var groups: [UInt16] = []
        // How many groups stand before the `::`.
        var gap: Int?
        var cursor = Cursor(over: octets)
        if cursor.take(word: "::", in: octets) { gap = 0 }
        while !cursor.isAtEnd {
            guard groups.count < 8 else { return nil }
            let start = cursor.offset
            let digits = cursor.run(of: .hexDigit, in: octets)
            if cursor.peek(in: octets) == UInt8(ascii: ".") {
                guard let last = v4(octets.extracting(start..<octets.count)) else { return nil }
                groups += [UInt16(last >> 16), UInt16(truncatingIfNeeded: last)]
                break
            }
            guard (1...4).contains(digits.count) else { return nil }
            groups.append(digits.reduce(0) { $0 << 4 | UInt16(octets[$1].hexValue ?? 0) })
            if cursor.isAtEnd { break }
            if gap == nil, cursor.take(word: "::", in: octets) {
                gap = groups.count
            } else {
                guard cursor.take(UInt8(ascii: ":"), in: octets), !cursor.isAtEnd else { return nil }
            }
        }
        guard gap == nil ? groups.count == 8 : groups.count < 8 else { return nil }
        if let gap { groups.insert(contentsOf: [UInt16](repeating: 0, count: 8 - groups.count), at: gap) }
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}

extension IPAddress: CustomStringConvertible {
    /// `192.0.2.1`, or the form of RFC 5952 §4: small letters, no leading zeros, the longest run of zeros as `::`.
    public var description: String {
        switch self {
        case .v4(let value):
            return [24, 16, 8, 0].map { String(value >> UInt32($0) & 0xFF) }.joined(separator: ".")
        case .v6(let value):
            if value >> 32 == 0xFFFF { return "::ffff:\(unmapped)" }
            let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128(112 - 16 * $0)) }
            var longest = 0..<0
            var run = 0..<0
            for (index, group) in groups.enumerated() {
                run = group == 0 ? (run.isEmpty ? index : run.lowerBound)..<index + 1 : 0..<0
                if run.count > longest.count { longest = run }
            }
            let text = { (range: Range<Int>) in
                groups[range].map { String($0, radix: 16) }.joined(separator: ":")
            }
            // A single zero stays one (§4.2.2).
            guard longest.count > 1 else { return text(0..<8) }
            return text(0..<longest.lowerBound) + "::" + text(longest.upperBound..<8)
        }
    }
}
