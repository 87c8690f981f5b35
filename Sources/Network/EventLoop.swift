internal import CSystem
internal import Synchronization
public import World

/// One thread, one epoll instance and the tasks of its connections.
///
/// It is a task executor: `Task(executorPreference: loop) { … }` runs on the loop's thread between two waits for
/// events, and so does everything it awaits. Such a task must never block; work that blocks goes to a `BlockingPool`.
///
/// Jobs that the loop's own thread makes ready need no lock. Those from other threads are handed over under one, and wake
/// the loop once for as many as came while it slept.
@safe public final class EventLoop: TaskExecutor, @unchecked Sendable {
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var pokes: [any EventSource] = []
        var bodies: [@Sendable () -> Void] = []
        /// The loop is, or is about to be, in `epoll_wait`, and nobody has rung since.
        var isAsleep = false
        var isStopping = false
        var hasEnded = false
        var ends: [@Sendable () -> Void] = []

        var isEmpty: Bool { jobs.isEmpty && pokes.isEmpty && bodies.isEmpty }
    }

    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let bell = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    private let inbox = Mutex(Inbox())
    private let thread = Atomic<UInt>(0)
    /// How many connections it serves.
    let load = Atomic<Int>(0)

    // What follows is used on the loop's thread only.
    /// How many sockets are closed but still being drained.
    var lingering = 0
    private var jobs: [UnownedJob] = []
    private var runningJobs: [UnownedJob] = []
    /// By descriptor.
    private var sources: [(any EventSource)?] = []
    private var timers: TimerWheel<any EventSource>
    private var dueTimers: [any EventSource] = []
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: EventLoop.eventsAtOnce)
    /// Where octets land before they are appended to a stream's input: shared, so that an idle connection needs none.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)

    private static let eventsAtOnce = 256
    /// How many jobs run before the sockets are looked at again.
    private static let jobsAtOnce = 1024
    private let world: World

    /// A loop that runs on a thread of its own until `stop`.
    public init(world: World = .real) {
        precondition(epoll >= 0 && bell >= 0, "no descriptor left for an event loop")
        self.world = world
        timers = TimerWheel(now: world.uptime())
        portico_ignore_sigpipe()
        _ = portico_epoll_add(epoll, bell, EPOLLIN.rawValue | EPOLLET.rawValue)
        startThread { [self] in run() }
    }

    deinit {
        close(epoll)
        close(bell)
        unsafe events.deallocate()
        unsafe scratch.deallocate()
    }

    /// The time now, on the clock of the loop's deadlines.
    public var uptime: Instant { world.uptime() }

    /// Whether the caller runs on the loop's thread.
    public var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    // MARK: Handing work to the loop

    /// Takes a job that is ready to run. May be called from any thread.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent { return jobs.append(job) }
        post { $0.jobs.append(job) }
    }

    /// Runs `body` on the loop's thread, some time. May be called from any thread.
    public func execute(_ body: @escaping @Sendable () -> Void) { post { $0.bodies.append(body) } }

    /// Tells `source`, on the loop's thread, to look again at what it waits for. May be called from any thread.
    func poke(_ source: any EventSource) { post { $0.pokes.append(source) } }

    private func post(_ add: (inout Inbox) -> Void) {
        let mustRing = inbox.withLock { inbox in
            add(&inbox)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if mustRing { eventfd_write(bell, 1) }
    }

    /// Ends the loop's thread once nothing is ready to run, and returns when it has ended. Connections must be closed
    /// before; must not be called from a task of the loop. Tasks that still wait for something never go on.
    public func stop() async {
        await withCheckedContinuation { continuation in
            let hasEnded = inbox.withLock { inbox in
                inbox.isStopping = true
                if !inbox.hasEnded { inbox.ends.append { continuation.resume() } }
                return inbox.hasEnded
            }
            if hasEnded { continuation.resume() } else { eventfd_write(bell, 1) }
        }
    }

    // MARK: For what lives on the loop; its thread only

    func add(_ source: any EventSource, descriptor: Int32, events: UInt32) throws(TransportError) {
        let status = portico_epoll_add(epoll, descriptor, events)
        guard status == 0 else { throw .system(-status) }
        while sources.count <= descriptor { sources.append(nil) }
        sources[Int(descriptor)] = source
    }

    func remove(descriptor: Int32) {
        portico_epoll_remove(epoll, descriptor)
        if sources.indices.contains(Int(descriptor)) { sources[Int(descriptor)] = nil }
    }

    func addTimer(_ source: any EventSource, at deadline: Instant) -> TimerWheel<any EventSource>.ID {
        timers.add(source, at: deadline)
    }

    func cancelTimer(_ id: TimerWheel<any EventSource>.ID) { timers.cancel(id) }

    // MARK: The thread

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        while true {
            runJobs()
            guard let hasWork = takeInbox() else { break }
            waitForEvents(timeout: hasWork ? 0 : timeout())
            if timers.count > 0 { fireTimers() }
        }
        thread.store(0, ordering: .relaxed)
        let ends = inbox.withLock { inbox in
            inbox.hasEnded = true
            defer { inbox.ends = [] }
            return inbox.ends
        }
        for end in ends { end() }
    }

    private func runJobs() {
        let executor = unsafe asUnownedTaskExecutor()
        var budget = Self.jobsAtOnce
        while !jobs.isEmpty, budget > 0 {
            swap(&jobs, &runningJobs)
            for job in runningJobs { unsafe job.runSynchronously(on: executor) }
            budget -= runningJobs.count
            runningJobs.removeAll(keepingCapacity: true)
        }
    }

    /// Takes what other threads handed over. Returns whether there is something to run, nil if the loop should end.
    private func takeInbox() -> Bool? {
        var pokes: [any EventSource] = []
        var bodies: [@Sendable () -> Void] = []
        let mayEnd = inbox.withLock { inbox in
            if inbox.isEmpty {
                inbox.isAsleep = jobs.isEmpty
                return inbox.isStopping && jobs.isEmpty
            }
            inbox.isAsleep = false
            jobs.append(contentsOf: inbox.jobs)
            inbox.jobs.removeAll(keepingCapacity: true)
            swap(&pokes, &inbox.pokes)
            swap(&bodies, &inbox.bodies)
            return false
        }
        if mayEnd { return nil }
        for source in pokes { source.poked() }
        for body in bodies { body() }
        return !jobs.isEmpty || !pokes.isEmpty || !bodies.isEmpty
    }

    /// Milliseconds until the first timer, rounded up; -1 without timers.
    private func timeout() -> Int32 {
        guard let expiry = timers.nextExpiry else { return -1 }
        let nanoseconds = expiry.nanoseconds - uptime.nanoseconds
        return nanoseconds <= 0 ? 0 : Int32(clamping: Int64((nanoseconds - 1) / 1_000_000) + 1)
    }

    private func waitForEvents(timeout: Int32) {
        let count = unsafe epoll_wait(epoll, events, Int32(Self.eventsAtOnce), timeout)
        for index in 0..<max(0, Int(count)) {
            let (descriptor, ready) = unsafe (events[index].data.fd, events[index].events)
            if descriptor == bell {
                var value: eventfd_t = 0
                unsafe eventfd_read(bell, &value)
            } else if sources.indices.contains(Int(descriptor)) {
                // A descriptor closed and used again within this batch gets the old one's event: a wake-up in vain.
                sources[Int(descriptor)]?.becameReady(ready)
            }
        }
    }

    private func fireTimers() {
        timers.advance(to: uptime, into: &dueTimers)
        guard !dueTimers.isEmpty else { return }
        for source in dueTimers { source.timerFired() }
        dueTimers.removeAll(keepingCapacity: true)
    }
}

