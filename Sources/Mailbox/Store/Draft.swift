internal import Store
internal import World

/// What is known of an account, as its last commit left it.
struct AccountState: Sendable {
    var version: Version
    var head: Head
    var folders: [FolderID: FolderState]
    /// Names that are subscribed to without a folder.
    var names: [FolderPath]
    var settings = AccountSettings()
    /// Whether nothing of it is stored yet.
    var isNew: Bool
}

/// A commit being put together: the account as it will be, and the rows that make it so.
///
/// Operations run on it one after the other, those of one batch on the same draft. One that throws leaves no trace: the
/// writer puts the draft back as it was.
struct Draft: Sendable {
    let account: AccountID
    let store: any Store
    let now: Timestamp
    var state: AccountState
    private(set) var edits: [FolderID: FolderEdit] = [:]
    var writes: [Write] = []
    /// Rows of the expunged table that the commit adds.
    private var expunged: [ExpungedKey: UIDSet] = [:]
    /// Folders whose expunged rows were folded already: once in a commit is enough.
    var foldedFolders: Set<FolderID> = []
    /// How many emails have a content, where a commit changes it: by the key of its row.
    private var references: [RowKey: Int] = [:]
    /// Keys of conversations.
    var threads = ThreadEdit()
    /// Where in `writes` what is put under a key stands, as far as somebody asked.
    private var pending: (places: [RowKey: Int], end: Int) = ([:], 0)
    private var hasHeadChanges = false
    private var hasNamesChanges = false
    private var operationModSeq: ModSeq?
    private var changeCounter: UInt32 = 0
    /// Folders whose observers are told.
    private(set) var touched: Set<FolderID> = []
    /// Folders whose rights are others: all their observers are told, those who may no longer see them too.
    var opened: Set<FolderID> = []
    /// Whether another node was seen to have changed the account: the draft must not be committed.
    private(set) var isStale = false
    /// Blobs that no row of this account names any more once the commit is durable.
    var released: [ReleasedBlob] = []

    init(account: AccountID, store: any Store, now: Timestamp, state: AccountState) {
        self.account = account
        self.store = store
        self.now = now
        self.state = state
        if state.isNew { makeDefaultFolders() }
    }

    /// The account as the operations so far leave it.
    var current: AccountState {
        var current = state
        for (id, edit) in edits { current.folders[id] = edit.state }
        return current
    }

    /// The number of the running operation's change; each operation that changes something has its own.
    mutating func modSeq() -> ModSeq {
        if let operationModSeq { return operationModSeq }
        state.head.modSeq += 1
        hasHeadChanges = true
        operationModSeq = state.head.modSeq
        return state.head.modSeq
    }

    /// What `modSeq()` will return, if the operation changes something.
    var nextModSeq: ModSeq { operationModSeq ?? state.head.modSeq + 1 }

    /// Ends an operation.
    mutating func endOperation() {
        operationModSeq = nil
        for id in edits.keys { edits[id]?.endOperation() }
    }

    /// Notes at which version rows were read for the draft.
    mutating func sawVersion(_ version: Version) { isStale = isStale || version != state.version }

    /// Undoes an operation that threw: perhaps only because what it read did not belong together.
    mutating func takeBack(to before: consuming Draft) {
        let isStale = isStale
        self = before
        self.isStale = isStale
    }

    // MARK: Folders

    func folder(_ id: FolderID) throws(MailboxError) -> Folder {
        if let edit = edits[id] { return edit.folder }
        guard let folder = state.folders[id]?.folder else { throw .noSuchFolder }
        return folder
    }

    var allFolders: [Folder] { state.folders.map { edits[$0.key]?.folder ?? $0.value.folder } }

    var names: [FolderPath] {
        get { state.names }
        set {
            state.names = newValue
            hasNamesChanges = true
        }
    }

    mutating func addFolder(_ path: FolderPath, _ specialUse: SpecialUse?) -> FolderID {
        state.head.lastFolder += 1
        // A clock far in the future must leave numbers for folders made later.
        let seconds = UInt32(clamping: min(now.seconds, Int64(UInt32.max - 1 << 24)))
        state.head.lastUIDValidity = max(seconds, state.head.lastUIDValidity + 1)
        let id = FolderID(state.head.lastFolder)
        var folder = Folder(id: id, path: path, uidValidity: state.head.lastUIDValidity)
        folder.specialUse = specialUse
        folder.isSubscribed = dropName(path)
        state.folders[id] = FolderState(folder: folder, open: [], table: MessageTable(), expunged: ExpungeIndex())
        let modSeq = modSeq()
        changeFolder(id, .created) { $0.highestModSeq = modSeq }
        return id
    }

