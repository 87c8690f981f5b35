public import World

/// Where mail stands while it is not delivered.
public enum QueueName: UInt8, Hashable, Sendable, CaseIterable, LosslessStringConvertible {
    /// Accepted, and still to be delivered here.
    case incoming
    /// To be sent to other servers.
    case outgoing
    /// Senders that are still to be told something: each job becomes one notification.
    case reports
    /// Submissions that were taken and then found wrong, with the reason.
    case error
    /// Recipients that do not exist, or a server that will never take the message.
    case hardBounce
    /// Recipients that could not be reached in time, or a refusal that is not about the address.
    case softBounce
    /// Messages that their recipients complained about.
    case complaint

    /// Whether workers take jobs from it. In the others, they stay to be looked at for a time.
    public var isWorked: Bool { self == .incoming || self == .outgoing || self == .reports }

    /// As commands name it.
    public var description: String {
        switch self {
        case .incoming: "incoming"
        case .outgoing: "outgoing"
        case .reports: "reports"
        case .error: "error"
        case .hardBounce: "hard-bounce"
        case .softBounce: "soft-bounce"
        case .complaint: "complaint"
        }
    }

    /// The queue that commands name `text`.
    public init?(_ text: String) {
        guard let queue = QueueName.allCases.first(where: { $0.description == text }) else { return nil }
        self = queue
    }
}

/// What is to be done about some recipients of a message with the same destination: at most one SMTP transaction.
public struct Job: Hashable, Sendable {
    /// How a job is at the moment.
    public enum State: Hashable, Sendable {
        /// A worker may take it, once its destination may be tried.
        case ready
        /// Nobody takes it before that moment.
        case waiting(until: Timestamp)
        /// A worker has it. After that moment another may take it.
        case leased(until: Timestamp)
        /// It waits until an administrator releases it.
        case held
        /// It is only kept to be looked at, and goes at that moment.
        case kept(until: Timestamp)
    }

    /// What a sender is told.
    public enum Report: UInt8, Hashable, Sendable {
        /// It was delivered, or relayed to a server that does not tell. RFC 3461 §4.1.
        case success
        /// It cannot be delivered.
        case failure
        /// It takes long. The job of delivering goes on beside this one.
        case delay
    }

    /// A try that did not end the job; of a report or a kept job, also the one that did, whose `kind` says little.
    public struct Attempt: Hashable, Sendable {
        /// When it ended.
        public var moment: Timestamp
        /// The server that answered, or would not.
        public var host: String
        /// What went wrong.
        public var kind: FailureKind
        /// The reply of the first recipient that went wrong.
        public var reply: String
    }

    /// Its id.
    public internal(set) var id: JobID
    /// The queue that it is in.
    public internal(set) var queue: QueueName
    /// Where it goes: the recipients' domain, or the host that it was routed to. In lower case.
    public internal(set) var destination: String
    /// Whether `destination` is a host that an administrator chose, not a domain.
    public internal(set) var isRouted = false
    /// How it is.
    public internal(set) var state = State.ready
    /// What the sender is to be told of the recipients; nil if they are to be delivered.
    public internal(set) var report: Report?
    /// Which bounce queue it goes to after the report, if the recipients failed.
    public internal(set) var bounce: Bounce?
    /// -9…9.
    public internal(set) var priority: Int8
    /// What kind of mail it is.
    public internal(set) var kind = MailKind.personal
    /// At most `QueueLimits.recipients`.
    public internal(set) var recipients: [QueuedRecipient]
    /// Tries that did not end it.
    public internal(set) var attempts = 0
    /// The last of them, the latest last; see `Attempt`.
    public internal(set) var history: [Attempt] = []
    /// When it fails if it was not delivered. A report waits for ever.
    public internal(set) var expires: Timestamp
    /// When the sender is told that it takes long, if that has not been.
    public internal(set) var warns: Timestamp?
    /// The envelope's sender; empty for the null path.
    public internal(set) var reversePath: String
    /// The account that submitted the message.
    public internal(set) var submitter: UInt64?
    /// Octets of the message.
    public internal(set) var size: Int

    /// Names the last lease of it.
    var token: UInt64 = 0
    /// What its events are traced by.
    var traceKey: UInt64
    /// Whether the message has or had other jobs: then a row counts them.
    var isShared = false
    /// Where the message's octets are.
    var storage: Storage
}

/// Where a message's octets are.
enum Storage: UInt8, Sendable {
    /// In the message's own row.
    case message
    /// In a row of their own.
    case row
    /// In a blob.
    case blob
}

/// Limits that are the same everywhere.
public enum QueueLimits {
    /// Recipients of one job: as many as every server takes in a transaction. RFC 5321 §4.5.3.1.8.
    public static let recipients = 100
    /// Recipients of one message.
    public static let messageRecipients = 50_000
    /// Octets of a destination's name.
    public static let destination = 255
    /// Octets of an address, of which RFC 5321 §4.5.3.1 lets have 256, with room for UTF-8.
    public static let address = 1024
    /// Octets of a text from outside that is kept: a reply, a Message-ID. What is longer is cut.
    public static let text = 512
    /// Attempts of a job that are kept.
    public static let history = 8
    /// Up to this many octets a message rides in its own row.
    static let messageRow = 16 << 10
}
