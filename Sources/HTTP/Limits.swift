/// How much of a peer's octets is taken.
public enum Limits {
    /// Octets of the request line or of one field line, CRLF included. RFC 9112 §3 asks for 8000 at least.
    public static let line = 8 << 10
    /// Fields of a head, or of the trailer.
    public static let fields = 100
    /// Octets of a head.
    public static let head = 64 << 10
    /// Octets of a method.
    public static let method = 32
    /// Octets of all chunk extensions and trailer fields of one body: they are passed over. RFC 9112 §7.1.1.
    public static let chunkOverhead = 16 << 10
}
