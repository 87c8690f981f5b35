internal import Cryptography
public import Store
internal import Synchronization
public import World

/// The directory kept in a store's partition `directory`.
///
/// One process has the store, so whatever changes the directory goes through this object, and what it remembers in
/// memory is dropped by the change itself: a delivery or a repeated sign-in reads nothing.
public final class StoreDirectory: Directory {
    /// What the directory may hold and remember.
    public struct Limits: Sendable {
        /// Addresses whose resolution is remembered.
        public var rememberedNames = 100_000
        /// Verified credentials that are remembered.
        public var rememberedCredentials = 100_000
        /// How long a verified credential is remembered.
        public var credentialLifetime = Duration.seconds(600)
        /// Passwords that may be waiting to be hashed; beyond, sign-in fails for the moment.
        public var pendingVerifications = 512
        /// Accounts that one alias may name.
        public var aliasTargets = 100
        /// Accounts made in one commit.
        public var accountsPerCommit = 2000
        /// Wrong passwords.
        public var guesses = GuessThrottle.Limits()

        /// The usual limits.
        public init() {}
    }

    /// Thrown, as the cause in `.store`, when too many passwords are being checked already.
    public struct TooManyVerifications: Error {}

    private struct Verified {
        var digest: [UInt8]
        var account: Account
        var expires: Instant
    }

    private struct Memory {
        var names: RecentCache<MailAddress, Resolution>
        var credentials: RecentCache<MailAddress, Verified>
        var accounts: RecentCache<UInt64, Account>
        var pending = 0
        /// Grows with each change, so that what was read before one is not remembered after it.
        var generation = 0
    }

    let store: any RowStore
    let world: World
    let limits: Limits
    private let pool: BlockingPool
    private let throttle: GuessThrottle
    private let memory: Mutex<Memory>
    /// Under it passwords are digested for `Verified`; it dies with the process.
    private let processKey: [UInt8]
    /// What the password of an unknown name is compared with, so that it takes as long.
    private let unknownSalt: [UInt8]

    /// The directory in `store`. Passwords are hashed on `pool`, which bounds how many at once.
    public init(store: any RowStore, world: World, pool: BlockingPool, limits: Limits = Limits()) {
        self.store = store
        self.world = world
        self.pool = pool
        self.limits = limits
        throttle = GuessThrottle(limits: limits.guesses)
        processKey = world.randomOctets(32)
        unknownSalt = world.randomOctets(PasswordHash.saltCount)
        memory = Mutex(
            Memory(
                names: RecentCache(limit: limits.rememberedNames),
                credentials: RecentCache(limit: limits.rememberedCredentials),
                accounts: RecentCache(limit: limits.rememberedNames)
            )
        )
    }

    // MARK: Who is it?

