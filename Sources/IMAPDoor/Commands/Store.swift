internal import IMAP
internal import Mailbox
internal import Network
internal import Octets

extension Session {
    /// STORE and UID STORE, all in one commit. RFC 3501 §6.4.6; UNCHANGEDSINCE RFC 7162 §3.1.3.
    ///
    /// A message that another session removed keeps its number here and cannot be changed: a STORE by number says NO
    /// (RFC 2180 §4.2), a UID STORE passes over it as over any unused UID.
    func store(_ request: StoreRequest, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        try selection.requireWritable()
        if request.unchangedSince != nil { enableCondstore() }
        var numbers = try selection.messages(request.set, by: request.numbering)
        let code = limit(&numbers, selection)
        let change = try FlagChange(request)
        guard !numbers.isEmpty else { return Completion("Nothing to store") }
        let before = selection.messages
        let uids = numbers.uids(selection)
        let stored = try await mailbox.store(uids, in: selection.folder, change, unchangedSince: request.unchangedSince)
        // One that was changed meanwhile, and so not here, is told as any that others changed.
        try await catchUp(mailbox, selection, mayExpunge: false) { entry, _ in stored.uids.contains(entry.uid) }
        let keywords = change.bits(in: selection.view.snapshot.folder)
        let withUID = request.numbering == .uid
        try await tell(numbers, selection, withUID: withUID) { index, entry in
            guard stored.uids.contains(entry.uid) else { return nil }
            guard request.isSilent else { return .flags }
            // The client takes it for done. If another session changed the message too, that is wrong, even if the flags
            // are again what they were before.
            let assumed = change.applied(to: before[index], keywords)
            if entry.flags != assumed.flags || entry.keywords != assumed.keywords { return .flags }
            // No flags are told; the client must hear the mod-sequences all the same. RFC 7162 §3.1.3.
            return enabled.contains(.condstore) ? .modSequence : nil
        }
        let gone = uids.count - stored.uids.count - stored.modified.count
        guard stored.modified.isEmpty else {
            let modified = ResponseCode.modified(selection.ranges(of: stored.modified, by: request.numbering))
            guard withUID || gone == 0 else { throw Refusal.no(modified, "Some of the messages no longer exist") }
            return Completion("Stored where nothing was changed meanwhile", code: modified)
        }
        guard withUID || gone == 0 else { throw MailboxError.expunged }
        return Completion("Stored", code: code)
    }

    /// Tells of each message, by its index, what `what` says of it, and lets the answer leave in pieces.
    private func tell(
        _ numbers: MessageNumbers,
        _ selection: Selection,
        withUID: Bool,
        _ what: (Int, MessageEntry) -> ToldOfMessage?
    ) async throws {
        let messages = selection.messages
        for range in numbers.ranges {
            for piece in stride(from: range.lowerBound, to: range.upperBound, by: 512) {
                stream.write { output in
                    for index in piece..<min(piece + 512, range.upperBound) {
                        let entry = messages[index]
                        guard let told = what(index, entry) else { continue }
                        selection.tell(told, of: entry, index + 1, withUID: withUID, enabled, &output)
                    }
                }
                try await stream.drain(by: transferDeadline)
            }
        }
    }
}

extension FlagChange {
    /// The change that a STORE asks for. There are no system flags but RFC 3501's.
    fileprivate init(_ request: StoreRequest) throws {
        let mode: Mode =
            switch request.action {
            case .replace: .replace
            case .add: .add
            case .remove: .remove
            }
        let (flags, keywords) = try request.flags.checked()
        self.init(mode, flags, keywords: keywords)
    }

    /// The bits that its keywords have in `folder`.
    fileprivate func bits(in folder: Folder) -> KeywordBits {
        var bits: KeywordBits = 0
        for keyword in keywords {
            let name = keyword.asciiLowercased
            if let place = folder.keywords.firstIndex(where: { $0.asciiLowercased == name }), place < 64 {
                bits |= 1 << UInt64(place)
            }
        }
        return bits
    }

    /// What it makes of the flags of a message, if its keywords have those bits.
    fileprivate func applied(to entry: MessageEntry, _ bits: KeywordBits) -> (flags: Flags, keywords: KeywordBits) {
        switch mode {
        case .replace: (flags, bits)
        case .add: (entry.flags.union(flags), entry.keywords | bits)
        case .remove: (entry.flags.subtracting(flags), entry.keywords & ~bits)
        }
    }
}

extension FlagSet {
    /// What of it a mailbox can keep; throws if there is more. RFC 3501 §2.3.2.
    func checked() throws -> (flags: Flags, keywords: [Keyword]) {
        if let name = extensions.first { throw Refusal.bad("There is no flag \(name)") }
        if let long = keywords.first(where: { $0.utf8.count > MailboxLimits.keywordOctets }) {
            throw Refusal.no(.limit, "Keyword is too long: \(long.prefix(20))…")
        }
        return (Flags(rawValue: system.intersection(.changeable).rawValue), keywords)
    }
}
