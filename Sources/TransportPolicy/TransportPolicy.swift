internal import Octets
public import Resolver
internal import Store

/// Decides how a message may go to a server: whether over TLS, and whom the certificate must name.
///
///     let decision = await policy.decide(domain: domain, host: server.name, servers: servers, addresses: addresses)
///     switch decision.security { … }
///
/// In this order, the first that says something: what the message itself wants (REQUIRETLS, TLS-Required), what is configured,
/// what the DNS says of the certificate (DANE), the domain's MTA-STS policy. A DANE that fails is not made good by MTA-STS.
/// RFC 8461 §2, RFC 7672, RFC 8689.
public struct TransportPolicy: Sendable {
    /// What the message wants. RFC 8689.
    public enum Wish: Hashable, Sendable {
        /// Nothing.
        case none
        /// REQUIRETLS: verified TLS all the way, or back. RFC 8689 §4.2.1.
        case required
        /// `TLS-Required: No`: rather in the clear than not at all. RFC 8689 §5.
        case optional
    }

    /// What must hold of a connection.
    public enum Security: Hashable, Sendable {
        /// No TLS.
        case plaintext
        /// TLS if it is offered, and without if not; nothing is verified.
        case opportunistic
        /// TLS; nothing is verified.
        case encrypted
        /// TLS, with a certificate by an authority for one of these names, as a browser checks it. RFC 8461 §4.2: a star in
        /// the certificate stands for one label.
        case verified(names: [String])
        /// TLS, with a certificate that matches one of these records; with usage 2, for one of these names. RFC 7672 §3.
        case dane([DANE.Association], names: [String])
        /// Nothing may go to that host; another may be tried. `isTransient` says whether this one may be tried later.
        case refused(String, isTransient: Bool)
    }

    /// How a message may go to a server.
    public struct Decision: Hashable, Sendable {
        /// What must hold of the connection.
        public var security: Security
        /// Whether the server must announce REQUIRETLS, and is told of it. RFC 8689 §4.2.1.
        public var needsRequireTLS = false
        /// What would have been asked, by a policy that is only tested: a connection that does not hold to it goes on, and is
        /// reported. RFC 8461 §5.
        public var tested: Security?
        /// The policy that the decision is by, for the report about it. RFC 8460 §4.4.
        public var policy: AppliedPolicy
        /// Why no policy was found that should be there, for the report.
        public var problem: STSPolicies.Problem?
    }

    private let rules: DomainRules
    private let policies: STSPolicies
    private let names: any NameService

    /// Decisions by those rules and policies.
    public init(rules: DomainRules, policies: STSPolicies, names: any NameService) {
        self.rules = rules
        self.policies = policies
        self.names = names
    }

    /// How a message may go to a server.
    ///
    /// - Parameters:
    ///   - domain: the domain of its recipients.
    ///   - host: the server, one of those that take mail for the domain.
    ///   - servers: those that take mail for the domain.
    ///   - addresses: of the server.
    ///   - wish: what the message wants.
    /// - Returns: what must hold of the connection, and what to report of it.
    public func decide(
        domain: String,
        host: String,
        servers: MailServers,
        addresses: HostAddresses,
        wish: Wish = .none
    ) async -> Decision {
        let none = AppliedPolicy.none(domain)
        let rule = rules.rule(for: domain)
        if wish == .optional {
            return Decision(security: rule.level == .none ? .plaintext : .opportunistic, policy: none)
        }
        if wish != .required {
            switch rule.level {
            case .none: return Decision(security: .plaintext, policy: none)
            case .opportunistic: return Decision(security: .opportunistic, policy: none)
            case .verified:
                let names = rule.names.isEmpty ? [host] : rule.names
                return Decision(security: .verified(names: names), policy: none)
            case .encrypted, .published: break
            }
        }
        var decision = await published(domain, host, servers, addresses)
        if rule.level == .encrypted, decision.security == .opportunistic { decision.security = .encrypted }
        if wish == .required { require(&decision, host, servers.isAuthenticated, rule) }
        return decision
    }

    /// What the domain says itself. With records of DANE that can be used, MTA-STS is not asked.
    private func published(
        _ domain: String,
        _ host: String,
        _ servers: MailServers,
        _ addresses: HostAddresses
    ) async -> Decision {
        let dane: DANE
        do throws(LookupError) {
            dane = try await names.dane(of: host, addresses: addresses, in: servers, for: domain)
        } catch {
            let text = "the TLSA records of \(host) could not be found out"
            return Decision(security: .refused(text, isTransient: true), policy: .dane(domain, host, []))
        }
        if case .usable(let records, let names) = dane {
            return Decision(security: .dane(records, names: names), policy: .dane(domain, names.first ?? host, records))
        }
        let finding: STSPolicies.Finding
        do throws(StoreError) {
            finding = try await policies.policy(of: domain)
        } catch {
            let text = "the store did not say whether \(domain) has a policy"
            return Decision(security: .refused(text, isTransient: true), policy: .none(domain))
        }
        let (asked, tested) = HostPolicy.of(host, dane: dane, policy: finding.policy)
        let applied = finding.policy.map { AppliedPolicy.sts(domain, $0) }
        return Decision(
            security: Self.security(asked, domain, host),
            tested: tested.map { Self.security($0, domain, host) },
            policy: applied ?? (dane == .unusable ? .dane(domain, host, []) : .none(domain)),
            problem: finding.problem
        )
    }

    private static func security(_ asked: HostPolicy, _ domain: String, _ host: String) -> Security {
        switch asked {
        case .opportunistic: .opportunistic
        case .encrypted: .encrypted
        case .dane(let records, let names): .dane(records, names: names)
        case .authorities(let name): .verified(names: [name])
        case .forbidden: .refused("the policy of \(domain) does not name \(host)", isTransient: true)
        }
    }

    /// REQUIRETLS: the host is the right one by DNSSEC or by a policy, and its certificate is verified. RFC 8689 §4.2.1.
    private func require(
        _ decision: inout Decision,
        _ host: String,
        _ isExchangeAuthenticated: Bool,
        _ rule: DomainRules.Rule
    ) {
        decision.needsRequireTLS = true
        switch decision.security {
        case .verified, .dane, .refused: return
        case .plaintext, .opportunistic, .encrypted: break
        }
        let isNamed: Bool
        if case .verified = decision.tested { isNamed = true } else { isNamed = isExchangeAuthenticated }
        let isConfigured = rule.level == .verified
        if isNamed || isConfigured {
            let names = isConfigured && !rule.names.isEmpty ? rule.names : [host]
            decision.security = .verified(names: names)
        } else {
            decision.security = .refused(
                "TLS is required, and neither DNSSEC nor a policy says that \(host) takes the mail",
                isTransient: false
            )
        }
    }
}
