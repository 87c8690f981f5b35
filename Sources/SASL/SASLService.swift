public import Directory
public import World

/// Logging in, at every door the same: which mechanisms there are, and one exchange for each attempt.
///
/// The mechanisms are Cyrus SASL's, but those of OAuth, which it has none of. Nothing blocks inside the library: what it
/// would ask for while it computes is fetched before (the keys for SCRAM) or checked afterwards (passwords). What does
/// block, Kerberos and saslauthd, runs on the pool.
public final class SASLService: Sendable {
    /// What whoever runs the service decides.
    public struct Configuration: Sendable {
        /// Who checks passwords that come as they are.
        public enum Passwords: Hashable, Sendable {
            /// The directory.
            case directory
            /// saslauthd, at the socket of that path. The accounts are still the directory's.
            case saslauthd(path: String)
        }

        /// The name of this host, for Kerberos.
        public var hostname: String
        /// What is offered where it can be; those of SCRAM stand for their PLUS variants too.
        public var mechanisms: Set<Mechanism> = [.scramSHA256, .scramSHA1, .plain, .login]
        /// Who checks passwords that come as they are.
        public var passwords = Passwords.directory
        /// Accounts of client certificates, by the certificate's SHA-256 in lower-case hexadecimal. A certificate that is
        /// not among them stands for the account of its only mail address.
        public var certificateAccounts: [String: String] = [:]
        /// The file with this service's keys for Kerberos; nil to offer none.
        public var keytab: String?
        /// The domain of Kerberos' users, for names without one.
        public var kerberosDomain = ""
        /// Who checks OAuth tokens; nil to offer none.
        public var tokens: (any TokenChecker)?
        /// Where a client that was refused may learn how to get a token. RFC 7628 §3.2.2.
        public var openIDConfiguration = ""

        /// The usual mechanisms.
        public init(hostname: String) { self.hostname = hostname }
    }

    /// Octets of one message of a client. Kerberos' tickets may be large; more than the doors' lines carry is no message.
    public static let messageLimit = 48 << 10
    /// Messages of one exchange.
    static let stepLimit = 12

    let configuration: Configuration
    let directory: any Directory
    private let pool: BlockingPool?
    let log: Log
    /// What there is, and what is left of it without a certificate, and without TLS too.
    private let available: [Mechanism]
    private let withoutCertificate: [Mechanism]
    private let unbound: [Mechanism]
    private let hasExternal: Bool
    private let hasPasswords: Bool
    private let saslauthd: Saslauthd?

    /// A service that asks `directory`. What blocks, Kerberos and saslauthd, runs on `pool`, which must not be the
    /// directory's own.
    ///
    /// - Throws: if something is configured that cannot work.
    public init(
        _ configuration: Configuration,
        directory: any Directory,
        pool: BlockingPool? = nil,
        log: Log
    ) throws(SASLError) {
        self.configuration = configuration
        self.directory = directory
        self.pool = pool
        self.log = log
        if case .saslauthd(let path) = configuration.passwords {
            guard pool != nil else { throw .library("saslauthd needs a pool") }
            saslauthd = Saslauthd(path: path)
        } else {
            saslauthd = nil
        }
        let plugins = try SASLLibrary.start(log: log, keytab: configuration.keytab)
        var wanted = configuration.mechanisms
        for mechanism in configuration.mechanisms {
            switch mechanism {
            case .gssapi where configuration.keytab == nil || pool == nil:
                throw .mechanism(mechanism, "there is no keytab")
            case .oauthBearer where configuration.tokens == nil, .xoauth2 where configuration.tokens == nil:
                throw .mechanism(mechanism, "nothing says how tokens are checked")
            case .oauthBearer, .xoauth2: break
            default:
                let name =
                    mechanism.rawValue.hasSuffix("-PLUS") ? mechanism.rawValue.dropLast(5) : mechanism.rawValue[...]
                guard plugins.contains(String(name)) else { throw .mechanism(mechanism, "its plugin is not installed") }
            }
            if let bound = mechanism.bound { wanted.insert(bound) }
        }
        available = Mechanism.allCases.filter(wanted.contains)
        withoutCertificate = available.filter { $0 != .external }
        unbound = withoutCertificate.filter { $0.scram?.isBound != true }
        hasExternal = available.contains(.external)
        hasPasswords = available.contains(.plain) || available.contains(.login)
    }

