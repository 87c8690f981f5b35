internal import IMAP
internal import Mailbox

extension Session {
    /// DELETE. If the folder is selected, none is afterwards. RFC 3501 §6.3.4.
    func delete(_ name: MailboxName, _ mailbox: any Mailbox) async throws -> Completion {
        let folder = try await folder(name, mailbox)
        let id = folder.id
        watch?.ownChanges.insert(Watch.OwnChange(kind: .deleted, path: folder.path))
        try await mailbox.deleteFolder(id)
        if case .selected(_, let selection) = phase, selection.folder == id { phase = .authenticated(mailbox) }
        return Completion("Deleted")
    }
}
