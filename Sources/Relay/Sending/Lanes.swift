internal import Network
internal import Queue
internal import Synchronization

/// What is to be sent now, by destination, and how many connections work on it.
final class Lanes: Sendable {
    /// What may share a connection.
    struct Key: Hashable {
        var destination: String
        var isRouted: Bool
        /// Goes over verified TLS only.
        var requireTLS: Bool
    }

    private struct Lane {
        var works: [Work] = []
        var next = 0
        var connections = 0
        /// Connections that this destination may have: more while it takes mail, fewer when it does not.
        var limit: Int
        /// Connections that wait for work.
        var idle: [Signal] = []

        var count: Int { works.count - next }

        mutating func take() -> Work? {
            guard next < works.count else { return nil }
            defer {
                next += 1
                if next == works.count { (works, next) = ([], 0) }
            }
            return works[next]
        }
    }

    private struct State {
        var lanes: [Key: Lane] = [:]
        var connections = 0
        /// Jobs that were taken and not ended, by destination.
        var outstanding: [String: Int] = [:]
        var total = 0
    }

    /// Connections that a destination begins with.
    private static let first = 5
    /// Jobs that wait for each connection that there may be.
    private static let ahead = 4
    private let settings: RelaySettings
    private let state = Mutex(State())

    init(_ settings: RelaySettings) { self.settings = settings }

    /// How many jobs may be taken in all.
    var room: Int { state.withLock { max(0, settings.connections * Self.ahead - $0.total) } }

    /// How many jobs of a destination may be taken.
    func room(of destination: String) -> Int {
        state.withLock { state in
            let most = max(1, settings.connectionsPerDestination) * Self.ahead
            return max(0, most - state.outstanding[destination, default: 0])
        }
    }

    /// Adds jobs; returns the lanes for which a connection is to be started, one for each time that they are named.
    func add(_ works: [Work]) -> [Key] {
        state.withLock { state in
            var touched: Set<Key> = []
            for work in works {
                let key = Key(work)
                touched.insert(key)
                state.lanes[key, default: newLane].works.append(work)
                state.outstanding[work.job.destination, default: 0] += 1
                state.total += 1
            }
            var started: [Key] = []
            for key in touched {
                guard var lane = state.lanes[key] else { continue }
                var waiting = lane.count
                while waiting > 0, let signal = lane.idle.popLast() {
                    signal.raise()
                    waiting -= 1
                }
                // A lane with work always has a connection, whatever the limits say.
                while waiting > 0, lane.connections < lane.limit,
                    state.connections < settings.connections || lane.connections == 0
                {
                    lane.connections += 1
                    state.connections += 1
                    waiting -= 1
                    started.append(key)
                }
                state.lanes[key] = lane
            }
            return started
        }
    }

    private var newLane: Lane { Lane(limit: min(Self.first, max(1, settings.connectionsPerDestination))) }

    /// The next job of a lane.
    func next(_ key: Key) -> Work? { state.withLock { $0.lanes[key]?.take() } }

    /// The next job of a lane; without one, `signal` is raised when there may be one.
    func next(_ key: Key, else signal: Signal) -> Work? {
        state.withLock { state in
            if let work = state.lanes[key]?.take() { return work }
            state.lanes[key]?.idle.append(signal)
            return nil
        }
    }

    /// The next job of a lane for a connection that ends if there is none: then it counts no more.
    func nextOrEnd(_ key: Key, forgetting signal: Signal?) -> Work? {
        state.withLock { state in
            if let signal { state.lanes[key]?.idle.removeAll { $0 === signal } }
            if let work = state.lanes[key]?.take() { return work }
            end(key, &state)
            return nil
        }
    }

    /// Everything that waits in a lane whose servers do not answer; its connection counts no more.
    func drain(_ key: Key) -> [Work] {
        state.withLock { state in
            var works: [Work] = []
            while let work = state.lanes[key]?.take() { works.append(work) }
            state.lanes[key]?.limit = 1
            end(key, &state)
            return works
        }
    }

    private func end(_ key: Key, _ state: inout State) {
        guard var lane = state.lanes[key] else { return }
        lane.connections -= 1
        state.connections -= 1
        state.lanes[key] = lane.connections == 0 && lane.count == 0 ? nil : lane
    }

    /// A message was taken: the destination may have one more connection.
    func widen(_ key: Key) {
        state.withLock { state in
            guard let lane = state.lanes[key], lane.limit < settings.connectionsPerDestination else { return }
            state.lanes[key]?.limit += 1
        }
    }

    /// The destination wants less.
    func narrow(_ key: Key, to most: Int?) {
        state.withLock { state in
            guard let lane = state.lanes[key] else { return }
            state.lanes[key]?.limit = max(1, min(most ?? .max, lane.limit / 2))
        }
    }

    /// A job has ended.
    func ended(_ work: Work) {
        state.withLock { state in
            state.total -= 1
            let left = state.outstanding[work.job.destination, default: 1] - 1
            state.outstanding[work.job.destination] = left > 0 ? left : nil
        }
    }
}

extension Lanes.Key {
    init(_ work: Work) {
        self.init(
            destination: work.job.destination,
            isRouted: work.job.isRouted,
            requireTLS: work.message.envelope.requireTLS
        )
    }
}
