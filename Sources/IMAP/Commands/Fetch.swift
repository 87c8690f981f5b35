internal import Octets

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

extension CommandReader {
    /// fetch. RFC 3501 §6.4.5.
    mutating func fetch(by numbering: Numbering, in octets: Span<UInt8>) throws(SyntaxError) -> FetchRequest {
        try space(in: octets)
        let set = try sequenceSet(in: octets)
        try space(in: octets)
        if isNext("(", in: octets) {
            var attributes: [FetchAttribute] = []
            var seen: Set<FetchAttribute> = []
            try list(in: octets, as: "fetch attributes", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
                let attribute = try reader.fetchAttribute(in: octets)
                if seen.insert(attribute).inserted { attributes.append(attribute) }
            }
            return FetchRequest(set, by: numbering, attributes)
        }
        if let macro = fetchMacro(in: octets) { return FetchRequest(set, by: numbering, macro) }
        return FetchRequest(set, by: numbering, [try fetchAttribute(in: octets)])
    }

    /// ALL, FAST or FULL, written out; nil, and nothing taken, if something else comes. RFC 3501 §6.4.5.
    private mutating func fetchMacro(in octets: Span<UInt8>) -> [FetchAttribute]? {
        let fast: [FetchAttribute] = [.flags, .internalDate, .rfc822Size]
        if cursor.take(word: "ALL", in: octets) { return fast + [.envelope] }
        if cursor.take(word: "FAST", in: octets) { return fast }
        if cursor.take(word: "FULL", in: octets) { return fast + [.envelope, .body] }
        return nil
    }

    /// fetch-att. RFC 3501 §9.
    private mutating func fetchAttribute(in octets: Span<UInt8>) throws(SyntaxError) -> FetchAttribute {
        let start = cursor
        switch try word(in: octets, as: "fetch-att") {
        case "ENVELOPE": return .envelope
        case "FLAGS": return .flags
        case "INTERNALDATE": return .internalDate
        case "UID": return .uid
        case "RFC822": return .rfc822
        case "RFC822.HEADER": return .rfc822Header
        case "RFC822.SIZE": return .rfc822Size
        case "RFC822.TEXT": return .rfc822Text
        case "BODYSTRUCTURE": return .bodyStructure
        case "BODY":
            guard isNext("[", in: octets) else { return .body }
            return try bodySection(in: octets, isPeek: false)
        case "BODY.PEEK":
            return try bodySection(in: octets, isPeek: true)
        default: throw start.unexpected("fetch-att")
        }
    }

    /// section and partial. RFC 3501 §9.
    private mutating func bodySection(in octets: Span<UInt8>, isPeek: Bool) throws(SyntaxError) -> FetchAttribute {
        try expect("[", in: octets, as: "section")
        let section = try sectionSpec(in: octets)
        try expect("]", in: octets, as: "]")
        guard take("<", in: octets) else { return .section(section, partial: nil, isPeek: isPeek) }
        let offset = try number(in: octets)
        try expect(".", in: octets, as: ".")
        let partial = Partial(offset: offset, count: try nzNumber(in: octets))
        try expect(">", in: octets, as: ">")
        return .section(section, partial: partial, isPeek: isPeek)
    }

    /// section-spec; it may be empty. RFC 3501 §9.
    private mutating func sectionSpec(in octets: Span<UInt8>) throws(SyntaxError) -> Section {
        var section = Section()
        if isNext("]", in: octets) { return section }
        while let next = cursor.peek(in: octets), next.digitValue != nil {
            section.part.append(try nzNumber(in: octets))
            guard section.part.count <= 1000 else { throw cursor.unexpected("at most 1000 part numbers") }
            guard take(".", in: octets) else { return section }
        }
        section.text = try sectionText(in: octets, isPart: !section.part.isEmpty)
        return section
    }

    /// section-text in a part, section-msgtext without. RFC 3501 §9.
    private mutating func sectionText(in octets: Span<UInt8>, isPart: Bool) throws(SyntaxError) -> Section.Text {
        let production = isPart ? "section-text" : "section-spec"
        let start = cursor
        switch try word(in: octets, as: production) {
        case "HEADER": return .header
        case "TEXT": return .text
        case "HEADER.FIELDS": return .headerFields(try headerList(in: octets))
        case "HEADER.FIELDS.NOT": return .headerFieldsNot(try headerList(in: octets))
        case "MIME" where isPart: return .mime
        default: throw start.unexpected(production)
        }
    }

    /// SP header-list. RFC 3501 §9.
    private mutating func headerList(in octets: Span<UInt8>) throws(SyntaxError) -> [[UInt8]] {
        try space(in: octets)
        var names: [[UInt8]] = []
        try list(in: octets, as: "header-list", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
            names.append(try reader.astring(in: octets))
        }
        return names
    }
}
