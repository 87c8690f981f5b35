internal import Store
internal import World

/// A destination in a queue, as one shard knows it.
struct Lane: Hashable, Sendable {
    /// Jobs of it, in any state.
    var jobs = 0
    /// Jobs of it that are ready, by `Urgency`.
    var lines = Urgency.allCases.map { _ in ReadyLine() }
    /// Tries in a row that the destination failed.
    var failures = 0
    /// It is not asked before that moment: the destination failed, or one job is trying whether it is back.
    var heldUntil = Timestamp(milliseconds: 0)
    /// An administrator holds it.
    var isPaused = false
    /// What was said when it failed.
    var lastReply = ""

    init() {}

    init(_ row: [UInt8]) throws(DamagedRow) {
        var unpacker = Unpacker(row)
        let version = try unpacker.octet()
        guard (1...2).contains(version) else { throw DamagedRow() }
        jobs = try unpacker.number(as: Int.self)
        if version == 1 { try readOneLine(&unpacker) }
        if version == 2 { for index in lines.indices { lines[index] = try ReadyLine(&unpacker) } }
        failures = try unpacker.number(as: Int.self)
        heldUntil = Timestamp(milliseconds: try unpacker.signed())
        isPaused = try unpacker.flag()
        lastReply = try unpacker.text()
    }

    /// A lane from before there were several lines: any of them may have its jobs, and the rows of `ready` say which.
    private mutating func readOneLine(_ unpacker: inout Unpacker) throws(DamagedRow) {
        let line = try ReadyLine(&unpacker)
        for index in lines.indices { lines[index].ready = line.ready }
        if let first = line.first { self[Urgency(level: first.level)].first = first }
        if let order = line.order { self[Urgency(level: order.level)].order = order }
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octet(2)
        packer.number(jobs)
        for line in lines { line.pack(into: &packer) }
        packer.number(failures)
        packer.signed(heldUntil.milliseconds)
        packer.octet(isPaused ? 1 : 0)
        packer.text(lastReply)
        return packer.octets
    }
}

extension Lane {
    subscript(urgency: Urgency) -> ReadyLine {
        get { lines[Int(urgency.rawValue)] }
        set { lines[Int(urgency.rawValue)] = newValue }
    }

    /// Jobs of it that are ready.
    var ready: Int { lines.reduce(0) { $0 + $1.ready } }
}

/// The ready jobs of a lane that are of one urgency.
struct ReadyLine: Hashable, Sendable {
    /// How many they are.
    var ready = 0
    /// The first of them.
    var first: ReadyPlace?
    /// Their row in `order`, if they have one.
    var order: OrderPlace?

    init() {}

    fileprivate init(_ unpacker: inout Unpacker) throws(DamagedRow) {
        ready = try unpacker.number(as: Int.self)
        first = try unpacker.optional { unpacker throws(DamagedRow) in
            ReadyPlace(
                level: try unpacker.octet(),
                id: JobID(QueueID(try unpacker.number()), part: try unpacker.number(as: UInt32.self))
            )
        }
        order = try unpacker.optional { unpacker throws(DamagedRow) in
            OrderPlace(level: try unpacker.octet(), time: Timestamp(milliseconds: try unpacker.signed()))
        }
    }

    fileprivate func pack(into packer: inout Packer) {
        packer.number(ready)
        packer.optional(first) { packer, first in
            packer.octet(first.level)
            packer.number(first.id.message.number)
            packer.number(UInt64(first.id.part))
        }
        packer.optional(order) { packer, order in
            packer.octet(order.level)
            packer.signed(order.time.milliseconds)
        }
    }
}
