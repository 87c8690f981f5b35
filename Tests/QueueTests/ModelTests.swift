import PorticoTesting
import SMTP
import Testing
import World

@testable import Queue

/// Random steps on a queue, and on a model of it that is a plain list of jobs: after each step both have the same jobs in
/// the same states, and a worker gets exactly the jobs that the model says are due.
struct ModelTests {
    @Test(arguments: 0..<8) func theQueueIsWhatTheModelSays(group: UInt64) async throws {
        for seed in group * 25..<(group + 1) * 25 {
            var run = try await ModelRun(seed: seed)
            for _ in 0..<60 {
                try await run.step()
                guard try await run.agrees() else {
                    Issue.record("seed \(seed)")
                    return
                }
            }
            try await run.fixture.check()
        }
    }
}

/// A job of the model.
private struct ModelJob: Hashable {
    var message: QueueID
    var queue: QueueName
    var destination: String
    var priority: Int8
    var kind: MailKind
    var sender: String
    var report: Job.Report?
    var bounce: Bounce?
    var recipients: [QueuedRecipient]
    var state: Job.State
    var attempts = 0
    var expires: Timestamp
    var warns: Timestamp?

    var lane: LaneID { LaneID(queue: queue, destination: queue == .reports ? "" : destination) }
    var waiting: [Int] { recipients.indices.filter { recipients[$0].state == .waiting } }

    /// All that can be seen of it.
    var face: String {
        let recipients = recipients.map { "\($0.address) \($0.state)" }.sorted()
        let report = report.map { "\($0)" } ?? "-"
        return "\(message) \(queue) \(destination) \(priority) \(kind) \(report) \(recipients) \(state) \(attempts)"
    }
}

extension ModelJob {
    init(_ job: Job) {
        self.init(
            message: job.id.message,
            queue: job.queue,
            destination: job.destination,
            priority: job.priority,
            kind: job.kind,
            sender: job.reversePath,
            report: job.report,
            bounce: job.bounce,
            recipients: job.recipients,
            state: job.state,
            attempts: job.attempts,
            expires: job.expires,
            warns: job.warns
        )
    }
}

private struct ModelLane { var failures = 0, heldUntil = Timestamp(milliseconds: 0), isPaused = false }

private struct ModelRun {
    let fixture: Fixture
    private var generator: SeededGenerator
    private var jobs: [ModelJob] = []
    private var lanes: [LaneID: ModelLane] = [:]
    /// What the process remembers of destinations that failed.
    private var down: [LaneID: (until: Timestamp, failures: Int)] = [:]
    private var leased: [(work: Work, face: String)] = []
    private let schedule: Schedule

    init(seed: UInt64) async throws {
        fixture = try await Fixture(world: TestWorld(seed: seed)) { configuration in
            configuration.schedule.lifetime = .seconds(3000)
            configuration.schedule.warning = .seconds(900)
            configuration.retention[.softBounce] = nil
        }
        schedule = fixture.queue.settings.schedule
        generator = SeededGenerator(seed: seed)
    }

    private var now: Timestamp { fixture.world.now }

    /// Whether both have the same jobs.
    func agrees() async throws -> Bool {
        let found = try await fixture.jobs().map { ModelJob($0).face }.sorted()
        let expected = jobs.map(\.face).sorted()
        #expect(found == expected)
        let queues = try await fixture.queue.statistics().queues
        #expect(queues.values.reduce(0) { $0 + $1.jobs } == jobs.count)
        return found == expected
    }

    mutating func step() async throws {
        switch generator.number(below: 12) {
        case 0...2: try await add()
        case 3, 4: try await take(.outgoing)
        case 5: try await take(.reports)
        case 6...8: try await complete()
        case 9: fixture.wait(.seconds(generator.number(below: 400)))
        case 10: try await administer()
        default: try await pause()
        }
        // A lane without jobs is forgotten, unless it is paused.
        for lane in lanes.keys
        where lanes[lane]?.isPaused == false && !jobs.contains(where: { $0.queue.isWorked && $0.lane == lane }) {
            lanes[lane] = nil
        }
    }

