internal import Network
internal import Octets
internal import Returns
internal import SMTPClient
internal import Store
internal import World

/// Where a connection comes from, and when each of its messages may go: as the plan of sources says, if there is one.
///
/// A message has its turn before it is sent; a turn that was not used is given back.
struct Departure {
    enum Beginning {
        case go
        case wait(until: Timestamp)
        /// Other connections use the address as much as it may be.
        case crowded
        /// No address of ours and of theirs are of one family.
        case impossible
    }

    /// How long mail waits that would be one connection too many.
    private static let crowdedWait = Duration.seconds(2)
    /// How long it waits if it cannot be told what was sent today.
    private static let unknownWait = Duration.seconds(60)

    let pool: SourcePlan.Category
    private let settings: RelaySettings
    private let world: World
    private let loop: EventLoop
    /// The one that the connection counts in; nil where no plan is asked.
    private var lane: SourcePlan.Lane?
    /// The next message has its turn.
    private var isTurn = false
    /// The address to bind where no plan has a say; nil for the system's choice.
    private var fixed: Address?

    init(_ settings: RelaySettings, _ pool: SourcePlan.Category?, _ world: World, on loop: EventLoop) {
        self.settings = settings
        self.pool = pool ?? .personal
        self.world = world
        self.loop = loop
    }

    /// The address to bind; nil for the system's choice.
    var source: Address? {
        guard let lane else { return fixed }
        return lane.source.address.isEmpty ? nil : Address(host: lane.source.address, port: 0)
    }

    /// The name that this server has there.
    var hostName: String {
        guard let name = lane?.source.hostName, !name.isEmpty else { return settings.hostName }
        return name
    }

    /// Whether the address goes slower by itself when a server asks for it.
    var isPaced: Bool { lane != nil }

    var messagesPerConnection: Int { min(settings.messagesPerConnection, lane?.messagesPerConnection ?? .max) }

    /// Whether the address can be reached from the source.
    func suits(_ address: Address) -> Bool { lane.map { Self.suits($0.source, address) } ?? true }

    private static func suits(_ source: SourcePlan.Source, _ address: Address) -> Bool {
        guard let own = IPAddress(source.address), let other = IPAddress(address.host) else { return true }
        return switch (own, other) {
        case (.v4, .v4), (.v6, .v6): true
        default: false
        }
    }

    /// Waits for the turn of a message on a new connection to one of `addresses`, which are those of a server of `route`.
    mutating func begin(to host: String, _ addresses: [Address], _ route: Router.Route) async -> Beginning {
        lane = nil
        fixed = route.source ?? settings.source
        guard let plan = settings.sources else { return .go }
        do throws(StoreError) {
            var isPossible = false
            let choice = try await plan.choose(
                pool,
                server: host,
                isChosen: route.isChosen,
                from: route.source.map { .init(address: $0.host, hostName: settings.hostName) },
                connects: true,
                patience: settings.patience
            ) {
                let suits = addresses.contains { [source = $0] address in Self.suits(source, address) }
                isPossible = isPossible || suits
                return suits
            }
            guard isPossible else {
                // Whoever chose a server of the other family for mail of all pools wants it to be used.
                guard route.isChosen, route.source == nil else { return .impossible }
                fixed = nil
                return .go
            }
            switch choice {
            case .send(let lane):
                self.lane = lane
                isTurn = true
                await wait(for: lane)
                return .go
            case .wait(let until): return .wait(until: until)
            case .crowded: return .crowded
            }
        } catch {
            return .wait(until: moment(in: Self.unknownWait))
        }
    }

    /// Until when mail waits that would be one connection too many.
    var whenLessCrowded: Timestamp { moment(in: Self.crowdedWait) }

    private func moment(in wait: Duration) -> Timestamp {
        Timestamp(milliseconds: world.now().milliseconds + wait.components.seconds * 1000)
    }

    /// Waits for the turn of another message on the same connection; false if it has none soon.
    mutating func hasTurn() async -> Bool {
        guard let lane, let plan = settings.sources, !isTurn else { return true }
        guard case .send(let next)? = try? await plan.chooseAnother(on: lane, patience: settings.patience) else {
            return false
        }
        isTurn = true
        await wait(for: next)
        return true
    }

    private func wait(for lane: SourcePlan.Lane) async {
        let left = lane.start.milliseconds - world.now().milliseconds
        if left > 0 { await loop.sleep(.milliseconds(left)) }
    }

    /// A server has said what it thinks of a message.
    mutating func take(_ report: Report) {
        guard let lane, let plan = settings.sources else { return }
        // What it did not come to, it may be sent yet.
        guard report.failure.map({ $0.stage == .end || $0.isRefusal }) ?? true else { return }
        isTurn = false
        if report.outcomes.contains(where: \.isDelivered) { plan.taken(lane) }
        for outcome in report.outcomes {
            switch outcome {
            case .temporary(let reply, _), .permanent(let reply, _): plan.refused(Classification(reply), lane)
            case .delivered, .failed: break
            }
        }
        if let failure = report.failure { take(failure) }
    }

    /// A server did not want to talk.
    func take(_ failure: Failure) {
        guard let lane, case .refused(let reply) = failure.cause else { return }
        settings.sources?.refused(Classification(reply), lane, isOfConnection: true)
    }

    /// Why no server was reached, if this is the last that happened.
    func reason(_ failure: Failure) -> Unreached {
        guard isPaced, case .refused(let reply) = failure.cause else { return .failure(failure) }
        let meaning = Classification(reply)
        let isMeant = meaning.isTransient && SourcePlan.hint(meaning, isOfConnection: true) != nil
        return isMeant ? .slowed(reply) : .failure(failure)
    }

    /// The connection is there no more.
    mutating func end() {
        guard let lane, let plan = settings.sources else { return }
        if isTurn { plan.giveBack(lane) }
        isTurn = false
        plan.disconnect(lane)
        self.lane = nil
    }
}

extension Failure {
    fileprivate var isRefusal: Bool { if case .refused = cause { true } else { false } }
}
