internal import Network
internal import POP3
internal import SASL

extension Session {
    /// CAPA: what works in this state, on this connection. RFC 2449 §5. Before the login it is what the listener's
    /// configuration says; after it, what holds for the account.
    func capa() {
        var capabilities: [Capability] = [.top, .uidl]
        let mechanisms = door.authentication.mechanisms(for: saslPeer)
        if allowsLogin { capabilities.append(.user) }
        if !mechanisms.isEmpty { capabilities.append(.sasl(mechanisms.map(\.rawValue))) }
        capabilities += [.pipelining, .responseCodes, .authResponseCode]
        var (removes, delay) = (door.configuration.removesRetrieved, door.configuration.loginDelay)
        if case .transaction(let maildrop) = state {
            (removes, delay) = (maildrop.policy.removesRetrieved, maildrop.policy.loginDelay)
        }
        capabilities.append(removes ? .expireAtOnce : .expireNever)
        if delay > .zero { capabilities.append(.loginDelay(delay.wholeSeconds)) }
        capabilities += [.utf8, .lang]
        if case .authorization = state, offersTLS { capabilities.append(.stls) }
        capabilities.append(.implementation("Portico"))
        send(.ok("capabilities follow"))
        stream.write { output in
            for capability in capabilities { ListingLine.capability(capability, into: &output) }
            ListingLine.end(into: &output)
        }
    }

    var offersTLS: Bool { door.configuration.tls != nil && stream.tls == nil }
}

extension Duration {
    /// Seconds, the begun one counted.
    fileprivate var wholeSeconds: Int { Int(components.seconds) + (components.attoseconds > 0 ? 1 : 0) }
}
