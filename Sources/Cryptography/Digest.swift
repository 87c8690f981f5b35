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

    /// The digest of octets that come piece by piece.
    @safe public final class Stream {
        private let context: OpaquePointer?
        private var hasFailed: Bool

        /// The digest of nothing yet.
        public init() {
            unsafe context = EVP_MD_CTX_new()
            hasFailed = unsafe context == nil || EVP_DigestInit_ex(context, EVP_sha256(), nil) != 1
        }

        deinit { unsafe EVP_MD_CTX_free(context) }

        /// Takes the next octets.
        public func push(_ octets: Span<UInt8>) {
            guard !hasFailed else { return }
            // The buffer lives for the call.
            let status = unsafe octets.withUnsafeBufferPointer { buffer in
                unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
            }
            if status != 1 { hasFailed = true }
        }

        /// The digest of what came; more may come afterwards.
        public func value() throws(CryptographyError) -> [UInt8] {
            guard !hasFailed, let copy = unsafe EVP_MD_CTX_new() else { throw CryptographyError(operation: "SHA-256") }
            defer { unsafe EVP_MD_CTX_free(copy) }
            var digest = [UInt8](repeating: 0, count: count)
            // The digest has the 32 octets that SHA-256 writes.
            let status = unsafe EVP_MD_CTX_copy_ex(copy, context) == 1 && EVP_DigestFinal_ex(copy, &digest, nil) == 1
            guard status else { throw CryptographyError(operation: "SHA-256") }
            return digest
        }
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
