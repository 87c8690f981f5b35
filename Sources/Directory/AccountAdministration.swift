public import Cryptography
internal import Store

/// What administrators do with accounts. Each call is durable when it returns.
extension StoreDirectory {
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
            password: try await hash(password),
            scram: try await scramKeys(of: password)
        )
        guard let account = accounts.first else { throw .exists(address.description) }
        return account
    }

    /// Makes many accounts that share a password's hash and its keys for SCRAM, if they are given, in commits of
    /// `Limits.accountsPerCommit`: for trying things out. An address that is taken ends it; those of earlier commits stay.
    @discardableResult
    public func addAccounts(
        _ accounts: [NewAccount],
        password: PasswordHash,
        scram: [HashFunction: ScramKeys] = [:]
    ) async throws(DirectoryError) -> [Account] {
        for account in accounts {
            try AddressSyntax.check(account.address)
            try AddressSyntax.check(displayName: account.name)
        }
        var made: [Account] = []
        for start in stride(from: 0, to: accounts.count, by: limits.accountsPerCommit) {
            let batch = accounts[start..<min(start + limits.accountsPerCommit, accounts.count)]
            made += try await addBatch(batch, password, scram)
        }
        return made
    }

    private func addBatch(
        _ batch: ArraySlice<NewAccount>,
        _ password: PasswordHash,
        _ scram: [HashFunction: ScramKeys]
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
                let record = AccountRecord(account: account, hash: password, scram: scram)
                writes.append(.put(DirectoryRows.account(new.address), record.row))
                writes.append(.put(DirectoryRows.address(of: number), Array(new.address.description.utf8)))
                made.append(account)
            }
            writes.append(.put(DirectoryRows.lastNumber, DirectoryRows.encode(number: number)))
            return (writes, made)
        }
    }

    /// Removes an account's name, and what was recorded of its sign-ins; its number is not given again. `.invalid` while an
    /// alias names it. Its mail stays in the store, out of reach.
    public func removeAccount(_ address: MailAddress) async throws(DirectoryError) {
        let number = try await change([DirectoryRows.account(address)]) { found throws(DirectoryError) in
            guard let row = found.values[0] else { throw .notFound(address.description) }
            let number = try AccountRecord(row, address, domain: nil).account.number
            var after: MailAddress?
            repeat {
                let aliases = try await listAliases(after: after, limit: 1000)
                if let alias = aliases.first(where: { $0.targets.contains(address) }) {
                    throw .invalid("alias '\(alias.address)' still names '\(address)'")
                }
                after = aliases.last?.address
            } while after != nil
            return ([.delete(DirectoryRows.account(address)), .delete(DirectoryRows.address(of: number))], number)
        }
        do throws(StoreError) { try await recorder.remove(number) } catch { throw .store(error) }
    }

    /// At most `limit` accounts in the order of domain and local part, after `after`, of one domain or of all. Fewer
    /// than `limit` may come back; none means that there are no more. Settings are those of the accounts alone.
    public func listAccounts(
        of domain: String? = nil,
        after: MailAddress? = nil,
        limit: Int
    ) async throws(DirectoryError) -> [Account] {
        let page = try await scan("a", of: domain.map(normalized), after: after, limit: limit)
        var accounts: [Account] = []
        for index in 0..<page.count {
            let address = try DirectoryRows.address(inKey: page.key(index))
            accounts.append(try AccountRecord(page.value(index), address, domain: nil).account)
        }
        return accounts
    }

    /// The account with that address; nil if there is none.
    public func account(_ address: MailAddress) async throws(DirectoryError) -> Account? {
        try await record(address)?.account
    }

    /// Gives an account another password. From then on the old one does not sign in, and sessions that it opened end soon:
    /// see `isCurrent`. Application passwords stay.
    public func setPassword(_ address: MailAddress, _ password: [UInt8]) async throws(DirectoryError) {
        let hash = try await hash(password)
        let scram = try await scramKeys(of: password)
        try await changeAccount(address) { record throws(DirectoryError) in
            record.hash = hash
            record.scram = scram
            record.generation += 1
        }
    }

    /// Gives many accounts that are here one password, as its hash and its keys for SCRAM, if they are given, in commits of
    /// `Limits.accountsPerCommit`: for trying things out.
    public func setPasswords(
        of addresses: [MailAddress],
        _ hash: PasswordHash,
        scram: [HashFunction: ScramKeys] = [:]
    ) async throws(DirectoryError) {
        for start in stride(from: 0, to: addresses.count, by: limits.accountsPerCommit) {
            let batch = addresses[start..<min(start + limits.accountsPerCommit, addresses.count)]
            try await change(batch.map(DirectoryRows.account)) { found throws(DirectoryError) in
                var writes: [Write] = []
                for (address, row) in zip(batch, found.values) {
                    guard let row else { throw .notFound(address.description) }
                    var record = try AccountRecord(row, address, domain: nil)
                    record.hash = hash
                    record.scram = scram
                    record.generation += 1
                    writes.append(.put(DirectoryRows.account(address), record.row))
                }
                return (writes, ())
            }
        }
    }

    /// Changes the row of an account; `.notFound` if there is none.
    @discardableResult
    func changeAccount<Value>(
        _ address: MailAddress,
        _ body: (inout AccountRecord) throws(DirectoryError) -> Value
    ) async throws(DirectoryError) -> Value {
        try await change(DirectoryRows.accountAndDomain(address)) { found throws(DirectoryError) in
            try found.changed(address, body)
        }
    }

    /// Changes the row of an account, and with it what `body` has to write because of another row.
    func changeAccount(
        _ address: MailAddress,
        and key: RowKey,
        _ body: (inout AccountRecord, [UInt8]?) throws(DirectoryError) -> [Write]
    ) async throws(DirectoryError) {
        try await change(DirectoryRows.accountAndDomain(address) + [key]) { found throws(DirectoryError) in
            let (writes, more) = try found.changed(address) { record throws(DirectoryError) in
                try body(&record, found.values[2])
            }
            return (writes + more, ())
        }
    }
}

extension DirectoryRows {
    fileprivate static func accountAndDomain(_ address: MailAddress) -> [RowKey] {
        [account(address), domain(address.domain)]
    }
}

extension Values {
    /// What is to be written when the account changes whose row comes first, and that of its domain next.
    fileprivate func changed<Value>(
        _ address: MailAddress,
        _ body: (inout AccountRecord) throws(DirectoryError) -> Value
    ) throws(DirectoryError) -> (writes: [Write], value: Value) {
        guard let row = values[0] else { throw .notFound(address.description) }
        var record = try AccountRecord(row, address, domain: values[1])
        let value = try body(&record)
        let writes: [Write] = [
            .put(DirectoryRows.account(address), record.row),
            .put(DirectoryRows.address(of: record.account.number), Array(address.description.utf8)),
        ]
        return (writes, value)
    }
}
