public import Cryptography
internal import Store
internal import Synchronization
internal import World

/// Who is it, and may they come in?
extension StoreDirectory {
    /// A name and a credential that belong together.
    private struct Match {
        var record: AccountRecord
        var credential: Principal.Credential
        var permissions: Permissions
    }

    /// A name that may be somebody's, and what is to be its password.
    private struct Guess {
        var address: MailAddress
        var password: [UInt8]
        /// Of both, keyed.
        var digest: [UInt8]
        /// Enough of it to know it again.
        var short: UInt64 { digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
    }

    /// Whether `password` is the account's own, counting and recording nothing: for those who are trusted.
    public func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        guard let match = try await match(guess(name, password)), case .password = match.credential else { return nil }
        return match.record.account
    }

    /// One read and one slow hash, or neither if the same credential was verified, or refused, lately. Nothing is read and
    /// nothing hashed for one who guesses.
    public func authenticate(_ signIn: SignIn, password: [UInt8]) async throws(DirectoryError) -> Principal? {
        let attempt = try admit(signIn)
        let guess = try guess(signIn.name, password)
        let match = try await match(guess)
        return try await finish(signIn, attempt, match, guess)
    }

    /// Nothing is read for one who guesses.
    public func begin(_ signIn: SignIn) async throws(DirectoryError) { _ = try admit(signIn) }

    /// The keys of an account that has none yet, and of no account, are keyed digests of the name: they are the same each time
    /// it is asked, as are real ones. Real ones get their salt by chance.
    public func scramKeys(of name: String, _ hash: HashFunction) async throws(DirectoryError) -> ScramKeys {
        let address = StoreDirectory.address(ofName: name)
        // Both are done for every name, so that both take as long.
        let unknown = try await unprovable(address?.description ?? name, hash)
        // Where the own password lets nobody in, a proof of it must not look like a right one either.
        guard let address, let record = try await record(address), record.ownPermissions.allow(.imap),
            let keys = record.scram[hash]
        else { return unknown }
        return keys
    }

    /// What is proven is the name of `signIn`.
    public func end(_ signIn: SignIn, _ proof: SignIn.Proof) async throws(DirectoryError) -> Principal? {
        let attempt = try admit(signIn)
        guard let address = StoreDirectory.address(ofName: signIn.name), let record = try await record(address) else {
            return try await finish(signIn, attempt, nil)
        }
        switch proof {
        case .failure: return try await finish(signIn, attempt, nil)
        case .keys(let keys) where !record.scram.values.contains(keys):
            // The password was changed during the exchange. The session must not pass for one of the new password.
            return try await finish(signIn, attempt, nil)
        case .password, .keys:
            let credential = Principal.Credential.password(generation: record.generation)
            let match = Match(record: record, credential: credential, permissions: record.ownPermissions)
            return try await finish(signIn, attempt, match)
        case .credential(let permissions):
            let match = Match(record: record, credential: .other, permissions: permissions)
            return try await finish(signIn, attempt, match)
        }
    }

    /// Reads nothing while the account's record is remembered.
    public func isCurrent(_ principal: Principal) async throws(DirectoryError) -> Bool {
        guard let record = try await record(principal.account.address),
            record.account.number == principal.account.number
        else { return false }
        switch principal.credential {
        case .password(let generation):
            return generation == record.generation && record.ownPermissions.isSuperset(of: principal.permissions)
        case .appPassword(let id): return record.appPasswords.contains { $0.id == id && $0.isGood(at: world.now()) }
        case .other: return true
        }
    }

    /// Has the owners of accounts be told of sign-ins that are unlike them, by what `body` does.
    public func setNotify(_ body: @escaping @Sendable (SignInNotice) async -> Void) {
        memory.withLock { $0.notify = body }
    }

    /// Writes what was counted and not written yet: all of it, or what has waited long enough.
    public func flushSignIns(onlyIfDue: Bool = false) async throws(DirectoryError) {
        do throws(StoreError) {
            if onlyIfDue { try await recorder.flushIfDue() } else { try await recorder.flush() }
        } catch { throw .store(error) }
    }

    // MARK: Steps

    private func admit(_ signIn: SignIn) throws(DirectoryError) -> GuessThrottle.Attempt {
        // What is no address is nobody's name; all of them are counted as one.
        let known = StoreDirectory.address(ofName: signIn.name)?.description ?? ""
        return try throttle.admit(String(known.prefix(320)), from: signIn.network, at: world.uptime()).get()
    }

