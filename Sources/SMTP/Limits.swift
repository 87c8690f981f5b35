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
    /// An AUTH command line or an answer to its challenge, with its CRLF. RFC 4954 §4.
    public static let authLine = 12_288
    /// A reply line, with its CRLF. RFC 5321 §4.5.3.1.5.
    public static let replyLine = 512
    /// Lines of one reply that a client takes.
    public static let replyLines = 128
    /// `Received` fields after which a message is taken to be in a loop. RFC 5321 §6.3.
    public static let hops = 100
}
