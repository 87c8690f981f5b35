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
    /// `saveDate`, as far as there is room for it.
    private var saved: UInt32

    /// A message in a folder. Unless told otherwise it was put there when it came.
    public init(
        uid: UID,
        size: UInt32,
        email: EmailID,
        modSeq: ModSeq,
        keywords: KeywordBits = 0,
        internalDate: Int64,
        flags: Flags = [],
        saveDate: Int64? = nil
    ) {
        self.uid = uid
        self.size = size
        self.email = email
        self.modSeq = modSeq
        self.keywords = keywords
        self.internalDate = internalDate
        self.flags = flags
        saved = UInt32(clamping: saveDate ?? email.seconds)
    }

    /// When the message was put in its folder, by delivery, APPEND, COPY or MOVE: seconds since 1970, up to the year 2106.
    /// RFC 8514 §2.
    public var saveDate: Int64 {
        get { Int64(saved) }
        set { saved = UInt32(clamping: newValue) }
    }

    /// The id that the message shares with its copies, if that is known without reading, as it is of nearly all that are no
    /// copies; else `MessageParts.ids` tells it. RFC 8474 §5.1.
    public var objectID: EmailID? { storage.contains(.elsewhere) ? nil : email }

    /// Whether its row only says of what it is a copy.
    var isCopy: Bool { storage.contains(.copy) }
}

/// How the octets of a message are kept, as far as its removal must know without reading more.
struct StorageTraits: OptionSet, Hashable, Sendable {
    var rawValue: UInt8
    /// Not in the row of its own id: in a blob, or in the row of the message that it is a copy of.
    static let elsewhere = StorageTraits(rawValue: 1)
    /// Copies of it were made, which may need the row of its id.
    static let copied = StorageTraits(rawValue: 2)
    /// It is a copy: its row says of what, and has nothing else.
    static let copy = StorageTraits(rawValue: 4)
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
    /// `MessageData.objectID` and `MessageData.thread`. RFC 8474. With or without `sortKeys`, a small row of each message.
    public static let ids = MessageParts(rawValue: 4)
    /// What SORT and THREAD compare: `MessageData.sortKeys`. RFC 5256.
    public static let sortKeys = MessageParts(rawValue: 8)
    /// `MessageData.preview`. RFC 8970. In the same row as the summary.
    public static let preview = MessageParts(rawValue: 16)
}

/// What is stored of one message.
public struct MessageData: Sendable {
    /// The message as lists show it.
    public var entry: MessageEntry
    /// If asked for.
    public var summary: MessageSummary?
    /// The whole message, if asked for and small enough to be kept in its row; else read it with `Mailbox.octets`.
    public var octets: [UInt8]?
    /// If asked for: EMAILID, which a message shares with its copies. RFC 8474 §5.1.
    public var objectID: EmailID?
    /// If asked for: THREADID, the message's conversation. RFC 8474 §5.2.
    public var thread: ThreadID?
    /// If asked for.
    public var sortKeys: SortKeys?
    /// If asked for: the start of the text, at most 256 scalars on one line; empty if there is none. RFC 8970 §3.
    public var preview: String?
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
    /// As the row of that email says, which was not read.
    case email(EmailID)
}
