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
    /// The modseq of the last change of its messages: one came, went, or has other flags. RFC 7162 §3.1.2.1. What happens
    /// to the folder itself does not move it.
    public var highestModSeq: ModSeq
    /// Messages.
    public var total: Int
    /// Messages without \Seen.
    public var unseen: Int
    /// Messages with \Deleted.
    public var deleted: Int
    /// Octets of messages with \Deleted. RFC 9208 §4.1.4.
    public var deletedSize: Int
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
        deletedSize: Int = 0,
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
        self.deletedSize = deletedSize
        self.size = size
        self.firstRecent = firstRecent
        self.keywords = keywords
        self.isSubscribed = isSubscribed
    }
}
