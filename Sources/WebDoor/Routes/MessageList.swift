internal import HTTP
internal import Mailbox
internal import Octets

/// The answer to `GET /v1/folders/{id}/messages`.
private struct PageBody: JSONWritable {
    var messages: [MessageBody]
    /// nil on the last page.
    var nextCursor: String?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("messages", messages)
            json.member("next_cursor", nextCursor)
        }
    }
}

extension Session {
    /// `GET /v1/folders/{id}/messages`: newest first, by UID, so that new mail does not shift the pages.
    func listMessages(
        _ mailbox: any Mailbox,
        _ folder: FolderID,
        _ query: [Target.QueryItem]
    ) async throws(Ending) -> Response {
        let parameters = try Parameters(query, known: ["limit", "cursor", "unread"])
        let limit = try parameters.number("limit", in: 1...200, otherwise: 50)
        let unread = try parameters.flag("unread")
        let snapshot: FolderSnapshot
        do throws(MailboxError) { snapshot = try await mailbox.snapshot(of: folder) } catch { throw Ending(error) }
        var end = snapshot.messages.count
        if let text = parameters.text("cursor") {
            guard let cursor = PageCursor(text), cursor.uidValidity == snapshot.folder.uidValidity else {
                throw Parameters.invalid("cursor", "It must be the next_cursor of the page before.")
            }
            end = snapshot.messages.index(notBefore: cursor.before)
        }
        var entries: [MessageEntry] = []
        while end > 0, entries.count < limit {
            end -= 1
            let entry = snapshot.messages[end]
            if unread == nil || unread == !entry.flags.contains(.seen) { entries.append(entry) }
        }
        var page = PageBody(messages: [])
        if end > 0, let last = entries.last {
            page.nextCursor = PageCursor(uidValidity: snapshot.folder.uidValidity, before: last.uid).description
        }
        entries.reverse()
        page.messages = try await summaries(of: entries, in: snapshot, from: mailbox).reversed()
        return Response(.ok, json: page)
    }

    /// What lists show of `entries`, which are in UID order: one read, unless the engine's answer would be too large.
    private func summaries(
        of entries: [MessageEntry],
        in snapshot: FolderSnapshot,
        from mailbox: any Mailbox
    ) async throws(Ending) -> [MessageBody] {
        var bodies: [MessageBody] = []
        var rest = entries[...]
        while !rest.isEmpty {
            let batch: [MessageData?]
            do throws(MailboxError) { batch = try await mailbox.read(rest, .summary) } catch { throw Ending(error) }
            guard !batch.isEmpty else { throw .problem(.failure(MailboxError.expunged)) }
            for data in batch {
                guard let data else { continue }
                bodies.append(MessageBody(data, in: snapshot, of: mailbox.account))
            }
            rest = rest.dropFirst(batch.count)
        }
        return bodies
    }
}
