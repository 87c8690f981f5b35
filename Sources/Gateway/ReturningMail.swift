internal import Admission
internal import Delivery
internal import Directory
internal import Network
internal import Octets
internal import Queue
internal import Relay
internal import Resolver
internal import Returns
internal import Store
internal import World

/// What comes back of mail that was sent, and what is known of senders by it.
struct ReturningMail {
    /// Told of every try, bounce and complaint.
    let records: SenderRecords
    /// Return paths for mail that leaves.
    let paths: ReturnPaths
    /// Takes in bounces and complaints.
    let intake: ReturnIntake
    /// Says where mail comes from and how fast it goes; nil if it goes as fast as it is taken.
    let sources: SourcePlan?
    /// Counted in memory; whoever keeps the house writes them now and then.
    let counters: [DailyCounters]

    /// Nil if the configuration's prefix is no word, which it cannot be.
    init?(
        _ configuration: Configuration,
        keys: TraceToken.Keys,
        directory: StoreDirectory,
        sending: SendingRules,
        queue: MailQueue,
        names: any NameService,
        suppression: SuppressionList,
        store: any Store,
        world: World,
        log: Log
    ) {
        let bounces = configuration.outgoing.bounces
        guard let addresses = ReturnAddress(keys: keys, prefix: bounces.prefix, days: bounces.days) else { return nil }
        let counters = Self.counters(configuration, store, world)
        let watch = ComplaintWatch(counters: counters.complaints, limits: configuration.complaintLimits) {
            [weak directory] number, rate in
            guard let account = try await directory?.account(number) else { return }
            let reason =
                "\(rate.complaints) complaints about \(rate.sent) messages within "
                + "\(configuration.complaintLimits.days) days"
            guard await sending.suspend(account, reason, by: .service) else { throw AdministrationError("see the log") }
        }
        var records = SenderRecords(
            directory: directory,
            suppression: suppression,
            deliverability: Deliverability(counters: counters.delivery),
            complaints: watch
        ) { account, count in await sending.didFail(count, of: account) }
        records.policy = configuration.suppression
        records.providers = configuration.providers
        self.records = records
        sources = configuration.sourcePlan(counters: counters.sources, world: world)
        self.counters = [counters.complaints, counters.delivery, counters.sources]
        var paths = ReturnPaths(
            keys: keys,
            addresses: addresses,
            domain: bounces.domain.isEmpty ? configuration.hostname : bounces.domain
        ) { domain in await directory.hasMail(for: domain) }
        paths.categories = Set(bounces.categories.compactMap { SourcePlan.Category(rawValue: $0.rawValue) })
        self.paths = paths
        intake = ReturnIntake(
            addresses: addresses,
            keys: keys,
            feedback: configuration.feedback,
            records: records,
            queue: queue,
            world: world,
            log: log
        ) { peer in
            guard let address = IPAddress(peer) else { return nil }
            return await names.confirmedName(of: address)
        }
    }

    /// The name by which a service has its counters.
    static func node(_ configuration: Configuration) -> String {
        // The end of a long name tells hosts of one domain from each other less than its beginning.
        "host \(configuration.hostname.prefix(90))"
    }

    /// The counters of one service, which it has again when it is started again.
    static func counters(
        _ configuration: Configuration,
        _ store: any Store,
        _ world: World
    ) -> (complaints: DailyCounters, delivery: DailyCounters, sources: DailyCounters) {
        let node = node(configuration)
        return (
            DailyCounters(store: store, table: "complaints", node: node, world: world),
            DailyCounters(store: store, table: "delivery", node: node, world: world),
            DailyCounters(store: store, table: "sources", node: node, world: world)
        )
    }
}

extension Directory {
    /// Whether mail for a domain comes here, as far as that can be said now.
    func hasMail(for domain: String) async -> Bool {
        do throws(DirectoryError) {
            guard case .elsewhere = try await resolve(MailAddress(localPart: "postmaster", domain: domain)) else {
                return true
            }
            return false
        } catch {
            return false
        }
    }
}
