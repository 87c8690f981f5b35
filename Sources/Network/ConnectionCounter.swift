internal import Synchronization

/// How many connections may be open at once.
public struct ConnectionLimits: Hashable, Sendable {
    /// Altogether.
    public var total: Int
    /// From one IPv4 address or one IPv6 /64.
    public var perAddress: Int
    /// That have not yet authenticated. Beyond, an address gets no more than `fewPerAddress`: whoever opens many connections
    /// and says nothing on them fills the room with their own, and everybody else is still served.
    public var unauthenticated: Int
    /// From one IPv4 address or one IPv6 /64, when too many have not authenticated.
    public var fewPerAddress: Int

    /// The limits with those numbers.
    public init(total: Int = 15_000, perAddress: Int = 200, unauthenticated: Int = 5_000, fewPerAddress: Int = 4) {
        self.total = total
        self.perAddress = perAddress
        self.unauthenticated = unauthenticated
        self.fewPerAddress = fewPerAddress
    }

    /// No limit but the machine's.
    public static let none = ConnectionLimits(total: .max, perAddress: .max, unauthenticated: .max)
}

/// Why a connection was turned away.
public enum ConnectionRefusal: Hashable, Sendable {
    /// The server has as many as it may.
    case total
    /// The peer's address has as many as it may.
    case perAddress
    /// Too many have not said who they are, and some of them are the peer's neighbours.
    case unauthenticated
    /// The process has no descriptor left.
    case descriptors
}

/// Counts connections against limits; one for all listeners that share them.
public final class ConnectionCounter: Sendable {
    private struct State {
        var total = 0
        var unauthenticated = 0
        var byNetwork: [UInt64: Int] = [:]
    }

    /// What it counts against.
    public let limits: ConnectionLimits
    private let state = Mutex(State())

    /// A counter at zero.
    public init(limits: ConnectionLimits = ConnectionLimits()) { self.limits = limits }

    /// How many connections are open.
    public var total: Int { state.withLock { $0.total } }
    /// How many of them have not yet authenticated.
    public var unauthenticated: Int { state.withLock { $0.unauthenticated } }

    /// Counts one more from `network`, or says which limit forbids it. nil for one that has none: behind a proxy, of which
    /// it is not known yet, and at a UNIX socket.
    func admit(from network: UInt64?) -> Result<Place, Full> {
        let refusal = state.withLock { state -> ConnectionRefusal? in
            if state.total >= limits.total { return .total }
            if let network, let refusal = add(network, to: &state) { return refusal }
            state.total += 1
            state.unauthenticated += 1
            return nil
        }
        return refusal.map { .failure(Full(refusal: $0)) } ?? .success(Place(counter: self, network: network))
    }

    /// Counts one more that is not among the unauthenticated ones yet, or says why not.
    private func add(_ network: UInt64, to state: inout State) -> ConnectionRefusal? {
        let count = state.byNetwork[network, default: 0]
        guard count < limits.perAddress else { return .perAddress }
        guard count < limits.fewPerAddress || state.unauthenticated < limits.unauthenticated else {
            return .unauthenticated
        }
        state.byNetwork[network] = count + 1
        return nil
    }

    private func remove(_ network: UInt64, from state: inout State) {
        let rest = state.byNetwork[network, default: 1] - 1
        state.byNetwork[network] = rest > 0 ? rest : nil
    }

    struct Full: Error {
        var refusal: ConnectionRefusal
    }

    /// What one connection takes up; given back when it is released.
    final class Place: Sendable {
        private let counter: ConnectionCounter
        private let network: Mutex<UInt64?>
        private let isAuthenticated = Atomic<Bool>(false)

        init(counter: ConnectionCounter, network: UInt64?) {
            self.counter = counter
            self.network = Mutex(network)
        }

        /// Counts the connection for the network that it turns out to come from; false if that has as many as it may.
        func count(for network: UInt64) -> Bool {
            // It was counted before as one that has not authenticated.
            let isAdmitted = counter.state.withLock { state in
                state.unauthenticated -= 1
                defer { state.unauthenticated += 1 }
                return counter.add(network, to: &state) == nil
            }
            if isAdmitted { self.network.withLock { $0 = network } }
            return isAdmitted
        }

        func authenticate() {
            guard !isAuthenticated.exchange(true, ordering: .relaxed) else { return }
            counter.state.withLock { $0.unauthenticated -= 1 }
        }

        deinit {
            let wasAuthenticated = isAuthenticated.load(ordering: .relaxed)
            counter.state.withLock { state in
                state.total -= 1
                if !wasAuthenticated { state.unauthenticated -= 1 }
                if let network = network.withLock({ $0 }) { counter.remove(network, from: &state) }
            }
        }
    }
}
