internal import IMAP
internal import Mailbox

extension Session {
    /// DELETEACL. RFC 4314 §3.2.
    func deleteACL(_ name: MailboxName, _ identifier: [UInt8]) async throws -> Completion {
        let place = try await administeredPlace(name)
        let (grantee, isNegative) = try await grantee(identifier)
        try await place.mailbox.setRights(.delete, of: grantee, isNegative: isNegative, in: place.folder.id)
        return Completion("Deleted")
    }
}
