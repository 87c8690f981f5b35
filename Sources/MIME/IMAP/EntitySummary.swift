/// What IMAP shows of one entity. What comes of its header is written at once into a buffer that all entities share, so
/// that the header need not be kept.
struct EntitySummary {
    var parent: Int?
    var kind = EntityKind.text
    /// Of a part: type to encoding. Of a multipart: subtype and parameters.
    var fields = 0..<0
    /// MD5, disposition, language, location.
    var extensions = 0..<0
    /// The envelope, if it is a message.
    var envelope = 0..<0
    /// Octets of the body.
    var size = 0
    /// Lines of the body. RFC 9051 §7.5.2.
    var lines = 0
    /// The entities in it.
    var childCount = 0
}
