internal import SMTP

/// Who tells senders what became of their mail: the seam to what makes notifications. RFC 3461 §6.
///
/// It is called between the commit of a message and the answer to its client. If the process dies in between, the client
/// has no answer and sends the message again, which is not filed twice, but is told of here again: so a notice is given at
/// least once. What it throws makes the client come again in the same way.
public protocol SenderNotices: Sendable {
    /// Takes on to tell the sender; returns once that is durable.
    func tell(_ notice: DeliveryNotice) async throws
}

/// What a sender is to be told.
public struct DeliveryNotice: Sendable {
    /// The message's envelope, with all its recipients.
    public var envelope: MailEnvelope
    /// Those whom the notice is about, and what became of the message for them. Never empty.
    public var recipients: [(recipient: Recipient, outcome: DeliveryOutcome)]
    /// The header section of the message, without the empty line; cut behind a line if it is longer than
    /// `headerLimit`.
    public var header: [UInt8]

    /// Octets of a header section that a notice has at most.
    public static let headerLimit = 64 << 10

    /// A notice about those recipients.
    public init(
        _ envelope: MailEnvelope,
        about recipients: [(recipient: Recipient, outcome: DeliveryOutcome)],
        header: [UInt8]
    ) {
        self.envelope = envelope
        self.recipients = recipients
        self.header = header
    }
}

extension Recipient {
    /// Whether the sender wants to hear of success. RFC 3461 §4.1.
    public var wantsSuccess: Bool { notify?.contains(.success) == true }
    /// Whether the sender wants to hear of failure, as by default. RFC 3461 §4.1.
    public var wantsFailure: Bool { notify?.contains(.failure) ?? true }
}