    /// Changes what a folder's row says beside its messages; `kind` is what the history calls it.
    mutating func changeFolder(_ id: FolderID, _ kind: Change.Kind = .folder, _ body: (inout Folder) -> Void) {
        let (before, after) = withEdit(of: id) { edit in
            let before = edit.folder.path
            edit.change(body)
            return (before, edit.folder.path)
        }
        var change = Change(modSeq: modSeq(), kind: kind, folder: id)
        if kind != .folder { change.path = after }
        if kind == .renamed { change.oldPath = before }
        record(change)
    }

    /// Removes an empty folder.
    mutating func removeFolder(_ id: FolderID) {
        let modSeq = modSeq()
        let path = (edits[id]?.folder ?? state.folders[id]?.folder)?.path
        expunged = expunged.filter { $0.key.folder != id }
        if let blocks = edits[id]?.blocks.keys {
            for number in blocks { writes.append(.delete(Keys.block(id, number))) }
        }
        edits[id] = nil
        state.folders[id] = nil
        writes.append(.delete(Keys.folder(id)))
        var change = Change(modSeq: modSeq, kind: .deleted, folder: id, path: path)
        change.audience = state.settings.access[id]
        record(change)
    }

    // MARK: Messages

    /// All messages of a folder; read from the store if nobody needed them before.
    mutating func table(of id: FolderID) async throws(MailboxError) -> MessageTable {
        _ = try folder(id)
        if let table = edits[id]?.table {
            edits[id]?.useTable()
            return table
        }
        if edits[id] == nil, let known = state.folders[id], let table = known.table {
            known.useTable()
            return table
        }
        let stored = try await loadBlocks(of: id)
        withEdit(of: id) { $0.load(stored) }
        return edits[id]?.table ?? stored
    }

    private mutating func loadBlocks(of id: FolderID) async throws(MailboxError) -> MessageTable {
        do throws(StoreError) {
            let loaded = try await Block.load(id, of: account, from: store)
            for version in loaded.versions { sawVersion(version) }
            return loaded.table
        } catch {
            throw .store(error)
        }
    }

    /// Adds a message that has its row.
    mutating func append(_ entry: MessageEntry, to id: FolderID, keywords: [Keyword]) throws(MailboxError) -> UID {
        guard try folder(id).uidNext < .max else { throw .limit("the folder has used up its UIDs") }
        let modSeq = modSeq()
        var entry = entry
        entry.keywords = try bits(of: keywords, in: id, adding: true)
        entry.saveDate = now.seconds
        let uid = withEdit(of: id) { $0.append(entry, modSeq) }
        state.head.size += Int(entry.size)
        state.head.count += 1
        writes.append(.put(Keys.place(entry.email), PlaceRow(folder: id, uid: uid).row))
        return uid
    }

    mutating func newEmail() -> EmailID {
        state.head.lastEmail = max(
            UInt64(max(0, now.milliseconds)) << EmailID.counterBits | EmailID.firstCounter(of: account),
            state.head.lastEmail + 1
        )
        hasHeadChanges = true
        return EmailID(state.head.lastEmail)
    }

    mutating func putContent(_ octets: [UInt8], of email: EmailID) {
        writes.append(.put(Keys.content(email.number), octets))
    }

    /// Offers messages to `change`, which returns whether it changed one. The table must be loaded.
    mutating func update(_ uids: UIDSet, in id: FolderID, _ change: (inout MessageEntry) -> Bool) {
        let next = nextModSeq
        if withEdit(of: id, { $0.update(uids, next, change) }) { _ = modSeq() }
    }

    /// Like `update`, for what only the mailbox itself has to know of messages.
    mutating func note(_ uids: UIDSet, in id: FolderID, _ change: (inout MessageEntry) -> Void) {
        _ = withEdit(of: id) { edit in
            edit.update(uids, nil) { entry in
                change(&entry)
                return true
            }
        }
    }

    /// What an earlier operation of the batch put under `key`.
    mutating func pendingValue(_ key: RowKey) -> [UInt8]? {
        for index in pending.end..<writes.count {
            if case .put(let key, _) = writes[index] { pending.places[key] = index }
        }
        pending.end = writes.count
        guard let place = pending.places[key], case .put(_, let value) = writes[place] else { return nil }
        return value
    }

    /// Takes messages out of a folder, their rows left to the caller. The table must be loaded.
    mutating func take(_ uids: UIDSet, from id: FolderID) {
        let modSeq = modSeq()
        let before = edits[id]?.folder ?? state.folders[id]?.folder
        withEdit(of: id) { $0.remove(uids, modSeq) }
        let after = edits[id]?.folder
        state.head.size -= (before?.size ?? 0) - (after?.size ?? 0)
        state.head.count -= (before?.total ?? 0) - (after?.total ?? 0)
        let place = ExpungedKey(folder: id, modSeq: modSeq)
        if expunged[place] == nil { withEdit(of: id) { $0.expunged.rows += 1 } }
        expunged[place] = expunged[place]?.union(uids) ?? uids
        record(Change(modSeq: modSeq, kind: .removed, folder: id, uids: uids))
    }

