internal import IMAP
internal import Mailbox

extension Session {
    /// SETACL. RFC 4314 §3.1.
    func setACL(_ name: MailboxName, _ identifier: [UInt8], _ change: RightsChange) async throws -> Completion {
        let place = try await administeredPlace(name)
        let (grantee, isNegative) = try await grantee(identifier)
        let access: AccessChange =
            switch change {
            case .replace(let rights): .replace(try FolderRights(rights))
            case .add(let rights): .add(try FolderRights(rights))
            case .remove(let rights): .remove(try FolderRights(rights))
            }
        try await place.mailbox.setRights(access, of: grantee, isNegative: isNegative, in: place.folder.id)
        return Completion("Set")
    }
}
