/// How much of a peer's octets is taken. RFC 2449 §4.
public enum Limits {
    /// Octets of a command line, CRLF included. RFC 2449 §4.
    public static let commandLine = 255
    /// Octets of a line that answers a SASL challenge, CRLF included: what the mechanisms here could need.
    public static let responseLine = 4096
    /// Octets of a line too long that are passed over to its end; beyond, the session ends.
    public static let skippedLine = 64 << 10
    /// Octets of the first line of a response, CRLF included. RFC 2449 §4.
    public static let replyLine = 512
}
