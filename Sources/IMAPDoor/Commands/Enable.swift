internal import IMAP
internal import Mailbox
internal import Network

extension Session {
    /// ENABLE: what is not known, or cannot be switched on, is passed over. RFC 5161 §3.1, RFC 9051 §6.3.1.
    func enable(_ names: [String], _ mailbox: any Mailbox) async throws -> Completion {
        var news: [String] = []
        for name in names {
            guard let wanted = EnabledExtensions(name: name), !enabled.isSuperset(of: wanted) else { continue }
            enabled.formUnion(wanted)
            // RFC 7162 §3.2.3.
            if wanted == .qresync { enabled.insert(.condstore) }
            news.append(name)
        }
        try await hearOfMetadata(mailbox)
        stream.write { output in Response.enabled(news, into: &output) }
        return Completion(news.isEmpty ? "Nothing new enabled" : "Enabled")
    }

    /// Who enabled METADATA hears of changes, with the answers to its commands; who uses NOTIFY has said what it wants.
    /// RFC 5464 §4, RFC 5465 §5.6.
    private func hearOfMetadata(_ mailbox: any Mailbox) async throws {
        guard watch?.selected == nil, !enabled.isDisjoint(with: [.metadata, .metadataServer]) else { return }
        let events: EventSet =
            enabled.contains(.metadata) ? [.mailboxMetadataChange, .serverMetadataChange] : .serverMetadataChange
        let watch = Watch(groups: [Watch.Group(events: events, names: .all)], selected: nil)
        try await follow(watch, mailbox)
        self.watch = watch
    }

    /// A command that only a client of CONDSTORE sends is as good as ENABLE CONDSTORE. RFC 7162 §3.1.
    func enableCondstore() {
        guard !enabled.contains(.condstore) else { return }
        enabled.insert(.condstore)
        guard case .selected(_, let selection) = phase else { return }
        writeStatus(nil, .ok, .highestModSequence(selection.toldUpTo), "Last change")
    }
}
