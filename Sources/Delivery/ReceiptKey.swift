public import Store
public import World

/// The secret with which receipts are made: see `LocalDelivery.Configuration`. It is a row of the store, as old as that.
public enum ReceiptKey {
    private static let partition = Partition("delivery")
    private static let row: RowKey = [1]
    private static let octets = 32

    /// The store's secret; it is made if there is none. Of several nodes that come at the same moment one makes it.
    public static func load(from store: any Store, _ world: World) async throws(StoreError) -> [UInt8] {
        let operation = OperationID(high: world.random(), low: world.random())
        while true {
            let found = try await store.read(partition, [row])
            if let key = found.values[0] { return key }
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
