internal import Delivery
internal import Directory
internal import Mailbox
internal import Queue
internal import Returns
internal import SMTP
internal import World

/// Delivers what is due in the queue `incoming` to the mailboxes of this service: notifications, and mail that was held.
struct LocalSpool: Sendable {
    let queue: MailQueue
    let delivery: any Delivery
    let log: Log

    func deliver(_ work: Work) async -> Completion {
        let waiting = work.job.recipients.filter { $0.state == .waiting }
        var outcomes: [Queue.Outcome?] = waiting.map { _ in nil }
        var recipients: [(place: Int, recipient: Recipient)] = []
        for (place, recipient) in waiting.enumerated() {
            do throws(DeliveryError) {
                guard let address = MailAddress(recipient.address) else { throw .unknownRecipient }
                var found = try await delivery.recipient(address)
                found.notify = recipient.notify
                found.originalRecipient = recipient.originalRecipient
                recipients.append((place, found))
            } catch {
                outcomes[place] = Queue.Outcome(error)
            }
        }
        if !recipients.isEmpty {
            do {
                for (index, outcome) in try await file(work.message, recipients.map(\.recipient)).enumerated() {
                    outcomes[recipients[index].place] =
                        outcome.error.map { Queue.Outcome($0) } ?? .delivered(reply: "", isReported: true)
                }
            } catch {
                log(.error, "queue.delivery-failed", [("message", "\(work.message.id)"), ("cause", "\(error)")])
                let failed = Queue.Outcome.deferred(.local, reply: "the mailbox cannot be reached", status: "4.3.0")
                for (place, _) in recipients { outcomes[place] = failed }
            }
        }
        return Completion(work.lease, .tried(outcomes.compactMap(\.self)))
    }

    /// A job that is done twice files nothing twice: the digest names the message.
    private func file(_ message: QueuedMessage, _ recipients: [Recipient]) async throws -> [DeliveryOutcome] {
        let incoming = try await delivery.receive()
        do {
            var offset = 0
            while offset < message.size {
                let end = min(offset + QueueContent.piece, message.size)
                try await incoming.push(try await queue.octets(of: message, offset..<end))
                offset = end
            }
            try await incoming.finish()
            let sender = Path(message.envelope.reversePath).map(ReversePath.path) ?? .null
            var envelope = MailEnvelope(reversePath: sender, recipients: recipients)
            envelope.body = message.envelope.body
            envelope.smtpUTF8 = message.envelope.smtpUTF8
            envelope.digest = Array("queue \(message.id)".utf8)
            let outcomes = await delivery.deliver(incoming, envelope)
            await incoming.discard()
            return outcomes
        } catch {
            await incoming.discard()
            throw error
        }
    }
}

extension Queue.Outcome {
    /// What a failure of local delivery is to the queue.
    init(_ error: DeliveryError) {
        self =
            switch error {
            case .unknownRecipient, .notLocal: .failed(.hard, reply: "550 5.1.1 No such address here", status: "5.1.1")
            case .overQuota: .deferred(.mailboxFull, reply: "452 4.2.2 The mailbox is full", status: "4.2.2")
            case .tooLarge, .tooLargeForRecipient:
                .failed(.policy, reply: "552 5.2.3 The message is too large", status: "5.2.3")
            case .loop: .failed(.soft, reply: "554 5.4.6 The message goes round in circles", status: "5.4.6")
            case .store: .deferred(.local, reply: "451 4.3.0 The mailbox cannot be reached", status: "4.3.0")
            }
    }
}
