/// What is asked of the connection to one host that takes mail: what DANE and MTA-STS say together.
public enum HostPolicy: Hashable, Sendable {
    /// TLS if it is offered, unverified; else without (RFC 7435).
    case opportunistic
    /// TLS or nothing, unverified.
    case encrypted
    /// TLS or nothing, with a certificate that matches one of the records; see `DANE.usable`.
    case dane([DANE.Association], names: [String])
    /// TLS or nothing, with a certificate of a public authority that bears the name (RFC 8461 §4.2).
    case authorities(name: String)
    /// Mail for the domain must not go there: its policy does not name the host (RFC 8461 §5).
    case forbidden

    /// What is asked of `host`, and whether its failure would only be reported.
    ///
    /// If DANE has something to say it alone decides: it is the stronger of the two, and no certificate of an authority
    /// makes up for one that it does not match (RFC 8461 §2). A policy in the mode `testing` asks nothing; what it would
    /// ask is `tested`.
    public static func of(
        _ host: String,
        dane: DANE,
        policy: StrictTransport.Policy?
    ) -> (asked: HostPolicy, tested: HostPolicy?) {
        switch dane {
        case .usable(let associations, let names): return (.dane(associations, names: names), nil)
        case .unusable, .none: break
        }
        let weakest: HostPolicy = dane == .none ? .opportunistic : .encrypted
        guard let policy, policy.mode != .none else { return (weakest, nil) }
        let strict: HostPolicy = policy.allows(host) ? .authorities(name: host) : .forbidden
        return policy.mode == .enforce ? (strict, nil) : (weakest, strict)
    }
}
