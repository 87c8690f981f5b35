/// Extensions of SMTP whose commands and parameters a parser knows. None is on by default.
///
/// A server turns on what it announces: RFC 5321 §4.1.1.11 wants the parameters of everything else refused, as
/// `CommandError.Kind.unknownParameter`, and its commands are unknown verbs. SIZE, 8BITMIME, AUTH and STARTTLS are always
/// known.
public struct Extensions: OptionSet, Hashable, Sendable {
    /// One bit for each extension.
    public var rawValue: UInt16

    /// The extensions that the bits of `rawValue` stand for.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// CHUNKING: the command BDAT. RFC 3030 §2.
    public static let chunking = Extensions(rawValue: 1 << 0)
    /// BINARYMIME: `BODY=BINARYMIME`. RFC 3030 §3.
    public static let binaryMIME = Extensions(rawValue: 1 << 1)
    /// LMTP: LHLO in the place of EHLO and HELO. RFC 2033 §4.1.
    public static let lmtp = Extensions(rawValue: 1 << 2)
    /// DSN: RET and ENVID of MAIL, NOTIFY and ORCPT of RCPT. RFC 3461 §4.
    public static let dsn = Extensions(rawValue: 1 << 3)
    /// SMTPUTF8: addresses beyond ASCII. RFC 6531 §3.
    public static let smtpUTF8 = Extensions(rawValue: 1 << 4)
    /// REQUIRETLS of MAIL. RFC 8689 §2.
    public static let requireTLS = Extensions(rawValue: 1 << 5)
    /// DELIVERBY: `BY=` of MAIL. RFC 2852 §4.
    public static let deliverBy = Extensions(rawValue: 1 << 6)
    /// MT-PRIORITY of MAIL. RFC 6710 §3.
    public static let priority = Extensions(rawValue: 1 << 7)
    /// FUTURERELEASE: HOLDFOR and HOLDUNTIL of MAIL. RFC 4865 §4.
    public static let futureRelease = Extensions(rawValue: 1 << 8)
    /// BURL: the command of that name. RFC 4468 §3.
    public static let burl = Extensions(rawValue: 1 << 9)
    /// XCLIENT: what a proxy that is trusted says of its client. Postfix's XCLIENT_README.
    public static let xclient = Extensions(rawValue: 1 << 10)
}

/// What a command line may have.
struct Rules {
    var leniency: Leniency
    var extensions: Extensions

    var isInternational: Bool { extensions.contains(.smtpUTF8) }
}
