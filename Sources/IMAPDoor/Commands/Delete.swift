internal import IMAP
internal import Mailbox

extension Session {
    /// DELETE. If the folder is selected, none is afterwards. RFC 3501 §6.3.4.
    func delete(_ name: MailboxName, _ mailbox: any Mailbox) async throws -> Completion {
        let place = try await place(name)
        watch?.ownChanges.insert(Watch.OwnChange(kind: .deleted, path: place.path))
        try await place.mailbox.deleteFolder(place.folder.id)
        if isSelected(place.folder.id, of: place.mailbox) { phase = .authenticated(mailbox) }
        return Completion("Deleted")
    }
}
