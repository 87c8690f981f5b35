internal import Store

extension StoreMailbox {
    func store(
        _ uids: UIDSet,
        in folder: FolderID,
        _ change: FlagChange,
        unchangedSince: ModSeq?
    ) async throws(MailboxError) -> Stored {
        try await store(uids, in: folder, change, unchangedSince: unchangedSince, within: .all)
    }

    func copy(_ uids: UIDSet, from folder: FolderID, to target: FolderID) async throws(MailboxError) -> Copied {
        try await copy(uids, from: folder, to: target, within: .all)
    }

    func move(_ uids: UIDSet, from folder: FolderID, to target: FolderID) async throws(MailboxError) -> Copied {
        try await move(uids, from: folder, to: target, within: .all)
    }

    func expunge(_ uids: UIDSet?, in folder: FolderID) async throws(MailboxError) -> UIDSet {
        try await writer.perform { draft throws(MailboxError) in
            if try draft.folder(folder).deleted == 0 { return UIDSet() }
            var gone = UIDSet()
            for entry in try await draft.entries(uids, in: folder) where entry.flags.contains(.deleted) {
                gone.insert(entry.uid)
            }
            try await draft.remove(gone, from: folder)
            return gone
        }
    }

    func remove(_ uids: UIDSet, in folder: FolderID) async throws(MailboxError) -> UIDSet {
        try await writer.perform { draft throws(MailboxError) in
            let gone = UIDSet(try await draft.entries(uids, in: folder).lazy.map(\.uid))
            try await draft.remove(gone, from: folder)
            return gone
        }
    }
}

extension Draft {
    /// The messages of `uids` (nil: all) that are there, in UID order.
    mutating func entries(_ uids: UIDSet?, in folder: FolderID) async throws(MailboxError) -> [MessageEntry] {
        let table = try await table(of: folder)
        guard let uids else { return Array(table) }
        var entries: [MessageEntry] = []
        for range in uids.ranges {
            var index = table.index(notBefore: range.lowerBound)
            while index < table.count {
                let entry = table[index]
                guard entry.uid <= range.upperBound else { break }
                entries.append(entry)
                index += 1
            }
        }
        return entries
    }

    /// Changes flags; the table must be loaded.
    mutating func store(
        _ uids: UIDSet,
        in folder: FolderID,
        _ change: FlagChange,
        unchangedSince: ModSeq?,
        within rights: FolderRights
    ) throws(MailboxError) -> Stored {
        let named = rights.contains(.write) ? change.keywords : []
        let bits = try bits(of: named, in: folder, adding: change.mode != .remove)
        let modSeqBefore = unchangedSince ?? .max
        var (found, modified, changed) = (UIDSet(), UIDSet(), UIDSet())
        let next = nextModSeq
        update(uids, in: folder) { entry in
            guard entry.modSeq <= modSeqBefore else {
                modified.insert(entry.uid)
                return false
            }
            found.insert(entry.uid)
            var (flags, keywords) = (entry.flags, entry.keywords)
            switch change.mode {
            case .replace: (flags, keywords) = (change.flags, bits)
            case .add: (flags, keywords) = (flags.union(change.flags), keywords | bits)
            case .remove: (flags, keywords) = (flags.subtracting(change.flags), keywords & ~bits)
            }
            (flags, keywords) = rights.allowed(flags, keywords, before: entry)
            guard flags != entry.flags || keywords != entry.keywords else { return false }
            (entry.flags, entry.keywords, entry.modSeq) = (flags, keywords, next)
            changed.insert(entry.uid)
            return true
        }
        guard !changed.isEmpty else { return Stored(uids: found, modified: modified) }
        record(Change(modSeq: modSeq(), kind: .flags, folder: folder, uids: changed))
        return Stored(uids: found, modified: modified, modSeq: modSeq())
    }

    /// Moves messages; they keep their ids.
    mutating func move(
        _ uids: UIDSet,
        from folder: FolderID,
        to target: FolderID,
        within rights: FolderRights
    ) async throws(MailboxError) -> Copied {
        let entries = try await entries(uids, in: folder)
        let names = try self.folder(folder).keywords
        var copied = Copied(uidValidity: try self.folder(target).uidValidity, source: UIDSet(), target: UIDSet())
        guard !entries.isEmpty else { return copied }
        copied.source = UIDSet(entries.lazy.map(\.uid))
        try await foldExpunged(of: folder)
        take(copied.source, from: folder)
        for entry in entries {
            let (entry, keywords) = rights.allowed(entry, names)
            copied.target.insert(try append(entry, to: target, keywords: keywords))
        }
        record(Change(modSeq: modSeq(), kind: .added, folder: target, uids: copied.target))
        return copied
    }

    static func keywords(_ bits: KeywordBits, of names: [Keyword]) -> [Keyword] {
        bits == 0 ? [] : names.indices.filter { bits & 1 << KeywordBits($0) != 0 }.map { names[$0] }
    }
}
