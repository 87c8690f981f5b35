internal import IMAP
internal import Network

extension Session {
    /// ENABLE: what is not known, or cannot be switched on, is passed over. RFC 5161 §3.1, RFC 9051 §6.3.1.
    func enable(_ names: [String]) -> Completion {
        var news: [String] = []
        for name in names {
            guard let wanted = EnabledExtensions(name: name), canEnable(wanted), !enabled.isSuperset(of: wanted) else {
                continue
            }
            enabled.formUnion(wanted)
            // RFC 7162 §3.2.3.
            if wanted == .qresync { enabled.insert(.condstore) }
            news.append(name)
        }
        stream.write { output in Response.enabled(news, into: &output) }
        return Completion(news.isEmpty ? "Nothing new enabled" : "Enabled")
    }

    /// Whether this server has what the client would switch on.
    private func canEnable(_ wanted: EnabledExtensions) -> Bool {
        switch wanted {
        case .metadata, .metadataServer: capabilities.contains(wanted == .metadata ? "METADATA" : "METADATA-SERVER")
        default: true
        }
    }

    /// A command that only a client of CONDSTORE sends is as good as ENABLE CONDSTORE. HIGHESTMODSEQ needs not be said
    /// here: SELECT says it to everybody. RFC 7162 §3.1.
    func enableCondstore() { enabled.insert(.condstore) }
}
