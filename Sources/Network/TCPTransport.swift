internal import CSystem
internal import Synchronization
public import World

/// A TCP socket on an event loop, with TLS over it once that has started. Used by one task of its loop.
///
/// Epoll reports changes only (edge-triggered), so the transport remembers what it may still try: a call that moves less
/// than it was asked to clears the flag, an event sets it. Waiting costs one continuation and, if the deadline is earlier
/// than that of the wait before, one timer: a timer that comes too early is only moved on.
///
/// Whoever made it closes it; until then the loop keeps it.
@safe public final class TCPTransport: Transport, EventSource, @unchecked Sendable {
    @safe private struct Waiter {
        var continuation: UnsafeContinuation<Wake, Never>
        var interest: Interest
        var signal: Signal?
        var deadline: Instant
        var mayStop: Bool
    }

    /// Tells the sessions of a listener that it is stopping.
    final class StopSwitch: Sendable {
        let isOn = Atomic<Bool>(false)
    }

    /// The loop that it lives on.
    public let loop: EventLoop
    /// The other end.
    public let peer: Address
    /// This end.
    public let local: Address

    private var descriptor: Int32
    private var session: TLSSession?
    private let stopSwitch: StopSwitch?
    private var isReadable = true
    private var isWritable: Bool
    /// The peer sends no more, or the connection failed: reading goes on to the very end without new events.
    private var hasHungUp = false
    private var waiter: Waiter?
    private var timer: TimerWheel<any EventSource>.ID?
    private var timerMoment = Instant.never
    private let isCancelled = Atomic<Bool>(false)

    /// Takes over a non-blocking socket, connected or about to be. On the loop's thread.
    init(
        descriptor: Int32,
        peer: Address,
        loop: EventLoop,
        stopSwitch: StopSwitch? = nil,
        isConnecting: Bool = false
    ) throws(TransportError) {
        precondition(loop.isCurrent, "a connection is made on its loop")
        var address = portico_address()
        unsafe portico_local_address(descriptor, &address)
        self.descriptor = descriptor
        self.peer = peer
        self.local = Address(address)
        self.loop = loop
        self.stopSwitch = stopSwitch
        isWritable = !isConnecting
        do {
            let events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
            try loop.add(self, descriptor: descriptor, events: events)
        } catch {
            portico_close(descriptor)
            self.descriptor = -1
            throw error
        }
    }

    /// The time now, on the loop's clock.
    public var uptime: Instant { loop.uptime }
    /// What TLS agreed on; nil without TLS.
    public var tls: TLSInfo? { session?.info }
    /// What ties an exchange to this connection's TLS.
    public func channelBinding(_ kind: ChannelBinding) -> [UInt8]? { session?.channelBinding(kind) }
    /// The certificate that the client showed, if one of ours vouches for it.
    public var clientCertificate: ClientCertificate? { session?.clientCertificate }

    // MARK: Octets

