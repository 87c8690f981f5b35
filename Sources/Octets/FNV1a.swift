/// FNV-1a with 64 bits: a hash that is the same for ever and on every machine, so that it may be stored. For spreading and
/// finding, not for secrets: who wants two texts of one hash can make them.
public struct FNV1a: Sendable {
    /// The hash of what was added.
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of nothing.
    public init() {}

    /// The hash of `octets`.
    public init(_ octets: some Sequence<UInt8>) { add(octets) }

    /// Adds octets.
    public mutating func add(_ octets: some Sequence<UInt8>) {
        for octet in octets { add(octet) }
    }

    /// Adds a text and a NUL behind it, so that two texts are not what both as one are.
    public mutating func add(terminated text: String) {
        add(text.utf8)
        add(0)
    }

    /// Adds one octet.
    public mutating func add(_ octet: UInt8) { value = (value ^ UInt64(octet)) &* 0x0000_0100_0000_01B3 }
}
