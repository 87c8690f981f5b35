public import Store
public import Testing

/// What every engine must do, as checks that its tests run: each on an empty store of its own.
///
///     @Test(arguments: StoreConformance.checks) func conforms(_ check: StoreConformance.Check) async throws {
///         try await check.run(MemoryStore())
///     }
public enum StoreConformance {
    /// One promise of the contract.
    public struct Check: Sendable, CustomTestStringConvertible {
        /// The promise.
        public let name: String
        /// Whether it takes longer than the others, by the amount of data.
        public let isLong: Bool
        private let body: @Sendable (any Store) async throws -> Void

        init(_ name: String, isLong: Bool = false, _ body: @escaping @Sendable (any Store) async throws -> Void) {
            self.name = name
            self.isLong = isLong
            self.body = body
        }

        /// Checks the promise on `store`, which is empty, and closes the store.
        public func run(_ store: any Store) async throws {
            try await body(store)
            await store.close()
        }

        /// The promise.
        public var testDescription: String { name }
    }

    /// All of them.
    public static let checks = rowChecks + commitChecks + blobChecks + concurrencyChecks
}

/// Names of commits, one after the other.
struct Operations {
    private var last: UInt64 = 0

    mutating func next() -> OperationID {
        last += 1
        return OperationID(high: 0x6F70, low: last)
    }
}

extension StoreError {
    var isConflict: Bool {
        if case .conflict = self { true } else { false }
    }
    var isTooLarge: Bool {
        if case .tooLarge = self { true } else { false }
    }
    var isNotFound: Bool {
        if case .notFound = self { true } else { false }
    }
}

extension Store {
    /// Commits, expecting nothing.
    @discardableResult func put(
        _ partition: Partition,
        _ writes: [Write],
        _ operations: inout Operations
    ) async throws(StoreError) -> Version {
        try await commit(partition, expecting: nil, writes, operation: operations.next())
    }

    /// All rows of a range, over as many pages as it takes.
    func all(
        _ partition: Partition,
        _ range: KeyRange = .all,
        order: ScanOrder = .ascending,
        limit: Int = 1_000_000
    ) async throws(StoreError) -> [(key: RowKey, value: [UInt8])] {
        var rows: [(key: RowKey, value: [UInt8])] = []
        var range = range
        while true {
            let page = try await scan(partition, range, limit: limit, order: order)
            for index in 0..<page.count { rows.append((page.key(index), page.value(index))) }
            guard page.isCut || page.count == limit, page.count > 0 else { return rows }
            switch order {
            case .ascending: range.lower = page.key(page.count - 1) + [0]
            case .descending: range.upper = page.key(page.count - 1)
            }
        }
    }
}
