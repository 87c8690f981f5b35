public import Admission
public import IMAPDoor
public import World

/// Everything that the service is told from outside, as `portico.json5` writes it. Read once, at start-up.
///
/// What names the service or decides whom to trust has no default: it must be written.
public struct Configuration: Hashable, Sendable {
    /// The name of this host in greetings and Received fields.
    public var hostname = ""
    /// The folder of the store.
    public var dataDirectory = ""
    /// Where to listen.
    public var listeners: [Listener] = []
    /// The keys of TLS.
    public var tls: [Certificate] = []
    /// Where a password may come without TLS.
    public var plaintextLogin = PlaintextLogin.never
    /// How people log in.
    public var authentication = Authentication()
    /// Who mail for `<postmaster>` without a domain is for; empty for postmaster at the host's name. RFC 5321 §4.5.1.
    public var postmaster = ""
    /// Addresses of accounts that may set the quotas of others.
    public var administrators: [String] = []
    /// Departures from the grammar that the SMTP doors accept.
    public var smtpLeniencies: [SMTPLeniency] = []
    /// Addresses of accounts of servers that send mail, which IMAP's `submit+` URLs are for.
    public var imapSubmitters: [String] = []
    /// What IMAP clients need that others do not.
    public var imapClients: [IMAPClient] = []
    /// What POP3 gives and keeps.
    public var pop3 = POP3()
    /// The largest message taken, in octets.
    public var messageSizeLimit = 50 << 20
    /// What an account may have, unless an administrator says otherwise.
    public var quota = Quota()
    /// How many connections.
    public var limits = Limits()
    /// How many wrong passwords.
    public var wrongPasswords = WrongPasswords()
    /// How one signs in.
    public var signIns = SignIns()
    /// What is asked of other servers that bring mail.
    public var incoming = Incoming()
    /// What the SMTP doors believe, and how large mail may be for whom.
    public var smtp = SMTP()
    /// Networks of proxies whose connections begin with a PROXY header.
    public var proxies: [String] = []
    /// What those who signed in may send.
    public var submission = SendingSettings()
    /// How mail goes to other servers.
    public var outgoing = Outgoing()
    /// Who is asked for names.
    public var dns = Names()
    /// How much is logged.
    public var logLevel = LogLevel.info
    /// Octets of the store's cache.
    public var storeCacheSize = 32 << 20
    /// How long sessions may go on after the service was told to stop.
    public var gracePeriod = Duration.seconds(10)

    /// A configuration without name, data and listeners.
    public init() {}

    /// A port and what is spoken there.
    public struct Listener: Hashable, Sendable {
        /// What is spoken.
        public var `protocol` = DoorProtocol.smtp
        /// The IP address to listen on, or `unix:` and the path of a socket.
        public var address = ""
        /// The TCP port; 0 for any free one.
        public var port = 0
        /// Who may connect to a UNIX socket, in octal digits.
        public var mode = "0660"

        /// A listener; it must be filled in.
        public init() {}

        /// A listener for `protocol` on that address and port.
        public init(_ protocol: DoorProtocol, _ address: String, _ port: Int) {
            self.protocol = `protocol`
            self.address = address
            self.port = port
        }

        /// The path of the UNIX socket; nil at a port.
        public var path: String? { address.hasPrefix("unix:") ? String(address.dropFirst("unix:".count)) : nil }
    }

    /// What is spoken at a port.
    public enum DoorProtocol: String, Hashable, Sendable, CaseIterable {
        /// Mail from other hosts. RFC 5321.
        case smtp
        /// Mail that this machine's own programs hand over. RFC 2033.
        case lmtp
        /// Mail from users, TLS by STARTTLS. RFC 6409.
        case submission
        /// Mail from users, TLS at once. RFC 8314 §3.3.
        case submissions
        /// IMAP, TLS by STARTTLS.
        case imap
        /// IMAP, TLS at once. RFC 8314 §3.2.
        case imaps
        /// POP3, TLS by STLS.
        case pop3
        /// POP3, TLS at once.
        case pop3s
        /// The REST API, TLS at once.
        case https

