/// What FETCH asks for. RFC 3501 §6.4.5.
public struct FetchRequest: Hashable, Sendable {
    /// Which messages.
    public var set: SequenceSet
    /// What `set` counts. With `.uid` every answer has a UID item, asked for or not.
    public var numbering: Numbering
    /// At least one, in the order asked, macros written out, none twice.
    public var attributes: [FetchAttribute]

    /// The request of those parts.
    public init(_ set: SequenceSet, by numbering: Numbering, _ attributes: [FetchAttribute]) {
        self.set = set
        self.numbering = numbering
        self.attributes = attributes
    }
}

/// One item of a message. RFC 3501 §6.4.5.
public enum FetchAttribute: Hashable, Sendable {
    /// ENVELOPE.
    case envelope
    /// FLAGS.
    case flags
    /// INTERNALDATE.
    case internalDate
    /// UID.
    case uid
    /// RFC822.SIZE.
    case rfc822Size
    /// RFC822: as BODY[], under its own name; sets \Seen.
    case rfc822
    /// RFC822.HEADER: as BODY.PEEK[HEADER], under its own name.
    case rfc822Header
    /// RFC822.TEXT: as BODY[TEXT], under its own name; sets \Seen.
    case rfc822Text
    /// BODY: the structure without extension data.
    case body
    /// BODYSTRUCTURE.
    case bodyStructure
    /// BODY[section]<partial>; with `isPeek` it does not set \Seen.
    case section(Section, partial: Partial?, isPeek: Bool)

    /// Whether reading it sets \Seen.
    public var setsSeen: Bool {
        switch self {
        case .rfc822, .rfc822Text: true
        case .section(_, _, let isPeek): !isPeek
        default: false
        }
    }
}

/// What stands between the brackets of BODY[…]. RFC 3501 §9 section-spec.
public struct Section: Hashable, Sendable {
    /// What of the part.
    public enum Text: Hashable, Sendable {
        /// HEADER: the header of the message, or of the message in a message/rfc822 part.
        case header
        /// HEADER.FIELDS: those fields of it. At least one name, as the client wrote it.
        case headerFields([[UInt8]])
        /// HEADER.FIELDS.NOT: all but those fields.
        case headerFieldsNot([[UInt8]])
        /// TEXT: the body of the message, or of the message in a message/rfc822 part.
        case text
        /// MIME: the part's own header; never with an empty `part`.
        case mime
    }

    /// Part numbers from the top, each from 1; empty for the whole message.
    public var part: [UInt32]
    /// nil for the part's whole body, or, with an empty `part`, the whole message.
    public var text: Text?

    /// The section of those.
    public init(part: [UInt32] = [], text: Text? = nil) {
        self.part = part
        self.text = text
    }
}

/// Which octets of a section. RFC 3501 §9 partial.
public struct Partial: Hashable, Sendable {
    /// The first octet, from 0; the answer repeats it.
    public var offset: UInt32
    /// How many at most, from 1.
    public var count: UInt32

    /// At most `count` octets from `offset`.
    public init(offset: UInt32, count: UInt32) {
        self.offset = offset
        self.count = count
    }
}
