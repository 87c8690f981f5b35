public import Cryptography
internal import Octets
internal import Store
internal import Synchronization
internal import World

extension StoreDirectory {
    /// The forms in which a password may have been stored, the likeliest first: prepared (RFC 4013), and as it came. What is
    /// not UTF-8, or cannot be prepared, is its octets and nothing else: RFC 4616 §2 would refuse what cannot be prepared, and
    /// with it passwords that clients have sent for years.
    static func forms(of password: [UInt8]) -> [[UInt8]] {
        let prepared = prepared(password)
        return prepared == password ? [password] : [prepared, password]
    }

    /// A password as it is hashed from now on.
    static func prepared(_ password: [UInt8]) -> [UInt8] {
        guard let text = String(validating: password, as: UTF8.self), let prepared = try? SASLprep.prepare(text),
            !prepared.isEmpty
        else { return password }
        return Array(prepared.utf8)
    }

    /// The address that a name means when somebody signs in with it, at every door the same; nil if it is no address.
    static func address(ofName name: String) -> MailAddress? {
        guard name.utf8.count <= 1000 else { return nil }
        return MailAddress((try? SASLprep.prepare(name)) ?? name)
    }

    /// Runs a slow check on the pool; refuses when too many are waiting there already.
    func onPool<Value: Sendable>(
        _ work: @escaping @Sendable () throws(CryptographyError) -> Value
    ) async throws(DirectoryError) -> Value {
        let hasRoom = memory.withLock { memory in
            guard memory.pending < limits.pendingVerifications else { return false }
            memory.pending += 1
            return true
        }
        guard hasRoom else { throw .store(TooManyVerifications()) }
        defer { memory.withLock { $0.pending -= 1 } }
        do throws(CryptographyError) { return try await pool.run(work) } catch { throw .store(error) }
    }

    /// `password` as it is stored.
    public func hash(_ password: [UInt8]) async throws(DirectoryError) -> PasswordHash {
        let (salt, prepared) = (world.randomOctets(PasswordHash.saltCount), StoreDirectory.prepared(password))
        try StoreDirectory.check(prepared)
        do throws(CryptographyError) {
            return try await pool.run { () throws(CryptographyError) in try PasswordHash(of: prepared, salt: salt) }
        } catch { throw .store(error) }
    }

    static func check(_ password: [UInt8]) throws(DirectoryError) {
        guard (1...PasswordHash.passwordLimit).contains(password.count) else {
            throw .invalid("a password has 1 to \(PasswordHash.passwordLimit) octets")
        }
    }

    /// The keys of a password for SCRAM, of each hash function that is wanted.
    public func scramKeys(of password: [UInt8]) async throws(DirectoryError) -> [HashFunction: ScramKeys] {
        let prepared = StoreDirectory.prepared(password)
        let salts = limits.scramHashes.map { ($0, world.randomOctets(StoreDirectory.scramSaltCount)) }
        let iterations = limits.scramIterations
        do throws(CryptographyError) {
            return try await pool.run { () throws(CryptographyError) in
                var keys: [HashFunction: ScramKeys] = [:]
                for (function, salt) in salts {
                    keys[function] = try ScramKeys(of: prepared, salt: salt, iterations: iterations, function)
                }
                return keys
            }
        } catch { throw .store(error) }
    }

    /// Octets of a salt for SCRAM.
    static let scramSaltCount = 16

    /// The service's secret, made when it is first needed.
    func secret() async throws(DirectoryError) -> [UInt8] {
        if let known = memory.withLock({ $0.secret }) { return known }
        let found = try await read([DirectoryRows.secret])
        if let secret = found.values[0] {
            memory.withLock { $0.secret = secret }
            return secret
        }
        let made = world.randomOctets(32)
        return try await change([DirectoryRows.secret]) { found throws(DirectoryError) in
            if let secret = found.values[0] { return ([], secret) }
            return ([.put(DirectoryRows.secret, made)], made)
        }
    }

    /// A keyed hash under the service's secret; `purpose` keeps hashes of different kinds apart.
    func keyed(_ octets: [UInt8], for purpose: String) async throws(DirectoryError) -> [UInt8] {
        let key = try await secret()
        do throws(CryptographyError) {
            return try SHA256.hmac(Array(purpose.utf8) + [0] + octets, key: key)
        } catch { throw .store(error) }
    }
}