    /// A service with PLAIN and LOGIN, whose passwords `directory` checks.
    public static func passwords(of directory: any Directory, log: Log) -> SASLService {
        var configuration = Configuration(hostname: "localhost")
        configuration.mechanisms = [.plain, .login]
        do throws(SASLError) {
            return try SASLService(configuration, directory: directory, log: log)
        } catch {
            log(.error, "sasl.unavailable", [("cause", "\(error)")])
            return SASLService(without: configuration, directory, log)
        }
    }

    /// A service without any mechanism: nobody logs in.
    private init(without configuration: Configuration, _ directory: any Directory, _ log: Log) {
        self.configuration = configuration
        self.directory = directory
        self.log = log
        pool = nil
        (available, withoutCertificate, unbound) = ([], [], [])
        (hasExternal, hasPasswords) = (false, false)
        saslauthd = nil
    }

    /// Runs what blocks where it may.
    func block<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        if let pool { await pool.run(work) } else { work() }
    }

    // MARK: What is offered

    /// The mechanisms that work on that connection, the best first.
    public func mechanisms(for peer: SASLPeer) -> [Mechanism] {
        // Not even what keeps the secret to the client: the session that follows would be everybody's. RFC 8314 §3.
        guard peer.isEncrypted || peer.allowsPlaintext else { return [] }
        guard peer.isEncrypted else { return unbound }
        return hasExternal && identity(of: peer) != nil ? available : withoutCertificate
    }

    /// Whether a name and a password may come as they are: by PLAIN or LOGIN, or by the door's own commands for it.
    public func takesPasswords(from peer: SASLPeer) -> Bool {
        hasPasswords && (peer.isEncrypted || peer.allowsPlaintext)
    }

    /// Whether it is offered anywhere.
    func knows(_ mechanism: Mechanism) -> Bool { available.contains(mechanism) }

    func offers(_ mechanism: Mechanism, to peer: SASLPeer) -> Bool { mechanisms(for: peer).contains(mechanism) }

    /// Whom the client's certificate stands for.
    func identity(of peer: SASLPeer) -> String? {
        guard let certificate = peer.certificate else { return nil }
        if let account = configuration.certificateAccounts[certificate.fingerprint] { return account }
        guard certificate.mailboxes.count == 1, let mailbox = certificate.mailboxes.first,
            let address = MailAddress(mailbox), !mailbox.utf8.contains(0)
        else { return nil }
        return address.description
    }

    /// The beginning of an attempt on that connection.
    public func exchange(with peer: SASLPeer) -> SASLExchange { SASLExchange(self, peer) }

    // MARK: Passwords

    /// Checks a password that came as it is, by whatever command. Who guesses is not let through.
    public func checkPassword(_ password: [UInt8], _ signIn: SignIn) async throws(SASLFailure) -> Principal {
        do throws(DirectoryError) {
            switch configuration.passwords {
            case .directory:
                guard let principal = try await directory.authenticate(signIn, password: password) else {
                    throw DirectoryError.notFound(signIn.name)
                }
                return principal
            case .saslauthd:
                try await directory.begin(signIn)
                let isRight = await saslauthd?.checks(
                    password,
                    of: signIn.name,
                    service: SASLPeer(service: signIn.service).serviceName,
                    block: block
                )
                guard let isRight else { throw DirectoryError.store(NoAnswer()) }
                guard let principal = try await directory.end(signIn, isRight ? .password : .failure) else {
                    throw DirectoryError.notFound(signIn.name)
                }
                return principal
            }
        } catch {
            throw SASLFailure(error)
        }
    }

    /// Why saslauthd's word is missing.
    private struct NoAnswer: Error {}
}

/// Why an attempt came to nothing.
public enum SASLFailure: Error, Sendable {
    /// There is no such mechanism here.
    case unknownMechanism
    /// Not before TLS.
    case needsEncryption
    /// What the client sent cannot be read.
    case malformed
    /// Wrong, whatever of it: name, password, proof, identity to act for.
    case refused
    /// Whoever guesses has to wait; nothing was looked at.
    case throttled(wait: Duration)
    /// It cannot be said now; the cause is for the log.
    case unavailable(cause: String)

    init(_ error: DirectoryError) {
        switch error {
        case .tooManyFailures(let wait): self = .throttled(wait: wait)
        case .notFound, .exists, .invalid: self = .refused
        case .store(let cause): self = .unavailable(cause: "\(cause)")
        }
    }
}
