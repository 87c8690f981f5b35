/// A set of octets named after one ABNF rule; membership is one shift and mask.
public struct ByteClass: Sendable, Equatable {
    private var bits = InlineArray<4, UInt64>(repeating: 0)

    /// Collects every octet for which `isMember` is true.
    public init(_ isMember: (UInt8) -> Bool) {
        for byte in UInt8.min...UInt8.max where isMember(byte) {
            bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
        }
    }

    /// Collects the octets of `text`, which must be ASCII.
    public init(_ text: StaticString) {
        let members = Array(text.description.utf8)
        self.init { members.contains($0) }
    }

    /// Whether `byte` belongs to the class.
    @inlinable
    public func contains(_ byte: UInt8) -> Bool {
        word(Int(byte >> 6)) & (1 << UInt64(byte & 63)) != 0
    }

    @usableFromInline func word(_ index: Int) -> UInt64 { bits[index] }

    /// The octets of either class.
    public func union(_ other: ByteClass) -> ByteClass {
        ByteClass { contains($0) || other.contains($0) }
    }

    /// The octets of this class that are not in `other`.
    public func subtracting(_ other: ByteClass) -> ByteClass {
        ByteClass { contains($0) && !other.contains($0) }
    }

    /// Whether both have the same octets.
    public static func == (left: Self, right: Self) -> Bool {
        left.bits.indices.allSatisfy { left.bits[$0] == right.bits[$0] }
    }

    /// ALPHA. RFC 5234 §B.1.
    public static let alpha = ByteClass { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    /// DIGIT. RFC 5234 §B.1.
    public static let digit = ByteClass { (0x30...0x39).contains($0) }
    /// ALPHA or DIGIT; Let-dig of RFC 5321 §4.1.2.
    public static let alphaNumeric = alpha.union(digit)
    /// HEXDIG in either case. RFC 5234 §B.1.
    public static let hexDigit = digit.union(ByteClass { (0x41...0x46).contains($0) || (0x61...0x66).contains($0) })
    /// WSP: space and horizontal tab. RFC 5234 §B.1.
    public static let whitespace = ByteClass(" \t")
    /// atext: what an atom is made of. RFC 5322 §3.2.3.
    public static let atomText = alphaNumeric.union(ByteClass("!#$%&'*+-/=?^_`{|}~"))
    /// VCHAR: printable US-ASCII without space. RFC 5234 §B.1.
    public static let visible = ByteClass { (0x21...0x7E).contains($0) }
}
