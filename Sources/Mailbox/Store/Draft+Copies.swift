internal import Store

/// Copies, and how messages go: the rows of an email stay until it and all its copies are gone.
extension Draft {
    /// Copies messages: each has an id, a place and a small row that names what it is a copy of. Of all else there is one.
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
        for start in stride(from: 0, to: entries.count, by: RowSet.limit) {
            let piece = entries[start..<min(start + RowSet.limit, entries.count)]
            let rows = try await copyRows(of: piece)
            let counts = try await referenceCounts(of: rows.map { .email($0.original) })
            for ((entry, row), count) in zip(zip(piece, rows), counts) {
                var copy = entry
                copy.email = newEmail()
                copy.storage = [.elsewhere, .copy]
                writes.append(.put(Keys.email(copy.email), row.row))
                writes.append(.put(Keys.thread(row.thread, copy.email), []))
                _ = self.count(.email(row.original), +1, stored: count)
                if entry.storage.isDisjoint(with: [.copied, .copy]) { owners.insert(entry.uid) }
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

    /// What the row of a copy of each would say.
    private mutating func copyRows(of entries: ArraySlice<MessageEntry>) async throws(MailboxError) -> [CopyRow] {
        let copies = try await rows(of: entries.filter(\.isCopy).map(\.email), Keys.email)
        let indices = try await rows(of: entries.filter { !$0.isCopy }.map(\.email), Keys.index)
        let former = entries.filter { !$0.isCopy && !indices.has($0.email) && $0.storage.contains(.elsewhere) }
        let formerRows = try await rows(of: former.map(\.email), Keys.email)
        var answers: [CopyRow] = []
        answers.reserveCapacity(entries.count)
        do throws(DamagedRow) {
            for entry in entries {
                if entry.isCopy {
                    guard let row = try copies.read(entry.email, CopyRow.init(_:_:)) else { throw DamagedRow() }
                    answers.append(row)
                } else {
                    let thread = try indices.read(entry.email) { octets, range throws(DamagedRow) in
                        try IndexRow.thread(entry.email, octets, range)
                    }
                    var object = entry.email
                    if case .row(let id) = try formerRows.read(object, EmailRow.content(_:_:)) { object = EmailID(id) }
                    let other = thread ?? ThreadID(object.number)
                    answers.append(CopyRow(of: entry.email, object: object, thread: other))
                }
            }
        } catch {
            throw .store(StoreError.corrupt("an email without its row"))
        }
        return answers
    }

    /// Removes messages and what only they needed.
    mutating func remove(_ uids: UIDSet, from folder: FolderID) async throws(MailboxError) {
        let entries = try await entries(uids, in: folder)
        guard !entries.isEmpty else { return }
        for start in stride(from: 0, to: entries.count, by: RowSet.limit) {
            try await removeRows(of: entries[start..<min(start + RowSet.limit, entries.count)])
        }
        try await foldExpunged(of: folder)
        take(UIDSet(entries.lazy.map(\.uid)), from: folder)
    }

    private mutating func removeRows(of entries: ArraySlice<MessageEntry>) async throws(MailboxError) {
        let shared = entries.filter { !$0.storage.isDisjoint(with: [.copied, .copy]) }
        let sharedRows = try await rows(of: shared.filter(\.isCopy).map(\.email), Keys.email)
        var originals: [EmailID] = []
        do throws(DamagedRow) {
            for entry in shared {
                guard entry.isCopy else {
                    originals.append(entry.email)
                    continue
                }
                guard let row = try sharedRows.read(entry.email, CopyRow.init(_:_:)) else { throw DamagedRow() }
                originals.append(row.original)
                writes.append(.delete(Keys.email(entry.email)))
                writes.append(.delete(Keys.thread(row.thread, entry.email)))
            }
        } catch {
            throw .store(StoreError.corrupt("a copy without its row"))
        }
        var gone: [EmailID] = []
        let counts = try await referenceCounts(of: originals.map { .email($0) })
        for (original, count) in zip(originals, counts) where self.count(.email(original), -1, stored: count) {
            gone.append(original)
        }
        // Whose octets are in the row of their own id, which need not be read to know it.
        var own: Set<EmailID> = []
        for entry in entries {
            writes.append(.delete(Keys.place(entry.email)))
            if entry.storage.isDisjoint(with: [.copied, .copy]) { gone.append(entry.email) }
            if !entry.storage.contains(.elsewhere) { own.insert(entry.email) }
        }
        try await leaveThreads(entries, gone)
        try await releaseContents(of: gone, own)
    }

    /// Takes messages that are no copies out of their conversations, and what the emails that are gone were known by.
    private mutating func leaveThreads(
        _ entries: ArraySlice<MessageEntry>,
        _ gone: [EmailID]
    ) async throws(MailboxError) {
        let placed = entries.filter { !$0.isCopy }.map(\.email)
        let gone = Set(gone)
        let indices = try await rows(of: Array(gone.union(placed)), Keys.index)
        var keys: [UInt64] = []
        do throws(DamagedRow) {
            for email in placed {
                let thread = try indices.read(email) { octets, range throws(DamagedRow) in
                    try IndexRow.thread(email, octets, range)
                }
                if let thread { writes.append(.delete(Keys.thread(thread, email))) }
            }
            for email in gone {
                let row = try indices.read(email) { octets, range throws(DamagedRow) in
                    try IndexRow(email, octets, range)
                }
                guard let row else { continue }
                writes.append(.delete(Keys.index(email)))
                keys += ThreadKeys.keys(of: row.keys, subject: row.subject)
            }
        } catch {
            throw .store(error)
        }
        try await loadThreadKeys(keys)
        leave(keys)
    }

    /// Lets the rows and octets of emails go that nothing needs any more.
    private mutating func releaseContents(of gone: [EmailID], _ own: Set<EmailID>) async throws(MailboxError) {
        let others = gone.filter { !own.contains($0) }
        let rows = try await rows(of: others, Keys.email)
        var contents: [ContentReference] = []
        do throws(DamagedRow) {
            for email in others {
                guard let content = try rows.read(email, EmailRow.content(_:_:)) else { throw DamagedRow() }
                contents.append(content)
            }
        } catch {
            throw .store(StoreError.corrupt("an email without its row"))
        }
        for email in gone {
            writes.append(.delete(Keys.email(email)))
            if own.contains(email) { writes.append(.delete(Keys.content(email.number))) }
        }
        let counts = try await referenceCounts(of: contents)
        for ((email, content), count) in zip(zip(others, contents), counts) {
            switch content {
            case .row(email.number), .email: writes.append(.delete(Keys.content(email.number)))
            case .row(let other):
                // A copy that a former version made: it has a row of its own and shares the octets.
                guard self.count(content, -1, stored: count) else { continue }
                writes.append(.delete(Keys.content(other)))
                writes.append(.delete(Keys.email(EmailID(other))))
            case .blob(let id, _, let isShared):
                guard self.count(content, -1, stored: count) else { continue }
                released.append(ReleasedBlob(id: id, isShared: isShared))
            }
        }
    }

    /// Counts one more email of a content that the account may have already.
    mutating func referAgain(to content: ContentReference) async throws(MailboxError) {
        let stored = try await referenceCounts(of: [content])[0]
        _ = count(content, +1, stored: stored)
    }

    private mutating func rows(
        of emails: [EmailID],
        _ key: (EmailID) -> RowKey
    ) async throws(MailboxError) -> RowSet {
        do throws(StoreError) {
            var rows = try await RowSet(of: emails, in: store, Keys.partition(account), key)
            for version in rows.versions { sawVersion(version) }
            for email in emails where !rows.has(email) {
                if let row = pendingValue(key(email)) { rows.add(row, of: email) }
            }
            return rows
        } catch {
            throw .store(error)
        }
    }

    private mutating func referenceCounts(of contents: [ContentReference]) async throws(MailboxError) -> [Int] {
        guard !contents.isEmpty else { return [] }
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
}
