public import Store
public import World

/// The secret with which tokens are made: a row of the store, as old as that, so that all nodes have the same one.
public enum TraceKey {
    private static let partition = Partition("returns")
    private static let row: RowKey = [1]
    private static let octets = 32

    /// The store's keys; one is made if there is none. Of several nodes that come at the same moment one makes it.
    public static func load(from store: any RowStore, _ world: World) async throws(StoreError) -> TraceToken.Keys {
        let operation = OperationID(high: world.random(), low: world.random())
        while true {
            let found = try await store.read(partition, [row])
            if let key = found.values[0] {
                guard let keys = TraceToken.Keys([key]) else { throw .corrupt("the key of return paths") }
                return keys
            }
            do throws(StoreError) {
                _ = try await store.commit(
                    partition,
                    expecting: found.version,
                    [.put(row, world.randomOctets(octets))],
                    operation: operation
                )
            } catch {
                guard case .conflict = error else { throw error }
            }
        }
    }
}
