internal import MIME
internal import Store

extension StoreMailbox {
    /// Octets of messages that one call of the engine is asked for.
    private static let octetLimit = 1 << 20

    func read(
        _ messages: ArraySlice<MessageEntry>,
        _ parts: MessageParts
    ) async throws(MailboxError) -> [MessageData?] {
        let batch = messages.prefix(batchCount(messages, parts))
        do {
            let originals = try await originals(of: batch)
            var answers = batch.map { entry in
                originals[entry.email].map { MessageData(entry: entry, content: $0.content) }
            }
            if !parts.isDisjoint(with: [.summary, .preview]) { try await addSummaries(&answers, originals, parts) }
            if !parts.isDisjoint(with: [.ids, .sortKeys]) { try await addKeys(&answers, originals, parts) }
            if parts.contains(.octets) { try await addOctets(&answers) }
            return answers
        } catch {
            throw .store(error)
        }
    }

    private func batchCount(_ messages: ArraySlice<MessageEntry>, _ parts: MessageParts) -> Int {
        guard parts.contains(.octets) else { return RowSet.limit }
        var (count, octets) = (0, 0)
        for message in messages {
            octets += message.storage == .elsewhere || Int(message.size) > store.inlineLimit ? 0 : Int(message.size)
            guard count == 0 || octets <= Self.octetLimit, count < RowSet.limit else { break }
            count += 1
        }
        return count
    }

    /// Whose rows tell of a message: its own, or those of the one that it is a copy of.
    private struct Original {
        var email: EmailID
        /// Of copies, what their row says.
        var ids: (object: EmailID, thread: ThreadID)?
        var content: ContentReference
    }

    /// Copies are looked up, others are their own originals. A copy without its row is gone.
    private func originals(of messages: ArraySlice<MessageEntry>) async throws -> [EmailID: Original] {
        var originals: [EmailID: Original] = [:]
        originals.reserveCapacity(messages.count)
        var copies: [EmailID] = []
        for entry in messages {
            if entry.isCopy {
                copies.append(entry.email)
            } else {
                let isElsewhere = entry.storage.contains(.elsewhere)
                originals[entry.email] = Original(
                    email: entry.email,
                    content: isElsewhere ? .email(entry.email) : .row(entry.email.number)
                )
            }
        }
        let rows = try await rows(of: copies, Keys.email)
        for email in copies {
            guard let row = try rows.read(email, CopyRow.init(_:_:)) else { continue }
            let content = ContentReference.email(row.original)
            originals[email] = Original(email: row.original, ids: (row.object, row.thread), content: content)
        }
        return originals
    }

    private func rows(of emails: [EmailID], _ key: (EmailID) -> RowKey) async throws(StoreError) -> RowSet {
        try await RowSet(of: emails, in: store, Keys.partition(account), key)
    }

    // MARK: Summaries

    private func addSummaries(
        _ answers: inout [MessageData?],
        _ originals: [EmailID: Original],
        _ parts: MessageParts
    ) async throws {
        let emails = answers.compactMap { $0.flatMap { originals[$0.entry.email]?.email } }
        let rows = try await rows(of: emails, Keys.email)
        for index in answers.indices {
            guard var data = answers[index], let original = originals[data.entry.email] else { continue }
            answers[index] = nil
            let row = try rows.read(original.email) { octets, range throws(DamagedRow) in
                try EmailRow(octets, range, hasPreview: parts.contains(.preview))
            }
            guard let row else { continue }
            data.content = row.content
            if parts.contains(.summary) { data.summary = row.summary }
            if parts.contains(.preview) {
                data.preview = row.preview
                if row.preview == nil { data.preview = try await former(data, row.summary)?.preview }
            }
            answers[index] = data
        }
    }

    /// What a former version did not keep of a message; nil if it is gone.
    private func former(_ data: MessageData, _ summary: MessageSummary) async throws -> Preparation? {
        do throws(MailboxError) {
            let head = try await octets(of: data, 0..<Preparation.headLimit)
            let isWhole = Int(data.entry.size) <= Preparation.headLimit
            return Preparation(summary, head: head.span, isWhole: isWhole, charsets: charsets)
        } catch .expunged {
            return nil
        }
    }

    // MARK: Keys

