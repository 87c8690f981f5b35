public import MIME

/// A message in a folder: all that lists, flags and sequence numbers need. 48 bytes in memory.
public struct MessageEntry: Hashable, Sendable {
    /// The unique identifier in the folder.
    public var uid: UID
    /// Octets of the message; RFC822.SIZE.
    public var size: UInt32
    /// The id in the account.
    public var email: EmailID
    /// The number of its last change.
    public var modSeq: ModSeq
    /// Keywords.
    public var keywords: KeywordBits
    /// Seconds since 1970. IMAP's INTERNALDATE.
    public var internalDate: Int64
    /// System flags.
    public var flags: Flags
    /// How its octets are kept.
    var storage = StorageTraits()

    /// A message in a folder.
    public init(
        uid: UID,
        size: UInt32,
        email: EmailID,
        modSeq: ModSeq,
        keywords: KeywordBits = 0,
        internalDate: Int64,
        flags: Flags = []
    ) {
        self.uid = uid
        self.size = size
        self.email = email
        self.modSeq = modSeq
        self.keywords = keywords
        self.internalDate = internalDate
        self.flags = flags
    }
}

/// How the octets of a message are kept, as far as its removal must know without reading more.
struct StorageTraits: OptionSet, Hashable, Sendable {
    var rawValue: UInt8
    /// Not in the row of its own id: in a blob, or in the row of the message that it is a copy of.
    static let elsewhere = StorageTraits(rawValue: 1)
    /// Copies of it were made, which may need the row of its id.
    static let copied = StorageTraits(rawValue: 2)
}

/// What to read of messages.
public struct MessageParts: OptionSet, Hashable, Sendable {
    /// The bits of the set.
    public var rawValue: UInt8
    /// The set with those bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// ENVELOPE, BODYSTRUCTURE, the structure's offsets: `MessageData.summary`.
    public static let summary = MessageParts(rawValue: 1)
    /// The octets of messages that are kept in rows: `MessageData.octets`.
    public static let octets = MessageParts(rawValue: 2)
}

/// What is stored of one message.
public struct MessageData: Sendable {
    /// The message as lists show it.
    public var entry: MessageEntry
    /// If asked for.
    public var summary: MessageSummary?
    /// The whole message, if asked for and small enough to be kept in its row; else read it with `Mailbox.octets`.
    public var octets: [UInt8]?
    /// Where its octets are; the mailbox's own business.
    public var content: ContentReference

    /// What was read of a message.
    public init(
        entry: MessageEntry,
        summary: MessageSummary? = nil,
        octets: [UInt8]? = nil,
        content: ContentReference
    ) {
        self.entry = entry
        self.summary = summary
        self.octets = octets
        self.content = content
    }
}

/// Where the octets of a message are.
public enum ContentReference: Hashable, Sendable {
    /// In the row of that name in the account's partition.
    case row(UInt64)
    /// In a blob, which begins after `prefix`, octets of this recipient alone. `isShared` if other accounts name it too.
    case blob([UInt8], prefix: [UInt8], isShared: Bool)
}
