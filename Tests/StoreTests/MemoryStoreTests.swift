internal import Store
internal import Testing

@Suite struct MemoryStoreTests {
    @Test func commitsThatWaitForTheSyncMayOrMayNotSurviveACrash() async throws {
        for seed in UInt64(0)..<4 {
            let gate = Gate()
            let store = MemoryStore(sync: { await gate.pass() })
            let partition = Partition("p")
            await gate.open()
            _ = try await store.commit(
                partition,
                expecting: nil,
                [.put([1], [1])],
                operation: OperationID(high: 0, low: 1)
            )
            await gate.shut()
            let first = Task {
                try await store.commit(
                    partition,
                    expecting: nil,
                    [.put([2], [2])],
                    operation: OperationID(high: 0, low: 2)
                )
            }
            await gate.somebodyWaits()
            #expect(try await store.read(partition, [[1], [2]]).values == [[1], nil], "not seen before it is durable")

            let survivor = store.crashed(seed: seed)
            await gate.open()
            await #expect(throws: StoreError.self) { try await first.value }
            await #expect(throws: StoreError.self) { try await store.read(partition, []) }

            let values = try await survivor.read(partition, [[1], [2]])
            #expect(values.values == [[1], seed % 2 == 1 ? [2] : nil])
            #expect(values.version.number == 1 + seed % 2)
        }
    }
}

/// What the sync waits at.
private actor Gate {
    private var isOpen = true
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var watching: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        if isOpen { return }
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            for watcher in watching { watcher.resume() }
            watching = []
        }
    }

    func shut() { isOpen = false }

    func open() {
        isOpen = true
        for waiter in waiting { waiter.resume() }
        waiting = []
    }

    func somebodyWaits() async {
        if !waiting.isEmpty { return }
        await withCheckedContinuation { watching.append($0) }
    }
}
