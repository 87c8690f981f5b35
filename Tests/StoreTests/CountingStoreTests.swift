internal import PorticoTesting
internal import Store
internal import Testing

@Suite struct CountingStoreTests {
    private let partition = Partition("p")

    private func name(_ number: UInt64) -> OperationID { OperationID(high: 0, low: number) }

    @Test(arguments: StoreConformance.checks.filter { !$0.isLong }) func conforms(_ check: StoreConformance.Check)
        async throws
    {
        try await check.run(CountingStore(MemoryStore()))
    }

    @Test func callsAreCounted() async throws {
        let store = CountingStore(MemoryStore())
        _ = try await store.commit(partition, expecting: nil, [.put([1], [2, 3]), .delete([9])], operation: name(1))
        _ = try await store.read(partition, [[1], [2], [3]])
        _ = try await store.scan(partition, .all, limit: 5, order: .ascending)
        let writer = try await store.put(BlobID([1]))
        try await writer.append([1, 2, 3, 4])
        try await writer.finish()
        _ = try await store.get(BlobID([1]), 1..<3)

        let counts = store.reset()
        #expect(counts.commits == 1 && counts.rowsWritten == 2 && counts.octetsWritten == 4)
        #expect(counts.reads == 1 && counts.keysRead == 3 && counts.scans == 1 && counts.rowsScanned == 1)
        #expect(counts.octetsRead == 2 + 3)
        #expect(counts.blobPuts == 1 && counts.blobFinishes == 1 && counts.blobGets == 1)
        #expect(counts.blobOctetsWritten == 4 && counts.blobOctetsRead == 2)
        #expect(counts.calls == 6)
        #expect(store.counts == CountingStore.Counts())
    }

    @Test func faultsAreInjected() async throws {
        let store = CountingStore(MemoryStore())
        let writes = [Write.put([1], [1])]
        for (fault, number) in [(CountingStore.Fault.unavailable, UInt64(1)), (.unknownNotApplied, 2), (.conflict, 3)] {
            store.fail(.commit, fault)
            await #expect(throws: StoreError.self) {
                try await store.commit(partition, expecting: nil, writes, operation: name(number))
            }
            #expect(try await store.version(of: name(number), in: partition) == nil)
        }
        store.fail(.commit, .unknownButApplied)
        await #expect(throws: StoreError.self) {
            try await store.commit(partition, expecting: nil, writes, operation: name(4))
        }
        #expect(try await store.version(of: name(4), in: partition) == Version(1))
        #expect(try await store.commit(partition, expecting: nil, writes, operation: name(4)) == Version(1))
    }

    @Test func delaysComeFromTheSeed() async throws {
        var runs: [[Duration]] = []
        for _ in 0..<2 {
            let slept = Slept()
            let store = CountingStore(MemoryStore(), seed: 5, sleep: { await slept.add($0) })
            for _ in 0..<10 { _ = try await store.read(partition, []) }
            runs.append(await slept.all)
        }
        #expect(runs[0] == runs[1] && Set(runs[0]).count > 5)
        #expect(runs[0].allSatisfy { ($0 >= .milliseconds(1)) && ($0 <= .milliseconds(2)) })
    }
}

private actor Slept {
    var all: [Duration] = []
    func add(_ duration: Duration) { all.append(duration) }
}
