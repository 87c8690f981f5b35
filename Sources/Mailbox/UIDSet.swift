/// A set of UIDs as ascending ranges: memory grows with the gaps, not with the messages.
public struct UIDSet: Hashable, Sendable {
    /// Ascending, apart from each other, none empty.
    public private(set) var ranges: [ClosedRange<UID>] = []

    /// The empty set.
    public init() {}

    /// The set of one range.
    public init(_ range: ClosedRange<UID>) { ranges = [range] }

    /// The set of `uids`, in any order.
    public init(_ uids: some Sequence<UID>) {
        for uid in uids { insert(uid) }
    }

    /// The union of `ranges`, in any order, which may overlap.
    public init(ranges unordered: some Sequence<ClosedRange<UID>>) {
        for range in unordered.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = ranges.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                ranges.append(range)
            }
        }
    }

    /// Whether it has none.
    public var isEmpty: Bool { ranges.isEmpty }
    /// How many it has.
    public var count: Int { ranges.reduce(0) { $0 + $1.count } }
    /// The least; nil if empty.
    public var first: UID? { ranges.first?.lowerBound }
    /// The greatest; nil if empty.
    public var last: UID? { ranges.last?.upperBound }
    /// Every UID, ascending.
    public var uids: some Sequence<UID> { ranges.lazy.flatMap { $0 } }

    /// Whether `uid` belongs to it.
    public func contains(_ uid: UID) -> Bool {
        let index = firstIndex(notBefore: uid)
        return index < ranges.count && ranges[index].lowerBound <= uid
    }

    /// Adds `uid`; fast at the end.
    public mutating func insert(_ uid: UID) {
        if let last = ranges.last, uid > last.upperBound {
            if uid == last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...uid
            } else {
                ranges.append(uid...uid)
            }
            return
        }
        let index = firstIndex(notBefore: uid)
        guard index == ranges.count || ranges[index].lowerBound > uid else { return }
        let joinsPrevious = index > 0 && ranges[index - 1].upperBound + 1 == uid
        let joinsNext = index < ranges.count && ranges[index].lowerBound == uid + 1
        switch (joinsPrevious, joinsNext) {
        case (true, true):
            ranges[index - 1] = ranges[index - 1].lowerBound...ranges[index].upperBound
            ranges.remove(at: index)
        case (true, false): ranges[index - 1] = ranges[index - 1].lowerBound...uid
        case (false, true): ranges[index] = uid...ranges[index].upperBound
        case (false, false): ranges.insert(uid...uid, at: index)
        }
    }

    /// The first range that ends at `uid` or after it.
    private func firstIndex(notBefore uid: UID) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < uid { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
