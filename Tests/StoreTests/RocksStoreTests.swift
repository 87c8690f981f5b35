internal import Foundation
internal import PorticoTesting
@testable internal import RocksStore
internal import Store
internal import Testing
internal import World

/// Threads for reads, for all tests.
private let pool = BlockingPool(threads: 2)

extension RocksStore.Configuration {
    /// Small, and without waiting for the disk, which no test looks at.
    fileprivate init(_ directory: TemporaryDirectory, synchronizes: Bool = false) {
        self.init(directory: directory.path + "/data/store")
        self.synchronizes = synchronizes
        reservedSpace = 0
    }
}

@Suite struct RocksStoreTests {
    @Test(arguments: StoreConformance.checks) func conforms(_ check: StoreConformance.Check) async throws {
        let directory = TemporaryDirectory()
        try await check.run(try RocksStore(.init(directory), pool: pool))
    }

    /// With buffers so small that everything is soon in files, and read from them by the pool.
    @Test(arguments: StoreConformance.checks) func conformsFromFiles(_ check: StoreConformance.Check) async throws {
        let directory = TemporaryDirectory()
        var configuration = RocksStore.Configuration(directory)
        configuration.writeBuffer = 64 << 10
        configuration.blockCache = 64 << 10
        configuration.logSize = 1 << 20
        configuration.openFiles = 20
        try await check.run(try RocksStore(configuration, pool: pool))
    }

