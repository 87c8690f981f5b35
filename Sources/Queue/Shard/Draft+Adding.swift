internal import SMTP
internal import Store
internal import World

extension Draft {
    /// Adds a message, and its jobs: one for each destination, more where there are many recipients.
    ///
    /// With an operation that added a message before, nothing is added, and that message's id is returned.
    mutating func add(
        _ message: ReceivedMessage,
        operation: OperationID?
    ) async throws(QueueError) -> QueueID {
        let jobs = message.jobs
        if let operation, let id = try await added(by: operation) { return id }
        try await check([message])
        try await load(jobs.map { LaneID(queue: message.queue, destination: $0.destination) })

        let id = newID()
        if case .blob(let blob) = message.content { delete(Keys.blob(blob)) }
        if case .row = message.content { put(Keys.content(id), message.octets) }
        let row = MessageRow(
            envelope: message.envelope,
            arrival: now,
            size: message.size,
            content: message.content
        )
        put(Keys.message(id), row.row)
        if let operation { put(Keys.operation(day(now), operation), Draft.row(of: id)) }
        for (part, var job) in jobs.enumerated() {
            job.id = JobID(id, part: UInt32(part))
            if message.envelope.messageID.isEmpty { job.traceKey = TraceKey.hash(of: id.description) }
            job.isShared = jobs.count > 1
            job.storage = row.storage
            schedule(&job, message.envelope)
            if part == 0, let origin = message.envelope.origin { traceOrigin(origin, job) }
            trace(.queued, job, job.recipients, message.envelope.messageID)
            replace(nil, with: job)
        }
        if jobs.count > 1 {
            references[id] = jobs.count
            var packer = Packer()
            packer.number(jobs.count)
            put(Keys.references(id), packer.octets)
        }
        head.totals.added += 1
        return id
    }

    /// Throws if the blob of one of these messages is none any more: the sweep took it for a forgotten one.
    mutating func check(_ messages: [ReceivedMessage]) async throws(QueueError) {
        let blobs = messages.compactMap { message in
            if case .blob(let id) = message.content { Keys.blob(id) } else { nil }
        }
        guard !blobs.isEmpty else { return }
        for row in try await read(blobs) {
            guard let row, (try? BlobRow.begun(row)) != nil else { throw .tooLate }
        }
    }

    mutating func newID() -> QueueID {
        let next = max(QueueID(milliseconds: now.milliseconds, shard: shard), head.lastID.next)
        head.lastID = next
        return next
    }

    /// When a new job may be taken, when it is late and when it is too late.
    private func schedule(_ job: inout Job, _ envelope: Envelope) {
        if !job.queue.isWorked {
            // It goes at once if nothing is to be kept.
            job.state = .kept(until: now.later(by: settings.retention[job.queue] ?? .zero))
            return
        }
        let schedule = settings.schedule(for: job.destination)
        let start = max(now, envelope.holdUntil ?? now)
        job.state = start > now ? .waiting(until: start) : .ready
        job.expires = start.later(by: job.reversePath.isEmpty ? schedule.reportLifetime : schedule.lifetime)
        job.warns = job.reversePath.isEmpty ? nil : schedule.warning.map(start.later)
        guard let deadline = envelope.deliverBy else { return }
        switch deadline.mode {
        case .return: job.expires = min(job.expires, max(deadline.moment, now))
        case .notify: job.warns = min(job.warns ?? deadline.moment, max(deadline.moment, now))
        }
    }

    // MARK: Operations

    /// The message that the operation added, if that is not too long ago.
    mutating func added(by operation: OperationID) async throws(QueueError) -> QueueID? {
        let days = UInt32(clamping: settings.operationLife.milliseconds / Draft.dayLength + 1)
        let today = day(now)
        let keys = (0...min(days, today)).map { Keys.operation(today - $0, operation) }
        for row in try await read(keys) {
            guard let row else { continue }
            guard let number = try? row.bigEndian(at: 0, as: UInt64.self) else { continue }
            return QueueID(number)
        }
        return nil
    }

    private static func row(of id: QueueID) -> [UInt8] {
        var row: [UInt8] = []
        row.append(bigEndian: id.number)
        return row
    }

    static let dayLength: Int64 = 86_400_000

    /// The day of a moment, counted from 1970.
    func day(_ moment: Timestamp) -> UInt32 { UInt32(clamping: moment.milliseconds / Draft.dayLength) }
}

/// A message whose octets are here, or in a blob, and that is split into jobs.
struct ReceivedMessage: Sendable {
    var envelope: Envelope
    var queue: QueueName
    var size: Int
    var content: QueuedMessage.Content
    /// All octets, if they go to a row of their own.
    var octets: [UInt8]
    /// What is known of the jobs before they have ids and times.
    var jobs: [Job]

    init(_ message: NewMessage, size: Int, content: QueuedMessage.Content, octets: [UInt8]) throws(QueueError) {
        envelope = message.envelope
        envelope.messageID = envelope.messageID.cut
        envelope.priority = min(9, max(-9, envelope.priority))
        queue = message.queue
        self.size = size
        self.content = content
        self.octets = octets
        guard (1...QueueLimits.messageRecipients).contains(message.recipients.count) else {
            throw .refused("a message has 1 to \(QueueLimits.messageRecipients) recipients")
        }
        guard queue != .reports else { throw .refused("reports come of messages that are there") }
        var groups: [String: [QueuedRecipient]] = [:]
        var order: [String] = []
        for recipient in message.recipients {
            guard recipient.address.utf8.count <= QueueLimits.address else { throw .refused("an address is too long") }
            let destination = recipient.destination
            if groups[destination] == nil { order.append(destination) }
            groups[destination, default: []].append(recipient)
        }
        jobs = []
        for destination in order {
            let recipients = groups[destination] ?? []
            for start in stride(from: 0, to: recipients.count, by: QueueLimits.recipients) {
                let end = min(start + QueueLimits.recipients, recipients.count)
                jobs.append(
                    Job(
                        id: JobID(QueueID(0), part: 0),
                        queue: queue,
                        destination: destination,
                        priority: envelope.priority,
                        kind: MailKind(category: envelope.category),
                        recipients: Array(recipients[start..<end]),
                        expires: Head.never,
                        reversePath: envelope.reversePath,
                        submitter: envelope.submitter,
                        size: size,
                        traceKey: TraceKey.hash(of: envelope.messageID),
                        storage: .message
                    )
                )
            }
        }
    }
}

extension String {
    /// At most `QueueLimits.text` octets of it.
    var cut: String {
        guard utf8.count > QueueLimits.text else { return self }
        return String(decoding: utf8.prefix(QueueLimits.text), as: UTF8.self)
    }
}
