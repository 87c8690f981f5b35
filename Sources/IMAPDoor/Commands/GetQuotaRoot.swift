internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// GETQUOTAROOT: a mailbox of one's own has the account's root; how much room others have is theirs to know.
    /// RFC 9208 §4.1.2.
    func getQuotaRoot(_ name: MailboxName) async throws -> Completion {
        let place = try await place(name)
        try await place.mailbox.require(.read, in: place.folder.id)
        let isOwn = place.mailbox.account == place.mailbox.user
        let quota = isOwn ? try await place.mailbox.quota() : nil
        stream.write { output in
            Response.quotaRoot(self.name(of: place.path), roots: isOwn ? [[]] : [], enabled: enabled, into: &output)
            if let quota { Response.quota(root: [], quota.usages, enabled: enabled, into: &output) }
        }
        return Completion("That much")
    }
}
