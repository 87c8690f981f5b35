public import Directory
public import SMTP
public import World

extension Delivery {
    /// What is known of a message beside its octets.
    public typealias Envelope = MailEnvelope
}

/// What is known of a message beside its octets: what the client said at MAIL, and who it was. RFC 5321 §2.3.1.
///
/// Times are absolute, so that it may lie in a queue.
public struct MailEnvelope: Sendable {
    /// Who is told if it cannot be delivered.
    public var reversePath: ReversePath
    /// Who is to get it; the same one may be in it twice.
    public var recipients: [Recipient]
    /// What its octets may be. RFC 6152 §2, RFC 3030 §3.
    public var body = Command.Mail.Body.sevenBit
    /// Whether an address or a header field is not ASCII. RFC 6531 §3.4.
    public var smtpUTF8 = false
    /// What a notification of failure has of the message. RFC 3461 §4.3.
    public var ret: Command.Mail.Return?
    /// ENVID: the sender's own name for the transaction, decoded. RFC 3461 §4.4.
    public var identifier: String?
    /// Whether it may go on over TLS only. RFC 8689 §2.
    public var requireTLS = false
    /// MT-PRIORITY, -9…9. RFC 6710 §3.
    public var priority: Int8 = 0
    /// By when it is to be there. RFC 2852 §4.
    public var deliverBy: DeliveryDeadline?
    /// Not to be sent on before. RFC 4865 §4.
    public var holdUntil: Timestamp?
    /// The number of the account that submitted it; nil if it came from another server.
    public var submitter: UInt64?
    /// AUTH=: who submitted it first, as the client says; empty for nobody known. RFC 4954 §5.
    public var author: String?
    /// The address of the host that it came from, as the network writes it; empty if it came from no host.
    public var peer = ""
    /// How that host introduced itself; empty if it did not.
    public var hello = ""
    /// How it was spoken to, as `Received` has it: `ESMTPSA`, RFC 3848. Empty if that is not known.
    public var protocolName = ""
    /// Octets that the client sent, as SIZE counts them: without what was added here. RFC 1870 §3. nil if they were not
    /// counted.
    public var size: Int?
    /// The SHA-256 of its octets as the client sent them, before anything was added: what tells that one sent twice is one.
    /// nil if two are two whatever they are, as for those of which no field says that they are one only.
    public var digest: [UInt8]?

    /// The envelope of a message without any extension.
    public init(reversePath: ReversePath, recipients: [Recipient] = []) {
        self.reversePath = reversePath
        self.recipients = recipients
    }
}

/// By when a message is to be delivered. RFC 2852 §4.
public struct DeliveryDeadline: Hashable, Sendable {
    /// The moment.
    public var time: Timestamp
    /// What happens then.
    public var mode: DeliverBy.Mode
    /// Whether the sender is told when it is relayed to a server that does not know of deadlines.
    public var isTraced: Bool

    /// What BY= asks for at the moment `now`.
    public init(_ deliverBy: DeliverBy, at now: Timestamp) {
        time = Timestamp(milliseconds: now.milliseconds + Int64(deliverBy.seconds) * 1000)
        mode = deliverBy.mode
        isTraced = deliverBy.isTraced
    }
}

/// A recipient that mail is taken for.
public struct Recipient: Hashable, Sendable {
    /// The address as the directory compares it.
    public var address: MailAddress
    /// Whose inboxes it means.
    public var accounts: [Account]
    /// The address as the client wrote it, without angle brackets.
    public var given: String
    /// Octets that a message for it may have; nil for as many as the service takes at all.
    public var sizeLimit: Int?
    /// When the sender is told; nil for the default: of failure, and of delay as the server likes. RFC 3461 §4.1.
    public var notify: Command.Rcpt.Notify?
    /// Whom the sender named first. RFC 3461 §4.2.
    public var originalRecipient: OriginalRecipient?

    /// A recipient.
    public init(address: MailAddress, accounts: [Account]) {
        self.address = address
        self.accounts = accounts
        given = address.description
    }
}

/// What became of a message for one recipient.
public enum DeliveryOutcome: Sendable {
    /// It is in every inbox that the recipient means, durably; perhaps since an earlier try.
    case delivered
    /// It will be sent on: it is in a queue, durably.
    case queued
    /// It was not taken. Some of several inboxes may have it.
    case failed(DeliveryError)

    /// Why it was not taken; nil if it was.
    public var error: DeliveryError? {
        if case .failed(let error) = self { return error }
        return nil
    }
}
