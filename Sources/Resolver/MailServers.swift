public import DNS
public import World

/// Where mail for a domain goes (RFC 5321 §5.1).
public struct MailServers: Hashable, Sendable {
    /// A host that takes mail.
    public struct Server: Hashable, Sendable {
        /// The host's name, see `Name.host`.
        public var name: String
        /// The lowest comes first; see `inOrderOfTrial(_:)`.
        public var preference: UInt16

        /// A host of that preference.
        public init(name: String, preference: UInt16) {
            self.name = name
            self.preference = preference
        }
    }

    /// How the servers were found.
    public enum Kind: Hashable, Sendable {
        /// By MX records.
        case exchanges
        /// There are no MX records: the domain itself, which has an address, takes mail.
        case implicit
        /// The domain says that it takes no mail (RFC 7505 §3).
        case null
        /// The domain exists and has neither MX records nor an address.
        case none
        /// The domain does not exist.
        case noSuchDomain
    }

    /// How they were found.
    public var kind: Kind
    /// The lowest preference first, then by name; empty unless `kind` is `.exchanges` or `.implicit`.
    public var servers: [Server]
    /// The domain, or where its aliases lead.
    public var canonicalName: Name
    /// Whether the answer about MX records was validated. Aliases count, so does that there are no such records.
    public var isAuthenticated: Bool

    /// Servers found that way.
    public init(kind: Kind, servers: [Server] = [], canonicalName: Name, isAuthenticated: Bool = false) {
        self.kind = kind
        self.servers = servers
        self.canonicalName = canonicalName
        self.isAuthenticated = isAuthenticated
    }
}

extension MailServers {
    /// The servers in an order in which to try them: by preference, and those of the same preference by chance, so that
    /// they share the load (RFC 5321 §5.1).
    public func inOrderOfTrial(_ world: World) -> [Server] {
        servers.map { (server: $0, chance: world.random()) }
            .sorted { ($0.server.preference, $0.chance) < ($1.server.preference, $1.chance) }
            .map(\.server)
    }
}

/// The addresses of a host.
public struct HostAddresses: Hashable, Sendable {
    /// The addresses, IPv6 first; in the order in which the servers gave them.
    public var addresses: [IPAddress]
    /// The host, or where its aliases lead.
    public var canonicalName: Name
    /// Whether every answer that the addresses come from was validated.
    public var isAuthenticated: Bool
    /// `.noSuchName` if the host does not exist.
    public var outcome: Answer.Outcome

    /// Addresses found that way.
    public init(addresses: [IPAddress], canonicalName: Name, isAuthenticated: Bool, outcome: Answer.Outcome) {
        self.addresses = addresses
        self.canonicalName = canonicalName
        self.isAuthenticated = isAuthenticated
        self.outcome = outcome
    }
}

extension NameService {
    /// Finds where mail for `domain` goes: its MX records; without any, itself, if it has an address (RFC 5321 §5.1).
    ///
    /// A single record with the root as its host is the null MX (RFC 7505 §3); among others such a record is left out. A
    /// host that several records name is there once, with its lowest preference.
    public func mailServers(of domain: String) async throws(LookupError) -> MailServers {
        let answer = try await lookUp(domain, .mx)
        var found = MailServers(
            kind: .exchanges,
            canonicalName: answer.canonicalName,
            isAuthenticated: answer.isAuthenticated
        )
        switch answer.outcome {
        case .noSuchName: found.kind = .noSuchDomain
        case .found:
            found.servers = Self.servers(answer.records)
            if found.servers.isEmpty { found.kind = .null }
        case .noData:
            let host = answer.canonicalName.host
            let hasAddress = try await !addresses(of: host).addresses.isEmpty
            found.kind = hasAddress ? .implicit : .none
            if hasAddress { found.servers = [MailServers.Server(name: host, preference: 0)] }
        }
        return found
    }

    private static func servers(_ records: [Record]) -> [MailServers.Server] {
        var preferences: [String: UInt16] = [:]
        for record in records {
            guard case .mx(let preference, let exchange) = record.data, !exchange.isRoot else { continue }
            preferences[exchange.host] = min(preferences[exchange.host] ?? .max, preference)
        }
        return preferences.map { MailServers.Server(name: $0.key, preference: $0.value) }
            .sorted { ($0.preference, $0.name) < ($1.preference, $1.name) }
    }

    /// Finds the addresses of `host`, of both families at once.
    ///
    /// An answer for one family is enough: many a server fails for AAAA alone. Throws if there is none for either.
    public func addresses(of host: String) async throws(LookupError) -> HostAddresses {
        async let six = result(host, .aaaa)
        async let four = result(host, .a)
        let results = await [six, four]
        var answers: [Answer] = []
        for case .success(let answer) in results { answers.append(answer) }
        let addresses = answers.flatMap { answer in answer.records.compactMap { IPAddress($0.data) } }
        // With one family unknown, none found of the other says nothing about the host.
        if addresses.isEmpty { for result in results { _ = try result.get() } }
        let canonicalName = answers.first { $0.outcome == .found }?.canonicalName ?? answers[0].canonicalName
        let exists = answers.contains { $0.outcome != .noSuchName }
        return HostAddresses(
            addresses: addresses,
            canonicalName: canonicalName,
            isAuthenticated: answers.allSatisfy(\.isAuthenticated),
            outcome: addresses.isEmpty ? (exists ? .noData : .noSuchName) : .found
        )
    }

    private func result(_ name: String, _ type: RecordType) async -> Result<Answer, LookupError> {
        do throws(LookupError) { return .success(try await lookUp(name, type)) } catch { return .failure(error) }
    }

    /// Finds the names of an address (PTR, RFC 1035 §3.5), see `Name.host`. Anyone may claim any name for an address of
    /// theirs: only one whose own addresses contain it is worth anything.
    public func names(of address: IPAddress) async throws(LookupError) -> [String] {
        try await lookUp(address.unmapped.reverseName.description, .ptr).records.compactMap { record in
            if case .ptr(let name) = record.data { name.host } else { nil }
        }
    }

    /// Finds the texts of a name (TXT), each with its strings put together without anything between them, as RFC 7208
    /// §3.3 and RFC 8461 §3.1 have it. What is not UTF-8 is replaced by U+FFFD.
    public func text(of name: String) async throws(LookupError) -> [String] {
        try await lookUp(name, .txt).records.compactMap { record in
            if case .txt(let strings) = record.data { String(decoding: strings.joined(), as: UTF8.self) } else { nil }
        }
    }
}