/// Something on a loop that waits for its socket, a timer, or another thread. All are called on the loop's thread.
protocol EventSource: AnyObject, Sendable {
    /// Epoll reported `events` on the descriptor.
    func becameReady(_ events: UInt32)
    /// A timer of this source is due and forgotten.
    func timerFired()
    /// Another thread asked to look again.
    func poked()
}

/// The loops of a service, one for each core.
public final class EventLoopGroup: Sendable {
    /// The loops, at least one.
    public let loops: [EventLoop]
    private let turn = Atomic<Int>(0)

    /// As many loops as told, by default one for each core that the process may use.
    public init(count: Int? = nil, world: World = .real) {
        loops = (0..<max(1, count ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)))).map { _ in EventLoop(world: world) }
    }

    /// The next loop in turn, for work that belongs to no connection.
    public func next() -> EventLoop {
        let (turn, _) = turn.wrappingAdd(1, ordering: .relaxed)
        return loops[Int(UInt(bitPattern: turn) % UInt(loops.count))]
    }

    /// The loop with the fewest connections; `preferred` unless another has clearly fewer.
    func leastLoaded(preferring preferred: EventLoop) -> EventLoop {
        var best = preferred
        var bestLoad = preferred.load.load(ordering: .relaxed) - 2
        for loop in loops where loop !== preferred {
            let load = loop.load.load(ordering: .relaxed)
            if load < bestLoad { (best, bestLoad) = (loop, load) }
        }
        return best
    }

    /// Ends every loop; see `EventLoop.stop`.
    public func stop() async { for loop in loops { await loop.stop() } }
}
