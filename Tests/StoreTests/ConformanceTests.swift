internal import PorticoTesting
internal import Store
internal import Testing

@Suite struct ConformanceTests {
    @Test(arguments: StoreConformance.checks) func memory(_ check: StoreConformance.Check) async throws {
        try await check.run(MemoryStore())
    }

    @Test(arguments: StoreConformance.checks.filter { !$0.isLong }) func slowMemory(_ check: StoreConformance.Check)
        async throws
    {
        try await check.run(MemoryStore(sync: { await Task.yield() }))
    }
}
