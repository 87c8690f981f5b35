public import DNS
public import Network
internal import Synchronization
public import World

/// Asks servers that resolve names, such as the one in `resolv.conf`, and remembers what they said.
///
/// Many may ask at once. Who asks what another is already asking waits for the same answer; each query runs in a task of
/// its own, so that one who gives up takes nothing from the others. Once nobody waits any more, it is cancelled.
///
/// ```
/// lookUp --> one name after the other, as aliases lead:
///            special name, override, cache ----------------------> answer
///            flight in the air --> wait --+
///            new flight: servers in turn -+-- cache -------------> answer
/// ```
public final class Resolver: NameService {
    private typealias Asker = CheckedContinuation<Result<Step, LookupError>, Never>

    /// A question that is being asked, or waits for its turn, and who wants to know.
    private struct Flight {
        var id: UInt64
        var askers: [UInt64: Asker]
        /// Nil until its turn comes.
        var task: Task<Void, Never>?
    }

    private struct State {
        var cache: AnswerCache
        var servers: ServerList
        var flights: [Question: Flight] = [:]
        /// Flights that have a task, those included that nobody waits for any more.
        var running: [UInt64: Task<Void, Never>?] = [:]
        var waiting: [(question: Question, id: UInt64)] = []
        var nextID: UInt64 = 0
        var isStopping = false

        mutating func newID() -> UInt64 {
            nextID += 1
            return nextID
        }
    }

    private enum Joined {
        case known(Result<Step, LookupError>)
        case waits
        case starts(UInt64)
    }

    private let settings: ResolverSettings
    private let world: World
    private let log: Log
    private let carrier: @Sendable () -> any Carrier
    private let state: Mutex<State>

    /// Questions that wait for their turn, for each that may be asked at a time.
    private static let waitingForOne = 16
    /// Seconds that it is remembered that there was no answer (RFC 9520 §3.2).
    private static let secondsOfFailure: UInt32 = 5

    /// A resolver whose sockets live on `loops`. There must be a server.
    public convenience init(_ settings: ResolverSettings, on loops: EventLoopGroup, world: World, log: Log = .none) {
        self.init(settings, world: world, log: log) { NetworkCarrier(loop: loops.next(), world: world) }
    }

    init(
        _ settings: ResolverSettings,
        world: World,
        log: Log = .none,
        carrier: @escaping @Sendable () -> any Carrier
    ) {
        precondition(!settings.servers.isEmpty, "a resolver needs a server")
        self.settings = settings
        self.world = world
        self.log = log
        self.carrier = carrier
        state = Mutex(State(cache: AnswerCache(limit: settings.cacheLimit), servers: ServerList(settings)))
    }

    /// Asks, unless the answer is known. If the task is cancelled it throws `.temporary` at once.
    public func lookUp(_ name: String, _ type: RecordType) async throws(LookupError) -> Answer {
        var name = try InternationalDomain.name(name)
        var isAuthenticated = true
        var timeToLive = UInt32.max
        for _ in 0...Message.maximumAliases {
            var step = try await step(Question(name: name, type: type))
            isAuthenticated = isAuthenticated && step.answer.isAuthenticated
            timeToLive = min(timeToLive, step.answer.timeToLive)
            if let next = step.next {
                name = next
                continue
            }
            step.answer.isAuthenticated = isAuthenticated
            step.answer.timeToLive = timeToLive
            return step.answer
        }
        throw .temporary("aliases go in a circle")
    }

    /// Cancels what is being asked and returns when nothing is in the air any more. To be called before the loops stop.
    public func stop() async {
        state.withLock { $0.isStopping = true }
        // One that ends lets the next of those that wait begin, and end at once.
        while true {
            let running = state.withLock { Array($0.running.values) }
            guard !running.isEmpty else { return }
            for task in running { task?.cancel() }
            for task in running { await task?.value }
            await Task.yield()
        }
    }

    /// How many answers are remembered.
    public var cachedAnswers: Int { state.withLock { $0.cache.count } }

    // MARK: Sharing