    /// Files are opened and closed all the time while they are read: what is taken for being in memory must be it.
    @Test func readsWhatIsThereWhileFilesComeAndGo() async throws {
        for _ in 0..<8 {
            let directory = TemporaryDirectory()
            var configuration = RocksStore.Configuration(directory)
            configuration.writeBuffer = 64 << 10
            configuration.blockCache = 64 << 10
            configuration.openFiles = 20
            let store = try RocksStore(configuration, pool: pool)
            try await withThrowingTaskGroup { group in
                for task in UInt8(0)..<3 {
                    group.addTask {
                        for number in UInt8(0)..<6 {
                            let id = BlobID([task, number])
                            let writer = try await store.put(id)
                            let piece = [UInt8](repeating: task &* 6 &+ number, count: 100_000)
                            for _ in 0..<10 { try await writer.append(piece) }
                            try await writer.finish()
                            for start in stride(from: 0, to: 900_000, by: 60_000) {
                                let found = try await store.get(id, start..<start + 100_000)
                                #expect(found.count == piece.count && found.first == piece[0])
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            await store.close()
        }
    }

    @Test(.timeLimit(.minutes(20))) func aWriterThatEndedTakesNoMore() async throws {
        let directory = TemporaryDirectory()
        let store = try RocksStore(.init(directory), pool: pool)
        for isFinished in [false, true] {
            let writer = try await store.put(BlobID([1]))
            try await writer.append([1])
            if isFinished { try await writer.finish() } else { await writer.cancel() }
            try? await writer.append(Array(repeating: 2, count: 600_000))
            try? await writer.finish()
        }
        #expect(try await store.size(BlobID([1])) == 1)
        await store.close()
    }

    private func name(_ number: UInt64) -> OperationID { OperationID(high: 1, low: number) }

    @Test func whatWasCommittedIsThereWhenTheFilesAreOpenedAgain() async throws {
        let directory = TemporaryDirectory()
        let partition = Partition("p")
        var store = try RocksStore(.init(directory, synchronizes: true), pool: pool)
        for number in UInt64(1)...12 {
            let writes = [Write.put([UInt8(number)], Array(repeating: UInt8(number), count: 10_000))]
            _ = try await store.commit(partition, expecting: nil, writes, operation: name(number))
        }
        let writer = try await store.put(BlobID([7]))
        try await writer.append(Array(repeating: 7, count: 1_000_000))
        try await writer.finish()
        await store.close()
        await #expect(throws: StoreError.self) { try await store.read(partition, []) }
        await #expect(throws: StoreError.self) {
            try await store.commit(partition, expecting: nil, [], operation: name(99))
        }

        store = try RocksStore(.init(directory), pool: pool)
        #expect(try await store.version(of: name(5), in: partition) == Version(5))
        #expect(try await store.version(of: name(4), in: partition) == nil)
        let again = try await store.commit(partition, expecting: Version(11), [.put([1], [])], operation: name(12))
        #expect(again == Version(12))
        let values = try await store.read(partition, [[1], [12]])
        #expect(values.values == [Array(repeating: 1, count: 10_000), Array(repeating: 12, count: 10_000)])
        #expect(try await store.get(BlobID([7]), 999_990..<1_000_000) == Array(repeating: 7, count: 10))
        await store.close()
    }

    @Test func aBlobThatWasNotFinishedLeavesNothing() async throws {
        let directory = TemporaryDirectory()
        let configuration = RocksStore.Configuration(directory)
        let store = try RocksStore(configuration, pool: pool)
        let kept = try await store.put(BlobID([1]))
        try await kept.append(Array(repeating: 1, count: 600_000))
        try await kept.finish()
        let abandoned = try await store.put(BlobID([2]))
        try await abandoned.append(Array(repeating: 2, count: 2_000_000))
        await store.close()
        // Too late: nothing is written after the store was closed.
        await #expect(throws: StoreError.self) { try await abandoned.finish() }

        #expect(files(configuration) == 2)
        let reopened = try RocksStore(configuration, pool: pool)
        #expect(files(configuration) == 1)
        await abandoned.cancel()
        #expect(try await reopened.size(BlobID([1])) == 600_000)
        #expect(try await reopened.size(BlobID([2])) == nil)
        do {
            // Nor does one that is forgotten, or given up, or put a second time.
            let forgotten = try await reopened.put(BlobID([3]))
            try await forgotten.append(Array(repeating: 3, count: 2_000_000))
            let cancelled = try await reopened.put(BlobID([4]))
            try await cancelled.append(Array(repeating: 4, count: 2_000_000))
            await cancelled.cancel()
            let (first, second) = (try await reopened.put(BlobID([5])), try await reopened.put(BlobID([5])))
            try await first.append(Array(repeating: 5, count: 600_000))
            try await second.append(Array(repeating: 5, count: 600_000))
            try await second.finish()
            try await first.finish()
            try await reopened.delete(BlobID([5]))
        }
        await reopened.close()
        // What was forgotten goes when the pool comes to it.
        while files(configuration) > 1 { await Task.yield() }
        #expect(files(configuration) == 1)
        // Its mark may have come too late for the store, and goes with the next start.
        await (try RocksStore(configuration, pool: pool)).close()
        #expect(try marks(configuration) == 0)
    }

    /// The files of large bodies.
    private func files(_ configuration: RocksStore.Configuration) -> Int {
        let folder = URL(fileURLWithPath: configuration.directory + "/large")
        let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        return walk?.compactMap { $0 as? URL }.filter { $0.lastPathComponent.utf8.count == 16 }.count ?? 0
    }

    /// How many writers are said to have a file without a manifest, and how many pieces are rows.
    private func marks(_ configuration: RocksStore.Configuration) throws -> Int {
        let database = try Database(configuration, closed: Closing())
        return try database.iterate(.blobs, below: Keys.nextWriter, .disk) { iterator throws(StoreError) in
            var count = 0
            iterator.seek([1])
            while iterator.isValid {
                count += 1
                iterator.moveForward()
            }
            return count
        }
    }

    @Test func aLargeBodyThatIsDamagedIsNotGivenOut() async throws {
        let directory = TemporaryDirectory()
        let configuration = RocksStore.Configuration(directory)
        let store = try RocksStore(configuration, pool: pool)
        let writer = try await store.put(BlobID([1]))
        try await writer.append(Array(repeating: 1, count: 1_000_000))
        try await writer.finish()
        #expect(try await store.get(BlobID([1]), 262_000..<262_200) == Array(repeating: 1, count: 200))
        let folder = URL(fileURLWithPath: configuration.directory + "/large")
        let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let file = try #require(walk?.compactMap { $0 as? URL }.first { $0.lastPathComponent.utf8.count == 16 })
        var octets = try Data(contentsOf: file)
        #expect(octets.count == 1_000_000)
        octets[300_000] ^= 1
        try octets.write(to: file)
        #expect(try await store.get(BlobID([1]), 0..<262_144).count == 262_144)
        await #expect(throws: StoreError.self) { try await store.get(BlobID([1]), 262_144..<262_145) }
        try octets.prefix(900_000).write(to: file)
        await #expect(throws: StoreError.self) { try await store.get(BlobID([1]), 0..<1_000_000) }
        try FileManager.default.removeItem(at: file)
        await #expect(throws: StoreError.self) { try await store.get(BlobID([1]), 0..<10) }
        await store.close()
    }

    @Test func whatCannotBeOpenedSaysWhy() async throws {
        let directory = TemporaryDirectory()
        let configuration = RocksStore.Configuration(directory)
        let store = try RocksStore(configuration, pool: pool)
        #expect {
            _ = try RocksStore(configuration, pool: pool)
        } throws: { error in
            if case RocksStore.OpenError.locked = error { true } else { false }
        }
        await store.close()

        do {
            let database = try Database(configuration, closed: Closing())
            let batch = WriteBatch(database)
            batch.put(.base, Array("portico.format".utf8), [99])
            try database.write(batch, synchronized: false)
        }
        #expect {
            _ = try RocksStore(configuration, pool: pool)
        } throws: { error in
            if case RocksStore.OpenError.unknownFormat = error { true } else { false }
        }
        #expect {
            _ = try RocksStore(.init(directory: "/dev/null/store"), pool: pool)
        } throws: { error in
            if case RocksStore.OpenError.unusable = error { true } else { false }
        }
    }

    @Test func whenTheDiskIsAlmostFullOnlySmallCommitsAreTaken() async throws {
        let directory = TemporaryDirectory()
        var configuration = RocksStore.Configuration(directory)
        let large = [Write.put([1], Array(repeating: 1, count: 100_000))]
        let small = [Write.put([2], [2])]
        let partition = Partition("p")

        // No disk has so much: nothing fits.
        configuration.reservedSpace = .max / 4
        var store = try RocksStore(configuration, pool: pool)
        for writes in [large, small] {
            await #expect(throws: StoreError.self) {
                try await store.commit(partition, expecting: nil, writes, operation: name(1))
            }
        }
        #expect(try await store.read(partition, [[1], [2]]).version == Version(0))
        let writer = try await store.put(BlobID([1]))
        await #expect(throws: StoreError.self) { try await writer.append(Array(repeating: 1, count: 600_000)) }
        await writer.cancel()
        await store.close()

        // What is free now is more than half of the reserve.
        configuration.reservedSpace = freeSpace(directory.path) / 3 * 4
        store = try RocksStore(configuration, pool: pool)
        await #expect(throws: StoreError.self) {
            try await store.commit(partition, expecting: nil, large, operation: name(2))
        }
        #expect(try await store.commit(partition, expecting: nil, small, operation: name(3)) == Version(1))
        await store.close()
    }
}
