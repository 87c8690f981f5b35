internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// NOTIFY: from now on the client hears of these events whenever they happen. RFC 5465 §3.1.
    func notify(_ request: NotifyRequest, _ mailbox: any Mailbox) async throws -> Completion {
        guard case .set(let groups, let tellsStatus) = request else {
            watch = Watch(groups: [], selected: Watch.Selected())
            return Completion("Nothing is watched")
        }
        let supported = supportedEvents
        guard groups.allSatisfy({ $0.unknownEvents.isEmpty && $0.events.isSubset(of: supported) }) else {
            throw Refusal.no(.badEvent(supported), "There are other events only")
        }
        let watch = Watch(groups: groups.compactMap { group($0) }, selected: Watch.Selected(groups))
        try await follow(watch, mailbox)
        if tellsStatus { try await tellStatus(watch, mailbox) }
        self.watch = nil
        // What happened so far is told, as NOOP would. RFC 5465 §3.1.
        try await announceNews(mayExpunge: true)
        self.watch = watch
        if case .selected(_, let selection) = phase { watch.follow(selection) }
        return Completion("Watched")
    }

    /// Begins to follow the history of every mailbox that the client sees, or may see soon, and that is not followed yet.
    func follow(_ watch: Watch, _ mailbox: any Mailbox) async throws {
        var all = [VisibleMailbox(mailbox: mailbox, prefix: [])]
        for owner in try await house.mailboxes.possibleSharers(with: mailbox.user) {
            if let other = try await visibleMailbox(of: owner, mailbox) { all.append(other) }
        }
        for visible in all where !watch.follows(visible.mailbox.account) {
            // The bell hangs before the history is looked at, so that nothing falls between.
            let observation = visible.mailbox.observe(.account) { [bell = watch.bell] in bell.raise() }
            let modSeq = try await visible.mailbox.lastModSeq()
            watch.followed.append(Watch.Followed(visible: visible, observation: observation, modSeq: modSeq))
        }
    }

    /// The events that there are: all but AnnotationChange, which is about annotations of messages. RFC 5465 §5.1.
    private var supportedEvents: EventSet {
        [
            .messageNew, .messageExpunge, .flagChange, .mailboxName, .subscriptionChange, .mailboxMetadataChange,
            .serverMetadataChange,
        ]
    }

    /// A group of the command for mailboxes that are not selected; names that cannot be are passed over. RFC 5465 §6.
    private func group(_ group: EventGroup) -> Watch.Group? {
        // Mail may be delivered to every folder of one's own. RFC 5465 §6.3.
        names(group.filter, inboxes: .personal).map { Watch.Group(events: group.events, names: $0) }
    }

    /// The mailboxes that a filter means, `inboxes` being those where mail comes in; nil for the selected one, which goes
    /// its own way. RFC 5465 §6.
    func names(_ filter: MailboxFilter, inboxes: Watch.Names) -> Watch.Names? {
        switch filter {
        case .selected, .selectedDelayed: nil
        case .inboxes: inboxes
        case .personal: .personal
        case .subscribed: .subscribed
        case .subtree(let roots): .subtree(Set(roots.compactMap { try? path($0) }))
        case .subtreeOne(let roots): .subtreeOne(Set(roots.compactMap { try? path($0) }))
        case .mailboxes(let names): .exactly(Set(names.compactMap { try? path($0) }))
        }
    }

    /// STATUS of every mailbox whose messages are watched, but the selected one. RFC 5465 §3.1.
    private func tellStatus(_ watch: Watch, _ mailbox: any Mailbox) async throws {
        for entry in try await listing(withSubscriptions: true, mailbox).entries {
            guard let folder = entry.folder, let owner = entry.mailbox, !isSelected(folder.id, of: owner) else {
                continue
            }
            let isPersonal = owner.account == mailbox.account
            let events = watch.events(of: entry.path, isPersonal: isPersonal, isSubscribed: entry.isSubscribed)
            guard !events.isDisjoint(with: .ofMessages) else { continue }
            guard try await owner.myRights(in: folder.id).contains(.read) else {
                tellNoAccess(entry.path)
                continue
            }
            var attributes: [StatusAttribute] = [.messages, .uidNext, .uidValidity]
            if events.contains(.flagChange) { attributes += [.unseen, .highestModSequence] }
            let items = try await statusItems(attributes, of: folder, owner)
            stream.write { output in
                Response.status(name(of: entry.path), items, enabled: enabled, into: &output)
            }
            try await stream.drain(by: transferDeadline)
        }
    }

    /// LIST of a mailbox that can be seen, and of whose messages nothing is told. RFC 5465 §3.1.
    private func tellNoAccess(_ path: FolderPath) {
        let delimiter = Session.delimiter
        stream.write { output in
            Response.list(["\\NoAccess"], delimiter: delimiter, name(of: path), enabled: enabled, into: &output)
        }
    }

    /// Whether that folder is the one selected.
    func isSelected(_ folder: FolderID, of mailbox: any Mailbox) -> Bool {
        guard case .selected(_, let selection) = phase else { return false }
        return selection.folder == folder && selection.mailbox.account == mailbox.account
    }
}

extension Watch.Selected {
    /// What the groups of the command say of the selected mailbox; nothing is the same as NONE. RFC 5465 §3.1.
    fileprivate init(_ groups: [EventGroup]) {
        for group in groups where group.filter == .selected || group.filter == .selectedDelayed {
            events.formUnion(group.events)
            isDelayed = group.filter == .selectedDelayed
            for attribute in group.newMessageAttributes where !newMessageAttributes.contains(attribute) {
                newMessageAttributes.append(attribute)
            }
        }
    }
}
