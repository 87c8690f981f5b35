internal import IMAP
internal import Mailbox
internal import Network

// What a session tells its client unasked: EXPUNGE or VANISHED, EXISTS, RECENT, FETCH of flags. RFC 3501 §7.3, §7.4.

extension Session {
    /// Tells what happened in the selected folder, if the command, or the client, lets it be told now.
    func announceNews(after command: Command) async throws {
        guard !quirks.contains(.newsOnRequest) || command.asksForNews else { return }
        try await announceNews(mayExpunge: command.allowsExpunge)
    }

    /// Tells what happened in the selected folder since the client last heard, if anything did.
    func announceNews(mayExpunge: Bool) async throws {
        let isDue = watch?.takeSelected() ?? false
        guard case .selected(_, let selection) = phase else { return }
        // Who named events, and none of the selected mailbox, hears none of it. RFC 5465 §3.1.
        if let selected = watch?.selected, selected.events.isEmpty { return }
        guard selection.bell.take() || isDue || mayExpunge && selection.holdsExpunged else { return }
        try await catchUp(selection.mailbox, selection, mayExpunge: mayExpunge)
    }

    /// Moves the view to the folder as it is now, and tells the client what it must hear. `isKnown` says whether the
    /// client knows the new flags of a message, or will hear them otherwise. Returns the messages whose flags were
    /// changed since the view last moved, told or not.
    @discardableResult
    func catchUp(
        _ mailbox: any Mailbox,
        _ selection: Selection,
        mayExpunge: Bool,
        isKnown: ((MessageEntry, FolderSnapshot) -> Bool)? = nil
    ) async throws -> [(number: Int, entry: MessageEntry)] {
        _ = selection.bell.take()
        let later: FolderSnapshot
        do {
            later = try await snapshot(of: selection, mailbox)
        } catch {
            // It is still to be told.
            selection.bell.raise()
            throw error
        }
        let firstNew = selection.view.snapshot.folder.uidNext
        let before = selection.messages
        let news = selection.view.advance(to: later, mayExpunge: mayExpunge)
        let held = selection.holdsExpunged
        selection.holdsExpunged = selection.messages.count > later.messages.count
        if !selection.holdsExpunged { selection.toldUpTo = later.folder.highestModSeq }
        guard !news.isEmpty else { return [] }
        // What the view has done is told, whatever fails.
        var failure: (any Error)?
        if news.exists != nil {
            do { try await claimRecent(mailbox, selection) } catch { failure = error }
        }
        tellContextsOfRemoved(news.expungedUIDs, before, selection)
        try await tell(news, selection) { entry in isKnown?(entry, later) ?? false }
        if held, !selection.holdsExpunged, enabled.contains(.qresync) {
            writeStatus(nil, .ok, .highestModSequence(selection.toldUpTo), "All that went is told")
        }
        try await tellContexts(newFrom: firstNew, changed: news.changed, mailbox, selection)
        if let failure { throw failure }
        if news.exists != nil, let attributes = watch?.selected?.newMessageAttributes, !attributes.isEmpty {
            try await tellNew(from: firstNew, attributes, mailbox, selection)
        }
        return news.changed
    }

    /// Tells what changed, in pieces: what goes first, then how many there are, then flags.
    private func tell(
        _ news: FolderView.News,
        _ selection: Selection,
        _ isKnown: (MessageEntry) -> Bool
    ) async throws {
        if enabled.tellsVanished {
            stream.write { output in Response.vanished(UIDSet(news.expungedUIDs.reversed()).ranges, into: &output) }
        } else {
            for start in stride(from: 0, to: news.expunged.count, by: 2048) {
                stream.write { output in
                    for number in news.expunged[start..<min(start + 2048, news.expunged.count)] {
                        Response.expunge(UInt32(number), into: &output)
                    }
                }
                try await stream.drain(by: transferDeadline)
            }
        }
        stream.write { output in
            if let exists = news.exists {
                Response.exists(UInt32(exists), into: &output)
                if enabled.tellsRecent { Response.recent(UInt32(selection.recentCount), into: &output) }
            }
            if news.hasNewKeywords { selection.tellFlags(&output) }
        }
        guard watch?.selected?.events.contains(.flagChange) ?? true else { return }
        let withUID = watch?.selected != nil || namesUIDs
        for start in stride(from: 0, to: news.changed.count, by: 512) {
            stream.write { output in
                for (number, entry) in news.changed[start..<min(start + 512, news.changed.count)] where !isKnown(entry)
                {
                    selection.tell(.flags, of: entry, number, withUID: withUID, enabled, &output)
                }
            }
            try await stream.drain(by: transferDeadline)
        }
    }

    /// Says up to where the client knows everything, if that is less than the mod-sequences it was told: messages went that
    /// it will hear of later, and may never hear of if the connection is lost. RFC 7162 §3.2.
    func tellHeldBack() {
        guard enabled.contains(.qresync), case .selected(_, let selection) = phase, selection.holdsExpunged else {
            return
        }
        writeStatus(nil, .ok, .highestModSequence(selection.toldUpTo), "Some that went are told later")
    }

