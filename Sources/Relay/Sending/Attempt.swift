internal import Network
internal import Queue
internal import Returns
internal import SMTP
internal import SMTPClient
internal import World

/// One job on its way through the servers of its destination: who still has to be tried, and what became of the others.
struct Attempt {
    let work: Work
    private let queue: MailQueue
    private let now: Timestamp
    /// The recipients that are to be delivered, as their places in `outcomes`.
    private let recipients: [QueuedRecipient]
    private var outcomes: [Queue.Outcome?]
    /// Recipients that this side kept back from a server, which has not what the message needs; another one may.
    private var keptBack: [Int: Queue.Outcome] = [:]
    /// Those that the server that is asked does not get.
    private var isKeptBack: Set<Int> = []
    /// What refusals for good mean, by place.
    private var meanings: [Int: Classification] = [:]
    /// The places of those that the last message was for.
    private var sent: [Int] = []
    /// The server that answered last, or would not.
    private(set) var host = ""
    /// The address of ours that it was asked from; empty if that was the system's choice.
    private(set) var source = ""
    /// That address goes slower by itself when it is asked to.
    private var isPaced = false
    /// What servers said: how many recipients they took, and what their refusals mean.
    private(set) var tally: (delivered: Int, refusals: [Classification]) = (0, [])
    /// Return paths of ours, if the message has them: then recipients are written to one by one.
    private let returnPaths: (paths: ReturnPaths, domain: String)?

    init(_ work: Work, _ queue: MailQueue, at now: Timestamp, returning returnPaths: (ReturnPaths, String)? = nil) {
        self.work = work
        self.returnPaths = returnPaths
        self.queue = queue
        self.now = now
        recipients = work.job.recipients.filter { $0.state == .waiting }
        outcomes = recipients.map { _ in nil }
    }

    /// How many recipients have no outcome, and may have one of the server that is asked.
    var remaining: Int { outcomes.indices.count { outcomes[$0] == nil && !isKeptBack.contains($0) } }

    /// Whether the server that is asked does not get the message for some recipients, who are for another one.
    var hasKeptBack: Bool { isKeptBack.contains { outcomes[$0] == nil } }

    /// Whether every recipient has an outcome.
    var isDone: Bool { outcomes.allSatisfy { $0 != nil } }

    /// Whether some recipient has one.
    var hasOutcome: Bool { outcomes.contains { $0 != nil } }

    /// The addresses of all recipients.
    var addresses: [String] { recipients.map(\.address) }

    /// Settles the recipient of a place.
    mutating func settle(_ index: Int, as outcome: Queue.Outcome) { outcomes[index] = outcome }

    /// Settles all that have no outcome.
    mutating func settle(as outcome: Queue.Outcome) {
        for index in outcomes.indices where outcomes[index] == nil { outcomes[index] = outcome }
    }

    /// There is no other server to ask: who was kept back from those that there are has that for an outcome.
    mutating func settleKeptBack() {
        for (index, outcome) in keptBack where outcomes[index] == nil { outcomes[index] = outcome }
    }

    /// Remembers which server is asked, and from where.
    mutating func ask(_ host: String, from departure: Departure) {
        isKeptBack = []
        self.host = host
        source = departure.source?.host ?? ""
        isPaced = departure.isPaced
    }

    /// Whether a message is for one recipient only, however many there are.
    var isOneByOne: Bool { returnPaths != nil }

    /// The message for those that have no outcome; those whose address is none are settled. One by one, it is for the first
    /// of them.
    mutating func message() -> OutgoingMessage {
        sent = []
        var to: [OutgoingMessage.Recipient] = []
        for (index, recipient) in recipients.enumerated() where outcomes[index] == nil && !isKeptBack.contains(index) {
            guard let path = Path(recipient.address) else {
                outcomes[index] = .failed(.hard, reply: "the address is not written as one", status: "5.1.3")
                continue
            }
            sent.append(index)
            to.append(
                OutgoingMessage.Recipient(
                    .path(path),
                    notify: recipient.notify,
                    original: recipient.originalRecipient
                )
            )
            if isOneByOne { break }
        }
        let envelope = work.message.envelope
        var sender = Path(envelope.reversePath).map(ReversePath.path) ?? .null
        var content = QueueContent(queue: queue, message: work.message)
        if let (paths, domain) = returnPaths, let index = sent.first,
            let marks = paths.marks(of: work.message, to: recipients[index], in: domain, at: now)
        {
            sender = .path(marks.reversePath)
            content.prefix = marks.header
        }
        var message = OutgoingMessage(from: sender, to: to, content: content)
        message.body = envelope.body
        message.smtpUTF8 = envelope.smtpUTF8
        message.requireTLS = envelope.requireTLS
        message.ret = envelope.ret
        message.envelopeIdentifier = envelope.envelopeIdentifier
        message.priority = envelope.priority == 0 ? nil : envelope.priority
        message.deliverBy = envelope.deliverBy.map { deadline in
            let left = (deadline.moment.milliseconds - now.milliseconds) / 1000
            return DeliverBy(
                seconds: Int32(clamping: left),
                mode: deadline.mode,
                isTraced: deadline.isTraced
            )
        }
        return message
    }

