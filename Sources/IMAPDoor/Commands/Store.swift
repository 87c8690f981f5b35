internal import IMAP
internal import Mailbox
internal import Network
internal import Octets

extension Session {
    /// STORE and UID STORE, all in one commit. RFC 3501 §6.4.6.
    ///
    /// A message that another session removed keeps its number here and cannot be changed: a STORE by number says NO
    /// (RFC 2180 §4.2), a UID STORE passes over it as over any unused UID.
    func store(_ request: StoreRequest, _ mailbox: any Mailbox, _ selection: Selection) async throws -> Completion {
        try selection.requireWritable()
        let numbers = try selection.messages(request.set, by: request.numbering)
        let change = try FlagChange(request)
        guard !numbers.isEmpty else { return Completion("Nothing to store") }
        let before = selection.messages
        let uids = numbers.uids(selection)
        let stored = try await mailbox.store(uids, in: selection.folder, change, unchangedSince: nil)
        try await catchUp(mailbox, selection, mayExpunge: false) { entry, later in
            guard uids.contains(entry.uid) else { return false }
            guard request.isSilent, let old = before.entry(entry.uid) else { return !request.isSilent }
            let wanted = change.applied(to: old, later.folder)
            return entry.flags == wanted.flags && entry.keywords == wanted.keywords
        }
        if !request.isSilent {
            try await tellFlags(numbers, stored.uids, selection, withUID: request.numbering == .uid)
        }
        guard request.numbering == .uid || stored.uids.count == uids.count else { throw MailboxError.expunged }
        return Completion("Stored")
    }

    /// The flags as they are now, of each message that was there. RFC 3501 §6.4.6.
    private func tellFlags(
        _ numbers: MessageNumbers,
        _ uids: UIDSet,
        _ selection: Selection,
        withUID: Bool
    ) async throws {
        let messages = selection.messages
        for range in numbers.ranges {
            for piece in stride(from: range.lowerBound, to: range.upperBound, by: 512) {
                stream.write { output in
                    for index in piece..<min(piece + 512, range.upperBound) {
                        let entry = messages[index]
                        guard uids.contains(entry.uid) else { continue }
                        selection.tellFlags(entry, index + 1, withUID: withUID, &output)
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

    /// What it makes of the flags of a message in `folder`.
    fileprivate func applied(to entry: MessageEntry, _ folder: Folder) -> (flags: Flags, keywords: KeywordBits) {
        var bits: KeywordBits = 0
        for keyword in keywords {
            let name = keyword.asciiLowercased
            if let place = folder.keywords.firstIndex(where: { $0.asciiLowercased == name }), place < 64 {
                bits |= 1 << UInt64(place)
            }
        }
        return switch mode {
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
