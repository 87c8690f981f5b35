public import World

/// Where the mail of all accounts is. One for the service; doors know nothing else of storage.
///
/// A positive answer of any call that changes something means that the change is durable.
public protocol MailboxService: Sendable {
    /// The mailbox of `account`. The first time it is made, with INBOX and the special folders (RFC 6154), subscribed.
    func open(_ account: AccountID) async throws(MailboxError) -> any Mailbox
    /// The mailbox of `account` as `user` may see and change it: every call is held to the user's rights, RFC 4314 §4. It
    /// may be empty. Without the right to look a folder up, the folder does not exist for the user. A user's own mailbox,
    /// too, is held to what rights the user left to the owner.
    func open(_ account: AccountID, as user: AccountID) async throws(MailboxError) -> any Mailbox
    /// Whose mailboxes have folders that `user` may look up, the user's own apart; by number, the first
    /// `MailboxLimits.sharers`.
    func sharers(with user: AccountID) async throws(MailboxError) -> [AccountID]
    /// Those of `sharers`, and others who may be about to share something: whose history tells it then. None of them is asked.
    func possibleSharers(with user: AccountID) async throws(MailboxError) -> [AccountID]
    /// Sets what an account may use; nil for what the service gives to all. RFC 9208 §4.1.3. No user may do this.
    func setQuota(_ limits: QuotaLimits?, of account: AccountID) async throws(MailboxError)

    /// Starts to take in a message that is to be filed in one or several mailboxes. Its octets are pushed as they come;
    /// memory does not grow with the message.
    func receive() async throws(MailboxError) -> any IncomingMessage
}