    // MARK: Adding

    private mutating func add() async throws {
        let count = 1 + generator.number(below: 3)
        let recipients = (0..<count).map { index -> QueuedRecipient in
            let notify: [Command.Rcpt.Notify?] = [nil, nil, .never, [.success, .failure], .delay]
            let address = "\(index)@\(generator.number(below: 3)).test"
            return QueuedRecipient(address, notify: notify[generator.number(below: notify.count)])
        }
        let sender = generator.number(below: 4) == 0 ? "" : "s@9.test"
        let priority = Int8(generator.number(below: 3) - 1)
        let kind = MailKind.allCases[generator.number(below: 3)]
        let hold = generator.number(below: 6) == 0 ? now.later(by: .seconds(100)) : nil
        let id = try await fixture.add(recipients, from: sender) { envelope in
            envelope.priority = priority
            envelope.category = "\(kind)"
            envelope.holdUntil = hold
        }
        let start = hold ?? now
        for (destination, recipients) in Dictionary(grouping: recipients, by: \.destination) {
            jobs.append(
                ModelJob(
                    message: id,
                    queue: .outgoing,
                    destination: destination,
                    priority: priority,
                    kind: kind,
                    sender: sender,
                    recipients: recipients,
                    state: hold.map { .waiting(until: $0) } ?? .ready,
                    expires: start.later(by: sender.isEmpty ? schedule.reportLifetime : schedule.lifetime),
                    warns: sender.isEmpty ? nil : start.later(by: .seconds(900))
                )
            )
        }
    }

    // MARK: Time

    private func kept(_ job: ModelJob, _ bounce: Bounce) -> [ModelJob] {
        guard bounce == .hard else { return [] }
        var job = job
        (job.queue, job.report, job.warns) = (.hardBounce, nil, nil)
        job.state = .kept(until: now.later(by: .seconds(7 * 86_400)))
        return [job]
    }

    private func report(_ report: Job.Report, _ recipients: [QueuedRecipient], _ job: ModelJob) -> ModelJob {
        var job = job
        (job.queue, job.report, job.recipients, job.attempts) = (.reports, report, recipients, 0)
        (job.state, job.expires, job.warns) = (.ready, Head.never, nil)
        return job
    }

    private func failed(_ recipients: [QueuedRecipient], _ job: ModelJob, _ bounce: Bounce) -> [ModelJob] {
        var made: [ModelJob] = []
        let told = recipients.filter { !job.sender.isEmpty && $0.notify?.contains(.failure) ?? true }
        var job = job
        job.bounce = bounce
        if !told.isEmpty { made.append(report(.failure, told, job)) }
        job.recipients = recipients.filter { !told.contains($0) }
        return made + (job.recipients.isEmpty ? [] : kept(job, bounce))
    }

    private func expired(_ job: ModelJob) -> [ModelJob] {
        failed(
            job.waiting.map { index in
                var recipient = job.recipients[index]
                recipient.state = .failed
                return recipient
            },
            job,
            .soft
        )
    }

    /// All alarms that are due.
    private mutating func runClock() {
        let now = now
        jobs = jobs.flatMap { job -> [ModelJob] in
            var job = job
            switch job.state {
            case .held: return [job]
            case .kept(let until): return until <= now ? [] : [job]
            case .leased(let until): if until > now { return [job] } else { job.state = .ready }
            case .waiting(let until): if until <= now { job.state = .ready }
            case .ready: break
            }
            if job.expires <= now { return expired(job) }
            guard let warns = job.warns, warns <= now else { return [job] }
            job.warns = nil
            let late = job.waiting.map { job.recipients[$0] }.filter { $0.notify?.contains(.delay) ?? true }
            return late.isEmpty || job.sender.isEmpty ? [job] : [job, report(.delay, late, job)]
        }
    }

