public import Delivery
internal import Mailbox
public import Queue
internal import Returns
internal import SMTP
internal import Store
public import World

/// Tells senders that their message is in a mailbox here, if they asked for that, and that it is not, if the others of its
/// recipients have it. RFC 3461 §6.2.
///
/// The notification is in the queue before the sender's server has its answer.
public struct QueueNotices: SenderNotices {
    private let queue: MailQueue
    private let settings: RelaySettings
    private let directory: @Sendable (String) async -> Bool
    private let world: World

    /// Notices of the server that `settings` names; `isLocal` says whether an address has a mailbox here.
    public init(
        queue: MailQueue,
        settings: RelaySettings,
        world: World,
        isLocal: @escaping @Sendable (String) async -> Bool
    ) {
        self.queue = queue
        self.settings = settings
        self.world = world
        directory = isLocal
    }

    /// Adds the notification to the queue.
    public func tell(_ notice: LocalNotice) async throws {
        let now = world.now()
        let header = notice.header
        var original = Returns.DeliveryNotice.Original(
            reversePath: notice.envelope.reversePath,
            arrival: now,
            size: header.count
        ) { Array(header[$0]) }
        original.envelopeIdentifier = notice.envelope.identifier
        original.ret = .headers
        original.receivedFrom = notice.envelope.hello.isEmpty ? nil : notice.envelope.hello
        let recipients = notice.recipients.map { recipient, outcome in
            Returns.DeliveryNotice.Recipient(
                recipient.given,
                outcome.error.map { .failed(cause($0, at: now)) } ?? .delivered(at: now),
                notify: recipient.notify,
                originalRecipient: recipient.originalRecipient
            )
        }
        let report = Returns.DeliveryNotice(original: original, recipients: recipients)
        guard let composed = try await report.compose(settings.notices, world) else { return }
        let octets = queue.receive()
        try await octets.push(composed.octets)
        try await octets.finish()
        var envelope = Queue.Envelope(reversePath: "")
        envelope.body = composed.isEightBit ? .eightBitMIME : .sevenBit
        envelope.smtpUTF8 = composed.needsSMTPUTF8
        let address = "\(composed.recipient)"
        let name: QueueName = await directory(address) ? .incoming : .outgoing
        _ = try await queue.add(
            NewMessage(octets, envelope, to: [QueuedRecipient(address, notify: .never)], in: name)
        )
    }

    private func cause(_ error: DeliveryError, at now: Timestamp) -> Returns.DeliveryNotice.Cause {
        let (reason, text): (Classification.Reason, String) =
            switch error {
            case .unknownRecipient, .notLocal: (.noSuchMailbox, "nobody has that address here")
            case .overQuota: (.mailboxFull, "the mailbox is full")
            case .tooLarge, .tooLargeForRecipient: (.size, "the message is larger than the mailbox takes")
            case .loop: (.loop, "the message was in that mailbox before")
            case .store: (.other, "the mailbox could not be reached")
            }
        let meaning = Classification(reason, isTransient: false)
        return Returns.DeliveryNotice.Cause(meaning, text: text, at: now)
    }
}