/// A message on its way in. Push all octets, `finish`, then file it: one commit for each account. Calls do not overlap,
/// but those of `file` for different accounts may.
public protocol IncomingMessage: Sendable {
    /// Adds octets at the end.
    func push(_ octets: [UInt8]) async throws(MailboxError)
    /// No more octets come. What is too large to ride in a commit is durable when it returns.
    func finish() async throws(MailboxError)
    /// Octets pushed so far.
    var size: Int { get }
    /// Says, after `finish` and before `file`, that the message goes to several accounts, so that what they share is kept
    /// until the last of them lets it go. Not needed for one account.
    func share(among accounts: [AccountID]) async throws(MailboxError)
    /// Files the message in a folder of one account, in one commit.
    ///
    /// `prefix` is octets of this recipient alone (`Return-Path`, `Delivered-To`) that stand before the message; `date`
    /// is IMAP's internal date, nil for now.
    func file(
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed
    /// The same, unless something with that receipt was filed in the account within a day: then nothing is changed, and nil
    /// is returned. The receipt is part of the commit. An account keeps the latest thousand or so.
    func file(
        once receipt: Receipt,
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed?
    /// Forgets what was pushed, unless it was filed. To be called always, at the end.
    func discard() async
}

/// What tells that a message is the same as one that came before: a digest of all that makes them one.
public struct Receipt: Hashable, Sendable {
    /// The first 64 bits.
    public var high: UInt64
    /// The others.
    public var low: UInt64

    /// 128 bits of a digest.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// Where a message was filed.
public struct Filed: Hashable, Sendable {
    /// The message's id in its mailbox.
    public var email: EmailID
    /// The folder's UIDVALIDITY.
    public var uidValidity: UInt32
    /// The message's UID in the folder.
    public var uid: UID

    /// A place.
    public init(email: EmailID, uidValidity: UInt32, uid: UID) {
        self.email = email
        self.uidValidity = uidValidity
        self.uid = uid
    }
}

/// One account's mail: folders, messages, changes. Calls may overlap, from any task. Grouped in the order in which a
/// session uses them.
public protocol Mailbox: Sendable {
    /// Whose it is.
    var account: AccountID { get }
    /// Who acts: the account itself, or whom `MailboxService.open(_:as:)` let in.
    var user: AccountID { get }

    // MARK: Folders

    /// All folders, by name: INBOX first, then by the octets of the path. No read if the account is warm.
    func folders() async throws(MailboxError) -> [Folder]
    /// Makes a folder, and those above it that are missing. RFC 9051 §6.3.4. `.exists` if it is there.
    func createFolder(_ path: FolderPath, specialUse: SpecialUse?) async throws(MailboxError) -> Folder
    /// Removes a folder and its messages; those below it stay. `.notPermitted` for INBOX. RFC 9051 §6.3.5.
    func deleteFolder(_ folder: FolderID) async throws(MailboxError)
    /// Renames a folder and those below it. For INBOX, moves its messages to a new folder instead. RFC 9051 §6.3.6.
    func renameFolder(_ folder: FolderID, to path: FolderPath) async throws(MailboxError)
    /// Subscribes to a name, whether or not a folder has it. RFC 9051 §6.3.7.
    func subscribe(_ path: FolderPath, _ isSubscribed: Bool) async throws(MailboxError)
    /// Names subscribed to, in the order of `folders()`.
    func subscriptions() async throws(MailboxError) -> [FolderPath]
    /// Says what a folder is for, or that it is for nothing special. `.specialUse` if another folder is for that.
    /// RFC 6154 §5.4.
    func setSpecialUse(_ use: SpecialUse?, of folder: FolderID) async throws(MailboxError)
    /// Octets of all messages, as the quota counts them, and how many there are.
    func usage() async throws(MailboxError) -> Usage
    /// What the account uses and may use. No read if it is warm. RFC 9208 §4.1.
    func quota() async throws(MailboxError) -> Quota

    // MARK: Rights

    /// What `user` may do with a folder. RFC 4314 §3.5.
    func myRights(in folder: FolderID) async throws(MailboxError) -> FolderRights
    /// Throws unless `user` has all of `rights` in a folder: for a door that does not want to begin what would fail, and
    /// for `IncomingMessage.file`, which asks nobody.
    func require(_ rights: FolderRights, in folder: FolderID) async throws(MailboxError)
    /// The access list of a folder, the owner's entry first. RFC 4314 §3.3.
    func rights(in folder: FolderID) async throws(MailboxError) -> [AccessEntry]
    /// Changes one entry of a folder's access list. The owner keeps `FolderRights.always`. RFC 4314 §3.1, §3.2.
    ///
    /// The caller knows from the directory that there is such an account.
    /// A folder that is made later begins with the list of the folder above it.
    func setRights(
        _ change: AccessChange,
        of grantee: Grantee,
        isNegative: Bool,
        in folder: FolderID
    ) async throws(MailboxError)

    // MARK: Annotations

    /// Annotations of a folder, or with nil of the account, which IMAP calls those of the server: those of `names`, and as
    /// far below them as `depth` says. By name, each once. RFC 5464 §4.2.
    ///
    /// Private ones are those of `user`. Shared ones of the account are the service's configuration.
    func annotations(
        of folder: FolderID?,
        _ names: [AnnotationName],
        depth: AnnotationDepth
    ) async throws(MailboxError) -> [Annotation]
    /// Sets annotations, or takes away those whose value is nil, all in one commit or none. RFC 5464 §4.3.
    func setAnnotations(_ changes: [Annotation], of folder: FolderID?) async throws(MailboxError)

    // MARK: Messages of a folder

    /// The folder and all its messages as they are now. At most one scan if the account is warm, none if the folder is.
    func snapshot(of folder: FolderID) async throws(MailboxError) -> FolderSnapshot
    /// Like `snapshot`, for a client that selects the folder to change it: messages not yet claimed by another session
    /// are recent for this one. RFC 3501 §2.3.2. Returns the first UID that is recent.
    func claimRecent(in folder: FolderID) async throws(MailboxError) -> UID
    /// What is stored of messages, read in large scans: for a first part of `messages`, at least one, as many as fit
    /// into one answer of the engine. The caller goes on with the rest. nil stands for one that was expunged meanwhile.
    func read(
        _ messages: ArraySlice<MessageEntry>,
        _ parts: MessageParts
    ) async throws(MailboxError) -> [MessageData?]
    /// One message by its id, and where it is; nil if there is none.
    func find(_ email: EmailID) async throws(MailboxError) -> (folder: FolderID, entry: MessageEntry)?
    /// The messages of a conversation, its copies too, by the time at which they came. RFC 8474 §5.2. Empty if there is none.
    func thread(_ thread: ThreadID) async throws(MailboxError) -> [EmailID]
    /// Octets of a message, in a range within its size; at most 1 MiB at a time is asked for by a well-behaved caller.
    func octets(of message: MessageData, _ range: Range<Int>) async throws(MailboxError) -> [UInt8]

    // MARK: Changes

    /// Files messages, all in one commit or none; their UIDs ascend in their order. RFC 3502. With `replaced`, that message
    /// is removed in the same commit, and its room counts as free; `.expunged` if it is not there. RFC 8508. Flags that `user`
    /// may not set are left out. RFC 4314 §4.
    func append(
        _ messages: [NewMessage],
        to folder: FolderID,
        replacing replaced: MessagePlace?
    ) async throws(MailboxError) -> Appended
    /// Changes flags and keywords, all in one commit. Messages that are gone are passed over.
    /// Those with a modseq greater than `unchangedSince` are left alone and returned in `Stored.modified`.
    /// RFC 7162 §3.1.3.
    func store(
        _ uids: UIDSet,
        in folder: FolderID,
        _ change: FlagChange,
        unchangedSince: ModSeq?
    ) async throws(MailboxError) -> Stored
    /// Copies messages to another folder or the same, all in one commit.
    func copy(_ uids: UIDSet, from folder: FolderID, to target: FolderID) async throws(MailboxError) -> Copied
    /// Moves messages, all in one commit: nobody sees them in both folders or in none. RFC 6851.
    func move(_ uids: UIDSet, from folder: FolderID, to target: FolderID) async throws(MailboxError) -> Copied
    /// Removes those of `uids` (nil: of all) that have \Deleted, all in one commit; returns which.
    func expunge(_ uids: UIDSet?, in folder: FolderID) async throws(MailboxError) -> UIDSet
    /// Removes `uids` whatever their flags: POP3's QUIT.
    func remove(_ uids: UIDSet, in folder: FolderID) async throws(MailboxError) -> UIDSet

    /// Calls `handler`, from any thread, after each commit that changed what `scope` covers, until the observation is
    /// cancelled or let go. The handler does nothing but ring a bell.
    func observe(_ scope: ObservationScope, _ handler: @escaping @Sendable () -> Void) -> Observation
    /// The number of the account's last change: `changes(since:)` with it is what happens from now on.
    func lastModSeq() async throws(MailboxError) -> ModSeq
    /// What was changed after `modSeq`, in order: the whole history since then, about `limit` changes at a time. What one
    /// operation changed is never cut, so the caller goes on from the modseq of the last. Empty if there is nothing more.
    /// History that is long past is told in fewer changes, and perhaps from a little before `modSeq`; none is lost.
    func changes(since modSeq: ModSeq, limit: Int) async throws(MailboxError) -> [Change]
    /// What happened in a folder after `modSeq`: its messages now, and those that went. One scan of what went; nothing else
    /// is read if the folder is warm. RFC 7162 §3.2.5.
    func changes(in folder: FolderID, since modSeq: ModSeq) async throws(MailboxError) -> FolderChanges

    /// Takes the exclusive right to the maildrop, RFC 1939 §3; nil if another POP3 session has it.
    func lockMaildrop() -> MaildropLock?
}

extension Mailbox {
    /// MAILBOXID: of this folder alone among those of all accounts, and the same whoever looks and whatever the folder is
    /// called. RFC 8474 §4.
    public func objectID(of folder: FolderID) -> String { "F\(account)-\(folder)" }
}

/// Which changes an observer hears of.
public enum ObservationScope: Hashable, Sendable {
    /// Messages of one folder, or the folder itself.
    case folder(FolderID)
    /// Anything in the account.
    case account
}

/// Keeps an observer. When it is let go, the observer hears no more.
public final class Observation: Sendable {
    private let onCancel: @Sendable () -> Void
    /// An observation that `cancel` ends.
    public init(cancel: @escaping @Sendable () -> Void) { onCancel = cancel }
    deinit { onCancel() }
}

/// Holds the maildrop while it lives.
public final class MaildropLock: Sendable {
    private let onRelease: @Sendable () -> Void
    /// A lock that `release` gives back.
    public init(release: @escaping @Sendable () -> Void) { onRelease = release }
    deinit { onRelease() }
}

/// Why the mailbox did not do what it was asked. Doors map each to a reply.
public enum MailboxError: Error, Sendable {
    /// No such folder.
    case noSuchFolder
    /// A folder of that name is there.
    case folderExists
    /// INBOX cannot be deleted, and the like.
    case notPermitted(String)
    /// The user has not the rights for that. RFC 4314.
    case noPermission
    /// The folder cannot be for that. RFC 6154 §3.
    case specialUse(String)
    /// There would be more annotations than `MailboxLimits.annotations`. RFC 5464 §4.3.
    case tooManyAnnotations
    /// The value of an annotation has more octets than `MailboxLimits.annotationOctets`. RFC 5464 §4.3.
    case annotationTooLarge
    /// The path is empty, too long, too deep, or has a character that it may not have.
    case badFolderName(String)
    /// No more folders, or keywords in a folder, than `MailboxLimits` says.
    case limit(String)
    /// The message is larger than may be stored.
    case tooLarge
    /// The account's quota has no room.
    case overQuota(QuotaResource)
    /// The account is gone.
    case noSuchAccount
    /// A message that the call needs was expunged meanwhile.
    case expunged
    /// The store failed; the cause is for the log. Nothing was changed, or it is not known.
    case store(any Error)
}
