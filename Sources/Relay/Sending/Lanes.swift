internal import Network
internal import Queue
internal import Returns
internal import Synchronization
internal import TransportPolicy

/// What is to be sent now, by what it goes to next, and how many connections work on it.
final class Lanes: Sendable {
    /// What may share a connection.
    struct Key: Hashable {
        var hop: Hop
        /// What its messages want of TLS.
        var wish: TransportPolicy.Wish
        /// The kind of mail from whose addresses it is sent; nil if all mail has the same.
        var pool: SourcePlan.Category?
    }

    private struct Lane {
        var waiting = Waiting()
        var connections = 0
        /// Connections that this destination may have: more while it takes mail, fewer when it does not.
        var limit: Int
        /// Connections that wait for work.
        var idle: [Signal] = []
        /// It stands in `starved`.
        var isStarved = false

        var count: Int { waiting.count }

        mutating func take() -> Work? { waiting.take() }
    }

    /// Jobs of one urgency that go to one hop.
    private struct Line: Hashable {
        var hop: Hop
        var urgency: Urgency
    }

    private struct State {
        var lanes: [Key: Lane] = [:]
        var connections = 0
        /// Lanes with work that may have no connection yet, the longest waiting first.
        var starved: [Key] = []
        /// Jobs that were taken and not ended.
        var outstanding: [Line: Int] = [:]
        var byUrgency = Urgency.allCases.map { _ in 0 }

        var total: Int { byUrgency.reduce(0, +) }
    }

    /// Connections that a destination begins with.
    private static let first = 5
    /// Jobs that wait for each connection that there may be.
    private static let ahead = 4
    /// The share of all jobs that each urgency may have whatever the others have.
    private static let reserved = 4
    private let settings: RelaySettings
    private let table: RouteTable
    private let state = Mutex(State())
    private let pools: [SourcePlan.Category?]

    init(_ settings: RelaySettings, _ table: RouteTable) {
        self.settings = settings
        self.table = table
        pools = settings.sources.map { plan in Array(Set(SourcePlan.Category.allCases.map(plan.pool))) } ?? [nil]
    }

    private func key(_ work: Work) -> Key {
        let envelope = work.message.envelope
        return Key(
            hop: table.hop(to: work.job.destination, isRouted: work.job.isRouted),
            wish: envelope.tlsWish,
            pool: settings.sources?.pool(of: SourcePlan.Category(of: envelope))
        )
    }

    private func line(_ work: Work) -> Line {
        Line(hop: table.hop(to: work.job.destination, isRouted: work.job.isRouted), urgency: work.job.urgency)
    }

    private var mostConnections: Int { max(1, settings.connections) }

    /// How many jobs may be taken in all. Not a few at a time: each taking is a commit.
    var room: Int { state.withLock { state in Urgency.allCases.reduce(0) { max($0, room(of: $1, state)) } } }

    /// How many jobs of an urgency may be taken: what is left of all, or of what is kept for it.
    private func room(of urgency: Urgency, _ state: State) -> Int {
        let most = mostConnections * Self.ahead
        let left = Self.room(most, state.total)
        return left > 0 ? left : Self.room(most / Self.reserved, state.byUrgency[Int(urgency.rawValue)])
    }

    /// How many jobs of a line may be taken; few of a destination that has not yet shown that it takes mail, so that those
    /// that do not answer leave room for the others.
    func room(of line: Queue.Line) -> Int { state.withLock { room(of: line, $0) } }

    private func room(of line: Queue.Line, _ state: State) -> Int {
        var (limit, taken) = (0, 0)
        for isRouted in [false, true] {
            let hop = table.hop(to: line.destination, isRouted: isRouted)
            taken += state.outstanding[Line(hop: hop, urgency: line.urgency), default: 0]
            for wish in [TransportPolicy.Wish.none, .required, .optional] {
                for pool in pools {
                    limit = max(limit, state.lanes[Key(hop: hop, wish: wish, pool: pool)]?.limit ?? 0)
                }
            }
        }
        if limit == 0 { limit = newLane.limit }
        return min(Self.room(limit * Self.ahead, taken), room(of: line.urgency, state))
    }

    /// What is left of `most`, once that is a quarter of it.
    private static func room(_ most: Int, _ taken: Int) -> Int {
        let room = most - taken
        return room >= max(1, most / 4) ? room : 0
    }

