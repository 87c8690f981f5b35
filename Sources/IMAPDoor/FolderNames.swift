internal import Directory
internal import IMAP
internal import Mailbox

/// A folder that a client's name means.
struct Place {
    /// The client's own mailbox, or one that another account shares.
    let mailbox: any Mailbox
    let folder: Folder
    /// The name as the client sees it.
    let path: FolderPath
}

// Names of one's own folders are as they are. Those of another account begin with `Other Users/` and its address.
// RFC 2342 §5.

extension Session {
    /// The level above the mailboxes of other accounts.
    static let othersLevel = "Other Users"

    /// The text that a client's name stands for; nil if it is none.
    private func text(of name: MailboxName) -> String? {
        guard quirks.contains(.separatorAtEnd), name.octets.count > 1, name.octets.last == Session.delimiter else {
            return name.text(enabled: enabled)
        }
        return MailboxName(Array(name.octets.dropLast())).text(enabled: enabled)
    }

    /// The path that a client's name means. A name that cannot be one is refused, whatever the command.
    func path(_ name: MailboxName) throws -> FolderPath {
        guard let text = text(of: name) else {
            throw Refusal.no(.cannot, enabled.hasUTF8 ? "Name is not in UTF-8" : "Name is not in modified UTF-7")
        }
        guard let path = FolderPath(text) else {
            throw Refusal.no(.cannot, "A mailbox cannot have that name")
        }
        return path
    }

    /// Whose folder a path means, and what that one calls it; nil for a name above those of others, which nothing has.
    ///
    /// `own` is the mailbox whose user speaks: the client's own, if it is not given.
    func location(
        _ path: FolderPath,
        for own: (any Mailbox)? = nil
    ) async throws -> (mailbox: any Mailbox, path: FolderPath)? {
        guard let mailbox = own ?? ownMailbox else { throw Refusal.bad("Sign in first") }
        guard path.components[0] == Session.othersLevel else { return (mailbox, path) }
        guard path.components.count > 2, let inner = FolderPath(Array(path.components.dropFirst(2))),
            let owner = try await account(at: path.components[1])
        else { return nil }
        return (try await open(owner, as: mailbox.user), inner)
    }

    /// The account with that very address; nil if there is none, or the address is another name of one.
    func account(at text: String) async throws(DirectoryError) -> AccountID? {
        guard let address = MailAddress(text),
            case .accounts(let accounts) = try await house.directory.resolve(address),
            let account = accounts.first, account.address == address
        else { return nil }
        return AccountID(account.number)
    }

    /// Where a new folder of that name would be.
    func newLocation(_ name: MailboxName) async throws -> (mailbox: any Mailbox, path: FolderPath) {
        // As where one may not: who has an account is not told.
        guard let location = try await location(try path(name)) else { throw MailboxError.noPermission }
        return location
    }

    /// The folder of that name. `.tryCreate` is for commands that put messages into it. RFC 3501 §7.1.
    func place(_ name: MailboxName, orElse code: ResponseCode = .nonexistent) async throws -> Place {
        guard let text = text(of: name), let path = FolderPath(text),
            let place = try await place(path)
        else { throw Refusal.no(code, "No such mailbox") }
        return place
    }

    /// The folder that has a path; nil if there is none.
    func place(_ path: FolderPath, for own: (any Mailbox)? = nil) async throws -> Place? {
        guard let (mailbox, inner) = try await location(path, for: own),
            let folder = try await mailbox.folders().first(where: { $0.path == inner })
        else { return nil }
        return Place(mailbox: mailbox, folder: folder, path: path)
    }

    /// The name of a folder as this client reads it.
    func name(of path: FolderPath) -> MailboxName { MailboxName(text: path.name, enabled: enabled) }
}
