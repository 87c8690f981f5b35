internal import IMAP
internal import Mailbox
internal import Network

// What is told of mailboxes that NOTIFY watches. RFC 5465 §5.

extension Session {
    /// Tells what happened in the mailboxes that are watched since they were looked at last.
    func tellWatched() async throws {
        guard let watch, isAuthenticated, watch.takeFollowed() else { return }
        let own = watch.ownChanges
        watch.ownChanges = []
        for place in watch.followed.indices {
            let visible = watch.followed[place].visible
            while true {
                let changes = try await visible.mailbox.changes(since: watch.followed[place].modSeq, limit: 1000)
                guard let last = changes.last else { break }
                watch.followed[place].modSeq = last.modSeq
                try await tell(changes, of: visible, without: own, watch)
                try await stream.drain(by: transferDeadline)
            }
        }
    }

    /// Names and metadata one by one, as they changed; what happened to messages as one STATUS for each folder.
    private func tell(
        _ changes: [Change],
        of visible: VisibleMailbox,
        without own: Set<Watch.OwnChange>,
        _ watch: Watch
    ) async throws {
        guard let mailbox = ownMailbox else { return }
        let listing = try await listing(withSubscriptions: true, mailbox)
        let isPersonal = visible.prefix.isEmpty
        func events(of path: FolderPath) -> EventSet {
            let isSubscribed = listing.entry(path)?.isSubscribed ?? false
            return watch.events(of: path, isPersonal: isPersonal, isSubscribed: isSubscribed)
        }
        var told: Set<FolderPath> = []
        var touched: [FolderID: EventSet] = [:]
        for change in changes {
            switch change.kind {
            case .added: touched[change.folder, default: []].insert(.messageNew)
            case .removed: touched[change.folder, default: []].insert(.messageExpunge)
            case .flags: touched[change.folder, default: []].insert(.flagChange)
            case .created, .deleted, .renamed:
                guard let path = change.path.flatMap({ visible.path(of: $0) }),
                    !own.contains(Watch.OwnChange(kind: change.kind, path: path))
                else { continue }
                let oldPath = change.oldPath.flatMap { visible.path(of: $0) }
                let isWatched = events(of: path).contains(.mailboxName)
                // What is told of a name is how it is now, so once is enough.
                if isWatched && (change.kind == .renamed || told.insert(path).inserted)
                    || oldPath.map({ events(of: $0).contains(.mailboxName) }) ?? false
                {
                    tellName(path, oldName: change.kind == .renamed ? oldPath : nil, listing)
                }
                if change.kind != .renamed, let parent = path.parent, events(of: parent).contains(.mailboxName),
                    told.insert(parent).inserted
                {
                    tellName(parent, oldName: nil, listing)
                }
            case .subscription:
                guard let path = change.path, events(of: path).contains(.subscriptionChange),
                    !own.contains(Watch.OwnChange(kind: change.kind, path: path))
                else { continue }
                tellName(path, oldName: nil, listing)
            case .annotations:
                // The private ones of others are nobody else's business.
                guard change.user == nil || change.user == visible.mailbox.user else { continue }
                try await tellMetadata(change, of: visible, listing, events)
            case .rights:
                // Others may share something now.
                if change.folder.number == 0, isPersonal { try await tellNewSharers(watch, mailbox) }
                // To be let in is as if the folder was made, to be locked out as if it was deleted. RFC 5465 §5.4.
                guard !isPersonal, let path = change.path.flatMap({ visible.path(of: $0) }),
                    events(of: path).contains(.mailboxName), told.insert(path).inserted
                else { continue }
                tellName(path, oldName: nil, listing)
            case .folder, .quota: continue
            }
        }
        for folder in try await visible.mailbox.folders() {
            guard let events = touched[folder.id], let path = visible.path(of: folder.path),
                !isSelected(folder.id, of: visible.mailbox)
            else { continue }
            let wanted = self.events(events, of: path, listing, isPersonal, watch)
            try await tellStatus(of: folder, path, wanted, visible.mailbox)
        }
    }

