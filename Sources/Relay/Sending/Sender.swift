internal import Network
internal import Queue
internal import Resolver
internal import SMTP
internal import SMTPClient
internal import World

/// One connection's worth of work for one lane: finds a server, sends job after job over it, and goes when there is no more.
struct Sender {
    /// Why a server was not reached.
    private enum Unreached: Error {
        case problem(Router.Problem)
        case failure(Failure)

        var outcome: Queue.Outcome {
            switch self {
            // One host of several without an address is no proof that there is no domain.
            case .problem(.noSuchDomain): .deferred(.lookup, reply: "the mail server has no address", status: "4.4.4")
            case .problem(let problem): problem.outcome
            case .failure(let failure): Queue.Outcome(failure)
            }
        }
    }

    let delivery: RemoteDelivery
    let key: Lanes.Key
    let loop: EventLoop
    private var completing: Task<Void, Never>?
    /// A connection that had carried a message before was lost with this job, which is tried once more.
    private var mayRetry = true

    init(_ delivery: RemoteDelivery, _ key: Lanes.Key, on loop: EventLoop) {
        self.delivery = delivery
        self.key = key
        self.loop = loop
    }

    private var settings: RelaySettings { delivery.settings }
    private var lanes: Lanes { delivery.lanes }

    mutating func run() async {
        while let work = lanes.nextOrEnd(key, forgetting: nil) {
            var attempt = await delivery.attempt(work)
            if attempt.isDone {
                await complete(attempt, else: .deferred(.local, reply: "", status: ""))
                continue
            }
            guard await reach(&attempt) else { break }
        }
        await completing?.value
    }

    /// Tries the servers of the destination for a job, and sends what else waits once one answers.
    ///
    /// - Returns: false if the lane was given up.
    private mutating func reach(_ attempt: inout Attempt) async -> Bool {
        let route: Router.Route
        do throws(Router.Problem) {
            route = try await delivery.router.route(to: key.destination, isRouted: key.isRouted)
        } catch {
            attempt.settle(as: error.outcome)
            await complete(attempt, else: error.outcome)
            if case .temporary = error { return await giveUp() }
            return true
        }
        var last = Unreached.failure(Failure(.connect, .closed))
        var tries = 0
        for host in route.hosts where tries < settings.addressesAtOnce {
            let addresses: [Address]
            let isAuthenticated: Bool
            do throws(Router.Problem) {
                (addresses, isAuthenticated) = try await delivery.router.addresses(of: host)
            } catch {
                last = .problem(error)
                continue
            }
            for address in addresses where tries < settings.addressesAtOnce {
                tries += 1
                let isLast = host == route.hosts.last && address == addresses.last
                attempt.ask("\(host.name) [\(address.host)]")
                do throws(Failure) {
                    let connection = try await open(host, address, route, isAuthenticated, isLast: isLast)
                    switch await converse(over: connection, &attempt) {
                    case .done: return true
                    case .ended: return true
                    case .failed(let failure): last = .failure(failure)
                    case .lost:
                        // An old connection says nothing about the server: it is asked again from the start.
                        mayRetry = false
                        return await reach(&attempt)
                    }
                } catch {
                    last = .failure(error)
                    if error.cause == .cancelled { return await stop(attempt) }
                    delivery.note(error, of: attempt.host, at: key.destination)
                }
            }
        }
        await complete(attempt, else: last.outcome)
        return attempt.isUnreached || !attempt.isDone ? await giveUp() : true
    }

    // MARK: One connection

    private enum End {
        /// The lane has no more work, and this connection counts no more.
        case ended
        /// The connection's job is done, and there may be more.
        case done
        /// It broke in the middle of a job, which another server may still take.
        case failed(Failure)
        /// It broke before its second or a later job had begun.
        case lost
    }

    private func open(
        _ host: Router.Host,
        _ address: Address,
        _ route: Router.Route,
        _ isAuthenticated: Bool,
        isLast: Bool
    ) async throws(Failure) -> Connection {
        var settings = try await delivery.settings(
            for: host,
            of: key.destination,
            route: route,
            addressIsAuthenticated: isAuthenticated,
            requireTLS: key.requireTLS
        )
        if !isLast { settings.timeouts.connect = min(settings.timeouts.connect, self.settings.connectOfMany) }
        return try await Connection.open(to: address, from: self.settings.source, settings: settings, on: loop)
    }

    private mutating func converse(over connection: Connection, _ attempt: inout Attempt) async -> End {
        var count = 0
        while true {
            var message = attempt.message()
            while !message.recipients.isEmpty {
                let report = await connection.send(message)
                attempt.take(report, knowsNotices: connection.server.extensions.contains(.dsn))
                if let failure = report.failure, !attempt.isDone {
                    if count > 0, mayRetry, failure.stage != .end { return .lost }
                    return .failed(failure)
                }
                guard attempt.isOneByOne, !attempt.isDone else { break }
                guard connection.canSend else { return .failed(Failure(.mail, .closed)) }
                count += 1
                message = attempt.message()
            }
            count += 1
            mayRetry = true
            if attempt.counts.delivered > 0 { lanes.widen(key) }
            await complete(attempt, else: .deferred(.other, reply: "", status: ""))
            guard connection.canSend, count < settings.messagesPerConnection else {
                await connection.quit()
                return .done
            }
            guard let work = await nextWork() else {
                await connection.quit()
                return .ended
            }
            attempt = await delivery.attempt(work)
        }
    }

    /// The next job, waited for as long as an idle connection is kept.
    private func nextWork() async -> Work? {
        let signal = Signal()
        if let work = lanes.next(key, else: signal) { return work }
        let timer = loop.schedule(after: settings.idle) { signal.raise() }
        defer { timer.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !signal.onRaise({ continuation.resume() }) { continuation.resume() }
            }
        } onCancel: {
            signal.raise()
        }
        return lanes.nextOrEnd(key, forgetting: signal)
    }

    // MARK: Ends

    /// Tells the queue, while the next message goes: one commit is never far behind.
    private mutating func complete(_ attempt: Attempt, else other: Queue.Outcome) async {
        await completing?.value
        completing = Task(executorPreference: loop) { [delivery] in await delivery.complete(attempt, else: other) }
    }

    /// Nothing can be said to any server: what waits goes back, and the queue holds the destination.
    private mutating func giveUp() async -> Bool {
        await completing?.value
        await delivery.giveBack(lanes.drain(key))
        return false
    }

    private mutating func stop(_ attempt: Attempt) async -> Bool {
        await completing?.value
        await delivery.giveBack([attempt.work] + lanes.drain(key))
        return false
    }
}
