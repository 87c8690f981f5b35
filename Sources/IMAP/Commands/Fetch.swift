internal import Octets

/// What FETCH asks for. RFC 3501 §6.4.5.
public struct FetchRequest: Hashable, Sendable {
    /// Which messages.
    public var set: SequenceSet
    /// What `set` counts. With `.uid` every answer has a UID item, asked for or not.
    public var numbering: Numbering
    /// At least one, in the order asked, macros written out, none twice.
    public var attributes: [FetchAttribute]
    /// What narrows it.
    public var modifiers: FetchModifiers

    /// The request of those parts.
    public init(
        _ set: SequenceSet,
        by numbering: Numbering,
        _ attributes: [FetchAttribute],
        _ modifiers: FetchModifiers = FetchModifiers()
    ) {
        self.set = set
        self.numbering = numbering
        self.attributes = attributes
        self.modifiers = modifiers
    }
}

/// What narrows a FETCH. RFC 4466 §2.4.
public struct FetchModifiers: Hashable, Sendable {
    /// CHANGEDSINCE: only messages with a higher mod-sequence, 1…2^63-1, and MODSEQ is told of each. RFC 7162 §3.1.4.1.
    public var changedSince: UInt64?
    /// VANISHED: tell first which of the UIDs are gone. Only with `changedSince`, in UID FETCH. RFC 7162 §3.2.6.
    public var tellsVanished: Bool
    /// PARTIAL: only these of the messages. RFC 9394 §3.3.
    public var partial: PartialRange?

    /// The modifiers given; none by default.
    public init(changedSince: UInt64? = nil, tellsVanished: Bool = false, partial: PartialRange? = nil) {
        self.changedSince = changedSince
        self.tellsVanished = tellsVanished
        self.partial = partial
    }

    /// Whether there are none.
    public var isEmpty: Bool { self == FetchModifiers() }
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
    /// BINARY[part]<partial>: decoded octets of a part, of the whole message if there are no numbers; with `isPeek` it
    /// does not set \Seen. RFC 3516 §4.2, RFC 9051 §6.4.5.
    case binary(part: [UInt32], partial: Partial?, isPeek: Bool)
    /// BINARY.SIZE[part]: how many octets those are. RFC 3516 §4.2.
    case binarySize(part: [UInt32])
    /// MODSEQ. RFC 7162 §3.1.4.2.
    case modSequence
    /// EMAILID. RFC 8474 §5.1.
    case emailID
    /// THREADID. RFC 8474 §5.2.
    case threadID
    /// SAVEDATE: when it came into the mailbox. RFC 8514 §4.2.
    case saveDate
    /// PREVIEW; with `isLazy` only if it costs nothing. RFC 8970 §3.
    case preview(isLazy: Bool)