    /// Counts and records what was found, and decides. A right credential that may not come in counts as a wrong one, as it is
    /// answered like one.
    private func finish(
        _ signIn: SignIn,
        _ attempt: GuessThrottle.Attempt,
        _ match: Match?,
        _ guess: Guess? = nil
    ) async throws(DirectoryError) -> Principal? {
        let now = world.now()
        guard let match else {
            throttle.fail(attempt, guess: guess?.short, at: world.uptime())
            // Of a name that is nobody's the throttle's count is all there is. That a count cannot be written now must not make
            // the answer another one than that.
            if let address = StoreDirectory.address(ofName: signIn.name), let record = try await record(address) {
                _ = try? await add(SignInRecord(signIn, .wrong, at: now), to: record)
            }
            return nil
        }
        let record = match.record
        guard match.permissions.allow(signIn.service) else {
            throttle.fail(attempt, guess: guess?.short, at: world.uptime())
            _ = try? await add(SignInRecord(signIn, .notAllowed, credential: match.credential, at: now), to: record)
            return nil
        }
        let policy = record.account.settings.suspiciousSignIns ?? .notify
        var suspicion: Suspicion?
        if policy != .off {
            let history = try await history(of: record.account.number)
            let allowed = record.allowedNetworks
            suspicion = limits.suspicion.suspicion(of: signIn.address, after: history, allowed: allowed, at: now)
        }
        let isRefused = suspicion != nil && policy == .refuse
        let entry = SignInRecord(
            signIn,
            isRefused ? .refused : .success,
            credential: match.credential,
            suspicion: suspicion,
            at: now
        )
        let isNew: Bool
        do throws(DirectoryError) { isNew = try await add(entry, to: record) } catch {
            // It waits in memory to be written later. When the disk is full, people must get in to make room; but nobody who is
            // not surely the owner.
            guard suspicion == nil else { throw error }
            isNew = false
        }
        if isNew, let suspicion {
            let account = record.account
            await tell(
                SignInNotice(account: account, signIn: signIn, time: now, reason: suspicion, isRefused: isRefused)
            )
        }
        guard !isRefused else {
            throttle.fail(attempt, guess: guess?.short, at: world.uptime())
            return nil
        }
        throttle.succeed(attempt)
        return Principal(account: record.account, permissions: match.permissions, credential: match.credential)
    }

    /// Tells the owner, unless they were told often today.
    private func tell(_ notice: SignInNotice) async {
        guard let body = memory.withLock({ $0.notify }),
            let history = try? await recorder.history(of: notice.account.number)
        else { return }
        let day = notice.time.milliseconds - 86_400_000
        let today = history.records.count { $0.suspicion != nil && $0.first.milliseconds > day }
        guard today <= limits.suspicion.noticesPerDay else { return }
        await body(notice)
    }

    private func add(_ entry: SignInRecord, to record: AccountRecord) async throws(DirectoryError) -> Bool {
        do throws(StoreError) { return try await recorder.add(entry, to: record.account.number) } catch {
            throw .store(error)
        }
    }

    func history(of number: UInt64) async throws(DirectoryError) -> SignInHistory {
        do throws(StoreError) { return try await recorder.history(of: number) } catch { throw .store(error) }
    }

    // MARK: Passwords

    /// nil if no account can have that name or such a password, so that it tells nothing of either.
    private func guess(_ name: String, _ password: [UInt8]) throws(DirectoryError) -> Guess? {
        guard let address = StoreDirectory.address(ofName: name),
            (1...PasswordHash.passwordLimit).contains(password.count)
        else { return nil }
        do throws(CryptographyError) {
            let digest = try SHA256.hmac(Array(address.description.utf8) + [0] + password, key: processKey)
            return Guess(address: address, password: password, digest: digest)
        } catch { throw .store(error) }
    }