    /// Takes what a server said about `message`. Those of whom it is not known, and to whom the message surely was not
    /// delivered, stay without an outcome, for the next server.
    mutating func take(_ report: Report, knowsNotices: Bool) {
        let tookSome = report.outcomes.contains(where: \.isDelivered)
        for (index, outcome) in zip(sent, report.outcomes) {
            switch outcome {
            // It leaves: that is nothing about these recipients. RFC 5321 §3.8.
            case .temporary(let reply, _) where reply.code == 421 && report.failure != nil: break
            // Who was one too many comes with the next transaction. RFC 5321 §4.5.3.1.10, RFC 9422 §3.2.
            case .temporary(let reply, let stage) where tookSome && reply.isTooManyRecipients(at: stage): break
            case .delivered(let reply):
                tally.delivered += 1
                outcomes[index] = .delivered(reply: reply.summary, isReported: !knowsNotices)
            case .temporary(let reply, _):
                tally.refusals.append(Classification(reply))
                outcomes[index] = Queue.Outcome(refused: reply, isPaced: isPaced)
            // Nothing was said: what this server lacks, the next may have. RFC 8689 §4.2.1.
            case .permanent(let reply, .local):
                keptBack[index] = Queue.Outcome(refused: reply)
                isKeptBack.insert(index)
            case .permanent(let reply, let stage):
                outcomes[index] = Queue.Outcome(refused: reply, isPaced: isPaced)
                tally.refusals.append(Classification(reply))
                if stage == .rcpt { meanings[index] = Classification(reply) }
            case .failed(let failure):
                // To ask another server now would deliver it twice for certain, if it was delivered.
                if failure.isUncertain || failure.isOurs { outcomes[index] = Queue.Outcome(failure) }
            }
        }
    }

    /// The addresses that a server refused for good, with what was meant and said.
    var refusals: [(address: String, meaning: Classification, reply: String)] {
        meanings.compactMap { index, meaning in
            guard case .failed(_, let reply, _) = outcomes[index] else { return nil }
            return (recipients[index].address, meaning, reply)
        }
    }

    /// What the queue is told. What has no outcome is given as `other`.
    func completion(else other: Queue.Outcome) -> Completion {
        Completion(work.lease, .tried(outcomes.map { $0 ?? other }), host: host)
    }

    /// The outcome that says that the destination's servers could not be talked to at all; nil if none does.
    var unreached: Queue.Outcome? { outcomes.lazy.compactMap(\.self).first(where: \.isOfDestination) }

    /// How many were delivered, are to be tried again, and failed.
    var counts: (delivered: Int, deferred: Int, failed: Int) {
        var counts = (delivered: 0, deferred: 0, failed: 0)
        for outcome in outcomes {
            switch outcome {
            case .delivered, .expanded: counts.delivered += 1
            case .failed: counts.failed += 1
            case .deferred, nil: counts.deferred += 1
            }
        }
        return counts
    }
}

extension Reply {
    /// Whether it may only mean that the transaction has enough recipients, not that this one cannot have mail.
    fileprivate func isTooManyRecipients(at stage: Stage) -> Bool {
        let isMeant = enhanced.map { ($0.subject, $0.detail) == (5, 3) } ?? true
        return isMeant && (stage == .rcpt && (code == 452 || code == 552) || stage == .local && code == 450)
    }
}

extension Failure {
    /// Whether it is this side that could not go on with the message.
    fileprivate var isOurs: Bool { if case .content = cause { true } else { false } }
}
