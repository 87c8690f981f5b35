public import Octets

/// The value of a Content-Type field. RFC 2045 §5.1.
public struct ContentType: Hashable, Sendable {
    /// `text`, `multipart`, …, in lower case.
    public var type: String
    /// `plain`, `mixed`, …, in lower case.
    public var subtype: String
    /// The parameters, put together and decoded; each name once. RFC 2231.
    public var parameters: [FieldParameter]

    /// A type of those.
    public init(type: String, subtype: String, parameters: [FieldParameter] = []) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
    }

    /// What a part is without a valid field: text of US-ASCII. RFC 2045 §5.2.
    public static let standard = ContentType(
        type: "text",
        subtype: "plain",
        parameters: [FieldParameter(name: "charset", value: "us-ascii")]
    )

    /// Reads the value of a field, folded or not; nil if it lacks the type or the subtype: then `standard` holds.
    ///
    /// Comments may stand anywhere, values may be quoted or not, semicolons may be missing or doubled. At most 256 parameters
    /// are taken.
    public init?(parsing value: Span<UInt8>, charsets: some CharsetDecoder) {
        let field = ContentField(0..<value.count, in: value)
        guard !field.value.isEmpty, !field.subtype.isEmpty else { return nil }
        type = String(decoding: field.value, as: UTF8.self).asciiLowercased
        subtype = String(decoding: field.subtype, as: UTF8.self).asciiLowercased
        parameters = field.texts(charsets: charsets)
    }

    /// `type/subtype`, in lower case.
    public var mediaType: String { "\(type)/\(subtype)" }

    /// The value of the parameter called `name`, which must be in lower case.
    public subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }
}

/// The value of a Content-Disposition field. RFC 2183 §2.
public struct ContentDisposition: Hashable, Sendable {
    /// `inline`, `attachment`, …, in lower case. One that is not known is to be treated as `attachment`. RFC 2183 §2.8.
    public var disposition: String
    /// The parameters, put together and decoded; each name once. RFC 2231.
    public var parameters: [FieldParameter]

    /// A disposition of those.
    public init(disposition: String, parameters: [FieldParameter] = []) {
        self.disposition = disposition
        self.parameters = parameters
    }

    /// Reads the value of a field, folded or not; nil if it names no disposition. At most 256 parameters are taken.
    public init?(parsing value: Span<UInt8>, charsets: some CharsetDecoder) {
        let field = ContentField(0..<value.count, in: value)
        guard !field.value.isEmpty else { return nil }
        disposition = String(decoding: field.value, as: UTF8.self).asciiLowercased
        parameters = field.texts(charsets: charsets)
    }

    /// The value of the parameter called `name`, which must be in lower case.
    public subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// The name under which the part may be saved, as it was sent: it may hold anything, `/` too. RFC 2183 §2.3.
    public var fileName: String? { self["filename"] }
    /// When the file was made. RFC 2183 §2.4.
    public var creationDate: DateTime? { date("creation-date") }
    /// When the file was last changed. RFC 2183 §2.5.
    public var modificationDate: DateTime? { date("modification-date") }
    /// When the file was last read. RFC 2183 §2.6.
    public var readDate: DateTime? { date("read-date") }
    /// About how many octets the file has. RFC 2183 §2.7.
    public var size: UInt64? {
        let digits = Array((self["size"] ?? "").utf8)
        return decimal(digits.span)
    }

    private func date(_ name: String) -> DateTime? {
        guard let octets = self[name].map({ Array($0.utf8) }) else { return nil }
        return DateTime(mailDate: octets.span)
    }
}
