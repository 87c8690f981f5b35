internal import Octets
internal import Returns
internal import World

extension Configuration {
    /// Addresses that mail for other domains comes from, by what is sent: one kind must not spoil the name of another's.
    public struct Pools: Hashable, Sendable {
        /// For what people write, and for kinds without addresses of their own.
        public var personal: [SendingAddress] = []
        /// For what somebody is waiting for.
        public var transactional: [SendingAddress] = []
        /// For what goes to many.
        public var bulk: [SendingAddress] = []

        /// One address for everything.
        public init() {}
    }

    /// An address that mail comes from.
    public struct SendingAddress: Hashable, Sendable {
        /// A numeric address of this host.
        public var address = ""
        /// The name that it has; that of the service if it is empty.
        public var hostname = ""
        /// The day on which it begins to warm up, `2026-11-26`; empty if it is known.
        public var warmUpFrom = ""
        /// Days until it may send as much as comes.
        public var warmUpDays = 28

        /// An address; it must be filled in.
        public init() {}
    }

    /// How fast mail goes to the servers of one provider, from each address.
    public struct Shaping: Hashable, Sendable {
        /// A short name.
        public var provider = ""
        /// Its servers, and those below them; `*` for all who are not known.
        public var servers: [String] = []
        /// Connections at a time.
        public var connections = 5
        /// Messages over one connection.
        public var messagesPerConnection = 50
        /// Messages in a minute.
        public var perMinute = 300

        /// A provider; it must be filled in.
        public init() {}
    }

    /// Who runs which servers, and how fast mail goes there.
    var providers: ProviderTable {
        var table = ProviderTable.standard
        for shaping in outgoing.shaping {
            let provider = Provider(
                shaping.provider,
                .init(
                    concurrency: shaping.connections,
                    messagesPerConnection: shaping.messagesPerConnection,
                    perMinute: shaping.perMinute
                )
            )
            for server in shaping.servers {
                if server == "*" { table.others = provider } else { table.set(provider, for: server) }
            }
        }
        return table
    }

    /// Where mail comes from, and how fast it goes; nil if nothing is said of it.
    func sourcePlan(counters: DailyCounters, world: World) -> SourcePlan? {
        guard outgoing.pools != Pools() || !outgoing.shaping.isEmpty else { return nil }
        var one = SendingAddress()
        one.address = outgoing.source
        let personal = outgoing.pools.personal.isEmpty ? [one] : outgoing.pools.personal
        var pools: [SourcePlan.Category: [SourcePlan.Source]] = [.personal: personal.map(source)]
        let others: [(SourcePlan.Category, [SendingAddress])] = [
            (.transactional, outgoing.pools.transactional), (.bulk, outgoing.pools.bulk),
        ]
        for (category, addresses) in others where !addresses.isEmpty { pools[category] = addresses.map(source) }
        return SourcePlan(pools: pools, providers: providers, counters: counters, world: world)
    }

    private func source(_ address: SendingAddress) -> SourcePlan.Source {
        SourcePlan.Source(
            address: address.address,
            hostName: address.hostname.isEmpty ? hostname : address.hostname,
            warmUp: Self.day(address.warmUpFrom).map { day in
                WarmUp(firstDay: day, curve: WarmUp.curve(days: address.warmUpDays))
            }
        )
    }

    /// The day that `2026-11-26` is, counted from 1970-01-01; nil if it is none.
    static func day(_ text: String) -> Int? {
        let fields = text.split(separator: "-", omittingEmptySubsequences: false)
        guard fields.count == 3, fields.map(\.utf8.count) == [4, 2, 2],
            let year = decimal(Array(fields[0].utf8).span, as: Int.self),
            let month = decimal(Array(fields[1].utf8).span, as: Int.self),
            let day = decimal(Array(fields[2].utf8).span, as: Int.self), year >= 1970,
            let date = DateTime(year: year, month: month, day: day, hour: 0, minute: 0, second: 0, zoneMinutes: 0)
        else { return nil }
        return Int(date.daysSince1970)
    }
}
