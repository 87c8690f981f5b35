public import Octets

extension IPAddress {
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
}
