internal import Octets
internal import CSystem
internal import Synchronization
internal import World

/// A port on which a server takes connections, each of which becomes one task on one loop.
///
/// All loops share one listening socket, and the system wakes one of them for each newcomer (`EPOLLEXCLUSIVE`). Sockets
/// of their own with `SO_REUSEPORT` would hide that the port is taken by a second instance, drop what waits in a socket's
/// queue when it is closed, and spread long-lived connections by chance; here a newcomer goes to the loop that has the
/// fewest.
public final class Listener: Sendable {
    /// Where it listens, with the real port if 0 was asked for.
    public let address: Address

    private let descriptor: Int32
    /// The file of a UNIX socket that is this one's; nil for a port.
    private let file: SocketFile?
    private let proxies: Proxies
    private let loops: EventLoopGroup
    private let counter: ConnectionCounter
    private let tls: TLSContext?
    private let handshakeLimit: Duration
    private let refusal: (@Sendable (ConnectionRefusal) -> [UInt8])?
    private let stopSwitch = TCPTransport.StopSwitch()
    private let sessions = Sessions()
    private let acceptors = Mutex<[Acceptor]?>([])

    /// Begins to listen; connections wait until `serve`.
    ///
    /// - Parameters:
    ///   - address: a numeric address of this machine; port 0 takes a free one. `::` takes IPv6 only: for both kinds
    ///     listen on `0.0.0.0` too.
    ///   - loops: where the sessions run.
    ///   - counter: what counts connections, shared with other listeners.
    ///   - tls: for implicit TLS (RFC 8314 §3): the handshake precedes the session.
    ///   - handshakeLimit: how long that handshake may take.
    ///   - proxies: who tells of its clients by PROXY headers.
    ///   - refusal: what a peer is told who is turned away; never sent with implicit TLS.
    /// - Throws: why it cannot listen there.
    public init(
        _ address: Address,
        on loops: EventLoopGroup,
        counter: ConnectionCounter = ConnectionCounter(),
        tls: TLSContext? = nil,
        handshakeLimit: Duration = .seconds(30),
        proxies: Proxies = Proxies(),
        refusal: (@Sendable (ConnectionRefusal) -> [UInt8])? = nil
    ) throws(ListenError) {
        self.proxies = proxies
        file = nil
        guard var system = address.system else { throw .noSuchAddress(address) }
        descriptor = unsafe portico_listen(&system, 4096)
        guard descriptor >= 0 else { throw ListenError(-descriptor, address) }
        unsafe portico_local_address(descriptor, &system)
        self.address = Address(system)
        self.loops = loops
        self.counter = counter
        self.tls = tls
        self.handshakeLimit = handshakeLimit
        self.refusal = tls == nil ? refusal : nil
    }

    /// Begins to listen at a UNIX socket; connections wait until `serve`. One that was left over is replaced; one that is
    /// listened on, or anything else at the path, is left alone. It goes away with `stop`.
    ///
    /// - Parameters:
    ///   - path: absolute, of at most 100 octets.
    ///   - mode: who may connect, as for a file: those who may write.
    ///   - loops: where the sessions run.
    ///   - counter: what counts connections. No network is counted: all peers are on this machine.
    ///   - refusal: what a peer is told who is turned away.
    /// - Throws: why it cannot listen there.
    public init(
        path: String,
        mode: UInt16,
        on loops: EventLoopGroup,
        counter: ConnectionCounter = ConnectionCounter(),
        refusal: (@Sendable (ConnectionRefusal) -> [UInt8])? = nil
    ) throws(ListenError) {
        let address = Address(host: path, port: 0)
        guard address.isLocal, !path.isEmpty, !path.utf8.contains(0) else { throw .noSuchAddress(address) }
        descriptor = unsafe portico_listen_unix(path, path + ".new", mode_t(mode), 4096)
        guard descriptor >= 0 else { throw ListenError(-descriptor, address) }
        self.address = address
        file = SocketFile(path)
        proxies = Proxies()
        self.loops = loops
        self.counter = counter
        tls = nil
        handshakeLimit = .zero
        self.refusal = refusal
    }

    /// How many sessions are running.
    public var sessionCount: Int { sessions.count }

