internal import CSystem
internal import Synchronization
public import World

/// A UDP socket on an event loop. Used by one task of its loop.
///
/// With a peer, the system drops what comes from anywhere else, and tells when the peer's host says that nobody listens
/// there. Without one, each datagram says where it came from and each one sent where it goes.
///
/// Whoever made it closes it; until then the loop keeps it.
@safe public final class DatagramSocket: EventSource, @unchecked Sendable {
    /// A datagram and who sent it.
    public struct Datagram: Hashable, Sendable {
        /// What it carries.
        public var octets: [UInt8]
        /// The sender, if it does not lie.
        public var source: Address
    }

    private enum Outcome {
        case ready
        case deadline
        case cancelled
    }

    /// The loop that it lives on.
    public let loop: EventLoop
    /// This end.
    public let local: Address
    private var descriptor: Int32
    private let hasPeer: Bool
    private var isReadable = true
    private var waiter: UnsafeContinuation<Outcome, Never>?
    private var deadline = Instant.never
    private var timer: TimerWheel<any EventSource>.ID?
    private let isCancelled = Atomic<Bool>(false)

    private init(descriptor: Int32, hasPeer: Bool, loop: EventLoop) throws(TransportError) {
        precondition(loop.isCurrent, "a socket is made on its loop")
        var address = portico_address()
        unsafe portico_local_address(descriptor, &address)
        local = Address(address)
        self.descriptor = descriptor
        self.hasPeer = hasPeer
        self.loop = loop
        do {
            try loop.add(self, descriptor: descriptor, events: EPOLLIN.rawValue | EPOLLET.rawValue)
        } catch {
            portico_close(descriptor)
            self.descriptor = -1
            throw error
        }
    }

    /// Opens a socket at `local`, a numeric address of this host; with `peer` for datagrams from and to there alone. Call
    /// it in a task of `loop`.
    ///
    /// - Throws: `.system` with the reason.
    public static func open(
        at local: Address,
        peer: Address? = nil,
        on loop: EventLoop
    ) throws(TransportError) -> DatagramSocket {
        guard var from = local.system else { throw .system(EINVAL) }
        let descriptor: Int32
        if let peer {
            guard var to = peer.system else { throw .system(EINVAL) }
            descriptor = unsafe portico_datagram_open(&from, &to)
        } else {
            descriptor = unsafe portico_datagram_open(&from, nil)
        }
        guard descriptor >= 0 else { throw .system(-descriptor) }
        return try DatagramSocket(descriptor: descriptor, hasPeer: peer != nil, loop: loop)
    }

    /// Opens a socket for datagrams from and to `peer` at a port that `world` chooses, from 1024 on: who cannot see what
    /// is sent has to guess it (RFC 5452 §9.2). The system's own choice may be seen through.
    ///
    /// - Throws: `.system` with the reason; of ports that are taken, 32 are tried.
    public static func open(
        to peer: Address,
        choosingPortBy world: World,
        on loop: EventLoop
    ) throws(TransportError) -> DatagramSocket {
        guard var to = peer.system else { throw .system(EINVAL) }
        var tries = 0
        while true {
            let port = UInt16(1024 + world.random() % (65536 - 1024))
            var from = unsafe portico_any_address(&to, port)
            let descriptor = unsafe portico_datagram_open(&from, &to)
            if descriptor >= 0 { return try DatagramSocket(descriptor: descriptor, hasPeer: true, loop: loop) }
            tries += 1
            guard descriptor == -EADDRINUSE || descriptor == -EACCES, tries < 32 else { throw .system(-descriptor) }
        }
    }

    /// Sends a datagram; `destination` only without a peer. What the system has no room for is lost, as it may be on the
    /// way.
    ///
    /// - Throws: `.system`; `ECONNREFUSED` is what the peer's host said to one that was sent before.
    public func send(_ octets: [UInt8], to destination: Address? = nil) throws(TransportError) {
        guard descriptor >= 0 else { throw .closed }
        precondition((destination == nil) == hasPeer, "a datagram has one destination")
        let count: Int
        if let destination {
            guard var to = destination.system else { throw .system(EINVAL) }
            count = unsafe octets.withUnsafeBytes { octets in
                unsafe portico_datagram_send(descriptor, octets.baseAddress, octets.count, &to)
            }
        } else {
            count = unsafe octets.withUnsafeBytes { octets in
                unsafe portico_datagram_send(descriptor, octets.baseAddress, octets.count, nil)
            }
        }
        guard count >= 0 || Int32(-count) == EAGAIN else { throw .system(Int32(-count)) }
    }

    /// Waits for the next datagram. For one task at a time.
    ///
    /// - Throws: `.deadline`, `.stopping` if the task is cancelled, `.closed`, or `.system` with the reason.
    public func receive(by deadline: Instant) async throws(TransportError) -> Datagram {
        while true {
            guard descriptor >= 0 else { throw .closed }
            if Task.isCancelled { throw .stopping }
            if isReadable, let datagram = try take() { return datagram }
            switch await wait(until: deadline) {
            case .ready: continue
            case .deadline: throw .deadline
            case .cancelled: throw .stopping
            }
        }
    }

    /// The next datagram that has arrived; nil, and no more tries until the system says so, if there is none.
    private func take() throws(TransportError) -> Datagram? {
        var source = portico_address()
        let room = unsafe loop.scratch
        let count = unsafe portico_datagram_receive(descriptor, room.baseAddress, room.count, &source)
        if count < 0 {
            guard Int32(-count) == EAGAIN else { throw .system(Int32(-count)) }
            isReadable = false
            return nil
        }
        // No datagram is longer than the room, which has 64 KiB.
        let octets = unsafe [UInt8](room.prefix(min(count, room.count)))
        return Datagram(octets: octets, source: Address(source))
    }

    /// Closes. Does nothing the second time.
    public func close() {
        guard descriptor >= 0 else { return }
        precondition(loop.isCurrent, "a socket is closed on its loop")
        finish(.ready)
        loop.remove(descriptor: descriptor)
        portico_close(descriptor)
        descriptor = -1
    }

    // MARK: Waiting

    private func wait(until deadline: Instant) async -> Outcome {
        precondition(unsafe waiter == nil, "one task waits at a time")
        isCancelled.store(false, ordering: .relaxed)
        return await withTaskCancellationHandler {
            await unsafe withUnsafeContinuation { continuation in
                unsafe waiter = continuation
                self.deadline = deadline
                if isCancelled.load(ordering: .relaxed) { return finish(.cancelled) }
                if deadline != .never { timer = loop.addTimer(self, at: deadline) }
            }
        } onCancel: {
            isCancelled.store(true, ordering: .relaxed)
            loop.poke(self)
        }
    }

    private func finish(_ outcome: Outcome) {
        if let timer { loop.cancelTimer(timer) }
        timer = nil
        guard let waiter = unsafe waiter else { return }
        unsafe self.waiter = nil
        unsafe waiter.resume(returning: outcome)
    }

    func becameReady(_ events: UInt32) {
        isReadable = true
        finish(.ready)
    }

    func timerFired() {
        timer = nil
        finish(.deadline)
    }

    func poked() {
        if isCancelled.load(ordering: .relaxed) { finish(.cancelled) }
    }
}
