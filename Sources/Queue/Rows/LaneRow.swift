internal import Store
internal import World

/// A destination in a queue, as one shard knows it.
struct Lane: Hashable, Sendable {
    /// Jobs of it, in any state.
    var jobs = 0
    /// Jobs of it that are ready.
    var ready = 0
    /// The first of them.
    var first: ReadyPlace?
    /// Its row in `order`, if it has one.
    var order: OrderPlace?
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
        guard try unpacker.octet() == 1 else { throw DamagedRow() }
        jobs = try unpacker.number(as: Int.self)
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
        failures = try unpacker.number(as: Int.self)
        heldUntil = Timestamp(milliseconds: try unpacker.signed())
        isPaused = try unpacker.flag()
        lastReply = try unpacker.text()
    }

    var row: [UInt8] {
        var packer = Packer()
        packer.octet(1)
        packer.number(jobs)
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
        packer.number(failures)
        packer.signed(heldUntil.milliseconds)
        packer.octet(isPaused ? 1 : 0)
        packer.text(lastReply)
        return packer.octets
    }
}
