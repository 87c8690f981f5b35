internal import Synchronization
public import World

/// How much of what in what time; 0 is any number.
public struct RateLimits: Hashable, Sendable {
    /// Connections.
    public var connections = 0
    /// Commands, of all connections.
    public var commands = 0
    /// Messages.
    public var messages = 0
    /// Recipients, those that were refused too.
    public var recipients = 0

    /// Any number of everything.
    public init() {}

    /// Whether nothing has to be counted.
    var areNone: Bool { self == RateLimits() }
}

/// Counts what somebody does within a window, for each somebody. Bounded: when there are too many of them, those not heard
/// of for longest are forgotten.
public final class RateCounter<Who: Hashable & Sendable>: Sendable {
    private struct Counts {
        var limits = RateLimits()
        var ends: Instant
    }

    /// What a counter remembers when nothing else is said.
    private static var standardSize: Int { 100_000 }

    private let limits: RateLimits
    private let window: Duration
    private let counts: Mutex<RecentCache<Who, Counts>>

    /// A counter at zero that remembers at most `size` of them.
    public init(_ limits: RateLimits, in window: Duration, size: Int? = nil) {
        self.limits = limits
        self.window = window
        counts = Mutex(RecentCache(limit: size ?? Self.standardSize))
    }

    /// Counts one more of `what`; false if that is too many. Where there is no limit, nothing is looked at.
    public func admit(
        _ what: WritableKeyPath<RateLimits, Int>,
        of who: @autoclosure () -> Who,
        at now: @autoclosure () -> Instant
    ) -> Bool {
        guard !limits.areNone, limits[keyPath: what] > 0 else { return true }
        let (who, now) = (who(), now())
        return counts.withLock { cache in
            var counts = Counts(ends: now + window)
            if let known = cache.value(who), now < known.ends { counts = known }
            counts.limits[keyPath: what] += 1
            cache.insert(counts, for: who)
            return counts.limits[keyPath: what] <= limits[keyPath: what]
        }
    }
}
