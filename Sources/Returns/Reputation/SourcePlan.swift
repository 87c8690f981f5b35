internal import Octets
public import Store
internal import Synchronization
public import World

/// Says from which address a message goes, and whether it should wait: pools of addresses by category, new ones that warm up,
/// and the pace that each provider bears.
///
///     switch try await plan.choose(.bulk, server: "mx.example.org") {
///     case .send(let lane): …; plan.taken(lane) or plan.refused(meaning, lane)
///     case .wait(let until): …
///     }
///
/// What was sent from each address is counted by day, in memory, and written when the counters are flushed.
public final class SourcePlan: Sendable {
    /// What is sent: one kind must not spoil the name of another's addresses.
    public enum Category: String, Hashable, Sendable, CaseIterable {
        /// What somebody is waiting for: receipts, passwords.
        case transactional
        /// What people write.
        case personal
        /// What goes to many.
        case bulk
    }

    /// An address to send from.
    public struct Source: Hashable, Sendable {
        /// The IP address, as written.
        public var address: String
        /// The name that it has, for EHLO.
        public var hostName: String
        /// If it is new.
        public var warmUp: WarmUp?

        /// An address.
        public init(address: String, hostName: String, warmUp: WarmUp? = nil) {
            self.address = address
            self.hostName = hostName
            self.warmUp = warmUp
        }
    }

    /// From where and how fast a message goes.
    public struct Lane: Hashable, Sendable {
        /// The address to send from.
        public var source: Source
        /// To whom.
        public var provider: Provider
        /// What is sent.
        public var category: Category
        /// Connections at a time, from this process.
        public var concurrency: Int
        /// Messages on one connection.
        public var messagesPerConnection: Int
    }

    /// What to do with a message.
    public enum Choice: Hashable, Sendable {
        /// It goes now. It counts as sent; `giveBack` if it was not.
        case send(Lane)
        /// It waits until then.
        case wait(until: Timestamp)
    }

    private struct Pair: Hashable { var address: String, provider: String }
    private struct State {
        var paces: RecentCache<Pair, Pace>
        /// When the next message may go.
        var next: RecentCache<Pair, Timestamp>
    }

    private let pools: [Category: [Source]]
    private let providers: ProviderTable
    private let counters: DailyCounters
    private let world: World
    private let state: Mutex<State>

    /// A plan.
    ///
    /// - Parameters:
    ///   - pools: the addresses of each category; nil if one has none, or none is there for `personal`, from which a
    ///     category without a pool is sent, too.
    ///   - providers: who runs which servers.
    ///   - counters: of the table `sources`.
    ///   - world: the clocks.
    public init?(
        pools: [Category: [Source]],
        providers: ProviderTable = .standard,
        counters: DailyCounters,
        world: World
    ) {
        guard pools[.personal] != nil, pools.values.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.pools = pools
        self.providers = providers
        self.counters = counters
        self.world = world
        state = Mutex(State(paces: RecentCache(limit: 20_000), next: RecentCache(limit: 20_000)))
    }

    /// From where a message of that category goes to a server, or until when it waits.
    public func choose(_ category: Category, server host: String) async throws(StoreError) -> Choice {
        let provider = providers.provider(ofServer: host)
        var sent: [Int] = []
        let pool = pools[category] ?? pools[.personal] ?? []
        for source in pool { sent.append(try await counters.value(Self.name(source, provider))) }
        let now = world.now()
        let second = Int(now.seconds - Int64(now.day) * 86_400)
        var warming: [Int] = []
        var warm: [Int] = []
        var times: [Timestamp] = []
        for (index, source) in pool.enumerated() {
            if let warmUp = source.warmUp, let limit = warmUp.limit(on: now.day, secondsOfDay: second) {
                if sent[index] < limit {
                    warming.append(index)
                } else {
                    times.append(Self.time(warmUp, after: sent[index], now))
                }
            } else {
                warm.append(index)
            }
        }
        // New addresses first, or they would never be known; of the others the one that sent least.
        for index in warming + warm.sorted(by: { sent[$0] < sent[$1] }) {
            switch take(pool[index], provider, now) {
            case .success(let pace):
                counters.add(Self.name(pool[index], provider))
                return .send(
                    Lane(
                        source: pool[index],
                        provider: provider,
                        category: category,
                        concurrency: pace.concurrency,
                        messagesPerConnection: pace.messagesPerConnection
                    )
                )
            case .failure(let busy): times.append(busy.until)
            }
        }
        return .wait(until: times.min() ?? now + .seconds(3600))
    }

    private struct Busy: Error { var until: Timestamp }

    /// Takes the next place of an address, if it is there already.
    private func take(_ source: Source, _ provider: Provider, _ now: Timestamp) -> Result<Pace, Busy> {
        let pair = Pair(address: source.address, provider: provider.name)
        return state.withLock { state in
            let pace = state.paces.value(pair) ?? Pace(provider.shaping)
            if let until = pace.pausedUntil, until > now { return .failure(Busy(until: until)) }
            if let next = state.next.value(pair), next > now { return .failure(Busy(until: next)) }
            state.next.insert(now + pace.interval, for: pair)
            return .success(pace)
        }
    }

    /// When a new address may send one more; tomorrow, if not today.
    private static func time(_ warmUp: WarmUp, after sent: Int, _ now: Timestamp) -> Timestamp {
        if let second = warmUp.second(for: sent, on: now.day) {
            let time = Timestamp(milliseconds: (Int64(now.day) * 86_400 + Int64(second)) * 1000)
            if time > now { return time }
        }
        return Timestamp(milliseconds: (Int64(max(now.day + 1, warmUp.firstDay)) * 86_400) * 1000)
    }

    // MARK: What became of it

    /// The message was taken.
    public func taken(_ lane: Lane) { change(lane) { $0.succeed(at: $1) } }

    /// The message was refused. If the server asked to go slower, the address does, to all servers of the provider.
    public func refused(_ meaning: Classification, _ lane: Lane) {
        // A server that is busy says nothing of its neighbours, and greylisting is about one recipient.
        guard let hint = meaning.rateHint, meaning.reason == .rateLimited || meaning.reason == .reputation else {
            return
        }
        change(lane) { $0.slow(hint, at: $1) }
    }

    /// The message was not sent at all.
    public func giveBack(_ lane: Lane) { counters.add(Self.name(lane.source, lane.provider), -1) }

    /// How fast it goes now.
    public func pace(of lane: Lane) -> Pace {
        let pair = Pair(address: lane.source.address, provider: lane.provider.name)
        return state.withLock { $0.paces.value(pair) } ?? Pace(lane.provider.shaping)
    }

    private func change(_ lane: Lane, _ body: (inout Pace, Timestamp) -> Void) {
        let pair = Pair(address: lane.source.address, provider: lane.provider.name)
        let now = world.now()
        state.withLock { state in
            var pace = state.paces.value(pair) ?? Pace(lane.provider.shaping)
            body(&pace, now)
            state.paces.insert(pace, for: pair)
        }
    }

    private static func name(_ source: Source, _ provider: Provider) -> String { "\(source.address)/\(provider.name)" }
}
