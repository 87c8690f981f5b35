public import Directory
public import Mailbox
internal import SMTP

/// Where mail for local accounts goes: from an accepted envelope to one commit for each recipient.
///
/// The SMTP doors and `POST /v1/messages` use it alike.
public protocol Delivery: Sendable {
    /// What it does beyond delivering; a door announces the extension for each.
    var abilities: DeliveryAbilities { get }

    /// Decides about one recipient, before any octet of a message is read.
    func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient

    /// Whether there is room for a message of `size` octets, as far as it is known before the message comes; asked for what
    /// `recipient` gave.
    ///
    /// - Throws: `.tooLargeForRecipient`, `.overQuota`, or `.store`.
    func checkRoom(for recipient: Recipient, size: Int) async throws(DeliveryError)

    /// Begins to take in a message; its octets are pushed as they come.
    func receive() async throws(DeliveryError) -> any IncomingMessage

    /// The same, for a message of which the envelope is known already: then its octets go where they will be needed.
    func receive(for envelope: MailEnvelope) async throws(DeliveryError) -> any IncomingMessage

    /// Files a finished message in the inbox of every account that the envelope's recipients mean, once each however often
    /// it is named, with `Return-Path` and `Delivered-To` before it.
    ///
    /// One recipient's failure is no other's. After a failure the sender may try again, with the same `IncomingMessage` or,
    /// if the envelope has a digest, with the same octets in another session within a day: accounts that have the message
    /// do not get it twice.
    ///
    /// - Parameters:
    ///   - message: what `receive` gave, finished.
    ///   - envelope: what is known of it; its recipients are what `recipient` gave.
    /// - Returns: what became of it for each recipient, in their order. What was taken is durable.
    func deliver(_ message: any IncomingMessage, _ envelope: MailEnvelope) async -> [DeliveryOutcome]

    /// Takes on to tell the sender of the failures among `outcomes`, for a client that can be given one answer only, and is to
    /// hear that the message was taken. RFC 5321 §6.1.
    ///
    /// - Returns: true once that is durable, or if the sender does not want to hear of it; false if nobody tells senders.
    func tellOfFailures(
        _ message: any IncomingMessage,
        _ envelope: MailEnvelope,
        _ outcomes: [DeliveryOutcome]
    ) async -> Bool
}

/// What a delivery may do beyond delivering.
public struct DeliveryAbilities: OptionSet, Hashable, Sendable {
    /// One bit for each.
    public var rawValue: UInt8
    /// What the bits of `rawValue` stand for.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Senders are told what became of a message, as they ask for it: DSN. RFC 3461.
    public static let notices = DeliveryAbilities(rawValue: 1)
    /// A message is kept until the moment comes: FUTURERELEASE. RFC 4865.
    public static let holding = DeliveryAbilities(rawValue: 2)
}

extension Delivery {
    /// Nothing.
    public var abilities: DeliveryAbilities { [] }

    /// The same whatever the envelope is.
    public func receive(for envelope: MailEnvelope) async throws(DeliveryError) -> any IncomingMessage {
        try await receive()
    }

    /// Nobody tells senders.
    public func tellOfFailures(
        _ message: any IncomingMessage,
        _ envelope: MailEnvelope,
        _ outcomes: [DeliveryOutcome]
    ) async -> Bool {
        false
    }

    /// There is room for everything: for deliveries that only pass on.
    public func checkRoom(for recipient: Recipient, size: Int) async throws(DeliveryError) {}

    /// Delivers a message that nothing is known of but who sent it, for all recipients or with an error.
    ///
    /// - Parameters:
    ///   - message: what `receive` gave, finished.
    ///   - sender: whose message it is; nil for the null path.
    ///   - recipients: what `recipient` gave.
    /// - Throws: if it failed for any; see the other.
    public func deliver(
        _ message: any IncomingMessage,
        from sender: MailAddress?,
        to recipients: [Recipient]
    ) async throws(DeliveryError) {
        let reversePath = sender.map { sender in
            ReversePath.path(Path(localPart: sender.localPart, host: .domain(sender.domain)))
        }
        let envelope = MailEnvelope(reversePath: reversePath ?? .null, recipients: recipients)
        for outcome in await deliver(message, envelope) {
            if let error = outcome.error { throw error }
        }
    }
}

/// Why mail was not taken. SMTP's replies are in brackets.
public enum DeliveryError: Error, Sendable {
    /// The domain is ours and has no such address. (550 5.1.1)
    case unknownRecipient
    /// The domain is not ours, and there is no way out yet. (550 5.7.1)
    case notLocal
    /// No room in the mailbox. (452 4.2.2)
    case overQuota
    /// Larger than may be stored. (552 5.3.4)
    case tooLarge
    /// Larger than this recipient takes. (552 5.2.3)
    case tooLargeForRecipient
    /// The message was delivered to this mailbox before: it goes round. (554 5.4.6)
    case loop
    /// The store failed; the cause is for the log. (451 4.3.0)
    case store(any Error)

    /// Whether the same may succeed later.
    public var isTemporary: Bool {
        switch self {
        case .overQuota, .store: true
        case .unknownRecipient, .notLocal, .tooLarge, .tooLargeForRecipient, .loop: false
        }
    }
}