    /// What NOTIFY wants to be told of new messages. RFC 5465 §5.2.
    private func tellNew(
        from first: UID,
        _ attributes: [FetchAttribute],
        _ mailbox: any Mailbox,
        _ selection: Selection
    ) async throws {
        let count = selection.messages.count
        let numbers = MessageNumbers(ranges: [selection.messages.index(notBefore: first)..<count])
        let request = FetchRequest(SequenceSet([]), by: .uid, attributes)
        try await tell(numbers, FetchPlan(request, enabled), mailbox, selection)
    }

    /// The selected folder as it is now. If it is gone, or may not be read any more, so is the
    /// session.
    private func snapshot(of selection: Selection, _ mailbox: any Mailbox) async throws -> FolderSnapshot {
        do throws(MailboxError) {
            return try await mailbox.snapshot(of: selection.folder)
        } catch {
            throw Refusal.unreadable(error)
        }
    }

    /// Claims messages that came while the folder is selected: no other session shall see them as recent.
    private func claimRecent(_ mailbox: any Mailbox, _ selection: Selection) async throws {
        let folder = selection.view.snapshot.folder
        guard !selection.isReadOnly else { return selection.claim(from: folder.firstRecent, to: folder.uidNext) }
        let first = try await mailbox.claimRecent(in: selection.folder)
        selection.claim(from: first, to: folder.uidNext)
    }
}

/// What a client is told of a message without asking for it.
enum ToldOfMessage {
    case flags
    case modSequence
}

extension Selection {
    /// Its flags, and those that a client may set for good: `\*` stands for keywords not used yet. RFC 3501 §7.1, §7.2.6.
    func tellFlags(_ output: inout [UInt8]) {
        let flags = FlagSet(.changeable, keywords: view.snapshot.folder.keywords)
        Response.flags(flags, into: &output)
        let mayWrite = !isReadOnly && rights.contains(.write)
        let permanent = FlagSet(
            isReadOnly ? [] : SystemFlags(rawValue: rights.flags.rawValue),
            keywords: mayWrite ? flags.keywords : []
        )
        let createsKeywords = mayWrite && flags.keywords.count < MailboxLimits.keywords
        let code = ResponseCode.permanentFlags(permanent, createsKeywords: createsKeywords)
        StatusResponse(.ok, code, isReadOnly ? "Nothing can be changed" : "Flags that stay").encode(into: &output)
    }

    /// `* 23 FETCH (FLAGS (…))` or `* 23 FETCH (MODSEQ (…))`, with UID where that is asked for or the client wants it always;
    /// with the flags goes MODSEQ to a client that knows it. RFC 3501 §7.4.2, RFC 9051 §7.5.2, RFC 7162 §3.1.4.2.
    func tell(
        _ what: ToldOfMessage,
        of entry: MessageEntry,
        _ number: Int,
        withUID: Bool,
        _ enabled: EnabledExtensions,
        _ output: inout [UInt8]
    ) {
        var response = FetchResponse(entry, number, enabled, into: &output)
        if (withUID || enabled.tellsUIDs) && !enabled.contains(.uidOnly) { response.uid(entry.uid, into: &output) }
        if what == .flags { response.append(.flags, of: entry, self, &output) }
        if what == .modSequence || enabled.contains(.condstore) { response.modSequence(entry.modSeq, into: &output) }
        response.end(into: &output)
    }

    /// The system flags of a message in this session: \Recent is one of them.
    func systemFlags(of entry: MessageEntry) -> SystemFlags {
        let flags = SystemFlags(rawValue: entry.flags.rawValue).intersection(.changeable)
        return recent.contains(entry.uid) ? flags.union(.recent) : flags
    }
}

extension FetchResponse {
    /// The beginning of what is said of a message: FETCH, or UIDFETCH for a client that knows no numbers. RFC 9586 §3.3.
    init(_ entry: MessageEntry, _ number: Int, _ enabled: EnabledExtensions, into output: inout [UInt8]) {
        if enabled.contains(.uidOnly) {
            self.init(uidFetch: entry.uid, into: &output)
        } else {
            self.init(UInt32(number), into: &output)
        }
    }
}

extension EnabledExtensions {
    /// Whether FETCH that nobody asked for says the UID. RFC 9051 §7.5.2, RFC 7162 §3.2.4.
    var tellsUIDs: Bool { !isDisjoint(with: [.imap4rev2, .qresync]) }
    /// Whether there is a RECENT, and \Recent among the flags. RFC 9051 appendix E.
    var tellsRecent: Bool { !contains(.imap4rev2) }
}

extension Command {
    /// Whether it is one of those that begin with UID. RFC 3501 §6.4.8.
    var namesUIDs: Bool {
        switch self {
        case .fetch(let request): request.numbering == .uid
        case .store(let request): request.numbering == .uid
        case .copy(let request), .move(let request): request.numbering == .uid
        case .replace(let request): request.numbering == .uid
        case .search(let request): request.numbering == .uid
        case .sort(let request): request.numbering == .uid
        case .thread(let request): request.numbering == .uid
        case .uidExpunge: true
        default: false
        }
    }
}
