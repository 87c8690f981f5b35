/// One part of a message to be composed: text, a file, a message, or other parts. RFC 2045, RFC 2046.
///
///     let letter = BodyPart.alternative([.text("Grüße"), .related(.html(page), [logo])])
///     builder.content = .mixed([letter, .attachment(octets, type: "application/pdf", fileName: "Rechnung.pdf")])
///
/// A value that is written; nothing is checked before `MessageBuilder.message()`.
public struct BodyPart: Hashable, Sendable {
    /// What the part holds.
    public enum Content: Hashable, Sendable {
        /// Text: it is written as UTF-8 or ASCII with CRLF line ends, whatever its own are. As the whole of a message, its
        /// last line is ended too; a part ends as the text does.
        case text(String)
        /// Octets, which come back as they are; if the media type is that of a message, they are one.
        case octets([UInt8])
        /// A message as it stands. If the transport cannot carry it, it is encoded as message/global may be; it is never
        /// changed. RFC 2046 §5.2.1, RFC 6532 §3.7.
        case message([UInt8])
        /// Parts, at least one; the media type must begin with `multipart/`, and that of other content must not.
        case multipart([BodyPart])
    }

    /// A parameter of the media type.
    public struct Parameter: Hashable, Sendable {
        /// A token.
        public var name: String
        /// One line of text in any script.
        public var value: String

        /// A parameter of that name.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Type and subtype, as `image/png`. Of a message it is not looked at.
    public var mediaType: String
    /// Parameters of the media type; `charset` of a text and `boundary` are added.
    public var parameters: [Parameter] = []
    /// What the part holds.
    public var content: Content
    /// `attachment`, `inline` or another token; nil for none. RFC 2183 §2.
    public var disposition: String?
    /// The name under which the part may be saved, in any script. It gives the part the disposition `attachment` if it has
    /// none. A name with `/`, `\` or a control in it is refused: readers that trust it would write elsewhere, and a name
    /// that is silently another would be no better. `safeFileName` makes one. RFC 2183 §2.3, §5.
    public var fileName: String?
    /// With its angle brackets; HTML refers to it as `cid:`. RFC 2392.
    public var contentID: String?
    /// Text that describes the part. RFC 2045 §8.
    public var description = ""
    /// Language tags. RFC 3282.
    public var languages: [String] = []
    /// Where the part is from. RFC 2557 §4.2.
    public var location: String?
    /// Further fields of the part's header.
    public var fields: [MessageBuilder.Field] = []

    /// A part without a disposition.
    public init(_ mediaType: String, _ content: Content, parameters: [Parameter] = []) {
        self.mediaType = mediaType
        self.content = content
        self.parameters = parameters
    }

    // MARK: Usual parts

    /// text/plain.
    public static func text(_ text: String) -> BodyPart { BodyPart("text/plain", .text(text)) }

    /// text/html.
    public static func html(_ text: String) -> BodyPart { BodyPart("text/html", .text(text)) }

    /// A file. Its octets come back as they are.
    public static func attachment(
        _ octets: [UInt8],
        type mediaType: String = "application/octet-stream",
        fileName: String
    ) -> BodyPart {
        var part = BodyPart(mediaType, .octets(octets))
        part.disposition = "attachment"
        part.fileName = fileName
        return part
    }

    /// A file, often an image, that the HTML beside it shows as `cid:` and the id. RFC 2387, RFC 2392.
    public static func inline(
        _ octets: [UInt8],
        type mediaType: String,
        contentID: String,
        fileName: String? = nil
    ) -> BodyPart {
        var part = BodyPart(mediaType, .octets(octets))
        part.disposition = "inline"
        part.contentID = contentID
        part.fileName = fileName
        return part
    }

    /// A message in the message. RFC 2046 §5.2.1.
    public static func message(_ octets: [UInt8]) -> BodyPart { BodyPart("message/rfc822", .message(octets)) }

    /// Parts that follow each other. RFC 2046 §5.1.3.
    public static func mixed(_ parts: [BodyPart]) -> BodyPart { BodyPart("multipart/mixed", .multipart(parts)) }

    /// Parts that say the same, the plainest first. RFC 2046 §5.1.4.
    public static func alternative(_ parts: [BodyPart]) -> BodyPart {
        BodyPart("multipart/alternative", .multipart(parts))
    }

    /// A part and what it refers to. RFC 2387.
    public static func related(_ root: BodyPart, _ parts: [BodyPart]) -> BodyPart {
        BodyPart(
            "multipart/related",
            .multipart([root] + parts),
            parameters: [Parameter(name: "type", value: root.mediaType)]
        )
    }

    /// The usual letter: text, or HTML, or both with the text first; what the HTML shows beside it; files behind. No
    /// multipart is made for a single part.
    public static func letter(
        text: String? = nil,
        html: String? = nil,
        inline: [BodyPart] = [],
        attachments: [BodyPart] = []
    ) -> BodyPart {
        var versions: [BodyPart] = []
        if let text { versions.append(.text(text)) }
        if let html { versions.append(inline.isEmpty ? .html(html) : .related(.html(html), inline)) }
        if versions.isEmpty { versions.append(.text("")) }
        let body = versions.count == 1 ? versions[0] : .alternative(versions)
        let files = html == nil ? inline + attachments : attachments
        return files.isEmpty ? body : .mixed([body] + files)
    }

    /// A file name that is surely taken: `/`, `\` and controls become `_`, a long one is cut before its extension, and an
    /// empty one is `attachment`.
    public static func safeFileName(_ name: String) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            let isBad = scalar.value < 0x20 || scalar.value == 0x7F || scalar == "/" || scalar == "\\"
            safe.append(isBad ? "_" : scalar)
        }
        var text = String(safe)
        if text.utf8.count > 255 {
            let dot = text.unicodeScalars.lastIndex(of: ".")
            let ending = dot.map { String(text.unicodeScalars[$0...]) }.flatMap { $0.utf8.count <= 16 ? $0 : nil } ?? ""
            var stem = String.UnicodeScalarView()
            var count = ending.utf8.count
            for scalar in text.unicodeScalars {
                count += UTF8.width(scalar)
                if count > 255 { break }
                stem.append(scalar)
            }
            text = String(stem) + ending
        }
        return text.isEmpty || text == "." || text == ".." ? "attachment" : text
    }
}
