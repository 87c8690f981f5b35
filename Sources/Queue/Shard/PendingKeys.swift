internal import Store

/// Keys in order: those of the indexes that a draft changed.
struct PendingKeys {
    private(set) var keys: [RowKey] = []

    /// Adds `key`, if it is not there.
    mutating func insert(_ key: RowKey) {
        let place = find(key)
        if place == keys.count || keys[place] != key { keys.insert(key, at: place) }
    }

    /// The keys in `range`.
    func keys(in range: KeyRange) -> ArraySlice<RowKey> {
        let lower = find(range.lower)
        let upper = range.upper.map(find) ?? keys.count
        return keys[lower..<max(lower, upper)]
    }

    /// The first place whose key is not less than `key`.
    private func find(_ key: RowKey) -> Int {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if PendingKeys.precedes(keys[middle], key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether `left` comes before `right` in the order of keys.
    static func precedes(_ left: RowKey, _ right: RowKey) -> Bool {
        let common = min(left.count, right.count)
        var index = 0
        while index < common {
            if left[index] != right[index] { return left[index] < right[index] }
            index += 1
        }
        return left.count < right.count
    }
}
