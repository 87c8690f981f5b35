internal import Octets
internal import DNS
internal import Network
internal import Resolver
internal import SMTPClient
internal import World

/// Finds the servers of a destination. RFC 5321 §5.1.
struct Router: Sendable {
    /// Why there are none.
    enum Problem: Error, Hashable {
        /// It cannot be found out now. The text is for people.
        case temporary(String)
        /// The domain does not exist. RFC 3463's 5.1.2.
        case noSuchDomain
        /// The domain takes no mail. RFC 7505: 5.1.10.
        case noMail
        /// It would come back to this server. RFC 5321 §5.1: 5.4.6.
        case loop
    }

    /// A server, its addresses not yet looked up.
    struct Host: Hashable {
        var name: String
        var port: Int
    }

    /// The way to a destination.
    struct Route: Sendable {
        /// In the order in which they are tried; never empty.
        var hosts: [Host]
        var dialect = Settings.Dialect.smtp
        var encryption = StaticRoute.Encryption.opportunistic
        var authenticator: (any Authenticator)?
        /// The address that alone connections may come from; nil if none is named.
        var source: Address?
        /// An administrator chose the hosts.
        var isChosen = false
        /// What DNS says of the destination, if that is where the hosts are from.
        var servers: MailServers?
    }

    /// The addresses of a host, never empty.
    struct Addresses: Sendable {
        /// In the order in which they are tried.
        var all: [Address]
        /// What DNS said; nil for a host that is an address.
        var answer: HostAddresses?
    }

    /// Servers of a domain that are looked up, the best ones: a list may be as long as its owner likes.
    private static let hostLimit = 16
    let settings: RelaySettings
    let names: any NameService
    let world: World
    let table: RouteTable

    init(settings: RelaySettings, names: any NameService, world: World) {
        self.settings = settings
        self.names = names
        self.world = world
        table = RouteTable(settings.routes)
    }

    /// The way to what mail goes to next.
    func route(to hop: Hop) async throws(Problem) -> Route {
        var route: Route
        let fixed: StaticRoute?
        switch hop {
        case .server(let text):
            // What an administrator wrote wrongly is put right some time, and mail waits for that.
            guard let server = StaticRoute.Server(text, port: settings.port) else {
                throw .temporary("\(text) is no server")
            }
            route = Route(hosts: [Host(name: server.host, port: server.port)], isChosen: true)
            fixed = nil
        case .route(let index):
            let chosen = table.routes[index]
            route = Route(hosts: chosen.servers.map { Host(name: $0.host, port: $0.port) }, isChosen: true)
            fixed = chosen
        case .domain(let domain):
            route = try await ownServers(of: domain)
            fixed = table.first(for: domain).map { table.routes[$0] }
        }
        if let fixed {
            route.dialect = fixed.dialect
            route.encryption = fixed.encryption
            route.authenticator = fixed.authenticator
            route.source = fixed.source
        }
        return route
    }

    private func ownServers(of destination: String) async throws(Problem) -> Route {
        if let address = Self.literal(destination) {
            guard IPAddress(address) != nil else { throw .noSuchDomain }
            return Route(hosts: [Host(name: address, port: settings.port)])
        }
        let found: MailServers
        do throws(LookupError) {
            found = try await names.mailServers(of: destination)
        } catch {
            switch error {
            case .temporary(let text): throw .temporary("the servers of \(destination) are not known: \(text)")
            case .refused: throw .temporary("the servers of \(destination) are not known: the query was refused")
            case .invalidName: throw .noSuchDomain
            }
        }
        switch found.kind {
        case .noSuchDomain, .none: throw .noSuchDomain
        case .null: throw .noMail
        case .exchanges, .implicit: break
        }
        // A host has a name (RFC 5321 §2.3.5). An address in its place would be one that no policy has a say in.
        let named = found.servers.filter { IPAddress($0.name) == nil }
        guard !named.isEmpty else { throw .noSuchDomain }
        let servers = try withoutOurselves(named)
        return Route(
            hosts: shuffled(servers).prefix(Self.hostLimit).map { Host(name: $0.name, port: settings.port) },
            servers: found
        )
    }

    /// RFC 5321 §5.1: where this server is in the list, those of its preference and of higher numbers would send it back.
    private func withoutOurselves(_ servers: [MailServers.Server]) throws(Problem) -> [MailServers.Server] {
        let own = servers.filter { isOwn($0.name) }.map(\.preference).min()
        guard let own else { return servers }
        let better = servers.filter { $0.preference < own }
        guard !better.isEmpty else { throw .loop }
        return better
    }

    private func isOwn(_ name: String) -> Bool {
        name == settings.hostName.lowercased() || settings.otherNames.contains(name)
    }

    /// Those of one preference in an order of chance. RFC 5321 §5.1.
    private func shuffled(_ servers: [MailServers.Server]) -> [MailServers.Server] {
        var keyed = servers.map { (server: $0, chance: world.random()) }
        keyed.sort { ($0.server.preference, $0.chance) < ($1.server.preference, $1.chance) }
        return keyed.map(\.server)
    }

    /// The numeric address of `[127.0.0.1]` or `[IPv6:::1]`.
    private static func literal(_ destination: String) -> String? {
        guard destination.first == "[", destination.last == "]" else { return nil }
        let inside = destination.dropFirst().dropLast()
        return inside.hasPrefix("ipv6:") ? String(inside.dropFirst(5)) : String(inside)
    }

    /// The addresses of a host in the order in which they are tried: the families in turn, so that one that does not work
    /// here costs one try. RFC 8305 §4.
    func addresses(of host: Host) async throws(Problem) -> Addresses {
        if IPAddress(host.name) != nil {
            return Addresses(all: try others([Address(host: host.name, port: host.port)]))
        }
        let found: HostAddresses
        do throws(LookupError) {
            found = try await names.addresses(of: host.name)
        } catch {
            switch error {
            case .temporary(let text): throw .temporary("the addresses of \(host.name) are not known: \(text)")
            case .refused: throw .temporary("the addresses of \(host.name) are not known: the query was refused")
            case .invalidName: throw .noSuchDomain
            }
        }
        guard !found.addresses.isEmpty else { throw .noSuchDomain }
        var families: (six: [IPAddress], four: [IPAddress]) = ([], [])
        for address in found.addresses {
            if case .v6 = address { families.six.append(address) } else { families.four.append(address) }
        }
        var ordered: [Address] = []
        for index in 0..<max(families.six.count, families.four.count) {
            for family in [families.six, families.four] where index < family.count {
                ordered.append(Address(host: "\(family[index])", port: host.port))
            }
        }
        return Addresses(all: try others(ordered), answer: found)
    }

    /// A server one of whose addresses is this service's own is this service.
    private func others(_ addresses: [Address]) throws(Problem) -> [Address] {
        guard settings.ownAddresses.isDisjoint(with: addresses) else { throw .loop }
        return addresses
    }
}
