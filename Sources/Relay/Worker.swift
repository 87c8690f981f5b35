internal import Network
internal import Queue
internal import World

/// Takes the jobs of one queue and does them, several at a time: what `RemoteDelivery` is not needed for.
final class Worker: Sendable {
    private let name: QueueName
    private let queue: MailQueue
    private let lease: Duration
    private let most: Int
    private let loops: EventLoopGroup
    private let world: World
    private let log: Log
    private let work: @Sendable (Work) async -> Completion?
    private let leases: LeaseKeeper
    private let bell = Signal()
    private let tasks = Tasks()

    /// Jobs taken with one commit.
    private static let bunch = 32

    /// Does up to `most` jobs at a time by `work`, which says what came of each; nil to try it again when its lease is over.
    init(
        _ name: QueueName,
        of queue: MailQueue,
        lease: Duration,
        most: Int,
        on loops: EventLoopGroup,
        world: World,
        log: Log,
        _ work: @escaping @Sendable (Work) async -> Completion?
    ) {
        self.name = name
        self.queue = queue
        self.lease = lease
        self.most = most
        self.loops = loops
        self.world = world
        self.log = log
        self.work = work
        leases = LeaseKeeper(queue, for: lease, log)
    }

    func start() {
        let loop = loops.next()
        tasks.start(on: loop) { [self] in await leases.keep(on: loop) }
        tasks.start(on: loop) { [self] in
            let observation = queue.onWork { [bell] in bell.raise() }
            defer { observation.cancel() }
            while !Task.isCancelled {
                guard await doSome() == 0 else { continue }
                let wait = queue.nextDue(name).milliseconds - world.now().milliseconds
                // What is due and was not taken is another's, or the store failed, which takes a while.
                await loop.wait(for: bell, upTo: .milliseconds(wait > 0 ? wait : 1000))
            }
        }
    }

    func stop() async {
        tasks.cancel()
        await tasks.wait()
    }

    /// Does everything that is due now.
    func doDue() async { while await doSome() > 0 {} }

    /// Does a bunch of jobs; returns how many.
    private func doSome() async -> Int {
        do throws(QueueError) {
            let works = try await queue.take(name, limit: min(Self.bunch, most), for: lease)
            guard !works.isEmpty else { return 0 }
            leases.hold(works)
            let completions = await withTaskGroup(of: Completion?.self) { group in
                for each in works { group.addTask(executorPreference: loops.next()) { [work] in await work(each) } }
                var completions: [Completion] = []
                for await case let completion? in group { completions.append(completion) }
                return completions
            }
            for case .failure(let error) in await queue.complete(completions) {
                log(.error, "queue.completion-failed", [("queue", "\(name)"), ("cause", "\(error)")])
            }
            for each in works { leases.release(each) }
            return works.count
        } catch {
            log(.error, "queue.take-failed", [("queue", "\(name)"), ("cause", "\(error)")])
            return 0
        }
    }
}
