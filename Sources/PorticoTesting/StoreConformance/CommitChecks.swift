internal import Store
internal import Testing

extension StoreConformance {
    static let commitChecks = [
        Check("each commit moves the version, an empty one too", versions),
        Check("a commit that expects another version conflicts and changes nothing", conflicts),
        Check("the writes of a commit apply in their order", writeOrder),
        Check("a commit applied twice is applied once", operationTwice),
        Check("the last commits are found by name", operationQuery),
        Check("rows are put again, deleted, and put again", overwriting),
    ]

    @Sendable private static func versions(_ store: any Store) async throws {
        var operations = Operations()
        let partition = Partition("p")
        for number in UInt64(1)...20 {
            let writes: [Write] = number % 3 == 0 ? [] : [.put([UInt8(number)], [])]
            #expect(try await store.put(partition, writes, &operations) == Version(number))
            #expect(try await store.read(partition, []).version == Version(number))
            #expect(try await store.scan(partition, .all, limit: 1, order: .ascending).version == Version(number))
        }
        #expect(try await store.put(Partition("other"), [], &operations) == Version(1))
    }

    @Sendable private static func conflicts(_ store: any Store) async throws {
        var operations = Operations()
        let partition = Partition("p")
        let version = try await store.commit(
            partition,
            expecting: Version(0),
            [.put([1], [1])],
            operation: operations.next()
        )
        #expect(version == Version(1))
        for wrong in [Version(0), Version(2), Version(.max)] {
            do throws(StoreError) {
                _ = try await store.commit(
                    partition,
                    expecting: wrong,
                    [.put([1], [2]), .put([2], [2])],
                    operation: operations.next()
                )
                Issue.record("not refused")
            } catch {
                guard case .conflict(let actual) = error else { throw error }
                #expect(actual == version)
            }
        }
        let values = try await store.read(partition, [[1], [2]])
        #expect(values.values == [[1], nil] && values.version == version)
        let next = try await store.commit(
            partition,
            expecting: version,
            [.delete([1])],
            operation: operations.next()
        )
        #expect(next == Version(2))
    }

    @Sendable private static func writeOrder(_ store: any Store) async throws {
        var operations = Operations()
        let partition = Partition("p")
        let writes: [Write] = [
            .put([1], [1]), .put([1], [2]), .put([2], [1]), .delete([2]), .delete([3]), .put([3], [3]), .delete([4]),
        ]
        try await store.put(partition, writes, &operations)
        #expect(try await store.read(partition, [[1], [2], [3], [4]]).values == [[2], nil, [3], nil])
    }

    @Sendable private static func operationTwice(_ store: any Store) async throws {
        var operations = Operations()
        let partition = Partition("p")
        let name = operations.next()
        let first = try await store.commit(partition, expecting: Version(0), [.put([1], [1])], operation: name)
        try await store.put(partition, [.put([1], [2])], &operations)
        let again = try await store.commit(partition, expecting: Version(0), [.put([1], [1])], operation: name)
        #expect(first == Version(1) && again == first)
        let values = try await store.read(partition, [[1]])
        #expect(values.values == [[2]] && values.version == Version(2))
        // The name belongs to the partition.
        #expect(try await store.commit(Partition("q"), expecting: nil, [.put([1], [9])], operation: name) == Version(1))
        #expect(try await store.read(Partition("q"), [[1]]).values == [[9]])
    }

    @Sendable private static func operationQuery(_ store: any Store) async throws {
        var operations = Operations()
        let partition = Partition("p")
        var names: [OperationID] = []
        for number in 1...(OperationID.remembered + 3) {
            names.append(operations.next())
            _ = try await store.commit(partition, expecting: nil, [], operation: names[number - 1])
            for (index, name) in names.enumerated().suffix(OperationID.remembered) {
                #expect(try await store.version(of: name, in: partition) == Version(UInt64(index + 1)))
            }
        }
        #expect(try await store.version(of: operations.next(), in: partition) == nil)
        #expect(try await store.version(of: names[names.count - 1], in: Partition("q")) == nil)
        // A commit that conflicted was not applied.
        let refused = operations.next()
        _ = try? await store.commit(partition, expecting: Version(1), [], operation: refused)
        #expect(try await store.version(of: refused, in: partition) == nil)
    }

    @Sendable private static func overwriting(_ store: any Store) async throws {
        var operations = Operations()
        let partition = Partition("p")
        for round in UInt8(0)..<5 {
            let rows = (UInt8(0)..<100).map { Write.put([$0], Array(repeating: round, count: Int($0) * 100)) }
            try await store.put(partition, rows, &operations)
            try await store.put(partition, (UInt8(0)..<100).filter { $0 % 2 == 0 }.map { .delete([$0]) }, &operations)
            let found = try await store.all(partition)
            #expect(found.map { $0.key[0] } == (UInt8(0)..<100).filter { $0 % 2 == 1 })
            #expect(found.allSatisfy { $0.value == Array(repeating: round, count: Int($0.key[0]) * 100) })
        }
    }
}
