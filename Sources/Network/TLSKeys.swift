internal import COpenSSL

/// OpenSSL's contexts, one for each certificate, as they were read at one moment.
@safe final class TLSKeys: @unchecked Sendable {
    @safe private struct Context {
        let pointer: OpaquePointer
    }

    private let contexts: [Context]

    /// The context that a connection starts with.
    let first: OpaquePointer

    init(serving identities: [TLSContext.Identity], clientAuthorities: String? = nil) throws(TransportError) {
        var contexts: [Context] = []
        do throws(TransportError) {
            for identity in identities {
                let context = unsafe try Self.make(TLS_server_method())
                contexts.append(unsafe Context(pointer: context))
                unsafe try Self.use(identity, in: context)
                if let file = clientAuthorities, unsafe portico_ssl_ctx_ask_for_certificate(context, file) != 1 {
                    throw TransportError.tls("cannot read the authorities of clients in \(file): \(TLSErrors.take())")
                }
            }
        } catch {
            for context in contexts { unsafe SSL_CTX_free(context.pointer) }
            throw error
        }
        guard let first = unsafe contexts.first?.pointer else { throw .tls("a server needs a certificate") }
        unsafe self.first = unsafe first
        self.contexts = contexts
        // Sessions keep this object alive, so the callback's pointer to it outlives every handshake.
        let selector = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe portico_ssl_ctx_on_server_name(
            first,
            { ssl, _, argument in
                guard let argument = unsafe argument else { return SSL_TLSEXT_ERR_OK }
                unsafe Unmanaged<TLSKeys>.fromOpaque(argument).takeUnretainedValue().select(for: ssl)
                return SSL_TLSEXT_ERR_OK
            },
            selector
        )
    }

    init(verifying verification: TLSContext.Verification) throws(TransportError) {
        let context = unsafe try Self.make(TLS_client_method())
        let status: Int32
        switch verification {
        case .none: status = 1
        case .systemAuthorities: status = unsafe SSL_CTX_set_default_verify_paths(context)
        case .authorities(let file): status = unsafe SSL_CTX_load_verify_file(context, file)
        }
        guard status == 1 else {
            unsafe SSL_CTX_free(context)
            throw .tls("cannot read the authorities: \(TLSErrors.take())")
        }
        unsafe SSL_CTX_set_verify(context, verification == .none ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
        unsafe SSL_CTX_dane_enable(context)
        unsafe first = unsafe context
        contexts = [unsafe Context(pointer: context)]
    }

    deinit { for context in contexts { unsafe SSL_CTX_free(context.pointer) } }

    private static func make(_ method: OpaquePointer?) throws(TransportError) -> OpaquePointer {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(method) else { throw .tls(TLSErrors.take()) }
        unsafe portico_ssl_ctx_set_min_version(context, TLS1_2_VERSION)
        unsafe portico_ssl_ctx_set_options(context)
        unsafe portico_ssl_ctx_set_mode(
            context,
            Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS)
        )
        unsafe portico_ssl_ctx_no_session_cache(context)
        // One read takes the header of a record and what follows it.
        unsafe portico_ssl_ctx_read_ahead(context)
        unsafe SSL_CTX_set_num_tickets(context, 1)
        let ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"
        guard unsafe SSL_CTX_set_cipher_list(context, ciphers) == 1,
            unsafe portico_ssl_ctx_set_groups(context, "X25519:P-256:P-384") == 1,
            unsafe SSL_CTX_set_session_id_context(context, ciphers, 7) == 1
        else {
            unsafe SSL_CTX_free(context)
            throw .tls(TLSErrors.take())
        }
        return unsafe context
    }

    private static func use(_ identity: TLSContext.Identity, in context: OpaquePointer) throws(TransportError) {
        guard unsafe SSL_CTX_use_certificate_chain_file(context, identity.certificateFile) == 1 else {
            throw .tls("cannot use \(identity.certificateFile): \(TLSErrors.take())")
        }
        guard unsafe SSL_CTX_use_PrivateKey_file(context, identity.keyFile, SSL_FILETYPE_PEM) == 1,
            unsafe SSL_CTX_check_private_key(context) == 1
        else { throw .tls("cannot use \(identity.keyFile): \(TLSErrors.take())") }
    }

    /// Shows the certificate that bears the name the client asked for.
    private func select(for ssl: OpaquePointer?) {
        guard contexts.count > 1, let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else {
            return
        }
        for context in contexts
        where unsafe X509_check_host(SSL_CTX_get0_certificate(context.pointer), name, 0, 0, nil) == 1 {
            unsafe SSL_set_SSL_CTX(ssl, context.pointer)
            return
        }
    }
}
