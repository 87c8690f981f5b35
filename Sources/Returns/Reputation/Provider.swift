internal import Octets

/// Who runs the mailboxes behind a mail server: what a sender's name is worth there, and how fast to send, is the same for all
/// domains of theirs.
public struct Provider: Hashable, Sendable {
    /// How fast to send there from one address.
    public struct Shaping: Hashable, Sendable {
        /// Connections at a time: 1 at least.
        public var concurrency: Int
        /// Messages on one connection: 1 at least.
        public var messagesPerConnection: Int
        /// Messages in a minute: 1 at least.
        public var perMinute: Int

        /// Limits of those.
        public init(concurrency: Int, messagesPerConnection: Int, perMinute: Int) {
            self.concurrency = max(1, concurrency)
            self.messagesPerConnection = max(1, messagesPerConnection)
            self.perMinute = max(1, perMinute)
        }

        /// The time between two messages.
        var interval: Duration { .milliseconds(60_000 / perMinute) }
    }

    /// A short name, as `google`.
    public var name: String
    /// How fast to send there.
    public var shaping: Shaping

    /// A provider of that name.
    public init(_ name: String, _ shaping: Shaping) {
        self.name = name
        self.shaping = shaping
    }

    /// All who are not known.
    public static let other = Provider("other", Shaping(concurrency: 5, messagesPerConnection: 50, perMinute: 300))

    /// Who runs a server that an administrator chose, and of whom nothing else is known: as fast as it takes it, until it
    /// asks to go slower.
    static func chosen(_ host: String) -> Provider {
        Provider(host, Shaping(concurrency: 10_000, messagesPerConnection: 10_000, perMinute: 60_000_000))
    }
}

/// Providers by the names of their mail servers.
public struct ProviderTable: Hashable, Sendable {
    private var providers: [String: Provider] = [:]
    /// All who are not known.
    public var others = Provider.other

    /// Nobody is known.
    public init() {}

    /// Sets the provider of a server of that name and of all below it.
    public mutating func set(_ provider: Provider, for domain: String) { providers[domain.asciiLowercased] = provider }

    /// Who runs the server of that name; `others` if it is not known.
    public func provider(ofServer host: String) -> Provider { known(ofServer: host) ?? others }

    /// Who runs the server of that name; nil if it is not known.
    public func known(ofServer host: String) -> Provider? {
        var rest = host.asciiLowercased[...]
        if rest.utf8.last == 0x2E { rest.removeLast() }
        // No name has more labels than 127; what has is none.
        for _ in 0..<127 {
            if let provider = providers[String(rest)] { return provider }
            guard let dot = rest.firstIndex(of: ".") else { break }
            rest = rest[rest.index(after: dot)...]
        }
        return nil
    }

    /// Large providers and filters, with limits that they are known to take from senders of a good name.
    public static let standard = {
        var table = Self()
        for (name, concurrency, messages, perMinute, domains) in known {
            let shaping = Provider.Shaping(
                concurrency: concurrency,
                messagesPerConnection: messages,
                perMinute: perMinute
            )
            for domain in domains.split(separator: " ") { table.set(Provider(name, shaping), for: String(domain)) }
        }
        return table
    }()

    /// The names of those in the standard table.
    public static var knownNames: [String] { known.map { name, _, _, _, _ in name } }

    private static let known: [(String, Int, Int, Int, String)] = [
        ("google", 20, 100, 1200, "google.com googlemail.com"),
        ("outlook", 10, 100, 600, "outlook.com hotmail.com office365.us"),
        ("yahoo", 5, 20, 300, "yahoodns.net yahoo.com aol.com"),
        ("icloud", 5, 50, 300, "icloud.com apple.com me.com"),
        ("gmx", 4, 50, 200, "gmx.net web.de mail.com"),
        ("ionos", 4, 50, 200, "kundenserver.de ionos.com perfora.net"),
        ("t-online", 3, 20, 100, "t-online.de"),
        ("mail.ru", 4, 50, 200, "mail.ru"),
        ("yandex", 4, 50, 200, "yandex.ru yandex.net"),
        ("orange", 2, 20, 60, "orange.fr wanadoo.fr"),
        ("free", 2, 20, 60, "free.fr proxad.net"),
        ("libero", 2, 20, 60, "libero.it italiaonline.it"),
        ("comcast", 4, 50, 200, "comcast.net"),
        ("qq", 2, 20, 60, "qq.com"),
        ("netease", 2, 20, 60, "netease.com 163.com 126.com"),
        ("proton", 5, 50, 300, "protonmail.ch"),
        ("fastmail", 5, 50, 300, "messagingengine.com"),
        ("zoho", 4, 50, 200, "zoho.com zoho.eu"),
        ("proofpoint", 5, 50, 300, "pphosted.com ppe-hosted.com"),
        ("mimecast", 5, 50, 300, "mimecast.com"),
        ("barracuda", 4, 50, 200, "barracudanetworks.com"),
        ("cisco", 4, 50, 200, "iphmx.com"),
        ("sophos", 4, 50, 200, "sophos.com"),
    ]
}
