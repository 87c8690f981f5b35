internal import Store
internal import Testing

extension StoreConformance {
    static let rowChecks = [
        Check("a partition that was never written is empty and has version 0", emptyPartition),
        Check("keys order as unsigned octets, a prefix first, both ways", order),
        Check("ranges take in the lower bound and leave out the upper one", ranges),
        Check("a scan stops at its limit", limits),
        Check("partitions do not see each other, whatever their names", partitions),
        Check("point reads keep the order of the keys asked for", pointReads),
        Check("keys and values as large as allowed are kept, larger ones refused", isLong: true, sizes),
        Check("a page that would be large is cut and resumed", isLong: true, cutPages),
        Check("a partition holds 100,000 rows", isLong: true, manyRows),
    ]

    @Sendable private static func emptyPartition(_ store: any Store) async throws {
        let partition = Partition("p")
        let values = try await store.read(partition, [[], [1]])
        #expect(values.version == Version(0))
        #expect(values.values == [nil, nil])
        let page = try await store.scan(partition, .all, limit: 10, order: .descending)
        #expect(page.isEmpty && !page.isCut && page.version == Version(0))
        #expect(try await store.version(of: OperationID(high: 1, low: 1), in: partition) == nil)
    }

    /// Keys in their order: empty, of one octet, with 0x00 and 0xFF, prefixes of one another.
    private static let keys: [RowKey] = [
        [], [0], [0, 0], [0, 0, 1], [0, 1], [0, 0xFF], [1], [1, 0], [0x61], [0x61, 0], [0x61, 0x62], [0x7F], [0x80],
        [0x80, 0xFF], [0xFF], [0xFF, 0], [0xFF, 0xFE], [0xFF, 0xFF], [0xFF, 0xFF, 0], [0xFF, 0xFF, 0xFF],
    ]

    private static func writeKeys(
        _ store: any Store,
        _ partition: Partition,
        _ operations: inout Operations
    ) async throws {
        var shuffled = keys
        var generator = SplitMix(state: 7)
        for index in shuffled.indices.reversed() {
            shuffled.swapAt(index, Int(generator.next() % UInt64(index + 1)))
        }
        for key in shuffled { try await store.put(partition, [.put(key, [UInt8(key.count)] + key)], &operations) }
    }

    @Sendable private static func order(_ store: any Store) async throws {
        var operations = Operations()
        try await writeKeys(store, Partition("p"), &operations)
        let ascending = try await store.all(Partition("p"))
        #expect(ascending.map(\.key) == keys)
        #expect(ascending.map(\.value) == keys.map { [UInt8($0.count)] + $0 })
        #expect(try await store.all(Partition("p"), order: .descending).map(\.key) == keys.reversed())
    }

    @Sendable private static func ranges(_ store: any Store) async throws {
        var operations = Operations()
        try await writeKeys(store, Partition("p"), &operations)
        // Neighbours on both sides, so that a range that leaks shows.
        try await store.put(Partition("o"), [.put([0xFF, 0xFF, 0xFF, 0xFF], [1])], &operations)
        try await store.put(Partition("q"), [.put([], [1])], &operations)
        let bounds: [RowKey?] = keys.map { $0 } + [[0x61, 0x61], [0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], nil]
        for lower in bounds.compactMap({ $0 }) {
            for upper in bounds {
                let range = KeyRange(from: lower, upTo: upper)
                let expected = keys.filter { key in
                    !key.lexicographicallyPrecedes(lower) && (upper.map { key.lexicographicallyPrecedes($0) } ?? true)
                }
                let ascending = try await store.scan(Partition("p"), range, limit: 100, order: .ascending)
                let descending = try await store.scan(Partition("p"), range, limit: 100, order: .descending)
                #expect((0..<ascending.count).map(ascending.key) == expected, "\(range)")
                #expect((0..<descending.count).map(descending.key) == expected.reversed(), "\(range)")
            }
        }
        for prefix in keys {
            let found = try await store.all(Partition("p"), KeyRange(prefix: prefix)).map(\.key)
            #expect(found == keys.filter { $0.starts(with: prefix) }, "\(prefix)")
        }
    }

    @Sendable private static func limits(_ store: any Store) async throws {
        var operations = Operations()
        try await writeKeys(store, Partition("p"), &operations)
        for limit in [0, 1, 2, keys.count - 1, keys.count, keys.count + 1] {
            let ascending = try await store.scan(Partition("p"), .all, limit: limit, order: .ascending)
            #expect((0..<ascending.count).map(ascending.key) == Array(keys.prefix(limit)))
            let descending = try await store.scan(Partition("p"), .all, limit: limit, order: .descending)
            #expect((0..<descending.count).map(descending.key) == keys.suffix(limit).reversed())
            #expect(!ascending.isCut && !descending.isCut)
        }
        #expect(try await store.all(Partition("p"), limit: 3).map(\.key) == keys)
        #expect(try await store.all(Partition("p"), order: .descending, limit: 3).map(\.key) == keys.reversed())
    }

