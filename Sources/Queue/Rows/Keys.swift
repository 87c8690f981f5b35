internal import Store
internal import World

/// The tables of a shard's partition: the first octet of every key.
///
/// | table | rest of the key | value |
/// |---|---|---|
/// | head | – | ids and tokens last given; what is in each queue; which levels have lanes, and from when |
/// | message | message id | the envelope, the number of jobs at first, and the octets if they are few |
/// | content | message id | the octets otherwise, up to the engine's inline limit; beyond it they are a blob |
/// | references | message id | how many jobs the message has, if it ever had more than one |
/// | job | queue, message id, part | recipients, state, attempts |
/// | clock | time, queue, message id, part | – : when the job's state ends by itself, or it is late |
/// | ready | lane, level, message id, part | – : jobs that may be taken, in the order in which they are |
/// | lane | queue, destination | how many jobs go there, the first ready one of each line, how long it is held |
/// | order | queue, level, time, destination | – : lines of lanes with ready jobs, by when they may be asked |
/// | blob | blob id | when it was begun, or that it is to go: blobs that no message names |
/// | operation | day, operation | the message that it added |
/// | trace | day, key, message id, time, part, event | what happened to a message |
///
/// A *lane* is a destination in a queue; a *level* is 9 less the priority and what the kind of mail adds to it, so the most
/// urgent stands first; a *line* of a lane is its ready jobs whose levels are of one `Urgency`. Numbers in keys are
/// big-endian, so rows stand in their order.
///
/// What holds after every commit:
/// 1. A job that is `.ready` has one row in `ready`, any other has none.
/// 2. A line has a row in `order` if and only if it has ready jobs and its lane is not paused: at the level of the first of
///    them. So however many jobs wait for a destination that is down, they are three rows at most, which stand in the
///    future; and however many stand in one line, the next is found without looking at them.
/// 3. A job has at most one row in `clock`: the end of its lease or its wait, or when it is late while it is ready.
///    A held job has none.
/// 4. A message's row is there as long as one of its jobs is, in any queue; so are its octets.
/// 5. A blob that no message names has a row in `blob` from before it is begun until it is gone.
enum Table: UInt8 {
    case head = 0x01
    case message = 0x02
    case content = 0x03
    case references = 0x04
    case job = 0x05
    case clock = 0x06
    case ready = 0x07
    case lane = 0x08
    case order = 0x09
    case blob = 0x0A
    case operation = 0x0B
    case trace = 0x0C
}

enum Keys {
    static let head: RowKey = [Table.head.rawValue]

    /// 256 shards at most, so that an id can hold its shard.
    static func partition(_ shard: Int) -> Partition { Partition([0x71, UInt8(truncatingIfNeeded: shard)]) }

    /// How many shards there are, once for all: in a partition of its own.
    static let layout = Partition([0x71])

    static func message(_ id: QueueID) -> RowKey { key(.message, id) }
    static func content(_ id: QueueID) -> RowKey { key(.content, id) }
    static func references(_ id: QueueID) -> RowKey { key(.references, id) }

    private static func key(_ table: Table, _ id: QueueID) -> RowKey {
        var key: RowKey = []
        key.reserveCapacity(9)
        key.append(table.rawValue)
        key.append(bigEndian: id.number)
        return key
    }

    static func job(_ queue: QueueName, _ id: JobID) -> RowKey {
        var key: RowKey = []
        key.reserveCapacity(14)
        key.append(Table.job.rawValue)
        key.append(queue, id)
        return key
    }
    static func jobs(_ queue: QueueName) -> KeyRange { KeyRange(prefix: [Table.job.rawValue, queue.rawValue]) }
    static func jobs(_ queue: QueueName, from id: QueueID) -> KeyRange {
        KeyRange(from: job(queue, JobID(id, part: 0)), upTo: jobs(queue).upper)
    }
    static func jobs(_ queue: QueueName, of id: QueueID) -> KeyRange {
        var key: RowKey = [Table.job.rawValue, queue.rawValue]
        key.append(bigEndian: id.number)
        return KeyRange(prefix: key)
    }

    static func clock(_ time: Timestamp, _ queue: QueueName, _ id: JobID) -> RowKey {
        var key: RowKey = []
        key.reserveCapacity(22)
        key.append(Table.clock.rawValue)
        key.append(time)
        key.append(queue, id)
        return key
    }
    static func clock(from time: Timestamp) -> KeyRange {
        var key: RowKey = [Table.clock.rawValue]
        key.append(time)
        return KeyRange(from: key, upTo: [Table.clock.rawValue + 1])
    }

