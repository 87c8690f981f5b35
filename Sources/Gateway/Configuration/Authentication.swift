internal import Cryptography
internal import SASL

extension Configuration {
    /// How people log in. At the REST API it is what checks passwords.
    public struct Authentication: Hashable, Sendable {
        /// What is offered, where it can be.
        public var mechanisms: [AuthenticationMechanism] = [.scramSHA256, .scramSHA1, .plain, .login]
        /// Who checks passwords that come as they are.
        public var passwords = PasswordChecker.directory
        /// The socket of saslauthd.
        public var saslauthd = "/var/run/saslauthd/mux"
        /// Certificates of clients.
        public var clientCertificates = ClientCertificates()
        /// Tokens.
        public var oauth = OAuth()
        /// Kerberos.
        public var gssapi = Kerberos()

        /// Whether logging in may take another program's time.
        var waitsForOthers: Bool { passwords == .saslauthd || mechanisms.contains(.gssapi) }

        /// Of which hash functions keys of passwords are kept: those of the SCRAM mechanisms that are offered.
        var scramHashes: [HashFunction] {
            mechanisms.compactMap { mechanism in
                switch mechanism {
                case .scramSHA512: .sha512
                case .scramSHA256: .sha256
                case .scramSHA1: .sha1
                case .external, .gssapi, .oauthBearer, .xoauth2, .plain, .login: nil
                }
            }
        }

        /// Whose certificates clients are asked for; nil for none.
        var clientAuthorities: String? { clientCertificates.authorities.isEmpty ? nil : clientCertificates.authorities }

        /// SCRAM, PLAIN and LOGIN, with the directory's passwords.
        public init() {}
    }

    /// A SASL mechanism; those of SCRAM stand for their PLUS variants too.
    public enum AuthenticationMechanism: String, Hashable, Sendable, CaseIterable {
        case scramSHA512 = "SCRAM-SHA-512"
        case scramSHA256 = "SCRAM-SHA-256"
        case scramSHA1 = "SCRAM-SHA-1"
        case external = "EXTERNAL"
        case gssapi = "GSSAPI"
        case oauthBearer = "OAUTHBEARER"
        case xoauth2 = "XOAUTH2"
        case plain = "PLAIN"
        case login = "LOGIN"
    }

    /// Who checks passwords.
    public enum PasswordChecker: String, Hashable, Sendable, CaseIterable {
        /// The directory.
        case directory
        /// saslauthd.
        case saslauthd
    }

    /// Which certificates of clients count, and whose they are.
    public struct ClientCertificates: Hashable, Sendable {
        /// The PEM file of the authorities; empty if none are asked for.
        public var authorities = ""
        /// Accounts of certificates that do not name them.
        public var accounts: [CertificateAccount] = []

        /// None.
        public init() {}
    }

    /// Whose a certificate is.
    public struct CertificateAccount: Hashable, Sendable {
        /// SHA-256 of the certificate, in hexadecimal.
        public var fingerprint = ""
        /// The account's address.
        public var account = ""

        /// It must be filled in.
        public init() {}
    }

    /// How tokens are checked.
    public struct OAuth: Hashable, Sendable {
        /// The file with the keys (JWK Set) of signed tokens; empty for none.
        public var keys = ""
        /// Where tokens are asked about.
        public var introspection = Introspection()
        /// Who must have made them.
        public var issuer = ""
        /// For whom.
        public var audience = ""
        /// What for.
        public var scope = ""
        /// The claim that names the account.
        public var accountClaim = "email"
        /// Where clients learn how to get a token.
        public var openIDConfiguration = ""

        /// Not at all.
        public init() {}
    }

    /// Where tokens are asked about. RFC 7662.
    public struct Introspection: Hashable, Sendable {
        /// The URL of the endpoint; empty for none.
        public var url = ""
        /// The name that this service has there.
        public var client = ""
        /// The file with its secret.
        public var secretFile = ""
        /// The PEM file of the authorities that vouch for the endpoint; empty for those of the system.
        public var authorities = ""

        /// None.
        public init() {}
    }

    /// Kerberos.
    public struct Kerberos: Hashable, Sendable {
        /// The file with this service's keys; empty for none.
        public var keytab = ""
        /// The domain of names without one.
        public var domain = ""

        /// None.
        public init() {}
    }
}

extension Mechanism {
    /// What the configuration's word means.
    init(_ word: Configuration.AuthenticationMechanism) {
        self =
            switch word {
            case .scramSHA512: .scramSHA512
            case .scramSHA256: .scramSHA256
            case .scramSHA1: .scramSHA1
            case .external: .external
            case .gssapi: .gssapi
            case .oauthBearer: .oauthBearer
            case .xoauth2: .xoauth2
            case .plain: .plain
            case .login: .login
            }
    }
}
