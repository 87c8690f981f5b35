internal import Network
internal import Octets
internal import SMTP

/// One mail transaction. RFC 5321 §3.3.
///
///     (RSET) MAIL RCPT… DATA ─354─▶ text ──▶ one reply, or with LMTP one for each recipient
///                       BDAT ─────▶ chunk ─▶ … BDAT LAST
///
/// With PIPELINING everything up to DATA goes without waiting (RFC 2920 §3.1); a window keeps what is not answered so small
/// that neither side can be waiting for the other to read. BDAT waits until it is known that somebody wants the message.
struct Transaction {
    private enum Step {
        case reset
        case mail
        case rcpt(Int)
        case data

        var stage: Stage {
            switch self {
            case .reset: .reset
            case .mail: .mail
            case .rcpt: .rcpt
            case .data: .data
            }
        }
    }

    let connection: Connection
    let plan: DeliveryPlan
    let recipients: [DeliveryPlan.Recipient]
    /// For each of `recipients`; nil for those who were accepted and do not have the message yet, or were not named.
    private(set) var outcomes: [Outcome?]
    /// Octets of the message, as they were on the wire.
    var octetsSent: UInt64 = 0

    /// Places of those who were accepted, in order.
    private(set) var accepted: [Int] = []
    private var mailRefusal: Reply?
    private var dataReply: Reply?
    /// Commands without a reply, and their octets.
    private var pending: [(step: Step, octets: Int)] = []
    private var pendingOctets = 0

    /// Octets of commands that may be without a reply: their replies fit what a socket holds.
    private static let window = 8 << 10

    init(_ connection: Connection, _ plan: DeliveryPlan, _ recipients: [DeliveryPlan.Recipient]) {
        self.connection = connection
        self.plan = plan
        self.recipients = recipients
        outcomes = [Outcome?](repeating: nil, count: recipients.count)
    }

    private var isPipelining: Bool { connection.settings.usesPipelining && connection.server.has("PIPELINING") }

    /// Runs it. `outcomes` hold even if it throws: then nil is for those whom the failure concerns.
    mutating func run() async throws(Failure) {
        let message = try await open()
        try await nameRecipients()
        if let mailRefusal {
            for index in outcomes.indices { outcomes[index] = Outcome(refused: mailRefusal, at: .mail) }
        }
        if let dataReply, accepted.isEmpty || mailRefusal != nil { return try await giveUp(after: dataReply) }
        guard !accepted.isEmpty, mailRefusal == nil else { return }
        if plan.isChunked {
            var sender = ChunkSender(connection, message)
            let refusal: Result<Void, MessageRefusal>
            refusal = try await sender.run(&octetsSent)
            if case .failure(let error) = refusal { return refuseAll(error.reply, at: error.stage) }
        } else {
            if dataReply == nil {
                try await post(.data, .data)
                try await settle()
            }
            guard let reply = dataReply else { return }
            guard reply.code == 354 else {
                guard reply.code >= 400 else { throw Failure(.data, unexpected: reply) }
                return refuseAll(reply, at: .data)
            }
            var sender = TextSender(connection, message)
            try await sender.run(&octetsSent)
        }
        try await takeVerdicts()
    }

    private func open() async throws(Failure) -> MessageOutput {
        do {
            return MessageOutput(
                try await plan.content.open(),
                isBinary: plan.hasBinaryLines,
                rewriting: plan.rewriting
            )
        } catch {
            throw Failure(.local, .content("\(error)"))
        }
    }

    // MARK: Commands

    private mutating func nameRecipients() async throws(Failure) {
        try connection.expectSilence(at: .mail)
        if connection.mustReset { try await post(.reset, .rset) }
        connection.mustReset = true
        try await post(.mail, .mail(plan.mail))
        for index in recipients.indices {
            guard mailRefusal == nil else { break }
            try await post(.rcpt(index), .rcpt(recipients[index].command))
        }
        // Nobody is told to wait for a text that does not come, if that is known in time.
        if isPipelining, !plan.isChunked, mailRefusal == nil { try await post(.data, .data) }
        try await settle()
    }

    private mutating func post(_ step: Step, _ command: Command) async throws(Failure) {
        if pending.isEmpty { try connection.expectSilence(at: step.stage) }
        let octets = connection.write(command)
        pending.append((step, octets))
        pendingOctets += octets
        while !pending.isEmpty, !isPipelining || pendingOctets > Self.window { try await settleFirst() }
    }

    private mutating func settle() async throws(Failure) {
        while !pending.isEmpty { try await settleFirst() }
    }

    private mutating func settleFirst() async throws(Failure) {
        let (step, octets) = pending.removeFirst()
        pendingOctets -= octets
        let reply = try await connection.reply(at: step.stage)
        guard reply.code / 100 != 3 || reply.code == 354 else { throw Failure(step.stage, unexpected: reply) }
        switch step {
        case .reset:
            guard reply.isCompletion else { throw Failure(.reset, unexpected: reply) }
        case .mail:
            guard reply.code != 354 else { throw Failure(.mail, unexpected: reply) }
            if !reply.isCompletion {
                mailRefusal = reply
                connection.mustReset = false
            }
        case .rcpt(let index):
            guard reply.code != 354 else { throw Failure(.rcpt, unexpected: reply) }
            if reply.isCompletion { accepted.append(index) } else { outcomes[index] = refusal(reply) }
        case .data: dataReply = reply
        }
    }

    /// RFC 5321 §4.5.3.1.10: a server that has enough recipients may say so by 552, and means 452.
    private func refusal(_ reply: Reply) -> Outcome {
        guard reply.code == 552, !accepted.isEmpty else { return Outcome(refused: reply, at: .rcpt) }
        return .temporary(reply, .rcpt)
    }

    /// DATA was sent before it was known that nobody gets anything. A server that waits for the text all the same gets one
    /// that is none (RFC 2920 §3.1). If it accepted a recipient after it refused the sender, it might deliver that.
    private mutating func giveUp(after reply: Reply) async throws(Failure) {
        guard reply.code == 354 else {
            guard reply.code >= 400 else { throw Failure(.data, unexpected: reply) }
            return
        }
        guard accepted.isEmpty else { throw Failure(.data, .nonsense("354 after the sender was refused")) }
        connection.stream.write(".\r\n")
        connection.settings.transcript?(.sent("."))
        _ = try await connection.reply(at: .data)
        connection.mustReset = false
    }

    private mutating func refuseAll(_ reply: Reply, at stage: Stage) {
        for index in accepted { outcomes[index] = Outcome(refused: reply, at: stage) }
    }

    // MARK: The end

    /// The end of the message was sent: who has it?
    private mutating func takeVerdicts() async throws(Failure) {
        let isLMTP = connection.settings.dialect == .lmtp
        if isLMTP {
            // RFC 2033 §4.2: in the order of those RCPTs that were accepted.
            for index in accepted { outcomes[index] = try await verdict() }
        } else {
            let verdict = try await verdict()
            for index in accepted { outcomes[index] = verdict }
        }
        connection.mustReset = false
    }

    private func verdict() async throws(Failure) -> Outcome {
        let reply = try await connection.reply(at: .end)
        guard reply.code / 100 != 3 else { throw Failure(.end, unexpected: reply) }
        return reply.isCompletion ? .delivered(reply) : Outcome(refused: reply, at: .end)
    }
}

/// The server did not want the message, and can be talked to.
struct MessageRefusal: Error {
    var reply: Reply
    var stage: Stage
}
