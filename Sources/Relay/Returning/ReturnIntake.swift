internal import Delivery
internal import Directory
internal import MIME
public import Queue
public import Returns
internal import SMTP
internal import Store
public import World

/// Acts upon what comes back: bounces and complaints. What it does is durable before it says so.
///
///     a bounce     addresses that are dead → suppression, records; kept in the queue of bounces; passed on to who sent it
///     a complaint  who complained → suppression, records, which may suspend; kept in the queue of complaints
///     anything else that answers a message → passed on
///
/// A sender that lost the answer sends it again: it is kept and passed on once, and a complaint counts once; one that was kept
/// when the process died may not count at all, and a bounce twice.
public struct ReturnIntake: Sendable {
    /// What an address is for.
    enum Kind {
        /// A return path that holds.
        case returnPath
        /// A return path that was made up, or is too old.
        case invalid
        /// Where complaints come to.
        case feedback
        /// A mailbox.
        case other

        var isTaken: Bool { self == .returnPath || self == .feedback }
    }

    private let addresses: ReturnAddress
    private let bounces: BounceIntake
    private let complaints: ComplaintIntake
    private let records: SenderRecords
    private let queue: MailQueue
    private let world: World
    private let log: Log
    private let domain: @Sendable (_ peer: String) async -> String?

    /// An intake of what comes to `addresses` and to the addresses of `feedback`.
    ///
    /// - Parameters:
    ///   - addresses: our return paths.
    ///   - keys: with which their tokens are made.
    ///   - feedback: where complaints come to.
    ///   - records: told of what came back.
    ///   - queue: where it is kept.
    ///   - world: the clocks.
    ///   - log: told of it, too.
    ///   - domain: the name of a peer, as far as it is proven; nil if it is not.
    public init(
        addresses: ReturnAddress,
        keys: TraceToken.Keys,
        feedback: ComplaintIntake.Settings,
        records: SenderRecords,
        queue: MailQueue,
        world: World,
        log: Log,
        domain: @escaping @Sendable (_ peer: String) async -> String?
    ) {
        self.addresses = addresses
        bounces = BounceIntake(addresses: addresses, world: world)
        complaints = ComplaintIntake(feedback, keys: keys, addresses: addresses, world: world)
        self.records = records
        self.queue = queue
        self.world = world
        self.log = log
        self.domain = domain
    }

    func kind(of address: MailAddress) -> Kind {
        if complaints.accepts(address) { return .feedback }
        guard addresses.matches(address) else { return .other }
        return (try? addresses.token(in: address, at: world.now())) == nil ? .invalid : .returnPath
    }

    /// Takes in a message that came to `address`. `octets` are its beginning, `copies` all of it.
    func take(
        _ octets: [UInt8],
        _ copies: ReturningMessage.Copies,
        to address: MailAddress,
        _ envelope: MailEnvelope
    ) async throws(DeliveryError) {
        do {
            switch kind(of: address) {
            case .feedback:
                try await takeComplaint(octets, copies, envelope)
            case .returnPath:
                let isFromNobody = envelope.reversePath == .null
                switch bounces.read(octets.span, to: address, isFromNobody: isFromNobody) {
                case .bounce(let bounce): try await take(bounce, copies, to: address, envelope)
                case .unrelated:
                    let token = try addresses.token(in: address, at: world.now())
                    try await passOn(copies, token, envelope)
                case .forged: throw DeliveryError.unknownRecipient
                }
            case .invalid, .other: throw DeliveryError.unknownRecipient
            }
        } catch let error as DeliveryError {
            throw error
        } catch {
            log(.error, "returns.failed", [("to", "\(address)"), ("cause", "\(error)")])
            throw .store(error)
        }
    }

    // MARK: Bounces

