internal import Octets

/// What SEARCH asks for. RFC 3501 §6.4.4.
public struct SearchRequest: Hashable, Sendable {
    /// Whether the answer is in sequence numbers or UIDs. `SearchKey.sequence` counts sequence numbers in both.
    public var numbering: Numbering
    /// CHARSET, in upper case; nil if there was none, which means US-ASCII.
    public var charset: String?
    /// What a message must match; several keys of the command are one `.and`.
    public var key: SearchKey

    /// The request of those parts.
    public init(_ key: SearchKey, charset: String? = nil, by numbering: Numbering) {
        self.numbering = numbering
        self.charset = charset
        self.key = key
    }
}

/// A condition on a message. RFC 3501 §6.4.4.
///
/// It is never nested deeper than `CommandLimits.searchDepth`, so a walk over it may recurse. Texts are octets in the
/// request's charset, matched as substrings without case.
public indirect enum SearchKey: Hashable, Sendable {
    /// ALL.
    case all
    /// All of these; at least one.
    case and([SearchKey])
    /// OR.
    case or(SearchKey, SearchKey)
    /// NOT.
    case not(SearchKey)
    /// A sequence set, of sequence numbers.
    case sequence(SequenceSet)
    /// UID.
    case uid(SequenceSet)
    /// One system flag is set: ANSWERED, DELETED, DRAFT, FLAGGED, RECENT, SEEN.
    case flag(SystemFlags)
    /// One system flag is not set: UNANSWERED, UNDELETED, UNDRAFT, UNFLAGGED, OLD (\Recent), UNSEEN.
    case notFlag(SystemFlags)
    /// NEW: \Recent is set and \Seen is not.
    case new
    /// KEYWORD.
    case keyword(String)
    /// UNKEYWORD.
    case notKeyword(String)
    /// BCC.
    case bcc([UInt8])
    /// CC.
    case cc([UInt8])
    /// FROM.
    case from([UInt8])
    /// SUBJECT.
    case subject([UInt8])
    /// TO.
    case to([UInt8])
    /// HEADER: a field of that name contains the text; an empty text matches every such field.
    case header(name: [UInt8], text: [UInt8])
    /// BODY: the text is in the body.
    case body([UInt8])
    /// TEXT: the text is in the header or the body.
    case text([UInt8])
    /// BEFORE: the internal date, its time and zone not looked at, is earlier.
    case before(SearchDate)
    /// ON: the internal date is that day.
    case on(SearchDate)
    /// SINCE: the internal date is that day or later.
    case since(SearchDate)
    /// SENTBEFORE: as BEFORE, by the Date field.
    case sentBefore(SearchDate)
    /// SENTON: as ON, by the Date field.
    case sentOn(SearchDate)
    /// SENTSINCE: as SINCE, by the Date field.
    case sentSince(SearchDate)
    /// LARGER: more octets than that.
    case larger(UInt32)
    /// SMALLER: fewer octets than that.
    case smaller(UInt32)
}

/// A day of the calendar that exists. RFC 3501 §9 date.
public struct SearchDate: Hashable, Sendable {
    /// 0…9999.
    public let year: Int
    /// 1…12.
    public let month: Int
    /// 1…31.
    public let day: Int

    /// Days from 1970-01-01.
    public let daysSince1970: Int64

    /// That day; nil if there is none.
    public init?(year: Int, month: Int, day: Int) {
        guard let date = DateTime(year: year, month: month, day: day) else { return nil }
        self.year = year
        self.month = month
        self.day = day
        daysSince1970 = date.daysSince1970
    }
}
