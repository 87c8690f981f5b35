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
        case .header: .header
        case .body: .body
        case .text: [.header, .body]
        default: []
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
}

extension SearchCondition {
    /// `key` for the messages of `selection`. A sequence number that no message has is an error of the client.
    init(_ key: SearchKey, _ selection: Selection) throws {
        switch key {
        case .all: self = .constant(true)
        case .and(let keys): self = .and(try keys.map { try SearchCondition($0, selection) })
        case .or(let left, let right):
            self = .or(try SearchCondition(left, selection), try SearchCondition(right, selection))
        case .not(let key): self = .not(try SearchCondition(key, selection))
        case .sequence(let set):
            let numbers = try selection.messages(set, by: .sequence)
            self = .numbers(numbers.ranges.map { UInt32($0.lowerBound)...UInt32($0.upperBound - 1) })
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
        default: self = SearchCondition(text: key)
        }
    }

    /// The keys that look for text.
    private init(text key: SearchKey) {
        switch key {
        case .from(let text): self = .envelope(.from, Needle(text))
        case .to(let text): self = .envelope(.to, Needle(text))
        case .cc(let text): self = .envelope(.cc, Needle(text))
        case .bcc(let text): self = .envelope(.bcc, Needle(text))
        case .subject(let text): self = .envelope(.subject, Needle(text))
        case .header(let name, let text): self = .header(name: name, Needle(text))
        case .body(let text): self = .body(Needle(text))
        case .text(let text): self = .text(Needle(text))
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
