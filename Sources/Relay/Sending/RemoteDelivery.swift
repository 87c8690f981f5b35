internal import Directory
public import Network
public import Queue
public import Resolver
public import Returns
internal import SMTP
internal import SMTPClient
internal import Store
internal import Synchronization
internal import TransportPolicy
public import World

/// Sends what is due in the queue `outgoing` to other servers.
///
///     take ── lanes, one for each destination ── connections ── complete
///
/// Jobs are taken in bunches and handed to the lane of their destination; each lane has as many connections as its
/// destination takes. What came of a job is told the queue while the next message of the connection is on its way.
public final class RemoteDelivery: Sendable {
    let queue: MailQueue
    let router: Router
    let lanes: Lanes
    let settings: RelaySettings
    let world: World
    /// Who says how mail goes to servers that DNS names; nil for TLS if it is there.
    let security: SendingSecurity?
    private let suppression: SuppressionList
    private let loops: EventLoopGroup
    private let log: Log
    private let leases: LeaseKeeper
    private let bell = Signal()
    private let tasks = Tasks()
    /// Messages that a server is being given.
    private let transactions = Tasks()
    /// Outlives the others: what is taken stays this process's until it is told what came of it.
    private let keeping = Tasks()

    /// Nothing is sent before `start`.
    public init(
        queue: MailQueue,
        names: any NameService,
        suppression: SuppressionList,
        settings: RelaySettings,
        security: SendingSecurity? = nil,
        loops: EventLoopGroup,
        world: World,
        log: Log
    ) {
        self.queue = queue
        self.settings = settings
        self.security = security
        self.suppression = suppression
        self.loops = loops
        self.world = world
        self.log = log
        router = Router(settings: settings, names: names, world: world)
        lanes = Lanes(settings, router.table)
        leases = LeaseKeeper(queue, for: settings.lease, log)
    }

    /// Works until `stop`.
    public func start() {
        let loop = loops.next()
        keeping.start(on: loop) { [self] in await leases.keep(on: loop) }
        tasks.start(on: loop) { [self] in
            let observation = queue.onWork { [bell] in bell.raise() }
            defer { observation.cancel() }
            while !Task.isCancelled {
                if await takeSome() == 0 { await wait(on: loop) }
            }
        }
    }

    /// Takes no more, gives back what was not begun, lets messages that a server is being given go on for `grace`: cut off,
    /// they may be there twice. Returns when all is over.
    public func stop(grace: Duration) async {
        tasks.cancel()
        let timer = loops.next().schedule(after: grace) { [transactions] in transactions.cancel() }
        await tasks.wait()
        timer.cancel()
        keeping.cancel()
        await keeping.wait()
    }

    /// Sends everything that is due now, and returns when nothing is: for tests with a clock of their own, in place of
    /// `start`.
    public func sendDue() async {
        repeat { await tasks.wait() } while await takeSome() > 0
    }

    /// Takes jobs and hands them out; returns how many.
    private func takeSome() async -> Int {
        let room = lanes.room
        guard room > 0 else { return 0 }
        do throws(QueueError) {
            let works = try await queue.take(.outgoing, limit: min(room, 100), for: settings.lease) { [lanes] in
                lanes.room(of: $0)
            }
            leases.hold(works)
            for key in lanes.add(works) { connect(key) }
            return works.count
        } catch {
            log(.error, "relay.take-failed", [("cause", "\(error)")])
            return 0
        }
    }

    /// Starts a connection for a lane, and when it has ended one for the lane that waits longest.
    private func connect(_ key: Lanes.Key) {
        let loop = loops.next()
        tasks.start(on: loop) { [self] in
            var sender = Sender(self, key, on: loop)
            await sender.run()
            for key in lanes.startable() { connect(key) }
        }
    }

