internal import Store

extension StoreMailbox {
    func thread(_ thread: ThreadID) async throws(MailboxError) -> [EmailID] {
        var emails: [EmailID] = []
        do {
            var range = Keys.thread(thread)
            while true {
                let page = try await store.scan(Keys.partition(account), range, limit: 1 << 16, order: .ascending)
                for index in 0..<page.count {
                    let start = page.keyRange(index).lowerBound + 9
                    emails.append(EmailID(try page.octets.bigEndian(at: start, as: UInt64.self)))
                }
                guard page.isCut || page.count == 1 << 16, page.count > 0 else { break }
                range.lower = page.key(page.count - 1) + [0]
            }
            // A message that a former version stored has a conversation of its own, which has only its copies in the table.
            let first = EmailID(thread.number)
            if emails.first != first,
                try await store.read(Keys.partition(account), [Keys.place(first)]).values[0] != nil
            {
                emails.insert(first, at: 0)
            }
        } catch {
            throw .store(error)
        }
        return emails
    }

    /// The folders that messages are in; nil for those that are gone. One read for a thousand.
    func folders(of emails: [EmailID]) async throws(MailboxError) -> [FolderID?] {
        var folders: [FolderID?] = []
        do {
            for start in stride(from: 0, to: emails.count, by: RowSet.limit) {
                let keys = emails[start..<min(start + RowSet.limit, emails.count)].map(Keys.place)
                for row in try await store.read(Keys.partition(account), keys).values {
                    folders.append(try row.map { try PlaceRow($0).folder })
                }
            }
        } catch {
            throw .store(error)
        }
        return folders
    }
}
