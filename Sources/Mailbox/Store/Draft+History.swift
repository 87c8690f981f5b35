internal import Store

/// Keeps the history short: old entries are folded into fewer, and no answer is lost.
extension Draft {
    /// Makes fewer rows of a folder's expunged messages, if there are many. One scan then, none otherwise.
    mutating func foldExpunged(of id: FolderID) async throws(MailboxError) {
        guard let index = edits[id]?.expunged ?? state.folders[id]?.expunged else { return }
        guard index.rows >= ExpungeIndex.rowLimit, foldedFolders.insert(id).inserted else { return }
        let page = try await scan(Keys.expunged(of: id), limit: ExpungeIndex.rowLimit / 2)
        var folded = 0
        var foldedUpTo: ModSeq = 0
        var completeFrom: ModSeq?
        do throws(DamagedRow) {
            for place in stride(from: 0, to: page.count - 1, by: 2) {
                let last = page.key(place + 1)
                let uids = try ExpungedRow.uids(page.value(place)).union(ExpungedRow.uids(page.value(place + 1)))
                writes.append(.delete(page.key(place)))
                folded += 1
                foldedUpTo = try last.bigEndian(at: 5, as: ModSeq.self)
                if uids.ranges.count <= ExpungeIndex.rangeLimit {
                    writes.append(.put(last, ExpungedRow.row(uids)))
                } else {
                    completeFrom = foldedUpTo
                }
            }
            if let completeFrom {
                // All that is older says less than it costs.
                for place in 0..<page.count {
                    let key = page.key(place)
                    guard try key.bigEndian(at: 5, as: ModSeq.self) <= completeFrom else { break }
                    writes.append(.delete(key))
                    if place % 2 == 1 { folded += 1 }
                }
            }
        } catch {
            throw .store(error)
        }
        withEdit(of: id) { edit in
            edit.expunged.rows = max(0, edit.expunged.rows - folded)
            edit.expunged.foldedUpTo = max(edit.expunged.foldedUpTo, foldedUpTo)
            edit.expunged.completeFrom = max(edit.expunged.completeFrom, completeFrom ?? 0)
        }
    }

    /// Deletes the rows of a folder's expunged messages; the folder goes.
    mutating func deleteExpunged(of id: FolderID) async throws(MailboxError) {
        try await deleteAll(in: Keys.expunged(of: id))
    }

    /// Deletes every row that is stored in `range`.
    mutating func deleteAll(in range: KeyRange) async throws(MailboxError) {
        var range = range
        while true {
            let page = try await scan(range, limit: 1 << 16)
            for index in 0..<page.count { writes.append(.delete(page.key(index))) }
            guard page.isCut || page.count == 1 << 16, page.count > 0 else { return }
            range.lower = page.key(page.count - 1) + [0]
        }
    }

    private mutating func scan(_ range: KeyRange, limit: Int) async throws(MailboxError) -> Page {
        do throws(StoreError) {
            let page = try await store.scan(Keys.partition(account), range, limit: limit, order: .ascending)
            sawVersion(page.version)
            return page
        } catch {
            throw .store(error)
        }
    }

    /// Folds the older part of the account's history, if it is long: one scan once in thousands of commits. The newest
    /// quarter stays as it is, for those who only missed a little.
    mutating func foldLog() async throws(StoreError) {
        guard state.head.logRows >= state.head.logFoldAt else { return }
        let limit = min(state.head.logRows / 4 * 3, 16_384)
        let page = try await store.scan(
            Keys.partition(account),
            Keys.changes(after: 0),
            limit: limit,
            order: .ascending
        )
        sawVersion(page.version)
        var entries: [LogFold.Entry] = []
        do throws(DamagedRow) {
            for index in 0..<page.count {
                let key = page.key(index)
                entries.append(
                    LogFold.Entry(
                        change: try Change(key: key, row: page.value(index)),
                        counter: try key.bigEndian(at: 9, as: UInt32.self)
                    )
                )
            }
        } catch {
            throw .corrupt("history of account \(account)")
        }
        let folded = LogFold.fold(entries)
        let kept = Set(folded)
        let places = Set(folded.map { Keys.change($0.change.modSeq, $0.counter) })
        let unchanged = Set(entries)
        for entry in entries where !kept.contains(entry) {
            let key = Keys.change(entry.change.modSeq, entry.counter)
            if !places.contains(key) { writes.append(.delete(key)) }
        }
        for entry in folded where !unchanged.contains(entry) {
            writes.append(.put(Keys.change(entry.change.modSeq, entry.counter), entry.change.row))
        }
        state.head.logRows = max(0, state.head.logRows - entries.count + folded.count)
        state.head.logFoldAt = max(Head.leastFold, state.head.logRows * 2)
    }
}