        /// Whether TLS starts with the connection.
        public var startsWithTLS: Bool { [.submissions, .imaps, .pop3s, .https].contains(self) }
        /// Whether users sign in there.
        public var signsIn: Bool { ![.smtp, .lmtp].contains(self) }
    }

    /// A certificate and its key.
    public struct Certificate: Hashable, Sendable {
        /// The PEM file of the certificate and those that vouch for it.
        public var certificate = ""
        /// The PEM file of the private key.
        public var key = ""

        /// A certificate; it must be filled in.
        public init() {}

        /// The certificate and key in those files.
        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Where a password may come without TLS.
    public enum PlaintextLogin: String, Hashable, Sendable, CaseIterable {
        /// Nowhere.
        case never
        /// At listeners of a loopback address.
        case loopback
    }

    /// A departure from RFC 5321's grammar that some clients need.
    public enum SMTPLeniency: String, Hashable, Sendable, CaseIterable {
        /// Spaces after the colon of `MAIL FROM:` and `RCPT TO:`.
        case spaceAfterColon
        /// `_` in the names of domains and hosts.
        case underscoreInDomain
    }

    /// What an account may have; 0 for as much as it likes.
    public struct Quota: Hashable, Sendable {
        /// Octets of messages.
        public var storage = 0
        /// Messages.
        public var messages = 0
        /// Folders.
        public var folders = 0

        /// No limits.
        public init() {}
    }

    /// What is done differently for IMAP clients of a name.
    public struct IMAPClient: Hashable, Sendable {
        /// How the name begins that they give of themselves, or `*`.
        public var client = ""
        /// What they need.
        public var quirks: [ClientQuirk] = []

        /// A client; it must be filled in.
        public init() {}
    }

    /// What POP3 clients are given, and what becomes of it.
    public struct POP3: Hashable, Sendable {
        /// The folder that is the maildrop, its levels separated by `/`.
        public var folder = "INBOX"
        /// What becomes of messages that were taken.
        public var leaveOnServer = LeaveOnServer.keep
        /// The time between two logins of one account; 0 for none.
        public var loginDelay = Duration.seconds(0)
        /// Who gets messages whose header is UTF-8.
        public var utf8Headers = UTF8Headers.afterUTF8

        /// INBOX, kept, as often as clients like.
        public init() {}
    }

    /// What becomes of messages that a POP3 client has retrieved.
    public enum LeaveOnServer: String, Hashable, Sendable, CaseIterable {
        /// They stay until a client deletes them.
        case keep
        /// They are removed when the client quits. RFC 2449 §6.7.
        case deleteAfterRetrieval
    }

    /// Which POP3 clients get messages whose header is UTF-8.
    public enum UTF8Headers: String, Hashable, Sendable, CaseIterable {
        /// Those that said UTF8. RFC 6856 §2.1.
        case afterUTF8
        /// All.
        case always
    }

    /// How many connections at once.
    public struct Limits: Hashable, Sendable {
        /// Of all listeners.
        public var connections = 20_000
        /// From one address.
        public var connectionsPerAddress = 200
        /// Not yet signed in.
        public var unauthenticatedConnections = 10_000

        /// The usual limits.
        public init() {}
    }

    /// How many wrong passwords are looked at, at all doors together, until whoever sends them has to wait.
    public struct WrongPasswords: Hashable, Sendable {
        /// For how long they are counted together.
        public var window = Duration.seconds(600)
        /// From one IPv4 address or IPv6 network of 64 bits.
        public var perNetwork = 50
        /// From one network, of one account.
        public var perAccount = 10

        /// The usual limits.
        public init() {}
    }

    /// How much is logged.
    public enum LogLevel: String, Hashable, Sendable, CaseIterable {
        /// What happens all day, and more important things.
        case info
        /// What peers do wrong, and our own failures.
        case notice
        /// Our own failures only.
        case error

        /// The log's own level.
        public var level: Log.Level {
            switch self {
            case .info: .info
            case .notice: .notice
            case .error: .error
            }
        }
    }
}
