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
        /// When the message has its turn: not later than one was ready to wait.
        public var start: Timestamp
        /// Whether a new address has to show itself there.
        var warmsUp = true
    }

    /// What to do with a message.
    public enum Choice: Hashable, Sendable {
        /// It goes now. It counts as sent; `giveBack` if it was not.
        case send(Lane)
        /// It waits until then.
        case wait(until: Timestamp)
        /// There are as many connections to the provider as there may be, and it wants another.
        case crowded
    }

    private struct Pair: Hashable { var address: String, provider: String }
    private struct State {
        var paces: RecentCache<Pair, Pace>
        /// When the next message may go.
        var next: RecentCache<Pair, Timestamp>
        /// Connections that are open.
        var open: [Pair: Int] = [:]
        /// The last moment that was given to one that waits.
        var places: RecentCache<Kind, Timestamp>
    }
    private struct Kind: Hashable { var category: Category, provider: String }

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
        state = Mutex(
            State(
                paces: RecentCache(limit: 20_000),
                next: RecentCache(limit: 20_000),
                places: RecentCache(limit: 20_000)
            )
        )
    }

    /// The category whose addresses mail of a category is sent from: those that share addresses have one.
    public func pool(of category: Category) -> Category { pools[category] == nil ? .personal : category }

    /// From where a message of that category goes to a server, or until when it waits.
    ///
    /// - Parameters:
    ///   - category: what is sent.
    ///   - host: the server's name.
    ///   - isChosen: whether an administrator chose the server. Then it does not judge by the address, so that none has to
    ///     warm up there, and it has the limits of the provider whose server it is, or none.
    ///   - own: the address that alone may be used, in place of those of the pool.
    ///   - connects: whether a connection is to be opened for it, which counts until `disconnect`.
    ///   - patience: a turn that is not further away is given at once, and is then the message's own.
    ///   - suits: addresses that can be used.
    /// - Returns: what to do.
    /// - Throws: what the counters' store throws.
    public func choose(
        _ category: Category,
        server host: String,
        isChosen: Bool = false,
        from own: Source? = nil,
        connects: Bool = false,
        patience: Duration = .zero,
        where suits: (Source) -> Bool = { _ in true }
    ) async throws(StoreError) -> Choice {
        let pool = (own.map { [$0] } ?? pools[category] ?? pools[.personal] ?? []).filter(suits)
        let provider = providers.known(ofServer: host) ?? (isChosen ? .chosen(host) : providers.others)
        let asked = Asked(category: category, provider: provider, connects: connects, warmsUp: !isChosen)
        return try await choose(from: pool, asked, patience)
    }

    /// The same for another message on the connection that a lane is for: from the same address.
    public func chooseAnother(on lane: Lane, patience: Duration = .zero) async throws(StoreError) -> Choice {
        let asked = Asked(category: lane.category, provider: lane.provider, connects: false, warmsUp: lane.warmsUp)
        return try await choose(from: [lane.source], asked, patience)
    }

    private struct Asked {
        var category: Category
        var provider: Provider
        var connects: Bool
        var warmsUp: Bool
    }

    private func choose(
        from pool: [Source],
        _ asked: Asked,
        _ patience: Duration
    ) async throws(StoreError) -> Choice {
        let provider = asked.provider
        var sent: [Int] = []
        for source in pool { sent.append(try await counters.value(Self.name(source, provider))) }
        let now = world.now()
        let second = Int(now.seconds - Int64(now.day) * 86_400)
        var warming: [Int] = []
        var warm: [Int] = []
        var times: [Timestamp] = []
        for (index, source) in pool.enumerated() {
            if asked.warmsUp, let warmUp = source.warmUp, let limit = warmUp.limit(on: now.day, secondsOfDay: second) {
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
        let order = warming + warm.sorted(by: { sent[$0] < sent[$1] })
        var isCrowded = false
        // One that is free now is better than one that soon will be.
        for wait in patience > .zero ? [.zero, patience] : [patience] {
            for index in order {
                switch take(pool[index], asked, now, wait) {
                case .free(let pace, let start):
                    counters.add(Self.name(pool[index], provider))
                    return .send(
                        Lane(
                            source: pool[index],
                            provider: provider,
                            category: asked.category,
                            concurrency: pace.concurrency,
                            messagesPerConnection: pace.messagesPerConnection,
                            start: start,
                            warmsUp: asked.warmsUp
                        )
                    )
                case .busy(let until): times.append(until)
                case .crowded: isCrowded = true
                }
            }
        }
        return isCrowded ? .crowded : .wait(until: times.min() ?? now + .seconds(3600))
    }

    private enum Turn {
        case free(Pace, at: Timestamp)
        case busy(until: Timestamp)
        case crowded
    }

    /// Takes the next turn of an address, if it is not further away than `patience`.
    private func take(_ source: Source, _ asked: Asked, _ now: Timestamp, _ patience: Duration) -> Turn {
        let pair = Pair(address: source.address, provider: asked.provider.name)
        return state.withLock { state in
            let pace = state.paces.value(pair) ?? Pace(asked.provider.shaping)
            let start = max(now, pace.pausedUntil ?? now, state.next.value(pair) ?? now)
            guard start <= now + patience else { return .busy(until: start) }
            if asked.connects {
                guard state.open[pair, default: 0] < pace.concurrency else { return .crowded }
                state.open[pair, default: 0] += 1
            }
            state.next.insert(start + pace.interval, for: pair)
            return .free(pace, at: start)
        }
    }

    /// The connection of a lane, for which `choose` was asked with `connects`, is there no more.
    public func disconnect(_ lane: Lane) {
        let pair = Pair(address: lane.source.address, provider: lane.provider.name)
        state.withLock { state in
            let left = state.open[pair, default: 1] - 1
            state.open[pair] = left > 0 ? left : nil
        }
    }

    /// The longest time in which those that wait come to their turn to ask again.
    static let spread = Duration.seconds(3600)

    /// When to ask again for a message that waits until `until`: those of one kind one after the other, as fast as they may
    /// go, so that not all of them ask when one may go. Where they are more than go within an hour, chance spreads them
    /// over that hour.
    public func moment(after until: Timestamp, _ category: Category, server host: String) -> Timestamp {
        let provider = providers.provider(ofServer: host)
        let kind = Kind(category: category, provider: provider.name)
        let pool = pools[category] ?? pools[.personal] ?? []
        let step = Duration.milliseconds(max(1, 60_000 / provider.shaping.perMinute / max(1, pool.count)))
        let chance = Duration.milliseconds(Int64(world.random() % UInt64(Self.spread.components.seconds * 1000)))
        return state.withLock { state in
            let place = max(until, (state.places.value(kind) ?? until) + step)
            guard place <= until + Self.spread else { return until + chance }
            state.places.insert(place, for: kind)
            return place
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
    ///
    /// - Parameters:
    ///   - meaning: what the server meant.
    ///   - lane: the one that the message had.
    ///   - isOfConnection: whether the server refused the whole connection, not only what was sent over it.
    public func refused(_ meaning: Classification, _ lane: Lane, isOfConnection: Bool = false) {
        guard let hint = Self.hint(meaning, isOfConnection: isOfConnection) else { return }
        change(lane) { $0.slow(hint, at: $1) }
    }

    /// How much slower a refusal wants the address that was sent from to go; nil if it is not about the address.
    public static func hint(_ meaning: Classification, isOfConnection: Bool = false) -> RateHint? {
        switch meaning.reason {
        case .rateLimited: meaning.rateHint
        // Who does not talk to an address for its name does not do so for the next message either.
        case .reputation: meaning.rateHint ?? (isOfConnection && meaning.isTransient ? .shunned : nil)
        // A server that is busy says nothing of its neighbours, and greylisting is about one recipient.
        default: nil
        }
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