    @Sendable private static func partitions(_ store: any Store) async throws {
        var operations = Operations()
        let names: [[UInt8]] = [
            [0], [0, 0], [1], [1, 0], [0x61], [0x61, 0], [0x61, 0x61], [0x61, 0xFF], [0x62], [0xFF], [0xFF, 0xFF],
            Array(repeating: 0xFF, count: 200), Array(repeating: 0, count: 200),
        ]
        for (index, name) in names.enumerated() {
            for key in [[], [0], [0x61], [0xFF, 0xFF]] as [RowKey] {
                try await store.put(Partition(name), [.put(key, [UInt8(index)] + key)], &operations)
            }
        }
        try await store.put(Partition([0x61, 0]), [.delete([0x61])], &operations)
        for (index, name) in names.enumerated() {
            let expected: [RowKey] = name == [0x61, 0] ? [[], [0], [0xFF, 0xFF]] : [[], [0], [0x61], [0xFF, 0xFF]]
            let rows = try await store.all(Partition(name))
            #expect(rows.map(\.key) == expected, "\(name)")
            #expect(rows.allSatisfy { $0.value == [UInt8(index)] + $0.key }, "\(name)")
            #expect(try await store.all(Partition(name), order: .descending).map(\.key) == expected.reversed())
            #expect(try await store.read(Partition(name), []).version == Version(name == [0x61, 0] ? 5 : 4))
        }
    }

    @Sendable private static func pointReads(_ store: any Store) async throws {
        var operations = Operations()
        try await writeKeys(store, Partition("p"), &operations)
        let asked: [RowKey] = [[0xFF], [9], [], [0xFF], [0], Array(repeating: 1, count: 1000)]
        let values = try await store.read(Partition("p"), asked)
        #expect(values.values == [[1, 0xFF], nil, [0], [1, 0xFF], [1, 0], nil])
        #expect(values.version == Version(UInt64(keys.count)))
        #expect(try await store.read(Partition("p"), []).values.isEmpty)
    }

    @Sendable private static func sizes(_ store: any Store) async throws {
        #expect(store.valueLimit >= 16 << 20)
        var operations = Operations()
        let partition = Partition(Array(repeating: 1, count: 200))
        let key = Array(repeating: UInt8(0xFF), count: 1000)
        var value = Array(repeating: UInt8(0x61), count: 16 << 20)
        for index in stride(from: 0, to: value.count, by: 4093) { value[index] = UInt8(truncatingIfNeeded: index >> 8) }
        try await store.put(partition, [.put([], []), .put(key, value), .put([1], [2])], &operations)
        #expect(try await store.read(partition, [[], key, [1]]).values == [[], value, [2]])
        #expect(try await store.all(partition).map(\.value) == [[], [2], value])
        await isTooLarge { () throws(StoreError) in try await store.put(partition, [.put(key + [0], [])], &operations) }
        await isTooLarge { () throws(StoreError) in try await store.put(partition, [.delete(key + [0])], &operations) }
        let tooLong = Array(repeating: UInt8(0), count: store.valueLimit + 1)
        await isTooLarge { () throws(StoreError) in try await store.put(partition, [.put([5], tooLong)], &operations) }
        #expect(try await store.read(partition, [[5]]).values == [nil])
        #expect(try await store.read(partition, []).version == Version(1))
        try await store.put(partition, [.put(key, [7])], &operations)
        #expect(try await store.all(partition).map(\.value) == [[], [2], [7]])
    }

    private static func isTooLarge(_ body: () async throws(StoreError) -> Version) async {
        do throws(StoreError) {
            _ = try await body()
            Issue.record("not refused")
        } catch {
            #expect(error.isTooLarge)
        }
    }

    @Sendable private static func cutPages(_ store: any Store) async throws {
        var operations = Operations()
        let partition = Partition("p")
        // 24 MiB in all: no engine wants that in one page.
        for row in UInt8(0)..<12 {
            try await store.put(partition, [.put([row], Array(repeating: row, count: 2 << 20))], &operations)
        }
        for order in [ScanOrder.ascending, .descending] {
            let page = try await store.scan(partition, .all, limit: 100, order: order)
            #expect(page.isCut && page.count >= 1 && page.octets.count <= 16 << 20)
            let rows = try await store.all(partition, order: order)
            let expected = order == .ascending ? Array(UInt8(0)..<12) : (UInt8(0)..<12).reversed()
            #expect(rows.map(\.key) == expected.map { [$0] })
            #expect(rows.allSatisfy { $0.value.count == 2 << 20 && $0.value[5] == $0.key[0] })
        }
    }

    @Sendable private static func manyRows(_ store: any Store) async throws {
        var operations = Operations()
        let partition = Partition("many")
        let count: UInt32 = 100_000
        func key(_ number: UInt32) -> RowKey {
            [
                UInt8(truncatingIfNeeded: number >> 24), UInt8(truncatingIfNeeded: number >> 16),
                UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number),
            ]
        }
        let filler = Array(repeating: UInt8(0x20), count: 40)
        for start in stride(from: 0, to: count, by: 10_000) {
            // Even numbers first, then odd ones between them.
            let numbers = stride(from: start, to: start + 10_000, by: 2)
            let writes = (Array(numbers) + numbers.map { $0 + 1 }).map { Write.put(key($0), key($0) + filler) }
            try await store.put(partition, writes, &operations)
        }
        var next: UInt32 = 0
        var isEqual = true
        while next < count {
            let range = KeyRange(from: key(next), upTo: nil)
            let page = try await store.scan(partition, range, limit: 20_000, order: .ascending)
            guard !page.isEmpty else { break }
            for index in 0..<page.count {
                let octets = page.octets.span.extracting(page.keyRange(index))
                let number = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(octets[$1]) }
                if number != next || page.valueRange(index).count != 44 { isEqual = false }
                next += 1
            }
        }
        #expect(next == count && isEqual)
        let last = try await store.scan(partition, .all, limit: 3, order: .descending)
        #expect((0..<3).map(last.key) == [key(count - 1), key(count - 2), key(count - 3)])
        let sample = (0..<1000).map { key(UInt32($0) * 97) }
        #expect(try await store.read(partition, sample).values == sample.map { $0 + filler })
    }
}
