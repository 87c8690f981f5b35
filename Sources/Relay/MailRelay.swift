public import Delivery
public import Network
public import Queue
public import Resolver
public import Returns
public import World

/// Everything that works on the queue: sends to other servers, delivers what was held, tells senders.
///
///     incoming ── LocalSpool ── mailboxes
///     outgoing ── RemoteDelivery ── other servers
///     reports ── ReportWriter ── incoming, outgoing
public final class MailRelay: Sendable {
    private let remote: RemoteDelivery
    private let workers: [Worker]

    /// Nothing is done before `start`.
    ///
    /// - Parameters:
    ///   - queue: what is worked on.
    ///   - local: delivers to mailboxes here.
    ///   - names: who knows the servers of domains.
    ///   - suppression: who is not written to any more.
    ///   - settings: how mail is sent.
    ///   - security: says what must hold of connections; without it, TLS is used if it is there.
    ///   - loops: where connections live.
    ///   - world: time and chance.
    ///   - log: told of every try.
    public init(
        queue: MailQueue,
        local: any Delivery,
        names: any NameService,
        suppression: SuppressionList,
        settings: RelaySettings,
        security: SendingSecurity? = nil,
        loops: EventLoopGroup,
        world: World,
        log: Log
    ) {
        remote = RemoteDelivery(
            queue: queue,
            names: names,
            suppression: suppression,
            settings: settings,
            security: security,
            loops: loops,
            world: world,
            log: log
        )
        let spool = LocalSpool(queue: queue, delivery: local, log: log)
        let writer = ReportWriter(queue: queue, delivery: local, settings: settings, world: world, log: log)
        let jobs: [(QueueName, @Sendable (Work) async -> Completion?)] = [
            (.incoming, { await spool.deliver($0) }), (.reports, { await writer.write($0) }),
        ]
        workers = jobs.map { name, work in
            Worker(name, of: queue, lease: settings.lease, most: 32, on: loops, world: world, log: log, work)
        }
    }

    /// Works until `stop`.
    public func start() {
        remote.start()
        for worker in workers { worker.start() }
    }

    /// Ends what is being done, and returns when it has ended. Messages that a server is being given go on for `grace`.
    public func stop(grace: Duration) async {
        await remote.stop(grace: grace)
        for worker in workers { await worker.stop() }
    }

    /// Does everything that is due now, and what comes of it: for tests with a clock of their own, in place of `start`.
    public func workDue() async {
        await remote.sendDue()
        for worker in workers.reversed() { await worker.doDue() }
        await remote.sendDue()
    }
}
