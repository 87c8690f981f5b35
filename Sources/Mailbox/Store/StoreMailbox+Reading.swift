internal import MIME
internal import Store

extension StoreMailbox {
    /// Messages that one call of the engine is asked for.
    private static let summaryLimit = 1000
    /// Octets of messages that one call of the engine is asked for.
    private static let octetLimit = 1 << 20

    func read(
        _ messages: ArraySlice<MessageEntry>,
        _ parts: MessageParts
    ) async throws(MailboxError) -> [MessageData?] {
        let batch = messages.prefix(batchCount(messages, parts))
        do {
            if parts.contains(.octets) { return try await readOctets(batch, parts) }
            return try await readSummaries(batch)
        } catch {
            throw .store(error)
        }
    }

    private func batchCount(_ messages: ArraySlice<MessageEntry>, _ parts: MessageParts) -> Int {
        guard parts.contains(.octets) else { return Self.summaryLimit }
        var (count, octets) = (0, 0)
        for message in messages {
            octets += message.storage.contains(.elsewhere) ? 0 : Int(message.size)
            guard count == 0 || octets <= Self.octetLimit, count < Self.summaryLimit else { break }
            count += 1
        }
        return count
    }

    // MARK: Summaries

    /// Email ids ascend with arrival, so messages that came one after the other are neighbours: one scan fetches them.
    /// Where other folders' messages stand between them, the rest is read by key.
    private func readSummaries(_ messages: ArraySlice<MessageEntry>) async throws -> [MessageData?] {
        var rows: [EmailID: Range<Int>] = [:]
        guard let least = messages.lazy.map(\.email).min(), let greatest = messages.lazy.map(\.email).max() else {
            return []
        }
        rows.reserveCapacity(messages.count)
        let partition = Keys.partition(account)
        var page = Page(version: .init(0))
        if messages.count >= 8 {
            let range = KeyRange(from: Keys.email(least), upTo: Keys.email(EmailID(greatest.number &+ 1)))
            page = try await store.scan(
                partition,
                range,
                limit: max(500, messages.count + messages.count / 4),
                order: .ascending
            )
            for index in 0..<page.count {
                let id = try bigEndian(page.octets, at: page.keyRange(index).lowerBound + 1, as: UInt64.self)
                rows[EmailID(id)] = page.valueRange(index)
            }
        }
        let missing = messages.filter { rows[$0.email] == nil }
        var others: [EmailID: [UInt8]] = [:]
        if !missing.isEmpty {
            let found = try await store.read(partition, missing.map { Keys.email($0.email) })
            for (entry, row) in zip(missing, found.values) { others[entry.email] = row }
        }
        return try messages.map { entry in
            if let range = rows[entry.email] { return try data(entry, page.octets, range) }
            return try others[entry.email].map { try data(entry, $0, 0..<$0.count) }
        }
    }

    private func data(_ entry: MessageEntry, _ octets: [UInt8], _ range: Range<Int>) throws(DamagedRow) -> MessageData {
        let row = try EmailRow(octets, range)
        return MessageData(entry: entry, summary: row.summary, content: row.content)
    }

    // MARK: Octets

    /// The octets of most messages are in the row of their own id, so both tables are asked at once.
    private func readOctets(
        _ messages: ArraySlice<MessageEntry>,
        _ parts: MessageParts
    ) async throws -> [MessageData?] {
        let partition = Keys.partition(account)
        let wantsAll = parts.contains(.summary)
        var keys: [RowKey] = []
        keys.reserveCapacity(messages.count * 2)
        for entry in messages {
            let isElsewhere = entry.storage.contains(.elsewhere)
            if wantsAll || isElsewhere { keys.append(Keys.email(entry.email)) }
            if !isElsewhere { keys.append(Keys.content(entry.email.number)) }
        }
        let values = try await store.read(partition, keys).values
        var next = 0
        func take() -> [UInt8]? {
            defer { next += 1 }
            return values[next]
        }
        var answers: [MessageData?] = []
        answers.reserveCapacity(messages.count)
        for entry in messages {
            let isElsewhere = entry.storage.contains(.elsewhere)
            let row = wantsAll || isElsewhere ? take() : nil
            let octets = isElsewhere ? nil : take()
            if let row {
                var data = try data(entry, row, 0..<row.count)
                data.octets = octets
                answers.append(isElsewhere || octets != nil ? data : nil)
            } else if let octets, !wantsAll {
                answers.append(MessageData(entry: entry, octets: octets, content: .row(entry.email.number)))
            } else {
                answers.append(nil)
            }
        }
        return answers
    }

    func octets(of message: MessageData, _ range: Range<Int>) async throws(MailboxError) -> [UInt8] {
        let range = range.clamped(to: 0..<Int(message.entry.size))
        if range.isEmpty { return [] }
        if let octets = message.octets { return Array(octets[range.clamped(to: 0..<octets.count)]) }
        do throws(StoreError) {
            switch message.content {
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
            }
        } catch .notFound {
            throw .expunged
        } catch {
            throw .store(error)
        }
    }
}
