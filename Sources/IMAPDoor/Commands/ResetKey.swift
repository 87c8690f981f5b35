internal import IMAP
internal import Mailbox

extension Session {
    /// RESETKEY: no URL of the mailbox, or without one of any mailbox, that this user signed is valid any more. RFC 4467 §7.
    func resetKey(_ name: MailboxName?, _ mechanisms: [String], _ own: any Mailbox) async throws -> Completion {
        guard mechanisms.allSatisfy({ $0 == "INTERNAL" }) else { throw Refusal.bad("INTERNAL is the only mechanism") }
        if let name {
            let place = try await place(name)
            try await resetKey(of: place.folder.id, place.mailbox)
        } else {
            try await resetKey(of: nil, own)
        }
        return Completion("Signed URLs are void", code: .urlMechanisms([]))
    }
}
