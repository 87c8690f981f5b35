internal import COpenSSL

/// SHA-256 and what is built on it. RFC 6234.
public enum SHA256 {
    /// Octets of a digest.
    public static let count = 32

    /// The digest of `octets`.
    public static func hash(_ octets: [UInt8]) throws(CryptographyError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: count)
        // Both buffers live for the call; the digest has the 32 octets that SHA-256 writes.
        let status = unsafe EVP_Digest(octets, octets.count, &digest, nil, EVP_sha256(), nil)
        guard status == 1 else { throw CryptographyError(operation: "SHA-256") }
        return digest
    }

    /// The keyed digest of `octets`. RFC 2104.
    public static func hmac(_ octets: [UInt8], key: [UInt8]) throws(CryptographyError) -> [UInt8] {
        guard let keyCount = CInt(exactly: key.count) else { throw CryptographyError(operation: "HMAC") }
        var digest = [UInt8](repeating: 0, count: count)
        // All buffers live for the call; the digest has the 32 octets that SHA-256 writes.
        let written = unsafe HMAC(EVP_sha256(), key, keyCount, octets, octets.count, &digest, nil)
        guard unsafe written != nil else { throw CryptographyError(operation: "HMAC") }
        return digest
    }
}

/// Whether two secrets are the same, in a time that tells nothing but whether they are as long.
public func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}
