public import MIME

/// The number that the directory gave an account. It stays when the address changes.
public struct AccountID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number itself.
    public var number: UInt64
    /// The one with that number.
    public init(_ number: UInt64) { self.number = number }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    /// The number as text.
    public var description: String { "\(number)" }
}

/// A folder of one account. It stays when the folder is renamed.
public struct FolderID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number itself.
    public var number: UInt32
    /// The one with that number.
    public init(_ number: UInt32) { self.number = number }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    /// INBOX has the same id in every account.
    public static let inbox = FolderID(1)
    /// The number as text.
    public var description: String { "\(number)" }
}

/// A message of one account, ordered by the time of its arrival. It stays when the message is moved; a copy has its own.
public struct EmailID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970 in the upper 44 bits, then a counter.
    public var number: UInt64
    /// The one with that number.
    public init(_ number: UInt64) { self.number = number }
    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    /// The number as text.
    public var description: String { String(number, radix: 36) }
    /// The id that `description` shows; nil for other text.
    public init?(_ text: String) {
        guard let number = UInt64(text, radix: 36) else { return nil }
        self.number = number
    }
}

/// Unique identifier of a message in a folder, ascending, never reused. RFC 9051 §2.3.1.1.
public typealias UID = UInt32

/// The number of a change, the same for all that one commit changed, ascending in an account. RFC 7162 §3.1.1.
public typealias ModSeq = UInt64

/// System flags. RFC 9051 §2.3.2. \Recent is not stored: it belongs to a session.
public struct Flags: OptionSet, Hashable, Sendable {
    /// The bits of the set.
    public var rawValue: UInt8
    /// The set with those bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The message has been read. RFC 9051 §2.3.2.
    public static let seen = Flags(rawValue: 1)
    /// The message has been answered. RFC 9051 §2.3.2.
    public static let answered = Flags(rawValue: 2)
    /// The message is marked for attention. RFC 9051 §2.3.2.
    public static let flagged = Flags(rawValue: 4)
    /// The message is to be removed by EXPUNGE. RFC 9051 §2.3.2.
    public static let deleted = Flags(rawValue: 8)
    /// The message is not finished. RFC 9051 §2.3.2.
    public static let draft = Flags(rawValue: 16)
}

/// A keyword such as `$Forwarded`: an atom, compared without ASCII case, shown as it was first written.
public typealias Keyword = String

/// Which keywords of its folder's list a message has: bit n for `Folder.keywords[n]`.
public typealias KeywordBits = UInt64

/// What a folder is for. RFC 6154 §2.
public enum SpecialUse: UInt8, Hashable, Sendable, CaseIterable {
    case drafts = 1
    case sent
    case junk
    case trash
    case archive
    case all
    case flagged

    /// `\Drafts` and so on.
    public var attribute: String {
        switch self {
        case .drafts: "\\Drafts"
        case .sent: "\\Sent"
        case .junk: "\\Junk"
        case .trash: "\\Trash"
        case .archive: "\\Archive"
        case .all: "\\All"
        case .flagged: "\\Flagged"
        }
    }
}

/// A folder's name from the top: `["Work", "2026"]`. IMAP writes it with `/` between. INBOX is `["INBOX"]`.
public struct FolderPath: Hashable, Sendable {
    /// Not empty; each without `/`, control characters, and not empty itself. NFC as given, compared octet by octet.
    public var components: [String]

    /// The path of `components`; nil unless it is well formed and within `MailboxLimits`. A first component that is
    /// INBOX in any case becomes `INBOX`.
    public init?(_ components: [String]) {
        guard (1...MailboxLimits.folderDepth).contains(components.count) else { return nil }
        var length = components.count - 1
        for component in components {
            guard !component.isEmpty, component.unicodeScalars.allSatisfy({ FolderPath.isAllowed($0) }) else {
                return nil
            }
            length += component.utf8.count
        }
        guard length <= MailboxLimits.folderPathOctets else { return nil }
        self.components = components
        if components[0].utf8.count == 5, components[0].uppercased() == "INBOX" { self.components[0] = "INBOX" }
    }

    /// The path that `name` writes with `/` between its components.
    public init?(_ name: String) {
        // By scalars: a mark that combines with the "/" before it does not hide it.
        let components = name.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
        self.init(components.map { String(String.UnicodeScalarView($0)) })
    }

    /// The account's inbox.
    public static let inbox = FolderPath(known: ["INBOX"])

    private init(known components: [String]) { self.components = components }

    /// Components joined with `/`.
    public var name: String { components.joined(separator: "/") }
    /// Whether it is INBOX itself.
    public var isInbox: Bool { components == ["INBOX"] }
    /// The path one level up; nil at the top.
    public var parent: FolderPath? {
        components.count > 1 ? FolderPath(known: Array(components.dropLast())) : nil
    }
    /// Whether `other` is below this one, at any depth.
    public func isAbove(_ other: FolderPath) -> Bool {
        other.components.count > components.count && other.components.starts(with: components)
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x20 && scalar != "/" && !(0x7F...0x9F).contains(scalar.value)
            && scalar.value != 0x2028 && scalar.value != 0x2029
    }
}

