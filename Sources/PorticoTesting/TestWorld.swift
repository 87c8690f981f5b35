internal import Synchronization
public import World

/// A world whose clock stands still until it is moved, and whose chance comes from a seed: the same run happens again.
public final class TestWorld: Sendable {
    private struct Alarm {
        var id: UInt64
        var moment: Instant
        var body: @Sendable () -> Void
    }

    private struct State {
        var elapsed = Duration.zero
        var random: SeededRandom
        var nextID: UInt64 = 0
        /// In the order in which they are due; those due at one moment in the order in which they were set.
        var alarms: [Alarm] = []

        /// Moves the clock to the first alarm, unless it lies behind `target`, and takes it out.
        mutating func takeAlarm(before target: Duration?) -> (@Sendable () -> Void)? {
            guard let alarm = alarms.first else { return nil }
            let moment = alarm.moment - TestWorld.origin
            if let target, moment > target { return nil }
            alarms.removeFirst()
            elapsed = max(elapsed, moment)
            return alarm.body
        }
    }

    /// Names an alarm that was set.
    public struct AlarmID: Hashable, Sendable {
        fileprivate var id: UInt64
    }

    private let state: Mutex<State>
    private let start: Timestamp
    /// Far from zero, where mistakes with durations would not show.
    private static let origin = Instant(nanoseconds: 1_000_000_000_000)

    /// A world that begins at `start`, by default noon of 1 January 2026, UTC.
    public init(seed: UInt64 = 1, start: Timestamp = Timestamp(milliseconds: 1_767_268_800_000)) {
        self.start = start
        state = Mutex(State(random: SeededRandom(seed: seed)))
    }

    /// What the code under test gets.
    public var world: World {
        World(now: { self.now }, uptime: { self.uptime }, random: { self.random() })
    }

    /// The wall clock.
    public var now: Timestamp {
        let (seconds, attoseconds) = state.withLock { $0.elapsed.components }
        return Timestamp(milliseconds: start.milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    /// The monotonic clock.
    public var uptime: Instant { state.withLock { Self.origin + $0.elapsed } }

    /// The next 64 bits of the seed's sequence.
    public func random() -> UInt64 { state.withLock { $0.random.next() } }

    /// Calls `body` when the clock gets to `moment`, on the thread that moves it; at the next move if it is there.
    public func setAlarm(at moment: Instant, _ body: @escaping @Sendable () -> Void) -> AlarmID {
        state.withLock { state in
            state.nextID += 1
            let place = state.alarms.firstIndex { $0.moment > moment } ?? state.alarms.endIndex
            state.alarms.insert(Alarm(id: state.nextID, moment: moment, body: body), at: place)
            return AlarmID(id: state.nextID)
        }
    }

    /// Forgets an alarm.
    public func cancel(_ alarm: AlarmID) {
        state.withLock { state in state.alarms.removeAll { $0.id == alarm.id } }
    }

    /// Moves both clocks on and calls the alarms that lie on the way, each at its moment.
    public func advance(by duration: Duration) {
        let target = state.withLock { $0.elapsed + duration }
        while let body = state.withLock({ $0.takeAlarm(before: target) }) { body() }
        state.withLock { $0.elapsed = max($0.elapsed, target) }
    }

    /// Moves both clocks to the next alarm and calls it. Returns false if there is none.
    public func advanceToNextAlarm() -> Bool {
        guard let body = state.withLock({ $0.takeAlarm(before: nil) }) else { return false }
        body()
        return true
    }
}

/// SplitMix64: small, fast, and the same on every machine. Not for secrets.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The sequence of `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
