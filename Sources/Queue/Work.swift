public import World

/// The right to work on a job for a time, by the wall clocks of the nodes: how far they differ only decides how early
/// another may take it; that no two complete it is the token's doing.
public struct Lease: Hashable, Sendable {
    /// The job.
    public let job: JobID
    /// The queue that it is in.
    public let queue: QueueName
    /// Names this lease: a later one of the same job has a greater number. What another lease holds is refused.
    public let token: UInt64
    /// Until when.
    public let until: Timestamp
}

/// A job that a worker has taken.
public struct Work: Sendable {
    /// The right to it.
    public let lease: Lease
    /// What is to be done.
    public let job: Job
    /// The message that it is of.
    public let message: QueuedMessage
}

/// A message in the queue.
public struct QueuedMessage: Sendable {
    /// Its id.
    public let id: QueueID
    /// When it came.
    public let arrival: Timestamp
    /// What is known of it.
    public let envelope: Envelope
    /// Octets.
    public let size: Int

    let content: Content

    enum Content: Hashable, Sendable {
        case octets([UInt8])
        case row
        case blob([UInt8])
    }
}

/// A message to be added, its octets received.
public struct NewMessage: Sendable {
    /// What `receive` gave, finished.
    public var octets: IncomingOctets
    /// What is known of it.
    public var envelope: Envelope
    /// Whom it is for: 1 to `QueueLimits.messageRecipients`.
    public var recipients: [QueuedRecipient]
    /// The queue that it goes to.
    public var queue: QueueName

    /// A message.
    public init(
        _ octets: IncomingOctets,
        _ envelope: Envelope,
        to recipients: [QueuedRecipient],
        in queue: QueueName = .outgoing
    ) {
        self.octets = octets
        self.envelope = envelope
        self.recipients = recipients
        self.queue = queue
    }
}

/// Why the queue did not do what it was asked.
public enum QueueError: Error, Sendable {
    /// The lease is over: another has the job, or it ended. What was done under it must not be done again.
    case leaseLost
    /// There is no such job or message.
    case notFound
    /// A worker has it at the moment.
    case busy
    /// What was asked makes no sense for what it was asked of; the text says why, for people.
    case refused(String)
    /// The octets were swept away, because they took longer than `Configuration.unusedBlobAge` to come.
    case tooLate
    /// The store failed.
    case store(any Error)
}