    /// Takes connections from now on and runs `session` for each, as a task on one of the loops; when it returns, the
    /// connection is closed. Call it once.
    public func serve(session: @escaping @Sendable (Stream) async -> Void) {
        let made = acceptors.withLock { acceptors -> [Acceptor] in
            guard let old = acceptors else { return [] }
            precondition(old.isEmpty, "a listener serves once")
            let made = loops.loops.map { loop in
                Acceptor(descriptor: descriptor, loop: loop) { [self] descriptor, peer in
                    take(descriptor, from: peer, on: loop, session: session)
                } refuse: { [self] descriptor in
                    refuse(descriptor, .descriptors)
                }
            }
            acceptors = made
            return made
        }
        for acceptor in made { acceptor.loop.execute { acceptor.start() } }
    }

    /// Stops listening, tells sessions that stand between two commands, gives the others `grace` to finish, cancels what
    /// is left then, and returns when all have ended. Must not be called from a session.
    public func stop(grace: Duration) async {
        if let acceptors = acceptors.withLock({ acceptors -> [Acceptor]? in
            defer { acceptors = nil }
            return acceptors
        }) {
            for acceptor in acceptors { await acceptor.stop() }
            file?.remove()
            portico_close(descriptor)
        }
        stopSwitch.isOn.store(true, ordering: .sequentiallyConsistent)
        sessions.pokeAll()
        let timer = loops.next().schedule(after: grace) { [sessions] in sessions.cancelAll() }
        await sessions.waitUntilEmpty()
        timer.cancel()
    }

    // MARK: One connection; on the thread of a loop

    private func take(
        _ descriptor: Int32,
        from peer: portico_address,
        on loop: EventLoop,
        session: @escaping @Sendable (Stream) async -> Void
    ) {
        var peer = peer
        let address = Address(peer)
        let isProxied = !address.isLocal && proxies.networks.contains { $0.contains(address.host) }
        let isCounted = !isProxied && !address.isLocal
        let place: ConnectionCounter.Place
        switch counter.admit(from: isCounted ? unsafe portico_address_network(&peer) : nil) {
        case .success(let admitted): place = admitted
        case .failure(let full): return refuse(descriptor, full.refusal)
        }
        let loop = loops.leastLoaded(preferring: loop)
        loop.load.add(1, ordering: .relaxed)
        let id = sessions.add()
        let task = Task(executorPreference: loop) { [self] in
            await run(session, on: descriptor, from: address, isProxied, place: place, loop: loop, id: id)
            loop.load.subtract(1, ordering: .relaxed)
            sessions.ended(id)
        }
        sessions.started(id, task)
    }

    private func run(
        _ session: @Sendable (Stream) async -> Void,
        on descriptor: Int32,
        from peer: Address,
        _ isProxied: Bool,
        place: ConnectionCounter.Place,
        loop: EventLoop,
        id: UInt64
    ) async {
        guard
            let transport = try? TCPTransport(
                descriptor: descriptor,
                peer: peer,
                loop: loop,
                stopSwitch: stopSwitch
            )
        else { return }
        defer { transport.close() }
        sessions.connected(id, transport)
        var ends: (peer: Address, local: Address)?
        if isProxied {
            do throws(ProxyFault) {
                ends = try await proxies.ends(of: transport)
            } catch {
                return proxies.failed(peer, error)
            }
            guard countsIn(ends?.peer ?? peer, place) else { return transport.say(refusal?(.perAddress) ?? []) }
        }
        if let tls {
            let deadline = loop.uptime + handshakeLimit
            do {
                try await transport.startTLS(tls, serverName: nil, until: deadline, mayStop: true)
            } catch { return }
        }
        let stream = Stream(transport, onAuthenticated: { place.authenticate() })
        if let ends { stream.take(peer: ends.peer, local: ends.local) }
        await session(stream)
    }

    /// Counts the client of a proxy like anybody else.
    private func countsIn(_ client: Address, _ place: ConnectionCounter.Place) -> Bool {
        guard var system = client.system else { return true }
        return place.count(for: unsafe portico_address_network(&system))
    }

    private func refuse(_ descriptor: Int32, _ reason: ConnectionRefusal) {
        if let octets = refusal?(reason), !octets.isEmpty {
            _ = unsafe octets.withUnsafeBytes { unsafe portico_send(descriptor, $0.baseAddress, $0.count) }
        }
        portico_end_sending(descriptor)
        portico_close(descriptor)
    }
}
