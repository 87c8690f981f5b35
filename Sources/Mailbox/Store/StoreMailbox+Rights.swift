internal import Store
internal import World

extension AccountState {
    /// What `user` may do with a folder of `owner`, the account that this is.
    func rights(of user: AccountID, in folder: FolderID, owner: AccountID) -> FolderRights {
        AccessList.rights(of: user, by: settings.access[folder], owner: owner)
    }

    /// Throws unless `user` has all of `rights`. Who may not even look the folder up is told that there is none.
    func require(
        _ rights: FolderRights,
        of user: AccountID,
        in folder: FolderID,
        owner: AccountID
    ) throws(MailboxError) {
        guard folders[folder] != nil else { throw .noSuchFolder }
        let given = self.rights(of: user, in: folder, owner: owner)
        guard !given.isSuperset(of: rights) else { return }
        throw given.contains(.lookup) ? .noPermission : .noSuchFolder
    }
}

extension StoreMailbox {
    var user: AccountID { account }

    func myRights(in folder: FolderID) async throws(MailboxError) -> FolderRights {
        try await writer.state().require([], of: account, in: folder, owner: account)
        return .all
    }

    func require(_ rights: FolderRights, in folder: FolderID) async throws(MailboxError) {
        _ = try await myRights(in: folder)
    }

    func rights(in folder: FolderID) async throws(MailboxError) -> [AccessEntry] {
        let state = try await writer.state()
        guard state.folders[folder] != nil else { throw .noSuchFolder }
        let list = state.settings.access[folder] ?? AccessList()
        let owner = Grantee.account(account)
        let others = list.entries.filter { $0.grantee != owner || $0.isNegative }
        return [AccessEntry(owner, list[owner, isNegative: false]?.union(.always) ?? .all)] + others
    }

    func setRights(
        _ change: AccessChange,
        of grantee: Grantee,
        isNegative: Bool,
        in folder: FolderID
    ) async throws(MailboxError) {
        let isOther = !isNegative && grantee != .account(account)
        // See Sharing.swift for the order.
        if isOther, change.gives {
            // A folder that is not there is not worth a hint.
            _ = try await myRights(in: folder)
            try await service.addHint(of: account, for: grantee)
        }
        try await writer.perform { draft throws(MailboxError) in
            try draft.changeAccess(change, of: grantee, isNegative: isNegative, in: folder)
        }
        if isOther { await service.settleHint(of: account, for: grantee) }
    }
}

// What changes messages, within what one may do with the folder that they are in or come to.
extension StoreMailbox {
    func store(
        _ uids: UIDSet,
        in folder: FolderID,
        _ change: FlagChange,
        unchangedSince: ModSeq?,
        within rights: FolderRights
    ) async throws(MailboxError) -> Stored {
        try await writer.perform { draft throws(MailboxError) in
            _ = try await draft.table(of: folder)
            return try draft.store(uids, in: folder, change, unchangedSince: unchangedSince, within: rights)
        }
    }

    func copy(
        _ uids: UIDSet,
        from folder: FolderID,
        to target: FolderID,
        within rights: FolderRights
    ) async throws(MailboxError) -> Copied {
        let quota = quota
        return try await writer.perform { draft throws(MailboxError) in
            try await draft.copy(uids, from: folder, to: target, quota: quota, within: rights)
        }
    }

    func move(
        _ uids: UIDSet,
        from folder: FolderID,
        to target: FolderID,
        within rights: FolderRights
    ) async throws(MailboxError) -> Copied {
        try await writer.perform { draft throws(MailboxError) in
            try await draft.move(uids, from: folder, to: target, within: rights)
        }
    }
}

extension FolderRights {
    /// A message's flags and keywords as they may become, given what they were.
    func allowed(
        _ flags: Flags,
        _ keywords: KeywordBits,
        before entry: MessageEntry
    ) -> (Flags, KeywordBits) {
        let kept = entry.flags.subtracting(self.flags)
        return (flags.intersection(self.flags).union(kept), contains(.write) ? keywords : entry.keywords)
    }

    /// A message as it may come to a folder, and its keywords out of `names`. RFC 4314 §4, COPY.
    func allowed(_ entry: MessageEntry, _ names: [Keyword]) -> (MessageEntry, [Keyword]) {
        var entry = entry
        entry.flags.formIntersection(flags)
        return (entry, contains(.write) ? Draft.keywords(entry.keywords, of: names) : [])
    }
}

extension AccessChange {
    /// Whether it may give what was not given before.
    fileprivate var gives: Bool {
        switch self {
        case .replace(let rights), .add(let rights): !rights.isEmpty
        case .remove, .delete: false
        }
    }
}

extension Draft {
    /// Changes one entry of a folder's access list.
    fileprivate mutating func changeAccess(
        _ change: AccessChange,
        of grantee: Grantee,
        isNegative: Bool,
        in id: FolderID
    ) throws(MailboxError) {
        _ = try folder(id)
        var list = state.settings.access[id] ?? AccessList()
        let isOwner = grantee == .account(account) && !isNegative
        let before = list[grantee, isNegative: isNegative] ?? (isOwner ? .all : [])
        let after: FolderRights? =
            switch change {
            case .replace(let rights): rights
            case .add(let rights): before.union(rights)
            case .remove(let rights): before.subtracting(rights)
            case .delete: nil
            }
        list.set(isOwner || after != [] ? after : nil, of: grantee, isNegative: isNegative)
        guard list.entries.count <= MailboxLimits.accessEntries else {
            throw .limit("no more than \(MailboxLimits.accessEntries) entries in an access list")
        }
        try setAccess(list, of: id)
    }

    /// Gives a folder an access list, and tells those who see it now and those who saw it before.
    private mutating func setAccess(_ list: AccessList, of id: FolderID) throws(MailboxError) {
        let before = state.settings.access[id]
        guard list != before ?? AccessList() else { return }
        putAccess(list, of: id)
        var change = Change(modSeq: modSeq(), kind: .rights, folder: id, path: try folder(id).path)
        change.audience = before ?? AccessList()
        record(change)
        opened.insert(id)
    }

    private mutating func putAccess(_ list: AccessList, of id: FolderID) {
        state.settings.access[id] = list.isEmpty ? nil : list
        guard !list.isEmpty else { return writes.append(.delete(Keys.access(id))) }
        writes.append(.put(Keys.access(id), AccountSettings.row { list.pack(into: &$0) }))
    }

    /// Gives a new folder the access list of the one above it. RFC 4314 §4, CREATE.
    mutating func inheritAccess(_ id: FolderID) throws(MailboxError) {
        guard let parent = try folder(id).path.parent.flatMap({ folder(at: $0) }),
            let list = state.settings.access[parent.id]
        else { return }
        putAccess(list, of: id)
    }

    /// Forgets the access list of a folder that goes; returns whom it gave something.
    mutating func dropAccess(of id: FolderID) -> Set<Grantee> {
        guard let list = state.settings.access[id] else { return [] }
        putAccess(AccessList(), of: id)
        return list.grantees.subtracting([.account(account)])
    }
}
