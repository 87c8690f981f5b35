internal import Store

extension StoreMailbox {
    func changes(since modSeq: ModSeq, limit: Int) async throws(MailboxError) -> [Change] {
        do {
            var changes: [Change] = []
            var range = Keys.changes(after: modSeq)
            while modSeq < .max {
                let count = max(64, limit - changes.count + 1)
                let page = try await store.scan(Keys.partition(account), range, limit: count, order: .ascending)
                for index in 0..<page.count {
                    let change = try Change(key: page.key(index), row: page.value(index))
                    // What one operation changed is told whole.
                    if changes.count >= limit, change.modSeq != changes.last?.modSeq { return changes }
                    changes.append(change)
                }
                guard page.isCut || page.count == count, page.count > 0 else { break }
                range.lower = page.key(page.count - 1) + [0]
            }
            return changes
        } catch {
            throw MailboxError.store(error)
        }
    }

    /// The rows are read after the snapshot was taken. Those of messages that went later do no harm: what is in the snapshot
    /// is taken out. Folding moves rows only to greater modseqs, so a scan that goes up never misses one.
    func changes(in folder: FolderID, since modSeq: ModSeq) async throws(MailboxError) -> FolderChanges {
        let snapshot = try await snapshot(of: folder)
        let gone = snapshot.messages.gaps(before: snapshot.folder.uidNext)
        var changes = FolderChanges(snapshot: snapshot, vanished: UIDSet(), isExact: true)
        guard modSeq < snapshot.folder.highestModSeq else { return changes }
        var ranges: [ClosedRange<UID>] = []
        do {
            var range = Keys.expunged(of: folder, after: modSeq)
            while true {
                let page = try await store.scan(Keys.partition(account), range, limit: 1 << 16, order: .ascending)
                for index in 0..<page.count { ranges += try ExpungedRow.uids(page.value(index)).ranges }
                guard page.isCut || page.count == 1 << 16, page.count > 0 else { break }
                range.lower = page.key(page.count - 1) + [0]
            }
        } catch {
            throw .store(error)
        }
        guard let index = try await writer.state().folders[folder]?.expunged else { throw .noSuchFolder }
        if modSeq < index.completeFrom {
            changes.vanished = gone
            changes.isExact = false
        } else {
            changes.vanished = UIDSet(ranges: ranges).intersection(gone)
            changes.isExact = modSeq >= index.foldedUpTo
        }
        return changes
    }
}
