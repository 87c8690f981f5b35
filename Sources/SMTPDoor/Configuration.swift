public import Octets
public import Directory
internal import Mailbox
public import Network
public import SMTP

extension SMTPDoor {
    /// What one listener's sessions may do, and for how long.
    public struct Configuration: Sendable {
        /// What a port is for.
        public enum Role: Sendable {
            /// Port 25: other servers bring mail for local recipients. No AUTH.
            case exchange
            /// Ports 587 and 465: people who signed in send theirs. RFC 6409.
            case submission
            /// A port or socket of the machine's own, where its other programs hand over mail. One answer for each recipient,
            /// and nothing is counted. RFC 2033.
            case lmtp
        }

        /// How long the peer may take. RFC 5321 §4.5.3.2.
        public struct Timeouts: Sendable {
            /// For one whole command line, however its octets trickle in.
            public var command: Duration = .seconds(300)
            /// For the next octets of a message.
            public var dataBlock: Duration = .seconds(180)
            /// For a message to begin to keep `minimumRate`.
            public var dataGrace: Duration = .seconds(300)
            /// Octets of a message per second, on average, that a peer must send after `dataGrace`.
            public var minimumRate = 100
            /// For the TLS handshake.
            public var handshake: Duration = .seconds(60)
            /// For the last reply to leave.
            public var closing: Duration = .seconds(10)

            /// The times of RFC 5321.
            public init() {}
        }

        /// The name that the server greets with and writes in trace fields. RFC 5321 §4.1.1.1.
        public var hostname: String
        /// What the port is for.
        public var role: Role
        /// For STARTTLS; nil if it is not offered.
        public var tls: TLSContext?
        /// Whether a password may be sent without TLS: for tests and for a loopback that nobody listens to.
        public var allowsPlaintextLogin = false
        /// Who `<postmaster>` without a domain is; nil for postmaster at `hostname`. RFC 5321 §4.5.1.
        public var postmaster: MailAddress?
        /// Departures from the grammar that are accepted.
        public var leniency: Leniency = []
        /// The A-label form of a domain that is not ASCII, in lower case; nil if it is no domain. RFC 5891 §4.
        public var asciiDomain: @Sendable (String) -> String? = { _ in nil }
        /// How long the peer may take.
        public var timeouts = Timeouts()
        /// Who may connect; everybody if there is none. A peer at a UNIX socket always may: the socket's mode says
        /// who can.
        public var networks: [Subnet] = []
        /// Proxies whose XCLIENT is believed.
        public var xclientNetworks: [Subnet] = []
        /// Hosts of these networks hand over mail for anybody, not only for recipients here. At the port for other servers.
        public var relayNetworks: [Subnet] = []
        /// For how long a message may be submitted in advance, where it can be kept. RFC 4865 §3.
        public var holdLimit = Duration.seconds(30 * 86_400)
        /// What is asked of other servers.
        public var policy = Policy()

        /// Octets of a message, as SIZE announces. RFC 1870.
        public var sizeLimit = MailboxLimits.messageOctets
        /// Recipients of a message; at least 100. RFC 5321 §4.5.3.1.8.
        public var recipientLimit = 1000
        /// Messages of one session.
        public var transactionLimit = 10_000
        /// Commands of one session between two messages.
        public var commandLimit = 10_000
        /// Commands of one session that were not understood or stood in the wrong place.
        public var errorLimit = 20
        /// Recipients of one session that were refused: more is someone who guesses addresses.
        public var refusedRecipientLimit = 100
        /// Wrong passwords of one session.
        public var loginFailureLimit = 3
        /// Octets of a line too long, or of a message after its limit, that are read to stay in step with the peer.
        public var discardLimit = 16 << 20

        /// A door of that name for that purpose, with the usual limits.
        public init(hostname: String, role: Role, tls: TLSContext? = nil) {
            self.hostname = hostname
            self.role = role
            self.tls = tls
        }
    }
}