    /// The account that has that name and password.
    private func match(_ guess: Guess?) async throws(DirectoryError) -> Match? {
        guard let guess else { return nil }
        let digest = guess.digest
        let (known, refused, generation) = memory.withLock {
            ($0.credentials.value(digest), $0.refusals.value(digest), $0.generation)
        }
        let now = world.uptime()
        if let known, known.expires > now {
            return Match(record: known.record, credential: known.credential, permissions: known.permissions)
        }
        // It is so for every name, whoever's it is or nobody's.
        if let refused, refused > now { return nil }
        guard let (match, lifetime) = try await verify(guess.address, guess.password) else {
            let end = world.uptime() + limits.refusalLifetime
            memory.withLock { memory in
                if memory.generation == generation { memory.refusals.insert(end, for: digest) }
            }
            return nil
        }
        let verified = Verified(
            record: match.record,
            credential: match.credential,
            permissions: match.permissions,
            expires: world.uptime() + min(limits.credentialLifetime, lifetime)
        )
        memory.withLock { memory in
            if memory.generation == generation { memory.credentials.insert(verified, for: digest) }
        }
        return match
    }

    /// Checks an application password by its fast hash, and the account's own by its slow one. A name that is nobody's takes
    /// as long. Returns also how long it may be remembered.
    private func verify(
        _ address: MailAddress,
        _ password: [UInt8]
    ) async throws(DirectoryError) -> (match: Match, lifetime: Duration)? {
        let letters = AppPassword.letters(of: password)
        let keyed = if let letters { try await keyed(letters, for: "app password") } else { [UInt8]() }
        let record = try await record(address)
        if let record {
            let now = world.now()
            let found = record.appPasswords.reduce(nil as AppPassword?) { found, candidate in
                isEqualInConstantTime(candidate.hash, keyed) ? candidate : found
            }
            if let found, found.isGood(at: now) {
                let rest = found.expires.map { Duration.milliseconds($0.milliseconds - now.milliseconds) }
                let match = Match(record: record, credential: .appPassword(found.id), permissions: found.permissions)
                return (match, rest ?? limits.credentialLifetime)
            }
        }
        let forms = StoreDirectory.forms(of: password)
        let (hash, salt) = (record?.hash, unknownSalt)
        let isRight = try await onPool { () throws(CryptographyError) in
            for form in forms {
                if let hash {
                    if try hash.isHash(of: form) { return true }
                } else {
                    _ = try Scrypt.standard.derive(password: form, salt: salt, count: PasswordHash.hashCount)
                }
            }
            return false
        }
        guard let record, isRight else { return nil }
        let match = Match(
            record: record,
            credential: .password(generation: record.generation),
            permissions: record.ownPermissions
        )
        if limits.scramHashes.contains(where: { (record.scram[$0]?.iterations ?? 0) < limits.scramIterations }) {
            // What cannot be written now is written at the next sign-in; who has the password comes in either way.
            try? await addScramKeys(of: password, to: record)
        }
        return (match, limits.credentialLifetime)
    }

    // MARK: SCRAM

    /// Keys for an account whose password was just shown to us, and has none, or such of fewer rounds. Nothing is written if
    /// the account changed meanwhile; the next sign-in makes them then.
    private func addScramKeys(of password: [UInt8], to record: AccountRecord) async throws(DirectoryError) {
        let address = record.account.address
        let keys = try await scramKeys(of: password)
        let found = try await read([DirectoryRows.account(address), DirectoryRows.domain(address.domain)])
        guard let row = found.values[0] else { return }
        var changed = try AccountRecord(row, address, domain: found.values[1])
        guard changed.hash == record.hash else { return }
        changed.scram = keys
        let operation = OperationID(high: world.random(), low: world.random())
        do throws(StoreError) {
            let writes: [Write] = [.put(DirectoryRows.account(address), changed.row)]
            _ = try await store.commit(
                DirectoryRows.partition,
                expecting: found.version,
                writes,
                operation: operation
            )
        } catch .conflict {
            return
        } catch { throw .store(error) }
        // What else is remembered of the account is as it was.
        memory.withLock { memory in
            memory.recordChanges += 1
            memory.records.remove(address)
        }
    }

    /// Keys that look like an account's, and that nobody can prove to have the password of.
    private func unprovable(_ name: String, _ hash: HashFunction) async throws(DirectoryError) -> ScramKeys {
        let name = hash.rawValue + "\0" + name
        let salt = try await keyed(Array(name.utf8), for: "SCRAM salt").prefix(StoreDirectory.scramSaltCount)
        let half = try await keyed(Array(name.utf8), for: "SCRAM stored key")
        let other = try await keyed(Array(name.utf8), for: "SCRAM server key")
        return ScramKeys(
            salt: Array(salt),
            iterations: limits.scramIterations,
            storedKey: Array((half + other).prefix(hash.count)),
            serverKey: Array((other + half).prefix(hash.count))
        )
    }
}
