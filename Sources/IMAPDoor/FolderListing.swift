internal import Directory
internal import IMAP
internal import Mailbox

/// All names that a client can be told of: folders, levels above folders, names subscribed to. RFC 3501 §6.3.8.
struct FolderListing {
    /// One name.
    struct Entry {
        let path: FolderPath
        /// nil where no folder has the name: it is a level above folders, or was only subscribed to.
        var folder: Folder?
        /// Where the folder is.
        var mailbox: (any Mailbox)?
        var isSubscribed = false
        /// Whether a folder is below it.
        var hasChildren = false
    }

    /// INBOX first, then by name.
    private(set) var entries: [Entry] = []
    private var places: [FolderPath: Int] = [:]

    /// Adds a folder under the name that the client sees.
    mutating func add(_ folder: Folder, as path: FolderPath, in mailbox: any Mailbox) {
        let place = place(of: path)
        entries[place].folder = folder
        entries[place].mailbox = mailbox
        for level in path.levelsAbove { entries[self.place(of: level)].hasChildren = true }
    }

    /// Adds names subscribed to, whether or not there are such folders.
    mutating func subscribe(to paths: [FolderPath]) {
        for path in paths {
            entries[place(of: path)].isSubscribed = true
            for level in path.levelsAbove { _ = place(of: level) }
        }
    }

    /// Puts the names in order. The places of names that come later are lost.
    mutating func sort() {
        entries.sort { FolderPath.precedes($0.path, $1.path) }
        places = [:]
        for (place, entry) in entries.enumerated() { places[entry.path] = place }
    }

    /// What is known of a name.
    func entry(_ path: FolderPath) -> Entry? { places[path].map { entries[$0] } }

    private mutating func place(of path: FolderPath) -> Int {
        if let place = places[path] { return place }
        places[path] = entries.count
        entries.append(Entry(path: path))
        return entries.count - 1
    }
}

extension FolderListing.Entry {
    /// The attributes of the name. What no folder has cannot be selected; who knows \NonExistent is told so.
    /// RFC 3501 §7.2.2, RFC 5258 §3, RFC 3348 §4, RFC 6154 §2.
    func attributes(isExtended: Bool, tellsSubscribed: Bool) -> [String] {
        var attributes: [String] = []
        if folder == nil { attributes.append(isExtended ? "\\NonExistent" : "\\Noselect") }
        attributes.append(hasChildren ? "\\HasChildren" : "\\HasNoChildren")
        if tellsSubscribed, isSubscribed { attributes.append("\\Subscribed") }
        if let use = folder?.specialUse { attributes.append(use.attribute) }
        return attributes
    }
}

extension FolderPath {
    /// The paths above it, from the nearest to the top.
    var levelsAbove: [FolderPath] {
        var levels: [FolderPath] = []
        var above = parent
        while let level = above {
            levels.append(level)
            above = level.parent
        }
        return levels
    }
}

/// A mailbox that the client sees, and what stands before the names of its folders.
struct VisibleMailbox {
    let mailbox: any Mailbox
    /// Levels; none for one's own.
    let prefix: [String]

    /// The name of one of its folders as the client sees it; nil if that would be too long.
    func path(of folder: FolderPath) -> FolderPath? {
        prefix.isEmpty ? folder : FolderPath(prefix + folder.components)
    }
}

extension Session {
    /// The client's own mailbox, then those of which others share something with it.
    func visibleMailboxes(_ mailbox: any Mailbox, withOthers: Bool = true) async throws -> [VisibleMailbox] {
        var visible = [VisibleMailbox(mailbox: mailbox, prefix: [])]
        guard withOthers else { return visible }
        for owner in try await house.mailboxes.sharers(with: mailbox.user) {
            if let other = try await visibleMailbox(of: owner, mailbox) { visible.append(other) }
        }
        return visible
    }

    /// The mailbox of another account, as the client sees it; nil if the account is gone.
    func visibleMailbox(of owner: AccountID, _ mailbox: any Mailbox) async throws -> VisibleMailbox? {
        guard let account = try await house.directory.account(owner.number) else { return nil }
        return VisibleMailbox(
            mailbox: try await open(owner, as: mailbox.user),
            prefix: [Session.othersLevel, account.address.description]
        )
    }

    /// Every name, with or without those that are only subscribed to.
    func listing(
        withSubscriptions: Bool,
        withOthers: Bool = true,
        _ mailbox: any Mailbox
    ) async throws -> FolderListing {
        var listing = FolderListing()
        for visible in try await visibleMailboxes(mailbox, withOthers: withOthers) {
            for folder in try await visible.mailbox.folders() {
                if let path = visible.path(of: folder.path) { listing.add(folder, as: path, in: visible.mailbox) }
            }
        }
        if withSubscriptions { listing.subscribe(to: try await mailbox.subscriptions()) }
        listing.sort()
        return listing
    }
}
