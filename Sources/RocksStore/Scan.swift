internal import Store

/// A scan as it was asked for, in the engine's keys.
struct Scan: Sendable {
    let head: [UInt8]
    /// The first key that may belong, and the first that is beyond.
    let lower, upper: [UInt8]
    let limit: Int
    let order: ScanOrder
    let pageLimit: Int
    let isEmpty: Bool

    init(_ partition: Partition, _ range: KeyRange, limit: Int, order: ScanOrder, pageLimit: Int) {
        head = Keys.head(partition)
        lower = Keys.row(partition, range.lower)
        upper = range.upper.map { Keys.row(partition, $0) } ?? Keys.end(partition)
        isEmpty = limit <= 0 || !lower.lexicographicallyPrecedes(upper)
        self.limit = limit
        self.order = order
        self.pageLimit = pageLimit
    }
}

extension Database {
    /// What a scan finds; nil if that is not all in memory and it may not look elsewhere.
    func page(_ scan: Scan, _ tier: Tier) throws(StoreError) -> Page? {
        do throws(StoreError) {
            return try scanned(scan, tier)
        } catch .corrupt where tier == .memory {
            // As in `get`: only the files can be believed.
            return nil
        }
    }

    private func scanned(_ scan: Scan, _ tier: Tier) throws(StoreError) -> Page? {
        try iterate(.rows, below: scan.isEmpty ? scan.lower : scan.upper, tier) { iterator throws(StoreError) in
            // The head and the rows come from the same iterator, so from the same moment.
            iterator.seek(scan.head)
            if let error = iterator.error { return try Self.noPage(error, tier) }
            guard iterator.isValid, iterator.key == scan.head else { return Page(version: Version(0)) }
            var page = Page(version: try PartitionHead(decoding: try iterator.value()).version)
            if scan.isEmpty { return page }
            switch scan.order {
            case .ascending: try Self.ascend(iterator, scan, into: &page)
            case .descending: try Self.descend(iterator, scan, into: &page)
            }
            if let error = iterator.error { return try Self.noPage(error, tier) }
            return page
        }
    }

    private static func ascend(_ iterator: borrowing Iterator, _ scan: Scan, into page: inout Page) throws(StoreError) {
        iterator.seek(scan.lower)
        while iterator.isValid {
            if page.isFull(scan, next: iterator) { return }
            try iterator.append(to: &page, droppingPrefix: scan.head.count)
            iterator.moveForward()
        }
    }

    private static func descend(_ iterator: borrowing Iterator, _ scan: Scan, into page: inout Page) throws(StoreError)
    {
        iterator.seek(below: scan.upper)
        while iterator.isValid, !iterator.precedes(scan.lower) {
            if page.isFull(scan, next: iterator) { return }
            try iterator.append(to: &page, droppingPrefix: scan.head.count)
            iterator.moveBack()
        }
    }

    private static func noPage(_ error: EngineError, _ tier: Tier) throws(StoreError) -> Page? {
        if error.isIncomplete && tier == .memory { return nil }
        throw error.asStoreError
    }
}

extension Page {
    /// Whether the row at `next` belongs to the next page; if that is because this one is large, it is cut.
    fileprivate mutating func isFull(_ scan: Scan, next: borrowing Iterator) -> Bool {
        if count == scan.limit { return true }
        if isEmpty || octets.count + next.octetCount <= scan.pageLimit { return false }
        isCut = true
        return true
    }
}
