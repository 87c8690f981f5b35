internal import Octets
internal import Admission
internal import Delivery
internal import Directory
internal import Mailbox
public import Network
internal import Queue
internal import Relay
internal import Resolver
internal import Returns
internal import RocksStore
internal import SASL
internal import Store
internal import WebDoor
public import World

/// The whole service: the store, who has mail in it, and every door, as one configuration says.
///
/// ```
///          +-- listeners --- loops --- doors --+-- directory --+
/// start ---|                                   +-- mailboxes --+--- store
///          +-- administration socket ----------+-- delivery ---+
/// ```
///
/// It starts whole or not at all: ports are taken first, then the store is opened, and only then is anything answered.
public final class Gateway: Sendable {
    private let configuration: Configuration
    private let loops: EventLoopGroup
    private let listeners: [Listener]
    private let tls: TLSContext?
    private let store: any Store
    private let pools: [BlockingPool]
    private let administration: AdministrationServer?
    private let housekeeper: Housekeeper
    private let resolver: Resolver
    private let relay: MailRelay?
    private let security: TransportSecurity?
    private let log: Log
    let directory: StoreDirectory
    let queue: MailQueue

    /// Starts a service on RocksDB in the configuration's data folder. `prepare` may change the directory before
    /// anybody is answered.
    static func start(
        _ configuration: Configuration,
        events: EventLog,
        world: World,
        prepare: (StoreDirectory) async throws(GatewayError) -> Void = { _ in }
    ) async throws(GatewayError) -> Gateway {
        try await start(configuration, events: events, world: world, prepare: prepare) { pool throws(GatewayError) in
            try openStore(in: configuration.dataDirectory, cache: configuration.storeCacheSize, pool: pool, events.log)
        }
    }

    /// Starts a service on the store that `open` opens, after every port was taken. RocksDB's reads wait on the pool.
    static func start(
        _ configuration: Configuration,
        events: EventLog,
        world: World,
        prepare: (StoreDirectory) async throws(GatewayError) -> Void,
        open: (BlockingPool) throws(GatewayError) -> any Store
    ) async throws(GatewayError) -> Gateway {
        ProcessMemory.shareHeaps()
        ProcessMemory.returnLargeBlocks()
        DescriptorLimit.raise()
        let tls = try loadCertificates(configuration)
        let outgoing = configuration.outgoing.enabled ? try configuration.relay() : nil
        let loops = EventLoopGroup(world: world)
        let listeners = try await listen(configuration, loops, tls, events.log)
        let storePool = BlockingPool(threads: 4)
        // As many as there are cores: a slow hash keeps one busy.
        let hashPool = BlockingPool(threads: loops.loops.count)
        // Logging in waits for saslauthd and Kerberos, many at a time; with neither, hardly ever for a file.
        let loginPool = BlockingPool(threads: configuration.authentication.waitsForOthers ? 16 : 1)
        do throws(GatewayError) {
            let store = try open(storePool)
            let directory = StoreDirectory(
                store: store,
                world: world,
                pool: hashPool,
                limits: configuration.directoryLimits
            )
            try await prepare(directory)
            let receiptKey: [UInt8]
            let returnKeys: TraceToken.Keys
            do throws(StoreError) {
                receiptKey = try await ReceiptKey.load(from: store, world)
                returnKeys = try await TraceKey.load(from: store, world)
            } catch {
                await store.close()
                throw GatewayError.store("\(error)")
            }
            let queue: MailQueue
            do throws(QueueError) {
                queue = try await MailQueue.open(store, world: world, configuration: configuration.queue)
            } catch {
                await store.close()
                throw GatewayError.store("\(error)")
            }
            let authentication = try await LoginService.make(
                configuration,
                directory: directory,
                pool: loginPool,
                loops: loops,
                world: world,
                log: events.log
            )
            return try Gateway(
                configuration,
                loops,
                listeners,
                tls,
                store,
                [storePool, hashPool, loginPool],
                directory,
                receiptKey,
                returnKeys,
                queue,
                outgoing,
                authentication,
                events,
                world
            )
        } catch {
            for listener in listeners { await listener.stop(grace: .zero) }
            storePool.stop()
            hashPool.stop()
            loginPool.stop()
            await loops.stop()
            throw error
        }
    }