    /// Whether reading it sets \Seen.
    public var setsSeen: Bool {
        switch self {
        case .rfc822, .rfc822Text: true
        case .section(_, _, let isPeek), .binary(_, _, let isPeek): !isPeek
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

/// Which octets of a section. RFC 3501 §9 partial, RFC 9051 §9 partial.
public struct Partial: Hashable, Sendable {
    /// The first octet, from 0, at most 2^63-1 in IMAP4rev2 and 2^32-1 else; the answer repeats it.
    public var offset: UInt64
    /// How many at most, from 1; within the same bounds.
    public var count: UInt64

    /// At most `count` octets from `offset`.
    public init(offset: UInt64, count: UInt64) {
        self.offset = offset
        self.count = count
    }
}

extension Section {
    /// The section that `octets` spell, as it stands between brackets; nil if they do not.
    init?(parsing octets: [UInt8]) {
        guard octets.allSatisfy({ $0 >= 0x20 }) else { return nil }
        let octets = octets + [UInt8(ascii: "]")]
        var reader = CommandReader(
            cursor: Cursor(end: octets.count),
            options: ParserOptions(),
            limits: CommandLimits()
        )
        guard let section = try? reader.sectionSpec(in: octets.span), reader.cursor.remaining == 1,
            reader.isNext("]", in: octets.span)
        else { return nil }
        self = section
    }
}

extension CommandReader {
    /// fetch. RFC 3501 §6.4.5, RFC 4466 §2.4.
    mutating func fetch(by numbering: Numbering, in octets: Span<UInt8>) throws(SyntaxError) -> FetchRequest {
        try space(in: octets)
        let set = try sequenceSet(in: octets)
        try space(in: octets)
        let attributes: [FetchAttribute]
        if isNext("(", in: octets) {
            attributes = try fetchAttributes(in: octets)
        } else if let macro = fetchMacro(in: octets) {
            attributes = macro
        } else {
            attributes = [try fetchAttribute(in: octets)]
        }
        return FetchRequest(set, by: numbering, attributes, try fetchModifiers(by: numbering, in: octets))
    }

    /// "(" fetch-att *(SP fetch-att) ")"; none twice.
    mutating func fetchAttributes(in octets: Span<UInt8>) throws(SyntaxError) -> [FetchAttribute] {
        var attributes: [FetchAttribute] = []
        var seen: Set<FetchAttribute> = []
        try list(in: octets, as: "fetch attributes", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
            let attribute = try reader.fetchAttribute(in: octets)
            if seen.insert(attribute).inserted { attributes.append(attribute) }
        }
        return attributes
    }

    /// [fetch-modifiers]; each once. RFC 7162 §7, RFC 9394 §4.
    private mutating func fetchModifiers(
        by numbering: Numbering,
        in octets: Span<UInt8>
    ) throws(SyntaxError) -> FetchModifiers {
        var modifiers = FetchModifiers()
        let start = cursor
        guard take(" ", in: octets) else { return modifiers }
        try list(in: octets, as: "fetch-modifiers", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
            let start = reader.cursor
            switch try reader.word(in: octets, as: "fetch-modifier") {
            case "CHANGEDSINCE" where modifiers.changedSince == nil:
                try reader.space(in: octets)
                modifiers.changedSince = try reader.modSequence(in: octets)
            case "VANISHED" where numbering == .uid: modifiers.tellsVanished = true
            case "PARTIAL" where modifiers.partial == nil:
                try reader.space(in: octets)
                modifiers.partial = try reader.partialRange(in: octets)
            default: throw start.unexpected("fetch-modifier")
            }
        }
        guard !modifiers.tellsVanished || modifiers.changedSince != nil else {
            throw start.unexpected("VANISHED beside CHANGEDSINCE")
        }
        return modifiers
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
        case let name:
            if let attribute = try extensionAttribute(name, in: octets) { return attribute }
            throw start.unexpected("fetch-att")
        }
    }

    /// The attributes of extensions. RFC 3516 §7, RFC 7162 §7, RFC 8474 §7, RFC 8514 §5, RFC 8970 §6.
    private mutating func extensionAttribute(
        _ name: String,
        in octets: Span<UInt8>
    ) throws(SyntaxError) -> FetchAttribute? {
        switch name {
        case "MODSEQ": return .modSequence
        case "EMAILID": return .emailID
        case "THREADID": return .threadID
        case "SAVEDATE": return .saveDate
        case "PREVIEW": return .preview(isLazy: cursor.take(word: " (LAZY)", in: octets))
        case "BINARY", "BINARY.PEEK":
            let part = try binarySection(in: octets)
            return .binary(part: part, partial: try partial(in: octets), isPeek: name == "BINARY.PEEK")
        case "BINARY.SIZE": return .binarySize(part: try binarySection(in: octets))
        default: return nil
        }
    }

    /// section-binary. RFC 3516 §7.
    private mutating func binarySection(in octets: Span<UInt8>) throws(SyntaxError) -> [UInt32] {
        try expect("[", in: octets, as: "section-binary")
        var part: [UInt32] = []
        if take("]", in: octets) { return part }
        repeat {
            part.append(try nzNumber(in: octets))
            guard part.count <= 1000 else { throw cursor.unexpected("at most 1000 part numbers") }
        } while take(".", in: octets)
        try expect("]", in: octets, as: ". or ]")
        return part
    }

    /// [partial]. RFC 3501 §9.
    private mutating func partial(in octets: Span<UInt8>) throws(SyntaxError) -> Partial? {
        guard take("<", in: octets) else { return nil }
        let offset = try number64(in: octets)
        try expect(".", in: octets, as: ".")
        guard !isNext("0", in: octets) else { throw cursor.unexpected("nz-number") }
        let partial = Partial(offset: offset, count: try number64(in: octets))
        try expect(">", in: octets, as: ">")
        return partial
    }

    /// section and partial. RFC 3501 §9.
    private mutating func bodySection(in octets: Span<UInt8>, isPeek: Bool) throws(SyntaxError) -> FetchAttribute {
        try expect("[", in: octets, as: "section")
        let section = try sectionSpec(in: octets)
        try expect("]", in: octets, as: "]")
        return .section(section, partial: try partial(in: octets), isPeek: isPeek)
    }

    /// section-spec; it may be empty. RFC 3501 §9.
    fileprivate mutating func sectionSpec(in octets: Span<UInt8>) throws(SyntaxError) -> Section {
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
