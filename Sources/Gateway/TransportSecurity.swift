internal import Delivery
internal import Directory
internal import HTTPClient
internal import Network
internal import Queue
internal import Relay
internal import Resolver
internal import Returns
internal import Store
internal import Synchronization
internal import TransportPolicy
internal import World

/// How mail may go to other servers, and what is told of how it went: MTA-STS, DANE and reports, as the configuration says.
///
/// Beside the mail it works by itself: it renews policies before they end, and reports on each day that is over.
final class TransportSecurity: Sendable {
    /// Asked before mail goes.
    let sending: SendingSecurity
    /// What was counted.
    let results: TLSResults
    /// Where that is counted; whoever keeps the house writes it now and then.
    let counters: DailyCounters
    /// Reports of others.
    let reports: TLSReportStore
    private let policies: STSPolicies
    private let sender: TLSReportSender
    private let loop: EventLoop
    private let world: World
    private let log: Log
    private let isQuiet: Bool
    /// How long after midnight reports are sent, so that not all do it at once. RFC 8460 §4.1.
    private let delay: Int64
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(
        _ configuration: Configuration,
        verifying: TLSContext,
        directory: StoreDirectory,
        queue: MailQueue,
        names: any NameService,
        store: any Store,
        loops: EventLoopGroup,
        world: World,
        log: Log
    ) {
        let addresses: HTTPClient.Addresses = { host in
            ((try? await names.addresses(of: host))?.addresses ?? []).map { "\($0)" }
        }
        let fetching = HTTPClient(loops: loops, tls: verifying, limits: HTTPClient.policyLimits, addresses: addresses)
        let settings = configuration.outgoing.tls
        policies = STSPolicies(
            store: store,
            names: names,
            world: world,
            fetch: fetching.policyFetch(port: settings.policyPort)
        )
        counters = DailyCounters(store: store, table: "tls", node: ReturningMail.node(configuration), world: world)
        results = TLSResults(counters: counters, store: store, world: world)
        reports = TLSReportStore(store: store, world: world)
        sending = SendingSecurity(
            policy: TransportPolicy(rules: settings.rules, policies: policies, names: names),
            results: results,
            log: log
        )
        let organization = settings.reports.organization
        let reporter = TLSReporter(
            results: results,
            names: names,
            organization: organization.isEmpty ? configuration.hostname : organization,
            contact: "\(configuration.reporter)",
            host: configuration.hostname
        )
        sender = TLSReportSender(
            reporter: reporter,
            reports: reports,
            queue: queue,
            http: HTTPClient(loops: loops, tls: verifying, addresses: addresses),
            settings: configuration.tlsReports { [weak directory] in await directory?.hasMail(for: $0) ?? false },
            world: world,
            log: log
        )
        isQuiet = settings.reports.by.isEmpty
        loop = loops.next()
        delay = Int64(world.random() % (4 * 3600))
        self.log = log
        self.world = world
    }

    /// Takes in what others report, if the configuration has an address for it.
    func taking(_ delivery: any Delivery, _ configuration: Configuration, _ directory: StoreDirectory) -> any Delivery {
        let addresses = Set(configuration.outgoing.tls.reports.addresses.compactMap { MailAddress($0) })
        guard !addresses.isEmpty else { return delivery }
        let hostname = configuration.hostname
        return TLSReportDelivery(local: delivery, addresses: addresses, reports: reports, log: log) { domain in
            if domain == hostname { return true }
            return await directory.hasMail(for: domain)
        }
    }

    // MARK: By itself

    /// From one look at what is to be done to the next.
    private static let interval = Duration.seconds(600)
    /// Days that reports are kept.
    private static let days = 60

    /// Begins to work by itself.
    func start() {
        task.withLock { [self] task in
            task = Task(executorPreference: loop) { [self] in
                var work = Work()
                while !Task.isCancelled {
                    await loop.sleep(Self.interval)
                    await work.go(on: self)
                }
            }
        }
    }

    /// Ends that, and returns when it has ended.
    func stop() async {
        let task = task.withLock { $0 }
        task?.cancel()
        await task?.value
    }

    /// What was done last.
    struct Work {
        /// The day on which all policies were gone through last.
        private var renewed = 0
        /// The day about which all was reported last.
        private var reported = 0
        private var swept = 0

        mutating func go(on security: TransportSecurity) async {
            let today = security.reports.today
            let seconds = security.world.now().seconds
            if renewed < today, await security.renew() { renewed = today }
            if !security.isQuiet, reported < today, seconds % 86_400 >= security.delay, await security.sender.sendDue()
            {
                reported = today
            }
            if swept < today, await security.sweep(before: today - TransportSecurity.days) { swept = today }
        }
    }

    /// Renews the policies that are known. Whether it came to the end.
    private func renew() async -> Bool {
        var last: String?
        repeat {
            do throws(StoreError) { last = try await policies.renew(after: last) } catch {
                log(.error, "mta-sts.not-renewed", [("cause", "\(error)")])
                return false
            }
        } while last != nil && !Task.isCancelled
        return last == nil
    }

    private func sweep(before day: Int) async -> Bool {
        do throws(StoreError) {
            while try await results.removeDays(before: day) { if Task.isCancelled { return false } }
            while try await reports.removeDays(before: day) { if Task.isCancelled { return false } }
            return true
        } catch {
            log(.error, "tls-report.not-swept", [("cause", "\(error)")])
            return false
        }
    }
}
