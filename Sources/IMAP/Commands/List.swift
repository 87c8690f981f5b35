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
    }

    /// Empty means all.
    public var selection: Selection
    /// What comes before every pattern; often empty.
    public var reference: MailboxName
    /// At least one. A single empty one asks for the hierarchy delimiter.
    public var patterns: [MailboxPattern]
    /// Empty means what the server says by itself.
    public var returns: Return
    /// Whether any of the syntax of RFC 5258 was used.
    public var isExtended: Bool

    /// The request of those parts.
    public init(
        reference: MailboxName, patterns: [MailboxPattern], selection: Selection = [], returns: Return = [],
        isExtended: Bool = false
    ) {
        self.selection = selection
        self.reference = reference
        self.patterns = patterns
        self.returns = returns
        self.isExtended = isExtended
    }
}
