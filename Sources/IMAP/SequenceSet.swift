/// Numbers of messages as a client writes them: `1:3,7,9:*`. RFC 3501 §9 sequence-set.
public struct SequenceSet: Hashable, Sendable {
    /// `first:last` in the order written, or a single number (both the same). Zero stands for `*`, which no number can.
    public struct Element: Hashable, Sendable {
        /// The number before the colon; 0 for `*`.
        public var first: UInt32
        /// The number after the colon; 0 for `*`.
        public var last: UInt32

        /// The numbers between `first` and `last`, whichever is greater; 0 is `*`.
        public init(_ first: UInt32, _ last: UInt32) {
            self.first = first
            self.last = last
        }
    }

    /// At least one, in the order written; they may overlap. None if it is the saved result.
    public var elements: [Element]
    /// `$`: what the last SEARCH RETURN (SAVE) found. RFC 5182 §2.1.
    public private(set) var isSavedResult = false

    /// A set of those.
    public init(_ elements: [Element]) { self.elements = elements }

    /// `$`. RFC 5182 §3.
    public static let savedResult: SequenceSet = {
        var set = SequenceSet([])
        set.isSavedResult = true
        return set
    }()

    /// Ascending ranges, apart from each other, with `largest` (the greatest number in use) put for `*`.
    ///
    /// Numbers above `largest` stay, so that the caller can tell a wrong sequence number (BAD) from an unused UID
    /// (nothing). In an empty mailbox (`largest` is 0) whatever begins or ends with `*` names nothing.
    public func ranges(largest: UInt32) -> [ClosedRange<UInt32>] {
        var ranges: [ClosedRange<UInt32>] = []
        ranges.reserveCapacity(elements.count)
        var isAscending = true
        for element in elements {
            let first = element.first == 0 ? largest : element.first
            let last = element.last == 0 ? largest : element.last
            guard first > 0, last > 0 else { continue }
            let range = min(first, last)...max(first, last)
            if let previous = ranges.last {
                if range.lowerBound > previous.upperBound, range.lowerBound - previous.upperBound > 1 {
                    ranges.append(range)
                } else if range.lowerBound >= previous.lowerBound {
                    let joined = previous.lowerBound...max(previous.upperBound, range.upperBound)
                    ranges[ranges.count - 1] = joined
                } else {
                    isAscending = false
                    ranges.append(range)
                }
            } else {
                ranges.append(range)
            }
        }
        return isAscending ? ranges : SequenceSet.joined(ranges.sorted { $0.lowerBound < $1.lowerBound })
    }

    private static func joined(_ ascending: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var ranges: [ClosedRange<UInt32>] = []
        for range in ascending {
            if let last = ranges.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }
}