    /// One read and one slow hash, or neither if the same credential was verified lately.
    public func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        // No account has such a password, so this tells nothing about the name.
        guard let address = MailAddress(name), (1...PasswordHash.passwordLimit).contains(password.count) else {
            return nil
        }
        let digest = try cryptography { () throws(CryptographyError) in
            try SHA256.hmac(Array(address.description.utf8) + [0] + password, key: processKey)
        }
        let (known, generation) = memory.withLock { ($0.credentials.value(address), $0.generation) }
        if let known, known.expires > world.uptime(), isEqualInConstantTime(known.digest, digest) {
            return known.account
        }
        let isPossible =
            address.localPart.utf8.count <= AddressSyntax.localPartLimit
            && address.domain.utf8.count <= AddressSyntax.domainLimit
        let row = isPossible ? try await read([DirectoryRows.account(address)]).values[0] : nil
        guard let row else {
            let salt = unknownSalt
            _ = try await verify { () throws(CryptographyError) in
                try Scrypt.standard.derive(password: password, salt: salt, count: PasswordHash.hashCount).isEmpty
            }
            return nil
        }
        let (account, hash) = try DirectoryRows.decodeAccount(row, address)
        guard try await verify({ () throws(CryptographyError) in try hash.isHash(of: password) }) else { return nil }
        let verified = Verified(digest: digest, account: account, expires: world.uptime() + limits.credentialLifetime)
        memory.withLock { memory in
            if memory.generation == generation { memory.credentials.insert(verified, for: address) }
        }
        return account
    }

    /// Nothing is read and nothing hashed for one who guesses.
    public func authenticate(_ signIn: SignIn, password: [UInt8]) async throws(DirectoryError) -> Principal? {
        let attempt = try admit(signIn)
        let account = try await authenticate(signIn.name, password: password)
        if account == nil { throttle.fail(attempt, at: world.uptime()) } else { throttle.succeed(attempt) }
        return account.map { Principal(account: $0) }
    }

    /// Nothing is read for one who guesses.
    public func begin(_ signIn: SignIn) async throws(DirectoryError) { _ = try admit(signIn) }

    private func admit(_ signIn: SignIn) throws(DirectoryError) -> GuessThrottle.Attempt {
        // What is no address is nobody's name; all of them are counted as one.
        let known = MailAddress(signIn.name)?.description ?? ""
        return try throttle.admit(String(known.prefix(320)), from: signIn.network, at: world.uptime()).get()
    }

    /// Runs a slow check on the pool; refuses when too many are waiting there already.
    private func verify(
        _ check: @escaping @Sendable () throws(CryptographyError) -> Bool
    ) async throws(DirectoryError) -> Bool {
        let hasRoom = memory.withLock { memory in
            guard memory.pending < limits.pendingVerifications else { return false }
            memory.pending += 1
            return true
        }
        guard hasRoom else { throw .store(TooManyVerifications()) }
        defer { memory.withLock { $0.pending -= 1 } }
        do throws(CryptographyError) { return try await pool.run(check) } catch { throw .store(error) }
    }

    /// `password` as it is stored.
    public func hash(_ password: [UInt8]) async throws(DirectoryError) -> PasswordHash {
        guard (1...PasswordHash.passwordLimit).contains(password.count) else {
            throw .invalid("a password has 1 to \(PasswordHash.passwordLimit) octets")
        }
        let salt = world.randomOctets(PasswordHash.saltCount)
        do throws(CryptographyError) {
            return try await pool.run { () throws(CryptographyError) in try PasswordHash(of: password, salt: salt) }
        } catch { throw .store(error) }
    }

    // MARK: Where does it go?

    /// One read, two for an alias, none if the address was resolved lately. Unknown addresses are not remembered.
    public func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        let (known, generation) = memory.withLock { ($0.names.value(address), $0.generation) }
        if let known { return known }
        guard address.domain.utf8.count <= AddressSyntax.domainLimit else { return .elsewhere }
        guard address.localPart.utf8.count <= AddressSyntax.localPartLimit else {
            let isOurs = try await read([DirectoryRows.domain(address.domain)]).values[0] != nil
            return isOurs ? .unknown : .elsewhere
        }
        let resolution = try await readResolution(address)
        if resolution != .unknown {
            memory.withLock { memory in
                if memory.generation == generation { memory.names.insert(resolution, for: address) }
            }
        }
        return resolution
    }

    /// The address itself goes before the one without its tag, an account before an alias.
    private func readResolution(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        let candidates = [address] + [AddressSyntax.withoutTag(address)].compactMap(\.self)
        let keys = candidates.flatMap { [DirectoryRows.account($0), DirectoryRows.alias($0)] }
        let rows = try await read([DirectoryRows.domain(address.domain)] + keys).values
        guard rows[0] != nil else { return .elsewhere }
        for (index, candidate) in candidates.enumerated() {
            if let row = rows[1 + 2 * index] {
                return .accounts([try DirectoryRows.decodeAccount(row, candidate).account])
            }
            if let row = rows[2 + 2 * index] {
                return try await readMembers(try DirectoryRows.decodeTargets(row, of: candidate))
            }
        }
        return .unknown
    }

    private func readMembers(_ targets: [MailAddress]) async throws(DirectoryError) -> Resolution {
        let rows = try await read(targets.map(DirectoryRows.account)).values
        var accounts: [Account] = []
        for (target, row) in zip(targets, rows) {
            if let row { accounts.append(try DirectoryRows.decodeAccount(row, target).account) }
        }
        return accounts.isEmpty ? .unknown : .accounts(accounts)
    }

    // MARK: Whose number is it?

    /// Two reads, or none if it was asked for lately.
    public func account(_ number: UInt64) async throws(DirectoryError) -> Account? {
        let (known, generation) = memory.withLock { ($0.accounts.value(number), $0.generation) }
        if let known { return known }
        guard let name = try await read([DirectoryRows.address(of: number)]).values[0],
            let address = MailAddress(String(decoding: name, as: UTF8.self)),
            let row = try await read([DirectoryRows.account(address)]).values[0]
        else { return nil }
        let account = try DirectoryRows.decodeAccount(row, address).account
        guard account.number == number else { return nil }
        memory.withLock { memory in
            if memory.generation == generation { memory.accounts.insert(account, for: number) }
        }
        return account
    }

    // MARK: Rows

    func read(_ keys: [RowKey]) async throws(DirectoryError) -> Values {
        do throws(StoreError) { return try await store.read(DirectoryRows.partition, keys) } catch {
            throw .store(error)
        }
    }

    /// Reads with `prepare`, which also says what to write, and commits if nobody else has meanwhile; else again.
    func change<Value>(
        _ keys: [RowKey],
        _ prepare: (Values) async throws(DirectoryError) -> (writes: [Write], value: Value)
    ) async throws(DirectoryError) -> Value {
        while true {
            let found = try await read(keys)
            let (writes, value) = try await prepare(found)
            let operation = OperationID(high: world.random(), low: world.random())
            do throws(StoreError) {
                _ = try await store.commit(
                    DirectoryRows.partition,
                    expecting: found.version,
                    writes,
                    operation: operation
                )
            } catch {
                // Whatever became of it, nothing read before it may be believed.
                forgetAll()
                if case .conflict = error { continue }
                throw .store(error)
            }
            forgetAll()
            return value
        }
    }

    private func forgetAll() {
        memory.withLock { memory in
            memory.generation += 1
            memory.names.removeAll()
            memory.credentials.removeAll()
            memory.accounts.removeAll()
        }
    }

    private func cryptography<Value>(
        _ body: () throws(CryptographyError) -> Value
    ) throws(DirectoryError) -> Value {
        do throws(CryptographyError) { return try body() } catch { throw .store(error) }
    }
}
