internal import Store
internal import World

/// The next commit of a shard while it is put together: the rows as they will be, over those that are stored.
struct Draft {
    let shard: Int
    let world: World
    let settings: Settings
    let memory: News
    let now: Timestamp
    private let store: any Store

    /// The head row as it will be.
    var head: Head
    /// The shard as it was loaded, but with the cache as it will be.
    private(set) var state: ShardState
    /// What will be under a key: nil for nothing.
    private var pending: [RowKey: [UInt8]?] = [:]
    /// Those of `pending` in tables that are scanned.
    private var indexes = PendingKeys()
    /// Lanes that were read, as they will be.
    var lanes: [LaneID: LaneDraft] = [:]
    /// Counts of jobs of messages with several, as they will be, and ids of blobs; those that were read.
    var references: [QueueID: Int] = [:]
    var blobs: [QueueID: [UInt8]] = [:]
    /// Changes that the clock may still make in this commit.
    var clockLeft = 512
    /// Another node changed the shard while this was read.
    private(set) var isStale = false
    /// What to tell once it is durable.
    var news = News.Event()
    /// Blobs to delete once it is durable.
    private(set) var released: [[UInt8]] = []

    init(shard: Int, store: any Store, world: World, settings: Settings, news: News, state: ShardState) {
        self.shard = shard
        self.store = store
        self.world = world
        self.settings = settings
        memory = news
        now = world.now()
        self.state = state
        head = state.head
    }

    /// Nothing is to be written: whatever changes more of the head than when to look again changes rows too.
    var isClean: Bool { pending.isEmpty }

    /// All that is to be written, with the rows of `blobs`, which are gone.
    func allWrites(forgetting blobs: [[UInt8]]) -> [Write] {
        var writes: [Write] = []
        writes.reserveCapacity(pending.count + 1)
        for id in blobs where pending[Keys.blob(id)] == nil { writes.append(.delete(Keys.blob(id))) }
        for (key, value) in pending {
            if let value { writes.append(.put(key, value)) } else { writes.append(.delete(key)) }
        }
        writes.append(.put(Keys.head, head.row))
        return writes
    }

    // MARK: Rows

    /// The rows under `keys`: one read of those that are not known.
    mutating func read(_ keys: [RowKey]) async throws(QueueError) -> [[UInt8]?] {
        var values: [[UInt8]?] = []
        var missing: [Int] = []
        for (index, key) in keys.enumerated() {
            if let value = pending[key] {
                values.append(value)
            } else if let value = state.rows.value(key) {
                values.append(value)
            } else {
                values.append(nil)
                missing.append(index)
            }
        }
        guard !missing.isEmpty else { return values }
        do throws(StoreError) {
            let found = try await store.read(Keys.partition(shard), missing.map { keys[$0] })
            try check(found.version)
            for (index, value) in zip(missing, found.values) {
                values[index] = value
                if keys[index].first == Table.lane.rawValue { remember(keys[index], value) }
            }
        } catch {
            throw .store(error)
        }
        return values
    }

    /// At most `limit` keys of an index from `range`, in order.
    mutating func scan(_ range: KeyRange, limit: Int) async throws(QueueError) -> [RowKey] {
        let changed = indexes.keys(in: range)
        let gone = changed.count { pending[$0] == .some(nil) }
        var keys: [RowKey] = []
        do throws(StoreError) {
            let page = try await store.scan(
                Keys.partition(shard),
                range,
                limit: limit + gone,
                order: .ascending
            )
            try check(page.version)
            for index in 0..<page.count { keys.append(page.key(index)) }
        } catch {
            throw .store(error)
        }
        guard !changed.isEmpty else { return keys }
        // Beyond the last stored key there may be more stored ones: what is pending there would come too early.
        let last = keys.count == limit + gone ? keys.last : nil
        keys.removeAll { pending[$0] != nil }
        for key in changed where pending[key] != .some(nil) {
            if let last, PendingKeys.precedes(last, key) { continue }
            keys.append(key)
        }
        keys.sort(by: PendingKeys.precedes)
        return Array(keys.prefix(limit))
    }

    private mutating func check(_ version: Version) throws(StoreError) {
        guard version != state.version else { return }
        isStale = true
        throw .conflict(version)
    }

    mutating func put(_ key: RowKey, _ value: [UInt8]) { pending[key] = .some(value) }
    mutating func delete(_ key: RowKey) { pending[key] = .some(nil) }

    /// Puts a row that is kept in memory too.
    mutating func putCached(_ key: RowKey, _ value: [UInt8]) {
        pending[key] = .some(value)
        remember(key, value)
    }

    private mutating func remember(_ key: RowKey, _ value: [UInt8]?) {
        if value?.count ?? 0 <= ShardState.rowLimit {
            state.rows.insert(value, for: key)
        } else {
            state.rows.remove(key)
        }
    }

    mutating func deleteCached(_ key: RowKey) {
        pending[key] = .some(nil)
        // A lane is asked for again, a job is not.
        if key.first == Table.lane.rawValue { state.rows.insert(nil, for: key) } else { state.rows.remove(key) }
    }

    /// Adds a key to an index, or removes it.
    mutating func setIndex(_ key: RowKey, _ isThere: Bool) {
        indexes.insert(key)
        pending[key] = isThere ? .some([]) : .some(nil)
    }

    // MARK: Blobs

    /// No row names the blob any more.
    mutating func release(blob id: [UInt8]) {
        put(Keys.blob(id), BlobRow.released)
        released.append(id)
    }
}

/// A blob that no message names: when it was begun, or zero if it is to go.
enum BlobRow {
    static let released: [UInt8] = [0]

    static func row(begun: Timestamp) -> [UInt8] {
        var packer = Packer()
        packer.number(UInt64(max(1, begun.milliseconds)))
        return packer.octets
    }

    static func begun(_ row: [UInt8]) throws(DamagedRow) -> Timestamp? {
        var unpacker = Unpacker(row)
        let number = try unpacker.number()
        return number == 0 ? nil : Timestamp(milliseconds: Int64(clamping: number))
    }
}
