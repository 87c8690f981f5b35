internal import World

/// What may be set of the queue.
public struct Configuration: Sendable {
    /// Partitions that the queue is spread over, a power of two up to 256. It is fixed when the store is first used; what
    /// is stored counts from then on.
    public var shards = 16
    /// Shards that this process puts new mail into, and looks into first. As few as keep its workers busy, since changes of
    /// one shard share a commit; and chosen by chance, so that nodes seldom meet.
    public var homeShards = 4
    /// What other nodes put into a shard is noticed after this time.
    public var pollInterval = Duration.seconds(1)
    /// Retrying and giving up.
    public var schedule = Schedule()
    /// The same for some destinations, by their name in lower case.
    public var schedules: [String: Schedule] = [:]
    /// How long the queues that are only looked at keep a job. Without an entry it is not kept.
    public var retention: [QueueName: Duration] = [
        .error: .seconds(7 * 86_400), .hardBounce: .seconds(7 * 86_400), .softBounce: .seconds(7 * 86_400),
        .complaint: .seconds(30 * 86_400),
    ]
    /// How long events can be traced; zero if they are not kept.
    public var traceLife = Duration.seconds(7 * 86_400)
    /// How long an operation is known again by its id, at least.
    public var operationLife = Duration.seconds(3 * 86_400)
    /// Octets of messages on their way in, all together, that are kept in memory. Beyond it, messages of more than 4 KiB
    /// go to blobs as they come, however small they turn out to be.
    public var incomingOctets = 64 << 20
    /// A blob whose message was not added for so long is deleted.
    public var unusedBlobAge = Duration.seconds(86_400)

    /// 16 shards, RFC 5321's times, bounces kept for a week.
    public init() {}

    /// Rows that the process keeps in memory of a shard: 16 MiB of all at most.
    var rowsOfShard: Int { max(32, 8192 / max(1, min(256, shards))) }

    func schedule(for destination: String) -> Schedule {
        schedules.isEmpty ? schedule : schedules[destination] ?? schedule
    }
}

typealias Settings = Configuration
