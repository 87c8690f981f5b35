internal import IMAP
internal import Mailbox
internal import Octets

extension Session {
    /// CREATE. A delimiter at the end says only that others will be below. RFC 3501 §6.3.3; special uses RFC 6154 §3,
    /// MAILBOXID RFC 8474 §4.1.
    func create(_ name: MailboxName, _ uses: [String]) async throws -> Completion {
        let isParent = name.octets.count > 1 && name.octets.last == UInt8(ascii: "/")
        let name = isParent ? MailboxName(Array(name.octets.dropLast())) : name
        let (mailbox, path) = try await newLocation(name)
        watch?.ownChanges.insert(Watch.OwnChange(kind: .created, path: try self.path(name)))
        let folder = try await mailbox.createFolder(path, specialUse: try await specialUse(uses, mailbox))
        return Completion("Created", code: .mailboxID(mailbox.objectID(of: folder.id)))
    }

    /// The special use that is asked for. A folder has one, and only one folder has it. RFC 6154 §3.
    private func specialUse(_ names: [String], _ mailbox: any Mailbox) async throws -> SpecialUse? {
        guard let name = names.first?.asciiLowercased else { return nil }
        guard names.count == 1, let use = SpecialUse.allCases.first(where: { $0.attribute.asciiLowercased == name }),
            use != .all, use != .flagged
        else { throw Refusal.no(.useAttribute, "No mailbox can be for that") }
        guard try await !mailbox.folders().contains(where: { $0.specialUse == use }) else {
            throw Refusal.no(.useAttribute, "Another mailbox is for that")
        }
        return use
    }
}
