public import Network
internal import Octets
internal import Synchronization
public import World

/// Both ends of a connection that has no socket: a `Stream` for the session under test, and a client's end for the test.
public final class MemoryConnection: Transport, @unchecked Sendable {
    private struct State {
        var toServer: [UInt8] = []
        var toClient: [UInt8] = []
        var clientEnded = false
        var serverClosed = false
        var isStopping = false
        var serverWaiter: (interest: Interest, continuation: CheckedContinuation<Wake, Never>)?
        var clientWaiter: CheckedContinuation<Void, Never>?
        var tls: TLSInfo?
    }

    private let state = Mutex(State())
    private let world: World
    /// The most octets that the session receives at a time; 1 replays every cut.
    public let pieceLimit: Int
    public let peer: Address
    public let local: Address

    /// A connection on which nothing was sent yet.
    public init(
        world: World = .real, pieceLimit: Int = .max, peer: Address = Address(host: "192.0.2.7", port: 40_000),
        local: Address = Address(host: "127.0.0.1", port: 25), tls: TLSInfo? = nil
    ) {
        self.world = world
        self.pieceLimit = pieceLimit
        self.peer = peer
        self.local = local
        state.withLock { $0.tls = tls }
    }

    // MARK: The client's end

    /// Sends `text` to the session.
    public func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends `octets` to the session.
    public func send(_ octets: [UInt8]) {
        state.withLock { $0.toServer.append(contentsOf: octets) }
        wakeServer(.ready, for: .input)
    }

    /// Sends no more.
    public func endSending() {
        state.withLock { $0.clientEnded = true }
        wakeServer(.ready, for: .input)
    }

    /// Tells the session, if it waits between two commands, that the server is stopping.
    public func stop() {
        state.withLock { $0.isStopping = true }
        wakeServer(.stopping, for: .input)
    }

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
        while !state.withLock({ $0.serverClosed }) { await waitForServer { $0.serverClosed } }
        return state.withLock { state in
            defer { state.toClient = [] }
            return state.toClient
        }
    }

    private func take(_ find: ([UInt8]) -> Int?) async -> [UInt8]? {
        while true {
            let (found, isClosed, seen): ([UInt8]?, Bool, Int) = state.withLock { state in
                guard let count = find(state.toClient) else { return (nil, state.serverClosed, state.toClient.count) }
                defer { state.toClient.removeFirst(count) }
                return (Array(state.toClient.prefix(count)), false, 0)
            }
            if let found { return found }
            if isClosed { return nil }
            await waitForServer { $0.toClient.count > seen || $0.serverClosed }
        }
    }

    private func waitForServer(_ isDone: (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let resumesNow = state.withLock { state in
                if isDone(state) { return true }
                state.clientWaiter = continuation
                return false
            }
            if resumesNow { continuation.resume() }
        }
    }

    // MARK: The session's end

    public func receive(into input: inout [UInt8], limit: Int) throws(TransportError) -> Received {
        let (piece, hasEnded) = state.withLock { state in
            let count = min(limit, pieceLimit, state.toServer.count)
            defer { state.toServer.removeFirst(count) }
            return (Array(state.toServer.prefix(count)), state.clientEnded)
        }
        input.append(contentsOf: piece)
        return !piece.isEmpty ? .octets : hasEnded ? .end : .nothingYet
    }

    public func send(_ output: [UInt8], from offset: Int) throws(TransportError) -> Int {
        let waiter = state.withLock { state in
            state.toClient.append(contentsOf: output[offset...])
            defer { state.clientWaiter = nil }
            return state.clientWaiter
        }
        waiter?.resume()
        return output.count - offset
    }

    public func wait(for interest: Interest, signal: Signal?, until deadline: Instant, mayStop: Bool) async -> Wake {
        if interest == .output { return .ready }
        let timer = Task { [self] in
            guard deadline != .never else { return }
            try await Task.sleep(for: deadline - world.uptime())
            wakeServer(.deadline, for: .input)
        }
        defer { timer.cancel() }
        if let signal, !signal.onRaise({ [self] in wakeServer(.signal, for: .input) }) {
            _ = signal.take()
            return .signal
        }
        defer { signal?.forget() }
        let wake = await withCheckedContinuation { (continuation: CheckedContinuation<Wake, Never>) in
            let now: Wake? = state.withLock { state in
                if !state.toServer.isEmpty || state.clientEnded { return .ready }
                if state.isStopping, mayStop { return .stopping }
                state.serverWaiter = (interest, continuation)
                return nil
            }
            if let now { continuation.resume(returning: now) }
        }
        if case .signal = wake { _ = signal?.take() }
        return wake
    }

    public func startTLS(_ context: TLSContext, until deadline: Instant) async throws(TransportError) {
        state.withLock { $0.tls = TLSInfo(version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", serverName: nil) }
    }

    public func close() {
        let waiter = state.withLock { state in
            state.serverClosed = true
            defer { state.clientWaiter = nil }
            return state.clientWaiter
        }
        waiter?.resume()
    }

    public var tls: TLSInfo? { state.withLock { $0.tls } }
    public var uptime: Instant { world.uptime() }

    private func wakeServer(_ wake: Wake, for interest: Interest) {
        let continuation: CheckedContinuation<Wake, Never>? = state.withLock { state in
            defer { state.serverWaiter = nil }
            return state.serverWaiter?.continuation
        }
        continuation?.resume(returning: wake)
    }
}
