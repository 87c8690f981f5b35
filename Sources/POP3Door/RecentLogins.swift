internal import Synchronization
internal import World

/// When accounts last opened their maildrops, for the delay between logins. RFC 2449 §6.5.
///
/// Listeners that are to hold the delay together share one. It is forgotten with the process.
public final class RecentLogins: Sendable {
    private struct State {
        var times: [UInt64: Instant] = [:]
        /// How many there may be before the old ones are looked for.
        var limit = 1024
    }

    private let state = Mutex(State())

    /// Nobody was here yet.
    public init() {}

    /// Whether `account` was here less than `delay` before `now`.
    func isTooSoon(_ account: UInt64, _ delay: Duration, now: Instant) -> Bool {
        state.withLock { state in
            guard let last = state.times[account] else { return false }
            return now < last + delay
        }
    }

    /// Notes that `account` opened its maildrop. Those whose delay is over are forgotten when there are many.
    func note(_ account: UInt64, _ delay: Duration, now: Instant) {
        state.withLock { state in
            state.times[account] = now
            guard state.times.count > state.limit else { return }
            state.times = state.times.filter { now < $0.value + delay }
            state.limit = max(1024, 2 * state.times.count)
        }
    }
}
