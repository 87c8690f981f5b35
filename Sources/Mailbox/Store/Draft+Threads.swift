internal import Store

/// Keys of conversations that a commit has read or changed.
struct ThreadEdit: Sendable {
    /// By key; with a count of 0 for those that no email has.
    fileprivate(set) var known: [UInt64: ThreadKeyRow] = [:]
    private(set) var changed: Set<UInt64> = []

    /// Sets what is known of a key, to be written.
    mutating func set(_ key: UInt64, _ row: ThreadKeyRow) {
        known[key] = row
        changed.insert(key)
    }

    /// The rows to write.
    var writes: [Write] {
        changed.map { key in
            guard let row = known[key], row.count > 0 else { return .delete(Keys.threadKey(key)) }
            return .put(Keys.threadKey(key), row.row)
        }
    }
}

/// Conversations. The account's writer makes one change after the other, so two messages that begin a conversation at the
/// same moment find each other.
extension Draft {
    /// Reads what is stored of keys, as far as it is not known: one call for a message, none for one without identifiers.
    mutating func loadThreadKeys(_ keys: [UInt64]) async throws(MailboxError) {
        let missing = Array(Set(keys.filter { threads.known[$0] == nil }))
        for start in stride(from: 0, to: missing.count, by: 4096) {
            let piece = missing[start..<min(start + 4096, missing.count)]
            do {
                let found = try await store.read(Keys.partition(account), piece.map(Keys.threadKey))
                sawVersion(found.version)
                for (key, row) in zip(piece, found.values) {
                    threads.known[key] =
                        try row.map { try ThreadKeyRow($0) } ?? ThreadKeyRow(thread: ThreadID(0), count: 0)
                }
            } catch {
                throw .store(error)
            }
        }
    }

    /// The conversation of a new email with those keys, which must be loaded; its own if none leads to one.
    mutating func join(_ keys: [UInt64], _ email: EmailID) -> ThreadID {
        let known = keys.lazy.compactMap { [threads] in threads.known[$0] }.first { $0.count > 0 }
        let thread = known?.thread ?? ThreadID(email.number)
        for key in keys {
            var row = threads.known[key] ?? ThreadKeyRow(thread: thread, count: 0)
            if row.count == 0 { row.thread = thread }
            row.count += 1
            threads.set(key, row)
        }
        return thread
    }

    /// Takes back what `join` counted. The keys must be loaded.
    mutating func leave(_ keys: [UInt64]) {
        for key in keys {
            guard var row = threads.known[key], row.count > 0 else { continue }
            row.count -= 1
            threads.set(key, row)
        }
    }
}
