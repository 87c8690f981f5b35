internal import World

/// Timers in wheels of 64 slots, each wheel 64 times coarser than the one before: adding and cancelling take the same
/// time however many there are, and a timer is moved at most once per wheel before it is due.
///
/// Knows no clock: whoever owns it says what time it is. A timer is never due early, and late by at most `tick`.
struct TimerWheel<Payload> {
    /// Names a timer until it is due or cancelled.
    struct ID: Hashable {
        fileprivate var index: Int32
        fileprivate var generation: UInt32
    }

    private struct Timer {
        var payload: Payload?
        var tick: Int64
        var previous: Int32
        var next: Int32
        var slot: Int32
        var generation: UInt32
    }

    /// Nanoseconds between two moments that the wheel can tell apart.
    static var tick: Int64 { 10_000_000 }
    private static var none: Int32 { -1 }
    /// 64 to the 7th ticks are 1,394 years, more than an `Instant` can say.
    private static var levels: Int { 7 }

    private var timers: [Timer] = []
    private var firstFree = none
    private var heads: [Int32]
    private var occupied: [UInt64]
    private var elapsed: Int64

    /// How many timers are waiting.
    private(set) var count = 0

    /// An empty wheel at the moment `now`.
    init(now: Instant) {
        heads = Array(repeating: Self.none, count: Self.levels * 64)
        occupied = Array(repeating: 0, count: Self.levels)
        elapsed = max(0, now.nanoseconds / Self.tick)
    }

    /// Makes `payload` due at `deadline`; at the next `advance` if that has passed.
    mutating func add(_ payload: Payload, at deadline: Instant) -> ID {
        let nanoseconds = max(0, deadline.nanoseconds)
        let tick = nanoseconds / Self.tick + (nanoseconds % Self.tick == 0 ? 0 : 1)
        let index: Int32
        if firstFree != Self.none {
            index = firstFree
            firstFree = timers[Int(index)].next
            timers[Int(index)].payload = payload
            timers[Int(index)].tick = tick
        } else {
            index = Int32(timers.count)
            timers.append(Timer(payload: payload, tick: tick, previous: -1, next: -1, slot: -1, generation: 0))
        }
        link(index)
        count += 1
        return ID(index: index, generation: timers[Int(index)].generation)
    }

    /// Forgets a timer; does nothing if it was due or cancelled before.
    mutating func cancel(_ id: ID) {
        guard timers.indices.contains(Int(id.index)), timers[Int(id.index)].generation == id.generation else { return }
        unlink(id.index)
        release(id.index)
    }

    /// Moves the time forward and appends what has become due to `due`, in the order of their ticks.
    mutating func advance(to now: Instant, into due: inout [Payload]) {
        let target = max(elapsed, now.nanoseconds / Self.tick)
        while let (tick, slot) = earliestSlot(), tick <= target {
            elapsed = tick
            var index = heads[slot]
            heads[slot] = Self.none
            occupied[slot / 64] &= ~(1 << UInt64(slot % 64))
            while index != Self.none {
                let next = timers[Int(index)].next
                if timers[Int(index)].tick <= tick {
                    if let payload = timers[Int(index)].payload { due.append(payload) }
                    release(index)
                } else {
                    link(index)
                }
                index = next
            }
        }
        elapsed = target
    }

    /// When `advance` next has something to do: the first timer's moment or an earlier one; nil without timers.
    var nextExpiry: Instant? { earliestSlot().map { Instant(nanoseconds: $0.tick * Self.tick) } }

    /// The occupied slot whose time comes first, and that time. A finer wheel's slots all come before a coarser one's.
    private func earliestSlot() -> (tick: Int64, slot: Int)? {
        for level in 0..<Self.levels where occupied[level] != 0 {
            let shift = Int64(level * 6)
            let current = (elapsed >> shift) & 63
            let rotated = occupied[level] >> UInt64(current) | occupied[level] << UInt64((64 - current) & 63)
            let slot = (current + Int64(rotated.trailingZeroBitCount)) & 63
            let start = ((elapsed >> (shift + 6)) << (shift + 6)) + (slot << shift)
            return (max(start, elapsed), level * 64 + Int(slot))
        }
        return nil
    }

    private mutating func link(_ index: Int32) {
        // What is due already goes to the slot of the present, which `advance` visits first.
        let tick = max(timers[Int(index)].tick, elapsed)
        let distance = UInt64(bitPattern: elapsed ^ tick) | 63
        let level = (63 - distance.leadingZeroBitCount) / 6
        let slot = level * 64 + Int((tick >> Int64(level * 6)) & 63)
        timers[Int(index)].slot = Int32(slot)
        timers[Int(index)].previous = Self.none
        timers[Int(index)].next = heads[slot]
        if heads[slot] != Self.none { timers[Int(heads[slot])].previous = index }
        heads[slot] = index
        occupied[level] |= 1 << UInt64(slot % 64)
    }

    private mutating func unlink(_ index: Int32) {
        let timer = timers[Int(index)]
        if timer.next != Self.none { timers[Int(timer.next)].previous = timer.previous }
        if timer.previous != Self.none {
            timers[Int(timer.previous)].next = timer.next
        } else {
            heads[Int(timer.slot)] = timer.next
            if timer.next == Self.none { occupied[Int(timer.slot) / 64] &= ~(1 << UInt64(timer.slot % 64)) }
        }
    }

    private mutating func release(_ index: Int32) {
        timers[Int(index)].payload = nil
        timers[Int(index)].generation &+= 1
        timers[Int(index)].next = firstFree
        firstFree = index
        count -= 1
    }
}