    private func addKeys(
        _ answers: inout [MessageData?],
        _ originals: [EmailID: Original],
        _ parts: MessageParts
    ) async throws {
        // The row of a copy tells its ids.
        let emails = answers.compactMap { $0.flatMap { originals[$0.entry.email] } }
            .filter { parts.contains(.sortKeys) || $0.ids == nil }.map(\.email)
        let rows = try await rows(of: emails, Keys.index)
        for index in answers.indices {
            guard var data = answers[index], let original = originals[data.entry.email] else { continue }
            data.objectID = original.ids?.object ?? original.email
            data.thread = original.ids?.thread
            if parts.contains(.sortKeys) {
                let row = try rows.read(original.email) { octets, range throws(DamagedRow) in
                    try IndexRow(original.email, octets, range)
                }
                data.thread = data.thread ?? row?.thread
                data.sortKeys = row?.keys
            } else if data.thread == nil {
                data.thread = try rows.read(original.email) { octets, range throws(DamagedRow) in
                    try IndexRow.thread(original.email, octets, range)
                }
            }
            let isKnown = data.thread != nil && (data.sortKeys != nil || !parts.contains(.sortKeys))
            answers[index] = isKnown ? data : try await formerKeys(data, original, parts)
        }
    }

    /// The keys of a message that a former version stored, which has no row in the index: it is a conversation of its own, if
    /// it is no copy. Nil if it is gone.
    private func formerKeys(
        _ data: MessageData,
        _ original: Original,
        _ parts: MessageParts
    ) async throws -> MessageData? {
        var data = data
        let found = try await store.read(Keys.partition(account), [Keys.email(original.email)]).values[0]
        guard let found else { return nil }
        let row = try EmailRow(found, 0..<found.count)
        data.content = row.content
        if original.ids == nil, case .row(let owner) = row.content { data.objectID = EmailID(owner) }
        data.thread = data.thread ?? ThreadID(data.objectID?.number ?? original.email.number)
        guard parts.contains(.sortKeys) else { return data }
        guard let prepared = try await former(data, row.summary) else { return nil }
        data.sortKeys = prepared.keys
        return data
    }

    // MARK: Octets

    /// The octets of most messages are in the row of their own id: one call. Those of copies take another.
    private func addOctets(_ answers: inout [MessageData?]) async throws {
        var copied: [(index: Int, email: EmailID)] = []
        var known: [(index: Int, content: UInt64)] = []
        for index in answers.indices {
            switch answers[index]?.content {
            case .email(let email): copied.append((index, email))
            case .row(let id): known.append((index, id))
            case .blob, nil: continue
            }
        }
        let partition = Keys.partition(account)
        let keys = known.map { Keys.content($0.content) } + copied.map { Keys.email($0.email) }
        guard !keys.isEmpty else { return }
        let values = try await store.read(partition, keys).values
        for ((index, _), octets) in zip(known, values) {
            answers[index]?.octets = octets
            if octets == nil { answers[index] = nil }
        }
        var found: [(index: Int, content: UInt64)] = []
        for ((index, _), row) in zip(copied, values[known.count...]) {
            guard let row else {
                answers[index] = nil
                continue
            }
            let content = try EmailRow.content(row, 0..<row.count)
            answers[index]?.content = content
            if case .row(let id) = content { found.append((index, id)) }
        }
        guard !found.isEmpty else { return }
        let others = try await store.read(partition, found.map { Keys.content($0.content) }).values
        for ((index, _), octets) in zip(found, others) {
            answers[index]?.octets = octets
            if octets == nil { answers[index] = nil }
        }
    }

    func octets(of message: MessageData, _ range: Range<Int>) async throws(MailboxError) -> [UInt8] {
        let range = range.clamped(to: 0..<Int(message.entry.size))
        if range.isEmpty { return [] }
        if let octets = message.octets { return Array(octets[range.clamped(to: 0..<octets.count)]) }
        do throws(StoreError) {
            return try await octets(message.content, range)
        } catch .notFound {
            throw .expunged
        } catch {
            throw .store(error)
        }
    }

    private func octets(_ content: ContentReference, _ range: Range<Int>) async throws(StoreError) -> [UInt8] {
        switch content {
        case .row(let id):
            guard let octets = try await store.read(Keys.partition(account), [Keys.content(id)]).values[0] else {
                throw .notFound
            }
            return Array(octets[range.clamped(to: 0..<octets.count)])
        case .blob(let id, let prefix, _):
            var octets = Array(prefix[range.clamped(to: 0..<prefix.count)])
            let (lower, upper) = (max(0, range.lowerBound - prefix.count), range.upperBound - prefix.count)
            if lower < upper { octets += try await store.get(BlobID(id), lower..<upper) }
            return octets
        case .email(let email):
            guard let row = try await store.read(Keys.partition(account), [Keys.email(email)]).values[0] else {
                throw .notFound
            }
            guard let content = try? EmailRow.content(row, 0..<row.count) else {
                throw .corrupt("email \(email) of account \(account)")
            }
            return try await octets(content, range)
        }
    }
}