    private init(
        _ configuration: Configuration,
        _ loops: EventLoopGroup,
        _ listeners: [Listener],
        _ tls: TLSContext?,
        _ store: any Store,
        _ pools: [BlockingPool],
        _ directory: StoreDirectory,
        _ receiptKey: [UInt8],
        _ returnKeys: TraceToken.Keys,
        _ queue: MailQueue,
        _ outgoing: RelaySettings?,
        _ authentication: SASLService,
        _ events: EventLog,
        _ world: World
    ) throws(GatewayError) {
        self.configuration = configuration
        self.loops = loops
        self.listeners = listeners
        self.tls = tls
        self.store = store
        self.pools = pools
        self.directory = directory
        self.queue = queue
        log = events.log
        let mailboxes = StoreMailboxService(store: store, world: world, configuration: configuration.mailboxes)
        let sending = SendingRules(configuration, directory, mailboxes, store, world, log)
        resolver = Self.resolver(configuration, loops, world, log)
        let suppression = SuppressionList(store: store, world: world)
        let returning =
            outgoing == nil
            ? nil
            : ReturningMail(
                configuration,
                keys: returnKeys,
                directory: directory,
                sending: sending,
                queue: queue,
                names: resolver,
                suppression: suppression,
                store: store,
                world: world,
                log: log
            )
        if let verifying = outgoing?.verifying {
            security = TransportSecurity(
                configuration,
                verifying: verifying,
                directory: directory,
                queue: queue,
                names: resolver,
                store: store,
                loops: loops,
                world: world,
                log: log
            )
        } else {
            security = nil
        }
        var administrator = Administrator(directory: directory, counters: events.counters, sending: sending)
        administrator.world = world
        administrator.queue = queue
        administrator.reputation = Reputation(
            suppression: suppression,
            deliverability: returning?.records.deliverability,
            complaints: returning?.records.complaints,
            tls: security.map { ($0.results, $0.reports) }
        )
        do throws(FileError) {
            administration =
                store is RocksStore ? try AdministrationServer(in: configuration.dataDirectory, administrator) : nil
        } catch { throw .file("\(error)") }
        housekeeper = Housekeeper(
            on: loops.next(),
            pool: pools[0],
            directory: directory,
            queue: queue,
            suppression: suppression,
            counters: (returning?.counters ?? []) + [security?.counters].compactMap(\.self),
            world: world,
            log: log
        )
        let notifier = SignInNotifier(
            hostname: configuration.hostname,
            postmaster: configuration.postmaster,
            mailboxes: mailboxes,
            world: world,
            log: log
        )
        directory.setNotify { await notifier.tell($0) }
        var settings = outgoing
        settings?.ownAddresses = Set(
            zip(listeners, configuration.listeners).filter { $1.protocol == .smtp }.flatMap { $0.0.address.reachable }
        )
        let mail = OutgoingMail(
            configuration,
            settings: settings,
            directory: directory,
            mailboxes: mailboxes,
            receiptKey: receiptKey,
            queue: queue,
            returning: returning,
            security: security,
            names: resolver,
            suppression: suppression,
            loops: loops,
            world: world,
            log: log
        )
        relay = mail.relay
        let doors = Doors(
            configuration: configuration,
            tls: tls,
            directory: directory,
            authentication: authentication,
            mailboxes: mailboxes,
            delivery: mail.local,
            exchange: mail.exchange,
            deliveryAnywhere: mail.anywhere,
            gatekeeper: Gatekeeper(configuration, resolver, store, on: loops, world, log),
            sending: sending,
            accounts: directory,
            administration: WebDoor.Administration(
                administrators: Set(configuration.administrators.compactMap { MailAddress($0)?.description }),
                queue: queue,
                events: { [counters = events.counters] in counters.all }
            ),
            world: world,
            log: log
        )
        for (listener, settings) in zip(listeners, configuration.listeners) {
            listener.serve(session: doors.session(at: settings))
            log(
                .info,
                "listener.started",
                [
                    ("protocol", settings.protocol.rawValue), ("address", "\(listener.address)"),
                ]
            )
        }
        relay?.start()
        security?.start()
    }

