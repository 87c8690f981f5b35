public import Network
internal import Synchronization
public import World

/// Both ends of a connection that has no socket: a `Stream` for the session under test, and a client's end for the test.
///
/// With a `TestWorld` its deadlines follow the virtual clock, and the octets may be cut and delayed by the world's seed.
/// With no clock and no world time stands still: however busy the machine is, no deadline passes.
public final class MemoryConnection: Transport, @unchecked Sendable {
    private struct Waiter {
        var continuation: CheckedContinuation<Wake, Never>
        var interest: Interest
        var mayStop: Bool
    }

    private struct State {
        var toServer: [UInt8] = []
        var toClient: [UInt8] = []
        var clientEnded = false
        var serverClosed = false
        var isStopping = false
        var waiter: Waiter?
        /// How many waits there were: what was meant for an earlier one must not end a later one.
        var turn = 0
        var isCancelled = false
        var clientWaiter: CheckedContinuation<Void, Never>?
        var tls: TLSInfo?
        var tlsError: TransportError?
        var lastArrival = Instant(nanoseconds: 0)
    }

    /// How a connection treats the octets that the client sends.
    public struct Weather: Sendable {
        /// The most octets that the session receives at a time; 1 replays every cut.
        public var pieceLimit: Int
        /// The most octets that the session may have sent and the client not taken; at least as many as a line has.
        public var window: Int
        /// Whether pieces have random lengths up to the limit. Needs a `TestWorld`.
        public var isCutAtRandom: Bool
        /// The longest that octets are under way; they keep their order. Needs a `TestWorld`, whose clock must move.
        public var longestDelay: Duration

        /// By default everything arrives at once and as a whole.
        public init(
            pieceLimit: Int = .max,
            window: Int = .max,
            isCutAtRandom: Bool = false,
            longestDelay: Duration = .zero
        ) {
            self.pieceLimit = pieceLimit
            self.window = window
            self.isCutAtRandom = isCutAtRandom
            self.longestDelay = longestDelay
        }
    }

    /// The time where it stands still: far from zero, where mistakes with durations would not show.
    private static let standstill = TestWorld().uptime

    private let state = Mutex(State())
    private let world: World?
    private let clock: TestWorld?
    private let weather: Weather
    /// The client's address.
    public let peer: Address
    /// The server's address.
    public let local: Address
    /// The certificate that the client is said to have shown.
    public let clientCertificate: ClientCertificate?

    /// A connection on which nothing was sent yet. Time is that of `clock`, else that of `world`, which must be real: for a
    /// test that waits for a deadline to pass. Without either it stands still.
    public init(
        world: World? = nil,
        clock: TestWorld? = nil,
        pieceLimit: Int = .max,
        weather: Weather? = nil,
        peer: Address = Address(host: "192.0.2.7", port: 40_000),
        local: Address = Address(host: "127.0.0.1", port: 25),
        tls: TLSInfo? = nil,
        clientCertificate: ClientCertificate? = nil
    ) {
        self.world = world
        self.clock = clock
        self.weather = weather ?? Weather(pieceLimit: pieceLimit)
        self.peer = peer
        self.local = local
        self.clientCertificate = clientCertificate
        state.withLock { $0.tls = tls }
    }

    // MARK: The client's end

    /// Sends `text` to the session.
    public func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends `octets` to the session.
    public func send(_ octets: [UInt8]) {
        arrive { state in state.toServer.append(contentsOf: octets) }
    }

    /// Sends no more.
    public func endSending() {
        arrive { state in state.clientEnded = true }
    }

    /// Lets `change` happen at the session's end, now or after the weather's delay.
    private func arrive(_ change: @escaping @Sendable (inout State) -> Void) {
        guard let clock, weather.longestDelay > .zero else { return deliver(change) }
        let part = Int64(clock.random() % 1001)
        let moment = state.withLock { state in
            state.lastArrival = max(state.lastArrival, clock.uptime + weather.longestDelay / 1000 * part)
            return state.lastArrival
        }
        _ = clock.setAlarm(at: moment) { [self] in deliver(change) }
    }

