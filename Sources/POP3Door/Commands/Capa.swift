internal import Directory
internal import Network
internal import POP3
internal import SASL
internal import World

extension Session {
    /// CAPA: what works in this state, on this connection. RFC 2449 §5.
    func capa() async {
        var capabilities: [Capability] = [.top, .uidl]
        let mechanisms = door.authentication.mechanisms(for: saslPeer)
        if allowsLogin { capabilities.append(.user) }
        if !mechanisms.isEmpty { capabilities.append(.sasl(mechanisms.map(\.rawValue))) }
        capabilities += [.pipelining, .responseCodes, .authResponseCode]
        if case .transaction(let maildrop) = state {
            capabilities.append(maildrop.policy.removesRetrieved ? .expireAtOnce() : .expireNever)
            let delay = maildrop.policy.loginDelay
            if delay > .zero { capabilities.append(.loginDelay(delay.wholeSeconds)) }
        } else {
            capabilities += await policyOfAll()
        }
        capabilities += [.utf8, .lang]
        if case .authorization = state, offersTLS { capabilities.append(.stls) }
        capabilities.append(.implementation("Portico"))
        send(.ok("capabilities follow"))
        stream.write { output in
            for capability in capabilities { ListingLine.capability(capability, into: &output) }
            ListingLine.end(into: &output)
        }
    }

    /// EXPIRE and LOGIN-DELAY while nobody knows yet whose maildrop it will be: the worst that it may be, with USER if it may
    /// be better. RFC 2449 §6.5, §6.7.
    private func policyOfAll() async -> [Capability] {
        let configuration = door.configuration
        var spread = MaildropSpread()
        do throws(DirectoryError) { spread = try await door.directory.maildropSpread() } catch {
            door.log(.error, "pop3.directory.failed", [("cause", "\(error)")])
        }
        let choices = spread.leaveOnServer.union([configuration.removesRetrieved ? .deleteAfterRetrieval : .keep])
        var capabilities: [Capability] = [.expireNever]
        if choices.contains(.deleteAfterRetrieval) { capabilities = [.expireAtOnce(dependsOnUser: choices.count > 1)] }
        let longest = spread.longestLoginDelay
        let delay = max(configuration.loginDelay.wholeSeconds, longest ?? 0)
        if delay > 0 { capabilities.append(.loginDelay(delay, dependsOnUser: longest != nil)) }
        return capabilities
    }

    var offersTLS: Bool { door.configuration.tls != nil && stream.tls == nil }
}

extension Duration {
    /// Seconds, the begun one counted.
    fileprivate var wholeSeconds: Int { Int(components.seconds) + (components.attoseconds > 0 ? 1 : 0) }
}
