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

    /// An account that is to be made.
    public struct NewAccount: Hashable, Sendable {
        /// Its address.
        public var address: MailAddress
        /// Its display name; may be empty.
        public var name: String

        /// An account with that address and display name.
        public init(address: MailAddress, name: String) {
            self.address = address
            self.name = name
        }
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

    // MARK: Accounts

    /// Makes an account; `.exists` if an account or alias has the address, `.notFound` if its domain is not ours.
    @discardableResult
    public func addAccount(
        _ address: MailAddress,
        name: String,
        password: [UInt8]
    ) async throws(DirectoryError) -> Account {
        try AddressSyntax.check(address)
        let accounts = try await addAccounts(
            [NewAccount(address: address, name: name)],
            password: try await hash(password)
        )
        guard let account = accounts.first else { throw .exists(address.description) }
        return account
    }

    /// Makes many accounts that share a password hash, in commits of `Limits.accountsPerCommit`: for trying things out.
    /// An address that is taken ends it; those of earlier commits stay.
    @discardableResult
    public func addAccounts(
        _ accounts: [NewAccount],
        password: PasswordHash
    ) async throws(DirectoryError) -> [Account] {
        for account in accounts {
            try AddressSyntax.check(account.address)
            try AddressSyntax.check(displayName: account.name)
        }
        var made: [Account] = []
        for start in stride(from: 0, to: accounts.count, by: limits.accountsPerCommit) {
            let batch = accounts[start..<min(start + limits.accountsPerCommit, accounts.count)]
            made += try await addBatch(batch, password)
        }
        return made
    }

    private func addBatch(
        _ batch: ArraySlice<NewAccount>,
        _ password: PasswordHash
    ) async throws(DirectoryError) -> [Account] {
        let domains = Array(Set(batch.map(\.address.domain)))
        let taken = batch.flatMap { [DirectoryRows.account($0.address), DirectoryRows.alias($0.address)] }
        let keys = [DirectoryRows.lastNumber] + domains.map(DirectoryRows.domain) + taken
        return try await change(keys) { found throws(DirectoryError) in
            for (domain, value) in zip(domains, found.values[1...]) where value == nil { throw .notFound(domain) }
            let rows = found.values[(1 + domains.count)...]
            if let index = rows.firstIndex(where: { $0 != nil }) {
                throw .exists(batch[batch.startIndex + (index - rows.startIndex) / 2].address.description)
            }
            var number = try DirectoryRows.decodeNumber(found.values[0])
            var made: [Account] = []
            var writes: [Write] = []
            var names: Set<MailAddress> = []
            for new in batch {
                guard names.insert(new.address).inserted else { throw .exists(new.address.description) }
                number += 1
                let account = Account(number: number, address: new.address, name: new.name)
                writes.append(.put(DirectoryRows.account(new.address), DirectoryRows.encode(account, password)))
                writes.append(.put(DirectoryRows.address(of: number), Array(new.address.description.utf8)))
                made.append(account)
            }
            writes.append(.put(DirectoryRows.lastNumber, DirectoryRows.encode(number: number)))
            return (writes, made)
        }
    }

    /// Removes an account's name; its number is not given again. `.invalid` while an alias names it. Its mail stays
    /// in the store, out of reach.
    public func removeAccount(_ address: MailAddress) async throws(DirectoryError) {
        try await change([DirectoryRows.account(address)]) { found throws(DirectoryError) in
            guard let row = found.values[0] else { throw .notFound(address.description) }
            let number = try DirectoryRows.decodeAccount(row, address).account.number
            var after: MailAddress?
            repeat {
                let aliases = try await listAliases(after: after, limit: 1000)
                if let alias = aliases.first(where: { $0.targets.contains(address) }) {
                    throw .invalid("alias '\(alias.address)' still names '\(address)'")
                }
                after = aliases.last?.address
            } while after != nil
            return ([.delete(DirectoryRows.account(address)), .delete(DirectoryRows.address(of: number))], ())
        }
    }

    /// At most `limit` accounts in the order of domain and local part, after `after`, of one domain or of all. Fewer
    /// than `limit` may come back; none means that there are no more.
    public func listAccounts(
        of domain: String? = nil,
        after: MailAddress? = nil,
        limit: Int
    ) async throws(DirectoryError) -> [Account] {
        let page = try await scan("a", of: domain.map(normalized), after: after, limit: limit)
        var accounts: [Account] = []
        for index in 0..<page.count {
            let address = try DirectoryRows.address(inKey: page.key(index))
            accounts.append(try DirectoryRows.decodeAccount(page.value(index), address).account)
        }
        return accounts
    }

    /// The account with that address; nil if there is none.
    public func account(_ address: MailAddress) async throws(DirectoryError) -> Account? {
        guard let row = try await read([DirectoryRows.account(address)]).values[0] else { return nil }
        return try DirectoryRows.decodeAccount(row, address).account
    }

    /// Gives an account another password. From then on the old one does not sign in; sessions that are open stay.
    public func setPassword(_ address: MailAddress, _ password: [UInt8]) async throws(DirectoryError) {
        let hash = try await hash(password)
        try await change([DirectoryRows.account(address)]) { found throws(DirectoryError) in
            guard let row = found.values[0] else { throw .notFound(address.description) }
            let account = try DirectoryRows.decodeAccount(row, address).account
            return (
                [
                    .put(DirectoryRows.account(address), DirectoryRows.encode(account, hash)),
                    .put(DirectoryRows.address(of: account.number), Array(address.description.utf8)),
                ], ()
            )
        }
    }

    /// Gives many accounts that are here one password hash, in commits of `Limits.accountsPerCommit`: for trying
    /// things out.
    public func setPasswords(of addresses: [MailAddress], _ hash: PasswordHash) async throws(DirectoryError) {
        for start in stride(from: 0, to: addresses.count, by: limits.accountsPerCommit) {
            let batch = addresses[start..<min(start + limits.accountsPerCommit, addresses.count)]
            try await change(batch.map(DirectoryRows.account)) { found throws(DirectoryError) in
                var writes: [Write] = []
                for (address, row) in zip(batch, found.values) {
                    guard let row else { throw .notFound(address.description) }
                    let account = try DirectoryRows.decodeAccount(row, address).account
                    writes.append(.put(DirectoryRows.account(address), DirectoryRows.encode(account, hash)))
                }
                return (writes, ())
            }
        }
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

    private func normalized(_ domain: String) -> String { MailAddress(localPart: "", domain: domain).domain }

    private func scan(
        _ table: StaticString,
        of domain: String?,
        after: MailAddress?,
        limit: Int
    ) async throws(DirectoryError) -> Page {
        try await scan(DirectoryRows.range(table, of: domain, after: after), limit: limit)
    }

    private func scan(_ range: KeyRange, limit: Int) async throws(DirectoryError) -> Page {
        do throws(StoreError) {
            return try await store.scan(DirectoryRows.partition, range, limit: limit, order: .ascending)
        } catch { throw .store(error) }
    }
}