    // MARK: Working

    private mutating func take(_ queue: QueueName) async throws {
        runClock()
        let work = try await fixture.take(queue)
        let until = now.later(by: .seconds(300))
        var due: [LaneID: [Int]] = [:]
        for (index, job) in jobs.enumerated() where job.queue == queue && job.state == .ready {
            due[job.lane, default: []].append(index)
        }
        var rest = work.map { work in
            var job = ModelJob(work.job)
            job.state = .ready
            return (work, job.face)
        }
        for (lane, indices) in due {
            var state = lanes[lane] ?? ModelLane()
            defer { lanes[lane] = state }
            guard !state.isPaused, state.heldUntil <= now else { continue }
            if state.failures == 0, let memory = down[lane], memory.until > now {
                (state.failures, state.heldUntil) = (memory.failures, memory.until)
                continue
            }
            var chosen = indices
            if state.failures > 0 {
                let place = { (job: ModelJob) in (-Int(job.priority) - job.kind.weight, job.message) }
                let first = indices.map { place(jobs[$0]) }.min { $0 < $1 }
                let faces = Set(rest.map(\.1))
                chosen = indices.filter { index in
                    guard let first, faces.contains(jobs[index].face) else { return false }
                    return place(jobs[index]) == first
                }
                #expect(!chosen.isEmpty)
                chosen = Array(chosen.prefix(1))
                state.heldUntil = until
            }
            for index in chosen {
                let found = rest.firstIndex { $0.1 == jobs[index].face }
                jobs[index].state = .leased(until: until)
                guard let found else {
                    Issue.record("\(jobs[index].face) is due")
                    continue
                }
                leased.append((rest.remove(at: found).0, jobs[index].face))
            }
        }
        #expect(rest.isEmpty, "nothing else is due")
    }

    private mutating func complete() async throws {
        guard !leased.isEmpty else { return }
        let (work, face) = leased.remove(at: generator.number(below: leased.count))
        let isOurs = jobs.firstIndex { $0.face == face }
        if generator.number(below: 6) == 0 { return try await giveBack(work, isOurs) }
        if work.job.report != nil {
            let ended = await fixture.queue.complete([Completion(work.lease, .reported)])
            #expect(((try? ended[0].get()) != nil) == (isOurs != nil))
            guard let index = isOurs else { return }
            let job = jobs.remove(at: index)
            if job.report == .failure, let bounce = job.bounce { jobs += kept(job, bounce) }
            return
        }
        let choices: [Outcome] = [.delivered, .delivered, .unknown, .spam, .full, .greylisted, .unreachable]
        var outcomes = work.job.waitingIndices.map { _ in choices[generator.number(below: choices.count - 1)] }
        if generator.number(below: 3) == 0 { outcomes = outcomes.map { _ in .unreachable } }
        let ended = await fixture.queue.complete([Completion(work.lease, .tried(outcomes))])
        #expect(((try? ended[0].get()) != nil) == (isOurs != nil))
        if let index = isOurs { apply(outcomes, to: jobs.remove(at: index)) }
    }

    private mutating func giveBack(_ work: Work, _ index: Int?) async throws {
        let ended = await fixture.queue.complete([Completion(work.lease, .givenBack)])
        #expect(((try? ended[0].get()) != nil) == (index != nil))
        guard let index else { return }
        let lane = jobs[index].lane
        let moment = now
        if lanes[lane]?.heldUntil == work.lease.until { lanes[lane]?.heldUntil = moment }
        jobs[index].state = .ready
    }

