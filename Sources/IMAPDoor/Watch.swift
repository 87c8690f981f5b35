internal import IMAP
internal import Mailbox
internal import Network

/// What NOTIFY made a session watch: which events of which mailboxes it tells, whenever they happen. RFC 5465.
///
/// The bell rings after each commit; what happened is then read from the history of each mailbox, from where it was told
/// last. So nothing is missed, and nothing is kept for a client that does not listen.
final class Watch {
    /// Events of some names.
    struct Group {
        let events: EventSet
        let names: Names
    }

    /// Which names. RFC 5465 §6.
    enum Names {
        case all
        case personal
        case subscribed
        case subtree(Set<FolderPath>)
        case subtreeOne(Set<FolderPath>)
        case exactly(Set<FolderPath>)
    }

    /// What is told of the selected mailbox. RFC 5465 §6.1.
    struct Selected {
        var events: EventSet = []
        /// Messages that went are told only where EXPUNGE may be.
        var isDelayed = false
        var newMessageAttributes: [FetchAttribute] = []
    }

    /// A mailbox whose history is followed.
    struct Followed {
        let visible: VisibleMailbox
        let observation: Observation
        /// Everything up to here was told.
        var modSeq: ModSeq
    }

    let groups: [Group]
    /// nil for a client that only enabled METADATA: it hears of the selected mailbox as any other does, and of nothing
    /// between two commands. RFC 5464 §4.
    let selected: Selected?
    /// Rung after each commit to a mailbox that is followed.
    let bell = Signal()
    /// What the bell was heard for and was not looked at yet. A commit rings for the selected folder too, by a bell of its
    /// own, before or after this one: who waits for this one must not rely on that.
    private var isSelectedDue = false
    private var areFollowedDue = false
    var followed: [Followed] = []
    /// Changes of names that this session made itself, which need not be told. RFC 5465 §5.
    var ownChanges: Set<OwnChange> = []
    /// Of the selected folder, if that is not in a mailbox that is followed.
    var observation: Observation?

    /// A change of a name that the client made.
    struct OwnChange: Hashable {
        let kind: Change.Kind
        let path: FolderPath
    }

    init(groups: [Group], selected: Selected?) {
        self.groups = groups
        self.selected = selected
    }

    /// Whether something may have happened that was not looked at.
    var isDue: Bool {
        hear()
        return isSelectedDue || areFollowedDue
    }

    /// Whether the selected folder must be looked at, which its caller does now.
    func takeSelected() -> Bool {
        hear()
        defer { isSelectedDue = false }
        return isSelectedDue
    }

    /// Whether the mailboxes that are followed must be looked at, which its caller does now.
    func takeFollowed() -> Bool {
        hear()
        defer { areFollowedDue = false }
        return areFollowedDue
    }

    private func hear() {
        guard bell.take() else { return }
        isSelectedDue = true
        areFollowedDue = true
    }

    /// Hears of the selected folder too, if it is in a mailbox that is not followed.
    func follow(_ selection: Selection) {
        observation = nil
        guard !followed.contains(where: { $0.visible.mailbox.account == selection.mailbox.account }) else { return }
        observation = selection.mailbox.observe(.folder(selection.folder)) { [bell] in bell.raise() }
    }

    /// Whether the history of an account's mailbox is followed.
    func follows(_ account: AccountID) -> Bool { followed.contains { $0.visible.mailbox.account == account } }

    /// Whether changes of the server's annotations are told: the server is no mailbox that a filter could name.
    var hearsOfServer: Bool { groups.contains { $0.events.contains(.serverMetadataChange) } }

    /// The events that are told of a name.
    func events(of path: FolderPath, isPersonal: Bool, isSubscribed: Bool) -> EventSet {
        groups.reduce([]) { events, group in
            group.names.contains(path, isPersonal: isPersonal, isSubscribed: isSubscribed)
                ? events.union(group.events) : events
        }
    }
}

extension Watch.Names {
    /// Whether it is one of them.
    func contains(_ path: FolderPath, isPersonal: Bool, isSubscribed: Bool) -> Bool {
        switch self {
        case .all: true
        case .personal: isPersonal
        case .subscribed: isSubscribed
        case .subtree(let roots): roots.contains(path) || path.levelsAbove.contains { roots.contains($0) }
        case .subtreeOne(let roots): roots.contains(path) || path.parent.map { roots.contains($0) } ?? false
        case .exactly(let paths): paths.contains(path)
        }
    }
}
