/// What someone may do with a mailbox: letters and digits, each a right. RFC 4314 §2.1.
public struct Rights: OptionSet, Hashable, Sendable {
    /// Bit 0 is `a`, bit 25 `z`, bit 26 `0`, bit 35 `9`.
    public var rawValue: UInt64
    /// The rights of those bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// `l`: the mailbox is seen by LIST.
    public static let lookup = Rights("l")
    /// `r`: SELECT, FETCH, SEARCH, COPY from it.
    public static let read = Rights("r")
    /// `s`: \Seen is kept from session to session.
    public static let seen = Rights("s")
    /// `w`: flags but \Seen and \Deleted.
    public static let write = Rights("w")
    /// `i`: APPEND, COPY into it.
    public static let insert = Rights("i")
    /// `p`: mail to its address.
    public static let post = Rights("p")
    /// `k`: mailboxes below it.
    public static let createMailbox = Rights("k")
    /// `x`: DELETE and RENAME of it.
    public static let deleteMailbox = Rights("x")
    /// `t`: \Deleted.
    public static let deleteMessages = Rights("t")
    /// `e`: EXPUNGE.
    public static let expunge = Rights("e")
    /// `a`: its access control.
    public static let administer = Rights("a")
    /// The eleven that RFC 4314 gives a meaning to.
    public static let standard = Rights("lrswipkxtea")

    /// Lower-case letters and digits in the order in which they are written: that of RFC 4314 §2.1, then the rest.
    private static let order = Array("lrswipkxtecdabfghjmnoquvyz0123456789".utf8)

    /// The rights of those letters and digits; others are left out.
    private init(_ letters: StaticString) {
        self.init(rawValue: letters.description.utf8.reduce(0) { $0 | (Rights.bit($1) ?? 0) })
    }

    /// The rights of `octets`; nil if there is anything but lower-case letters and digits. RFC 4314 §7 rights.
    public init?(octets: some Sequence<UInt8>) {
        var rawValue: UInt64 = 0
        for byte in octets {
            guard let bit = Rights.bit(byte) else { return nil }
            rawValue |= bit
        }
        self.init(rawValue: rawValue)
    }

    private static func bit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x61...0x7A: 1 << UInt64(byte - 0x61)
        case 0x30...0x39: 1 << UInt64(byte - 0x30 + 26)
        default: nil
        }
    }

    /// The letters and digits, each once; empty for none.
    public var octets: [UInt8] { Rights.order.filter { rawValue & (Rights.bit($0) ?? 0) != 0 } }
}

/// What SETACL does to the rights of an identifier. RFC 4314 §3.1.
public enum RightsChange: Hashable, Sendable {
    /// Exactly these; none takes the entry away.
    case replace(Rights)
    /// `+`: these too.
    case add(Rights)
    /// `-`: not these.
    case remove(Rights)
}
