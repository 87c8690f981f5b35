internal import Octets

/// What SORT asks for. RFC 5256 §3, RFC 5267 §3.
public struct SortRequest: Hashable, Sendable {
    /// Whether the answer is in sequence numbers or UIDs.
    public var numbering: Numbering
    /// RETURN: the answer is an ESEARCH; nil for a SORT response. RFC 5267 §3.1.
    public var returns: SearchReturn?
    /// At least one, the most important first.
    public var criteria: [SortCriterion]
    /// The charset of the keys' texts, in upper case.
    public var charset: String
    /// What a message must match.
    public var key: SearchKey

    /// The request of those parts.
    public init(
        _ criteria: [SortCriterion],
        _ key: SearchKey,
        charset: String,
        returns: SearchReturn? = nil,
        by numbering: Numbering
    ) {
        self.numbering = numbering
        self.returns = returns
        self.criteria = criteria
        self.charset = charset
        self.key = key
    }
}

/// One order of messages. RFC 5256 §3 sort-criterion.
public struct SortCriterion: Hashable, Sendable {
    /// By what. RFC 5256 §3, RFC 5957 §3, RFC 6203 §5.
    public enum Key: String, Hashable, Sendable, CaseIterable {
        /// The internal date.
        case arrival = "ARRIVAL"
        /// The mailbox of the first address of Cc.
        case cc = "CC"
        /// The Date field, or else the internal date.
        case date = "DATE"
        /// The mailbox of the first address of From.
        case from = "FROM"
        /// Octets.
        case size = "SIZE"
        /// The base subject. RFC 5256 §2.1.
        case subject = "SUBJECT"
        /// The mailbox of the first address of To.
        case to = "TO"
        /// The name that is shown of From.
        case displayFrom = "DISPLAYFROM"
        /// The name that is shown of To.
        case displayTo = "DISPLAYTO"
        /// How well a fuzzy search matched.
        case relevancy = "RELEVANCY"
    }

    /// By what.
    public var key: Key
    /// REVERSE.
    public var isReverse: Bool

    /// The criterion of those.
    public init(_ key: Key, isReverse: Bool = false) {
        self.key = key
        self.isReverse = isReverse
    }
}

extension CommandReader {
    /// sort and extended-sort. RFC 5256 §5, RFC 5267 §5.
    mutating func sort(by numbering: Numbering, in octets: Span<UInt8>) throws(SyntaxError) -> SortRequest {
        try space(in: octets)
        let returns = try searchReturn(in: octets)
        if returns != nil { try space(in: octets) }
        var criteria: [SortCriterion] = []
        try list(in: octets, as: "sort-criteria", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
            let isReverse = reader.cursor.take(word: "REVERSE ", in: octets)
            let key = try reader.word(in: octets, as: "sort-key") { SortCriterion.Key(rawValue: $0) }
            criteria.append(SortCriterion(key, isReverse: isReverse))
        }
        let (charset, key) = try searchCriteria(in: octets)
        return SortRequest(criteria, key, charset: charset, returns: returns, by: numbering)
    }
}
