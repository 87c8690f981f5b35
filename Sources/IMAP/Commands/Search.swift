internal import Octets

/// What SEARCH asks for. RFC 3501 §6.4.4.
public struct SearchRequest: Hashable, Sendable {
    /// Whether the answer is in sequence numbers or UIDs. `SearchKey.sequence` counts sequence numbers in both.
    public var numbering: Numbering
    /// RETURN: the answer is an ESEARCH; nil for a SEARCH response, or, in IMAP4rev2, for ESEARCH with ALL.
    public var returns: SearchReturn?
    /// CHARSET, in upper case; nil if there was none, which means US-ASCII, or UTF-8 where UTF-8 was enabled.
    public var charset: String?
    /// What a message must match; several keys of the command are one `.and`.
    public var key: SearchKey

    /// The request of those parts.
    public init(_ key: SearchKey, charset: String? = nil, returns: SearchReturn? = nil, by numbering: Numbering) {
        self.numbering = numbering
        self.returns = returns
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
    case larger(UInt64)
    /// SMALLER: fewer octets than that.
    case smaller(UInt64)
    /// OLDER: the internal date is at least so many seconds ago. RFC 5032 §2.
    case older(UInt32)
    /// YOUNGER: the internal date is at most so many seconds ago. RFC 5032 §2.
    case younger(UInt32)
    /// SAVEDBEFORE: as BEFORE, by the date it came into the mailbox. RFC 8514 §4.3.
    case savedBefore(SearchDate)
    /// SAVEDON: as ON, by that date. RFC 8514 §4.3.
    case savedOn(SearchDate)
    /// SAVEDSINCE: as SINCE, by that date. RFC 8514 §4.3.
    case savedSince(SearchDate)
    /// SAVEDATESUPPORTED: the mailbox keeps that date. RFC 8514 §4.3.
    case saveDateSupported
    /// MODSEQ: changed at that mod-sequence or later. RFC 7162 §3.1.5.
    case modSequence(ModSequenceKey)
    /// EMAILID: the message with that content. RFC 8474 §6.
    case emailID(String)
    /// THREADID: a message of that thread. RFC 8474 §6.
    case threadID(String)
    /// FUZZY: as far as the server sees fit. RFC 6203 §3.
    case fuzzy(SearchKey)
}

/// The argument of the search key MODSEQ. RFC 7162 §3.1.5.
public struct ModSequenceKey: Hashable, Sendable {
    /// Whose value of the flag is meant.
    public enum EntryType: String, Hashable, Sendable, CaseIterable {
        /// priv: one's own.
        case personal = "PRIV"
        /// shared: that of all.
        case shared = "SHARED"
        /// all: the greater of both.
        case all = "ALL"
    }

    /// 0…2^63-1.
    public var value: UInt64
    /// An entry name such as `/flags/\Seen`, as written, unquoted; nil for the message as a whole. A server that keeps one
    /// mod-sequence for a message may ignore it.
    public var entry: [UInt8]?
    /// Whose; nil exactly if `entry` is.
    public var entryType: EntryType?

    /// The argument of those parts.
    public init(_ value: UInt64, entry: [UInt8]? = nil, entryType: EntryType? = nil) {
        self.value = value
        self.entry = entry
        self.entryType = entryType
    }
}

extension SearchKey {
    /// Whether a set of sequence numbers is anywhere in it; `$` is none. RFC 9586 §3.
    var hasSequenceNumbers: Bool {
        switch self {
        case .and(let keys): keys.contains { $0.hasSequenceNumbers }
        case .or(let left, let right): left.hasSequenceNumbers || right.hasSequenceNumbers
        case .not(let key), .fuzzy(let key): key.hasSequenceNumbers
        case .sequence(let set): !set.isSavedResult
        default: false
        }
    }

    /// Whether MODSEQ is anywhere in it, which makes the answer say the highest mod-sequence. RFC 7162 §3.1.5.
    public var hasModSequence: Bool {
        switch self {
        case .and(let keys): keys.contains { $0.hasModSequence }
        case .or(let left, let right): left.hasModSequence || right.hasModSequence
        case .not(let key), .fuzzy(let key): key.hasModSequence
        case .modSequence: true
        default: false
        }
    }
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
