internal import Network
internal import Queue
internal import Resolver
internal import SMTP
internal import SMTPClient
internal import TransportPolicy
internal import World

/// One connection's worth of work for one lane: finds a server, sends job after job over it, and goes when there is no more.
struct Sender {
    let delivery: RemoteDelivery
    let key: Lanes.Key
    let loop: EventLoop
    /// Where connections come from, and how fast they may be used.
    private var departure: Departure
    private var completing: Task<Void, Never>?
    /// A connection that had carried a message before was lost with this job, which is tried once more.
    private var mayRetry = true

    init(_ delivery: RemoteDelivery, _ key: Lanes.Key, on loop: EventLoop) {
        self.delivery = delivery
        self.key = key
        self.loop = loop
        departure = Departure(delivery.settings, key.pool, delivery.world, on: loop)
    }

    private var settings: RelaySettings { delivery.settings }
    private var lanes: Lanes { delivery.lanes }

    mutating func run() async {
        var next = lanes.nextOrEnd(key)
        while let work = next {
            var attempt = await delivery.attempt(work)
            guard !attempt.isDone else {
                await complete(attempt, else: .deferred(.local, reply: "", status: ""))
                next = lanes.nextOrEnd(key)
                continue
            }
            var step = Step.again
            while step == .again { step = await reach(&attempt) }
            next = step == .more ? lanes.nextTurn(key) : nil
        }
        await completing?.value
    }

    /// How a sender goes on.
    private enum Step {
        /// There may be more jobs, for a new connection.
        case more
        /// The same job wants another connection.
        case again
        /// It counts no more.
        case ended
    }

    /// Tries the servers of the destination for a job, and sends what else waits once one answers.
    private mutating func reach(_ attempt: inout Attempt) async -> Step {
        guard !Task.isCancelled else { return await stop(attempt) }
        let route: Router.Route
        do throws(Router.Problem) {
            route = try await delivery.router.route(to: key.hop)
        } catch {
            attempt.settle(as: error.outcome)
            await complete(attempt, else: error.outcome)
            if case .temporary = error { return await giveUp(error.outcome, attempt) }
            return .more
        }
        let destination = attempt.work.job.destination
        var reasons: [Unreached] = []
        var tries = 0
        hosts: for host in route.hosts where tries < settings.addressesAtOnce {
            let addresses: Router.Addresses
            do throws(Router.Problem) {
                addresses = try await delivery.router.addresses(of: host)
            } catch {
                reasons.append(.problem(error))
                // It is this server: those behind it in the list would send the message back. RFC 5321 §5.1.
                if error == .loop { break hosts }
                continue
            }
            let decision = await delivery.security?.decide(host, addresses, of: destination, route, wish: key.wish)
            if case .refused(let text, let isTransient) = decision?.security {
                delivery.note(text, of: host.name, at: destination)
                reasons.append(.insecure(text, isTransient: isTransient))
                continue
            }
            switch await departure.begin(to: host.name, addresses.all, route) {
            case .go: break
            case .wait(let until): return await postpone(attempt, until: until, host)
            case .crowded:
                if !attempt.hasOutcome, lanes.leave(attempt.work, key) { return .ended }
                return await postpone(attempt, until: departure.whenLessCrowded, host)
            case .impossible:
                reasons.append(.problem(.temporary("no address here can reach \(host.name)")))
                continue
            }
            defer { departure.end() }
            let others = reasons.count
            for address in addresses.all where tries < settings.addressesAtOnce && departure.suits(address) {
                tries += 1
                let isLast = host == route.hosts.last && address == addresses.all.last
                attempt.ask("\(host.name) [\(address.host)]", from: departure)
                do throws(Failure) {
                    let connection = try await open(host, address, route, decision, isLast: isLast)
                    switch await converse(over: connection, &attempt) {
                    case .keptBack:
                        // It answers, whatever its other addresses do.
                        reasons.removeLast(reasons.count - others)
                        continue hosts
                    case .done: return .more
                    case .unfinished: return .again
                    case .ended: return .ended
                    case .unwelcome(let outcome): return await giveUp(outcome, attempt)
                    case .failed(let failure):
                        reasons.append(departure.reason(failure))
                        if failure.cause == .cancelled { return await stop(attempt) }
                        delivery.note(failure, of: attempt.host, at: destination)
                    case .lost:
                        // An old connection says nothing about the server: it is asked again from the start.
                        mayRetry = false
                        return .again
                    }
                } catch {
                    reasons.append(departure.reason(error))
                    if error.cause == .cancelled { return await stop(attempt) }
                    departure.take(error)
                    delivery.note(error, of: attempt.host, at: destination)
                }
            }
        }
        // Others that cannot be asked now may take it later.
        if reasons.isEmpty { attempt.settleKeptBack() }
        let outcome = reasons.outcome(isFromDNS: route.servers != nil)
        let unreached = attempt.unreached ?? (outcome.isOfDestination ? outcome : nil)
        await complete(attempt, else: outcome)
        guard let unreached else { return .more }
        return await giveUp(unreached, attempt)
    }

