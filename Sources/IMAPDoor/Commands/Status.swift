internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// STATUS, of any folder, the selected one too. RFC 3501 §6.3.10; DELETED RFC 9051 §6.3.11, SIZE RFC 8438,
    /// HIGHESTMODSEQ RFC 7162 §3.1.7, MAILBOXID RFC 8474 §4.3, APPENDLIMIT RFC 7889 §3, DELETED-STORAGE RFC 9208 §4.1.4.
    func status(
        _ name: MailboxName,
        _ attributes: [StatusAttribute]
    ) async throws -> Completion {
        if attributes.contains(.highestModSequence) { enableCondstore() }
        let place = try await place(name)
        try await place.mailbox.require(.read, in: place.folder.id)
        let items = try await statusItems(attributes, of: place.folder, place.mailbox)
        stream.write { output in
            Response.status(self.name(of: place.path), items, enabled: enabled, into: &output)
        }
        return Completion("That is how it stands")
    }

    /// What STATUS says of a folder: all of it stands in the folder's row, but how many messages are recent.
    func statusItems(
        _ attributes: [StatusAttribute],
        of folder: Folder,
        _ mailbox: any Mailbox
    ) async throws -> [Response.StatusItem] {
        var recent = 0
        if attributes.contains(.recent), folder.firstRecent < folder.uidNext {
            let messages = try await mailbox.snapshot(of: folder.id).messages
            recent = messages.count - messages.index(notBefore: folder.firstRecent)
        }
        return attributes.map { attribute in
            switch attribute {
            case .messages: .number(attribute, UInt64(folder.total))
            case .recent: .number(attribute, UInt64(recent))
            case .uidNext: .number(attribute, UInt64(folder.uidNext))
            case .uidValidity: .number(attribute, UInt64(folder.uidValidity))
            case .unseen: .number(attribute, UInt64(folder.unseen))
            case .deleted: .number(attribute, UInt64(folder.deleted))
            case .size: .number(attribute, UInt64(folder.size))
            case .deletedStorage: .number(attribute, UInt64(folder.deletedSize))
            case .highestModSequence: .number(attribute, folder.highestModSeq)
            case .appendLimit: .number(attribute, UInt64(limits.messageOctets))
            case .mailboxID: .mailboxID(mailbox.objectID(of: folder.id))
            }
        }
    }
}
