public import DNS

/// Who answers questions about names. `Resolver` asks servers, `FixedNames` knows all answers itself.
///
/// The name is as people write it: with or without a dot at its end, in A-labels or U-labels; labels such as `_25` and
/// the backslashes of master files are taken as they are.
public protocol NameService: Sendable {
    /// Asks for the records of one type. Aliases (CNAME) are followed.
    ///
    /// - Throws: `.temporary` if no server could say, which is also what a wrong signature of DNSSEC looks like;
    ///   `.invalidName` if no such name can exist; `.refused` if all servers refuse to answer.
    func lookUp(_ name: String, _ type: RecordType) async throws(LookupError) -> Answer
}

/// What there is at a name.
public struct Answer: Hashable, Sendable {
    /// Whether there is anything.
    public enum Outcome: Hashable, Sendable {
        /// There are records of the type that was asked for.
        case found
        /// The name exists, without records of that type.
        case noData
        /// The name does not exist (NXDOMAIN, RFC 2308 §2.1).
        case noSuchName
    }

    /// The records of the type that was asked for, in no order; empty unless `outcome` is `.found`. Their time to live is
    /// what is left of it.
    public var records: [Record]
    /// The name that they belong to, or that is not there: that of the question, or where its aliases lead.
    public var canonicalName: Name
    /// The whole answer, an empty one too, was validated by a server that is trusted to do so (RFC 4035 §3.2.3).
    public var isAuthenticated: Bool
    /// Whether there is anything.
    public var outcome: Outcome
    /// Seconds that the answer may be kept.
    public var timeToLive: UInt32

    /// An answer; what `outcome` is follows from the records unless the name does not exist.
    public init(
        records: [Record],
        canonicalName: Name,
        isAuthenticated: Bool = false,
        exists: Bool = true,
        timeToLive: UInt32 = 0
    ) {
        self.records = records
        self.canonicalName = canonicalName
        self.isAuthenticated = isAuthenticated
        self.timeToLive = timeToLive
        outcome = records.isEmpty ? (exists ? .noData : .noSuchName) : .found
    }
}

/// Why there is no answer.
public enum LookupError: Error, Hashable, Sendable {
    /// It may be there later: no server answered, or none could find out. The text is for the log.
    case temporary(String)
    /// No such name can exist: a label is too long, or IDNA does not allow it.
    case invalidName
    /// All servers refuse to answer.
    case refused
}

extension Name {
    /// The name as hosts are written: small letters, no dot at the end. The root is the empty text.
    public var host: String {
        let text = description.utf8.dropLast()
        return String(decoding: text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
