public import World

/// What is in one queue. Kept with every commit, never counted by looking.
public struct QueueCounts: Hashable, Sendable {
    /// Jobs that may be taken as soon as their destination may be tried.
    public internal(set) var ready = 0
    /// Jobs that wait for their next try.
    public internal(set) var waiting = 0
    /// Jobs that a worker has.
    public internal(set) var leased = 0
    /// Jobs that an administrator holds.
    public internal(set) var held = 0
    /// Jobs that are only kept to be looked at.
    public internal(set) var kept = 0
    /// Recipients of all of them.
    public internal(set) var recipients = 0
    /// Octets of their messages; those of a message with several jobs are counted with each.
    public internal(set) var octets = 0
    /// No job is of an older message.
    var oldest = QueueID(.max)

    /// An empty queue's.
    public init() {}

    /// Jobs in the queue: its depth.
    public var jobs: Int { ready + waiting + leased + held + kept }

    /// Adds, or with -1 takes away, a job in its state.
    mutating func count(_ job: Job, _ sign: Int) {
        switch job.state {
        case .ready: ready += sign
        case .waiting: waiting += sign
        case .leased: leased += sign
        case .held: held += sign
        case .kept: kept += sign
        }
        recipients += sign * job.recipients.count
        octets += sign * job.size
        if sign > 0 { oldest = min(oldest, job.id.message) }
        if jobs == 0 { oldest = QueueID(.max) }
    }

    static func += (left: inout Self, right: Self) {
        left.ready += right.ready
        left.waiting += right.waiting
        left.leased += right.leased
        left.held += right.held
        left.kept += right.kept
        left.recipients += right.recipients
        left.octets += right.octets
        left.oldest = min(left.oldest, right.oldest)
    }
}

/// How often things happened since the store was made, in recipients but for `added`: two looks at them give a rate.
public struct Totals: Hashable, Sendable {
    /// Messages added.
    public internal(set) var added: UInt64 = 0
    /// Recipients delivered or expanded.
    public internal(set) var delivered: UInt64 = 0
    /// Tries that failed for now.
    public internal(set) var deferred: UInt64 = 0
    /// Recipients that failed for good.
    public internal(set) var failed: UInt64 = 0
    /// Of those, the ones whose time was over.
    public internal(set) var expired: UInt64 = 0
    /// Reports made.
    public internal(set) var reported: UInt64 = 0

    static func += (left: inout Self, right: Self) {
        left.added += right.added
        left.delivered += right.delivered
        left.deferred += right.deferred
        left.failed += right.failed
        left.expired += right.expired
        left.reported += right.reported
    }
}

/// What all shards have together.
public struct Statistics: Sendable {
    /// By queue.
    public internal(set) var queues: [QueueName: QueueCounts] = [:]
    /// When the oldest message in a queue came; no entry if it is empty.
    public internal(set) var oldest: [QueueName: Timestamp] = [:]
    /// Since the store was made.
    public internal(set) var totals = Totals()
}

/// A destination of a queue.
public struct DestinationState: Hashable, Sendable {
    /// The domain or host.
    public internal(set) var name: String
    /// Jobs that go there.
    public internal(set) var jobs = 0
    /// Of those, the ones that may be taken once it may be tried.
    public internal(set) var ready = 0
    /// Tries in a row that it failed.
    public internal(set) var failures = 0
    /// It is not tried before that moment.
    public internal(set) var heldUntil: Timestamp?
    /// Whether an administrator holds it.
    public internal(set) var isPaused = false
    /// What was said, or why there was no answer, when it failed last.
    public internal(set) var lastReply = ""
}
