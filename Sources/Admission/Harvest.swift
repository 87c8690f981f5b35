internal import Octets
internal import SMTP
internal import Synchronization
internal import World

/// Counts who asks for addresses that are not here.
final class Harvest: Sendable {
    private struct Count {
        var unknown = 0
        var ends: Instant
    }

    private static let remembered = 100_000

    private let settings: HarvestSettings
    private let counts = Mutex(RecentCache<Subnet, Count>(limit: Harvest.remembered))

    init(_ settings: HarvestSettings) { self.settings = settings }

    /// Whether nothing is counted.
    private var isOff: Bool { settings.limit == 0 && settings.delayedAfter == 0 }

    /// Whether `network` asked for too many.
    func isOver(_ network: Subnet, at now: Instant) -> Bool {
        guard settings.limit > 0 else { return false }
        return counts.withLock { counts in
            guard let count = counts.value(network), now < count.ends else { return false }
            return count.unknown >= settings.limit
        }
    }

    /// Counts one more; how long the answer waits, and whether it is the last one.
    func count(_ network: Subnet, at now: Instant) -> (pause: Duration, isOver: Bool) {
        guard !isOff else { return (.zero, false) }
        let unknown = counts.withLock { counts in
            var count = Count(ends: now + settings.window)
            if let known = counts.value(network), now < known.ends { count = known }
            count.unknown += 1
            counts.insert(count, for: network)
            return count.unknown
        }
        let isDelayed = settings.delayedAfter > 0 && unknown > settings.delayedAfter
        return (isDelayed ? settings.delay : .zero, settings.limit > 0 && unknown >= settings.limit)
    }
}
