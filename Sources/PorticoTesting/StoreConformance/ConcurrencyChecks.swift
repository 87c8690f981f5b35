internal import Store
internal import Testing

extension StoreConformance {
    static let concurrencyChecks = [
        Check("overlapping commits each get a version of their own, and none is lost", overlappingCommits),
        Check("of those that expect the same version one wins", optimisticCounters),
        Check("readers see whole commits, and versions only grow", wholeCommits),
    ]

    @Sendable private static func overlappingCommits(_ store: any Store) async throws {
        let (tasks, each) = (16, 25)
        let versions = try await withThrowingTaskGroup(of: [(UInt8, Version)].self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var versions: [(UInt8, Version)] = []
                    for round in 0..<each {
                        let partition = UInt8(round % 3)
                        let version = try await store.commit(
                            Partition([partition]),
                            expecting: nil,
                            [.put([UInt8(task), UInt8(round)], [1])],
                            operation: OperationID(high: UInt64(task), low: UInt64(round))
                        )
                        versions.append((partition, version))
                        let seen = try await store.read(Partition([partition]), [[UInt8(task), UInt8(round)]])
                        #expect(seen.values == [[1]] && seen.version >= version, "a commit that returned is seen")
                    }
                    return versions
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        for partition in UInt8(0)..<3 {
            let numbers = versions.filter { $0.0 == partition }.map(\.1.number).sorted()
            #expect(numbers == Array(1...UInt64(numbers.count)))
            #expect(try await store.all(Partition([partition])).count == numbers.count)
        }
    }

    @Sendable private static func optimisticCounters(_ store: any Store) async throws {
        let partition = Partition("counter")
        let (tasks, each) = (8, 10)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var attempt: UInt64 = 0
                    for _ in 0..<each {
                        while true {
                            attempt += 1
                            let values = try await store.read(partition, [[]])
                            let count = values.values[0]?[0] ?? 0
                            do throws(StoreError) {
                                _ = try await store.commit(
                                    partition,
                                    expecting: values.version,
                                    [.put([], [count + 1])],
                                    operation: OperationID(high: UInt64(task), low: attempt)
                                )
                                break
                            } catch {
                                guard error.isConflict else { throw error }
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let values = try await store.read(partition, [[]])
        #expect(values.values == [[UInt8(tasks * each)]] && values.version == Version(UInt64(tasks * each)))
    }

    @Sendable private static func wholeCommits(_ store: any Store) async throws {
        let partition = Partition("whole")
        let rounds = UInt8(60)
        let keys = (UInt8(0)..<20).map { [$0] }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 1...rounds {
                    _ = try await store.commit(
                        partition,
                        expecting: nil,
                        keys.map { .put($0, [round]) },
                        operation: OperationID(high: 1, low: UInt64(round))
                    )
                }
            }
            for reader in 0..<3 {
                group.addTask {
                    var last = Version(0)
                    while last.number < UInt64(rounds) {
                        let (version, values) = try await moment(store, partition, keys, byScan: reader > 0)
                        #expect(version >= last, "versions grow")
                        let expected: [UInt8]? = version == Version(0) ? nil : [UInt8(version.number)]
                        #expect(values.allSatisfy { $0 == expected }, "\(version): \(values)")
                        last = version
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func moment(
        _ store: any Store,
        _ partition: Partition,
        _ keys: [RowKey],
        byScan: Bool
    ) async throws -> (Version, [[UInt8]?]) {
        guard byScan else {
            let values = try await store.read(partition, keys)
            return (values.version, values.values)
        }
        let page = try await store.scan(partition, .all, limit: 100, order: .descending)
        #expect(page.version == Version(0) || page.count == keys.count)
        return (page.version, page.isEmpty ? [nil] : (0..<page.count).map(page.value))
    }
}
