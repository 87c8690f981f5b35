internal import HTTP
internal import Mailbox

/// The body of `PATCH /v1/messages/{id}`.
private struct Changes: Decodable {
    var isRead: Bool?
    var isFlagged: Bool?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case isRead = "is_read"
        case isFlagged = "is_flagged"
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknown(CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        isRead = try values.decodeIfPresent(Bool.self, forKey: .isRead)
        isFlagged = try values.decodeIfPresent(Bool.self, forKey: .isFlagged)
    }
}

extension Session {
    /// `PATCH /v1/messages/{id}`: changes flags, and answers with the message as it is then.
    mutating func changeMessage(
        _ mailbox: any Mailbox,
        _ email: EmailID,
        _ head: RequestHead
    ) async throws(Ending) -> Response {
        let changes = try await readJSON(head, limit: 4 << 10, as: Changes.self)
        let (folder, entry) = try await find(email, in: mailbox)
        var added: Flags = []
        var removed: Flags = []
        if let isRead = changes.isRead { if isRead { added.insert(.seen) } else { removed.insert(.seen) } }
        if let isFlagged = changes.isFlagged {
            if isFlagged { added.insert(.flagged) } else { removed.insert(.flagged) }
        }
        do throws(MailboxError) {
            for (mode, flags) in [(FlagChange.Mode.add, added), (.remove, removed)] where !flags.isEmpty {
                let uids = UIDSet(entry.uid...entry.uid)
                let stored = try await mailbox.store(uids, in: folder, FlagChange(mode, flags), unchangedSince: nil)
                guard !stored.uids.isEmpty else { throw .expunged }
            }
        } catch {
            throw Ending(error)
        }
        return try await showMessage(mailbox, email)
    }

    /// `DELETE /v1/messages/{id}`: moves a message to Trash; removes it for ever if it is there already, or if there is no
    /// Trash.
    func deleteMessage(_ mailbox: any Mailbox, _ email: EmailID) async throws(Ending) -> Response {
        let (folder, entry) = try await find(email, in: mailbox)
        let uids = UIDSet(entry.uid...entry.uid)
        do throws(MailboxError) {
            let trash = try await mailbox.folders().first { $0.specialUse == .trash }
            if let trash, trash.id != folder {
                _ = try await mailbox.move(uids, from: folder, to: trash.id)
            } else {
                _ = try await mailbox.remove(uids, in: folder)
            }
        } catch {
            throw Ending(error)
        }
        return Response(.noContent)
    }

    /// Where a message of the account is; not found if there is none of that id.
    func find(_ email: EmailID, in mailbox: any Mailbox) async throws(Ending) -> (folder: FolderID, entry: MessageEntry)
    {
        do throws(MailboxError) {
            if let place = try await mailbox.find(email) { return place }
        } catch {
            throw Ending(error)
        }
        throw .problem(.notFound)
    }

    /// What is stored of one message.
    func read(
        _ entry: MessageEntry,
        _ parts: MessageParts,
        from mailbox: any Mailbox
    ) async throws(Ending) -> MessageData {
        do throws(MailboxError) {
            if let data = try await mailbox.read([entry], parts).first, let data { return data }
        } catch {
            throw Ending(error)
        }
        throw .problem(.notFound)
    }
}
