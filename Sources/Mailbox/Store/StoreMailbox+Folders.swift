extension StoreMailbox {
    func createFolder(_ path: FolderPath, specialUse: SpecialUse?) async throws(MailboxError) -> Folder {
        let quota = quota
        return try await writer.perform { draft throws(MailboxError) in
            let id = try draft.create(path, specialUse, quota)
            return try draft.folder(id)
        }
    }

    func deleteFolder(_ folder: FolderID) async throws(MailboxError) {
        guard folder != .inbox else { throw .notPermitted("INBOX cannot be deleted") }
        let grantees = try await writer.perform { draft throws(MailboxError) in
            let table = try await draft.table(of: folder)
            let gone = try draft.folder(folder)
            let all = UIDSet(table.lazy.map(\.uid))
            try await draft.remove(all, from: folder)
            if gone.isSubscribed, draft.names.count < MailboxLimits.folders { draft.names.append(gone.path) }
            try await draft.deleteExpunged(of: folder)
            try await draft.deleteAnnotations(of: folder)
            draft.removeFolder(folder)
            return draft.dropAccess(of: folder)
        }
        for grantee in grantees { await service.settleHint(of: account, for: grantee) }
    }

    func renameFolder(_ folder: FolderID, to path: FolderPath) async throws(MailboxError) {
        guard folder != .inbox else { return try await moveInbox(to: path) }
        let quota = quota
        try await writer.perform { draft throws(MailboxError) in
            let old = try draft.folder(folder).path
            guard !old.isAbove(path) else { throw .notPermitted("a folder cannot be moved below itself") }
            guard draft.folder(at: path) == nil else { throw .folderExists }
            try draft.createParents(of: path, quota)
            let all = draft.allFolders
            let taken = Set(all.lazy.map(\.path))
            for below in all where old == below.path || old.isAbove(below.path) {
                let components = path.components + below.path.components.dropFirst(old.components.count)
                guard let renamed = FolderPath(components) else { throw .badFolderName("the new name is too long") }
                guard !taken.contains(renamed) else { throw .folderExists }
                let isSubscribed = draft.dropName(renamed)
                draft.changeFolder(below.id, .renamed) { folder in
                    folder.path = renamed
                    folder.isSubscribed = folder.isSubscribed || isSubscribed
                }
            }
        }
    }

    /// INBOX stays, and what is in it goes. RFC 9051 §6.3.6.
    private func moveInbox(to path: FolderPath) async throws(MailboxError) {
        let quota = quota
        try await writer.perform { draft throws(MailboxError) in
            let target = try draft.create(path, nil, quota)
            let table = try await draft.table(of: .inbox)
            let all = UIDSet(table.lazy.map(\.uid))
            _ = try await draft.move(all, from: .inbox, to: target, within: .all)
        }
    }

    func setSpecialUse(_ use: SpecialUse?, of folder: FolderID) async throws(MailboxError) {
        try await writer.perform { draft throws(MailboxError) in try draft.setSpecialUse(use, of: folder) }
    }

    func subscribe(_ path: FolderPath, _ isSubscribed: Bool) async throws(MailboxError) {
        try await writer.perform { draft throws(MailboxError) in
            if let folder = draft.folder(at: path) {
                guard folder.isSubscribed != isSubscribed else { return }
                draft.changeFolder(folder.id, .subscription) { $0.isSubscribed = isSubscribed }
            } else if let place = draft.names.firstIndex(of: path) {
                guard !isSubscribed else { return }
                draft.names.remove(at: place)
                draft.recordSubscription(of: path)
            } else if isSubscribed {
                guard draft.names.count < MailboxLimits.folders else { throw .limit("too many subscriptions") }
                draft.names.append(path)
                draft.recordSubscription(of: path)
            }
        }
    }
}

extension Draft {
    /// Notes that a name without a folder was subscribed to, or no more.
    fileprivate mutating func recordSubscription(of path: FolderPath) {
        record(Change(modSeq: modSeq(), kind: .subscription, folder: FolderID(0), path: path))
    }

    /// Forgets a name that was subscribed to without a folder, as one comes; returns whether it was.
    mutating func dropName(_ path: FolderPath) -> Bool {
        guard let place = names.firstIndex(of: path) else { return false }
        names.remove(at: place)
        return true
    }

    func folder(at path: FolderPath) -> Folder? { allFolders.first { $0.path == path } }

    /// Makes a folder and those above it that are missing.
    mutating func create(
        _ path: FolderPath,
        _ specialUse: SpecialUse?,
        _ quota: QuotaLimits
    ) throws(MailboxError) -> FolderID {
        guard folder(at: path) == nil else { throw .folderExists }
        if let specialUse, allFolders.contains(where: { $0.specialUse == specialUse }) {
            throw .specialUse("another folder has that special use")
        }
        try createParents(of: path, quota)
        return try add(path, specialUse, quota)
    }

    private mutating func add(
        _ path: FolderPath,
        _ specialUse: SpecialUse?,
        _ quota: QuotaLimits
    ) throws(MailboxError) -> FolderID {
        try checkFolderQuota(quota)
        let id = addFolder(path, specialUse)
        try inheritAccess(id)
        return id
    }

    mutating func createParents(of path: FolderPath, _ quota: QuotaLimits) throws(MailboxError) {
        var missing: [FolderPath] = []
        var parent = path.parent
        while let path = parent, folder(at: path) == nil {
            missing.append(path)
            parent = path.parent
        }
        for path in missing.reversed() { _ = try add(path, nil, quota) }
    }
}
