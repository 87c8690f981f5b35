/// What one command may have. RFC 3501 sets no limits; RFC 2683 §3.2.1.5 wants at least 8,000 octets of a line.
public struct CommandLimits: Hashable, Sendable {
    /// Octets of a tag.
    public static let tagOctets = 256
    /// Patterns of one LIST, each of which every mailbox name is matched with.
    public static let patterns = 1000
    /// Octets of a command outside its literals, line ends included.
    public var lineOctets = 64 << 10
    /// Octets of one literal (never the message of APPEND, which is not part of the command's value).
    public var literalOctets = 64 << 10
    /// Octets of all literals of a command.
    public var literalOctetsInAll = 256 << 10
    /// Literals of a command.
    public var literals = 64
    /// How deep search keys may nest: lists, NOT, OR, FUZZY.
    public var searchDepth = 100
    /// Octets of one literal that the client does not wait for, the message of APPEND too: 4096 where LITERAL- is
    /// announced, no limit of its own where it is LITERAL+. RFC 7888 §5.
    public var nonSynchronisingOctets = Int.max
    /// Octets of a command beyond the limits that are skipped to stay in step; after that only closing is left.
    public var skippedOctets = 1 << 20

    /// For a client that has signed in.
    public init() {}

    /// For a client that has signed in.
    public static let authenticated = CommandLimits()

    /// For a client that has not: enough for a login, a token of SASL in AUTHENTICATE, and ID.
    public static let notAuthenticated: CommandLimits = {
        var limits = CommandLimits()
        limits.lineOctets = 16 << 10
        limits.literalOctets = 4 << 10
        limits.literalOctetsInAll = 8 << 10
        limits.literals = 4
        limits.skippedOctets = 64 << 10
        return limits
    }()
}

/// What is taken though the grammar forbids it. All off unless set; each names who needs it.
public struct ParserOptions: Hashable, Sendable {
    /// What the client has enabled: it changes the grammar, and is no leniency.
    public var enabled: EnabledExtensions = []
    /// UTF-8 in quoted strings, though the client has not said ENABLE UTF8=ACCEPT or IMAP4rev2. RFC 6855 §3.
    public var allowsUTF8InQuoted = false
    /// A line that ends with LF alone: people at a terminal with netcat.
    public var allowsBareLineFeed = false
    /// Spaces before the end of the line: people at a terminal, and scripts that join arguments with a space too many.
    public var allowsTrailingSpaces = false
    /// \Recent in a client's flag list, which is left out: copying tools that append the flags they fetched.
    public var ignoresRecentFlag = false

    /// The grammar and nothing else.
    public init() {}

    /// Whether quoted strings may hold UTF-8.
    var takesUTF8: Bool { allowsUTF8InQuoted || enabled.hasUTF8 }
}
