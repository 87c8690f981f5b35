// The contracts document their members.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
/// A mailbox for somebody whose credential allows to read and nothing else: what changes something is refused, and of the
/// user's rights only those to look and to read are left. So a folder is examined, as RFC 4314 §4 has it for those who may
/// change nothing of it.
public struct ReadOnlyMailbox: Mailbox {
    /// The rights that are left.
    public static let rights: FolderRights = [.lookup, .read]

    private let base: any Mailbox

    /// `base` without changes.
    public init(_ base: any Mailbox) { self.base = base }

    public var account: AccountID { base.account }
    public var user: AccountID { base.user }

    // MARK: Rights

    public func myRights(in folder: FolderID) async throws(MailboxError) -> FolderRights {
        try await base.myRights(in: folder).intersection(ReadOnlyMailbox.rights)
    }

    public func require(_ rights: FolderRights, in folder: FolderID) async throws(MailboxError) {
        guard ReadOnlyMailbox.rights.isSuperset(of: rights) else {
            // Whether there is such a folder is told to those only who may look it up.
            try await base.require(.lookup, in: folder)
            throw .noPermission
        }
        try await base.require(rights, in: folder)
    }

    public func rights(in folder: FolderID) async throws(MailboxError) -> [AccessEntry] { throw .noPermission }

    public func setRights(
        _ change: AccessChange,
        of grantee: Grantee,
        isNegative: Bool,
        in folder: FolderID
    ) async throws(MailboxError) { throw .noPermission }

    // MARK: What is read

    public func folders() async throws(MailboxError) -> [Folder] { try await base.folders() }
    public func subscriptions() async throws(MailboxError) -> [FolderPath] { try await base.subscriptions() }
    public func usage() async throws(MailboxError) -> Usage { try await base.usage() }
    public func quota() async throws(MailboxError) -> Quota { try await base.quota() }

    public func annotations(
        of folder: FolderID?,
        _ names: [AnnotationName],
        depth: AnnotationDepth
    ) async throws(MailboxError) -> [Annotation] { try await base.annotations(of: folder, names, depth: depth) }

    public func snapshot(of folder: FolderID) async throws(MailboxError) -> FolderSnapshot {
        try await base.snapshot(of: folder)
    }

    /// Takes nothing from those who come after. RFC 3501 §2.3.2.
    public func claimRecent(in folder: FolderID) async throws(MailboxError) -> UID {
        try await base.snapshot(of: folder).folder.firstRecent
    }

    public func read(
        _ messages: ArraySlice<MessageEntry>,
        _ parts: MessageParts
    ) async throws(MailboxError) -> [MessageData?] { try await base.read(messages, parts) }

    public func find(_ email: EmailID) async throws(MailboxError) -> (folder: FolderID, entry: MessageEntry)? {
        try await base.find(email)
    }

    public func thread(_ thread: ThreadID) async throws(MailboxError) -> [EmailID] { try await base.thread(thread) }

    public func octets(of message: MessageData, _ range: Range<Int>) async throws(MailboxError) -> [UInt8] {
        try await base.octets(of: message, range)
    }

    public func observe(_ scope: ObservationScope, _ handler: @escaping @Sendable () -> Void) -> Observation {
        base.observe(scope, handler)
    }

    public func lastModSeq() async throws(MailboxError) -> ModSeq { try await base.lastModSeq() }

    public func changes(since modSeq: ModSeq, limit: Int) async throws(MailboxError) -> [Change] {
        try await base.changes(since: modSeq, limit: limit)
    }

    public func changes(in folder: FolderID, since modSeq: ModSeq) async throws(MailboxError) -> FolderChanges {
        try await base.changes(in: folder, since: modSeq)
    }

    /// To read by POP3 takes the lock, too.
    public func lockMaildrop() -> MaildropLock? { base.lockMaildrop() }

    // MARK: What is refused

    public func createFolder(_ path: FolderPath, specialUse: SpecialUse?) async throws(MailboxError) -> Folder {
        throw .noPermission
    }

    public func deleteFolder(_ folder: FolderID) async throws(MailboxError) { throw .noPermission }
    public func renameFolder(_ folder: FolderID, to path: FolderPath) async throws(MailboxError) { throw .noPermission }
    public func subscribe(_ path: FolderPath, _ isSubscribed: Bool) async throws(MailboxError) { throw .noPermission }

    public func setSpecialUse(_ use: SpecialUse?, of folder: FolderID) async throws(MailboxError) {
        throw .noPermission
    }

    public func setAnnotations(_ changes: [Annotation], of folder: FolderID?) async throws(MailboxError) {
        throw .noPermission
    }

    public func append(
        _ messages: [NewMessage],
        to folder: FolderID,
        replacing replaced: MessagePlace?
    ) async throws(MailboxError) -> Appended { throw .noPermission }

    public func store(
        _ uids: UIDSet,
        in folder: FolderID,
        _ change: FlagChange,
        unchangedSince: ModSeq?
    ) async throws(MailboxError) -> Stored { throw .noPermission }

    public func copy(
        _ uids: UIDSet,
        from folder: FolderID,
        to target: FolderID
    ) async throws(MailboxError) -> Copied { throw .noPermission }

    public func move(
        _ uids: UIDSet,
        from folder: FolderID,
        to target: FolderID
    ) async throws(MailboxError) -> Copied { throw .noPermission }

    public func expunge(_ uids: UIDSet?, in folder: FolderID) async throws(MailboxError) -> UIDSet {
        throw .noPermission
    }

    public func remove(_ uids: UIDSet, in folder: FolderID) async throws(MailboxError) -> UIDSet {
        throw .noPermission
    }
}
