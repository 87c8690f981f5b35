internal import IMAP
internal import Mailbox

extension Session {
    /// REPLACE and UID REPLACE: a message comes, here or in another mailbox, and another goes, in one commit. RFC 8508 §3.
    ///
    /// APPENDUID comes first, untagged, then what happened in the mailbox that is selected, as after MOVE. §4.3.
    func replace(_ request: ReplaceRequest) async throws -> Completion {
        let intake = AppendIntake(request.append, of: .replace(request), self)
        var selected: Selection?
        let appended = try await intake.file { () async throws in
            guard case .selected(_, let selection) = phase else { throw Refusal.bad("No mailbox is selected") }
            selected = selection
            try selection.requireWritable()
            let replaced = MessagePlace(selection.folder, try selection.message(request.number, by: request.numbering))
            let target = try await place(request.append.mailbox, orElse: .tryCreate)
            try await target.mailbox.require(.insert, in: target.folder.id)
            guard target.mailbox.account == selection.mailbox.account else {
                throw Refusal.no(.cannot, "One commit cannot change the mailboxes of two accounts")
            }
            return AppendIntake.Destination(place: target, replaced: replaced)
        }
        writeStatus(nil, .ok, ResponseCode(appended), "The new message is there")
        guard let selected else { return Completion("Replaced") }
        try await catchUp(selected.mailbox, selected, mayExpunge: true)
        return Completion("Replaced", code: highestModSequence(selected))
    }
}

extension Selection {
    /// The UID of the message that has that number, or of the last one, whose number is written `*`.
    fileprivate func message(_ number: UInt32, by numbering: Numbering) throws -> UID {
        let table = messages
        if number == 0 {
            guard let last = table.last else { throw Refusal.no(.nonexistent, "There is no message") }
            return last.uid
        }
        switch numbering {
        case .sequence:
            guard Int(number) <= table.count else { throw Refusal.bad("No message has that number") }
            return table[Int(number) - 1].uid
        case .uid:
            let index = table.index(notBefore: number)
            guard index < table.count, table[index].uid == number else {
                throw Refusal.no(.nonexistent, "No message has that UID")
            }
            return number
        }
    }
}