    /// Where it listens, in the order of the configuration, with the real ports.
    public var addresses: [Address] { listeners.map(\.address) }

    /// Reads the certificates again; if that fails, the old ones stay.
    public func reload() {
        do throws(TransportError) {
            try tls?.reload()
            log(.notice, "tls.reloaded")
        } catch {
            log(.error, "tls.reload-failed", [("cause", "\(error)")])
        }
    }

    /// Stops listening, lets sessions finish for the configuration's grace period, and closes the store.
    public func stop() async {
        administration?.stop()
        let grace = configuration.gracePeriod
        await withDiscardingTaskGroup { group in
            for listener in listeners { group.addTask { await listener.stop(grace: grace) } }
        }
        await security?.stop()
        await relay?.stop()
        await resolver.stop()
        await housekeeper.stop()
        do throws(DirectoryError) { try await directory.flushSignIns() } catch {
            log(.error, "sign-ins.not-written", [("cause", "\(error)")])
        }
        await store.close()
        for pool in pools { pool.stop() }
        await loops.stop()
    }

    /// Runs a service until SIGTERM or SIGINT; SIGHUP reads the certificates again. A second signal ends it at once.
    public static func run(_ configuration: Configuration, world: World = .real) async throws(GatewayError) {
        try await run(configuration, world: world, prepare: { _ throws(GatewayError) in }, ready: {})
    }

    /// The same; `prepare` may change the directory before anybody is answered, and `ready` is told when every door is
    /// open.
    static func run(
        _ configuration: Configuration,
        world: World,
        prepare: (StoreDirectory) async throws(GatewayError) -> Void,
        ready: () -> Void
    ) async throws(GatewayError) {
        let events = EventLog(threshold: configuration.logLevel.level, world: world)
        defer { events.close() }
        let gateway = try await start(configuration, events: events, world: world, prepare: prepare)
        let signals = ProcessSignals(on: gateway.loops.next())
        events.log(.notice, "service.started", [("hostname", configuration.hostname)])
        ready()
        while let signal = await signals.next() {
            guard signal == .hangup else { break }
            gateway.reload()
        }
        signals.stop()
        events.log(.notice, "service.stopping")
        await gateway.stop()
        events.log(.notice, "service.stopped")
    }

    // MARK: Parts

    /// Asks the servers that the configuration or the system names. Without the system's file it is the server of this
    /// host, as for everyone; nothing that the service does at start-up needs a name.
    private static func resolver(
        _ configuration: Configuration,
        _ loops: EventLoopGroup,
        _ world: World,
        _ log: Log
    ) -> Resolver {
        let names = configuration.dns
        let octets = names.servers.isEmpty ? (try? Files.read(names.resolvConf, limit: 64 << 10)) ?? [] : []
        return Resolver(names.settings(resolvConf: octets), on: loops, world: world, log: log)
    }

    private static func loadCertificates(_ configuration: Configuration) throws(GatewayError) -> TLSContext? {
        guard !configuration.tls.isEmpty else { return nil }
        do throws(TransportError) {
            return try TLSContext.server(
                identities: configuration.tls.map {
                    TLSContext.Identity(certificateFile: $0.certificate, keyFile: $0.key)
                },
                clientAuthorities: configuration.authentication.clientAuthorities
            )
        } catch {
            if case .tls(let reason) = error { throw .tls(reason) }
            throw .tls("\(error)")
        }
    }

