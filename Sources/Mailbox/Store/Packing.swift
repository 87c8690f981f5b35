internal import Store

extension Packer {
    mutating func uids(_ set: UIDSet) {
        number(set.ranges.count)
        var last: UID = 0
        for range in set.ranges {
            number(range.lowerBound - last)
            number(range.upperBound - range.lowerBound)
            last = range.upperBound
        }
    }
}

extension Unpacker {
    mutating func uids() throws(DamagedRow) -> UIDSet {
        var ranges: [ClosedRange<UID>] = []
        var last: UID = 0
        for _ in 0..<(try number(as: Int.self)) {
            let gap = try number(as: UID.self)
            let length = try number(as: UID.self)
            let (lower, overflowsGap) = last.addingReportingOverflow(gap)
            let (upper, overflowsLength) = lower.addingReportingOverflow(length)
            guard !overflowsGap, !overflowsLength else { throw DamagedRow() }
            ranges.append(lower...upper)
            last = upper
        }
        return UIDSet(ranges: ranges)
    }
}
