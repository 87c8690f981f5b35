internal import Octets

/// How the octets of a body stand in the message. RFC 2045 §6.1.
public enum TransferEncoding: Hashable, Sendable {
    /// 7bit, 8bit, binary, or one that is not known: the octets as they are.
    case identity
    /// RFC 2045 §6.8.
    case base64
    /// RFC 2045 §6.7.
    case quotedPrintable
    /// uuencode, whose names were never registered: x-uuencode, x-uue, uuencode, uue.
    case uuencode

    /// Whether the body is not the octets themselves.
    public var isEncoded: Bool { self != .identity }

    /// The encoding that a Content-Transfer-Encoding value names.
    init(_ range: Range<Int>?, in header: Span<UInt8>) {
        guard let range else {
            self = .identity
            return
        }
        let field = ContentField(range, in: header)
        if field.isType("base64") {
            self = .base64
        } else if field.isType("quoted-printable") {
            self = .quotedPrintable
        } else if ["x-uuencode", "x-uue", "uuencode", "uue"].contains(where: { field.isType($0) }) {
            self = .uuencode
        } else {
            self = .identity
        }
    }
}
