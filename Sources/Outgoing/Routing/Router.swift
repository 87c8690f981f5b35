internal import DNS
internal import Network
internal import Octets
public import Resolver
public import SMTP
public import SMTPClient
public import TransportPolicy
public import World

/// One address to which a message may be brought.
public struct Hop: Hashable, Sendable {
    /// The host's name.
    public var host: String
    /// Where it is, how it is spoken to and what is expected of it.
    public var destination: ConnectionPool.Destination

    /// An address of a host.
    public init(host: String, destination: ConnectionPool.Destination) {
        self.host = host
        self.destination = destination
    }
}

/// Why there is nowhere to go. The reply is this side's own.
public struct Unroutable: Error, Hashable, Sendable {
    /// 4xx: later perhaps. 5xx: never.
    public var reply: Reply

    init(_ code: UInt16, _ enhanced: EnhancedCode, _ text: String) { reply = Reply(code, enhanced, text) }
}

/// Finds where mail for a domain goes. RFC 5321 §5.1.
///
/// Hosts of the same preference come in an order of chance, so that senders spread; the addresses of each take turns, one
/// IPv6, one IPv4, so that a family that is out of order costs one attempt (RFC 8305 §4).
public struct Router: Sendable {
    private let names: any NameService
    private let world: World
    private let policy: @Sendable (String) async -> StrictTransport.Policy?
    /// What the operator says.
    public var routes: Routes

    /// A router.
    ///
    /// - Parameters:
    ///   - names: who knows the DNS.
    ///   - world: for chance.
    ///   - routes: what the operator says.
    ///   - policy: the policy of MTA-STS that is in force for a domain.
    public init(
        names: any NameService,
        world: World,
        routes: Routes = Routes(),
        policy: @escaping @Sendable (String) async -> StrictTransport.Policy? = { _ in nil }
    ) {
        self.names = names
        self.world = world
        self.routes = routes
        self.policy = policy
    }

    /// The addresses to which mail for a domain, or an address literal, can be brought, in the order in which they are to be
    /// tried: at least one.
    public func hops(to host: Host) async throws(Unroutable) -> [Hop] {
        switch host {
        case .literal(let text):
            let address = text.asciiLowercased.hasPrefix("ipv6:") ? String(text.dropFirst(5)) : text
            guard let address = IPAddress(address) else { throw Unroutable(550, "5.1.2", "Bad address literal") }
            guard !isOwn(address) else { throw Self.loop }
            return [hop("\(address)", address, Routes.Relay(host: text), .opportunistic(serverName: nil))]
        case .domain(let name):
            guard let domain = InternationalDomain.ascii(name)?.asciiLowercased else {
                throw Unroutable(550, "5.1.2", "No such domain can exist")
            }
            return try await hops(toDomain: domain)
        }
    }

    private static let loop = Unroutable(554, "5.4.6", "Mail for the domain would come back here")

    private func hops(toDomain domain: String) async throws(Unroutable) -> [Hop] {
        switch routes.rule(for: domain) {
        case .refused(let text): throw Unroutable(550, "5.7.1", text)
        case .direct(let security):
            let relay = Routes.Relay(host: domain, followsMX: true, security: security)
            return try await exchanges(of: domain, relay)
        case .relays(let relays):
            var hops: [Hop] = []
            var problem = Unroutable(450, "4.4.4", "No host for the domain is configured")
            for relay in relays {
                do throws(Unroutable) {
                    hops +=
                        relay.followsMX ? try await exchanges(of: relay.host, relay) : try await addresses(of: relay)
                } catch {
                    problem = error
                }
            }
            // What the operator has named wrongly is for the operator to put right, and mail waits for that.
            guard !hops.isEmpty else {
                throw problem.reply.code < 500 ? problem : Unroutable(450, "4.4.4", problem.reply.lines[0])
            }
            return Array(hops.prefix(routes.addressLimit))
        }
    }

    // MARK: By name

    private func addresses(of relay: Routes.Relay) async throws(Unroutable) -> [Hop] {
        let security = relay.security ?? .opportunistic(serverName: relay.host)
        if let address = IPAddress(relay.host) { return [hop(relay.host, address, relay, security)] }
        let found = try await look { () throws(LookupError) in try await names.addresses(of: relay.host) }
        guard !found.addresses.isEmpty else { throw Unroutable(550, "5.4.4", "\(relay.host) has no address") }
        return Self.interleaved(found.addresses).map { hop(relay.host, $0, relay, security) }
    }

    private func look<Value>(_ body: () async throws(LookupError) -> Value) async throws(Unroutable) -> Value {
        do throws(LookupError) {
            return try await body()
        } catch {
            switch error {
            case .invalidName: throw Unroutable(550, "5.1.2", "No such domain can exist")
            case .temporary, .refused: throw Unroutable(451, "4.4.3", "The domain cannot be looked up now")
            }
        }
    }

    // MARK: By MX

    private struct Exchange {
        var server: MailServers.Server
        var addresses: HostAddresses
    }