    /// Adds jobs; returns the lanes for which a connection is to be started, one for each time that they are named.
    func add(_ works: [Work]) -> [Key] {
        state.withLock { state in
            var touched: Set<Key> = []
            for work in works {
                let key = key(work)
                touched.insert(key)
                state.lanes[key, default: newLane].waiting.add(work)
                state.outstanding[line(work), default: 0] += 1
                state.byUrgency[Int(work.job.urgency.rawValue)] += 1
            }
            var started: [Key] = []
            for key in touched {
                guard var lane = state.lanes[key] else { continue }
                var waiting = lane.count
                while waiting > 0, let signal = lane.idle.popLast() {
                    signal.raise()
                    waiting -= 1
                }
                while waiting > 0, lane.connections < lane.limit, state.connections < mostConnections {
                    lane.connections += 1
                    state.connections += 1
                    waiting -= 1
                    started.append(key)
                }
                state.lanes[key] = lane
                starve(key, &state)
            }
            return started
        }
    }

    /// Has a lane with work and no connection wait for one; a connection that has nothing to do makes place.
    private func starve(_ key: Key, _ state: inout State) {
        guard let lane = state.lanes[key], lane.connections == 0, lane.count > 0, !lane.isStarved else { return }
        state.lanes[key]?.isStarved = true
        state.starved.append(key)
        if let idle = state.lanes.first(where: { !$0.value.idle.isEmpty })?.key {
            state.lanes[idle]?.idle.popLast()?.raise()
        }
    }

    /// The lanes that waited for a connection and may have one now: one is to be started for each.
    func startable() -> [Key] {
        state.withLock { state in
            var started: [Key] = []
            while state.connections < mostConnections, !state.starved.isEmpty {
                let key = state.starved.removeFirst()
                state.lanes[key]?.isStarved = false
                guard let lane = state.lanes[key], lane.connections == 0, lane.count > 0 else { continue }
                state.lanes[key]?.connections = 1
                state.connections += 1
                started.append(key)
            }
            return started
        }
    }

    private var newLane: Lane { Lane(limit: min(Self.first, max(1, settings.connectionsPerDestination))) }

    /// What a connection without a job does.
    enum Next {
        case work(Work)
        /// The signal is raised when there may be one.
        case wait
        /// Others need the connection more: it counts no more.
        case end
    }

    /// The next job of a lane.
    func next(_ key: Key, else signal: Signal) -> Next {
        state.withLock { state in
            if let work = state.lanes[key]?.take() { return .work(work) }
            guard state.starved.isEmpty else {
                end(key, &state)
                return .end
            }
            state.lanes[key]?.idle.append(signal)
            return .wait
        }
    }

    /// The next job of a lane for a sender that would connect anew; nil if there is none, or other lanes have waited longer:
    /// then it counts no more.
    func nextTurn(_ key: Key) -> Work? {
        state.withLock { state in
            if state.starved.isEmpty, let work = state.lanes[key]?.take() { return work }
            end(key, &state)
            starve(key, &state)
            return nil
        }
    }

    /// The next job of a lane for a connection that ends if there is none: then it counts no more.
    func nextOrEnd(_ key: Key, forgetting signal: Signal? = nil) -> Work? {
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

    /// Leaves a job to the other connections of its lane; returns whether there are any. Then this one counts no more, and
    /// the lane has as many as it can have.
    func leave(_ work: Work, _ key: Key) -> Bool {
        state.withLock { state in
            guard var lane = state.lanes[key], lane.connections > 1 else { return false }
            lane.waiting.putBack(work)
            lane.limit = min(lane.limit, lane.connections - 1)
            lane.idle.popLast()?.raise()
            state.lanes[key] = lane
            end(key, &state)
            return true
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

    /// A job has ended. Returns whether more may be taken.
    func ended(_ work: Work) -> Bool {
        state.withLock { state in
            let line = line(work)
            state.byUrgency[Int(line.urgency.rawValue)] -= 1
            let left = state.outstanding[line, default: 1] - 1
            state.outstanding[line] = left > 0 ? left : nil
            return room(of: Queue.Line(work.job.destination, line.urgency), state) > 0
        }
    }

    /// Connections, jobs and lanes that are counted: all 0 when nothing is under way.
    var counts: (connections: Int, jobs: Int, lanes: Int) {
        state.withLock { ($0.connections, $0.total, $0.lanes.count) }
    }
}

extension Queue.Envelope {
    /// What the message wants of TLS. REQUIRETLS is the stronger word. RFC 8689 §4.1.
    fileprivate var tlsWish: TransportPolicy.Wish { requireTLS ? .required : optionalTLS ? .optional : .none }
}
