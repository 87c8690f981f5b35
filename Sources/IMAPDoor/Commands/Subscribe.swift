internal import IMAP
internal import Mailbox

extension Session {
    /// SUBSCRIBE and UNSUBSCRIBE, to names of folders that are there, were there or will be. RFC 3501 §6.3.6, §6.3.7.
    func subscribe(_ name: MailboxName, _ isSubscribed: Bool, _ mailbox: any Mailbox) async throws -> Completion {
        let path = try path(name)
        watch?.ownChanges.insert(Watch.OwnChange(kind: .subscription, path: path))
        try await mailbox.subscribe(path, isSubscribed)
        return isSubscribed ? Completion("Subscribed") : Completion("Unsubscribed")
    }
}
