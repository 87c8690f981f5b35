internal import Mailbox

extension Session {
    /// CLOSE: removes messages with \Deleted, says nothing of it, and leaves the folder. RFC 3501 §6.4.2. Who may not
    /// remove them leaves it as it is. RFC 4314 §4.
    func close(_ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        if !selection.isReadOnly {
            do throws(MailboxError) {
                _ = try await mailbox.expunge(nil, in: selection.folder)
            } catch .noSuchFolder {
                // Somebody else deleted it, or hid it; that is as closed as it can be.
            } catch .noPermission {
                // Nothing is removed.
            }
        }
        phase = .authenticated(mailbox)
        return Completion("Closed")
    }

    /// UNSELECT: leaves the folder as it is. RFC 3691 §2.
    func unselect() -> Completion {
        if case .selected(let mailbox, _) = phase { phase = .authenticated(mailbox) }
        return Completion("No mailbox is selected")
    }
}
