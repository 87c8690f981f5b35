internal import Network
internal import POP3

extension Session {
    /// CAPA: what works in this state, on this connection. RFC 2449 §5.
    func capa() {
        var capabilities: [Capability] = [.top, .uidl]
        if allowsLogin { capabilities += [.user, .sasl(["PLAIN"])] }
        capabilities += [.pipelining, .responseCodes, .authResponseCode, .expireNever]
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
