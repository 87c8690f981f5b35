internal import IMAP
internal import MIME
internal import Mailbox

/// What a FETCH wants of each message, worked out once for all of them.
struct FetchPlan {
    /// In the order of the answer.
    private(set) var attributes: [FetchAttribute]
    /// What has to be read; nothing if the view has it all.
    private(set) var parts: MessageParts = []
    /// Whether messages become \Seen.
    let setsSeen: Bool
    let hasFlags: Bool
    let hasModSequence: Bool

    /// UID FETCH tells the UID, unless it stands where the number would; CHANGEDSINCE tells MODSEQ. RFC 3501 §6.4.8,
    /// RFC 9586 §3.3, RFC 7162 §3.1.4.1.
    init(_ request: FetchRequest, _ enabled: EnabledExtensions) {
        attributes = request.attributes
        if request.numbering == .uid, !enabled.contains(.uidOnly), !attributes.contains(.uid) {
            attributes.insert(.uid, at: 0)
        }
        if request.modifiers.changedSince != nil, !attributes.contains(.modSequence) {
            attributes.append(.modSequence)
        }
        setsSeen = attributes.contains(where: \.setsSeen)
        hasFlags = attributes.contains(.flags)
        hasModSequence = attributes.contains(.modSequence)
        for attribute in attributes { parts.formUnion(attribute.parts) }
    }
}

extension FetchAttribute {
    /// What has to be read to answer it.
    fileprivate var parts: MessageParts {
        switch self {
        case .uid, .flags, .internalDate, .rfc822Size, .modSequence, .saveDate: []
        case .envelope, .body, .bodyStructure: .summary
        case .rfc822: .octets
        case .section(let section, _, _) where section == IMAP.Section(): .octets
        case .rfc822Header, .rfc822Text, .section, .binary, .binarySize: [.octets, .summary]
        case .emailID, .threadID: .ids
        case .preview: .preview
        }
    }

    /// Which octets of a message it means; nil if it means no octets.
    var section: MIME.Section? {
        switch self {
        case .rfc822: MIME.Section()
        case .rfc822Header: MIME.Section([], .header)
        case .rfc822Text: MIME.Section([], .text)
        case .section(let section, _, _): MIME.Section(section.part.map { Int($0) }, section.kind)
        default: nil
        }
    }

    /// Which of those octets; nil for all.
    var partial: Partial? {
        if case .section(_, let partial, _) = self { partial } else { nil }
    }

    /// Which fields of a header; nil if it is not about fields.
    var fields: (names: [[UInt8]], isNot: Bool)? {
        if case .section(let section, _, _) = self { section.fields } else { nil }
    }
}

extension IMAP.Section {
    /// Which fields of a header; nil if it is not about fields.
    var fields: (names: [[UInt8]], isNot: Bool)? {
        switch text {
        case .headerFields(let names): (names, false)
        case .headerFieldsNot(let names): (names, true)
        default: nil
        }
    }

    /// What of the part it means, before fields are chosen.
    var kind: MIME.Section.Kind {
        switch text {
        case nil: .all
        case .header, .headerFields, .headerFieldsNot: .header
        case .text: .text
        case .mime: .mime
        }
    }
}
