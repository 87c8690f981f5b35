// What a user hears of another's mailbox: what happens to that which they may see.
extension SharedMailbox {
    func observe(_ scope: ObservationScope, _ handler: @escaping @Sendable () -> Void) -> Observation {
        base.writer.observe(scope, by: user, handler)
    }

    func lastModSeq() async throws(MailboxError) -> ModSeq { try await base.lastModSeq() }

    /// What the user may not see is passed over, and the next read: an empty answer still means that there is no more.
    func changes(since modSeq: ModSeq, limit: Int) async throws(MailboxError) -> [Change] {
        var modSeq = modSeq
        while true {
            let changes = try await base.changes(since: modSeq, limit: limit)
            guard let last = changes.last else { return [] }
            let state = try await state()
            let seen = changes.compactMap { state.seen($0, by: user, owner: account) }
            guard seen.isEmpty else { return seen }
            modSeq = last.modSeq
        }
    }

    func changes(in folder: FolderID, since modSeq: ModSeq) async throws(MailboxError) -> FolderChanges {
        try await require(.read, in: folder)
        var changes = try await base.changes(in: folder, since: modSeq)
        changes.snapshot.folder = shown(changes.snapshot.folder)
        return changes
    }

    /// POP3 is for the owner.
    func lockMaildrop() -> MaildropLock? { isOwner ? base.lockMaildrop() : nil }
}

extension AccountState {
    /// A change as `user` may hear of it; nil if not at all.
    ///
    /// A folder that is gone, or hidden now, is told of to those who saw it before.
    func seen(_ change: Change, by user: AccountID, owner: AccountID) -> Change? {
        let now =
            folders[change.folder] == nil ? [] : rights(of: user, in: change.folder, owner: owner)
        let isOwner = user == owner
        switch change.kind {
        case .added, .flags, .removed: return now.contains(.read) ? change : nil
        case .quota, .subscription: return isOwner ? change : nil
        case .folder, .created, .renamed: return now.contains(.lookup) ? change : nil
        case .annotations:
            guard change.user == nil || change.user == user else { return nil }
            return isOwner || now.contains(.lookup) ? change : nil
        case .deleted, .rights:
            if isOwner || now.contains(.lookup) { return change }
            guard let audience = change.audience else { return nil }
            let before = AccessList.rights(of: user, by: audience, owner: owner)
            return before.contains(.lookup) ? change : nil
        }
    }
}
