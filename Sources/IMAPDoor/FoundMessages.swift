/// Messages that were found, as indices of the view, in an order: as ranges while that is the view's, so that memory grows
/// with the gaps; one by one after SORT.
struct FoundMessages: RandomAccessCollection, Sendable {
    private enum Order {
        /// Ranges, apart from each other, none empty, and how many messages are before each.
        case ofView(ranges: [Range<Int>], starts: [Int])
        case own([Int])
    }

    private var order = Order.ofView(ranges: [], starts: [])
    private(set) var count = 0

    /// None.
    init() {}

    /// All up to `count`.
    init(all count: Int) {
        self.count = Swift.max(count, 0)
        if count > 0 { order = .ofView(ranges: [0..<count], starts: [0]) }
    }

    /// Those, in that order.
    init(inOrder indices: [Int]) {
        order = .own(indices)
        count = indices.count
    }

    /// Those, which ascend.
    init(ascending indices: some Sequence<Int>) {
        for index in indices { append(index) }
    }

    /// Adds one that is behind all others in the view, while the order is the view's.
    mutating func append(_ index: Int) {
        guard case .ofView(var ranges, var starts) = order else { return }
        order = .own([])
        if let last = ranges.last, last.upperBound == index {
            ranges[ranges.count - 1] = last.lowerBound..<index + 1
        } else {
            ranges.append(index..<index + 1)
            starts.append(count)
        }
        count += 1
        order = .ofView(ranges: ranges, starts: starts)
    }

    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(place: Int) -> Int {
        switch order {
        case .own(let indices): return indices[place]
        case .ofView(let ranges, let starts):
            var low = 0
            var high = ranges.count
            while high - low > 1 {
                let middle = (low + high) / 2
                if starts[middle] <= place { low = middle } else { high = middle }
            }
            return ranges[low].lowerBound + place - starts[low]
        }
    }

    /// The same in the order of the view.
    var ascending: FoundMessages {
        if case .own(let indices) = order { FoundMessages(ascending: indices.sorted()) } else { self }
    }

    /// Ascending ranges of them, if the order is the view's.
    var ranges: [Range<Int>]? {
        if case .ofView(let ranges, _) = order { ranges } else { nil }
    }

    /// Those of both, which have nothing in common and the order of the view.
    func merged(with other: FoundMessages) -> FoundMessages {
        if other.isEmpty { return self }
        if isEmpty { return other }
        var merged = FoundMessages()
        var (left, right) = (makeIterator(), other.makeIterator())
        var (next, second) = (left.next(), right.next())
        while next != nil || second != nil {
            if let index = next, second.map({ index < $0 }) ?? true {
                merged.append(index)
                next = left.next()
            } else if let index = second {
                merged.append(index)
                second = right.next()
            }
        }
        return merged
    }
}
