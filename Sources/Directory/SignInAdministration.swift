internal import Octets
public import Cryptography
internal import Store
public import World

/// What administrators, and owners of accounts, see and change of how one signs in. Each change is durable when it returns.
extension StoreDirectory {
    /// Sets something for an account; a nil value takes it back. To require application passwords ends what the account's own
    /// password opened.
    public func set(
        _ changes: [(name: String, value: String?)],
        of address: MailAddress
    ) async throws(DirectoryError) {
        try await changeAccount(address, and: DirectoryRows.spread) { record, spread throws(DirectoryError) in
            for (name, value) in changes { try record.settings.set(name, to: value) }
            return DirectoryRows.spread(spread, with: record.settings)
        }
    }

    /// See `Directory`.
    public func maildropSpread() async throws(DirectoryError) -> MaildropSpread {
        MaildropSpread(try await read([DirectoryRows.spread]).values[0])
    }

    /// What is set for an account alone.
    public func settings(of address: MailAddress) async throws(DirectoryError) -> AccountSettings {
        try await existing(address).settings
    }

    /// The hash functions of which an account has keys for SCRAM.
    public func scramHashes(of address: MailAddress) async throws(DirectoryError) -> [HashFunction] {
        let record = try await existing(address)
        return HashFunction.allCases.filter { record.scram[$0] != nil }
    }

    // MARK: Application passwords

    /// Makes an application password.
    ///
    /// - Parameters:
    ///   - address: whose.
    ///   - label: what its owner calls it: 1 to 100 octets, no control characters.
    ///   - permissions: what it allows; `.manage` is taken away.
    ///   - expires: from when on it is of no use; nil if never.
    /// - Returns: it, and the password itself, which nobody sees again.
    /// - Throws: `.notFound` if there is no such account, `.invalid` if it has too many or one of the above is wrong.
    public func addAppPassword(
        _ address: MailAddress,
        label: String,
        permissions: Permissions,
        expires: Timestamp? = nil
    ) async throws(DirectoryError) -> (appPassword: AppPassword, password: String) {
        guard (1...100).contains(label.utf8.count),
            label.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
        else { throw .invalid("a label has 1 to 100 octets and no control characters") }
        let password = AppPassword.make(world)
        guard let letters = AppPassword.letters(of: Array(password.utf8)) else { throw .invalid("no password") }
        let hash = try await keyed(letters, for: "app password")
        let now = world.now()
        if let expires, expires <= now { throw .invalid("it would have expired already") }
        let number = world.random()
        let appPassword = try await changeAccount(address) { record throws(DirectoryError) in
            record.appPasswords.removeAll { !$0.isGood(at: now) }
            guard record.appPasswords.count < limits.appPasswords else {
                throw .invalid("an account has at most \(limits.appPasswords) application passwords")
            }
            var id = number
            while record.appPasswords.contains(where: { $0.id == StoreDirectory.hexadecimal(id) }) { id &+= 1 }
            let made = AppPassword(
                id: StoreDirectory.hexadecimal(id),
                label: label,
                permissions: permissions.subtracting(.manage),
                created: now,
                expires: expires,
                hash: hash
            )
            record.appPasswords.append(made)
            return made
        }
        return (appPassword, password)
    }

    /// The application passwords of an account, the oldest first, and when each was last used, as far as that is remembered.
    public func appPasswords(
        of address: MailAddress
    ) async throws(DirectoryError) -> [(appPassword: AppPassword, lastUse: Timestamp?)] {
        let record = try await existing(address)
        let history = try await history(of: record.account.number)
        return record.appPasswords.map { password in
            let uses = history.records.filter { $0.credential == password.id && $0.result == .success }
            return (password, uses.map(\.last).max())
        }
    }

    /// Takes an application password back, and soon what it opened; `.notFound` if there is none of that id.
    public func removeAppPassword(_ address: MailAddress, id: String) async throws(DirectoryError) {
        try await changeAccount(address) { record throws(DirectoryError) in
            let count = record.appPasswords.count
            record.appPasswords.removeAll { $0.id == id }
            guard record.appPasswords.count < count else { throw .notFound(id) }
        }
    }

    /// The low 32 bits, as eight digits.
    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(UInt32(truncatingIfNeeded: number), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    // MARK: Sign-ins

    /// The sign-ins to an account of the last 90 days, at most 200 that are unlike each other, the latest first.
    public func signIns(of address: MailAddress) async throws(DirectoryError) -> [SignInRecord] {
        try await history(of: try await existing(address).account.number).records.reversed()
    }

    /// Vouches for sign-ins from a network: an address, or a range as CIDR writes it.
    public func allow(_ network: String, for address: MailAddress) async throws(DirectoryError) {
        guard let range = Subnet(network) else {
            throw .invalid("'\(network)' is no network; write an address, or one with / and a number of bits")
        }
        try await changeAccount(address) { record throws(DirectoryError) in
            guard !record.allowedNetworks.contains(where: { Subnet($0) == range }) else { return }
            guard record.allowedNetworks.count < limits.allowedNetworks else {
                throw .invalid("an owner allows at most \(limits.allowedNetworks) networks")
            }
            record.allowedNetworks.append(range.description)
        }
    }

    /// Takes that back; `.notFound` if it was not allowed.
    public func disallow(_ network: String, for address: MailAddress) async throws(DirectoryError) {
        try await changeAccount(address) { record throws(DirectoryError) in
            let count = record.allowedNetworks.count
            let range = Subnet(network)
            record.allowedNetworks.removeAll { $0 == network || Subnet($0) == range }
            guard record.allowedNetworks.count < count else { throw .notFound(network) }
        }
    }

    /// The networks that the owner allowed.
    public func allowedNetworks(of address: MailAddress) async throws(DirectoryError) -> [String] {
        try await existing(address).allowedNetworks
    }

    private func existing(_ address: MailAddress) async throws(DirectoryError) -> AccountRecord {
        guard let record = try await record(address) else { throw .notFound(address.description) }
        return record
    }
}
