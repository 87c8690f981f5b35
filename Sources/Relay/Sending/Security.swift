internal import HTTP
public import HTTPClient
internal import Network
internal import SMTPClient
internal import Store
public import TransportPolicy
public import World

/// Decides how mail goes to the servers that DNS names, and counts how it went.
///
/// Asked for each server before it is connected to. Where a domain or an administrator wants more than TLS if it is there,
/// nothing goes to a server that does not give it: the mail waits. What is only tested is tried first, and reported.
public struct SendingSecurity: Sendable {
    private let policy: TransportPolicy
    private let results: TLSResults?
    private let log: Log

    /// - Parameters:
    ///   - policy: decides.
    ///   - results: counts, for the reports to other domains; nil to count nothing.
    ///   - log: told of what a policy that is tested would have kept back.
    public init(policy: TransportPolicy, results: TLSResults? = nil, log: Log) {
        self.policy = policy
        self.results = results
        self.log = log
    }

    /// How mail may go to a server; nil if DNS has no say in it: the server is fixed, or how TLS is to be used is.
    func decide(
        _ host: Router.Host,
        _ found: Router.Addresses,
        of destination: String,
        _ route: Router.Route,
        wish: TransportPolicy.Wish
    ) async -> TransportPolicy.Decision? {
        guard route.encryption == .opportunistic, let servers = route.servers, let addresses = found.answer else {
            return nil
        }
        let decision = await policy.decide(
            domain: destination,
            host: host.name,
            servers: servers,
            addresses: addresses,
            wish: wish
        )
        if let problem = decision.problem {
            await count(.failure(type: problem.rawValue), decision, host.name, address: "", from: "")
        }
        if case .refused(let text, _) = decision.security {
            let type = decision.policy.kind == .tlsa ? "dnssec-invalid" : "validation-failure"
            await count(.failure(type: type, reason: text), decision, host.name, address: "", from: "")
        }
        if case .refused(let text, _) = decision.tested {
            await tell(decision, host.name, address: "", from: "", type: "validation-failure", text)
        }
        return decision
    }

    /// Counts a connection that was made; not one for which TLS was not wanted, of which there is nothing to tell.
    func note(_ connection: Connection, _ decision: TransportPolicy.Decision, of host: String) async {
        guard connection.settings.security != .plaintext || connection.tlsProblem != nil else { return }
        let isSecure = connection.tls != nil
        let type = connection.tlsProblem?.resultType ?? "starttls-not-supported"
        await count(
            isSecure ? .success : .failure(type: type),
            decision,
            host,
            address: connection.peer.host,
            from: connection.local.host
        )
    }

    /// Counts a connection that was not made, if TLS is why.
    func note(_ failure: Failure, _ decision: TransportPolicy.Decision, of host: String, at address: String) async {
        guard let type = failure.resultType else { return }
        await count(.failure(type: type, reason: failure.text), decision, host, address: address, from: "")
    }

    /// Counts and logs what a policy that is only tested would have kept back.
    func noteTested(_ failure: Failure, _ decision: TransportPolicy.Decision, of host: String, at address: String) async
    {
        await tell(
            decision,
            host,
            address: address,
            from: "",
            type: failure.resultType ?? "validation-failure",
            failure.text
        )
    }

    private func tell(
        _ decision: TransportPolicy.Decision,
        _ host: String,
        address: String,
        from source: String,
        type: String,
        _ text: String
    ) async {
        log(.notice, "relay.tested", [("domain", decision.policy.reportDomain), ("host", host), ("cause", text)])
        await count(.failure(type: type, reason: text), decision, host, address: address, from: source)
    }

    private func count(
        _ result: TLSResults.Result,
        _ decision: TransportPolicy.Decision,
        _ host: String,
        address: String,
        from source: String
    ) async {
        guard let results else { return }
        do throws(StoreError) {
            try await results.record(result, of: decision.policy, host: host, address: address, from: source)
        } catch {
            log(.error, "relay.tls-result-lost", [("host", host), ("cause", "\(error)")])
        }
    }
}

extension Settings {
    /// Secures the connection as was decided. A decision that refuses the server is none of this function's.
    mutating func secure(_ security: TransportPolicy.Security, _ host: String, _ contexts: RelaySettings) {
        switch security {
        case .plaintext, .refused:
            self.security = .plaintext
        case .opportunistic:
            tls = contexts.opportunistic
            self.security = tls == nil ? .plaintext : .opportunistic(serverName: host)
        case .encrypted:
            tls = contexts.opportunistic
            self.security = .required(TLSExpectation(serverName: host))
        case .verified(let names):
            tls = contexts.verifying
            self.security = .required(TLSExpectation(serverName: host, verification: .names(names)))
        case .dane(let associations, let names):
            // Authorities have no say here. The name asked for is the one that the records belong to. RFC 7672 §8.1.
            tls = contexts.opportunistic
            let records = associations.map {
                TLSARecord(
                    usage: $0.usage,
                    selector: $0.selector,
                    matchingType: $0.matchingType,
                    association: $0.octets
                )
            }
            self.security = .required(
                TLSExpectation(serverName: names.first ?? host, verification: .dane(records, names: names))
            )
        }
    }
}

extension TransportPolicy.Security {
    /// Whether there can be such a connection.
    var isPossible: Bool { if case .refused = self { false } else { true } }
}

extension Failure {
    /// The type by which reports name it, if TLS is what failed. RFC 8460 §4.3.
    var resultType: String? {
        if case .tls(let problem) = cause { return problem.resultType }
        return stage == .handshake && cause != .cancelled ? "validation-failure" : nil
    }
}

extension HTTPClient {
    /// A client that fetches policies: no file that is longer than one may be, and a minute for each. RFC 8461 §3.3.
    public static var policyLimits: Limits {
        var limits = Limits()
        limits.body = StrictTransport.maximumCount
        limits.time = .seconds(60)
        return limits
    }

    /// Gets policies for `STSPolicies`: whatever is not answered by 200 and a text is no policy, redirects neither.
    /// RFC 8461 §3.3.
    public func policyFetch(port: Int = 443) -> STSPolicies.Fetch {
        { host, path in
            guard let url = HTTPURL("https://\(host)\(port == 443 ? "" : ":\(port)")\(path)") else {
                throw HTTPClientError.noSuchHost(host)
            }
            let response = try await send(HTTPRequest(.get, url))
            let type = response.fields.first { $0.name == "content-type" }?.value.lowercased() ?? ""
            let kind = type.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
            guard response.status == 200, kind == "text/plain" else {
                throw HTTPClientError.malformed("200 and text/plain")
            }
            return response.body
        }
    }
}
