internal import IMAP
internal import Mailbox

extension Session {
    /// MOVE and UID MOVE: nobody sees a message in both folders, or in none. COPYUID comes first, untagged, then
    /// EXPUNGE. RFC 6851 §3.1, §4.3.
    func move(_ request: CopyRequest, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        try selection.requireWritable()
        let uids = try selection.messages(request.set, by: request.numbering).uids(selection)
        let target = try await place(request.mailbox, orElse: .tryCreate)
        guard !uids.isEmpty else { return Completion("Nothing to move") }
        try requireWithinLimit(uids.count)
        let moved = try await move(uids, mailbox, selection, to: target)
        if let code = ResponseCode(moved) { writeStatus(nil, .ok, code, "Moved") }
        try await catchUp(mailbox, selection, mayExpunge: true)
        return Completion("Moved", code: highestModSequence(selection))
    }
}
