internal import IMAP
internal import Mailbox

extension Session {
    /// RENAME. Those below move too; INBOX stays and gives its messages away. RFC 3501 §6.3.5.
    func rename(_ old: MailboxName, _ new: MailboxName) async throws -> Completion {
        let target = try await newLocation(new)
        let place = try await place(old)
        guard place.mailbox.account == target.mailbox.account else {
            throw Refusal.no(.cannot, "A mailbox cannot be given to another account")
        }
        watch?.ownChanges.insert(Watch.OwnChange(kind: .renamed, path: try path(new)))
        try await place.mailbox.renameFolder(place.folder.id, to: target.path)
        return Completion("Renamed")
    }
}
