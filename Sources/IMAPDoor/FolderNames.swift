internal import IMAP
internal import Mailbox

extension Session {
    /// The path that a client's name means. A name that cannot be one is refused, whatever the command.
    func path(_ name: MailboxName) throws -> FolderPath {
        guard let text = name.text(enabled: enabled) else {
            throw Refusal.no(.cannot, enabled.hasUTF8 ? "Name is not in UTF-8" : "Name is not in modified UTF-7")
        }
        guard let path = FolderPath(text) else {
            throw Refusal.no(.cannot, "A mailbox cannot have that name")
        }
        return path
    }

    /// The folder of that name. `.tryCreate` is for commands that put messages into it. RFC 3501 §7.1.
    func folder(
        _ name: MailboxName,
        _ mailbox: any Mailbox,
        orElse code: ResponseCode = .nonexistent
    ) async throws -> Folder {
        guard let text = name.text(enabled: enabled), let path = FolderPath(text),
            let folder = try await mailbox.folders().first(where: { $0.path == path })
        else { throw Refusal.no(code, "No such mailbox") }
        return folder
    }

    /// The name of a folder as this client reads it.
    func name(of path: FolderPath) -> MailboxName { MailboxName(text: path.name, enabled: enabled) }
}
