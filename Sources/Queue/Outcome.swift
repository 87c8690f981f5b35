public import World

/// What kind of temporary failure it was: each has its own schedule.
public enum FailureKind: UInt8, Hashable, Sendable, CaseIterable {
    /// No server of the destination could be reached, or none answered sensibly.
    case connect
    /// The destination's servers could not be looked up.
    case lookup
    /// No connection as secure as it has to be.
    case security
    /// The server has too much to do, or too much from here, whatever the address.
    case rateLimited
    /// The server wants to see a stranger twice.
    case greylisted
    /// The recipient's mailbox is full.
    case mailboxFull
    /// The server refuses for now for a reason of its policy.
    case policy
    /// Another 4xx reply.
    case other
    /// Something of ours.
    case local
    /// The server wants less from the address that it was sent from. That address goes slower by itself; from others the
    /// destination takes mail.
    case slowed

    /// Whether it says something of the destination, not of a message: then all that goes there waits, and one job at a
    /// time tries.
    public var isOfDestination: Bool {
        switch self {
        case .connect, .lookup, .rateLimited: true
        // One message may want more of a connection than the next.
        case .security, .greylisted, .mailboxFull, .policy, .other, .local, .slowed: false
        }
    }
}

/// What kind of permanent failure it was.
public enum Bounce: UInt8, Hashable, Sendable {
    /// There is no such recipient or destination: not to be tried again by another message either.
    case hard
    /// It was too late, or the mailbox stayed full: another message may arrive.
    case soft
    /// The message was refused for what it is or where it comes from; the address is good.
    case policy

    /// The queue that such recipients are kept in.
    var queue: QueueName { self == .hard ? .hardBounce : .softBounce }
}

/// What became of one recipient.
public enum Outcome: Hashable, Sendable {
    /// It was delivered, or the next server has taken it.
    ///
    /// - reply: what the server said.
    /// - isReported: whether telling the sender is up to us, if the sender wants to be told of success: the next server
    ///   does not know RFC 3461, or there is none.
    case delivered(reply: String, isReported: Bool)
    /// Others have taken its place; their messages were added.
    case expanded
    /// It failed for now. The status is RFC 3463's, or empty.
    case deferred(FailureKind, reply: String, status: String)
    /// It failed for good.
    case failed(Bounce, reply: String, status: String)
}

/// What a worker says of a job that it had taken.
public struct Completion: Sendable {
    /// The end of the work.
    public enum Result: Sendable {
        /// One outcome for each recipient of the job that was `.waiting`, in their order.
        case tried([Outcome])
        /// The report is made, in `added`, or there is nobody to send it to.
        case reported
        /// The worker did not come to it; it counts as no attempt.
        case givenBack
        /// It may not be sent before that moment, for a reason of ours that is nothing about the destination; it counts as no
        /// attempt.
        case postponed(until: Timestamp)
    }

    /// What `take` or `renew` gave.
    public var lease: Lease
    /// What happened.
    public var result: Result
    /// The server that answered, or would not; empty if none was asked.
    public var host: String
    /// Messages that came of it, such as a notification: they are in the queue if and only if this completion is.
    /// Received with `receive(near:)` for the same job.
    public var added: [NewMessage]

    /// The end of a job's lease.
    public init(_ lease: Lease, _ result: Result, host: String = "", adding added: [NewMessage] = []) {
        self.lease = lease
        self.result = result
        self.host = host
        self.added = added
    }
}
