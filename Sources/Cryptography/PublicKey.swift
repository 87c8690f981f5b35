internal import COpenSSL

/// A public key that checks signatures, and the algorithms that it is for.
@safe public final class PublicKey: @unchecked Sendable {
    /// Curves. RFC 7518 §6.2.1.1.
    public enum Curve: String, Hashable, Sendable {
        case p256 = "P-256"
        case p384 = "P-384"
        case p521 = "P-521"

        /// Octets of a coordinate.
        public var count: Int {
            switch self {
            case .p256: 32
            case .p384: 48
            case .p521: 66
            }
        }
    }

    private enum Kind: Hashable {
        case rsa
        case elliptic(Curve)
        case edwards
    }

    /// RSA's modulus must have as many bits. RFC 7518 §3.3.
    public static let smallestModulus = 2048

    private let key: OpaquePointer
    private let kind: Kind

    /// An RSA key of those numbers, the first octet the highest.
    public init(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) {
        guard (1...2048).contains(modulus.count), (1...8).contains(exponent.count),
            let key = unsafe portico_public_rsa(modulus, Int32(modulus.count), exponent, Int32(exponent.count))
        else { throw CryptographyError(operation: "an RSA key") }
        unsafe self.key = unsafe key
        kind = .rsa
        guard unsafe EVP_PKEY_get_bits(key) >= Self.smallestModulus else {
            throw CryptographyError(operation: "an RSA key that is too short")
        }
    }

    /// The key that is a point of a curve.
    public init(_ curve: Curve, x: [UInt8], y: [UInt8]) throws(CryptographyError) {
        let point = [4] + x + y
        guard x.count == curve.count, y.count == curve.count,
            let key = unsafe portico_public_ec(curve.rawValue, point, point.count)
        else { throw CryptographyError(operation: "an elliptic key") }
        unsafe self.key = unsafe key
        kind = .elliptic(curve)
    }

    /// A key of Ed25519. RFC 8037 §2.
    public init(ed25519 octets: [UInt8]) throws(CryptographyError) {
        guard octets.count == 32,
            let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, octets, octets.count)
        else { throw CryptographyError(operation: "an Ed25519 key") }
        unsafe self.key = unsafe key
        kind = .edwards
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// How something was signed. RFC 7518 §3.1, RFC 8037 §3.1; those with a shared secret are not among them.
    public enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case rs256 = "RS256"
        case rs384 = "RS384"
        case rs512 = "RS512"
        case ps256 = "PS256"
        case ps384 = "PS384"
        case ps512 = "PS512"
        case es256 = "ES256"
        case es384 = "ES384"
        case es512 = "ES512"
        case edDSA = "EdDSA"

        fileprivate var hash: OpaquePointer? {
            switch self {
            case .rs256, .ps256, .es256: unsafe EVP_sha256()
            case .rs384, .ps384, .es384: unsafe EVP_sha384()
            case .rs512, .ps512, .es512: unsafe EVP_sha512()
            case .edDSA: nil
            }
        }

        fileprivate var isPSS: Bool { [.ps256, .ps384, .ps512].contains(self) }
    }

    /// Whether signatures of that algorithm can be this key's.
    public func suits(_ algorithm: Algorithm) -> Bool {
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: kind == .rsa
        case .es256: kind == .elliptic(.p256)
        case .es384: kind == .elliptic(.p384)
        case .es512: kind == .elliptic(.p521)
        case .edDSA: kind == .edwards
        }
    }

    /// Whether `signature` is what the key's owner made of `text`. Elliptic ones are r and s, as RFC 7518 §3.4 has them.
    public func verifies(_ signature: [UInt8], of text: [UInt8], _ algorithm: Algorithm) -> Bool {
        guard suits(algorithm), !signature.isEmpty else { return false }
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard case .elliptic(let curve) = kind else {
            return verify(signature, text, algorithm)
        }
        var count: Int32 = 0
        guard signature.count == 2 * curve.count,
            let der = unsafe portico_ecdsa_der(signature, Int32(curve.count), &count)
        else { return false }
        defer { unsafe portico_key_free_memory(der) }
        return verify(unsafe Array(UnsafeBufferPointer(start: der, count: Int(count))), text, algorithm)
    }

    private func verify(_ signature: [UInt8], _ text: [UInt8], _ algorithm: Algorithm) -> Bool {
        // All buffers live for the call and are passed with their lengths.
        unsafe portico_verify(
            key,
            algorithm.hash,
            algorithm.isPSS ? 1 : 0,
            signature,
            signature.count,
            text,
            text.count
        ) == 1
    }
}
