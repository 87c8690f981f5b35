internal import Octets

/// What LIST asks for. RFC 3501 §6.3.8, RFC 5258 §3.
public struct ListRequest: Hashable, Sendable {
    /// Which mailboxes are looked at. RFC 5258 §3.1, RFC 6154 §2.
    public struct Selection: OptionSet, Hashable, Sendable {
        /// Bits as below.
        public var rawValue: UInt8
        /// The options of those bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// SUBSCRIBED.
        public static let subscribed = Selection(rawValue: 1)
        /// REMOTE.
        public static let remote = Selection(rawValue: 2)
        /// RECURSIVEMATCH; the grammar lets it stand only beside SUBSCRIBED or SPECIAL-USE.
        public static let recursiveMatch = Selection(rawValue: 4)
        /// SPECIAL-USE.
        public static let specialUse = Selection(rawValue: 8)
    }

    /// What is said of each mailbox. RFC 5258 §3.2, RFC 6154 §2.
    public struct Return: OptionSet, Hashable, Sendable {
        /// Bits as below.
        public var rawValue: UInt8
        /// The options of those bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// SUBSCRIBED.
        public static let subscribed = Return(rawValue: 1)
        /// CHILDREN.
        public static let children = Return(rawValue: 2)
        /// SPECIAL-USE.
        public static let specialUse = Return(rawValue: 4)
        /// MYRIGHTS: a MYRIGHTS response behind each LIST. RFC 8440 §3.
        public static let myRights = Return(rawValue: 8)
    }

    /// Empty means all.
    public var selection: Selection
    /// What comes before every pattern; often empty.
    public var reference: MailboxName
    /// From 1 to `CommandLimits.patterns`. A single empty one asks for the hierarchy delimiter.
    public var patterns: [MailboxPattern]
    /// Empty means what the server says by itself.
    public var returns: Return
    /// STATUS: what a STATUS response behind each LIST says; empty for none. RFC 5819 §2.
    public var statusAttributes: [StatusAttribute]
    /// METADATA: entries that a METADATA response behind each LIST tells; empty for none. RFC 9590 §3.
    public var metadataEntries: [[UInt8]]
    /// Whether any of the syntax of RFC 5258 was used.
    public var isExtended: Bool

    /// The request of those parts.
    public init(
        reference: MailboxName,
        patterns: [MailboxPattern],
        selection: Selection = [],
        returns: Return = [],
        statusAttributes: [StatusAttribute] = [],
        metadataEntries: [[UInt8]] = [],
        isExtended: Bool = false
    ) {
        self.selection = selection
        self.reference = reference
        self.patterns = patterns
        self.returns = returns
        self.statusAttributes = statusAttributes
        self.metadataEntries = metadataEntries
        self.isExtended = isExtended
    }
}

extension CommandReader {
    /// list. RFC 3501 §6.3.8, RFC 5258 §6.
    mutating func list(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        try space(in: octets)
        var request = ListRequest(reference: MailboxName([]), patterns: [])
        if isNext("(", in: octets) {
            request.isExtended = true
            request.selection = try listSelection(in: octets)
            try space(in: octets)
        }
        request.reference = MailboxName(try astring(in: octets))
        try space(in: octets)
        if isNext("(", in: octets) {
            request.isExtended = true
            try list(in: octets, as: "patterns", mayBeEmpty: false) { (reader, octets) throws(SyntaxError) in
                request.patterns.append(try reader.mailboxPattern(in: octets))
                guard request.patterns.count <= CommandLimits.patterns else {
                    throw reader.cursor.unexpected("at most \(CommandLimits.patterns) patterns")
                }
            }
        } else {
            request.patterns = [try mailboxPattern(in: octets)]
        }
        guard take(" ", in: octets) else { return .list(request) }
        guard cursor.take(word: "RETURN ", in: octets) else { throw cursor.unexpected("RETURN") }
        request.isExtended = true
        try list(in: octets, as: "return options", mayBeEmpty: true) { (reader, octets) throws(SyntaxError) in
            try reader.listReturn(&request, in: octets)
        }
        return .list(request)
    }

    /// return-option. RFC 5258 §6, RFC 5819 §4, RFC 6154 §6, RFC 8440 §5, RFC 9590 §5.
    private mutating func listReturn(_ request: inout ListRequest, in octets: Span<UInt8>) throws(SyntaxError) {
        let start = cursor
        switch try word(in: octets, as: "return-option") {
        case "SUBSCRIBED": request.returns.insert(.subscribed)
        case "CHILDREN": request.returns.insert(.children)
        case "SPECIAL-USE": request.returns.insert(.specialUse)
        case "MYRIGHTS": request.returns.insert(.myRights)
        case "STATUS":
            try space(in: octets)
            request.statusAttributes = try statusAttributes(in: octets)
        case "METADATA":
            try space(in: octets)
            guard isNext("(", in: octets) else { throw cursor.unexpected("(") }
            request.metadataEntries = try metadataEntries(in: octets)
        default: throw start.unexpected("return-option")
        }
    }

    /// list-select-opts. RFC 5258 §6, RFC 6154 §6.
    private mutating func listSelection(in octets: Span<UInt8>) throws(SyntaxError) -> ListRequest.Selection {
        var selection: ListRequest.Selection = []
        let start = cursor
        try list(in: octets, as: "list-select-opts", mayBeEmpty: true) { (reader, octets) throws(SyntaxError) in
            selection.insert(
                try reader.word(in: octets, as: "list-select-opt") {
                    switch $0 {
                    case "SUBSCRIBED": .subscribed
                    case "REMOTE": .remote
                    case "RECURSIVEMATCH": .recursiveMatch
                    case "SPECIAL-USE": .specialUse
                    default: ListRequest.Selection?.none
                    }
                }
            )
        }
        guard !selection.contains(.recursiveMatch) || !selection.isDisjoint(with: [.subscribed, .specialUse]) else {
            throw start.unexpected("RECURSIVEMATCH beside an option it can widen")
        }
        return selection
    }

    /// lsub. RFC 3501 §6.3.9.
    mutating func lsub(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        try space(in: octets)
        let reference = MailboxName(try astring(in: octets))
        try space(in: octets)
        return .lsub(reference: reference, pattern: try mailboxPattern(in: octets))
    }

    /// list-mailbox. RFC 3501 §9.
    private mutating func mailboxPattern(in octets: Span<UInt8>) throws(SyntaxError) -> MailboxPattern {
        let range = cursor.run(of: .listChar, in: octets)
        guard range.isEmpty else { return MailboxPattern(octets.extracting(range).toArray()) }
        return MailboxPattern(try string(in: octets, as: "list-mailbox"))
    }
}
