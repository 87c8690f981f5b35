public import Network
internal import Resolver
public import SMTPClient

/// Where mail for some domains goes whatever DNS says: a smarthost, a server behind this one, a mailbox program.
///
/// The servers of a route are one destination, however many domains go there: they share its connections, and when none
/// answers, all of them wait. Mail comes from the addresses that its kind has, as everywhere else; but a server that was
/// chosen does not judge by the address, so that new ones need not warm up there, and it takes mail as fast as it likes unless
/// the shaping names it, or it asks to go slower.
public struct StaticRoute: Sendable {
    /// Which destinations it is for.
    public enum Pattern: Hashable, Sendable {
        /// Every one.
        case all
        /// That domain, in lower case and A-labels.
        case domain(String)
        /// Every domain below that one, in lower case and A-labels, not the domain itself.
        case below(String)

        /// `*`, `example.org` or `.example.org`.
        public init(_ text: String) {
            let text = InternationalDomain.comparable(text)
            if text == "*" {
                self = .all
            } else if text.utf8.first == UInt8(ascii: ".") {
                self = .below(String(text.dropFirst()))
            } else {
                self = .domain(text)
            }
        }
    }

    /// How the connection is to be secured.
    public enum Encryption: String, Hashable, Sendable, CaseIterable {
        /// Never.
        case none
        /// If the server offers it; nothing is verified.
        case opportunistic
        /// Always; nothing is verified.
        case required
        /// Always, and the certificate has the server's name and leads to an authority of the system's.
        case verified
        /// The same, with TLS from the first octet.
        case implicit
    }

    /// A server: a host name or a numeric address, and a port.
    public struct Server: Hashable, Sendable {
        /// A name, or a numeric address without brackets.
        public var host: String
        /// Its port.
        public var port: Int

        /// That server.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `host`, `host:port`, `[address]` or `[address]:port`; nil if it is none of them.
        public init?(_ text: String, port standard: Int = 25) {
            var host = text[...]
            var port = standard
            if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
                guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else {
                    return nil
                }
                port = number
                host = text[..<colon]
            }
            if host.first == "[" {
                guard host.last == "]", host.count > 2 else { return nil }
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                return nil
            }
            guard !host.isEmpty, host.utf8.count <= 255 else { return nil }
            self.init(host: host.lowercased(), port: port)
        }
    }

    /// Which destinations it is for.
    public var pattern: Pattern
    /// The servers, in the order in which they are tried. None: what DNS says, only with these other settings.
    public var servers: [Server]
    /// What is spoken.
    public var dialect: Settings.Dialect
    /// How it is secured.
    public var encryption: Encryption
    /// Who signs in; nil for nobody.
    public var authenticator: (any Authenticator)?
    /// The address that connections come from, whatever is sent, its port 0; nil for that of the kind of mail.
    public var source: Address?

    /// A route by SMTP.
    public init(
        _ pattern: Pattern,
        to servers: [Server],
        dialect: Settings.Dialect = .smtp,
        encryption: Encryption = .opportunistic,
        authenticator: (any Authenticator)? = nil,
        source: Address? = nil
    ) {
        self.pattern = pattern
        self.servers = servers
        self.dialect = dialect
        self.encryption = encryption
        self.authenticator = authenticator
        self.source = source
    }
}
