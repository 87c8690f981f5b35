internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// ESEARCH: a search in several mailboxes, answered in UIDs: one response for each in which something is found.
    /// RFC 7377 §2.
    ///
    /// The selected mailbox is searched as the client knows it, the others as they are now. One that is not there, that
    /// the client may not read, or that goes meanwhile, is passed over. RFC 7377 §2.2.
    func multiSearch(_ request: MultiSearchRequest, _ mailbox: any Mailbox) async throws -> Completion {
        let sources = request.sources.isEmpty ? [.selected] : request.sources
        let returns = request.returns ?? SearchReturn([])
        let current: Selection? = if case .selected(_, let selection) = phase { selection } else { nil }
        try require(sources, returns, request.key, current)
        if request.key.hasModSequence { enableCondstore() }
        return try await keepingNothing(returns, current) {
            // What is wrong with the charset is told before anything is.
            let key = try request.key.inUTF8(from: request.charset, house.charsets)
            for place in try await searched(sources, mailbox) {
                do {
                    try await search(place, key, returns)
                } catch MailboxError.noSuchFolder {
                    continue
                }
                try await stream.drain(by: transferDeadline)
            }
            return Completion("Searched")
        }
    }

    /// What only the selected mailbox can give. RFC 7377 §2.2.
    private func require(
        _ sources: [MailboxFilter],
        _ returns: SearchReturn,
        _ key: SearchKey,
        _ current: Selection?
    ) throws {
        guard current != nil || !sources.contains(.selected) && !returns.options.contains(.update) else {
            throw Refusal.bad("No mailbox is selected")
        }
        try requireNewTag(returns, current)
        guard sources.contains(where: { $0 != .selected }) else { return }
        guard !returns.options.contains(.save) else { throw Refusal.bad("Only the selected mailbox can be saved of") }
        guard !key.hasNumbers else { throw Refusal.bad("Only messages of the selected mailbox have numbers") }
    }

    /// The folders that are searched, each once, in the order of LIST.
    private func searched(_ sources: [MailboxFilter], _ mailbox: any Mailbox) async throws -> [Place] {
        // Mail comes in there unless a filter says otherwise. RFC 5465 §6.3.
        let names = sources.compactMap { self.names($0, inboxes: .exactly([.inbox])) }
        let entries = try await listing(withSubscriptions: true, mailbox).entries
        return entries.compactMap { (entry) -> Place? in
            guard let folder = entry.folder, let owner = entry.mailbox else { return nil }
            let isPersonal = owner.account == mailbox.account
            let isNamed = names.contains {
                $0.contains(entry.path, isPersonal: isPersonal, isSubscribed: entry.isSubscribed)
            }
            guard isNamed || sources.contains(.selected) && isSelected(folder.id, of: owner) else { return nil }
            return Place(mailbox: owner, folder: folder, path: entry.path)
        }
    }

    /// Searches one folder and answers, if something is found. RFC 7377 §2.1.
    private func search(_ place: Place, _ key: SearchKey, _ returns: SearchReturn) async throws {
        guard try await place.mailbox.myRights(in: place.folder.id).contains(.read) else { return }
        let isSelected = isSelected(place.folder.id, of: place.mailbox)
        let selection: Selection
        if isSelected, case .selected(_, let current) = phase {
            selection = current
        } else {
            selection = try await glance(at: place)
        }
        let finding = try await finding(key, nil, returns, place.mailbox, selection)
        let source = SearchResult.Source(
            name(of: place.path),
            uidValidity: selection.view.snapshot.folder.uidValidity
        )
        if isSelected { try await keepUpToDate(key, returns, by: .uid, source: source, finding, selection) }
        guard !finding.indices.isEmpty else {
            if returns.options.contains(.save) { selection.savedResult = UIDSet() }
            return
        }
        let hasModSequence = key.hasModSequence
        answer(finding, returns, by: .uid, hasModSequence: hasModSequence, source: source, selection)
    }

    /// A folder as it is now, without selecting it.
    private func glance(at place: Place) async throws -> Selection {
        let snapshot = try await place.mailbox.snapshot(of: place.folder.id)
        return Selection(
            snapshot,
            of: place.mailbox,
            rights: .read,
            isReadOnly: true,
            recentFrom: snapshot.folder.firstRecent,
            bell: Signal(),
            observation: Observation {}
        )
    }
}
