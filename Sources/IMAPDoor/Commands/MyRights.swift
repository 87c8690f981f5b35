internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// MYRIGHTS, for anybody who has one of `l`, `r`, `i`, `k`, `x` and `a`. RFC 4314 §3.5, §4.
    func myRights(_ name: MailboxName) async throws -> Completion {
        let place = try await place(name)
        let rights = try await place.mailbox.myRights(in: place.folder.id)
        stream.write { output in
            Response.myRights(self.name(of: place.path), Rights(rights), enabled: enabled, into: &output)
        }
        return Completion("You may do that")
    }
}
