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

    /// Copies messages: each has an id and a row of its own, and shares the octets.
    mutating func copy(
        _ uids: UIDSet,
        from folder: FolderID,
        to target: FolderID,
        quota: QuotaLimits,
        within rights: FolderRights
    ) async throws(MailboxError) -> Copied {
        let entries = try await entries(uids, in: folder)
        let names = try self.folder(folder).keywords
        var copied = Copied(uidValidity: try self.folder(target).uidValidity, source: UIDSet(), target: UIDSet())
        guard !entries.isEmpty else { return copied }
        try checkQuota(quota, adding: entries.reduce(0) { $0 + Int($1.size) }, messages: entries.count)
        var owners = UIDSet()
        for start in stride(from: 0, to: entries.count, by: 1000) {
            let piece = entries[start..<min(start + 1000, entries.count)]
            let rows = try await rows(of: piece)
            let counts = try await referenceCounts(of: rows.map(\.content))
            for (index, entry) in piece.enumerated() {
                let email = newEmail()
                var copy = entry
                copy.email = email
                copy.storage = .elsewhere
                put(rows[index], for: email)
                refer(to: rows[index].content, +1, stored: counts[index])
                if entry.storage == [] { owners.insert(entry.uid) }
                let (allowed, keywords) = rights.allowed(copy, names)
                let uid = try append(allowed, to: target, keywords: keywords)
                copied.source.insert(entry.uid)
                copied.target.insert(uid)
            }
        }
        if !owners.isEmpty {
            note(owners, in: folder) { $0.storage.insert(.copied) }
        }
        record(Change(modSeq: modSeq(), kind: .added, folder: target, uids: copied.target))
        return copied
    }

    /// Removes messages and what only they needed.
    mutating func remove(_ uids: UIDSet, from folder: FolderID) async throws(MailboxError) {
        let entries = try await entries(uids, in: folder)
        guard !entries.isEmpty else { return }
        var shared: [ContentReference] = []
        for entry in entries {
            deleteRows(of: entry.email)
            if entry.storage == [] {
                refer(to: .row(entry.email.number), -1, stored: 1)
            } else if entry.storage == .copied {
                shared.append(.row(entry.email.number))
            }
        }
        let elsewhere = entries.filter { $0.storage.contains(.elsewhere) }
        for start in stride(from: 0, to: elsewhere.count, by: 1000) {
            shared += try await rows(of: elsewhere[start..<min(start + 1000, elsewhere.count)]).map(\.content)
        }
        for start in stride(from: 0, to: shared.count, by: 1000) {
            let piece = Array(shared[start..<min(start + 1000, shared.count)])
            let counts = try await referenceCounts(of: piece)
            for (content, count) in zip(piece, counts) { refer(to: content, -1, stored: count) }
        }
        try await foldExpunged(of: folder)
        take(UIDSet(entries.lazy.map(\.uid)), from: folder)
    }

    /// Counts one more email of a content that the account may have already.
    mutating func referAgain(to content: ContentReference) async throws(MailboxError) {
        let count = try await referenceCounts(of: [content])[0]
        refer(to: content, +1, stored: count)
    }

    private mutating func rows(of entries: ArraySlice<MessageEntry>) async throws(MailboxError) -> [EmailRow] {
        do {
            let keys = entries.map { Keys.email($0.email) }
            let found = try await store.read(Keys.partition(account), keys)
            sawVersion(found.version)
            return try zip(keys, found.values).map { key, row in
                guard let row = row ?? pendingValue(key) else { throw StoreError.corrupt("an email without its row") }
                return try EmailRow(row, 0..<row.count)
            }
        } catch {
            throw .store(error)
        }
    }

    private mutating func referenceCounts(of contents: [ContentReference]) async throws(MailboxError) -> [Int] {
        do {
            let found = try await store.read(Keys.partition(account), contents.map(Draft.referencesKey))
            sawVersion(found.version)
            return try found.values.map { row in
                guard let row else { return 1 }
                var unpacker = Unpacker(row)
                return try unpacker.number(as: Int.self)
            }
        } catch {
            throw .store(error)
        }
    }

    static func keywords(_ bits: KeywordBits, of names: [Keyword]) -> [Keyword] {
        bits == 0 ? [] : names.indices.filter { bits & 1 << KeywordBits($0) != 0 }.map { names[$0] }
    }
}
