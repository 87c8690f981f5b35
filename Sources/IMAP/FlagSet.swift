/// System flags, and \Recent, which only a server sets. RFC 3501 §2.3.2.
public struct SystemFlags: OptionSet, Hashable, Sendable {
    /// Bits as below.
    public var rawValue: UInt8
    /// The flags of those bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// `\Seen`.
    public static let seen = SystemFlags(rawValue: 1)
    /// `\Answered`.
    public static let answered = SystemFlags(rawValue: 2)
    /// `\Flagged`.
    public static let flagged = SystemFlags(rawValue: 4)
    /// `\Deleted`.
    public static let deleted = SystemFlags(rawValue: 8)
    /// `\Draft`.
    public static let draft = SystemFlags(rawValue: 16)
    /// `\Recent`; never in a client's flag list.
    public static let recent = SystemFlags(rawValue: 32)
    /// The five that a client may change.
    public static let changeable: SystemFlags = [.seen, .answered, .flagged, .deleted, .draft]
}

/// A client's list of flags. RFC 3501 §9 flag-list.
public struct FlagSet: Hashable, Sendable {
    /// Those with a meaning in IMAP, never \Recent.
    public var system: SystemFlags
    /// flag-keyword: atoms such as `$Forwarded`, as written, in order of first mention; compared without ASCII case.
    public var keywords: [String]
    /// flag-extension: other names after a backslash, which is kept, such as `\Foo`. No such flag is defined for
    /// messages; a server refuses or ignores them.
    public var extensions: [String]

    /// The flags given.
    public init(_ system: SystemFlags = [], keywords: [String] = [], extensions: [String] = []) {
        self.system = system
        self.keywords = keywords
        self.extensions = extensions
    }

    /// Whether it has none.
    public var isEmpty: Bool { system.isEmpty && keywords.isEmpty && extensions.isEmpty }
}