    private func take(
        _ bounce: BounceIntake.Matched,
        _ copies: ReturningMessage.Copies,
        to address: MailAddress,
        _ envelope: MailEnvelope
    ) async throws {
        let account = bounce.token.account
        let mark = MessageMark(bounce.token.message)
        let now = world.now()
        if let entry = records.policy.entry(after: bounce, in: .account(account), at: now) {
            try await records.suppression.add(entry)
        }
        log(
            .info,
            "returns.bounce",
            [
                ("message", "\(mark.message)"), ("account", "\(account)"), ("action", "\(bounce.action)"),
                ("recipient", bounce.recipient?.description ?? ""), ("reason", bounce.meaning.reason.rawValue),
                ("form", bounce.form.rawValue), ("remote", bounce.remote ?? ""),
            ]
        )
        let told = [bounce.remote, bounce.diagnostic].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
        let recipient = bounce.recipient?.description ?? "\(address)"
        await queue.note(
            [TraceNote(.bounced, of: .queued(mark.message), recipients: [recipient], text: told)],
            atOnce: true
        )
        if bounce.action == .failed {
            let provider = records.providers.provider(ofServer: bounce.remote ?? "")
            records.deliverability.countRefused(bounce.meaning, by: provider, from: mark.category)
            let isHard = bounce.meaning.group == .hard && !bounce.isOfAnother
            try await keep(copies, of: recipient, in: isHard ? .hardBounce : .softBounce, account, envelope)
        }
        try await passOn(copies, bounce.token, envelope)
        // Last, for it may suspend: what failed before it comes again.
        if bounce.isAddressDead { await records.count(dead: 1, of: account) }
    }

    /// To the account that sent what it answers, unless that wants to hear of nothing. RFC 3461 §4.1.
    private func passOn(
        _ copies: ReturningMessage.Copies,
        _ token: TraceToken,
        _ envelope: MailEnvelope
    ) async throws {
        guard !MessageMark(token.message).isQuiet, let account = try await records.account(token.account) else {
            return
        }
        var new = Queue.Envelope(reversePath: "")
        new.body = envelope.body
        new.smtpUTF8 = envelope.smtpUTF8
        let recipient = QueuedRecipient("\(account.address)", notify: .never)
        let message = NewMessage(copies.passedOn, new, to: [recipient], in: .incoming)
        _ = try await queue.add(message, operation: copies.operation(envelope.digest, isKept: false))
    }

    // MARK: Complaints

    private func takeComplaint(
        _ octets: [UInt8],
        _ copies: ReturningMessage.Copies,
        _ envelope: MailEnvelope
    ) async throws {
        switch complaints.read(octets.span, from: await domain(envelope.peer)) {
        case .complaint(let complaint):
            let account = complaint.token.account
            if let recipient = complaint.recipient {
                let entry = records.policy.entry(
                    afterComplaintOf: recipient,
                    in: .account(account),
                    at: world.now(),
                    detail: "reported by \(complaint.reporter)"
                )
                try await records.suppression.add(entry)
            }
            let recipient = complaint.recipient?.description ?? "unknown"
            // One that is sent again, as the answer was lost, counts once.
            if let operation = copies.operation(envelope.digest, isKept: true),
                try await queue.message(addedBy: operation) != nil
            {
                return
            }
            try await keep(copies, of: recipient, in: .complaint, account, envelope)
            let mark = MessageMark(complaint.token.message)
            let told = "\(complaint.kind), reported by \(complaint.reporter)"
            await queue.note(
                [TraceNote(.complained, of: .queued(mark.message), recipients: [recipient], text: told)],
                atOnce: true
            )
            let rate = try await records.complaints.take(complaint)
            log(
                .notice,
                "returns.complaint",
                [
                    ("message", "\(mark.message)"), ("account", "\(account)"),
                    ("kind", "\(complaint.kind)"), ("campaign", complaint.campaign ?? ""),
                    ("reporter", complaint.reporter), ("complaints", "\(rate.complaints)"), ("sent", "\(rate.sent)"),
                ]
            )
        case .noComplaint(let kind): log(.info, "returns.no-complaint", [("kind", "\(kind)")])
        case .unknown(let problem): log(.notice, "returns.unknown-complaint", [("problem", "\(problem)")])
        case .unrelated: log(.info, "returns.unrelated", [("from", "\(envelope.reversePath)")])
        }
    }

    // MARK: The queue

    private func keep(
        _ copies: ReturningMessage.Copies,
        of recipient: String,
        in name: QueueName,
        _ account: UInt64,
        _ envelope: MailEnvelope
    ) async throws(QueueError) {
        var new = Queue.Envelope(reversePath: "")
        new.body = envelope.body
        new.smtpUTF8 = envelope.smtpUTF8
        new.submitter = account
        let message = NewMessage(copies.kept, new, to: [QueuedRecipient(recipient, notify: .never)], in: name)
        _ = try await queue.add(message, operation: copies.operation(envelope.digest, isKept: true))
    }
}
