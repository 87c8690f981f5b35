/// Sizes that SMTP's grammar bounds, in octets.
public enum Limits {
    /// A local part, as written, with its quotes. RFC 5321 §4.5.3.1.1.
    public static let localPart = 64
    /// A domain or an address literal. RFC 5321 §4.5.3.1.2.
    public static let domain = 255
    /// A label of a domain. RFC 1035 §2.3.4.
    public static let label = 63
    /// A path, with its angle brackets. RFC 5321 §4.5.3.1.3.
    public static let path = 256
    /// A command line, with its CRLF. RFC 5321 §4.5.3.1.4.
    public static let commandLine = 512
    /// A MAIL command line, with its CRLF: what SIZE (26), BODY (17) and AUTH (500) add. RFC 1870 §3, RFC 6152 §2,
    /// RFC 4954 §3.
    public static let mailLine = commandLine + 26 + 17 + 500

    /// A MAIL command line, with its CRLF, and with what each extension that is on adds. BODY=BINARYMIME is one octet less
    /// than what BODY adds anyway.
    static func mailLine(with extensions: Extensions) -> Int {
        var length = mailLine
        if extensions.contains(.dsn) { length += mailDSN }
        // RFC 6531 §3.1, RFC 8689 §2, RFC 2852 §3, RFC 6710 §3, RFC 4865 §4.
        if extensions.contains(.smtpUTF8) { length += 10 }
        if extensions.contains(.requireTLS) { length += 11 }
        if extensions.contains(.deliverBy) { length += 17 }
        if extensions.contains(.priority) { length += 15 }
        if extensions.contains(.futureRelease) { length += 34 }
        return length
    }

    /// What DSN adds to MAIL: ` RET=HDRS` and ` ENVID=` of `envelopeIdentifier`; RFC 3461 names no sum.
    static let mailDSN = 9 + 7 + envelopeIdentifier
    /// What DSN adds to RCPT: ` NOTIFY=SUCCESS,FAILURE,DELAY` and ` ORCPT=` of `originalRecipient`.
    static let rcptDSN = 29 + 7 + originalRecipient
    /// The value of ENVID, as xtext. RFC 3461 §4.4.
    public static let envelopeIdentifier = 100
    /// The value of ORCPT, with its type. RFC 3461 §4.2.
    public static let originalRecipient = 500
    /// A BURL command line, with its CRLF. RFC 4468 names none; a URL with its authorization does not always fit 512.
    public static let burlLine = 4096
    /// An AUTH command line or an answer to its challenge, with its CRLF. RFC 4954 §4.
    public static let authLine = 12_288
    /// A reply line, with its CRLF. RFC 5321 §4.5.3.1.5.
    public static let replyLine = 512
    /// Lines of one reply that a client takes.
    public static let replyLines = 128
    /// `Received` fields after which a message is taken to be in a loop. RFC 5321 §6.3.
    public static let hops = 100
}
