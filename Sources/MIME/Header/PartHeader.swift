internal import Octets

/// What the header of a part says about its body, for programs that show it. RFC 2045 §5, §6, RFC 2183.
public struct PartHeader: Hashable, Sendable {
    /// Type and subtype in lower case: `text/plain`.
    public var mediaType: String
    /// The charset as labelled, in lower case; empty if there is no label.
    public var charset: String
    /// How the body is encoded.
    public var encoding: TransferEncoding
    /// The disposition in lower case: `attachment`, `inline`; nil if there is none.
    public var disposition: String?
    /// The name under which the part may be saved, decoded; it may hold anything, `/` too.
    public var fileName: String?
    /// Content-ID as it stands, with its angle brackets.
    public var contentID: String?

    /// Whether the part is text to be read in its place.
    public var isShownText: Bool {
        mediaType.hasPrefix("text/") && disposition != "attachment" && fileName == nil
    }

    /// Reads the octets of a part's header, with or without the empty line.
    public init(_ header: Span<UInt8>, charsets: some CharsetDecoder) {
        let fields = EntityFields(header)
        mediaType = "text/plain"
        charset = ""
        encoding = TransferEncoding(fields.encoding, in: header)
        let type = ContentField(ifPresent: fields.contentType, in: header)
        if let type, !type.value.isEmpty, !type.subtype.isEmpty {
            mediaType = String(decoding: type.value + [0x2F] + type.subtype, as: UTF8.self).asciiLowercased
            charset = String(decoding: type.parameter("charset") ?? [], as: UTF8.self).asciiLowercased
        }
        if let field = ContentField(ifPresent: fields.disposition, in: header), !field.value.isEmpty {
            disposition = String(decoding: field.value, as: UTF8.self).asciiLowercased
            fileName = field.text(of: "filename", charsets: charsets)
        }
        if fileName == nil { fileName = type?.text(of: "name", charsets: charsets) }
        if let range = fields.contentID {
            contentID = String(decoding: HeaderFields.unfolded(header, range), as: UTF8.self)
        }
    }
}
