public import SMTPClient

/// Where mail goes that does not follow the DNS, and who this side is: what an operator says of routing.
public struct Routes: Sendable {
    /// A host that is named, and how it is spoken to.
    public struct Relay: Hashable, Sendable {
        /// A host name, or a numeric address.
        public var host: String
        /// Its port.
        public var port: Int
        /// Whether `host` is a domain whose MX records say where to go, rather than a host.
        public var followsMX: Bool
        /// TLS; nil for what DANE and MTA-STS ask, else at the least what is offered.
        public var security: Security?
        /// What is spoken.
        public var dialect: Settings.Dialect
        /// Who signs in; nil for nobody. `Hop.account` hands it on.
        public var account: String?

        /// A host at a port.
        public init(
            host: String,
            port: Int = 25,
            followsMX: Bool = false,
            security: Security? = nil,
            dialect: Settings.Dialect = .smtp,
            account: String? = nil
        ) {
            self.host = host
            self.port = port
            self.followsMX = followsMX
            self.security = security
            self.dialect = dialect
            self.account = account
        }
    }

    /// What is done with mail for a domain.
    public enum Rule: Hashable, Sendable {
        /// It goes where the DNS says; with another security than would be asked for, if one is named.
        case direct(security: Security?)
        /// It goes to the first of these that takes it.
        case relays([Relay])
        /// It goes nowhere; the text is for its sender.
        case refused(String)
    }

    /// By domain in small letters and A-labels; `.example.org` stands for all domains below it. The longest that fits is
    /// taken.
    public var rules: [String: Rule] = [:]
    /// For all other domains: the DNS, or a smarthost.
    public var fallback = Rule.direct(security: nil)
    /// Names of this server, in small letters: where it is itself a server of a domain, it does not go to a host that is no
    /// better. RFC 5321 §5.1.
    public var ownNames: Set<String> = []
    /// Addresses of this server, for the same.
    public var ownAddresses: Set<String> = []
    /// Hosts of a domain that are looked up, at most.
    public var hostLimit = 10
    /// Addresses of a domain that are tried, at most.
    public var addressLimit = 20

    /// Everything goes where the DNS says.
    public init() {}

    /// The rule for a domain, which is in small letters and A-labels.
    public func rule(for domain: String) -> Rule {
        if let rule = rules[domain] { return rule }
        var rest = domain[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[dot...]
            if let rule = rules[String(rest)] { return rule }
            rest = rest.dropFirst()
        }
        return fallback
    }
}