/// A folder, as lists and STATUS show it.
public struct Folder: Hashable, Sendable {
    /// The id.
    public var id: FolderID
    /// The name from the top.
    public var path: FolderPath
    /// What it is for, if anything. RFC 6154.
    public var specialUse: SpecialUse?
    /// Changes only if UIDs lost their meaning. RFC 9051 §2.3.1.1.
    public var uidValidity: UInt32
    /// The UID that the next message will have at least. RFC 9051 §2.3.1.1.
    public var uidNext: UID
    /// The greatest modseq of a message or change in the folder. RFC 7162 §3.1.2.1.
    public var highestModSeq: ModSeq
    /// Messages.
    public var total: Int
    /// Messages without \Seen.
    public var unseen: Int
    /// Messages with \Deleted.
    public var deleted: Int
    /// Octets of all messages.
    public var size: Int
    /// The first UID that no session has claimed as recent.
    public var firstRecent: UID
    /// Keywords used in the folder; a message's bits count along it. It only grows.
    public var keywords: [Keyword]
    /// Whether it is on the list of subscribed names.
    public var isSubscribed: Bool

    /// A folder; an empty one unless told otherwise.
    public init(
        id: FolderID,
        path: FolderPath,
        specialUse: SpecialUse? = nil,
        uidValidity: UInt32,
        uidNext: UID = 1,
        highestModSeq: ModSeq = 1,
        total: Int = 0,
        unseen: Int = 0,
        deleted: Int = 0,
        size: Int = 0,
        firstRecent: UID = 1,
        keywords: [Keyword] = [],
        isSubscribed: Bool = false
    ) {
        self.id = id
        self.path = path
        self.specialUse = specialUse
        self.uidValidity = uidValidity
        self.uidNext = uidNext
        self.highestModSeq = highestModSeq
        self.total = total
        self.unseen = unseen
        self.deleted = deleted
        self.size = size
        self.firstRecent = firstRecent
        self.keywords = keywords
        self.isSubscribed = isSubscribed
    }
}

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

/// A change of flags and keywords.
public struct FlagChange: Hashable, Sendable {
    /// What is done with those named.
    public enum Mode: Hashable, Sendable {
        /// Exactly these: FLAGS.
        case replace
        /// These too: +FLAGS.
        case add
        /// Not these: -FLAGS.
        case remove
    }
    /// What is done with those named.
    public var mode: Mode
    /// System flags.
    public var flags: Flags
    /// Keywords.
    public var keywords: [Keyword]

    /// A change of `flags` and `keywords`.
    public init(_ mode: Mode, _ flags: Flags, keywords: [Keyword] = []) {
        self.mode = mode
        self.flags = flags
        self.keywords = keywords
    }
}

/// What `store` did.
public struct Stored: Hashable, Sendable {
    /// Those that were there and are now as asked, changed or not.
    public var uids: UIDSet
    /// Those left alone because they had changed. RFC 7162 §3.1.3.
    public var modified: UIDSet
    /// The commit's modseq; nil if nothing had to be changed.
    public var modSeq: ModSeq?

    /// What was done.
    public init(
        uids: UIDSet,
        modified: UIDSet = UIDSet(),
        modSeq: ModSeq? = nil
    ) {
        self.uids = uids
        self.modified = modified
        self.modSeq = modSeq
    }
}

/// What `copy` and `move` did: the source UIDs and, in the same order, the new ones. RFC 4315 §3.
public struct Copied: Hashable, Sendable {
    /// Changes only if UIDs lost their meaning. RFC 9051 §2.3.1.1.
    public var uidValidity: UInt32
    /// Where they were.
    public var source: UIDSet
    /// Where they are.
    public var target: UIDSet

    /// What was copied, and as what.
    public init(
        uidValidity: UInt32,
        source: UIDSet,
        target: UIDSet
    ) {
        self.uidValidity = uidValidity
        self.source = source
        self.target = target
    }
}

/// What an account uses.
public struct Usage: Hashable, Sendable {
    /// Octets of all messages.
    public var size: Int
    /// Messages.
    public var count: Int

    /// What is used.
    public init(
        size: Int,
        count: Int
    ) {
        self.size = size
        self.count = count
    }
}

/// One entry of the history of an account.
public struct Change: Hashable, Sendable {
    /// What happened.
    public enum Kind: UInt8, Hashable, Sendable {
        case added = 1
        case flags
        case removed
        case folder
    }
    /// The number of its last change.
    public var modSeq: ModSeq
    /// What happened.
    public var kind: Kind
    /// Where it happened.
    public var folder: FolderID
    /// Empty for `.folder`.
    public var uids: UIDSet

    /// An entry of the history.
    public init(
        modSeq: ModSeq,
        kind: Kind,
        folder: FolderID,
        uids: UIDSet = UIDSet()
    ) {
        self.modSeq = modSeq
        self.kind = kind
        self.folder = folder
        self.uids = uids
    }
}

/// What one mailbox may have.
public enum MailboxLimits {
    /// Octets of a message.
    public static let messageOctets = 100 << 20
    /// Folders of an account.
    public static let folders = 4000
    /// Components of a path.
    public static let folderDepth = 16
    /// Octets of a path as IMAP writes it, before modified UTF-7.
    public static let folderPathOctets = 400
    /// Keywords of a folder: the bits of `KeywordBits`.
    public static let keywords = 64
    /// Octets of a keyword.
    public static let keywordOctets = 100
}
