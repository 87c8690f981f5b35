public import World

/// A message that was received whole, and how it is to be filed.
public struct NewMessage: Sendable {
    /// What came in, finished; from `receive` of the service that the mailbox is of.
    public var message: any IncomingMessage
    /// System flags.
    public var flags: Flags
    /// Keywords.
    public var keywords: [Keyword]
    /// IMAP's internal date; nil for now.
    public var date: Timestamp?

    /// A message to be filed.
    public init(
        _ message: any IncomingMessage,
        flags: Flags = [],
        keywords: [Keyword] = [],
        date: Timestamp? = nil
    ) {
        self.message = message
        self.flags = flags
        self.keywords = keywords
        self.date = date
    }
}

/// Where a message stands.
public struct MessagePlace: Hashable, Sendable {
    /// The folder.
    public var folder: FolderID
    /// The message's UID there.
    public var uid: UID

    /// A place.
    public init(_ folder: FolderID, _ uid: UID) {
        self.folder = folder
        self.uid = uid
    }
}

/// What `append` did. RFC 4315 §3.
public struct Appended: Hashable, Sendable {
    /// The folder's UIDVALIDITY.
    public var uidValidity: UInt32
    /// The new UIDs, ascending in the order of the messages.
    public var uids: UIDSet
    /// The messages' ids, in their order.
    public var emails: [EmailID]

    /// What was appended, and as what.
    public init(uidValidity: UInt32, uids: UIDSet, emails: [EmailID]) {
        self.uidValidity = uidValidity
        self.uids = uids
        self.emails = emails
    }
}
