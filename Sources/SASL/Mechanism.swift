internal import Cryptography

/// A SASL mechanism that is known here, by its name. RFC 4422 §3.1.
public enum Mechanism: String, Hashable, Sendable, CaseIterable {
    // In the order in which they are announced: what keeps the password to the client first.

    /// RFC 7677's SCRAM with a longer hash, bound to TLS.
    case scramSHA512Plus = "SCRAM-SHA-512-PLUS"
    /// RFC 7677's SCRAM with a longer hash.
    case scramSHA512 = "SCRAM-SHA-512"
    /// RFC 7677, bound to TLS.
    case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
    /// RFC 7677.
    case scramSHA256 = "SCRAM-SHA-256"
    /// RFC 5802, bound to TLS.
    case scramSHA1Plus = "SCRAM-SHA-1-PLUS"
    /// RFC 5802.
    case scramSHA1 = "SCRAM-SHA-1"
    /// The certificate that the client showed in TLS. RFC 4422 §A.
    case external = "EXTERNAL"
    /// Kerberos. RFC 4752.
    case gssapi = "GSSAPI"
    /// An OAuth 2 token. RFC 7628.
    case oauthBearer = "OAUTHBEARER"
    /// The same, as Google and Microsoft had it first.
    case xoauth2 = "XOAUTH2"
    /// Name and password. RFC 4616.
    case plain = "PLAIN"
    /// Name and password, one after the other: old Outlook.
    case login = "LOGIN"

    /// For SCRAM: its hash, and whether it is bound to TLS.
    var scram: (hash: HashFunction, isBound: Bool)? {
        switch self {
        case .scramSHA512Plus: (.sha512, true)
        case .scramSHA512: (.sha512, false)
        case .scramSHA256Plus: (.sha256, true)
        case .scramSHA256: (.sha256, false)
        case .scramSHA1Plus: (.sha1, true)
        case .scramSHA1: (.sha1, false)
        default: nil
        }
    }

    /// For SCRAM: the one that is bound to TLS.
    var bound: Mechanism? { scram.flatMap { _ in Mechanism(rawValue: rawValue + "-PLUS") } }
}
