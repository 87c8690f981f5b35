internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// LISTRIGHTS: what the identifier always has, and each of the others, which can be given by itself. RFC 4314 §3.4.
    func listRights(_ name: MailboxName, _ identifier: [UInt8]) async throws -> Completion {
        let place = try await administeredPlace(name)
        let (grantee, isNegative) = try await grantee(identifier)
        let isOwner = !isNegative && grantee == .account(place.mailbox.account)
        let required: FolderRights = isOwner ? .always : []
        let optional = FolderRights.all.subtracting(required).letters.compactMap { Rights(octets: [$0]) }
        stream.write { output in
            Response.listRights(
                self.name(of: place.path),
                identifier: identifier,
                required: Rights(octets: required.letters) ?? [],
                optional: optional,
                enabled: enabled,
                into: &output
            )
        }
        return Completion("Those can be given")
    }
}
