internal import World

/// The servers, what they are like, and which of them do not answer.
struct ServerList {
    private struct State {
        var habits = Exchange.Habits()
        var failures = 0
        /// Until then the others are asked first.
        var silentUntil = Instant(nanoseconds: .min)
    }

    private var states: [State]
    private let rotates: Bool
    private var turn = 0

    private static let firstPause = 5
    private static let longestPause = 300

    init(_ settings: ResolverSettings) {
        states = settings.servers.map { _ in State() }
        rotates = settings.rotates
    }

    /// The places of all servers in the order in which to ask them: those last that did not answer of late.
    mutating func order(at now: Instant) -> [Int] {
        let first = turn
        if rotates { turn = (turn + 1) % max(1, states.count) }
        let all = states.indices.map { ($0 + first) % states.count }
        return all.filter { states[$0].silentUntil <= now } + all.filter { states[$0].silentUntil > now }
    }

    func habits(of place: Int) -> Exchange.Habits { states[place].habits }

    /// The server answered, and is like that.
    mutating func answered(_ place: Int, _ habits: Exchange.Habits) { states[place] = State(habits: habits) }

    /// The server did not answer: it comes last for a while, twice as long each time.
    mutating func failed(_ place: Int, at now: Instant) {
        states[place].failures = min(states[place].failures + 1, 10)
        let pause = min(Self.firstPause << (states[place].failures - 1), Self.longestPause)
        states[place].silentUntil = now + .seconds(pause)
    }
}
