internal import IMAP
internal import Mailbox

extension Session {
    /// EXPUNGE, and UID EXPUNGE for some. The numbers are told before the OK, as after every command. RFC 3501 §6.4.3,
    /// RFC 4315 §2.1.
    func expunge(_ set: SequenceSet?, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        try selection.requireWritable()
        var uids: UIDSet?
        if let set { uids = try selection.messages(set, by: .uid).uids(selection) }
        if uids?.isEmpty != true {
            _ = try await mailbox.expunge(uids, in: selection.folder)
            try await catchUp(mailbox, selection, mayExpunge: true)
        }
        return Completion("Expunged")
    }
}
