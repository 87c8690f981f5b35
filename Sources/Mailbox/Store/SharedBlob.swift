internal import Store
internal import World

/// The blob of a message that several accounts have: a partition of its own holds a row for each of them, from before it
/// is filed until they let it go.
enum SharedBlob {
    /// Lets `accounts` go; with the last of all the blob goes.
    static func release(
        _ id: [UInt8],
        from accounts: some Collection<AccountID>,
        _ store: any Store,
        _ world: World
    ) async throws(StoreError) {
        let sharers = Keys.partition(ofBlob: id)
        let operation = OperationID(high: world.random(), low: world.random())
        let writes = accounts.map { Write.delete(Keys.sharer($0)) }
        _ = try await store.commit(sharers, expecting: nil, writes, operation: operation)
        guard try await store.scan(sharers, .all, limit: 1, order: .ascending).isEmpty else { return }
        try await store.delete(BlobID(id))
    }
}
