/// Counts what happened within the last `length` seconds, nearly: it keeps two numbers, for this stretch of time and for
/// the one before, of which the part counts that is not over. So a limit cannot be used twice around a full hour.
struct SlidingCount: Hashable {
    /// Seconds.
    let length: Int64
    /// When the present stretch began, in seconds since 1970.
    private(set) var start: Int64 = 0
    private(set) var previous = 0
    private(set) var current = 0

    init(length: Int64) { self.length = length }

    init(length: Int64, start: Int64, previous: Int, current: Int) {
        self.length = length
        self.start = start
        self.previous = previous
        self.current = current
    }

    /// How many there were up to `now`.
    mutating func total(at now: Int64) -> Int {
        advance(to: now)
        return current + Int(Double(previous) * Double(start + length - now) / Double(length))
    }

    /// Counts more.
    mutating func add(_ count: Int, at now: Int64) {
        advance(to: now)
        current += count
    }

    /// In how many seconds there is room for one more below `limit`, which is at least 1; 0 if there is.
    mutating func wait(for limit: Int, at now: Int64) -> Int64 {
        guard total(at: now) >= limit else { return 0 }
        // `previous` wanes in this stretch, and `current` in the next one.
        let isNow = current < limit
        let rest = Double(isNow ? limit - current : limit) / Double(max(1, isNow ? previous : current))
        let end = start + length + (isNow ? 0 : length)
        return max(1, end - Int64(min(1, rest) * Double(length)) + 1 - now)
    }

    /// A clock that was set back begins anew.
    private mutating func advance(to now: Int64) {
        if now >= start, now < start + length { return }
        let isNext = now >= start + length && now < start + 2 * length
        previous = isNext ? current : 0
        start = isNext ? start + length : now
        current = 0
    }
}
