internal import Delivery
internal import Directory
internal import Queue
internal import Returns
internal import SMTP
internal import World

/// Makes the notification that a job of the queue `reports` asks for. It is added to the queue with the job's completion,
/// so there is exactly one of each.
struct ReportWriter: Sendable {
    let queue: MailQueue
    let delivery: any Delivery
    let settings: RelaySettings
    let world: World
    let log: Log

    /// Nil if it cannot be made now: then it is tried again when the lease is over, and others come first.
    func write(_ work: Work) async -> Completion? {
        do {
            guard let notice = try await notice(for: work).compose(settings.notices, world) else {
                return Completion(work.lease, .reported)
            }
            let octets = queue.receive(near: work.job.id)
            try await octets.push(notice.octets)
            try await octets.finish()
            log(
                .info,
                "relay.reported",
                [
                    ("message", "\(work.message.id)"), ("to", "\(notice.recipient)"),
                    ("about", notice.toldOf.first ?? ""), ("recipients", "\(notice.toldOf.count)"),
                ]
            )
            return Completion(work.lease, .reported, adding: [try await message(notice, octets, about: work)])
        } catch {
            log(.error, "relay.report-failed", [("message", "\(work.message.id)"), ("cause", "\(error)")])
            return nil
        }
    }

    /// To an account of this service by way of the queue `incoming`, else to another server.
    private func message(
        _ notice: Returns.DeliveryNotice.Composed,
        _ octets: IncomingOctets,
        about work: Work
    ) async throws -> NewMessage {
        var envelope = Queue.Envelope(reversePath: "")
        envelope.body = notice.isEightBit ? .eightBitMIME : .sevenBit
        envelope.smtpUTF8 = notice.needsSMTPUTF8
        // What had to be kept secret stays so. RFC 8689 §5.
        envelope.requireTLS = work.message.envelope.requireTLS
        let recipient = QueuedRecipient("\(notice.recipient)", notify: .never)
        var name = QueueName.incoming
        do throws(DeliveryError) {
            guard let address = MailAddress("\(notice.recipient)") else { throw .notLocal }
            _ = try await delivery.recipient(address)
        } catch {
            switch error {
            case .notLocal: name = .outgoing
            // It will not be delivered, and is seen in the queue all the same.
            case .unknownRecipient: break
            default: throw error
            }
        }
        return NewMessage(octets, envelope, to: [recipient], in: name)
    }

    private func notice(for work: Work) async throws(QueueError) -> Returns.DeliveryNotice {
        let (message, envelope) = (work.message, work.message.envelope)
        var original = Returns.DeliveryNotice.Original(
            reversePath: Path(envelope.reversePath).map(ReversePath.path) ?? .null,
            arrival: message.arrival,
            size: message.size
        ) { [queue] range in try await queue.octets(of: message, range) }
        original.envelopeIdentifier = envelope.envelopeIdentifier
        original.ret = envelope.requireTLS ? .headers : envelope.ret
        let end = work.job.report == .delay ? try await end(of: work) : nil
        let recipients = work.job.recipients.map { recipient in
            Returns.DeliveryNotice.Recipient(
                recipient.address,
                event(recipient, work, until: end),
                notify: recipient.notify,
                originalRecipient: recipient.originalRecipient
            )
        }
        return Returns.DeliveryNotice(original: original, recipients: recipients)
    }

    /// Until when what a delay is reported of is tried; nil if that is over. The report itself waits for ever.
    private func end(of work: Work) async throws(QueueError) -> Timestamp? {
        let addresses = Set(work.job.recipients.map(\.address))
        let tried = try await queue.show(work.message.id)?.jobs.first { job in
            job.report == nil && [.outgoing, .incoming].contains(job.queue)
                && job.recipients.contains { $0.state == .waiting && addresses.contains($0.address) }
        }
        return tried?.expires
    }

    private func event(
        _ recipient: QueuedRecipient,
        _ work: Work,
        until end: Timestamp?
    ) -> Returns.DeliveryNotice.Event {
        let now = world.now()
        switch work.job.report {
        case .success, nil:
            if recipient.state == .expanded { return .expanded(at: now) }
            // Of local delivery the queue keeps no reply.
            guard !recipient.lastReply.isEmpty else { return .delivered(at: now) }
            return .relayed(to: work.job.history.last?.host ?? work.job.destination, at: now)
        case .delay:
            return .delayed(cause(recipient, work), retryUntil: end)
        case .failure:
            return .failed(cause(recipient, work))
        }
    }

    /// The status that the queue gives to what was not delivered in time. RFC 3463 §3.5.
    private static let expired = "4.4.7"

    /// Out of what the queue kept of it: the reply in one line, or our own words.
    private func cause(_ recipient: QueuedRecipient, _ work: Work) -> Returns.DeliveryNotice.Cause {
        let last = work.job.history.last
        let moment = last?.moment ?? world.now()
        let isTransient = work.job.report == .delay
        let status = EnhancedCode(text: recipient.status)
        // Its time was over: the last answer alone would not say so.
        let isExpired = recipient.status == Self.expired
        guard let reply = Reply(summary: recipient.lastReply) else {
            let meaning = Classification(
                replyCode: isTransient ? 450 : 550,
                enhanced: status,
                text: isExpired ? "" : recipient.lastReply
            )
            let text = recipient.lastReply.isEmpty ? nil : recipient.lastReply
            return Returns.DeliveryNotice.Cause(meaning, text: text, remote: last?.host, at: moment)
        }
        var cause = Returns.DeliveryNotice.Cause(reply, from: last?.host ?? work.job.destination, at: moment)
        if isExpired { cause.meaning = Classification(replyCode: nil, enhanced: status, text: "") }
        return cause
    }
}

extension EnhancedCode {
    /// The code that `text` is, as `5.1.1`; nil if it is none.
    init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let kind = UInt8(parts[0]), (2...5).contains(kind), let subject = UInt16(parts[1]),
            let detail = UInt16(parts[2]), subject < 1000, detail < 1000
        else { return nil }
        self.init(class: kind, subject: subject, detail: detail)
    }
}

extension Reply {
    /// The reply whose `summary` that is; nil if it does not begin as a reply does.
    init?(summary: String) {
        var words = summary.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let code = words.first.flatMap({ UInt16($0) }), (200...599).contains(code) else { return nil }
        let rest = words.count > 1 ? String(words[1]) : ""
        words = rest.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        if let first = words.first, let enhanced = EnhancedCode(text: String(first)) {
            self.init(code, enhanced, words.count > 1 ? String(words[1]) : "")
        } else {
            self.init(code, nil, rest)
        }
    }
}
