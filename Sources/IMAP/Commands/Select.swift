internal import Octets

/// What SELECT and EXAMINE ask for beside the mailbox. RFC 7162 §7, RFC 4466 §2.1.
public struct SelectParameters: Hashable, Sendable {
    /// CONDSTORE: from now on every change of flags is told with MODSEQ. RFC 7162 §3.1.8.
    public var condstore: Bool
    /// QRESYNC: what the client knows of the mailbox; nil if it did not say. RFC 7162 §3.2.5.
    public var qresync: QuickResync?

    /// The parameters given; none by default.
    public init(condstore: Bool = false, qresync: QuickResync? = nil) {
        self.condstore = condstore
        self.qresync = qresync
    }

    /// Whether there are none.
    public var isEmpty: Bool { self == SelectParameters() }
}

/// What a client still knows of a mailbox. RFC 7162 §3.2.5.
public struct QuickResync: Hashable, Sendable {
    /// Message numbers and the UIDs they had, in the same order. RFC 7162 §3.2.5.2.
    public struct Match: Hashable, Sendable {
        /// Sequence numbers, no `*`.
        public var numbers: SequenceSet
        /// As many UIDs, no `*`.
        public var uids: SequenceSet

        /// The match of those.
        public init(numbers: SequenceSet, uids: SequenceSet) {
            self.numbers = numbers
            self.uids = uids
        }
    }

    /// The UIDVALIDITY that it knows, from 1.
    public var uidValidity: UInt32
    /// The mod-sequence up to which it knows everything, 1…2^63-1.
    public var modSequence: UInt64
    /// The UIDs it knows, no `*`; nil for all up to UIDNEXT.
    public var knownUIDs: SequenceSet?
    /// Pairs from which a server that forgot what was expunged finds the difference.
    public var match: Match?

    /// The knowledge of those parts.
    public init(uidValidity: UInt32, modSequence: UInt64, knownUIDs: SequenceSet? = nil, match: Match? = nil) {
        self.uidValidity = uidValidity
        self.modSequence = modSequence
        self.knownUIDs = knownUIDs
        self.match = match
    }
}

extension CommandReader {
    /// [select-params]. RFC 4466 §3, RFC 7162 §7.
    mutating func selectParameters(in octets: Span<UInt8>) throws(SyntaxError) -> SelectParameters {
        var parameters = SelectParameters()
        guard take(" ", in: octets) else { return parameters }
        try list(in: octets, as: "select-params", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
            let start = reader.cursor
            switch try reader.word(in: octets, as: "select-param") {
            case "CONDSTORE": parameters.condstore = true
            case "QRESYNC" where parameters.qresync == nil:
                try reader.space(in: octets)
                parameters.qresync = try reader.quickResync(in: octets)
            default: throw start.unexpected("CONDSTORE or QRESYNC, once")
            }
        }
        return parameters
    }

    /// What follows QRESYNC. RFC 7162 §7.
    private mutating func quickResync(in octets: Span<UInt8>) throws(SyntaxError) -> QuickResync {
        try expect("(", in: octets, as: "(")
        let uidValidity = try nzNumber(in: octets)
        try space(in: octets)
        var resync = QuickResync(uidValidity: uidValidity, modSequence: try modSequence(in: octets))
        var hasMore = take(" ", in: octets)
        if hasMore, !isNext("(", in: octets) {
            resync.knownUIDs = try plainSet(in: octets, as: "known-uids")
            hasMore = take(" ", in: octets)
        }
        if hasMore {
            try expect("(", in: octets, as: "seq-match-data")
            let numbers = try plainSet(in: octets, as: "known-sequence-set")
            try space(in: octets)
            resync.match = QuickResync.Match(numbers: numbers, uids: try plainSet(in: octets, as: "known-uid-set"))
            try expect(")", in: octets, as: ")")
        }
        try expect(")", in: octets, as: ")")
        return resync
    }
}
