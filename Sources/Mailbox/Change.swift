/// One entry of the history of an account.
public struct Change: Hashable, Sendable {
    /// What happened.
    public enum Kind: UInt8, Hashable, Sendable {
        /// Messages came: `uids`.
        case added = 1
        /// Flags or keywords of messages are others: `uids`.
        case flags
        /// Messages went: `uids`.
        case removed
        /// What a folder is for, or its list of keywords, is another.
        case folder
        /// A folder was made: `path`.
        case created
        /// A folder has another name: `path`, and before it `oldPath`.
        case renamed
        /// A folder went, with its messages: `path` was its name.
        case deleted
        /// A name, `path`, was subscribed to, or no more. `folder` is 0 if no folder has it.
        case subscription
        /// Annotations of a folder, or with `folder` 0 of the account, are others: `annotations`. RFC 5464.
        case annotations
        /// Who may do what with a folder is another. RFC 4314.
        case rights
        /// What the account may use is another. RFC 9208.
        case quota
    }
    /// The number of the commit's operation.
    public var modSeq: ModSeq
    /// What happened.
    public var kind: Kind
    /// Where it happened; 0 where it is not about a folder.
    public var folder: FolderID
    /// Messages that it happened to.
    public var uids: UIDSet
    /// The folder's name, where the kind says so.
    public var path: FolderPath?
    /// The folder's name before it was renamed.
    public var oldPath: FolderPath?
    /// Names of annotations.
    public var annotations: [String]
    /// Whose private annotations they are; nil if they are shared. A mailbox that was opened for nobody in particular tells
    /// of those of all users.
    public var user: AccountID?
    /// Who could see the folder before, where it went or its rights changed: they hear of that.
    var audience: AccessList?

    /// An entry of the history.
    public init(
        modSeq: ModSeq,
        kind: Kind,
        folder: FolderID,
        uids: UIDSet = UIDSet(),
        path: FolderPath? = nil,
        oldPath: FolderPath? = nil,
        annotations: [String] = [],
        user: AccountID? = nil
    ) {
        self.modSeq = modSeq
        self.kind = kind
        self.folder = folder
        self.uids = uids
        self.path = path
        self.oldPath = oldPath
        self.annotations = annotations
        self.user = user
    }
}

/// What happened in a folder since a client last looked: all that QRESYNC and `FETCH (CHANGEDSINCE VANISHED)` need.
/// RFC 7162 §3.2.5, §3.2.6.
public struct FolderChanges: Sendable {
    /// The folder as it is now; the entries with a modseq greater than the client's are what it has to hear of, see
    /// `MessageTable.forEachEntry(changedAfter:)`.
    public var snapshot: FolderSnapshot
    /// UIDs of messages that went meanwhile; none of them is in the snapshot.
    public var vanished: UIDSet
    /// Whether `vanished` has those alone that went after the client's modseq. Else there may be some that went before it,
    /// which a client passes over: history that is long past is kept in less detail.
    public var isExact: Bool

    /// What happened in a folder.
    public init(snapshot: FolderSnapshot, vanished: UIDSet, isExact: Bool) {
        self.snapshot = snapshot
        self.vanished = vanished
        self.isExact = isExact
    }
}