    private static func ready(_ lane: LaneID) -> RowKey {
        var key: RowKey = [Table.ready.rawValue, lane.queue.rawValue, UInt8(clamping: lane.destination.utf8.count)]
        key.reserveCapacity(3 + lane.destination.utf8.count + 13)
        key.append(contentsOf: lane.destination.utf8)
        return key
    }
    static func ready(_ lane: LaneID, _ place: ReadyPlace) -> RowKey {
        var key = ready(lane)
        key.append(place.level)
        key.append(bigEndian: place.id.message.number)
        key.append(bigEndian: place.id.part)
        return key
    }
    /// The ready jobs of a line that do not stand before `place`, which is in it.
    static func ready(_ lane: LaneID, from place: ReadyPlace) -> KeyRange {
        let end = Urgency(level: place.level).levels.end
        return KeyRange(
            from: ready(lane, place),
            upTo: end.map { ready(lane) + [$0] } ?? KeyRange.successor(ofPrefix: ready(lane))
        )
    }
    static func lane(_ lane: LaneID) -> RowKey {
        [Table.lane.rawValue, lane.queue.rawValue] + Array(lane.destination.utf8)
    }
    static func lanes(_ queue: QueueName) -> KeyRange { KeyRange(prefix: [Table.lane.rawValue, queue.rawValue]) }

    static func order(_ lane: LaneID, _ place: OrderPlace) -> RowKey {
        var key: RowKey = [Table.order.rawValue, lane.queue.rawValue, place.level]
        key.append(place.time)
        key.append(contentsOf: lane.destination.utf8)
        return key
    }
    static func order(_ queue: QueueName, level: UInt8, from time: Timestamp) -> KeyRange {
        let prefix: RowKey = [Table.order.rawValue, queue.rawValue, level]
        var lower = prefix
        lower.append(time)
        return KeyRange(from: lower, upTo: KeyRange.successor(ofPrefix: prefix))
    }

    static let blobs = KeyRange(prefix: [Table.blob.rawValue])
    static func blob(_ id: [UInt8]) -> RowKey { [Table.blob.rawValue] + id }

    static func operation(_ day: UInt32, _ operation: OperationID) -> RowKey {
        var key: RowKey = [Table.operation.rawValue]
        key.append(bigEndian: day)
        key.append(bigEndian: operation.high)
        key.append(bigEndian: operation.low)
        return key
    }

    static func trace(_ day: UInt32, _ traceKey: UInt64) -> RowKey {
        var key: RowKey = [Table.trace.rawValue]
        key.reserveCapacity(34)
        key.append(bigEndian: day)
        key.append(bigEndian: traceKey)
        return key
    }
    static func trace(_ day: UInt32, _ traceKey: UInt64, _ id: JobID, _ time: Timestamp, _ event: UInt8) -> RowKey {
        var key = trace(day, traceKey)
        key.append(bigEndian: id.message.number)
        key.append(time)
        key.append(bigEndian: id.part)
        key.append(event)
        return key
    }
    /// What `table`, whose keys begin with a day, has of days before `day`.
    static func before(_ day: UInt32, in table: Table) -> KeyRange {
        var upper: RowKey = [table.rawValue]
        upper.append(bigEndian: day)
        return KeyRange(from: [table.rawValue], upTo: upper)
    }

    /// The job that a key of `job` or `clock` ends with.
    static func job(endOf key: RowKey) throws(DamagedRow) -> JobPlace {
        let start = key.count - 13
        guard start > 0, let queue = QueueName(rawValue: key[start]) else { throw DamagedRow() }
        return JobPlace(queue: queue, id: try id(endOf: key))
    }

    /// The job id that a key ends with.
    static func id(endOf key: RowKey) throws(DamagedRow) -> JobID {
        guard key.count >= 13 else { throw DamagedRow() }
        return JobID(QueueID(try key.bigEndian(at: key.count - 12)), part: try key.bigEndian(at: key.count - 4))
    }

    /// The time that stands at `offset` of a key.
    static func time(of key: RowKey, at offset: Int) throws(DamagedRow) -> Timestamp {
        Timestamp(milliseconds: Int64(clamping: try key.bigEndian(at: offset, as: UInt64.self)))
    }
}

/// Where a job's row is.
struct JobPlace: Hashable {
    var queue: QueueName
    var id: JobID
}

/// A destination in a queue.
struct LaneID: Hashable, Comparable {
    var queue: QueueName
    var destination: String

    static func < (left: Self, right: Self) -> Bool {
        (left.queue.rawValue, left.destination) < (right.queue.rawValue, right.destination)
    }
}

/// Where a ready job stands in its lane.
struct ReadyPlace: Hashable, Comparable {
    var level: UInt8
    var id: JobID

    static func < (left: Self, right: Self) -> Bool {
        (left.level, left.id.message, left.id.part) < (right.level, right.id.message, right.id.part)
    }
}

/// Where a line stands in the order of lines.
struct OrderPlace: Hashable {
    var level: UInt8
    var time: Timestamp
}

extension [UInt8] {
    fileprivate mutating func append(_ queue: QueueName, _ id: JobID) {
        append(queue.rawValue)
        append(bigEndian: id.message.number)
        append(bigEndian: id.part)
    }

    fileprivate mutating func append(_ time: Timestamp) { append(bigEndian: UInt64(clamping: time.milliseconds)) }
}
