internal import Store
internal import World

/// A shard's head row: what every change of the shard reads and writes, about 150 octets.
struct Head: Hashable, Sendable {
    /// The greatest id given to a message.
    var lastID = QueueID(0)
    /// The greatest token given to a lease.
    var lastToken: UInt64 = 0
    /// Numbers the parts of messages that are split after they came.
    var lastPart: UInt32 = 0
    /// No row of the clock is earlier.
    var clock = Head.never
    /// What each queue has.
    var queues = QueueName.allCases.map { _ in QueueCounts() }
    /// By queue, the levels that have lanes in `order`.
    var levels: [[UInt8: LevelState]] = QueueName.allCases.map { _ in [:] }
    /// What happened since the beginning.
    var totals = Totals()

    static let never = Timestamp(milliseconds: .max / 4)

    init() {}

    init(_ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        lastID = QueueID(try unpacker.number())
        lastToken = try unpacker.number()
        lastPart = try unpacker.number(as: UInt32.self)
        clock = Timestamp(milliseconds: try unpacker.signed())
        for index in queues.indices {
            queues[index] = try QueueCounts(&unpacker)
            for _ in 0..<(try unpacker.octet()) {
                let level = try unpacker.octet()
                let lanes = try unpacker.number(as: Int.self)
                let floor = Timestamp(milliseconds: try unpacker.signed())
                levels[index][level] = LevelState(lanes: lanes, floor: floor)
            }
        }
        totals = try Totals(&unpacker)
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octets.reserveCapacity(192)
        packer.octet(1)
        packer.number(lastID.number)
        packer.number(lastToken)
        packer.number(UInt64(lastPart))
        packer.signed(clock.milliseconds)
        for index in queues.indices {
            queues[index].pack(into: &packer)
            packer.octet(UInt8(clamping: levels[index].count))
            for (level, state) in levels[index].sorted(by: { $0.key < $1.key }) {
                packer.octet(level)
                packer.number(state.lanes)
                packer.signed(state.floor.milliseconds)
            }
        }
        totals.pack(into: &packer)
        return packer.octets
    }

    /// The earliest moment at which `queue` may have something to do; never too late, perhaps too early.
    func nextDue(_ queue: QueueName) -> Timestamp {
        levels[Int(queue.rawValue)].values.reduce(clock) { min($0, $1.floor) }
    }

    /// The same for jobs as urgent as `urgency`.
    func nextDue(_ queue: QueueName, _ urgency: Urgency) -> Timestamp {
        levels[Int(queue.rawValue)].reduce(clock) { next, entry in
            Urgency(level: entry.key) == urgency ? min(next, entry.value.floor) : next
        }
    }

    /// The same of all queues.
    var nextDue: Timestamp { QueueName.allCases.reduce(clock) { min($0, nextDue($1)) } }
}

/// Lanes of one level in the order.
struct LevelState: Hashable, Sendable {
    var lanes = 0
    /// None is earlier.
    var floor = Head.never
}

extension QueueCounts {
    init(_ unpacker: inout Unpacker) throws(DamagedRow) {
        self.init()
        ready = try unpacker.number(as: Int.self)
        waiting = try unpacker.number(as: Int.self)
        leased = try unpacker.number(as: Int.self)
        held = try unpacker.number(as: Int.self)
        kept = try unpacker.number(as: Int.self)
        recipients = try unpacker.number(as: Int.self)
        octets = try unpacker.number(as: Int.self)
        oldest = QueueID(try unpacker.number())
    }

    func pack(into packer: inout Packer) {
        for number in [ready, waiting, leased, held, kept, recipients, octets] { packer.number(number) }
        packer.number(oldest.number)
    }
}

extension Totals {
    init(_ unpacker: inout Unpacker) throws(DamagedRow) {
        self.init()
        added = try unpacker.number()
        delivered = try unpacker.number()
        deferred = try unpacker.number()
        failed = try unpacker.number()
        expired = try unpacker.number()
        reported = try unpacker.number()
    }

    func pack(into packer: inout Packer) {
        for number in [added, delivered, deferred, failed, expired, reported] { packer.number(number) }
    }
}
