internal import COpenSSL
public import World

/// A certificate that vouches for itself, for demonstrations and tests: no client trusts it unasked.
public struct SelfSignedCertificate: Hashable, Sendable {
    /// The certificate, as PEM.
    public var certificate: String
    /// Its private key (ECDSA on P-256), as PEM.
    public var key: String

    /// Makes a key and a certificate for `names`, host names or numeric addresses, the first of which is also the
    /// subject.
    ///
    /// - Throws: `.tls` if OpenSSL refuses, for instance a name that cannot be in a certificate.
    public init(names: [String], validity: Duration = .seconds(365 * 86_400), world: World) throws(TransportError) {
        guard let subject = names.first, names.allSatisfy(Self.canBeNamed) else {
            throw .tls("not names for a certificate: \(names)")
        }
        ERR_clear_error()
        guard let key = unsafe portico_make_p256_key() else { throw .tls(TLSErrors.take()) }
        defer { unsafe EVP_PKEY_free(key) }
        guard let certificate = unsafe X509_new() else { throw .tls(TLSErrors.take()) }
        defer { unsafe X509_free(certificate) }
        let now = Int(clamping: world.now().seconds)
        let alternatives = names.map { (Self.isAddress($0) ? "IP:" : "DNS:") + $0 }.joined(separator: ",")
        unsafe ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), world.random() >> 1)
        unsafe X509_set_version(certificate, 2)
        // A clock that runs a little late must not find it invalid.
        unsafe ASN1_TIME_set(X509_getm_notBefore(certificate), now - 3600)
        unsafe ASN1_TIME_set(X509_getm_notAfter(certificate), now + Int(validity.components.seconds))
        let name = unsafe X509_get_subject_name(certificate)
        guard unsafe X509_set_pubkey(certificate, key) == 1,
            unsafe X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, String(subject.prefix(64)), -1, -1, 0) == 1,
            unsafe X509_set_issuer_name(certificate, name) == 1,
            unsafe Self.add(NID_subject_alt_name, alternatives, to: certificate),
            unsafe Self.add(NID_basic_constraints, "critical,CA:TRUE", to: certificate),
            unsafe X509_sign(certificate, key, EVP_sha256()) > 0
        else { throw .tls(TLSErrors.take()) }
        self.certificate = unsafe try Self.text { unsafe PEM_write_bio_X509($0, certificate) }
        self.key = unsafe try Self.text { unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
    }

    /// Whether it can stand in the list that OpenSSL reads: letters, digits and a few marks, but no comma.
    private static func canBeNamed(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                    UInt8(ascii: "*"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func isAddress(_ name: String) -> Bool { Address(host: name, port: 0).system != nil }

    private static func add(_ kind: Int32, _ value: String, to certificate: OpaquePointer) -> Bool {
        guard let made = unsafe X509V3_EXT_conf_nid(nil, nil, kind, value) else { return false }
        defer { unsafe X509_EXTENSION_free(made) }
        return unsafe X509_add_ext(certificate, made, -1) == 1
    }

    private static func text(_ write: (OpaquePointer) -> Int32) throws(TransportError) -> String {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { throw .tls(TLSErrors.take()) }
        defer { unsafe BIO_free(memory) }
        guard unsafe write(memory) == 1 else { throw .tls(TLSErrors.take()) }
        var octets = [UInt8](repeating: 0, count: Int(unsafe BIO_ctrl_pending(memory)))
        let count = unsafe BIO_read(memory, &octets, Int32(octets.count))
        return String(decoding: octets.prefix(max(0, Int(count))), as: UTF8.self)
    }

    /// Whether the first certificate of a PEM text is still valid at `moment`; false if there is none.
    public static func isValid(_ pem: [UInt8], at moment: Timestamp) -> Bool {
        ERR_clear_error()
        guard let memory = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else { return false }
        defer { unsafe BIO_free(memory) }
        guard let certificate = unsafe PEM_read_bio_X509(memory, nil, nil, nil) else { return false }
        defer { unsafe X509_free(certificate) }
        return unsafe ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), Int(clamping: moment.seconds)) > 0
    }
}
