internal import IMAP
internal import Mailbox

extension Session {
    /// SETMETADATA: all or nothing. RFC 5464 §4.3.
    func setMetadata(_ name: MailboxName, _ items: [MetadataItem], _ mailbox: any Mailbox) async throws -> Completion {
        let target = try await metadataTarget(name, mailbox)
        let changes = try items.map { Annotation(try annotationName($0.entry), $0.value) }
        try await target.mailbox.setAnnotations(changes, of: target.folder)
        return Completion("Set")
    }
}
