public import Network
internal import SMTP
internal import Synchronization
public import World

/// Connections that are kept for the next message, and no more of them than a server likes.
///
/// One pool belongs to one loop: its connections live there, and it is used by tasks of that loop. Who wants a connection
/// when there are enough waits, first come first served; how many wait is up to the callers.
///
///                 take                    give back
///     (nothing) ───────▶ busy ───────────────────────▶ idle ──▶ busy …
///                          │ broken, or used up         │ too long, or the room is needed
///                          ▼                            ▼
///                        closed                       closed
///
/// 1. Busy and idle connections together are never more than `Limits.connections`, and those to one destination never more
///    than `Limits.perDestination`. One that is being closed counts until it is.
/// 2. An idle connection is used by nobody; a busy one by one task.
public final class ConnectionPool: Sendable {
    /// Where a connection leads, and all that makes it another than the next one.
    public struct Destination: Hashable, Sendable {
        /// The server, a numeric address.
        public var address: Address
        /// This side's address; nil for whichever the system takes.
        public var source: Address?
        /// TLS, and what is expected of the server.
        public var security: Security
        /// What is spoken.
        public var dialect: Settings.Dialect
        /// Who signs in; nil for nobody. Only tells connections apart.
        public var account: String?

        /// A destination.
        public init(
            address: Address,
            source: Address? = nil,
            security: Security,
            dialect: Settings.Dialect = .smtp,
            account: String? = nil
        ) {
            self.address = address
            self.source = source
            self.security = security
            self.dialect = dialect
            self.account = account
        }
    }

    /// How much there may be.
    public struct Limits: Hashable, Sendable {
        /// Connections of the pool.
        public var connections = 500
        /// Connections to one destination. Large providers close the door on those who open more.
        public var perDestination = 10
        /// Transactions of one connection; the server's own limit (RFC 9422 §4.1) may be lower.
        public var transactions = 100
        /// How long an idle connection is kept. Servers wait five minutes (RFC 5321 §4.5.3.2.7), and like less.
        public var idle: Duration = .seconds(15)
        /// After how long an idle one is asked whether it is still there.
        public var unchecked: Duration = .seconds(2)

        /// The limits that mail servers should use.
        public init() {}
    }

    private struct Idle {
        var connection: Connection
        var since: Instant
    }

    /// What somebody who wants a connection gets.
    private enum Grant {
        case connection(Idle)
        /// Room for a new one, once that other one is closed.
        case room(instead: (Destination, Connection)?)
    }

    private struct Waiter {
        var id: UInt64
        var destination: Destination
        var continuation: CheckedContinuation<Grant?, Never>
    }

    private struct State {
        /// By destination, the one that was used last at the end.
        var idle: [Destination: [Idle]] = [:]
        var busy: [Destination: Int] = [:]
        var total = 0
        var waiters: [Waiter] = []
        var nextWaiter: UInt64 = 0
        var isClosed = false

        func count(_ destination: Destination) -> Int {
            (busy[destination] ?? 0) + (idle[destination]?.count ?? 0)
        }

        mutating func endBusy(_ destination: Destination) {
            let rest = (busy[destination] ?? 1) - 1
            busy[destination] = rest > 0 ? rest : nil
        }
    }

    private let limits: Limits
    private let uptime: @Sendable () -> Instant
    private let open: @Sendable (Destination) async throws(Failure) -> Connection
    private let state = Mutex(State())

    /// A pool without connections.
    ///
    /// - Parameters:
    ///   - limits: how much there may be; each at least 1.
    ///   - uptime: the loop's clock.
    ///   - open: opens a connection.
    public init(
        limits: Limits = Limits(),
        uptime: @escaping @Sendable () -> Instant,
        open: @escaping @Sendable (Destination) async throws(Failure) -> Connection
    ) {
        self.limits = limits
        self.uptime = uptime
        self.open = open
    }

    /// Sends a message over a connection to `destination`. If one that was kept turns out to be gone before the server has
    /// accepted anything, another is opened.
    ///
    /// - Throws: why there is no connection.
    public func send(_ message: OutgoingMessage, to destination: Destination) async throws(Failure) -> Report {
        while true {
            let (connection, isKept) = try await take(destination)
            let report = await connection.send(message)
            await giveBack(connection, destination)
            guard isKept, let failure = report.failure, failure.cause != .timeout,
                failure.stage == .mail || failure.stage == .reset
            else { return report }
        }
    }

