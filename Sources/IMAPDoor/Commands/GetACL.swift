internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// GETACL. RFC 4314 §3.3.
    func getACL(_ name: MailboxName) async throws -> Completion {
        let place = try await administeredPlace(name)
        var entries: [(identifier: [UInt8], rights: Rights)] = []
        for entry in try await place.mailbox.rights(in: place.folder.id) {
            guard let identifier = try await identifier(entry) else { continue }
            entries.append((identifier, Rights(entry.rights)))
        }
        stream.write { output in
            Response.acl(self.name(of: place.path), entries, enabled: enabled, into: &output)
        }
        return Completion("Those may")
    }
}
