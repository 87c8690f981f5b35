internal import IMAP
internal import Mailbox

extension Session {
    /// SUBSCRIBE and UNSUBSCRIBE, to names of folders that are there, were there or will be. RFC 3501 §6.3.6, §6.3.7.
    func subscribe(_ name: MailboxName, _ isSubscribed: Bool, _ mailbox: any Mailbox) async throws -> Completion {
        try await mailbox.subscribe(try path(name), isSubscribed)
        return isSubscribed ? Completion("Subscribed") : Completion("Unsubscribed")
    }
}