    /// Until there may be work: a job was added or ended, or one is due.
    private func wait(on loop: EventLoop) async {
        let wait = queue.nextDue(.outgoing).milliseconds - world.now().milliseconds
        // What is due and was not taken has no room, of which the bell tells, or the store failed, which takes a while.
        await loop.wait(for: bell, upTo: .milliseconds(wait > 0 ? wait : 1000))
    }

    // MARK: For senders

    /// Gives a server a message. That the sender is cancelled does not end it, only the end of the grace period does.
    func send(_ message: OutgoingMessage, over connection: Connection, on loop: EventLoop) async -> Report {
        let sending = Task(executorPreference: loop) { await connection.send(message) }
        transactions.start(on: loop) {
            await withTaskCancellationHandler {
                _ = await sending.value
            } onCancel: {
                sending.cancel()
            }
        }
        return await sending.value
    }

    /// What is done on a connection to a server.
    func settings(
        for host: Router.Host,
        route: Router.Route,
        decided: TransportPolicy.Security?,
        requireTLS: Bool,
        as name: String
    ) async throws(Failure) -> Settings {
        var settings = Settings(name: .domain(name))
        settings.dialect = route.dialect
        settings.authenticator = route.authenticator
        settings.timeouts = self.settings.timeouts
        settings.asciiDomain = { InternationalDomain.ascii($0) }
        if let decided {
            settings.secure(decided, host.name, self.settings)
            if settings.tls == nil, settings.security != .plaintext { throw Failure(.startTLS, .tls(.notOffered)) }
            return settings
        }
        var encryption = route.encryption
        if requireTLS, encryption != .implicit { encryption = .verified }
        let expectation = TLSExpectation(serverName: host.name, verification: .names([host.name]))
        switch encryption {
        case .none: settings.security = .plaintext
        case .opportunistic:
            settings.tls = self.settings.opportunistic
            settings.security = settings.tls == nil ? .plaintext : .opportunistic(serverName: host.name)
        case .required:
            settings.tls = self.settings.opportunistic
            settings.security = .required(TLSExpectation(serverName: host.name))
        case .verified:
            settings.tls = self.settings.verifying
            settings.security = .required(expectation)
        case .implicit:
            settings.tls = self.settings.verifying
            settings.security = .implicit(expectation)
        }
        if settings.tls == nil, settings.security != .plaintext { throw Failure(.startTLS, .notOffered("TLS")) }
        return settings
    }

    /// Begins a try at a job; those who are not written to any more are settled.
    func attempt(_ work: Work) async -> Attempt {
        let envelope = work.message.envelope
        var returning: (ReturnPaths, String)?
        if let paths = settings.returnPaths, paths.covers(envelope) {
            returning = (paths, await paths.domain(of: envelope))
        }
        var attempt = Attempt(work, queue, at: world.now(), returning: returning)
        await suppress(&attempt)
        return attempt
    }

    /// Settles the recipients that are not written to any more.
    private func suppress(_ attempt: inout Attempt) async {
        let envelope = attempt.work.message.envelope
        // A notification is sent to whoever wrote, whatever the list says of them.
        guard !envelope.reversePath.isEmpty else { return }
        let places = attempt.addresses.enumerated().compactMap { index, address in
            MailAddress(address).map { (index: index, address: $0) }
        }
        let domain = MailAddress(envelope.reversePath)?.domain
        let sender = SuppressionList.Sender(account: envelope.submitter, domain: domain)
        guard let found = try? await suppression.entries(for: places.map(\.address), from: sender), !found.isEmpty
        else { return }
        for (index, address) in places {
            guard let entry = found[address] else { continue }
            let text = "this address is not written to any more (\(entry.kind.rawValue)): \(entry.detail)"
            attempt.settle(index, as: .failed(.policy, reply: text, status: "5.7.1"))
        }
    }

    /// Notes that a server was not reached.
    func note(_ failure: Failure, of host: String, at destination: String) {
        log(
            .notice,
            "relay.unreached",
            [
                ("destination", destination), ("host", host), ("stage", failure.stage.rawValue),
                ("cause", "\(failure.cause)"),
            ]
        )
    }

