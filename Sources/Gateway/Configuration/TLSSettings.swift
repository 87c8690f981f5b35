internal import Directory
internal import Relay
internal import TransportPolicy

extension Configuration {
    /// What is asked of TLS on the way to other servers, and who hears how it went.
    public struct Transport: Hashable, Sendable {
        /// What is asked of a server.
        public enum Policy: String, CaseIterable, Hashable, Sendable {
            /// No TLS.
            case none
            /// TLS if it is offered, whatever the domain says.
            case opportunistic
            /// TLS always, and what the domain says of itself.
            case encrypted
            /// A certificate with the server's name.
            case verified
            /// What the domain says of itself.
            case published
        }

        /// What is asked for mail to a domain.
        public struct Rule: Hashable, Sendable {
            /// The domain; those below it if it begins with a dot.
            public var domain = ""
            /// What is asked.
            public var policy = Policy.verified
            /// Names that a certificate may have.
            public var names: [String] = []

            /// A rule; it must be filled in.
            public init() {}
        }

        /// Reports on how TLS went.
        public struct Reports: Hashable, Sendable {
            /// How a report goes.
            public enum Way: String, CaseIterable, Hashable, Sendable {
                /// By POST.
                case https
                /// As mail.
                case mail
            }

            /// The ways that are gone.
            public var by: [Way] = [.https]
            /// Who reports.
            public var organization = ""
            /// Who the mail is from.
            public var from = ""
            /// Where others send theirs.
            public var addresses: [String] = []

            /// By HTTPS, and nobody sends any.
            public init() {}
        }

        /// For domains without a rule.
        public var policy = Policy.published
        /// Rules.
        public var domains: [Rule] = []
        /// Where policies are fetched.
        public var policyPort = 443
        /// Reports.
        public var reports = Reports()

        /// What each domain says.
        public init() {}
    }
}

extension Configuration.Transport {
    /// What those who decide are told of it.
    var rules: DomainRules {
        var rules = DomainRules()
        rules.standard = DomainRules.Rule(policy.level)
        for rule in domains { rules.set(DomainRules.Rule(rule.policy.level, names: rule.names), for: rule.domain) }
        return rules
    }
}

extension Configuration.Transport.Policy {
    /// The same to those who decide.
    fileprivate var level: DomainRules.Level {
        switch self {
        case .none: .none
        case .opportunistic: .opportunistic
        case .encrypted: .encrypted
        case .verified: .verified
        case .published: .published
        }
    }
}

extension Configuration {
    /// Who reports are from.
    var reporter: MailAddress {
        for text in [outgoing.tls.reports.from, postmaster] {
            if let address = MailAddress(text) { return address }
        }
        return MailAddress(localPart: "postmaster", domain: hostname)
    }

    /// How reports go; `isOurs` says whether mail for a domain comes here.
    func tlsReports(isOurs: @escaping @Sendable (String) async -> Bool) -> TLSReportSender.Settings {
        var settings = TLSReportSender.Settings(sender: reporter, hostName: hostname, isOurs: isOurs)
        settings.ways = Set(outgoing.tls.reports.by.map { $0 == .https ? .https : .mail })
        return settings
    }
}
