internal import COpenSSL

/// TLS over one socket. The socket does not block, so every call may end in wanting it readable or writable.
@safe final class TLSSession {
    /// What a call came to.
    enum Progress<Value> {
        case done(Value)
        case wants(Interest)
        /// The peer sends no more.
        case end
    }

    let ssl: OpaquePointer
    let isServer: Bool
    /// Kept alive while the connection may call back into it, also when the context has been reloaded meanwhile.
    private let keys: TLSKeys
    private var receiveWants = Interest.input
    private var sendWants = Interest.output
    private var isEstablished = false
    private var hasFailed = false
    /// Whether it is a client's that looks at the server's certificate.
    private var isVerifying = false

    init(_ context: TLSContext, descriptor: Int32, serverName: String?) throws(TransportError) {
        keys = context.keys
        isServer = context.role == .server
        ERR_clear_error()
        guard let ssl = unsafe SSL_new(keys.first) else { throw .tls(TLSErrors.take()) }
        unsafe self.ssl = unsafe ssl
        guard unsafe SSL_set_fd(ssl, descriptor) == 1 else { throw .tls(TLSErrors.take()) }
        switch context.role {
        case .server:
            unsafe SSL_set_accept_state(ssl)
        case .client(let isVerifying):
            unsafe SSL_set_connect_state(ssl)
            self.isVerifying = isVerifying
            if let serverName { try expect(serverName, isVerifying: isVerifying) }
        }
    }

    /// A client's session with a server of which that is expected.
    init(
        _ context: TLSContext,
        descriptor: Int32,
        expecting expectation: TLSExpectation
    ) throws(TransportError) {
        keys = context.keys
        isServer = false
        ERR_clear_error()
        guard context.role != .server else { throw .tls("not a context for clients") }
        guard let ssl = unsafe SSL_new(keys.first) else { throw .tls(TLSErrors.take()) }
        unsafe self.ssl = unsafe ssl
        guard unsafe SSL_set_fd(ssl, descriptor) == 1 else { throw .tls(TLSErrors.take()) }
        unsafe SSL_set_connect_state(ssl)
        isVerifying = unsafe try TLSVerification.expect(expectation, of: ssl)
    }

    deinit { unsafe SSL_free(ssl) }

    /// Asks for the certificate of `name`, and refuses another if the context verifies. RFC 6066 §3: an address is not a
    /// server name.
    private func expect(_ name: String, isVerifying: Bool) throws(TransportError) {
        let isAddress = Address(host: name, port: 0).system != nil
        if !isAddress { unsafe portico_ssl_set_server_name(ssl, name) }
        guard isVerifying else { return }
        let isSet =
            isAddress
            ? unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) : unsafe SSL_set1_host(ssl, name)
        guard isSet == 1 else { throw .tls("\(name) is not a name that can be verified") }
    }

    var info: TLSInfo {
        TLSInfo(
            version: unsafe String(cString: SSL_get_version(ssl)),
            cipher: unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))),
            serverName: unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { unsafe String(cString: $0) },
            peer: unsafe SSL_is_server(ssl) == 1 ? nil : TLSVerification.peer(of: ssl, isVerified: isVerifying)
        )
    }

    /// What reading or writing waits for.
    func interest(for interest: Interest) -> Interest {
        switch interest {
        case .input: receiveWants
        case .output: sendWants
        }
    }

    func handshake() throws(TransportError) -> Progress<Void> {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(ssl)
        guard result != 1 else {
            isEstablished = true
            return .done(())
        }
        return try progress(after: result)
    }

    func receive(
        into input: inout [UInt8],
        limit: Int,
        scratch: UnsafeMutableRawBufferPointer
    ) throws(TransportError) -> Progress<Void> {
        ERR_clear_error()
        receiveWants = .input
        let room = min(max(1, limit), scratch.count)
        let result = unsafe SSL_read(ssl, scratch.baseAddress, Int32(room))
        guard result > 0 else {
            let progress: Progress<Void> = try progress(after: result)
            if case .wants(let interest) = progress { receiveWants = interest }
            return progress
        }
        unsafe input.append(contentsOf: scratch[..<Int(result)])
        return .done(())
    }

    func send(_ output: [UInt8], from offset: Int) throws(TransportError) -> Progress<Int> {
        ERR_clear_error()
        sendWants = .output
        let result = unsafe output.withUnsafeBytes { octets in
            unsafe SSL_write(
                ssl,
                octets.baseAddress.map { unsafe $0 + offset },
                Int32(clamping: octets.count - offset)
            )
        }
        guard result <= 0 else { return .done(Int(result)) }
        let progress: Progress<Int> = try progress(after: result)
        if case .wants(let interest) = progress { sendWants = interest }
        return progress
    }

    private func progress<Value>(after result: Int32) throws(TransportError) -> Progress<Value> {
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wants(.input)
        case SSL_ERROR_WANT_WRITE: return .wants(.output)
        case SSL_ERROR_ZERO_RETURN: return .end
        case SSL_ERROR_SYSCALL:
            hasFailed = true
            throw .closed
        default:
            hasFailed = true
            let reason = TLSErrors.take()
            if isVerifying, !isEstablished, let problem = unsafe TLSVerification.problem(of: ssl) {
                throw .untrusted(problem)
            }
            throw .tls(reason)
        }
    }

    /// Tells the peer that no more comes, if the connection can still carry it.
    func shutDown() {
        guard isEstablished, !hasFailed else { return }
        ERR_clear_error()
        unsafe SSL_shutdown(ssl)
        ERR_clear_error()
    }
}

/// The error queue of the thread.
enum TLSErrors {
    /// Empties the queue; the reasons in the order in which they arose.
    static func take() -> String {
        var reasons: [String] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            if let reason = unsafe ERR_reason_error_string(code) { reasons.append(unsafe String(cString: reason)) }
        }
        return reasons.isEmpty ? "no reason given" : reasons.joined(separator: "; ")
    }
}