    /// Takes every port, or none.
    private static func listen(
        _ configuration: Configuration,
        _ loops: EventLoopGroup,
        _ tls: TLSContext?,
        _ log: Log
    ) async throws(GatewayError) -> [Listener] {
        let limits = configuration.limits
        let counter = ConnectionCounter(
            limits: ConnectionLimits(
                total: limits.connections,
                perAddress: limits.connectionsPerAddress,
                unauthenticated: limits.unauthenticatedConnections
            )
        )
        let proxies = Proxies(configuration.proxies.compactMap { Subnet($0) }) { peer, fault in
            log(.notice, "proxy.refused", [("peer", "\(peer)"), ("cause", "\(fault)")])
        }
        var listeners: [Listener] = []
        for settings in configuration.listeners {
            do throws(ListenError) {
                let refusal = Doors.refusal(at: settings, hostname: configuration.hostname, log)
                guard let path = settings.path else {
                    listeners.append(
                        try Listener(
                            Address(host: settings.address, port: settings.port),
                            on: loops,
                            counter: counter,
                            tls: settings.protocol.startsWithTLS ? tls : nil,
                            proxies: proxies,
                            refusal: refusal
                        )
                    )
                    continue
                }
                let mode = UInt16(settings.mode, radix: 8) ?? 0o600
                listeners.append(
                    try Listener(path: path, mode: mode, on: loops, counter: counter, refusal: refusal)
                )
            } catch {
                for listener in listeners { await listener.stop(grace: .zero) }
                await loops.stop()
                throw .listen(error)
            }
        }
        return listeners
    }

    /// Opens the engine in `dataDirectory`.
    static func openStore(
        in dataDirectory: String,
        cache: Int,
        pool: BlockingPool,
        _ log: Log
    ) throws(GatewayError) -> any Store {
        do throws(FileError) { try Files.makeFolder(dataDirectory) } catch { throw .file("\(error)") }
        var settings = RocksStore.Configuration(directory: dataDirectory + "/store")
        settings.blockCache = cache
        do throws(RocksStore.OpenError) { return try RocksStore(settings, pool: pool, log: log) } catch {
            throw GatewayError(error)
        }
    }

    // MARK: Administration

    /// Does `request` on the data in `dataDirectory`: through the service that runs there, or, if none does, by itself.
    /// If there is no data yet, it is made if `creates`. `answer` is told each line of the answer.
    public static func administer(
        _ request: AdministrationRequest,
        in dataDirectory: String,
        creates: Bool,
        answer: (String) -> Void
    ) async throws(AdministrationError) {
        guard case .queue(let request) = request else {
            return try await administerOnce(request, in: dataDirectory, creates: creates, answer: answer)
        }
        try await administerQueue(request, in: dataDirectory, creates: creates, answer: answer)
    }

    static func administerOnce(
        _ request: AdministrationRequest,
        in dataDirectory: String,
        creates: Bool,
        answer: (String) -> Void
    ) async throws(AdministrationError) {
        guard try !AdministrationClient.perform(request, in: dataDirectory, answer: answer) else { return }
        guard creates || Files.exists(dataDirectory + "/store") else {
            throw AdministrationError("there is no data in \(dataDirectory)")
        }
        if case .status = request { throw AdministrationError("no service runs on \(dataDirectory)") }
        let pool = BlockingPool(threads: 1)
        defer { pool.stop() }
        let store: any Store
        do throws(GatewayError) {
            store = try openStore(in: dataDirectory, cache: 8 << 20, pool: pool, .none)
        } catch { throw AdministrationError("\(error)") }
        let directory = StoreDirectory(store: store, world: .real, pool: pool)
        do throws(AdministrationError) {
            var administrator = Administrator(directory: directory)
            administrator.sending = SendingRules(directory, store, world: .real)
            administrator.reputation = Reputation(store, .real)
            // Opening the queue lays it out, which is not for requests about something else.
            if case .queue = request {
                do throws(QueueError) { administrator.queue = try await MailQueue.open(store, world: .real) } catch {
                    throw AdministrationError("\(error)")
                }
            }
            try await administrator.perform(request, answer: answer)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}
