internal import World

/// A mailbox as a user may see and change it: the one place where rights are enforced. RFC 4314 §4.
///
/// Rights are looked up for each call in the account's warm state, so a change of them counts from the next call on.
/// Messages are read by what `snapshot` handed out, which needs the right to read.
struct SharedMailbox: Mailbox {
    let base: StoreMailbox
    let user: AccountID

    init(_ base: StoreMailbox, user: AccountID) {
        self.base = base
        self.user = user
    }

    var account: AccountID { base.account }
    var isOwner: Bool { user == account }

    // MARK: Rights

    func state() async throws(MailboxError) -> AccountState { try await base.writer.state() }

    func require(_ rights: FolderRights, in folder: FolderID) async throws(MailboxError) {
        try await state().require(rights, of: user, in: folder, owner: account)
    }

    func myRights(in folder: FolderID) async throws(MailboxError) -> FolderRights {
        let state = try await state()
        let rights = state.rights(of: user, in: folder, owner: account)
        let known: FolderRights = [.lookup, .read, .insert, .create, .delete, .administer]
        guard state.folders[folder] != nil, !rights.isDisjoint(with: known) else { throw .noSuchFolder }
        return rights
    }

    func rights(in folder: FolderID) async throws(MailboxError) -> [AccessEntry] {
        try await require(.administer, in: folder)
        return try await base.rights(in: folder)
    }

    func setRights(
        _ change: AccessChange,
        of grantee: Grantee,
        isNegative: Bool,
        in folder: FolderID
    ) async throws(MailboxError) {
        try await require(.administer, in: folder)
        try await base.setRights(change, of: grantee, isNegative: isNegative, in: folder)
    }

    // MARK: Folders

    /// Those the user may look up. What is in them is told only to who may read them.
    func folders() async throws(MailboxError) -> [Folder] {
        let state = try await state()
        return try await base.folders().compactMap { folder in
            let rights = state.rights(of: user, in: folder.id, owner: account)
            guard rights.contains(.lookup) else { return nil }
            return shown(rights.contains(.read) ? folder : folder.withoutContent)
        }
    }

    /// Subscriptions and special uses are the owner's.
    func shown(_ folder: Folder) -> Folder {
        guard !isOwner else { return folder }
        var folder = folder
        folder.isSubscribed = false
        folder.specialUse = nil
        return folder
    }

    /// The nearest folder above that is there decides. At the top only the owner makes folders. That a name is taken by
    /// a folder that the user may not look up is not told.
    func createFolder(_ path: FolderPath, specialUse: SpecialUse?) async throws(MailboxError) -> Folder {
        try await requireCreation(of: path)
        guard isOwner || specialUse == nil else { throw .noPermission }
        return shown(try await base.createFolder(path, specialUse: specialUse))
    }

    private func requireCreation(of path: FolderPath) async throws(MailboxError) {
        let state = try await state()
        let paths = Dictionary(state.folders.values.lazy.map { ($0.folder.path, $0.folder.id) }) { first, _ in first }
        if let folder = paths[path], !state.rights(of: user, in: folder, owner: account).contains(.lookup) {
            throw .noPermission
        }
        var above = path.parent
        while let level = above {
            if let folder = paths[level] {
                return try state.require(.create, of: user, in: folder, owner: account)
            }
            above = level.parent
        }
        guard isOwner else { throw .noPermission }
    }

    func deleteFolder(_ folder: FolderID) async throws(MailboxError) {
        try await require(.delete, in: folder)
        try await base.deleteFolder(folder)
    }

    func renameFolder(_ folder: FolderID, to path: FolderPath) async throws(MailboxError) {
        try await require(.delete, in: folder)
        // It would take all messages out of it: nobody but the owner does that in one command.
        guard folder != .inbox || isOwner else { throw .noPermission }
        try await requireCreation(of: path)
        try await base.renameFolder(folder, to: path)
    }

    /// Who looks into another's mailbox subscribes in their own.
    func subscribe(_ path: FolderPath, _ isSubscribed: Bool) async throws(MailboxError) {
        guard isOwner else { throw .noPermission }
        try await base.subscribe(path, isSubscribed)
    }

    func subscriptions() async throws(MailboxError) -> [FolderPath] {
        isOwner ? try await base.subscriptions() : []
    }

    func setSpecialUse(_ use: SpecialUse?, of folder: FolderID) async throws(MailboxError) {
        guard isOwner else { throw .noPermission }
        try await base.setSpecialUse(use, of: folder)
    }

    func usage() async throws(MailboxError) -> Usage {
        try await requireAnyReading()
        return try await base.usage()
    }

    func quota() async throws(MailboxError) -> Quota {
        try await requireAnyReading()
        return try await base.quota()
    }

    /// What the account uses tells of its messages. RFC 9208 §6.
    private func requireAnyReading() async throws(MailboxError) {
        let state = try await state()
        guard isOwner || state.folders.keys.contains(where: { mayRead($0, state) }) else { throw .noPermission }
    }

    private func mayRead(_ folder: FolderID, _ state: AccountState) -> Bool {
        state.rights(of: user, in: folder, owner: account).contains(.read)
    }

    // MARK: Annotations

    /// RFC 5464 §3.3. The account's own are for its owner.
    private func requireAnnotations(of folder: FolderID?) async throws(MailboxError) {
        guard let folder else {
            guard isOwner else { throw .noPermission }
            return
        }
        try await require(.lookup, in: folder)
        let enough: FolderRights = [.read, .seen, .write, .insert, .post]
        let rights = try await myRights(in: folder)
        guard isOwner || !rights.isDisjoint(with: enough) else { throw .noPermission }
    }

