internal import CSystem
internal import World

/// One loop's share in a listening socket. Used on the loop's thread.
final class Acceptor: EventSource, @unchecked Sendable {
    let loop: EventLoop
    private let descriptor: Int32
    private let take: @Sendable (Int32, portico_address) -> Void
    private let refuse: @Sendable (Int32) -> Void
    /// Given up for a moment when the process has no descriptor left, so that the newcomer can be turned away instead of
    /// waking the loop for ever.
    private var reserve: Int32 = -1
    private var isListening = false
    private var isStopped = false

    /// How many connections are taken before the other ones are looked at.
    private static let atOnce = 32
    /// How long it does not listen when the system has no memory or descriptor for a newcomer.
    private static let pause = Duration.milliseconds(100)

    init(
        descriptor: Int32,
        loop: EventLoop,
        take: @escaping @Sendable (Int32, portico_address) -> Void,
        refuse: @escaping @Sendable (Int32) -> Void
    ) {
        self.descriptor = descriptor
        self.loop = loop
        self.take = take
        self.refuse = refuse
    }

    func start() {
        guard !isStopped, !isListening else { return }
        if reserve < 0 { reserve = portico_reserve_descriptor() }
        let events = EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue
        isListening = (try? loop.add(self, descriptor: descriptor, events: events)) != nil
        if !isListening { loop.schedule(after: Self.pause) { [self] in start() } }
    }

    /// Takes no more; returns when the socket may be closed.
    func stop() async {
        await withCheckedContinuation { continuation in
            loop.execute { [self] in
                isStopped = true
                if isListening { loop.remove(descriptor: descriptor) }
                if reserve >= 0 { portico_close(reserve) }
                (isListening, reserve) = (false, -1)
                continuation.resume()
            }
        }
    }

    func becameReady(_ events: UInt32) {
        for _ in 0..<Self.atOnce where isListening {
            var peer = portico_address()
            let accepted = unsafe portico_accept(descriptor, &peer)
            if accepted >= 0 {
                take(accepted, peer)
                continue
            }
            switch -accepted {
            case EAGAIN: return
            case EMFILE, ENFILE: turnAway()
            case ENOBUFS, ENOMEM: rest()
            // The newcomer went away before it was taken, or its network failed: on to the next one.
            default: continue
            }
        }
    }

    private func turnAway() {
        guard reserve >= 0 else { return rest() }
        portico_close(reserve)
        var peer = portico_address()
        let accepted = unsafe portico_accept(descriptor, &peer)
        if accepted >= 0 { refuse(accepted) }
        reserve = portico_reserve_descriptor()
        if accepted < 0, -accepted != EAGAIN { rest() }
    }

    private func rest() {
        loop.remove(descriptor: descriptor)
        isListening = false
        loop.schedule(after: Self.pause) { [self] in start() }
    }

    func timerFired() {}
    func poked() {}
}
