public import SMTP
public import World

/// What the sender of a message is told of its way: a delivery status notification. RFC 3461, RFC 3464, RFC 6533.
///
///     let notice = DeliveryNotice(original: original, recipients: outcomes)
///     if let message = try await notice.compose(settings, world) { queue(message) }
///
/// 1. Nobody is told of a notification: none is made for the null reverse-path. RFC 5321 §4.5.5.
/// 2. Of a recipient only those events are told that NOTIFY asks for; without NOTIFY, failures and delays. RFC 3461 §4.1.
/// 3. All recipients of one message that have an event at one time go into one notice.
public struct DeliveryNotice: Sendable {
    /// The message that it is about.
    public struct Original: Sendable {
        /// Who is told.
        public var reversePath: ReversePath
        /// ENVID=, decoded. RFC 3461 §4.4.
        public var envelopeIdentifier: String?
        /// RET=: how much of the message goes back if it failed; without it, all that the limit allows. RFC 3461 §4.3. Of a
        /// message with REQUIRETLS, `.headers`. RFC 8689 §5.
        public var ret: Command.Mail.Return?
        /// When it came to this server.
        public var arrival: Timestamp
        /// The server that it came from, if it has a name.
        public var receivedFrom: String?
        /// Octets of it.
        public var size: Int
        /// Octets of a range of it, which lies within `size`.
        public var read: @Sendable (Range<Int>) async throws -> [UInt8]

        /// A message of `size` octets that `read` gives.
        public init(
            reversePath: ReversePath,
            arrival: Timestamp,
            size: Int,
            read: @escaping @Sendable (Range<Int>) async throws -> [UInt8]
        ) {
            self.reversePath = reversePath
            self.arrival = arrival
            self.size = size
            self.read = read
        }
    }

    /// Why a message is not there yet, or never will be.
    public struct Cause: Hashable, Sendable {
        /// What it means.
        public var meaning: Classification
        /// The server that answered, or was not reached; nil if it did not come to that.
        public var remote: String?
        /// What it answered.
        public var reply: Reply?
        /// What happened, in a few words for people, if there was no answer: `Connection timed out`.
        public var text: String?
        /// When it was last tried.
        public var lastAttempt: Timestamp

        /// A server's answer.
        public init(_ reply: Reply, from remote: String, at lastAttempt: Timestamp) {
            meaning = Classification(reply)
            self.remote = remote
            self.reply = reply
            self.lastAttempt = lastAttempt
        }

        /// Something that happened on this side, or on the way.
        public init(_ meaning: Classification, text: String?, remote: String? = nil, at lastAttempt: Timestamp) {
            self.meaning = meaning
            self.text = text
            self.remote = remote
            self.lastAttempt = lastAttempt
        }
    }

    /// What became of the message for a recipient. RFC 3464 §2.3.3.
    public enum Event: Hashable, Sendable {
        /// It cannot be delivered; nothing more will be tried.
        case failed(Cause)
        /// It is not delivered yet and will be tried, until then.
        case delayed(Cause, retryUntil: Timestamp?)
        /// It is in the recipient's mailbox.
        case delivered(at: Timestamp)
        /// It was handed to a server that makes no such reports.
        case relayed(to: String, at: Timestamp)
        /// It was handed to all members of a list.
        case expanded(at: Timestamp)
    }

    /// A recipient and what became of the message.
    public struct Recipient: Hashable, Sendable {
        /// The address that the message was for here, without angle brackets.
        public var address: String
        /// ORCPT=. RFC 3461 §4.2.
        public var originalRecipient: OriginalRecipient?
        /// NOTIFY=; nil if the sender did not say. RFC 3461 §4.1.
        public var notify: Command.Rcpt.Notify?
        /// What became of the message.
        public var event: Event

        /// A recipient of whom the sender said nothing else.
        public init(
            _ address: String,
            _ event: Event,
            notify: Command.Rcpt.Notify? = nil,
            originalRecipient: OriginalRecipient? = nil
        ) {
            self.address = address
            self.event = event
            self.notify = notify
            self.originalRecipient = originalRecipient
        }

        /// Whether the sender wants to hear of it.
        public var isWanted: Bool {
            let wanted = notify ?? [.failure, .delay]
            switch event {
            case .failed: return wanted.contains(.failure)
            case .delayed: return wanted.contains(.delay)
            case .delivered, .relayed, .expanded: return wanted.contains(.success)
            }
        }
    }

    /// Who reports, and how much goes back.
    public struct Settings: Hashable, Sendable {
        /// The name of this server, a domain.
        public var hostName: String
        /// Where people may ask; empty for none.
        public var contact = ""
        /// The largest message that is sent back whole; of a larger one, only the header is.
        public var fullLimit = 256 << 10
        /// Octets of a header that are sent back, in whole lines.
        public var headerLimit = 64 << 10

        /// The reports of that server.
        public init(hostName: String) { self.hostName = hostName }
    }

    /// A notice, ready for the queue. Its reverse-path is null.
    public struct Composed: Hashable, Sendable {
        /// Whom it is for.
        public var recipient: Path
        /// The message.
        public var octets: [UInt8]
        /// Whether it may only go where SMTPUTF8 is.
        public var needsSMTPUTF8: Bool
        /// Whether it has octets above 127, for BODY=8BITMIME.
        public var isEightBit: Bool
        /// The recipients that it tells of, as they were given.
        public var toldOf: [String]
    }

    /// The message.
    public var original: Original
    /// The recipients, wanted or not.
    public var recipients: [Recipient]

    /// The notice of what became of a message for those recipients.
    public init(original: Original, recipients: [Recipient]) {
        self.original = original
        self.recipients = recipients
    }
}