    private func step(_ question: Question) async throws(LookupError) -> Step {
        if let step = Step(override: question, settings) ?? Step(specialName: question) { return step }
        let asker = state.withLock { $0.newID() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Asker) in
                switch state.withLock({ join(question, asker, continuation, &$0) }) {
                case .known(let result): continuation.resume(returning: result)
                case .waits: break
                case .starts(let id): start(question, id)
                }
                // Who was cancelled before it joined was not found by the handler.
                if Task.isCancelled { leave(question, asker) }
            }
        } onCancel: {
            leave(question, asker)
        }
        return try result.get()
    }

    private func join(_ question: Question, _ asker: UInt64, _ continuation: Asker, _ state: inout State) -> Joined {
        if let known = state.cache.result(of: question, at: world.uptime()) { return .known(known) }
        guard !state.isStopping else { return .known(.failure(.temporary("the resolver has stopped"))) }
        if state.flights[question] != nil {
            state.flights[question]?.askers[asker] = continuation
            return .waits
        }
        let isBusy = state.running.count >= settings.parallelism
        guard !isBusy || state.waiting.count < Self.waitingForOne * settings.parallelism else {
            return .known(.failure(.temporary("too many names are looked up at once")))
        }
        let id = state.newID()
        state.flights[question] = Flight(id: id, askers: [asker: continuation])
        guard !isBusy else {
            state.waiting.append((question, id))
            return .waits
        }
        state.running[id] = .some(nil)
        return .starts(id)
    }

    private func leave(_ question: Question, _ asker: UInt64) {
        let (continuation, task): (Asker?, Task<Void, Never>?) = state.withLock { state in
            guard let continuation = state.flights[question]?.askers.removeValue(forKey: asker) else {
                return (nil, nil)
            }
            guard let flight = state.flights[question], flight.askers.isEmpty else { return (continuation, nil) }
            state.flights[question] = nil
            state.waiting.removeAll { $0.id == flight.id }
            return (continuation, flight.task)
        }
        task?.cancel()
        continuation?.resume(returning: .failure(.temporary("the lookup was cancelled")))
    }

    private func start(_ question: Question, _ id: UInt64) {
        let carrier = carrier()
        let task = Task(executorPreference: carrier.executor) { [self] in
            let (result, count) = await ask(question, over: carrier)
            finish(question, id, result, count)
        }
        let isWanted = state.withLock { state in
            // It may have ended already.
            if state.running[id] != nil { state.running[id] = .some(task) }
            guard state.flights[question]?.id == id else { return false }
            state.flights[question]?.task = task
            return !state.isStopping
        }
        if !isWanted { task.cancel() }
    }

    private func finish(_ question: Question, _ id: UInt64, _ result: Result<Step, LookupError>, _ count: Int) {
        let isCancelled = Task.isCancelled
        let (askers, next): ([Asker], (question: Question, id: UInt64)?) = state.withLock { state in
            state.running[id] = nil
            if !isCancelled {
                let seconds = (try? result.get().answer.timeToLive) ?? Self.secondsOfFailure
                state.cache.insert(result, of: question, count: count, seconds: seconds, at: world.uptime())
            }
            var askers: [Asker] = []
            if state.flights[question]?.id == id {
                askers = state.flights.removeValue(forKey: question).map { Array($0.askers.values) } ?? []
            }
            guard !state.waiting.isEmpty else { return (askers, nil) }
            let next = state.waiting.removeFirst()
            state.running[next.id] = .some(nil)
            return (askers, next)
        }
        for asker in askers { asker.resume(returning: result) }
        if let next { start(next.question, next.id) }
    }

    // MARK: Asking

    /// Asks the servers in turn, in rounds. A server that could not find out, or does not want to, is not asked again.
    private func ask(_ question: Question, over carrier: any Carrier) async -> (Result<Step, LookupError>, Int) {
        var settled: [Int: LookupError] = [:]
        var cause = ""
        for round in 0..<max(1, settings.attempts) {
            let order = state.withLock { $0.servers.order(at: world.uptime()) }
            for place in order where settled[place] == nil {
                guard !Task.isCancelled else { return (.failure(.temporary("the lookup was cancelled")), 0) }
                let server = settings.servers[place]
                var exchange = Exchange(
                    question: question,
                    server: server,
                    habits: state.withLock { $0.servers.habits(of: place) },
                    carrier: carrier,
                    world: world
                )
                do throws(TransportError) {
                    let (response, count) = try await exchange.run(timeout: settings.timeout * (1 << min(round, 5)))
                    let habits = exchange.habits
                    state.withLock { $0.servers.answered(place, habits) }
                    let isTrusted = server.isTrusted
                    switch Step.read(response, to: question, isTrusted: isTrusted, settings: settings) {
                    case .step(let step): return (.success(step), count)
                    case .failure(let reason): settled[place] = .temporary("\(server.address): \(reason)")
                    case .refusal: settled[place] = .refused
                    }
                } catch {
                    guard !Task.isCancelled else { continue }
                    cause = "\(server.address): \(error.reason)"
                    state.withLock { $0.servers.failed(place, at: world.uptime()) }
                    log(.notice, "dns.server-silent", [("server", "\(server.address)"), ("cause", error.reason)])
                }
            }
            if settled.count == settings.servers.count { break }
        }
        let reasons = settled.values.filter { $0 != .refused }
        if let reason = reasons.first { return (.failure(reason), 0) }
        return (.failure(settled.count == settings.servers.count ? .refused : .temporary(cause)), 0)
    }
}
