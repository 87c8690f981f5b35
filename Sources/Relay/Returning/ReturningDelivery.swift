public import Delivery
public import Directory
public import Mailbox
public import Queue
internal import SMTP

/// Delivery at the door for strangers: takes what comes to our return paths and from feedback loops. Everything else is for
/// another delivery.
///
/// An address that nobody was given has no such mailbox, as any other: the sender hears it at RCPT, and nothing comes of it.
public struct ReturningDelivery: Delivery {
    private let local: any Delivery
    private let queue: MailQueue
    private let intake: ReturnIntake

    /// Recipients of ours that are served for one message: a bounce has one.
    private static let copies = 8

    /// Leaves to `local` what `intake` is not for.
    public init(local: any Delivery, queue: MailQueue, intake: ReturnIntake) {
        self.local = local
        self.queue = queue
        self.intake = intake
    }

    /// Those of the other.
    public var abilities: DeliveryAbilities { local.abilities }

    /// A return path that holds, a feedback address, which may have a mailbox too, or a recipient of the other delivery.
    public func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient {
        switch intake.kind(of: address) {
        case .other: return try await local.recipient(address)
        case .invalid: throw .unknownRecipient
        case .returnPath: return Recipient(address: address, accounts: [])
        case .feedback:
            do throws(DeliveryError) {
                return try await local.recipient(address)
            } catch {
                if error.isTemporary { throw error }
                return Recipient(address: address, accounts: [])
            }
        }
    }

    /// Asks the other for those who have a mailbox.
    public func checkRoom(for recipient: Recipient, size: Int) async throws(DeliveryError) {
        if !recipient.accounts.isEmpty { try await local.checkRoom(for: recipient, size: size) }
    }

    /// A message for mailboxes: what comes back is received with its envelope.
    public func receive() async throws(DeliveryError) -> any IncomingMessage { try await local.receive() }

    /// A message that goes where its recipients are.
    public func receive(for envelope: MailEnvelope) async throws(DeliveryError) -> any IncomingMessage {
        let places = places(in: envelope)
        guard !places.isEmpty else { return try await local.receive(for: envelope) }
        let others = others(in: envelope)
        var part = envelope
        part.recipients = others.map { envelope.recipients[$0] }
        return ReturningMessage(
            local: others.isEmpty ? nil : try await local.receive(for: part),
            copies: places.prefix(Self.copies).map { .init(for: envelope.recipients[$0].address, envelope, queue) }
        )
    }

    /// What came back is acted upon before the answer; what the store does not take is answered as a failure that may pass.
    public func deliver(_ message: any IncomingMessage, _ envelope: MailEnvelope) async -> [DeliveryOutcome] {
        // What the other received may be of the same kind.
        guard !places(in: envelope).isEmpty, let message = message as? ReturningMessage else {
            return await local.deliver(message, envelope)
        }
        var outcomes: [DeliveryOutcome] = envelope.recipients.map { _ in .queued }
        let others = others(in: envelope)
        if let octets = message.local, !others.isEmpty {
            var part = envelope
            part.recipients = others.map { envelope.recipients[$0] }
            for (place, outcome) in zip(others, await local.deliver(octets, part)) { outcomes[place] = outcome }
        }
        for (index, place) in places(in: envelope).enumerated() where outcomes[place].error == nil {
            guard index < message.copies.count else {
                outcomes[place] = .failed(.store(TooManyReturnPaths()))
                continue
            }
            do throws(DeliveryError) {
                try await intake.take(
                    message.start,
                    message.copies[index],
                    to: envelope.recipients[place].address,
                    envelope
                )
            } catch {
                outcomes[place] = .failed(error)
            }
        }
        return outcomes
    }

    /// The recipients that the other delivery is for: a feedback address may have a mailbox, too.
    private func others(in envelope: MailEnvelope) -> [Int] {
        envelope.recipients.indices.filter { index in
            let recipient = envelope.recipients[index]
            return !recipient.accounts.isEmpty || !intake.kind(of: recipient.address).isTaken
        }
    }

    /// The recipients that the intake is for.
    private func places(in envelope: MailEnvelope) -> [Int] {
        envelope.recipients.indices.filter { intake.kind(of: envelope.recipients[$0].address).isTaken }
    }

    /// As the other.
    public func tellOfFailures(
        _ message: any IncomingMessage,
        _ envelope: MailEnvelope,
        _ outcomes: [DeliveryOutcome]
    ) async -> Bool {
        guard !places(in: envelope).isEmpty else { return await local.tellOfFailures(message, envelope, outcomes) }
        return await local.tellOfFailures((message as? ReturningMessage)?.local ?? message, envelope, outcomes)
    }
}

/// More return paths than one message is taken for.
struct TooManyReturnPaths: Error {}
