internal import IMAP
internal import Mailbox
internal import Octets

/// The order that a SORT asks for. RFC 5256 §3, RFC 5957.
struct MessageOrder {
    let criteria: [SortCriterion]
    /// How well each message matches, for RELEVANCY. RFC 6203 §5.
    var relevancies: [Int: UInt8] = [:]

    /// What is compared of one message.
    struct Rank {
        /// Sequence number less one: decides between equals.
        let index: Int
        /// One for each criterion.
        let values: [Value]
    }

    /// What one criterion compares.
    enum Value {
        case number(Int64)
        case text([UInt8])
    }

    /// An order by those criteria. One that comes again decides nothing.
    init(_ criteria: [SortCriterion]) {
        var seen: Set<SortCriterion.Key> = []
        self.criteria = criteria.filter { seen.insert($0.key).inserted }
    }

    /// Whether it hangs on how well messages match, which is not known of those to come.
    var tellsRelevancy: Bool { criteria.contains { $0.key == .relevancy } }

    /// Whether anything has to be read.
    var needsKeys: Bool {
        criteria.contains { criterion in
            switch criterion.key {
            case .arrival, .size, .relevancy: false
            default: true
            }
        }
    }

    /// What is compared of a message.
    func rank(of index: Int, _ entry: MessageEntry, _ keys: SortKeys?) -> Rank {
        Rank(index: index, values: criteria.map { value($0.key, index, entry, keys) })
    }

    private func value(_ key: SortCriterion.Key, _ index: Int, _ entry: MessageEntry, _ keys: SortKeys?) -> Value {
        switch key {
        case .arrival: .number(entry.internalDate)
        case .size: .number(Int64(entry.size))
        // Without a Date field that can be read, when the message came counts. RFC 5256 §2.2.
        case .date: .number(keys?.sent ?? entry.internalDate)
        case .cc: text(keys?.cc?.mailbox)
        case .from: text(keys?.from?.mailbox)
        case .to: text(keys?.to?.mailbox)
        case .subject: text(keys?.subject)
        case .displayFrom: text(keys?.from?.display)
        case .displayTo: text(keys?.to?.display)
        // The best first. RFC 6203 §5.
        case .relevancy: .number(-Int64(relevancies[index] ?? 1))
        }
    }

    /// As i;unicode-casemap compares it; nothing is before everything. RFC 5256 §3.
    private func text(_ text: String?) -> Value { .text(UnicodeCasemap.map(Array((text ?? "").utf8))) }

    /// Ranks in order. `pause` is called again and again: to sort many takes long.
    func sorted(_ ranks: [Rank], _ pause: () async throws -> Void) async throws -> [Rank] {
        guard ranks.count > Self.rankRun else { return ranks.sorted(by: precedes) }
        var runs: [ArraySlice<Rank>] = []
        for start in stride(from: 0, to: ranks.count, by: Self.rankRun) {
            runs.append(ranks[start..<min(start + Self.rankRun, ranks.count)].sorted(by: precedes)[...])
            try await pause()
        }
        while runs.count > 1 {
            var merged: [ArraySlice<Rank>] = []
            for place in stride(from: 0, to: runs.count - 1, by: 2) {
                merged.append(try await self.merged(runs[place], runs[place + 1], pause)[...])
            }
            if runs.count % 2 == 1, let last = runs.last { merged.append(last) }
            runs = merged
        }
        return Array(runs[0])
    }

    /// Ranks that are sorted without a pause: some milliseconds of work.
    private static let rankRun = 4096

    private func merged(
        _ left: ArraySlice<Rank>,
        _ right: ArraySlice<Rank>,
        _ pause: () async throws -> Void
    ) async throws -> [Rank] {
        var merged: [Rank] = []
        merged.reserveCapacity(left.count + right.count)
        var (first, second) = (left.startIndex, right.startIndex)
        while first < left.endIndex, second < right.endIndex {
            if precedes(right[second], left[first]) {
                merged.append(right[second])
                second += 1
            } else {
                merged.append(left[first])
                first += 1
            }
            if merged.count % Self.rankRun == 0 { try await pause() }
        }
        return merged + left[first...] + right[second...]
    }

    /// Whether `left` comes first. REVERSE turns a criterion round, never the sequence number. RFC 5256 §3.
    func precedes(_ left: Rank, _ right: Rank) -> Bool {
        for place in criteria.indices {
            switch left.values[place].compare(right.values[place]) {
            case 0: continue
            case let difference: return (difference < 0) != criteria[place].isReverse
            }
        }
        return left.index < right.index
    }
}

extension MessageOrder.Value {
    /// Below 0 if it is before `other`, 0 if they are equal.
    func compare(_ other: Self) -> Int {
        switch (self, other) {
        case (.number(let left), .number(let right)): return left < right ? -1 : left > right ? 1 : 0
        case (.text(let left), .text(let right)):
            if left == right { return 0 }
            return left.lexicographicallyPrecedes(right) ? -1 : 1
        default: return 0
        }
    }
}