    /// Appends what has arrived, at most 64 KiB at a time.
    public func receive(into input: inout [UInt8], limit: Int) throws(TransportError) -> Received {
        guard descriptor >= 0 else { throw .closed }
        guard isReadable else { return .nothingYet }
        if let session { return try receive(from: session, into: &input, limit: limit) }
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: loop.scratch.prefix(max(1, limit)))
        let count = unsafe portico_receive(descriptor, room.baseAddress, room.count)
        if count > 0 {
            if count < room.count, !hasHungUp { isReadable = false }
            unsafe input.append(contentsOf: room[..<count])
            return .octets
        }
        if count == 0 { return .end }
        switch Int32(-count) {
        case EAGAIN:
            isReadable = false
            return .nothingYet
        case let status: throw failure(status)
        }
    }

    private func receive(
        from session: TLSSession,
        into input: inout [UInt8],
        limit: Int
    ) throws(TransportError) -> Received {
        switch unsafe try session.receive(into: &input, limit: limit, scratch: loop.scratch) {
        case .done: return .octets
        case .end: return .end
        case .wants(let interest):
            needs(interest)
            return .nothingYet
        }
    }

    /// Sends what the socket takes at once.
    public func send(_ output: [UInt8], from offset: Int) throws(TransportError) -> Int {
        guard descriptor >= 0 else { throw .closed }
        guard offset < output.count else { return 0 }
        if let session {
            // Without the socket there is nothing that TLS could do but fill its buffers.
            guard isWritable else { return 0 }
            switch try session.send(output, from: offset) {
            case .done(let count): return count
            case .end: throw .closed
            case .wants(let interest):
                needs(interest)
                return 0
            }
        }
        guard isWritable else { return 0 }
        let asked = output.count - offset
        let count = unsafe output.withUnsafeBytes { octets in
            unsafe portico_send(descriptor, octets.baseAddress.map { unsafe $0 + offset }, asked)
        }
        if count >= 0 {
            if count < asked { isWritable = false }
            return count
        }
        guard Int32(-count) == EAGAIN else { throw failure(Int32(-count)) }
        isWritable = false
        return 0
    }

    private func needs(_ interest: Interest) {
        switch interest {
        case .input: isReadable = false
        case .output: isWritable = false
        }
    }

    private func failure(_ status: Int32) -> TransportError {
        switch status {
        case ECONNRESET, EPIPE, ENOTCONN, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH: .closed
        default: .system(status)
        }
    }

    // MARK: Waiting

    /// Waits on the loop. For one task at a time.
    public func wait(for interest: Interest, signal: Signal?, until deadline: Instant, mayStop: Bool) async -> Wake {
        precondition(waiter == nil, "one task waits at a time")
        if descriptor < 0 || isReady(interest) { return .ready }
        if mayStop, isStopping { return .stopping }
        isCancelled.store(false, ordering: .relaxed)
        return await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { continuation in
                let waiter = unsafe Waiter(
                    continuation: continuation,
                    interest: interest,
                    signal: signal,
                    deadline: deadline,
                    mayStop: mayStop
                )
                begin(waiter)
            }
        } onCancel: {
            isCancelled.store(true, ordering: .relaxed)
            loop.poke(self)
        }
    }

    /// What was handed over from outside is taken, and sockets are looked at, before the session goes on.
    public func pause() async throws(TransportError) {
        guard !Task.isCancelled else { throw .stopping }
        await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
    }

    private var isStopping: Bool { stopSwitch?.isOn.load(ordering: .relaxed) ?? false }

    /// What a call was last refused for is what its wait waits for, which TLS may turn round.
    private func isReady(_ interest: Interest) -> Bool {
        switch session?.interest(for: interest) ?? interest {
        case .input: isReadable
        case .output: isWritable
        }
    }

    private func begin(_ waiter: Waiter) {
        self.waiter = waiter
        if isCancelled.load(ordering: .relaxed) { return finish(.stopping) }
        if let signal = waiter.signal, !signal.onRaise({ [self] in loop.poke(self) }) { return finish(.signal) }
        if waiter.deadline != .never { arm(waiter.deadline) }
    }

    private func arm(_ deadline: Instant) {
        if let timer {
            guard deadline < timerMoment else { return }
            loop.cancelTimer(timer)
        }
        timer = loop.addTimer(self, at: deadline)
        timerMoment = deadline
    }

    private func finish(_ wake: Wake) {
        guard let waiter = waiter else { return }
        self.waiter = nil
        if let signal = waiter.signal {
            signal.forget()
            if case .signal = wake { _ = signal.take() }
        }
        unsafe waiter.continuation.resume(returning: wake)
    }

    func becameReady(_ events: UInt32) {
        if events & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { hasHungUp = true }
        if hasHungUp || events & EPOLLIN.rawValue != 0 { isReadable = true }
        if events & (EPOLLOUT.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { isWritable = true }
        if let waiter = waiter, isReady(waiter.interest) { finish(.ready) }
    }

    func timerFired() {
        timer = nil
        guard let waiter = waiter, waiter.deadline != .never else { return }
        if waiter.deadline <= uptime { finish(.deadline) } else { arm(waiter.deadline) }
    }

    func poked() {
        guard let waiter = waiter else { return }
        if isCancelled.load(ordering: .relaxed) { return finish(.stopping) }
        if let signal = waiter.signal, signal.isRaised { return finish(.signal) }
        if waiter.mayStop, isStopping { finish(.stopping) }
    }

    // MARK: TLS and the end

    /// Starts TLS as the server, or as a client that asks for no name.
    public func startTLS(_ context: TLSContext, until deadline: Instant) async throws(TransportError) {
        try await startTLS(context, serverName: nil, until: deadline)
    }

    /// Starts TLS; as the client to the server called `serverName`, whose certificate must bear that name if the context
    /// verifies.
    public func startTLS(
        _ context: TLSContext,
        serverName: String?,
        until deadline: Instant
    ) async throws(TransportError) {
        try await startTLS(context, serverName: serverName, until: deadline, mayStop: false)
    }

    /// Starts TLS as the client of a server of which that is expected.
    public func startTLS(
        _ context: TLSContext,
        expecting expectation: TLSExpectation,
        until deadline: Instant
    ) async throws(TransportError) {
        guard descriptor >= 0 else { throw .closed }
        let session = try TLSSession(context, descriptor: descriptor, expecting: expectation)
        try await shakeHands(session, until: deadline, mayStop: false)
    }

    /// With `mayStop` a stopping server does not wait for the handshake: nothing was said yet.
    func startTLS(
        _ context: TLSContext,
        serverName: String?,
        until deadline: Instant,
        mayStop: Bool
    ) async throws(TransportError) {
        guard descriptor >= 0 else { throw .closed }
        let session = try TLSSession(context, descriptor: descriptor, serverName: serverName)
        try await shakeHands(session, until: deadline, mayStop: mayStop)
    }

    private func shakeHands(
        _ session: TLSSession,
        until deadline: Instant,
        mayStop: Bool
    ) async throws(TransportError) {
        while true {
            let interest: Interest
            switch try session.handshake() {
            case .done:
                // The last flight may have come with the first data.
                isReadable = true
                self.session = session
                return
            case .end: throw .closed
            case .wants(let wanted): interest = wanted
            }
            needs(interest)
            switch await wait(for: interest, signal: nil, until: deadline, mayStop: mayStop) {
            case .ready, .signal: continue
            case .deadline: throw .deadline
            case .stopping: throw .stopping
            }
        }
    }

    /// Closes without a word to the peer, as a process that ends does.
    public func abort() {
        guard descriptor >= 0 else { return }
        leaveLoop()
        portico_close(descriptor)
        descriptor = -1
    }

    /// Ends this side's half of the connection.
    public func endSending() {
        guard descriptor >= 0 else { return }
        if let session { session.shutDown() } else { portico_end_sending(descriptor) }
    }

    private func leaveLoop() {
        precondition(loop.isCurrent, "a connection is closed on its loop")
        finish(.ready)
        session = nil
        if let timer { loop.cancelTimer(timer) }
        timer = nil
        loop.remove(descriptor: descriptor)
    }

    /// Closes; what the system has taken is still sent, and close_notify before it ends.
    public func close() {
        guard descriptor >= 0 else { return }
        session?.shutDown()
        leaveLoop()
        portico_end_sending(descriptor)
        LingeringSocket.close(descriptor, on: loop)
        descriptor = -1
    }
}