    private func exchanges(of domain: String, _ relay: Routes.Relay) async throws(Unroutable) -> [Hop] {
        let mail = try await look { () throws(LookupError) in try await names.mailServers(of: domain) }
        switch mail.kind {
        // RFC 7505 §4.2.
        case .null: throw Unroutable(556, "5.1.10", "The domain takes no mail")
        case .none: throw Unroutable(550, "5.4.4", "The domain has neither a mail server nor an address")
        case .noSuchDomain: throw Unroutable(550, "5.1.2", "The domain does not exist")
        case .exchanges, .implicit: break
        }
        let (found, isComplete) = await lookUp(inOrder(mail.servers))
        // RFC 5321 §5.1: of a domain that this server takes mail for, only better servers are gone to.
        let own =
            found.filter { isOwn($0) }.map(\.server.preference)
            + mail.servers.filter { routes.ownNames.contains($0.name.asciiLowercased) }.map(\.preference)
        let better = own.min().map { limit in found.filter { $0.server.preference < limit } } ?? found
        guard !better.isEmpty || own.isEmpty else {
            guard isComplete else { throw Unroutable(451, "4.4.3", "The domain's servers cannot be looked up now") }
            throw Self.loop
        }
        var hops: [Hop] = []
        var isForbidden = false
        let policy = relay.security == nil ? await policy(domain) : nil
        for exchange in better {
            guard hops.count < routes.addressLimit else { break }
            switch await security(of: exchange, mail, domain, policy, relay) {
            case .success(let security?):
                hops += Self.interleaved(exchange.addresses.addresses).map {
                    hop(exchange.server.name, $0, relay, security)
                }
            case .success(nil): isForbidden = true
            case .failure: continue
            }
        }
        guard hops.isEmpty else { return Array(hops.prefix(routes.addressLimit)) }
        if isForbidden { throw Unroutable(450, "4.7.5", "The domain's policy names none of its servers") }
        let isGone = isComplete && better.allSatisfy { $0.addresses.addresses.isEmpty }
        throw isGone
            ? Unroutable(550, "5.4.4", "None of the domain's servers has an address")
            : Unroutable(451, "4.4.3", "The domain's servers cannot be looked up now")
    }

    /// By preference; by chance among equals.
    private func inOrder(_ servers: [MailServers.Server]) -> [MailServers.Server] {
        let drawn = servers.map { (server: $0, lot: world.random()) }
        return drawn.sorted { ($0.server.preference, $0.lot) < ($1.server.preference, $1.lot) }
            .prefix(routes.hostLimit).map(\.server)
    }

    /// The addresses of hosts, all asked for at once; whether all could be found out.
    private func lookUp(_ servers: [MailServers.Server]) async -> ([Exchange], isComplete: Bool) {
        let names = names
        let found = await withTaskGroup { group in
            for (index, server) in servers.enumerated() {
                group.addTask { (index, try? await names.addresses(of: server.name)) }
            }
            return await group.reduce(into: [HostAddresses?](repeating: nil, count: servers.count)) { $0[$1.0] = $1.1 }
        }
        let exchanges = zip(servers, found).compactMap { server, addresses in
            addresses.map { Exchange(server: server, addresses: $0) }
        }
        return (exchanges, exchanges.count == servers.count)
    }

    private func isOwn(_ exchange: Exchange) -> Bool { exchange.addresses.addresses.contains { isOwn($0) } }

    private func isOwn(_ address: IPAddress) -> Bool { routes.ownAddresses.contains("\(address.unmapped)") }

    /// What is expected of a host; nil if mail must not go there. Without an answer about DANE a host is as if it did not
    /// answer itself: RFC 7672 §2.1.2.
    private func security(
        of exchange: Exchange,
        _ mail: MailServers,
        _ domain: String,
        _ policy: StrictTransport.Policy?,
        _ relay: Routes.Relay
    ) async -> Result<Security?, LookupError> {
        if let security = relay.security { return .success(security) }
        do throws(LookupError) {
            let dane = try await names.dane(
                of: exchange.server.name,
                addresses: exchange.addresses,
                in: mail,
                for: domain,
                port: relay.port
            )
            return .success(
                Security(HostPolicy.of(exchange.server.name, dane: dane, policy: policy).asked, exchange.server.name)
            )
        } catch {
            return .failure(error)
        }
    }

    // MARK: Addresses

    private func hop(_ host: String, _ address: IPAddress, _ relay: Routes.Relay, _ security: Security) -> Hop {
        Hop(
            host: host,
            destination: ConnectionPool.Destination(
                address: Address(host: "\(address)", port: relay.port),
                security: security,
                dialect: relay.dialect,
                account: relay.account
            )
        )
    }

    /// One of each family in turn, IPv6 first. RFC 8305 §4.
    private static func interleaved(_ addresses: [IPAddress]) -> [IPAddress] {
        var six = addresses.filter { if case .v6 = $0 { true } else { false } }[...]
        var four = addresses.filter { if case .v4 = $0 { true } else { false } }[...]
        var ordered: [IPAddress] = []
        while !six.isEmpty || !four.isEmpty {
            if let next = six.popFirst() { ordered.append(next) }
            if let next = four.popFirst() { ordered.append(next) }
        }
        return ordered
    }
}

extension Security {
    /// What a policy asks of the connection to a host; nil if there must be none.
    init?(_ policy: HostPolicy, _ host: String) {
        switch policy {
        case .opportunistic: self = .opportunistic(serverName: host)
        case .encrypted: self = .required(TLSExpectation(serverName: host))
        case .dane(let associations, let names):
            let records = associations.map {
                TLSARecord(
                    usage: $0.usage,
                    selector: $0.selector,
                    matchingType: $0.matchingType,
                    association: $0.octets
                )
            }
            // RFC 7672 §8.1: the name that the records belong to is asked for.
            self = .required(
                TLSExpectation(serverName: names.first ?? host, verification: .dane(records, names: names))
            )
        case .authorities(let name):
            self = .required(TLSExpectation(serverName: name, verification: .names([name])))
        case .forbidden: return nil
        }
    }
}
