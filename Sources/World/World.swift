internal import CSystem

/// What the service takes from outside itself: time and chance. Production gives the real ones, a test gives a virtual
/// clock and a seed, and then the same run happens again.
///
/// Nothing below the gateway asks the system for either. Sockets come from a `Network.Stream`, disks from a `Store`.
public struct World: Sendable {
    /// Wall-clock time.
    public var now: @Sendable () -> Timestamp
    /// Time for deadlines and durations: never goes back.
    public var uptime: @Sendable () -> Instant
    /// 64 random bits, from a generator fit for secrets in production.
    public var random: @Sendable () -> UInt64

    /// A world of the given clocks and chance.
    public init(
        now: @escaping @Sendable () -> Timestamp,
        uptime: @escaping @Sendable () -> Instant,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.now = now
        self.uptime = uptime
        self.random = random
    }

    /// The machine's clocks and the kernel's generator.
    public static let real = World(
        now: { Timestamp(milliseconds: portico_wall_nanoseconds() / 1_000_000) },
        uptime: { Instant(nanoseconds: portico_monotonic_nanoseconds()) },
        random: { portico_random() }
    )

    /// `count` random octets.
    public func randomOctets(_ count: Int) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(count + 7)
        while octets.count < count {
            let bits = random()
            for shift in stride(from: 0, to: 64, by: 8) {
                octets.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
            }
        }
        octets.removeLast(octets.count - count)
        return octets
    }
}

/// A moment on the wall clock.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    /// The moment `milliseconds` after 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    public var seconds: Int64 { milliseconds / 1000 }

    /// Whether `left` is earlier.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
}

/// A moment on the monotonic clock.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since an arbitrary start.
    public var nanoseconds: Int64

    /// The moment `nanoseconds` after the clock's start.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// A moment that never comes.
    public static let never = Instant(nanoseconds: .max)

    /// Whether `left` is earlier.
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment `duration` later; `never` stays `never`, and so does what lies beyond it.
    public static func + (left: Self, duration: Duration) -> Self {
        guard left != .never else { return .never }
        let (seconds, attoseconds) = duration.components
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (nanoseconds, overflowsToo) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        let (sum, overflowsAtLast) = left.nanoseconds.addingReportingOverflow(nanoseconds)
        return overflows || overflowsToo || overflowsAtLast ? .never : Instant(nanoseconds: sum)
    }

    /// The time from `right` to `left`.
    public static func - (left: Self, right: Self) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}
