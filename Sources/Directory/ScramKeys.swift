public import Cryptography

/// What a server keeps of a password for SCRAM: enough to check a proof and to prove that it is the server, not enough to
/// sign in with. RFC 5802 §3, RFC 7677.
public struct ScramKeys: Hashable, Sendable {
    /// The salt.
    public var salt: [UInt8]
    /// Rounds of PBKDF2.
    public var iterations: Int
    /// H(ClientKey).
    public var storedKey: [UInt8]
    /// HMAC(SaltedPassword, "Server Key").
    public var serverKey: [UInt8]

    /// Keys that were made before.
    public init(salt: [UInt8], iterations: Int, storedKey: [UInt8], serverKey: [UInt8]) {
        self.salt = salt
        self.iterations = iterations
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    /// The keys of `password`, which was prepared already (RFC 4013). Blocks for as long as the iterations take.
    public init(
        of password: [UInt8],
        salt: [UInt8],
        iterations: Int,
        _ hash: HashFunction
    ) throws(CryptographyError) {
        let salted = try hash.pbkdf2(password: password, salt: salt, iterations: iterations)
        let clientKey = try hash.hmac(Array("Client Key".utf8), key: salted)
        self.init(
            salt: salt,
            iterations: iterations,
            storedKey: try hash.hash(clientKey),
            serverKey: try hash.hmac(Array("Server Key".utf8), key: salted)
        )
    }
}