    // MARK: One connection

    private enum End {
        /// The lane has no more work, and this connection counts no more.
        case ended
        /// The connection's job is done, and there may be more.
        case done
        /// The server took some recipients of the job, and no more on this connection.
        case unfinished
        /// The server does not get the job for some recipients, for it lacks what the message needs.
        case keptBack
        /// The server is not to be sent anything for now.
        case unwelcome(Queue.Outcome)
        /// It broke in the middle of a job, which another server may still take.
        case failed(Failure)
        /// It broke before its second or a later job had begun.
        case lost
    }

    private func open(
        _ host: Router.Host,
        _ address: Address,
        _ route: Router.Route,
        _ decision: TransportPolicy.Decision?,
        isLast: Bool
    ) async throws(Failure) -> Connection {
        guard let decision, let security = delivery.security else {
            return try await connect(host, address, route, nil, isLast: isLast)
        }
        if let tested = decision.tested, tested.isPossible {
            do throws(Failure) {
                let connection = try await connect(host, address, route, tested, isLast: isLast)
                await security.note(connection, decision, of: host.name)
                return connection
            } catch {
                guard error.resultType != nil else { throw error }
                await security.noteTested(error, decision, of: host.name, at: address.host)
            }
        }
        do throws(Failure) {
            let connection = try await connect(host, address, route, decision.security, isLast: isLast)
            // What is tested has been counted.
            if decision.tested == nil { await security.note(connection, decision, of: host.name) }
            return connection
        } catch {
            if decision.tested == nil { await security.note(error, decision, of: host.name, at: address.host) }
            throw error
        }
    }

    private func connect(
        _ host: Router.Host,
        _ address: Address,
        _ route: Router.Route,
        _ decided: TransportPolicy.Security?,
        isLast: Bool
    ) async throws(Failure) -> Connection {
        var settings = try await delivery.settings(
            for: host,
            route: route,
            decided: decided,
            requireTLS: key.wish == .required,
            as: departure.hostName
        )
        if !isLast { settings.timeouts.connect = min(settings.timeouts.connect, self.settings.connectOfMany) }
        return try await Connection.open(to: address, from: departure.source, settings: settings, on: loop)
    }