    /// How many connections there are, busy and idle.
    public var count: Int { state.withLock { $0.total } }

    /// Says QUIT on the connections that were idle for too long. To be called again and again, every few seconds.
    public func closeIdle() async {
        let now = uptime()
        await close { now - $0 >= limits.idle }
    }

    /// Says QUIT on all idle connections; busy ones follow when they are given back, and nobody gets a new one.
    public func close() async {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
        await close { _ in true }
    }

    private func close(_ isOver: (Instant) -> Bool) async {
        let over = state.withLock { state in
            var over: [(Destination, Connection)] = []
            for (destination, list) in state.idle {
                let kept = list.filter { !isOver($0.since) }
                over += list.filter { isOver($0.since) }.map { (destination, $0.connection) }
                state.idle[destination] = kept.isEmpty ? nil : kept
                state.busy[destination, default: 0] += list.count - kept.count
            }
            return over
        }
        for (destination, connection) in over {
            await connection.quit()
            release(destination)
        }
    }

    // MARK: Taking and giving back

    /// A connection that nobody else uses, and whether it was used before.
    private func take(_ destination: Destination) async throws(Failure) -> (Connection, isKept: Bool) {
        guard let grant = await grant(destination) else { throw Failure(.connect, .cancelled) }
        switch grant {
        case .connection(let idle):
            let isFresh = uptime() - idle.since < limits.unchecked
            if isFresh { return (idle.connection, true) }
            if await idle.connection.isAlive() { return (idle.connection, true) }
        case .room(nil): break
        case .room(let (other, connection)?):
            await connection.quit()
            state.withLock { $0.endBusy(other) }
            serve()
        }
        do throws(Failure) {
            return (try await open(destination), false)
        } catch {
            release(destination)
            throw error
        }
    }

    private func giveBack(_ connection: Connection, _ destination: Destination) async {
        let isGood = connection.canSend && connection.transactions < limits.transactions
        let isKept =
            isGood
            && state.withLock { state in
                guard !state.isClosed else { return false }
                state.busy[destination, default: 1] -= 1
                state.idle[destination, default: []].append(Idle(connection: connection, since: uptime()))
                return true
            }
        guard !isKept else { return serve() }
        await connection.quit()
        release(destination)
    }

    /// One busy connection is none any more.
    private func release(_ destination: Destination) {
        state.withLock { state in
            state.total -= 1
            state.endBusy(destination)
        }
        serve()
    }

    // MARK: Waiting

    private func grant(_ destination: Destination) async -> Grant? {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayWait = state.withLock { state in
                    guard !state.isClosed, !Task.isCancelled else { return false }
                    state.waiters.append(Waiter(id: id, destination: destination, continuation: continuation))
                    return true
                }
                guard mayWait else { return continuation.resume(returning: nil) }
                serve()
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
    }

    /// Gives those who wait what there is, in their order; one whose destination has enough does not hold up the others.
    private func serve() {
        let served = state.withLock { state in
            var served: [(Waiter, Grant)] = []
            var index = 0
            while index < state.waiters.count {
                if let grant = next(for: state.waiters[index].destination, &state) {
                    served.append((state.waiters.remove(at: index), grant))
                } else {
                    index += 1
                }
            }
            return served
        }
        for (waiter, grant) in served { waiter.continuation.resume(returning: grant) }
    }

    private func next(for destination: Destination, _ state: inout State) -> Grant? {
        if var list = state.idle[destination], let idle = list.popLast() {
            state.idle[destination] = list.isEmpty ? nil : list
            state.busy[destination, default: 0] += 1
            return .connection(idle)
        }
        guard state.count(destination) < max(1, limits.perDestination) else { return nil }
        if state.total < max(1, limits.connections) {
            state.total += 1
            state.busy[destination, default: 0] += 1
            return .room(instead: nil)
        }
        // The one that has been idle longest makes room.
        guard
            let oldest = state.idle.min(by: { ($0.value.first?.since ?? .never) < ($1.value.first?.since ?? .never) }),
            let idle = oldest.value.first
        else { return nil }
        let rest = Array(oldest.value.dropFirst())
        state.idle[oldest.key] = rest.isEmpty ? nil : rest
        // Its place goes over to the new one, but its destination has it until it is closed.
        state.busy[oldest.key, default: 0] += 1
        state.busy[destination, default: 0] += 1
        return .room(instead: (oldest.key, idle.connection))
    }
}