    /// The bits of `keywords` in a folder's list; with `adding`, new ones are added to it.
    mutating func bits(
        of keywords: [Keyword],
        in id: FolderID,
        adding: Bool
    ) throws(MailboxError) -> KeywordBits {
        var bits: KeywordBits = 0
        var list = try folder(id).keywords
        let known = list.count
        for keyword in keywords {
            let folded = keyword.lowercased()
            if let place = list.firstIndex(where: { $0.lowercased() == folded }) {
                bits |= 1 << KeywordBits(place)
            } else if adding {
                guard list.count < MailboxLimits.keywords, keyword.utf8.count <= MailboxLimits.keywordOctets else {
                    throw .limit("no more than \(MailboxLimits.keywords) keywords in a folder")
                }
                bits |= 1 << KeywordBits(list.count)
                list.append(keyword)
            }
        }
        if list.count > known { changeFolder(id) { $0.keywords = list } }
        return bits
    }

    /// Adds to the history.
    mutating func record(_ change: Change) {
        changeCounter += 1
        state.head.logRows += 1
        hasHeadChanges = true
        writes.append(.put(Keys.change(change.modSeq, changeCounter), change.row))
        touched.insert(change.folder)
    }

    // MARK: Contents

    /// Adds `difference` to the number of emails that have a content, or need the rows of an email, given what the store
    /// says it is; returns whether none is left.
    mutating func count(_ content: ContentReference, _ difference: Int, stored: Int) -> Bool {
        let key = Draft.referencesKey(content)
        let count = (references[key] ?? stored) + difference
        references[key] = count
        return count <= 0
    }

    static func referencesKey(_ content: ContentReference) -> RowKey {
        switch content {
        case .row(let id): Keys.references(content: id)
        case .blob(let id, _, _): Keys.references(blob: id)
        case .email(let id): Keys.references(content: id.number)
        }
    }

    // MARK: The commit

    /// Whether there is nothing to write.
    var isClean: Bool {
        writes.isEmpty && !hasHeadChanges && !hasNamesChanges && !edits.values.contains(where: \.isDirty)
    }

    /// A folder as the commit makes it; nil if it removes it.
    func folderState(_ id: FolderID) -> FolderState? { edits[id]?.state ?? state.folders[id] }

    /// The rows of the commit.
    func allWrites() -> [Write] {
        var all = writes
        all.reserveCapacity(writes.count + 2 * edits.count + references.count + 2)
        for (key, count) in references {
            // One is what no row means: most messages are never copied.
            all.append(count > 1 ? .put(key, Draft.packed(count)) : .delete(key))
        }
        for (id, edit) in edits where edit.isDirty {
            let row = FolderRow(folder: edit.folder, open: edit.open, expunged: edit.expunged)
            all.append(.put(Keys.folder(id), row.row))
            for (number, entries) in edit.blocks {
                let key = Keys.block(id, number)
                all.append(entries.isEmpty ? .delete(key) : .put(key, Block.row(entries)))
            }
        }
        all += threads.writes
        for (place, uids) in expunged {
            all.append(.put(Keys.expunged(place.folder, place.modSeq), ExpungedRow.row(uids)))
        }
        if hasNamesChanges { all.append(.put(Keys.names, NamesRow.row(state.names))) }
        all.append(.put(Keys.head, state.head.row))
        return all
    }

    private static func packed(_ count: Int) -> [UInt8] {
        var packer = Packer()
        packer.number(count)
        return packer.octets
    }

    @discardableResult
    mutating func withEdit<Value>(of id: FolderID, _ body: (inout FolderEdit) -> Value) -> Value {
        touched.insert(id)
        guard let state = state.folders[id] else { preconditionFailure("a folder was looked up before it is edited") }
        return body(&edits[id, default: FolderEdit(state)])
    }

    private mutating func makeDefaultFolders() {
        let defaults: [(String, SpecialUse?)] = [
            ("INBOX", nil), ("Drafts", .drafts), ("Sent", .sent), ("Junk", .junk), ("Trash", .trash),
            ("Archive", .archive),
        ]
        for (name, specialUse) in defaults {
            guard let path = FolderPath(name) else { continue }
            let id = addFolder(path, specialUse)
            changeFolder(id, .subscription) { $0.isSubscribed = true }
        }
        endOperation()
    }
}

/// Where a row of the expunged table stands.
struct ExpungedKey: Hashable, Sendable {
    var folder: FolderID
    var modSeq: ModSeq
}

/// A blob that an account has let go.
struct ReleasedBlob: Sendable {
    var id: [UInt8]
    /// Whether other accounts may still name it.
    var isShared: Bool
}
