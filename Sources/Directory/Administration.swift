internal import Store

/// What administrators do. Each call is durable when it returns.
extension StoreDirectory {
    /// An alias: an address that stands for accounts.
    public struct Alias: Hashable, Sendable {
        /// The address.
        public var address: MailAddress
        /// The accounts' addresses.
        public var targets: [MailAddress]
    }

    // MARK: Domains

    /// Takes in a domain, in any case and with or without a dot at the end; `.exists` if it is ours already.
    public func addDomain(_ domain: String) async throws(DirectoryError) {
        let domain = normalized(domain)
        try AddressSyntax.check(domain: domain)
        try await change([DirectoryRows.domain(domain)]) { found throws(DirectoryError) in
            guard found.values[0] == nil else { throw .exists(domain) }
            return ([.put(DirectoryRows.domain(domain), [])], ())
        }
    }

    /// Gives up a domain; `.invalid` while it has accounts or aliases.
    public func removeDomain(_ domain: String) async throws(DirectoryError) {
        let domain = normalized(domain)
        try await change([DirectoryRows.domain(domain)]) { found throws(DirectoryError) in
            guard found.values[0] != nil else { throw .notFound(domain) }
            let accounts = try await scan("a", of: domain, after: nil, limit: 1)
            let aliases = try await scan("l", of: domain, after: nil, limit: 1)
            guard accounts.isEmpty, aliases.isEmpty else {
                throw .invalid("'\(domain)' still has accounts or aliases")
            }
            return ([.delete(DirectoryRows.domain(domain))], ())
        }
    }

    /// All domains in order.
    public func listDomains() async throws(DirectoryError) -> [String] {
        var domains: [String] = []
        var range = KeyRange(prefix: Array("d\0".utf8))
        while true {
            let page = try await scan(range, limit: 1000)
            for index in 0..<page.count {
                domains.append(String(decoding: page.key(index).dropFirst(2), as: UTF8.self))
            }
            guard page.isCut || page.count == 1000 else { return domains }
            range.lower = page.key(page.count - 1) + [0]
        }
    }

    /// Sets something for the accounts of a domain that do not say otherwise; a nil value takes it back.
    public func set(_ changes: [(name: String, value: String?)], ofDomain domain: String) async throws(DirectoryError) {
        let domain = normalized(domain)
        try await change([DirectoryRows.domain(domain), DirectoryRows.spread]) { found throws(DirectoryError) in
            guard let row = found.values[0] else { throw .notFound(domain) }
            var settings = DirectoryRows.settings(ofDomain: row)
            for (name, value) in changes { try settings.set(name, to: value) }
            let spread = DirectoryRows.spread(found.values[1], with: settings)
            return ([.put(DirectoryRows.domain(domain), DirectoryRows.encode(settings))] + spread, ())
        }
    }

    /// What is set for the accounts of a domain.
    public func settings(ofDomain domain: String) async throws(DirectoryError) -> AccountSettings {
        let domain = normalized(domain)
        guard let row = try await read([DirectoryRows.domain(domain)]).values[0] else { throw .notFound(domain) }
        return DirectoryRows.settings(ofDomain: row)
    }

    // MARK: Aliases

    /// Makes an alias for accounts that are here; `.exists` if an account or alias has the address.
    public func addAlias(_ address: MailAddress, to targets: [MailAddress]) async throws(DirectoryError) {
        try AddressSyntax.check(address)
        guard (1...limits.aliasTargets).contains(targets.count), Set(targets).count == targets.count else {
            throw .invalid("an alias names 1 to \(limits.aliasTargets) accounts, each once")
        }
        let keys = [
            DirectoryRows.domain(address.domain), DirectoryRows.account(address), DirectoryRows.alias(address),
        ]
        try await change(keys + targets.map(DirectoryRows.account)) { found throws(DirectoryError) in
            guard found.values[0] != nil else { throw .notFound(address.domain) }
            guard found.values[1] == nil, found.values[2] == nil else { throw .exists(address.description) }
            for (target, row) in zip(targets, found.values[3...]) where row == nil {
                throw .notFound(target.description)
            }
            return ([.put(DirectoryRows.alias(address), DirectoryRows.encode(targets))], ())
        }
    }

    /// Removes an alias.
    public func removeAlias(_ address: MailAddress) async throws(DirectoryError) {
        try await change([DirectoryRows.alias(address)]) { found throws(DirectoryError) in
            guard found.values[0] != nil else { throw .notFound(address.description) }
            return ([.delete(DirectoryRows.alias(address))], ())
        }
    }

    /// At most `limit` aliases, as `listAccounts` lists accounts.
    public func listAliases(
        of domain: String? = nil,
        after: MailAddress? = nil,
        limit: Int
    ) async throws(DirectoryError) -> [Alias] {
        let page = try await scan("l", of: domain.map(normalized), after: after, limit: limit)
        var aliases: [Alias] = []
        for index in 0..<page.count {
            let address = try DirectoryRows.address(inKey: page.key(index))
            let targets = try DirectoryRows.decodeTargets(page.value(index), of: address)
            aliases.append(Alias(address: address, targets: targets))
        }
        return aliases
    }

    // MARK: Rows

    func normalized(_ domain: String) -> String { MailAddress(localPart: "", domain: domain).domain }

    func scan(
        _ table: StaticString,
        of domain: String?,
        after: MailAddress?,
        limit: Int
    ) async throws(DirectoryError) -> Page {
        try await scan(DirectoryRows.range(table, of: domain, after: after), limit: limit)
    }

    func scan(_ range: KeyRange, limit: Int) async throws(DirectoryError) -> Page {
        do throws(StoreError) {
            return try await store.scan(DirectoryRows.partition, range, limit: limit, order: .ascending)
        } catch { throw .store(error) }
    }
}
