/// Unions, differences and intersections: linear in the ranges of both sets, whatever the number of UIDs.
extension UIDSet {
    /// The UIDs that are in one of the two.
    public func union(_ other: UIDSet) -> UIDSet { UIDSet(ranges: ranges + other.ranges) }

    /// The UIDs that are in both.
    public func intersection(_ other: UIDSet) -> UIDSet {
        var common: [ClosedRange<UID>] = []
        var (left, right) = (0, 0)
        while left < ranges.count, right < other.ranges.count {
            let (first, second) = (ranges[left], other.ranges[right])
            let lower = max(first.lowerBound, second.lowerBound)
            let upper = min(first.upperBound, second.upperBound)
            if lower <= upper { common.append(lower...upper) }
            if first.upperBound < second.upperBound { left += 1 } else { right += 1 }
        }
        return UIDSet(ranges: common)
    }

    /// The UIDs that are here and not in `other`.
    public func subtracting(_ other: UIDSet) -> UIDSet {
        var rest: [ClosedRange<UID>] = []
        var place = 0
        for range in ranges {
            while place < other.ranges.count, other.ranges[place].upperBound < range.lowerBound { place += 1 }
            var lower = range.lowerBound
            var isUsedUp = false
            var next = place
            while next < other.ranges.count, other.ranges[next].lowerBound <= range.upperBound {
                let hole = other.ranges[next]
                if hole.lowerBound > lower { rest.append(lower...hole.lowerBound - 1) }
                guard hole.upperBound < range.upperBound else {
                    isUsedUp = true
                    break
                }
                lower = max(lower, hole.upperBound + 1)
                next += 1
            }
            place = next
            if !isUsedUp { rest.append(lower...range.upperBound) }
        }
        return UIDSet(ranges: rest)
    }
}
