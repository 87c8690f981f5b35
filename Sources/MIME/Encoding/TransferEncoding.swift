internal import Octets

/// How the octets of a body stand in the message. RFC 2045 §6.1.
public enum TransferEncoding: Hashable, Sendable {
    /// 7bit, 8bit, binary, or one that is not known: the octets as they are.
    case identity
    /// RFC 2045 §6.8.
    case base64
    /// RFC 2045 §6.7.
    case quotedPrintable

    /// Whether the body is not the octets themselves.
    public var isEncoded: Bool { self != .identity }

    /// The encoding that a Content-Transfer-Encoding value names.
    init(_ range: Range<Int>?, in header: Span<UInt8>) {
        guard let range else {
            self = .identity
            return
        }
        let field = ContentField(range, in: header)
        self = field.isType("base64") ? .base64 : field.isType("quoted-printable") ? .quotedPrintable : .identity
    }
}
