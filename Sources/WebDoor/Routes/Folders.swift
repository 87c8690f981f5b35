internal import HTTP
internal import Mailbox
internal import Octets

/// A folder, as JSON shows it.
struct FolderBody: JSONWritable {
    var id: String
    var userId: String
    /// The last component of the path.
    var name: String
    /// All components, with `/` between.
    var path: String
    /// What it is for: `inbox`, or the special use without its backslash, in lower case. RFC 6154 §2.
    var role: String?
    var parentId: String?
    var total: Int
    var unread: Int
    /// Octets.
    var size: Int
    var isSubscribed: Bool

    init(_ folder: Folder, of account: AccountID, parent: FolderID?) {
        id = "\(folder.id)"
        userId = "\(account)"
        name = folder.path.components.last ?? ""
        path = folder.path.name
        role = folder.path.isInbox ? "inbox" : folder.specialUse?.attribute.dropFirst().lowercased()
        parentId = parent?.description
        total = folder.total
        unread = folder.unseen
        size = folder.size
        isSubscribed = folder.isSubscribed
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("user_id", userId)
            json.member("name", name)
            json.member("path", path)
            json.member("role", role)
            json.member("parent_id", parentId)
            json.member("total", total)
            json.member("unread", unread)
            json.member("size", size)
            json.member("is_subscribed", isSubscribed)
        }
    }
}

extension Session {
    /// `GET /v1/folders`: all folders, INBOX first.
    func listFolders(_ mailbox: any Mailbox, _ query: [Target.QueryItem]) async throws(Ending) -> Response {
        _ = try Parameters(query, known: [])
        let folders: [Folder]
        do throws(MailboxError) { folders = try await mailbox.folders() } catch { throw Ending(error) }
        var ids: [FolderPath: FolderID] = [:]
        for folder in folders { ids[folder.path] = folder.id }
        let account = mailbox.account
        return Response(
            .ok,
            json: folders.map { folder in
                FolderBody(folder, of: account, parent: folder.path.parent.flatMap { ids[$0] })
            }
        )
    }
}
