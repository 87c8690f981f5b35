internal import PorticoTesting
internal import RocksStore
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
}
