internal import IMAP
internal import Mailbox
internal import Octets

/// A SEARCH key made ready for one selection: sets resolved, texts folded, keywords as bits. RFC 3501 §6.4.4.
///
/// Never deeper than the parser lets a key be, so a walk over it may recurse.
indirect enum SearchCondition {
    case constant(Bool)
    case and([SearchCondition])
    case or(SearchCondition, SearchCondition)
    case not(SearchCondition)
    /// Indices of the view, ascending ranges.
    case numbers([ClosedRange<UInt32>])
    case uids([ClosedRange<UInt32>])
    case flags(Flags)
    case recent
    case keywords(KeywordBits)
    /// The size is above the first, or below the second.
    case larger(UInt64)
    case smaller(UInt64)
    /// Days since 1970 of the internal date.
    case received(ClosedRange<Int64>)
    /// Seconds since 1970 of the internal date.
    case receivedSeconds(ClosedRange<Int64>)
    /// Days since 1970 of the save date.
    case saved(ClosedRange<Int64>)
    /// Changed at that mod-sequence or later.
    case modSequence(ModSeq)
    case emailID(EmailID)
    case threadID(ThreadID)
    case sent(ClosedRange<Int64>)
    case envelope(EnvelopeField, Needle)
    case header(name: [UInt8], Needle)
    case body(Needle)
    case text(Needle)

    enum EnvelopeField {
        case from
        case to
        case cc
        case bcc
        case subject
    }

    /// What has to be known of a message to be sure.
    var parts: SearchParts {
        switch self {
        case .and(let all): all.reduce([]) { $0.union($1.parts) }
        case .or(let left, let right): left.parts.union(right.parts)
        case .not(let condition): condition.parts
        case .sent, .envelope: .envelope
        case .emailID, .threadID: .ids
        case .header: .header
        case .body: .body
        case .text: [.header, .partHeaders, .body]
        default: []
        }
    }
}

extension SearchCondition {
    /// How many comparisons it takes at most.
    var steps: Int {
        switch self {
        case .and(let all): all.reduce(1) { $0 + $1.steps }
        case .or(let left, let right): left.steps + right.steps
        case .not(let condition): condition.steps
        default: 1
        }
    }
}

/// What a condition looks at beyond the view.
struct SearchParts: OptionSet {
    var rawValue: UInt8
    /// The stored ENVELOPE.
    static let envelope = SearchParts(rawValue: 1)
    /// The message's header.
    static let header = SearchParts(rawValue: 2)
    /// The text of its parts.
    static let body = SearchParts(rawValue: 4)
    /// The ids that copies and conversations share.
    static let ids = SearchParts(rawValue: 8)
    /// The headers of its parts.
    static let partHeaders = SearchParts(rawValue: 16)
}

extension SearchCondition {
    /// `key` for the messages of `selection`, at the second `now` since 1970. A sequence number that no message has is an
    /// error of the client.
    init(_ key: SearchKey, _ selection: Selection, now: Int64, isFuzzy: Bool = false) throws {
        func inner(_ key: SearchKey) throws -> SearchCondition {
            try SearchCondition(key, selection, now: now, isFuzzy: isFuzzy)
        }
        switch key {
        case .all: self = .constant(true)
        case .and(let keys): self = .and(try keys.map(inner))
        case .or(let left, let right): self = .or(try inner(left), try inner(right))
        case .not(let key): self = .not(try inner(key))
        case .fuzzy(let key):
            self = try SearchCondition(key.loosened, selection, now: now, isFuzzy: true)
        case .sequence(let set) where set.isSavedResult: self = .uids(selection.savedResult.ranges)
        case .sequence(let set):
            let numbers = selection.searched(set)
            self = .numbers(numbers.ranges.map { UInt32($0.lowerBound)...UInt32($0.upperBound - 1) })
        case .uid(let set) where set.isSavedResult: self = .uids(selection.savedResult.ranges)
        case .uid(let set): self = .uids(set.ranges(largest: selection.messages.last?.uid ?? 0))
        case .flag(let flags): self = flags == .recent ? .recent : .flags(Flags(flags))
        case .notFlag(let flags): self = .not(flags == .recent ? .recent : .flags(Flags(flags)))
        case .new: self = .and([.recent, .not(.flags(.seen))])
        case .keyword(let name): self = .keyword(name, selection)
        case .notKeyword(let name): self = .not(.keyword(name, selection))
        case .larger(let size): self = .larger(size)
        case .smaller(let size): self = .smaller(size)
        case .before(let date): self = .received(.min...(date.daysSince1970 - 1))
        case .on(let date): self = .received(date.daysSince1970...date.daysSince1970)
        case .since(let date): self = .received(date.daysSince1970...(.max))
        case .sentBefore(let date): self = .sent(.min...(date.daysSince1970 - 1))
        case .sentOn(let date): self = .sent(date.daysSince1970...date.daysSince1970)
        case .sentSince(let date): self = .sent(date.daysSince1970...(.max))
        case .savedBefore(let date): self = .saved(.min...(date.daysSince1970 - 1))
        case .savedOn(let date): self = .saved(date.daysSince1970...date.daysSince1970)
        case .savedSince(let date): self = .saved(date.daysSince1970...(.max))
        case .saveDateSupported: self = .constant(true)
        // At least, and at most, so many seconds ago. RFC 5032 §2.
        case .older(let seconds): self = .receivedSeconds(.min...(now - Int64(seconds)))
        case .younger(let seconds): self = .receivedSeconds((now - Int64(seconds))...(.max))
        // There is one mod-sequence for all of a message. RFC 7162 §3.1.5.
        case .modSequence(let key): self = .modSequence(key.value)
        case .emailID(let id): self = EmailID(emailID: id).map { .emailID($0) } ?? .constant(false)
        case .threadID(let id): self = ThreadID(threadID: id).map { .threadID($0) } ?? .constant(false)
        default: self = SearchCondition(text: key, isFuzzy)
        }
    }

    /// The keys that look for text.
    private init(text key: SearchKey, _ isFuzzy: Bool) {
        func needle(_ text: [UInt8]) -> Needle { Needle(text, ignoringMarks: isFuzzy) }
        switch key {
        case .from(let text): self = .envelope(.from, needle(text))
        case .to(let text): self = .envelope(.to, needle(text))
        case .cc(let text): self = .envelope(.cc, needle(text))
        case .bcc(let text): self = .envelope(.bcc, needle(text))
        case .subject(let text): self = .envelope(.subject, needle(text))
        case .header(let name, let text): self = .header(name: UnicodeCasemap.map(name), needle(text))
        case .body(let text): self = .body(needle(text))
        case .text(let text): self = .text(needle(text))
        default: self = .constant(true)
        }
    }

    /// A keyword that the folder never had is on no message.
    private static func keyword(_ name: String, _ selection: Selection) -> SearchCondition {
        let name = name.asciiLowercased
        let place = selection.view.snapshot.folder.keywords.firstIndex { $0.asciiLowercased == name }
        guard let place, place < KeywordBits.bitWidth else { return .constant(false) }
        return .keywords(1 << KeywordBits(place))
    }
}

extension Flags {
    /// The flags of IMAP that a mailbox keeps: the same bits.
    init(_ flags: SystemFlags) { self.init(rawValue: flags.intersection(.changeable).rawValue) }
}
