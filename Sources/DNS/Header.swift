public import Octets

/// The first twelve octets of a message but for the counts (RFC 1035 §4.1.1).
///
/// The four bits of the response code that stand here are part of `Message.responseCode`.
public struct Header: Hashable, Sendable {
    /// The octets of a header on the wire, counts included.
    public static let count = 12

    /// Chosen by who asks, and repeated in the response.
    public var id: UInt16
    /// QR: this is a response.
    public var isResponse: Bool
    /// The kind of query.
    public var opcode: Opcode
    /// AA: the server has authority over the name.
    public var isAuthoritative: Bool
    /// TC: there was more than fits; the query has to be repeated over TCP.
    public var isTruncated: Bool
    /// RD: the server should ask others.
    public var wantsRecursion: Bool
    /// RA: the server can ask others.
    public var offersRecursion: Bool
    /// AD: in a response, all of it is authentic by DNSSEC; in a query, the wish to be told (RFC 6840 §5.7).
    public var isAuthentic: Bool
    /// CD: the server should not check by DNSSEC (RFC 4035 §3.2.2).
    public var disablesChecking: Bool

    /// A header with no bit set but those given.
    public init(
        id: UInt16,
        isResponse: Bool = false,
        opcode: Opcode = .query,
        isAuthoritative: Bool = false,
        isTruncated: Bool = false,
        wantsRecursion: Bool = false,
        offersRecursion: Bool = false,
        isAuthentic: Bool = false,
        disablesChecking: Bool = false
    ) {
        self.id = id
        self.isResponse = isResponse
        self.opcode = opcode
        self.isAuthoritative = isAuthoritative
        self.isTruncated = isTruncated
        self.wantsRecursion = wantsRecursion
        self.offersRecursion = offersRecursion
        self.isAuthentic = isAuthentic
        self.disablesChecking = disablesChecking
    }

    /// Reads the header alone, so that TC can be seen in a response that is cut within a record. Throws if there are
    /// fewer than twelve octets.
    public init(parsing octets: Span<UInt8>) throws(SyntaxError) {
        guard octets.count >= Self.count else { throw SyntaxError(offset: octets.count, expected: "header") }
        self.init(id: UInt16(octets[0]) << 8 | UInt16(octets[1]), flags: UInt16(octets[2]) << 8 | UInt16(octets[3]))
    }

    /// The bit Z of RFC 1035 is not looked at.
    init(id: UInt16, flags: UInt16) {
        self.init(
            id: id,
            isResponse: flags & 0x8000 != 0,
            opcode: Opcode(rawValue: UInt8(flags >> 11 & 0xF)),
            isAuthoritative: flags & 0x0400 != 0,
            isTruncated: flags & 0x0200 != 0,
            wantsRecursion: flags & 0x0100 != 0,
            offersRecursion: flags & 0x0080 != 0,
            isAuthentic: flags & 0x0020 != 0,
            disablesChecking: flags & 0x0010 != 0
        )
    }

    /// The second 16 bits, with zero for the response code.
    var flags: UInt16 {
        var flags = UInt16(opcode.rawValue & 0xF) << 11
        if isResponse { flags |= 0x8000 }
        if isAuthoritative { flags |= 0x0400 }
        if isTruncated { flags |= 0x0200 }
        if wantsRecursion { flags |= 0x0100 }
        if offersRecursion { flags |= 0x0080 }
        if isAuthentic { flags |= 0x0020 }
        if disablesChecking { flags |= 0x0010 }
        return flags
    }
}
