internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// GETQUOTA. RFC 9208 §4.1.1.
    func getQuota(_ root: [UInt8], _ mailbox: any Mailbox) async throws -> Completion {
        let account = try await account(ofQuotaRoot: root, mailbox)
        let quota = try await house.mailboxes.open(account).quota()
        stream.write { output in Response.quota(root: root, quota.usages, enabled: enabled, into: &output) }
        return Completion("That much")
    }
}
