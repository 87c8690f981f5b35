internal import COpenSSL
internal import Synchronization

/// The keys and rules of TLS connections; one for many.
///
/// TLS 1.2 and 1.3 only, and of 1.2 only what has forward secrecy and authenticated encryption (RFC 9325 §4.2); no
/// renegotiation, no compression; sessions are resumed by tickets, so the server remembers none.
public final class TLSContext: Sendable {
    /// A certificate and its key, as PEM files.
    public struct Identity: Hashable, Sendable {
        /// The certificate, then those that lead to the root.
        public var certificateFile: String
        /// The private key, without a password.
        public var keyFile: String

        /// The identity in those files.
        public init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// What a client asks of the server's certificate.
    public enum Verification: Hashable, Sendable {
        /// Nothing: encryption against those who only listen, for opportunistic TLS. RFC 7435.
        case none
        /// A chain to one of the system's authorities, and the server's name.
        case systemAuthorities
        /// A chain to one of the authorities in a PEM file, and the server's name.
        case authorities(file: String)
    }

    enum Role: Hashable {
        case server
        case client(isVerifying: Bool)
    }

    private enum Source: Sendable {
        case server([Identity], clientAuthorities: String?)
        case client(Verification)
    }

    let role: Role
    private let source: Source
    private let current: Mutex<TLSKeys>

    private init(_ source: Source, role: Role) throws(TransportError) {
        self.source = source
        self.role = role
        current = Mutex(try Self.load(source))
    }

    /// For servers: of several identities the client's server name selects the first whose certificate bears it, else
    /// the very first is shown.
    ///
    /// - Parameters:
    ///   - identities: the certificates.
    ///   - clientAuthorities: a PEM file of the authorities whose certificates a client may show; nil asks for none. A
    ///     client without one is served as well, and so is one whose certificate nobody here vouches for: see
    ///     `Stream.clientCertificate`.
    /// - Returns: the context.
    /// - Throws: `.tls` if a file cannot be read or a key does not belong to its certificate.
    public static func server(
        identities: [Identity],
        clientAuthorities: String? = nil
    ) throws(TransportError) -> TLSContext {
        guard !identities.isEmpty else { throw .tls("a server needs a certificate") }
        return try TLSContext(.server(identities, clientAuthorities: clientAuthorities), role: .server)
    }

    /// For clients.
    ///
    /// - Throws: `.tls` if the authorities cannot be read.
    public static func client(verification: Verification) throws(TransportError) -> TLSContext {
        try TLSContext(.client(verification), role: .client(isVerifying: verification != .none))
    }

    /// Reads the files again. New connections use what they hold now, running ones keep what they have; if it throws,
    /// nothing has changed.
    public func reload() throws(TransportError) {
        let keys = try Self.load(source)
        current.withLock { $0 = keys }
    }

    var keys: TLSKeys { current.withLock { $0 } }

    private static func load(_ source: Source) throws(TransportError) -> TLSKeys {
        switch source {
        case .server(let identities, let authorities): try TLSKeys(serving: identities, clientAuthorities: authorities)
        case .client(let verification): try TLSKeys(verifying: verification)
        }
    }
}
