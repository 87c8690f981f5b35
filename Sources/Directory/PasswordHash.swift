public import Cryptography
internal import Octets

/// A password as it is stored: `scrypt$14,8,1$salt$hash`, salt and hash in base64, the numbers log2 N, r and p.
public struct PasswordHash: Hashable, Sendable {
    /// Octets of a salt.
    static let saltCount = 16
    /// Octets of a hash.
    static let hashCount = 32
    /// Octets that a password may have.
    public static let passwordLimit = 1024

    var parameters: Scrypt
    var salt: [UInt8]
    var hash: [UInt8]

    /// Hashes `password`; blocks for as long as scrypt takes.
    public init(
        of password: [UInt8],
        salt: [UInt8],
        parameters: Scrypt = .standard
    ) throws(CryptographyError) {
        self.parameters = parameters
        self.salt = salt
        hash = try parameters.derive(password: password, salt: salt, count: PasswordHash.hashCount)
    }

    /// The hash that `text` writes; nil if it writes none.
    init?(_ text: some StringProtocol) {
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 4, fields[0] == "scrypt" else { return nil }
        let numbers = fields[1].split(separator: ",", omittingEmptySubsequences: false)
        guard numbers.count == 3, let costExponent = UInt8(numbers[0]), let blockSize = UInt32(numbers[1]),
            let parallelization = UInt32(numbers[2]),
            let salt = Base64.decodeStrictly(Array(fields[2].utf8).span),
            let hash = Base64.decodeStrictly(Array(fields[3].utf8).span), hash.count == PasswordHash.hashCount
        else { return nil }
        parameters = Scrypt(costExponent: costExponent, blockSize: blockSize, parallelization: parallelization)
        self.salt = salt
        self.hash = hash
    }

    /// The text that is stored.
    var text: String {
        let numbers = "\(parameters.costExponent),\(parameters.blockSize),\(parameters.parallelization)"
        let salt = String(decoding: Base64.encode(salt.span), as: UTF8.self)
        return "scrypt$\(numbers)$\(salt)$\(String(decoding: Base64.encode(hash.span), as: UTF8.self))"
    }

    /// Whether it is the hash of `password`; blocks for as long as scrypt takes.
    public func isHash(of password: [UInt8]) throws(CryptographyError) -> Bool {
        let other = try parameters.derive(password: password, salt: salt, count: hash.count)
        return isEqualInConstantTime(hash, other)
    }
}