    func annotations(
        of folder: FolderID?,
        _ names: [AnnotationName],
        depth: AnnotationDepth
    ) async throws(MailboxError) -> [Annotation] {
        try await requireAnnotations(of: folder)
        return try await base.annotations(of: folder, AnnotationQuery(names: names, depth: depth), user: user)
    }

    /// What others see is changed only by who may change flags that others see.
    func setAnnotations(_ changes: [Annotation], of folder: FolderID?) async throws(MailboxError) {
        try await requireAnnotations(of: folder)
        if let folder, changes.contains(where: { $0.name.scope == .shared }) { try await require(.write, in: folder) }
        try await base.setAnnotations(changes, of: folder, user: user)
    }

    // MARK: Messages of a folder

    func snapshot(of folder: FolderID) async throws(MailboxError) -> FolderSnapshot {
        try await require(.read, in: folder)
        var snapshot = try await base.snapshot(of: folder)
        snapshot.folder = shown(snapshot.folder)
        return snapshot
    }

    /// Who can change nothing takes nothing from the others either.
    func claimRecent(in folder: FolderID) async throws(MailboxError) -> UID {
        try await require(.read, in: folder)
        let changing: FolderRights = [.seen, .write, .insert, .deleteMessages, .expunge]
        guard try await myRights(in: folder).isDisjoint(with: changing) else {
            return try await base.claimRecent(in: folder)
        }
        return try await base.snapshot(of: folder).folder.firstRecent
    }

    func read(
        _ messages: ArraySlice<MessageEntry>,
        _ parts: MessageParts
    ) async throws(MailboxError) -> [MessageData?] {
        try await base.read(messages, parts)
    }

    func find(_ email: EmailID) async throws(MailboxError) -> (folder: FolderID, entry: MessageEntry)? {
        guard let found = try await base.find(email), mayRead(found.folder, try await state()) else { return nil }
        return found
    }

    /// Without the messages of folders that the user may not read.
    func thread(_ thread: ThreadID) async throws(MailboxError) -> [EmailID] {
        let emails = try await base.thread(thread)
        let state = try await state()
        guard !state.folders.keys.allSatisfy({ mayRead($0, state) }) else { return emails }
        return zip(emails, try await base.folders(of: emails)).compactMap { email, folder in
            folder.map { mayRead($0, state) } == true ? email : nil
        }
    }

    func octets(of message: MessageData, _ range: Range<Int>) async throws(MailboxError) -> [UInt8] {
        try await base.octets(of: message, range)
    }

    // MARK: Changes

    /// To replace a message takes the right to remove it. RFC 8508 §3.4.
    func append(
        _ messages: [NewMessage],
        to folder: FolderID,
        replacing replaced: MessagePlace?
    ) async throws(MailboxError) -> Appended {
        try await require(.insert, in: folder)
        if let replaced { try await require([.read, .deleteMessages, .expunge], in: replaced.folder) }
        let rights = try await state().rights(of: user, in: folder, owner: account)
        let allowed = messages.map { message in
            var message = message
            message.flags.formIntersection(rights.flags)
            if !rights.contains(.write) { message.keywords = [] }
            return message
        }
        return try await base.append(allowed, to: folder, replacing: replaced)
    }

    /// Flags that the user may not change stay as they are. Refused only if none of those named may be changed.
    func store(
        _ uids: UIDSet,
        in folder: FolderID,
        _ change: FlagChange,
        unchangedSince: ModSeq?
    ) async throws(MailboxError) -> Stored {
        try await require(.read, in: folder)
        let rights = try await myRights(in: folder)
        // To replace all by nothing names every flag.
        let namesAll = change.mode == .replace && change.flags.isEmpty && change.keywords.isEmpty
        let named = namesAll ? FolderRights.all.flags : change.flags
        let mayKeywords = rights.contains(.write) && !change.keywords.isEmpty
        guard !named.isDisjoint(with: rights.flags) || mayKeywords || named.isEmpty && change.keywords.isEmpty else {
            throw rights.contains(.lookup) ? .noPermission : .noSuchFolder
        }
        return try await base.store(uids, in: folder, change, unchangedSince: unchangedSince, within: rights)
    }

    func copy(_ uids: UIDSet, from folder: FolderID, to target: FolderID) async throws(MailboxError) -> Copied {
        try await require(.read, in: folder)
        try await require(.insert, in: target)
        return try await base.copy(uids, from: folder, to: target, within: try await myRights(in: target))
    }

    func move(_ uids: UIDSet, from folder: FolderID, to target: FolderID) async throws(MailboxError) -> Copied {
        try await require([.read, .deleteMessages, .expunge], in: folder)
        try await require(.insert, in: target)
        return try await base.move(uids, from: folder, to: target, within: try await myRights(in: target))
    }

    func expunge(_ uids: UIDSet?, in folder: FolderID) async throws(MailboxError) -> UIDSet {
        try await require([.read, .expunge], in: folder)
        return try await base.expunge(uids, in: folder)
    }

    func remove(_ uids: UIDSet, in folder: FolderID) async throws(MailboxError) -> UIDSet {
        try await require([.read, .deleteMessages, .expunge], in: folder)
        return try await base.remove(uids, in: folder)
    }
}

extension Folder {
    /// The folder as one sees it who may not read it.
    fileprivate var withoutContent: Folder {
        var folder = Folder(id: id, path: path, specialUse: specialUse, uidValidity: uidValidity)
        folder.isSubscribed = isSubscribed
        return folder
    }
}
