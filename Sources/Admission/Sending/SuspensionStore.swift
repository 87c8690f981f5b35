public import Store
internal import Synchronization
public import World

/// Which accounts may not send: one row for each, durable when a call returns.
///
/// Looked up for each message, so what is known is remembered for a while: another node learns of a change within
/// `memory`.
public final class SuspensionStore: Sendable {
    private struct Known {
        var suspension: Suspension?
        var until: Instant
    }

    private static let partition = Partition("suspensions")
    /// For how long what was read is believed.
    static let memory = Duration.seconds(10)
    private static let remembered = 20_000
    private static let pageLimit = 1000

    private let store: any RowStore
    private let world: World
    private let known = Mutex(RecentCache<UInt64, Known>(limit: SuspensionStore.remembered))

    /// The rows of `store`.
    public init(store: any RowStore, world: World) {
        self.store = store
        self.world = world
    }

    /// That the account may not send; nil if it may.
    public func suspension(of number: UInt64) async throws(StoreError) -> Suspension? {
        let now = world.uptime()
        if let known = known.withLock({ $0.value(number) }), now < known.until { return known.suspension }
        let found = try await store.read(Self.partition, [Self.key(number)])
        let suspension = found.values[0].flatMap { Suspension($0) }
        remember(suspension, of: number)
        return suspension
    }

    /// All accounts that may not send, by their number.
    public func all() async throws(StoreError) -> [UInt64: Suspension] {
        var all: [UInt64: Suspension] = [:]
        var range = KeyRange.all
        while true {
            let page = try await store.scan(Self.partition, range, limit: Self.pageLimit, order: .ascending)
            for index in 0..<page.count {
                let number = page.key(index).reduce(0) { $0 << 8 | UInt64($1) }
                if let suspension = Suspension(page.value(index)) { all[number] = suspension }
            }
            guard page.isCut || page.count == Self.pageLimit else { return all }
            range.lower = page.key(page.count - 1) + [0]
        }
    }

    /// Suspends an account. One that is suspended already stays so for its first reason, unless an administrator gives
    /// another.
    ///
    /// - Returns: whether that is new.
    func put(_ suspension: Suspension, for number: UInt64) async throws(StoreError) -> Bool {
        while true {
            let found = try await store.read(Self.partition, [Self.key(number)])
            let old = found.values[0].flatMap { Suspension($0) }
            if let old, suspension.author == .service {
                remember(old, of: number)
                return false
            }
            var row = suspension
            row.isNoticed = suspension.isNoticed || (old?.isNoticed ?? false)
            do throws(StoreError) {
                try await commit(.put(Self.key(number), row.octets), expecting: found.version)
            } catch {
                if case .conflict = error { continue }
                throw error
            }
            remember(row, of: number)
            return old == nil
        }
    }

    /// Notes that the owner was told.
    func setNoticed(_ suspension: Suspension, of number: UInt64) async throws(StoreError) {
        let found = try await store.read(Self.partition, [Self.key(number)])
        guard found.values[0] == suspension.octets else { return }
        var noticed = suspension
        noticed.isNoticed = true
        try await commit(.put(Self.key(number), noticed.octets), expecting: found.version)
        remember(noticed, of: number)
    }

    /// Lets an account send again.
    ///
    /// - Returns: whether it could not before.
    func remove(_ number: UInt64) async throws(StoreError) -> Bool {
        let found = try await store.read(Self.partition, [Self.key(number)])
        guard found.values[0] != nil else { return false }
        try await commit(.delete(Self.key(number)), expecting: nil)
        remember(nil, of: number)
        return true
    }

    private func commit(_ write: Write, expecting version: Version?) async throws(StoreError) {
        let operation = OperationID(high: world.random(), low: world.random())
        _ = try await store.commit(Self.partition, expecting: version, [write], operation: operation)
    }

    private func remember(_ suspension: Suspension?, of number: UInt64) {
        let until = world.uptime() + Self.memory
        known.withLock { $0.insert(Known(suspension: suspension, until: until), for: number) }
    }

    static func key(_ number: UInt64) -> RowKey {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
    }
}