    /// Notes that mail may not go to a server.
    func note(_ refusal: String, of host: String, at destination: String) {
        log(.notice, "relay.insecure", [("destination", destination), ("host", host), ("cause", refusal)])
    }

    /// Tells the queue what came of a job.
    func complete(_ attempt: Attempt, else other: Queue.Outcome) async {
        await suppressDead(attempt)
        await settings.records?.note(attempt)
        let completion = attempt.completion(else: other)
        do throws(QueueError) {
            try await queue.complete(completion)
            let counts = attempt.counts
            var fields: [(StaticString, String)] = [
                ("message", "\(attempt.work.message.id)"), ("destination", attempt.work.job.destination),
                ("host", attempt.host), ("delivered", "\(counts.delivered)"), ("deferred", "\(counts.deferred)"),
                ("failed", "\(counts.failed)"),
            ]
            if !attempt.source.isEmpty { fields.append(("source", attempt.source)) }
            log(.info, "relay.tried", fields)
        } catch {
            // The lease is over, or the store failed: it is tried again, and what was delivered may arrive twice.
            log(
                .error,
                "relay.completion-failed",
                [("message", "\(attempt.work.message.id)"), ("cause", "\(error)")]
            )
        }
        end(attempt.work)
    }

    /// Puts addresses that do not exist on the list of those that are not written to.
    private func suppressDead(_ attempt: Attempt) async {
        let now = world.now()
        let envelope = attempt.work.message.envelope
        let scope: SuppressionList.Scope? =
            envelope.submitter.map { .account($0) } ?? MailAddress(envelope.reversePath).map { .domain($0.domain) }
        guard let scope else { return }
        let entries = attempt.refusals.compactMap { text, meaning, reply in
            MailAddress(text).flatMap {
                settings.suppression.entry(afterBounceOf: $0, meaning, in: scope, at: now, detail: reply)
            }
        }
        guard !entries.isEmpty else { return }
        do throws(StoreError) { try await suppression.add(entries) } catch {
            log(.error, "relay.suppression-failed", [("cause", "\(error)")])
        }
    }

    /// Puts off jobs for servers that do not answer: of each destination one, so that the queue holds it. The others go back.
    func putOff(_ works: [Work], as outcome: Queue.Outcome, host: String) async {
        var held: Set<String> = []
        let completions = works.map { work in
            guard held.insert(work.job.destination).inserted else { return Completion(work.lease, .givenBack) }
            let count = work.job.recipients.count { $0.state == .waiting }
            return Completion(work.lease, .tried(Array(repeating: outcome, count: count)), host: host)
        }
        _ = await queue.complete(completions)
        for work in works { end(work) }
    }

    /// Gives jobs back that were not begun.
    func giveBack(_ works: [Work]) async {
        guard !works.isEmpty else { return }
        _ = await queue.complete(works.map { Completion($0.lease, .givenBack) })
        for work in works { end(work) }
    }

    /// Puts jobs off that may not be sent before `moment`, one after the other.
    func postpone(_ works: [Work], until moment: Timestamp, _ pool: SourcePlan.Category, _ host: String) async {
        let completions = works.map { work in
            let turn = settings.sources?.moment(after: moment, pool, server: host) ?? moment
            return Completion(work.lease, .postponed(until: turn))
        }
        for case .failure(let error) in await queue.complete(completions) {
            log(.error, "relay.completion-failed", [("cause", "\(error)")])
        }
        log(
            .info,
            "relay.postponed",
            [("host", host), ("category", pool.rawValue), ("messages", "\(works.count)"), ("until", "\(moment)")]
        )
        for work in works { end(work) }
    }

    private func end(_ work: Work) {
        leases.release(work)
        if lanes.ended(work) { bell.raise() }
    }
}
