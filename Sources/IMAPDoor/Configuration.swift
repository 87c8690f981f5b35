public import IMAP
internal import Mailbox
public import Network

extension IMAPDoor {
    /// What whoever runs the service decides about this door.
    public struct Configuration: Sendable {
        /// The name of this host, for the greeting.
        public var hostname: String
        /// Keys for STARTTLS; nil where TLS is there from the first octet, or not at all.
        public var tls: TLSContext?
        /// Whether a password may come in the clear. If not, LOGINDISABLED is announced and AUTH hidden until TLS is
        /// there. RFC 3501 §6.2.3.
        public var allowsPlaintextLogin: Bool
        /// What ID answers as name. RFC 2971 §3.3.
        public var serverName: String
        /// What ID answers as version; nil to keep it to ourselves.
        public var serverVersion: String?
        /// Addresses of accounts that may set quotas, those of others too. RFC 9208 §4.1.3.
        public var administrators: Set<String> = []
        /// Addresses of the accounts of servers that send mail for its users, and read for that what URLs with `submit+`
        /// name. RFC 4467 §3.
        public var submitters: Set<String> = []
        /// What is done differently for some clients.
        public var profiles: [ClientProfile] = []
        /// How much and how long.
        public var limits = Limits()

        /// A configuration with the usual limits.
        public init(
            hostname: String,
            tls: TLSContext? = nil,
            allowsPlaintextLogin: Bool = false,
            serverName: String = "Portico",
            serverVersion: String? = nil
        ) {
            self.hostname = hostname
            self.tls = tls
            self.allowsPlaintextLogin = allowsPlaintextLogin
            self.serverName = serverName
            self.serverVersion = serverVersion
        }
    }

    /// What one session may use. Beyond a limit of octets the session answers and closes; it does not guess where the
    /// next command begins.
    public struct Limits: Sendable {
        /// What one command may have before login.
        public var commandBeforeLogin: CommandLimits = {
            var limits = CommandLimits.notAuthenticated
            // ID may come first, with 30 fields of 1,024 octets. RFC 2971 §3.3.
            limits.lineOctets = 40 << 10
            return limits
        }()
        /// What one command may have after login.
        public var command = CommandLimits.authenticated
        /// Octets that may wait unread before login: more than one command may have.
        public var inputOctetsBeforeLogin = 64 << 10
        /// Octets that may wait unread after login: more than one command may have.
        public var inputOctets = 512 << 10
        /// Octets of a message that APPEND takes. It is refused before it is sent where the client waits to be asked.
        public var messageOctets = MailboxLimits.messageOctets
        /// Messages that one APPEND takes, all in one commit. RFC 3502 §6.
        public var appendedMessages = 1_000
        /// Octets of those messages, if there are several.
        public var appendedOctets = MailboxLimits.messageOctets
        /// Octets of a message that APPEND does not take, sent unasked, that are read to stay in step with the client;
        /// for more the session closes. RFC 7888 §4.
        public var skippedMessageOctets = 16 << 20
        /// Messages that one command may work on. RFC 9738 §3.
        public var messages = 1_000_000
        /// Octets, about, of text that searches keep for those that follow, of all sessions together.
        public var searchCacheOctets = 32 << 20
        /// After how long a search says that it goes on, and then each time. RFC 9585 §3 wants no less than 10 seconds.
        public var progressTime = Duration.seconds(10)
        /// Searches of one session whose results are kept up to date. RFC 5267 §4.3.1.
        public var contexts = 8
        /// Messages that a sorted result may have that is kept up to date: it is held in memory.
        public var sortedContextMessages = 20_000
        /// Messages that COPY and MOVE take to another account at once.
        public var messagesAbroad = 1000
        /// Passwords that may be wrong before the connection is closed.
        public var loginAttempts = 3
        /// Time that a wrong password costs. RFC 3501 §11.2 wants an observable cost.
        public var loginDelay = Duration.seconds(2)
        /// Commands in a row that may be wrong before login, and after it ten times as many.
        public var badCommands = 20
        /// Time for a command before login.
        public var timeBeforeLogin = Duration.seconds(60)
        /// Time for a command after login: the autologout timer, which must be 30 minutes at least. RFC 3501 §5.4.
        public var idleTime = Duration.seconds(30 * 60)
        /// How long what was signed in with is believed in before the directory is asked again.
        public var standingTime = Duration.seconds(30)
        /// Time in which a client must take, or send, some of what it asked for, or announced.
        public var transferTime = Duration.seconds(5 * 60)

        /// The usual ones.
        public init() {}
    }
}
