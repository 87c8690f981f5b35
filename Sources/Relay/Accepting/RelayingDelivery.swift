public import Delivery
public import Directory
public import Mailbox
public import Queue
internal import Octets
internal import Returns
internal import SMTP
internal import Store
public import World

/// Delivery for people of this service, whose mail may go anywhere: to mailboxes here at once, to other servers by way of
/// the queue. What is to be held goes there whole.
public struct RelayingDelivery: Delivery {
    private let local: any Delivery
    private let queue: MailQueue
    private let log: Log

    /// Delivery that leaves to `local` what is for mailboxes here.
    public init(local: any Delivery, queue: MailQueue, log: Log) {
        self.local = local
        self.queue = queue
        self.log = log
    }

    /// Everything that there is.
    public var abilities: DeliveryAbilities { local.abilities.union([.notices, .holding]) }

    /// A recipient of this service, or one elsewhere, who has no accounts.
    public func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient {
        do throws(DeliveryError) {
            return try await local.recipient(address)
        } catch {
            guard case .notLocal = error else { throw error }
            return Recipient(address: address, accounts: [])
        }
    }

    /// Asks for those who have a mailbox here.
    public func checkRoom(for recipient: Recipient, size: Int) async throws(DeliveryError) {
        if !recipient.accounts.isEmpty { try await local.checkRoom(for: recipient, size: size) }
    }

    /// A message that may go anywhere.
    public func receive() async throws(DeliveryError) -> any IncomingMessage {
        ForkedMessage(local: try await local.receive(), outgoing: queue.receive(), held: nil)
    }

    /// A message that goes where its recipients are.
    public func receive(for envelope: MailEnvelope) async throws(DeliveryError) -> any IncomingMessage {
        let hasLocal = envelope.recipients.contains { !$0.accounts.isEmpty }
        let isHeld = envelope.holdUntil != nil
        return ForkedMessage(
            local: hasLocal && !isHeld ? try await local.receive(for: envelope) : nil,
            outgoing: envelope.recipients.contains { $0.accounts.isEmpty }
                ? queue.receive(for: operation(envelope, .outgoing)) : nil,
            held: hasLocal && isHeld ? queue.receive(for: operation(envelope, .incoming)) : nil
        )
    }

    /// One commit for each account here, and one for all who are elsewhere.
    ///
    /// The queue knows a message again that was sent twice: the same envelope with the same octets is one.
    public func deliver(_ message: any IncomingMessage, _ envelope: MailEnvelope) async -> [DeliveryOutcome] {
        guard let message = message as? ForkedMessage else { return await local.deliver(message, envelope) }
        var outcomes: [DeliveryOutcome] = envelope.recipients.map { _ in .queued }
        let here = envelope.recipients.indices.filter { !envelope.recipients[$0].accounts.isEmpty }
        let elsewhere = envelope.recipients.indices.filter { envelope.recipients[$0].accounts.isEmpty }
        if let octets = message.outgoing, !elsewhere.isEmpty {
            await add(octets, message, envelope, elsewhere, to: .outgoing, &outcomes)
        }
        if let octets = message.held, !here.isEmpty {
            await add(octets, message, envelope, here, to: .incoming, &outcomes)
        } else if let octets = message.local, !here.isEmpty {
            var part = envelope
            part.recipients = here.map { envelope.recipients[$0] }
            for (place, outcome) in zip(here, await local.deliver(octets, part)) { outcomes[place] = outcome }
        }
        return outcomes
    }

    /// Those who are told of local failures.
    public func tellOfFailures(
        _ message: any IncomingMessage,
        _ envelope: MailEnvelope,
        _ outcomes: [DeliveryOutcome]
    ) async -> Bool {
        await local.tellOfFailures((message as? ForkedMessage)?.local ?? message, envelope, outcomes)
    }

    private func add(
        _ octets: IncomingOctets,
        _ message: ForkedMessage,
        _ envelope: MailEnvelope,
        _ places: [Int],
        to name: QueueName,
        _ outcomes: inout [DeliveryOutcome]
    ) async {
        let recipients = places.map { QueuedRecipient(envelope.recipients[$0]) }
        var queued = Queue.Envelope(envelope, messageID: message.messageID)
        queued.category = message.category.rawValue
        queued.optionalTLS = message.isTLSOptional && !envelope.requireTLS
        let new = NewMessage(octets, queued, to: recipients, in: name)
        do throws(QueueError) {
            let operation = envelope.digest == nil ? nil : operation(envelope, name)
            let id = try await queue.add(new, operation: operation)
            log(
                .info,
                "queue.added",
                [
                    ("message", "\(id)"), ("queue", "\(name)"), ("from", "\(envelope.reversePath)"),
                    ("to", recipients[0].address), ("recipients", "\(recipients.count)"), ("size", "\(message.size)"),
                    ("id", message.messageID),
                ]
            )
        } catch {
            log(.error, "queue.add-failed", [("from", "\(envelope.reversePath)"), ("cause", "\(error)")])
            for place in places { outcomes[place] = .failed(.store(error)) }
        }
    }

    /// The name of the commit: what is sent twice has it twice. Its lower half depends on the envelope only, for it says
    /// which part of the queue the octets go to before they have come.
    private func operation(_ envelope: MailEnvelope, _ name: QueueName) -> OperationID {
        var hash = FNV1a()
        hash.add(terminated: "\(envelope.reversePath)")
        hash.add(terminated: "\(name)")
        for recipient in envelope.recipients where recipient.accounts.isEmpty == (name == .outgoing) {
            hash.add(terminated: "\(recipient.address)")
        }
        let digest = (envelope.digest ?? []).prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return OperationID(high: digest, low: hash.value)
    }
}

extension QueuedRecipient {
    init(_ recipient: Recipient) {
        self.init(
            recipient.accounts.isEmpty ? recipient.given : recipient.address.description,
            notify: recipient.notify,
            originalRecipient: recipient.originalRecipient
        )
    }
}

extension Queue.Envelope {
    init(_ envelope: MailEnvelope, messageID: String) {
        self.init(reversePath: "\(envelope.reversePath)")
        ret = envelope.ret
        envelopeIdentifier = envelope.identifier
        body = envelope.body
        smtpUTF8 = envelope.smtpUTF8
        requireTLS = envelope.requireTLS
        priority = envelope.priority
        deliverBy = envelope.deliverBy.map { Deadline(moment: $0.time, mode: $0.mode, isTraced: $0.isTraced) }
        holdUntil = envelope.holdUntil
        submitter = envelope.submitter
        self.messageID = messageID
        origin = Origin(peer: envelope.peer, hello: envelope.hello, protocol: envelope.protocolName)
    }
}
