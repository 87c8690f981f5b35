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
        var bits: KeywordBits?
        try await catchUp(mailbox, selection, mayExpunge: false) { entry, later in
            // One that was changed meanwhile, and so not here, is told as any that others changed.
            guard stored.uids.contains(entry.uid) else { return false }
            guard request.isSilent, let old = before.entry(entry.uid) else { return !request.isSilent }
            let keywords = bits ?? change.bits(in: later.folder)
            bits = keywords
            let wanted = change.applied(to: old, keywords)
            return entry.flags == wanted.flags && entry.keywords == wanted.keywords
        }
        let withUID = request.numbering == .uid
        if !request.isSilent {
            try await tell(.flags, numbers, stored.uids, selection, withUID: withUID)
        } else if enabled.contains(.condstore) {
            // No flags are told; the client must hear the mod-sequences all the same. RFC 7162 §3.1.3.
            try await tell(.modSequence, numbers, stored.uids, selection, withUID: withUID)
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

    /// Tells of each message that was there what it is now: its flags, or after a silent STORE its mod-sequence only, and
    /// lets the answer leave in pieces. RFC 3501 §6.4.6, RFC 7162 §3.1.3.
    private func tell(
        _ what: ToldOfMessage,
        _ numbers: MessageNumbers,
        _ uids: UIDSet,
        _ selection: Selection,
        withUID: Bool
    ) async throws {
        let messages = selection.messages
        for range in numbers.ranges {
            for piece in stride(from: range.lowerBound, to: range.upperBound, by: 512) {
                stream.write { output in
                    for index in piece..<min(piece + 512, range.upperBound) where uids.contains(messages[index].uid) {
                        selection.tell(what, of: messages[index], index + 1, withUID: withUID, enabled, &output)
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
