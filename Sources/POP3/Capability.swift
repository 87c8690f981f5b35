/// What a server says that it can do. RFC 2449 §6.
public enum Capability: Hashable, Sendable {
    /// The TOP command. RFC 2449 §6.1.
    case top
    /// The UIDL command. RFC 2449 §6.8.
    case uidl
    /// USER and PASS may be used. RFC 2449 §6.2.
    case user
    /// AUTH may be used with these mechanisms. RFC 2449 §6.3.
    case sasl([String])
    /// Commands may be sent before the answers to earlier ones. RFC 2449 §6.6.
    case pipelining
    /// An `-ERR` may begin with a code in brackets. RFC 2449 §6.4.
    case responseCodes
    /// A failed login tells `AUTH` from `SYS`. RFC 3206 §5.
    case authResponseCode
    /// TLS may be started. RFC 2595 §4.
    case stls
    /// Messages stay until they are deleted. RFC 2449 §6.7.
    case expireNever
    /// What was retrieved is removed with QUIT; or, before a login, may be: it depends on the user. RFC 2449 §6.7.
    case expireAtOnce(dependsOnUser: Bool = false)
    /// The least seconds between two logins; or, before a login, the most that they may be. RFC 2449 §6.5.
    case loginDelay(Int, dependsOnUser: Bool = false)
    /// UTF8 may be said; names and passwords may be UTF-8 without it. RFC 6856 §2.
    case utf8
    /// LANG may be said. RFC 6856 §3.
    case lang
    /// Whose server it is. RFC 2449 §6.9.
    case implementation(String)

    /// The capability as CAPA lists it.
    public var text: String {
        switch self {
        case .top: "TOP"
        case .uidl: "UIDL"
        case .user: "USER"
        case .sasl(let mechanisms): "SASL " + mechanisms.joined(separator: " ")
        case .pipelining: "PIPELINING"
        case .responseCodes: "RESP-CODES"
        case .authResponseCode: "AUTH-RESP-CODE"
        case .stls: "STLS"
        case .expireNever: "EXPIRE NEVER"
        case .expireAtOnce(let dependsOnUser): "EXPIRE 0" + (dependsOnUser ? " USER" : "")
        case .loginDelay(let seconds, let dependsOnUser): "LOGIN-DELAY \(seconds)" + (dependsOnUser ? " USER" : "")
        case .utf8: "UTF8 USER"
        case .lang: "LANG"
        case .implementation(let name): "IMPLEMENTATION \(name)"
        }
    }
}
