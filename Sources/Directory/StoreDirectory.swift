public import Cryptography
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
        /// How long a wrong one is: it is answered without being hashed again.
        public var refusalLifetime = Duration.seconds(60)
        /// Wrong ones that are remembered.
        public var rememberedRefusals = 10_000
        /// Passwords that may be waiting to be hashed; beyond, sign-in fails for the moment.
        public var pendingVerifications = 512
        /// Accounts that one alias may name.
        public var aliasTargets = 100
        /// Accounts made in one commit.
        public var accountsPerCommit = 2000
        /// Wrong passwords.
        public var guesses = GuessThrottle.Limits()
        /// The hash functions of which keys for SCRAM are kept. Whoever has the store can try passwords on them faster than on
        /// scrypt; without any, SCRAM signs nobody in.
        public var scramHashes = HashFunction.allCases
        /// Rounds that keys for SCRAM are made with. It is the client that has to do them at each sign-in: 15,000 is what
        /// RFC 7677 §4 says takes a tenth of a second, and an old telephone one or two.
        public var scramIterations = 15_000
        /// Accounts whose whole record is remembered.
        public var rememberedRecords = 20_000
        /// Application passwords of one account.
        public var appPasswords = 50
        /// Networks that one owner allows.
        public var allowedNetworks = 50
        /// When a sign-in is unlike the owner.
        public var suspicion = SuspicionRules()

        /// The usual limits.
        public init() {}
    }

    /// Thrown, as the cause in `.store`, when too many passwords are being checked already.
    public struct TooManyVerifications: Error {}

    /// A credential that was right.
    struct Verified {
        var record: AccountRecord
        var credential: Principal.Credential
        var permissions: Permissions
        var expires: Instant
    }

    struct Memory {
        var names: RecentCache<MailAddress, Resolution>
        /// By the keyed digest of address and password: whoever does not know the key cannot choose where it looks.
        var credentials: RecentCache<[UInt8], Verified>
        /// Until when a digest is known to be that of a wrong one.
        var refusals: RecentCache<[UInt8], Instant>
        var accounts: RecentCache<UInt64, Account>
        var records: RecentCache<MailAddress, AccountRecord>
        /// The service's secret, once it was read.
        var secret: [UInt8]?
        var notify: (@Sendable (SignInNotice) async -> Void)?
        var pending = 0
        /// Grows with each change, so that what was read before one is not remembered after it.
        var generation = 0
        /// Grows with each change to a record that changes nothing else which is remembered.
        var recordChanges = 0
    }

    let store: any RowStore
    let world: World
    let limits: Limits
    let pool: BlockingPool
    let throttle: GuessThrottle
    let memory: Mutex<Memory>
    let recorder: SignInRecorder
    /// Under it passwords are digested for `Verified`; it dies with the process.
    let processKey: [UInt8]
    /// What the password of an unknown name is compared with, so that it takes as long.
    let unknownSalt: [UInt8]

    /// The directory in `store`. Passwords are hashed on `pool`, which bounds how many at once.
    public init(store: any RowStore, world: World, pool: BlockingPool, limits: Limits = Limits()) {
        self.store = store
        self.world = world
        self.pool = pool
        self.limits = limits
        throttle = GuessThrottle(limits: limits.guesses)
        recorder = SignInRecorder(store: store, world: world)
        processKey = world.randomOctets(32)
        unknownSalt = world.randomOctets(PasswordHash.saltCount)
        memory = Mutex(
            Memory(
                names: RecentCache(limit: limits.rememberedNames),
                credentials: RecentCache(limit: limits.rememberedCredentials),
                refusals: RecentCache(limit: limits.rememberedRefusals),
                accounts: RecentCache(limit: limits.rememberedNames),
                records: RecentCache(limit: limits.rememberedRecords)
            )
        )
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
                return .accounts([try AccountRecord(row, candidate, domain: rows[0]).account])
            }
            if let row = rows[2 + 2 * index] {
                return try await readMembers(try DirectoryRows.decodeTargets(row, of: candidate))
            }
        }
        return .unknown
    }

    private func readMembers(_ targets: [MailAddress]) async throws(DirectoryError) -> Resolution {
        let keys = targets.map(DirectoryRows.account) + targets.map { DirectoryRows.domain($0.domain) }
        let rows = try await read(keys).values
        var accounts: [Account] = []
        for (index, target) in targets.enumerated() {
            guard let row = rows[index] else { continue }
            accounts.append(try AccountRecord(row, target, domain: rows[targets.count + index]).account)
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
            let account = try await record(address)?.account, account.number == number
        else { return nil }
        memory.withLock { memory in
            if memory.generation == generation { memory.accounts.insert(account, for: number) }
        }
        return account
    }

    /// Everything about the account of that address; one read, or none if it was asked for lately.
    func record(_ address: MailAddress) async throws(DirectoryError) -> AccountRecord? {
        guard address.localPart.utf8.count <= AddressSyntax.localPartLimit,
            address.domain.utf8.count <= AddressSyntax.domainLimit
        else { return nil }
        let (known, seen) = memory.withLock { ($0.records.value(address), ($0.generation, $0.recordChanges)) }
        if let known { return known }
        let rows = try await read([DirectoryRows.account(address), DirectoryRows.domain(address.domain)]).values
        guard let row = rows[0] else { return nil }
        let record = try AccountRecord(row, address, domain: rows[1])
        memory.withLock { memory in
            if (memory.generation, memory.recordChanges) == seen { memory.records.insert(record, for: address) }
        }
        return record
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

    func forgetAll() {
        memory.withLock { memory in
            memory.generation += 1
            memory.names.removeAll()
            memory.credentials.removeAll()
            memory.refusals.removeAll()
            memory.accounts.removeAll()
            memory.records.removeAll()
        }
    }
}
