internal import COpenSSL

/// The hash functions that SCRAM is defined with, and what is built on them. RFC 6234, RFC 5802, RFC 7677.
public enum HashFunction: String, Hashable, Sendable, CaseIterable {
    /// SHA-1: what old clients know. Broken for signatures, not for keyed use.
    case sha1 = "SHA-1"
    /// SHA-256.
    case sha256 = "SHA-256"
    /// SHA-512.
    case sha512 = "SHA-512"

    /// Octets of a digest.
    public var count: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    private var algorithm: OpaquePointer {
        // The library's own tables: never freed, never nil.
        switch self {
        case .sha1: unsafe EVP_sha1()
        case .sha256: unsafe EVP_sha256()
        case .sha512: unsafe EVP_sha512()
        }
    }

    /// The digest of `octets`.
    public func hash(_ octets: [UInt8]) throws(CryptographyError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: count)
        // Both buffers live for the call; the digest has the octets that this function writes.
        let status = unsafe EVP_Digest(octets, octets.count, &digest, nil, algorithm, nil)
        guard status == 1 else { throw CryptographyError(operation: rawValue) }
        return digest
    }

    /// The keyed digest of `octets`. RFC 2104.
    public func hmac(_ octets: [UInt8], key: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard let keyCount = CInt(exactly: key.count) else { throw CryptographyError(operation: "HMAC") }
        var digest = [UInt8](repeating: 0, count: count)
        // All buffers live for the call; the digest has the octets that this function writes.
        let written = unsafe HMAC(algorithm, key, keyCount, octets, octets.count, &digest, nil)
        guard unsafe written != nil else { throw CryptographyError(operation: "HMAC") }
        return digest
    }

    /// PBKDF2 with this function's HMAC, as long as a digest: `Hi` of RFC 5802 §2.2. RFC 8018 §5.2. Blocks for as long as
    /// the iterations take.
    public func pbkdf2(password: [UInt8], salt: [UInt8], iterations: Int) throws(CryptographyError) -> [UInt8] {
        guard let rounds = CInt(exactly: iterations), rounds > 0, let saltCount = CInt(exactly: salt.count),
            let passwordCount = CInt(exactly: password.count)
        else { throw CryptographyError(operation: "PBKDF2") }
        var key = [UInt8](repeating: 0, count: count)
        let characters = password.map { CChar(bitPattern: $0) }
        // All buffers live for the call and are passed with their lengths.
        let status = unsafe PKCS5_PBKDF2_HMAC(
            characters,
            passwordCount,
            salt,
            saltCount,
            rounds,
            algorithm,
            CInt(count),
            &key
        )
        guard status == 1 else { throw CryptographyError(operation: "PBKDF2") }
        return key
    }
}
