internal import COpenSSL

/// What ties an exchange above TLS to its TLS connection, so that nobody can pass it on. RFC 5056.
public enum ChannelBinding: String, Hashable, Sendable, CaseIterable {
    /// 32 octets that only the two ends can compute. RFC 9266.
    case exporter = "tls-exporter"
    /// The hash of the server's certificate. RFC 5929 §4.
    case serverEndPoint = "tls-server-end-point"
}

/// A client's certificate that was verified.
public struct ClientCertificate: Hashable, Sendable {
    /// The mail addresses in its subjectAltName, as it writes them. RFC 5280 §4.2.1.6.
    public var mailboxes: [String]
    /// SHA-256 of the certificate, in lower-case hexadecimal.
    public var fingerprint: String

    /// A certificate of those addresses.
    public init(mailboxes: [String], fingerprint: String) {
        self.mailboxes = mailboxes
        self.fingerprint = fingerprint
    }
}

extension TLSSession {
    /// The binding of that kind; nil where it is not defined.
    func channelBinding(_ kind: ChannelBinding) -> [UInt8]? {
        switch kind {
        case .exporter: exporter
        case .serverEndPoint: serverEndPoint
        }
    }

    /// RFC 9266 §3: TLS 1.2 has to have the extended master secret, else a man in the middle could have the same one on
    /// both sides.
    private var exporter: [UInt8]? {
        guard unsafe SSL_version(ssl) == TLS1_3_VERSION || portico_ssl_has_extended_master_secret(ssl) == 1 else {
            return nil
        }
        let label = "EXPORTER-Channel-Binding"
        var octets = [UInt8](repeating: 0, count: 32)
        // The buffer has the 32 octets that are asked for; the context has no octets, which is not the same as none.
        let status = unsafe SSL_export_keying_material(ssl, &octets, octets.count, label, label.utf8.count, [], 0, 1)
        return status == 1 ? octets : nil
    }

    /// RFC 5929 §4.1: the hash that the certificate is signed with, but SHA-256 instead of MD5 and SHA-1. A signature that
    /// names no hash, as Ed25519, has no binding.
    private var serverEndPoint: [UInt8]? {
        let shown = isServer ? unsafe SSL_get_certificate(ssl) : unsafe SSL_get0_peer_certificate(ssl)
        guard let certificate = unsafe shown else { return nil }
        var signed = NID_undef
        guard unsafe X509_get_signature_info(certificate, &signed, nil, nil, nil) == 1 else { return nil }
        if signed == NID_md5 || signed == NID_sha1 { signed = NID_sha256 }
        guard signed != NID_undef, let hash = unsafe EVP_get_digestbyname(OBJ_nid2sn(signed)) else { return nil }
        return unsafe digest(of: certificate, hash)
    }

    private func digest(of certificate: OpaquePointer, _ hash: OpaquePointer) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        // No hash is longer than the buffer.
        guard unsafe X509_digest(certificate, hash, &octets, &count) == 1 else { return nil }
        return Array(octets.prefix(Int(count)))
    }

    /// What the client showed, if a chain leads to an authority of the context and nothing is wrong with it.
    var clientCertificate: ClientCertificate? {
        guard isServer, let certificate = unsafe SSL_get0_peer_certificate(ssl),
            unsafe SSL_get_verify_result(ssl) == Int(X509_V_OK), let hash = unsafe EVP_sha256(),
            let fingerprint = unsafe digest(of: certificate, hash)
        else { return nil }
        var mailboxes: [String] = []
        while mailboxes.count < 16 {
            var count: Int32 = 0
            guard let octets = unsafe portico_x509_mailbox(certificate, Int32(mailboxes.count), &count) else { break }
            defer { unsafe portico_openssl_free(octets) }
            // The name has `count` octets, and may have any in it.
            let name = unsafe UnsafeRawBufferPointer(start: octets, count: Int(count))
            mailboxes.append(unsafe String(decoding: name, as: UTF8.self))
        }
        let digits = Array("0123456789abcdef".utf8)
        let hexadecimal = fingerprint.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return ClientCertificate(mailboxes: mailboxes, fingerprint: String(decoding: hexadecimal, as: UTF8.self))
    }
}