    private mutating func converse(over connection: Connection, _ attempt: inout Attempt) async -> End {
        var count = 0
        while true {
            var message = attempt.message()
            while !message.recipients.isEmpty {
                guard await departure.hasTurn() else {
                    await connection.quit()
                    return .unfinished
                }
                let before = attempt.remaining
                let report = await delivery.send(message, over: connection, on: loop)
                departure.take(report)
                attempt.take(report, knowsNotices: connection.server.extensions.contains(.dsn))
                if let failure = report.failure, !attempt.isDone {
                    if count > 0, mayRetry, failure.stage != .end, failure.cause != .cancelled { return .lost }
                    return .failed(failure)
                }
                count += 1
                // Who is left was one too many, or is written to alone, and comes with the next transaction.
                guard attempt.remaining > 0, attempt.remaining < before else { break }
                guard connection.canSend, count < departure.messagesPerConnection, !Task.isCancelled else {
                    await connection.quit()
                    return .unfinished
                }
                message = attempt.message()
            }
            mayRetry = true
            if attempt.counts.delivered > 0 { lanes.widen(key) }
            if attempt.hasKeptBack {
                await connection.quit()
                return .keptBack
            }
            let unreached = attempt.unreached
            let tooMany = "the server takes no more recipients"
            await complete(attempt, else: .deferred(.other, reply: tooMany, status: "4.5.3"))
            guard connection.canSend, count < departure.messagesPerConnection, unreached == nil, !Task.isCancelled
            else {
                await connection.quit()
                return unreached.map(End.unwelcome) ?? .done
            }
            guard let work = await nextWork() else {
                await connection.quit()
                return .ended
            }
            let host = attempt.host
            attempt = await delivery.attempt(work)
            attempt.ask(host, from: departure)
        }
    }

    /// The next job, waited for as long as an idle connection is kept.
    private func nextWork() async -> Work? {
        let signal = Signal()
        switch lanes.next(key, else: signal) {
        case .work(let work): return work
        case .end: return nil
        case .wait: await loop.wait(for: signal, upTo: settings.idle)
        }
        return lanes.nextOrEnd(key, forgetting: signal)
    }

    // MARK: Ends

    /// Tells the queue, while the next message goes: one commit is never far behind.
    private mutating func complete(_ attempt: Attempt, else other: Queue.Outcome) async {
        await completing?.value
        completing = Task(executorPreference: loop) { [delivery] in await delivery.complete(attempt, else: other) }
    }

    /// Nothing can be said to any server: what waits goes back, and the queue holds the destination; all that go to the same
    /// servers, if there are several.
    private mutating func giveUp(_ outcome: Queue.Outcome, _ attempt: Attempt) async -> Step {
        await completing?.value
        let works = lanes.drain(key)
        guard case .route = key.hop else {
            await giveBack(works)
            return .ended
        }
        let destination = attempt.work.job.destination
        await giveBack(works.filter { $0.job.destination == destination })
        let others = works.filter { $0.job.destination != destination }
        await Task(executorPreference: loop) { [delivery, host = attempt.host] in
            await delivery.putOff(others, as: outcome, host: host)
        }.value
        return .ended
    }

    /// Nothing may be sent before `moment`: what waits here waits in the queue.
    private mutating func postpone(_ attempt: Attempt, until moment: Timestamp, _ host: Router.Host) async -> Step {
        await completing?.value
        var works = lanes.drain(key)
        if attempt.hasOutcome {
            await complete(attempt, else: .deferred(.local, reply: "mail goes there slowly", status: "4.3.2"))
            await completing?.value
        } else {
            works.insert(attempt.work, at: 0)
        }
        let pool = departure.pool
        await Task(executorPreference: loop) { [delivery, works] in
            await delivery.postpone(works, until: moment, pool, host.name)
        }.value
        return .ended
    }

    /// This process stops. What was delivered is not forgotten; a job of which nothing came goes back as it was.
    private mutating func stop(_ attempt: Attempt) async -> Step {
        await completing?.value
        var works = lanes.drain(key)
        if attempt.hasOutcome {
            await complete(attempt, else: Queue.Outcome(Failure(.local, .cancelled)))
            await completing?.value
        } else {
            works.append(attempt.work)
        }
        await giveBack(works)
        return .ended
    }

    /// In a task of its own, which nobody cancels.
    private func giveBack(_ works: [Work]) async {
        await Task(executorPreference: loop) { [delivery] in await delivery.giveBack(works) }.value
    }
}
