internal import COpenSSL

/// A key and a certificate that vouches for itself: enough to try TLS, never to be trusted by others. RFC 5280.
public struct SelfSignedCertificate: Sendable {
    /// The certificate as PEM text.
    public let certificate: [UInt8]
    /// Its private key (P-256) as PEM text.
    public let key: [UInt8]

    /// Makes a fresh key and a certificate for `names`.
    ///
    /// - Parameters:
    ///   - names: host names; the first is also the common name.
    ///   - addresses: IP addresses in text.
    ///   - validFrom: seconds since 1970.
    ///   - days: how long it is valid.
    ///   - serial: its serial number; random, so that two certificates of one name differ.
    /// - Throws: `CryptographyError` if a name cannot stand in a certificate.
    public init(
        names: [String],
        addresses: [String],
        validFrom: Int64,
        days: Int,
        serial: UInt64
    ) throws(CryptographyError) {
        let key = try PrivateKey()
        // Freed by the defer; every call below checks what it returns.
        guard let certificate = unsafe X509_new() else { throw CryptographyError(operation: "X509_new") }
        defer { unsafe X509_free(certificate) }
        try check("certificate fields") {
            unsafe X509_set_version(certificate, 2) == 1
                && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1
                && ASN1_TIME_set(X509_getm_notBefore(certificate), time_t(validFrom)) != nil
                && ASN1_TIME_set(X509_getm_notAfter(certificate), time_t(validFrom + Int64(days) * 86_400)) != nil
                && X509_set_pubkey(certificate, key.pointer) == 1
        }
        let commonName = Array((names.first ?? "localhost").utf8)
        try check("certificate name") {
            let name = unsafe X509_get_subject_name(certificate)
            return unsafe X509_NAME_add_entry_by_txt(
                name,
                "CN",
                portico_mbstring_utf8(),
                commonName,
                CInt(commonName.count),
                -1,
                0
            ) == 1
                && X509_set_issuer_name(certificate, name) == 1
        }
        let alternatives = (names.map { "DNS:" + $0 } + addresses.map { "IP:" + $0 }).joined(separator: ",")
        for (identifier, value) in [
            (NID_subject_alt_name, alternatives), (NID_basic_constraints, "critical,CA:FALSE"),
            (NID_key_usage, "critical,digitalSignature"), (NID_ext_key_usage, "serverAuth"),
        ] {
            try check("certificate extension") {
                guard let made = unsafe X509V3_EXT_nconf_nid(nil, nil, identifier, value) else { return false }
                defer { unsafe X509_EXTENSION_free(made) }
                return unsafe X509_add_ext(certificate, made, -1) == 1
            }
        }
        try check("certificate signature") { unsafe X509_sign(certificate, key.pointer, EVP_sha256()) > 0 }
        self.certificate = try unsafe pem { unsafe PEM_write_bio_X509($0, certificate) }
        self.key = try unsafe pem { unsafe PEM_write_bio_PrivateKey($0, key.pointer, nil, nil, 0, nil, nil) }
    }
}

/// A P-256 key, freed with its owner.
@safe private final class PrivateKey {
    let pointer: OpaquePointer

    init() throws(CryptographyError) {
        guard let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else {
            throw CryptographyError(operation: "key generation")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1,
            unsafe EVP_PKEY_keygen(context, &made) == 1, let made = unsafe made
        else { throw CryptographyError(operation: "key generation") }
        unsafe pointer = made
    }

    deinit { unsafe EVP_PKEY_free(pointer) }
}

private func check(_ operation: String, _ body: () -> Bool) throws(CryptographyError) {
    guard body() else { throw CryptographyError(operation: operation) }
}

/// What `write` writes to a memory BIO.
private func pem(_ write: (OpaquePointer) -> CInt) throws(CryptographyError) -> [UInt8] {
    guard let bio = unsafe BIO_new(BIO_s_mem()) else { throw CryptographyError(operation: "BIO_new") }
    defer { unsafe BIO_free(bio) }
    guard unsafe write(bio) == 1 else { throw CryptographyError(operation: "PEM") }
    var text = [UInt8](repeating: 0, count: 8192)
    let count = unsafe BIO_read(bio, &text, CInt(text.count))
    guard count > 0, Int(count) < text.count else { throw CryptographyError(operation: "PEM") }
    return Array(text[..<Int(count)])
}
