internal import Octets
public import SMTP
public import World

/// What is known of a message on its way beside its octets and its recipients.
public struct Envelope: Hashable, Sendable {
    /// When a message has to be there. RFC 2852.
    public struct Deadline: Hashable, Sendable {
        /// The moment.
        public var moment: Timestamp
        /// What happens then.
        public var mode: DeliverBy.Mode
        /// Whether the sender is told when it is relayed to a server that does not know the extension.
        public var isTraced: Bool

        /// A deadline.
        public init(moment: Timestamp, mode: DeliverBy.Mode, isTraced: Bool = false) {
            self.moment = moment
            self.mode = mode
            self.isTraced = isTraced
        }
    }

    /// Where a message came from.
    public struct Origin: Hashable, Sendable {
        /// The address of the host that brought it, as the network writes it; empty if no host did.
        public var peer: String
        /// How that host introduced itself; empty if it did not.
        public var hello: String
        /// How it was spoken to, as `ESMTPSA`, RFC 3848; empty if that is not known.
        public var `protocol`: String

        /// Where a message came from.
        public init(peer: String, hello: String, protocol: String) {
            self.peer = peer
            self.hello = hello
            self.protocol = `protocol`
        }
    }

    /// Who is told if it cannot be delivered, without angle brackets; empty for the null path.
    public var reversePath: String
    /// What a failure's notification has of the message. RFC 3461 §4.3.
    public var ret: Command.Mail.Return?
    /// The sender's own name for the transaction, decoded from xtext. RFC 3461 §4.4.
    public var envelopeIdentifier: String?
    /// What the message's octets may be.
    public var body = Command.Mail.Body.sevenBit
    /// An address or a header field is not ASCII. RFC 6531.
    public var smtpUTF8 = false
    /// Goes on over TLS with servers that know REQUIRETLS, or comes back. RFC 8689.
    public var requireTLS = false
    /// Goes on even where TLS fails that others ask for: `TLS-Required: No`. RFC 8689 §5.
    public var optionalTLS = false
    /// -9…9; what is greater is taken first. RFC 6710.
    public var priority: Int8 = 0
    /// When it has to be there. RFC 2852.
    public var deliverBy: Deadline?
    /// When it may go at the earliest. RFC 4865.
    public var holdUntil: Timestamp?
    /// The number of the account that submitted it, if one did.
    public var submitter: UInt64?
    /// A word for what kind of mail it is, which may choose the address that it is sent from; may be empty.
    public var category = ""
    /// The value of the message's Message-ID field, by which it can be traced; empty if it has none.
    public var messageID = ""
    /// Where it came from; nil if it was made here. It is an event of the message's trace, and not kept with the message.
    public var origin: Origin?

    /// The envelope of a message from `reversePath`.
    public init(reversePath: String) { self.reversePath = reversePath }
}

/// One whom a message is for.
public struct QueuedRecipient: Hashable, Sendable {
    /// How far it is.
    public enum State: UInt8, Sendable {
        /// It is still to be delivered.
        case waiting
        /// It was delivered, or handed to the next server.
        case delivered
        /// It cannot be delivered.
        case failed
        /// Others have taken its place: members of a list, or where it is forwarded to.
        case expanded
    }

    /// The address, without angle brackets.
    public var address: String
    /// When the sender is told; nil if the sender does not say, which means: of failures and delays. RFC 3461 §4.1.
    public var notify: Command.Rcpt.Notify?
    /// Whom the sender named first. RFC 3461 §4.2.
    public var originalRecipient: OriginalRecipient?
    /// How far it is.
    public var state = State.waiting
    /// What was said of it last: a reply, or why there was none; empty if nothing was.
    public var lastReply = ""
    /// RFC 3463's code of that, as `5.1.1`; empty if there was none.
    public var status = ""

    /// A recipient that is still to be delivered.
    public init(
        _ address: String,
        notify: Command.Rcpt.Notify? = nil,
        originalRecipient: OriginalRecipient? = nil
    ) {
        self.address = address
        self.notify = notify
        self.originalRecipient = originalRecipient
    }

    /// The domain of the address in lower case, or its address literal in brackets; empty if it has none.
    public var destination: String {
        guard let at = address.utf8.lastIndex(of: UInt8(ascii: "@")) else { return "" }
        let domain = address[address.index(after: at)...]
        return String(decoding: domain.utf8.prefix(QueueLimits.destination).map(\.asciiLowercased), as: UTF8.self)
    }

    /// Whether the sender wants to be told of `event`. RFC 3461 §4.1: without NOTIFY, of failures, and as is usual of
    /// delays.
    func wants(_ event: Command.Rcpt.Notify) -> Bool { (notify ?? [.failure, .delay]).contains(event) }
}
