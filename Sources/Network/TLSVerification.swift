internal import COpenSSL

/// What a client tells OpenSSL to expect of a server's certificate, and what OpenSSL found. DANE is RFC 7671 as SMTP uses
/// it, RFC 7672 §3.
enum TLSVerification {
    /// Tells the connection what to expect. Returns whether the certificate is verified at all.
    static func expect(_ expectation: TLSExpectation, of ssl: OpaquePointer) throws(TransportError) -> Bool {
        if let name = expectation.serverName, !isAddress(name) { unsafe portico_ssl_set_server_name(ssl, name) }
        switch expectation.verification {
        case .none: break
        case .names(let names):
            unsafe SSL_set_verify(ssl, SSL_VERIFY_PEER, nil)
            unsafe try expect(names, of: ssl)
            return true
        case .dane(let records, let names):
            guard unsafe try use(records, names, in: ssl) else { break }
            unsafe SSL_set_verify(ssl, SSL_VERIFY_PEER, nil)
            return true
        }
        unsafe SSL_set_verify(ssl, SSL_VERIFY_NONE, nil)
        return false
    }

    private static func isAddress(_ name: String) -> Bool { Address(host: name, port: 0).system != nil }

    private static func expect(_ names: [String], of ssl: OpaquePointer) throws(TransportError) {
        guard let first = names.first else { throw .tls("a server without a name cannot be verified") }
        unsafe SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        if isAddress(first) {
            guard unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), first) == 1 else {
                throw .tls("\(first) is not an address that can be verified")
            }
            return
        }
        for name in names {
            guard !name.isEmpty, unsafe SSL_add1_host(ssl, name) == 1 else {
                throw .tls("\(name) is not a name that can be verified")
            }
        }
    }

    /// Gives OpenSSL the records that can be used; false if none can.
    private static func use(
        _ records: [TLSARecord],
        _ names: [String],
        in ssl: OpaquePointer
    ) throws(TransportError) -> Bool {
        guard let base = names.first else { throw .tls("TLSA records without a name") }
        // RFC 7672 §3.1.3: what leads to a public authority (0 and 1) is not used for SMTP.
        let candidates = records.filter { ($0.usage == 2 || $0.usage == 3) && $0.selector < 2 && $0.matchingType < 3 }
        guard !candidates.isEmpty else { return false }
        guard unsafe SSL_dane_enable(ssl, base) == 1 else { throw .tls(TLSErrors.take()) }
        // RFC 7672 §3.1.1: with usage 3 neither the name nor the dates matter.
        unsafe SSL_dane_set_flags(ssl, UInt(DANE_FLAG_NO_DANE_EE_NAMECHECKS))
        unsafe SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        for name in names.dropFirst() {
            guard unsafe SSL_add1_host(ssl, name) == 1 else { throw .tls("\(name) is not a name that can be verified") }
        }
        var isUsable = false
        for record in candidates {
            let octets = record.association
            let status = unsafe SSL_dane_tlsa_add(
                ssl,
                record.usage,
                record.selector,
                record.matchingType,
                octets,
                octets.count
            )
            if status > 0 { isUsable = true }
        }
        // A record that is no good, a digest of the wrong length say, is as if it were not there.
        ERR_clear_error()
        return isUsable
    }

    /// What OpenSSL has against the certificate; nil if that is not what went wrong.
    static func problem(of ssl: OpaquePointer) -> CertificateProblem? {
        let status = unsafe SSL_get_verify_result(ssl)
        guard status != Int(X509_V_OK) else { return nil }
        let text = unsafe X509_verify_cert_error_string(status).map { unsafe String(cString: $0) } ?? ""
        let kind: CertificateProblem.Kind =
            switch Int32(status) {
            case X509_V_ERR_CERT_HAS_EXPIRED: .expired
            case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .hostMismatch
            case X509_V_ERR_DANE_NO_MATCH: .noTLSAMatch
            default: .notTrusted
            }
        return CertificateProblem(kind, text)
    }

    /// The certificate that the server showed.
    static func peer(of ssl: OpaquePointer, isVerified: Bool) -> TLSPeer {
        var usage: UInt8 = 0
        let isDANE = unsafe SSL_get0_dane_tlsa(ssl, &usage, nil, nil, nil, nil) >= 0
        let trust: TLSPeer.Trust = isDANE ? .dane(usage: usage) : isVerified ? .authorities : .nothing
        return TLSPeer(trust: trust, digests: unsafe digests(of: ssl))
    }

    private static func digests(of ssl: OpaquePointer) -> [[UInt8]] {
        guard let chain = unsafe SSL_get_peer_cert_chain(ssl) else { return [] }
        var digests: [[UInt8]] = []
        for index in 0..<max(0, unsafe portico_x509_count(chain)) {
            guard let certificate = unsafe portico_x509_at(chain, index) else { continue }
            var digest = [UInt8](repeating: 0, count: 32)
            var count: UInt32 = 32
            guard unsafe X509_digest(certificate, EVP_sha256(), &digest, &count) == 1 else { continue }
            digests.append(digest)
        }
        return digests
    }
}
