internal import IMAP
internal import Mailbox

extension Session {
    /// RENAME. Those below move too; INBOX stays and gives its messages away. RFC 3501 §6.3.5.
    func rename(_ old: MailboxName, _ new: MailboxName, _ mailbox: any Mailbox) async throws -> Completion {
        let target = try path(new)
        let id = try await folder(old, mailbox).id
        watch?.ownChanges.insert(Watch.OwnChange(kind: .renamed, path: target))
        try await mailbox.renameFolder(id, to: target)
        return Completion("Renamed")
    }
}
