/// An ordered map from row key to value, in sorted runs of a few hundred rows: a put in the middle moves one run, not
/// the whole map.
struct SortedRows: Sendable {
    private struct Row: Sendable { var key: RowKey, value: [UInt8] }

    /// Where a row is, or would be.
    private struct Place { var run: Int, row: Int, isFound: Bool }

    private static let runLimit = 512

    /// Never has an empty run.
    private var runs: [[Row]] = []

    /// The value under `key`.
    func value(_ key: RowKey) -> [UInt8]? {
        let place = find(key)
        return place.isFound ? runs[place.run][place.row].value : nil
    }

    /// Sets the value under `key`.
    mutating func put(_ key: RowKey, _ value: [UInt8]) {
        let place = find(key)
        if place.isFound {
            runs[place.run][place.row].value = value
        } else if runs.isEmpty {
            runs.append([Row(key: key, value: value)])
        } else {
            runs[place.run].insert(Row(key: key, value: value), at: place.row)
            if runs[place.run].count > Self.runLimit { split(place) }
        }
    }

    /// Removes `key`.
    mutating func delete(_ key: RowKey) {
        let place = find(key)
        guard place.isFound else { return }
        runs[place.run].remove(at: place.row)
        if runs[place.run].isEmpty { runs.remove(at: place.run) }
    }

    /// Adds to `page` at most `limit` rows of `range`, and cuts it once it has `octetLimit` octets.
    func scan(_ range: KeyRange, limit: Int, order: ScanOrder, octetLimit: Int, into page: inout Page) {
        let step = order == .ascending ? 1 : -1
        var place = order == .ascending ? find(range.lower) : start(below: range.upper)
        while page.count < limit {
            if !runs.indices.contains(place.run) { return }
            guard runs[place.run].indices.contains(place.row) else {
                place.run += step
                place.row = order == .ascending ? 0 : (runs.indices.contains(place.run) ? runs[place.run].count : 0) - 1
                continue
            }
            let row = runs[place.run][place.row]
            switch order {
            case .ascending: if let upper = range.upper, !precedes(row.key, upper) { return }
            case .descending: if precedes(row.key, range.lower) { return }
            }
            guard page.isEmpty || page.octets.count + row.key.count + row.value.count <= octetLimit else {
                page.isCut = true
                return
            }
            page.append(key: row.key.span, value: row.value.span)
            place.row += step
        }
    }

    /// The last place before `upper`.
    private func start(below upper: RowKey?) -> Place {
        guard let upper else { return Place(run: runs.count - 1, row: (runs.last?.count ?? 0) - 1, isFound: false) }
        var place = find(upper)
        place.row -= 1
        return place
    }

    /// Splits a run that grew too large. A run that grew at its end keeps its rows: ascending puts fill runs wholly.
    private mutating func split(_ place: Place) {
        let count = runs[place.run].count
        let middle = place.row == count - 1 ? count - 1 : count / 2
        let tail = Array(runs[place.run][middle...])
        runs[place.run].removeSubrange(middle...)
        runs.insert(tail, at: place.run + 1)
    }

    /// The first row whose key is not less than `key`.
    private func find(_ key: RowKey) -> Place {
        // The last run that begins at or before the key, else the first.
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if precedes(key, runs[middle][0].key) { high = middle } else { low = middle + 1 }
        }
        let run = max(0, low - 1)
        guard run < runs.count else { return Place(run: 0, row: 0, isFound: false) }
        low = 0
        high = runs[run].count
        while low < high {
            let middle = (low + high) / 2
            if precedes(runs[run][middle].key, key) { low = middle + 1 } else { high = middle }
        }
        return Place(run: run, row: low, isFound: low < runs[run].count && runs[run][low].key == key)
    }
}

/// Whether `left` comes before `right` in the order of keys.
private func precedes(_ left: RowKey, _ right: RowKey) -> Bool {
    let (left, right) = (left.span, right.span)
    let common = min(left.count, right.count)
    var index = 0
    while index < common {
        if left[index] != right[index] { return left[index] < right[index] }
        index += 1
    }
    return left.count < right.count
}
