internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// SELECT and EXAMINE. One that fails leaves no folder selected. RFC 3501 §6.3.1, §6.3.2.
    func select(_ name: MailboxName, _ mailbox: any Mailbox, isReadOnly: Bool) async throws -> Completion {
        phase = .authenticated(mailbox)
        let id = try await folder(name, mailbox).id
        // The bell hangs before the folder is read, so that no change falls between.
        let bell = Signal()
        let observation = mailbox.observe(.folder(id)) { bell.raise() }
        let firstRecent = isReadOnly ? nil : try await mailbox.claimRecent(in: id)
        let snapshot = try await mailbox.snapshot(of: id)
        let selection = Selection(
            snapshot,
            isReadOnly: isReadOnly,
            recentFrom: firstRecent ?? snapshot.folder.firstRecent,
            bell: bell,
            observation: observation
        )
        stream.write { output in selection.tell(&output) }
        phase = .selected(mailbox, selection)
        return isReadOnly
            ? Completion("Selected, nothing can be changed", code: .readOnly) : Completion("Selected", code: .readWrite)
    }
}

extension Selection {
    /// The untagged responses of SELECT. RFC 3501 §6.3.1.
    fileprivate func tell(_ output: inout [UInt8]) {
        let folder = view.snapshot.folder
        tellFlags(&output)
        Response.exists(UInt32(messages.count), into: &output)
        Response.recent(UInt32(recentCount), into: &output)
        if let number = firstUnseen {
            StatusResponse(.ok, .unseen(UInt32(number)), "First unseen").encode(into: &output)
        }
        StatusResponse(.ok, .uidValidity(folder.uidValidity), "UIDs are valid").encode(into: &output)
        StatusResponse(.ok, .uidNext(folder.uidNext), "Next UID").encode(into: &output)
    }

    /// The sequence number of the first message without \Seen.
    fileprivate var firstUnseen: Int? {
        struct Found: Error {}
        guard view.snapshot.folder.unseen > 0 else { return nil }
        var number = 0
        do throws(Found) {
            try messages.forEachEntry { (entry) throws(Found) in
                number += 1
                if !entry.flags.contains(.seen) { throw Found() }
            }
            return nil
        } catch {
            return number
        }
    }
}