    private func deliver(_ change: (inout State) -> Void) {
        state.withLock { change(&$0) }
        wake()
    }

    /// Tells the session, if it waits between two commands, that the server is stopping.
    public func stop() { deliver { $0.isStopping = true } }

    /// What the session sent, up to and with the next CRLF; nil when it closed before one came.
    public func line() async -> String? {
        await take { octets in
            for index in octets.indices.dropLast() where octets[index] == 0x0D && octets[index + 1] == 0x0A {
                return index + 2
            }
            return nil
        }.map { String(decoding: $0.dropLast(2), as: UTF8.self) }
    }

    /// The next `count` octets that the session sends; nil when it closed before.
    public func octets(_ count: Int) async -> [UInt8]? { await take { $0.count >= count ? count : nil } }

    /// Everything that the session sends until it closes.
    public func rest() async -> [UInt8] {
        var rest: [UInt8] = []
        while let piece = await piece() { rest += piece }
        return rest
    }

    /// What the session has sent and the client not taken, when that is something; nil when it closed before.
    public func piece() async -> [UInt8]? { await take { $0.isEmpty ? nil : $0.count } }

    /// How many octets the session has sent that the client has not taken.
    public var unread: Int { state.withLock { $0.toClient.count } }

    private func take(_ find: ([UInt8]) -> Int?) async -> [UInt8]? {
        while true {
            let (found, isClosed, seen): ([UInt8]?, Bool, Int) = state.withLock { state in
                guard let count = find(state.toClient) else { return (nil, state.serverClosed, state.toClient.count) }
                defer { state.toClient.removeFirst(count) }
                return (Array(state.toClient.prefix(count)), false, 0)
            }
            if let found {
                wake()
                return found
            }
            if isClosed { return nil }
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state in
                    if state.toClient.count > seen || state.serverClosed { return true }
                    state.clientWaiter = continuation
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        }
    }

    private func wakeClient() {
        let waiter = state.withLock { state in
            defer { state.clientWaiter = nil }
            return state.clientWaiter
        }
        waiter?.resume()
    }

    // MARK: The session's end

    /// Takes what has arrived, cut as the weather says.
    public func receive(into input: inout [UInt8], limit: Int) throws(TransportError) -> Received {
        let (piece, hasEnded, isClosed) = state.withLock { state in
            let count = cut(min(limit, weather.pieceLimit, state.toServer.count))
            defer { state.toServer.removeFirst(count) }
            return (Array(state.toServer.prefix(count)), state.clientEnded, state.serverClosed)
        }
        if isClosed { throw .closed }
        input.append(contentsOf: piece)
        return !piece.isEmpty ? .octets : hasEnded ? .end : .nothingYet
    }

    /// Gives the client as much as the window has room for.
    public func send(_ output: [UInt8], from offset: Int) throws(TransportError) -> Int {
        let count: Int? = state.withLock { state in
            guard !state.serverClosed else { return nil }
            let count = cut(min(output.count - offset, max(0, weather.window - state.toClient.count)))
            state.toClient.append(contentsOf: output[offset..<offset + count])
            return count
        }
        guard let count else { throw .closed }
        wakeClient()
        return count
    }

    private func cut(_ count: Int) -> Int {
        guard weather.isCutAtRandom, count > 1, let clock else { return count }
        return 1 + Int(clock.random() % UInt64(count))
    }

