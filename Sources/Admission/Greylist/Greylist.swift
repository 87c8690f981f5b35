internal import DNS
internal import Octets
internal import Store
internal import World

/// Who is new has to come twice: a server that queues its mail does, and what only sends does not. RFC 6647.
///
/// What is known is kept in the store, in partitions by the peer's network, so that all that is read for one recipient
/// is in one of them. It is bounded: when a partition is full, whoever is new is not held up.
///
///     nobody ──▶ waiting ──delay──▶ may come ──comes──▶ known ──comes──▶ known
///        ▲          window ends ──┘                  lifetime ends ──┘
struct Greylist: Sendable {
    /// What becomes of a message.
    enum Verdict: Hashable, Sendable {
        case pass
        /// The peer has to come again, not before so many seconds.
        case wait(seconds: Int64)
    }

    /// Partitions that it is spread over.
    static let partitions = 64
    /// Rows that are looked at for whether their time is over, each time that something is written.
    private static let sweepLimit = 16
    /// Tries of a commit that others come before.
    private static let tries = 8

    let settings: GreylistSettings
    let store: any RowStore
    let world: World

    /// Decides, and remembers it. A failure of the store holds nobody up: the caller lets the message pass.
    func judge(
        _ address: IPAddress,
        sender: String,
        recipient: String
    ) async throws(StoreError) -> Verdict {
        let network = address.unmapped.greylistNetwork
        let keys = GreylistRow.Keys(network: network, sender: sender, recipient: recipient)
        let partition = Self.partition(of: keys.network)
        for _ in 0..<Self.tries {
            let found = try await store.read(partition, [keys.triplet, keys.network, GreylistRow.head])
            let now = world.now().seconds
            let triplet = GreylistRow(found.values[0], at: now)
            let neighbours = GreylistRow(found.values[1], at: now)
            if settings.successes > 0, let neighbours, neighbours.passes >= settings.successes { return .pass }
            if let triplet, triplet.passes > 0, now - triplet.last < renewal { return .pass }
            if let triplet, triplet.passes == 0, now < triplet.first + delay {
                return .wait(seconds: triplet.first + delay - now)
            }
            var head = GreylistHead(found.values[2])
            if triplet == nil, head.rows >= max(1, settings.limit / Self.partitions) {
                // It has to be swept although nothing is added.
                head.rows = try await sweep(partition, &head, found.version, now, [])
                return .pass
            }
            let (writes, verdict) = decide(keys, triplet, neighbours, &head, replaces: found.values, now)
            do throws(StoreError) {
                _ = try await sweep(partition, &head, found.version, now, writes)
                return verdict
            } catch {
                guard case .conflict = error else { throw error }
            }
        }
        // All who came before wrote something too; nobody is held up for that.
        return .pass
    }

    private var delay: Int64 { settings.delay.components.seconds }
    private var window: Int64 { settings.window.components.seconds }
    private var lifetime: Int64 { settings.lifetime.components.seconds }
    /// A known triplet is written again when it was not for so long: not with each message.
    private var renewal: Int64 { lifetime / 4 }

    private func decide(
        _ keys: GreylistRow.Keys,
        _ triplet: GreylistRow?,
        _ neighbours: GreylistRow?,
        _ head: inout GreylistHead,
        replaces values: [[UInt8]?],
        _ now: Int64
    ) -> (writes: [Write], verdict: Verdict) {
        guard var triplet else {
            // A row whose time is over may still be there.
            if values[0] == nil { head.rows += 1 }
            let row = GreylistRow(first: now, last: now, ends: now + max(window, delay), passes: 0)
            return ([.put(keys.triplet, row.octets)], .wait(seconds: delay))
        }
        let isFirstTime = triplet.passes == 0
        triplet.passes = triplet.passes &+ 1
        triplet.last = now
        triplet.ends = now + lifetime
        var writes: [Write] = [.put(keys.triplet, triplet.octets)]
        if settings.successes > 0, isFirstTime || neighbours != nil {
            var row = neighbours ?? GreylistRow(first: now, last: now, ends: now, passes: 0)
            if values[1] == nil { head.rows += 1 }
            if isFirstTime { row.passes = row.passes &+ 1 }
            row.last = now
            row.ends = now + lifetime
            writes.append(.put(keys.network, row.octets))
        }
        return (writes, .pass)
    }

    /// Commits `writes`, and with them takes out some of the rows whose time is over; returns how many there are then.
    private func sweep(
        _ partition: Partition,
        _ head: inout GreylistHead,
        _ version: Version,
        _ now: Int64,
        _ writes: [Write]
    ) async throws(StoreError) -> UInt64 {
        let range = KeyRange(from: head.swept, upTo: nil)
        let page = try await store.scan(partition, range, limit: Self.sweepLimit, order: .ascending)
        var changes = writes
        let written = Set(writes.map(\.key))
        for index in 0..<page.count {
            let key = page.key(index)
            guard key != GreylistRow.head, !written.contains(key) else { continue }
            if GreylistRow(page.value(index), at: now) == nil {
                changes.append(.delete(key))
                head.rows -= min(1, head.rows)
            }
        }
        let isAtEnd = page.count < Self.sweepLimit && !page.isCut
        head.swept = isAtEnd ? [] : page.key(page.count - 1) + [0]
        guard !writes.isEmpty || changes.count > 0 || !isAtEnd else { return head.rows }
        changes.append(.put(GreylistRow.head, head.octets))
        let operation = OperationID(high: world.random(), low: world.random())
        _ = try await store.commit(partition, expecting: version, changes, operation: operation)
        return head.rows
    }

    private static func partition(of key: RowKey) -> Partition {
        Partition("greylist/\(FNV1a(key).value % UInt64(partitions))")
    }
}

extension IPAddress {
    /// Whoever sends from many addresses, does so from one network: 24 bits of IPv4, 64 of IPv6. RFC 6647 §4.1.
    fileprivate var greylistNetwork: Subnet {
        if case .v4 = self { Subnet(around: self, prefix: 24) } else { Subnet(around: self, prefix: 64) }
    }
}

extension Write {
    fileprivate var key: RowKey {
        switch self {
        case .put(let key, _), .delete(let key): key
        }
    }
}
