extension StoreMailbox {
    func append(
        _ messages: [NewMessage],
        to folder: FolderID,
        replacing replaced: MessagePlace?
    ) async throws(MailboxError) -> Appended {
        let arrivals = messages.map { message in
            guard let incoming = message.message as? StoreIncomingMessage else {
                preconditionFailure("a message is appended that came in by another service")
            }
            return incoming.arrival(
                for: account,
                prefix: [],
                flags: message.flags,
                keywords: message.keywords,
                date: message.date
            )
        }
        let quota = quota
        do throws(MailboxError) {
            return try await writer.perform { draft throws(MailboxError) in
                try await draft.append(arrivals, to: folder, replacing: replaced, quota: quota)
            }
        } catch {
            for (message, arrival) in zip(messages, arrivals) {
                (message.message as? StoreIncomingMessage)?.didFail(arrival, for: account, error)
            }
            throw error
        }
    }
}

extension Draft {
    fileprivate mutating func append(
        _ arrivals: [Arrival],
        to folder: FolderID,
        replacing replaced: MessagePlace?,
        quota: QuotaLimits
    ) async throws(MailboxError) -> Appended {
        var octets = arrivals.reduce(0) { $0 + $1.size }
        if let replaced {
            guard let entry = try await table(of: replaced.folder).entry(replaced.uid) else { throw .expunged }
            octets -= Int(entry.size)
        }
        try checkQuota(quota, adding: octets, messages: arrivals.count - (replaced == nil ? 0 : 1))
        let filed = try await file(arrivals, in: folder)
        if let replaced { try await remove(UIDSet(replaced.uid...replaced.uid), from: replaced.folder) }
        return Appended(
            uidValidity: try self.folder(folder).uidValidity,
            uids: UIDSet(filed.lazy.map(\.uid)),
            emails: filed.map(\.email)
        )
    }
}
