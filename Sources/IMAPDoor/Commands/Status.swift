internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// STATUS, of any folder, the selected one too. RFC 3501 §6.3.10; DELETED RFC 9051 §6.3.11, SIZE RFC 8438.
    func status(
        _ name: MailboxName,
        _ attributes: [StatusAttribute],
        _ mailbox: any Mailbox
    ) async throws -> Completion {
        guard attributes.allSatisfy({ StatusAttribute.known.contains($0) }) else { throw Refusal.bad("Not supported") }
        let folder = try await folder(name, mailbox)
        var recent = 0
        if attributes.contains(.recent), folder.firstRecent < folder.uidNext {
            let messages = try await mailbox.snapshot(of: folder.id).messages
            recent = messages.count - messages.index(notBefore: folder.firstRecent)
        }
        let values = attributes.map { (attribute: $0, value: $0.value(of: folder, recent: recent)) }
        stream.write { output in Response.status(self.name(of: folder.path), values, enabled: enabled, into: &output) }
        return Completion("That is how it stands")
    }
}

extension StatusAttribute {
    fileprivate static let known: [StatusAttribute] = [
        .messages, .recent, .uidNext, .uidValidity, .unseen, .deleted, .size,
    ]

    fileprivate func value(of folder: Folder, recent: Int) -> UInt64 {
        switch self {
        case .messages: UInt64(folder.total)
        case .recent: UInt64(recent)
        case .uidNext: UInt64(folder.uidNext)
        case .uidValidity: UInt64(folder.uidValidity)
        case .unseen: UInt64(folder.unseen)
        case .deleted: UInt64(folder.deleted)
        case .size: UInt64(folder.size)
        default: 0
        }
    }
}
