public import Mailbox
public import Network

extension POP3Door {
    /// What may differ between POP3 listeners.
    public struct Configuration: Sendable {
        /// Keys for STLS; nil if the listener does not offer it.
        public var tls: TLSContext?
        /// Whether a password may be sent without TLS: for loopback only.
        public var allowsPlaintextLogin = false
        /// A session whose client sends no whole command for that long is ended, without removing anything. RFC 1939 §3
        /// asks for at least ten minutes.
        public var autologout: Duration = .seconds(600)
        /// A client that has not signed in after that long is sent away.
        public var loginTime: Duration = .seconds(600)
        /// How long the peer may take to take a piece of an answer, some 256 KiB at most, or to shake hands for TLS.
        public var sendTime: Duration = .seconds(120)
        /// Failed logins on one connection before it is closed.
        public var failedLogins = 3
        /// How long the answer to a failed login is held back.
        public var failedLoginDelay: Duration = .seconds(2)
        /// Commands in a row that cannot be parsed before the connection is closed: whoever is there does not speak POP3.
        public var syntaxErrors = 10
        /// How long what was signed in with is believed in before the directory is asked again.
        public var standingTime: Duration = .seconds(30)
        /// The folder that is the maildrop, unless the account's settings name another. Without it nobody can sign in.
        public var folder = FolderPath.inbox
        /// Whether QUIT removes what the session retrieved whole, as if each had been marked, unless the account's settings
        /// say otherwise. RFC 2449 §6.7.
        public var removesRetrieved = false
        /// The least time between two logins of one account; zero for none. The account's settings may say otherwise.
        /// RFC 2449 §6.5.
        public var loginDelay: Duration = .zero
        /// Whether messages whose header is UTF-8 are sent to clients that did not say UTF8, against RFC 6856 §2.1: for
        /// fetchmail, getmail and mpop, which never say it and take any octets.
        public var sendsUTF8Always = false
        /// The logins that the delay is counted from.
        public var logins = RecentLogins()

        /// The defaults: no TLS, and no password without it.
        public init() {}
    }
}
