internal import Octets
internal import Resolver

/// What is configured for mail to some domains, whatever they say themselves.
public struct DomainRules: Hashable, Sendable {
    /// What is wanted of a connection.
    public enum Level: String, Hashable, Sendable, CaseIterable {
        /// No TLS, for a server that breaks with it.
        case none
        /// TLS if it is there; what the domain says of itself does not count.
        case opportunistic
        /// TLS, whatever the certificate; what the domain says of itself counts on top.
        case encrypted
        /// TLS with a certificate by an authority, for the host's name or one of `names`.
        case verified
        /// As the domain says itself: what is done without a rule.
        case published
    }

    /// A rule.
    public struct Rule: Hashable, Sendable {
        /// What is wanted.
        public var level: Level
        /// The names that the certificate may have, for `verified`; without any, that of the host.
        public var names: [String]

        /// A rule of those.
        public init(_ level: Level, names: [String] = []) {
            self.level = level
            self.names = names
        }
    }

    private var exact: [String: Rule] = [:]
    private var below: [String: Rule] = [:]
    /// For all other domains.
    public var standard = Rule(.published)

    /// No rules but the standard one.
    public init() {}

    /// Sets the rule of a domain, or with a dot before it of all domains below it. A-labels and U-labels are the same.
    public mutating func set(_ rule: Rule, for pattern: String) {
        let pattern = InternationalDomain.comparable(pattern)
        if pattern.utf8.first == 0x2E {
            below[String(pattern.dropFirst())] = rule
        } else {
            exact[pattern] = rule
        }
    }

    /// The rule of a domain: its own, else that of the nearest domain that it is below, else the standard one.
    public func rule(for domain: String) -> Rule {
        let domain = InternationalDomain.comparable(domain)
        if let rule = exact[domain] { return rule }
        var rest = domain[...]
        // No name has more labels than 127; what has is none.
        for _ in 0..<127 {
            guard let dot = rest.firstIndex(of: ".") else { break }
            rest = rest[rest.index(after: dot)...]
            if let rule = below[String(rest)] { return rule }
        }
        return standard
    }
}
