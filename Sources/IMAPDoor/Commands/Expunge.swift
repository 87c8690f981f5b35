internal import IMAP
internal import Mailbox

extension Session {
    /// EXPUNGE, and UID EXPUNGE for some. The numbers are told before the OK, as after every command. RFC 3501 §6.4.3,
    /// RFC 4315 §2.1.
    func expunge(_ set: SequenceSet?, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        try selection.requireWritable()
        var uids: UIDSet?
        if let set {
            let numbers = try selection.messages(set, by: .uid)
            try requireWithinLimit(numbers.count)
            uids = numbers.uids(selection)
        }
        if uids?.isEmpty != true {
            _ = try await mailbox.expunge(uids, in: selection.folder)
            try await catchUp(mailbox, selection, mayExpunge: true)
        }
        return Completion("Expunged", code: highestModSequence(selection))
    }

    /// Up to where a client that keeps what it knows is up to date, after a command that removed messages. Nothing is said
    /// while some that went are held back. RFC 7162 §3.2.7, §3.2.9.
    func highestModSequence(_ selection: Selection) -> ResponseCode? {
        guard enabled.contains(.qresync), !selection.holdsExpunged else { return nil }
        return .highestModSequence(selection.toldUpTo)
    }
}
