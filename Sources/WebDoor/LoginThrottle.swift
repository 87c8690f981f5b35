internal import Synchronization
internal import World

/// Counts failed logins of each address, so that guessing many passwords takes for ever. Bounded: when there are too many
/// addresses, those whose time is over are forgotten, and if none is, all.
final class LoginThrottle: Sendable {
    private struct Count {
        var failures: Int
        var ends: Instant
    }

    private let counts = Mutex<[String: Count]>([:])
    private let limit: Int
    private let window: Duration
    private static let addresses = 10_000

    init(limit: Int, window: Duration) {
        self.limit = limit
        self.window = window
    }

    /// How long `host` has to wait before it may try again; nil if it need not.
    func wait(for host: String, at now: Instant) -> Duration? {
        counts.withLock { counts in
            guard let count = counts[host], now < count.ends, count.failures >= limit else { return nil }
            return count.ends - now
        }
    }

    /// Counts a failed login of `host`.
    func fail(_ host: String, at now: Instant) {
        counts.withLock { counts in
            if counts[host] == nil, counts.count >= Self.addresses {
                counts = counts.filter { now < $0.value.ends }
                if counts.count >= Self.addresses { counts = [:] }
            }
            if let count = counts[host], now < count.ends {
                counts[host] = Count(failures: count.failures + 1, ends: count.ends)
            } else {
                counts[host] = Count(failures: 1, ends: now + window)
            }
        }
    }
}