    private mutating func apply(_ outcomes: [Outcome], to job: ModelJob) {
        var lane = lanes[job.lane] ?? ModelLane()
        if outcomes.contains(.unreachable) {
            var isTrying = false
            if case .leased(let until) = job.state { isTrying = until == lane.heldUntil }
            if lane.failures == 0 || lane.heldUntil <= now || isTrying {
                lane.failures += 1
                lane.heldUntil = now.later(by: schedule.wait(.connect, attempt: lane.failures, random: 0))
                down[job.lane] = (lane.heldUntil, lane.failures)
            }
        } else if lane.failures > 0 {
            (lane.failures, lane.heldUntil) = (0, Timestamp(milliseconds: 0))
            down[job.lane] = nil
        }
        lanes[job.lane] = lane
        var deferred: [FailureKind: [QueuedRecipient]] = [:]
        var failures: [Bounce: [QueuedRecipient]] = [:]
        var ended: [QueuedRecipient] = []
        for (index, outcome) in zip(job.waiting, outcomes) {
            var recipient = job.recipients[index]
            switch outcome {
            case .delivered:
                recipient.state = .delivered
                ended.append(recipient)
            case .deferred(let kind, _, _): deferred[kind, default: []].append(recipient)
            case .failed(let bounce, _, _):
                recipient.state = .failed
                failures[bounce, default: []].append(recipient)
            case .expanded: break
            }
        }
        ended += job.recipients.filter { $0.state == .delivered }
        for (index, kind) in deferred.keys.sorted(by: { $0.rawValue < $1.rawValue }).enumerated() {
            var next = job
            next.recipients = deferred[kind] ?? []
            if job.expires <= now {
                jobs += expired(next)
                continue
            }
            if index == 0 { next.recipients += ended }
            next.attempts += 1
            let wait = schedule.wait(kind, attempt: next.attempts, random: 0)
            next.state = kind == .connect ? .ready : .waiting(until: now.later(by: wait))
            jobs.append(next)
        }
        for (bounce, recipients) in failures { jobs += failed(recipients, job, bounce) }
    }

    // MARK: Administration

    private mutating func administer() async throws {
        let listed = try await fixture.jobs()
        guard !listed.isEmpty else { return }
        let job = listed[generator.number(below: listed.count)]
        let changes: [JobChange] = [.hold, .release, .retry, .delete]
        let change = changes[generator.number(below: changes.count)]
        let index = try #require(jobs.firstIndex { $0.face == ModelJob(job).face })
        let isDone: Bool
        do throws(QueueError) {
            try await fixture.queue.change(job.id, change)
            isDone = true
        } catch { isDone = false }
        if case .leased = job.state { return #expect(!isDone) }
        switch change {
        case .hold:
            #expect(isDone == job.queue.isWorked)
            if isDone { jobs[index].state = .held }
        case .release:
            #expect(isDone == (job.state == .held))
            if isDone { jobs[index].state = .ready }
        case .delete: jobs.remove(at: index)
        case .retry, .reroute:
            #expect(isDone)
            jobs[index].state = .ready
            if !job.queue.isWorked {
                jobs[index].queue = .outgoing
                jobs[index].attempts = 0
                jobs[index].expires = now.later(by: schedule.lifetime)
                jobs[index].warns = job.reversePath.isEmpty ? nil : now.later(by: .seconds(900))
                for place in jobs[index].recipients.indices { jobs[index].recipients[place].state = .waiting }
            }
            let lane = jobs[index].lane
            if lanes[lane]?.failures ?? 0 > 0 {
                lanes[lane]?.failures = 0
                lanes[lane]?.heldUntil = Timestamp(milliseconds: 0)
            }
            down[lane] = nil
        }
    }

    private mutating func pause() async throws {
        let lane = LaneID(queue: .outgoing, destination: "\(generator.number(below: 3)).test")
        let isPaused = generator.number(below: 3) == 0
        try await fixture.queue.setPaused(isPaused, lane.destination, in: .outgoing)
        var state = lanes[lane] ?? ModelLane()
        if state.isPaused, !isPaused, state.failures > 0 {
            (state.failures, state.heldUntil) = (0, Timestamp(milliseconds: 0))
        }
        // Whoever lets it go on knows better than the last failure.
        if state.isPaused, !isPaused { down[lane] = nil }
        state.isPaused = isPaused
        lanes[lane] = state
    }
}
