internal import CSystem
internal import World

/// A socket whose session is over while the peer is still sending.
///
/// To close it then would be to answer the peer's octets with a reset, which destroys what the peer has not read yet: the
/// very reply that says why the connection ends (RFC 9112 §9.6 describes it). So for a short while what comes is thrown
/// away.
final class LingeringSocket: EventSource, @unchecked Sendable {
    private let loop: EventLoop
    private let descriptor: Int32
    private var timer: TimerWheel<any EventSource>.ID?
    /// The most octets that are thrown away, so that a flood ends.
    private var budget = 16 << 20

    private static let longest = Duration.seconds(2)
    private static let atOnce = 256

    /// Closes a socket that has ended its side, now or once the peer has ended its own. On the loop's thread; the loop
    /// must not have the socket any more.
    static func close(_ descriptor: Int32, on loop: EventLoop) {
        let first = unsafe portico_receive(descriptor, loop.scratch.baseAddress, loop.scratch.count)
        // Nothing unread, or nobody there: a close is clean.
        guard first > 0, loop.lingering < atOnce else { return portico_close(descriptor) }
        let socket = LingeringSocket(descriptor, loop)
        let events = EPOLLIN.rawValue | EPOLLRDHUP.rawValue
        guard (try? loop.add(socket, descriptor: descriptor, events: events)) != nil else {
            return portico_close(descriptor)
        }
        loop.lingering += 1
        socket.timer = loop.addTimer(socket, at: loop.uptime + longest)
    }

    private init(_ descriptor: Int32, _ loop: EventLoop) {
        self.descriptor = descriptor
        self.loop = loop
    }

    func becameReady(_ events: UInt32) {
        let count = unsafe portico_receive(descriptor, loop.scratch.baseAddress, loop.scratch.count)
        budget -= max(0, count)
        if count == 0 || (count < 0 && Int32(-count) != EAGAIN) || budget <= 0 { end() }
    }

    func timerFired() {
        timer = nil
        end()
    }

    func poked() {}

    private func end() {
        if let timer { loop.cancelTimer(timer) }
        loop.remove(descriptor: descriptor)
        loop.lingering -= 1
        portico_close(descriptor)
    }
}