    /// Follows those who share something now, or are about to, and tells what they share already.
    private func tellNewSharers(_ watch: Watch, _ mailbox: any Mailbox) async throws {
        let known = watch.followed.count
        try await follow(watch, mailbox)
        guard watch.followed.count > known else { return }
        let listing = try await listing(withSubscriptions: true, mailbox)
        for followed in watch.followed[known...] {
            for folder in try await followed.visible.mailbox.folders() {
                guard let path = followed.visible.path(of: folder.path) else { continue }
                let isSubscribed = listing.entry(path)?.isSubscribed ?? false
                let events = watch.events(of: path, isPersonal: false, isSubscribed: isSubscribed)
                if events.contains(.mailboxName) { tellName(path, oldName: nil, listing) }
            }
        }
    }

    /// METADATA, without values. RFC 5464 §4.4.2, RFC 5465 §5.6, §5.7.
    private func tellMetadata(
        _ change: Change,
        of visible: VisibleMailbox,
        _ listing: FolderListing,
        _ events: (FolderPath) -> EventSet
    ) async throws {
        let entries = change.annotations.filter { AnnotationName($0)?.isHidden != true }.map { Array($0.utf8) }
        guard !entries.isEmpty else { return }
        guard change.folder.number != 0 else {
            guard visible.prefix.isEmpty, watch?.hearsOfServer ?? false else { return }
            return stream.write { output in
                Response.metadataChanged(MailboxName([]), entries, enabled: enabled, into: &output)
            }
        }
        let entry = listing.entries.first { entry in
            entry.folder?.id == change.folder && entry.mailbox?.account == visible.mailbox.account
        }
        guard let path = entry?.path, events(path).contains(.mailboxMetadataChange) else { return }
        stream.write { output in
            Response.metadataChanged(name(of: path), entries, enabled: enabled, into: &output)
        }
    }

    private func events(
        _ happened: EventSet,
        of path: FolderPath,
        _ listing: FolderListing,
        _ isPersonal: Bool,
        _ watch: Watch
    ) -> EventSet {
        let isSubscribed = listing.entry(path)?.isSubscribed ?? false
        return watch.events(of: path, isPersonal: isPersonal, isSubscribed: isSubscribed).intersection(happened)
    }

    /// LIST of a name that came, went, changed, or is subscribed to now or no more. RFC 5465 §5.4, §5.5.
    private func tellName(_ path: FolderPath, oldName: FolderPath?, _ listing: FolderListing) {
        let entry = listing.entry(path) ?? FolderListing.Entry(path: path)
        let attributes = entry.attributes(isExtended: true, tellsSubscribed: true)
        let more = oldName.map { [Response.ListItem.oldName(name(of: $0))] } ?? []
        stream.write { output in
            Response.list(
                attributes,
                delimiter: Session.delimiter,
                name(of: path),
                more,
                enabled: enabled,
                into: &output
            )
        }
    }

    /// STATUS with what the events are about. RFC 5465 §5.1, §5.2, §5.3.
    private func tellStatus(
        of folder: Folder,
        _ path: FolderPath,
        _ events: EventSet,
        _ mailbox: any Mailbox
    ) async throws {
        guard !events.isEmpty, try await mailbox.myRights(in: folder.id).contains(.read) else { return }
        var attributes: [StatusAttribute] = []
        if !events.isDisjoint(with: [.messageNew, .messageExpunge]) { attributes += [.uidNext, .messages] }
        if events.contains(.flagChange) { attributes += [.uidValidity, .unseen] }
        if enabled.contains(.condstore) { attributes.append(.highestModSequence) }
        let items = try await statusItems(attributes, of: folder, mailbox)
        stream.write { output in Response.status(name(of: path), items, enabled: enabled, into: &output) }
    }
}