    /// Waits as a socket does, on the virtual clock if there is one.
    public func wait(for interest: Interest, signal: Signal?, until deadline: Instant, mayStop: Bool) async -> Wake {
        let turn = state.withLock { state in
            state.turn += 1
            state.isCancelled = false
            return state.turn
        }
        let cancelTimer = setTimer(deadline, turn)
        defer { cancelTimer() }
        // What is raised from here on is seen below, or rings once the waiter is there.
        if let signal { _ = signal.onRaise { [self] in finish(.signal, turn) } }
        defer { signal?.forget() }
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Wake, Never>) in
                let waiter = Waiter(continuation: continuation, interest: interest, mayStop: mayStop)
                let now: Wake? = state.withLock { state in
                    if let wake = reason(waiter, state) { return wake }
                    if signal?.isRaised ?? false { return .signal }
                    if deadline <= uptime { return .deadline }
                    state.waiter = waiter
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            deliver { $0.isCancelled = true }
        }
        if case .signal = wake { _ = signal?.take() }
        return wake
    }

    /// Ends wait number `turn` with `.deadline` at the deadline; what it returns calls that off.
    private func setTimer(_ deadline: Instant, _ turn: Int) -> () -> Void {
        guard deadline != .never else { return {} }
        if let clock {
            let alarm = clock.setAlarm(at: deadline) { [self] in finish(.deadline, turn) }
            return { clock.cancel(alarm) }
        }
        guard world != nil else { return {} }
        let timer = Task { [self] in
            try await Task.sleep(for: deadline - uptime)
            finish(.deadline, turn)
        }
        return { timer.cancel() }
    }

    /// Why `waiter` need not wait.
    private func reason(_ waiter: Waiter, _ state: State) -> Wake? {
        if state.isCancelled { return .stopping }
        switch waiter.interest {
        case .input: if !state.toServer.isEmpty || state.clientEnded || state.serverClosed { return .ready }
        case .output: if state.toClient.count < weather.window || state.serverClosed { return .ready }
        }
        return state.isStopping && waiter.mayStop ? .stopping : nil
    }

    /// Ends the session's wait if there is a reason now.
    private func wake() {
        let (waiter, wake): (Waiter?, Wake?) = state.withLock { state in
            guard let waiter = state.waiter, let wake = reason(waiter, state) else { return (nil, nil) }
            state.waiter = nil
            return (waiter, wake)
        }
        if let waiter, let wake { waiter.continuation.resume(returning: wake) }
    }

    /// Ends wait number `turn`, if it goes on.
    private func finish(_ wake: Wake, _ turn: Int) {
        let waiter: Waiter? = state.withLock { state in
            guard state.turn == turn else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.continuation.resume(returning: wake)
    }

    /// Pretends: only `tls` changes.
    public func startTLS(_ context: TLSContext, until deadline: Instant) async throws(TransportError) {
        state.withLock { $0.tls = TLSInfo(version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", serverName: nil) }
    }

    /// Pretends that the peer is what was expected of it, unless `failTLS` was called.
    public func startTLS(
        _ context: TLSContext,
        expecting expectation: TLSExpectation,
        until deadline: Instant
    ) async throws(TransportError) {
        if let error = state.withLock({ $0.tlsError }) { throw error }
        let trust: TLSPeer.Trust =
            switch expectation.verification {
            case .none: .nothing
            case .names: .authorities
            case .dane(let records, _): .dane(usage: records.first?.usage ?? 3)
            }
        let info = TLSInfo(
            version: "TLSv1.3",
            cipher: "TLS_AES_256_GCM_SHA384",
            serverName: expectation.serverName,
            peer: TLSPeer(trust: trust)
        )
        state.withLock { $0.tls = info }
    }

    /// Lets the handshake of a client fail.
    public func failTLS(with error: TransportError) { state.withLock { $0.tlsError = error } }

    /// Tells the client's end that no more comes.
    public func close() {
        state.withLock { $0.serverClosed = true }
        wakeClient()
    }

    /// Whether the session has closed its end.
    public var isClosed: Bool { state.withLock { $0.serverClosed } }
    /// What TLS is said to have agreed on.
    public var tls: TLSInfo? { state.withLock { $0.tls } }
    /// With TLS, octets that a test can know: the kind's name.
    public func channelBinding(_ kind: ChannelBinding) -> [UInt8]? { tls.map { _ in Array(kind.rawValue.utf8) } }
    /// The time on the connection's clock.
    public var uptime: Instant { clock?.uptime ?? world?.uptime() ?? Self.standstill }
}
