internal import Octets
internal import Store
public import World

/// Which jobs are meant: all conditions that are given hold.
public struct JobFilter: Hashable, Sendable {
    /// In this queue; else in all.
    public var queue: QueueName?
    /// To this destination, in lower case.
    public var destination: String?
    /// From this sender, in any case; empty for the null path.
    public var sender: String?
    /// With a recipient of this address, in any case.
    public var recipient: String?
    /// Of messages that came before.
    public var before: Timestamp?
    /// Held by an administrator, or not.
    public var isHeld: Bool?
    /// Of messages that this account submitted.
    public var submitter: UInt64?

    /// Every job.
    public init() {}

    func matches(_ job: Job) -> Bool {
        func same(_ left: String, _ right: String) -> Bool {
            left.utf8.count == right.utf8.count
                && left.utf8.lazy.map(\.asciiLowercased).elementsEqual(right.utf8.lazy.map(\.asciiLowercased))
        }
        if let queue, job.queue != queue { return false }
        if let destination, job.destination != destination { return false }
        if let sender, !same(sender, job.reversePath) { return false }
        if let recipient, !job.recipients.contains(where: { same($0.address, recipient) }) { return false }
        if let before, job.id.message.milliseconds >= before.milliseconds { return false }
        if let isHeld, isHeld != (job.state == .held) { return false }
        if let submitter, submitter != job.submitter { return false }
        return true
    }
}

/// What an administrator does to a job. One that a worker has at the moment is left alone.
public enum JobChange: Hashable, Sendable {
    /// Nobody takes it until it is released.
    case hold
    /// It may be taken again.
    case release
    /// It is tried as soon as somebody takes it, and its destination with it; a bounce is tried anew.
    case retry
    /// It ends, and nobody is told.
    case delete
    /// It goes to another host; nil for where its recipients' domain says.
    case reroute(String?)
}

/// A part of a list.
public struct JobList: Sendable {
    /// The jobs, of each queue and shard the oldest first.
    public var jobs: [Job] = []
    /// Where the list goes on; nil at its end.
    public var next: String?
}

/// What became of a part of the jobs that were to be changed.
public struct ChangedJobs: Hashable, Sendable {
    /// Jobs that were changed.
    public var changed = 0
    /// Jobs that were not: a worker has them, they have ended meanwhile, or that cannot be done to such jobs.
    public var left = 0
    /// Where it goes on; nil at the end.
    public var next: String?
}

/// All about a message.
public struct ShownMessage: Sendable {
    /// The message.
    public var message: QueuedMessage
    /// What is still to be done about it.
    public var jobs: [Job]
}

extension MailQueue {
    /// Rows that one call of `list` reads at most.
    private static let listedRows = 4096

    /// The jobs that `filter` means, at most `limit`, after those of a former part. It reads a bounded number of rows, so a
    /// part may be short, or empty, and not be the last.
    public func list(_ filter: JobFilter, after cursor: String? = nil, limit: Int) async throws(QueueError) -> JobList {
        let queues = filter.queue.map { [$0] } ?? QueueName.allCases
        var place = ListPlace(queue: 0, shard: 0, after: nil)
        if let cursor {
            guard let read = ListPlace(cursor) else { throw .refused("this is no place in a list") }
            place = read
        }
        var list = JobList()
        var rowsLeft = MailQueue.listedRows
        while place.queue < queues.count {
            let queue = queues[place.queue]
            var range = Keys.jobs(queue)
            if let after = place.after { range.lower = Keys.job(queue, after) + [0] }
            let page: Page
            do throws(StoreError) {
                page = try await rows.scan(Keys.partition(place.shard), range, limit: 256, order: .ascending)
            } catch {
                throw .store(error)
            }
            for index in 0..<page.count {
                guard list.jobs.count < limit, rowsLeft > 0 else {
                    list.next = place.description
                    return list
                }
                rowsLeft -= 1
                guard let job = try? Keys.job(endOf: page.key(index)) else { continue }
                place.after = job.id
                guard let job = try? Job(job, page.value(index)), filter.matches(job) else { continue }
                list.jobs.append(job)
            }
            guard page.count < 256, !page.isCut else { continue }
            place = place.next(shards: shardCount)
        }
        return list
    }

    /// All about a message; nil if it is not in the queue.
    public func show(_ id: QueueID) async throws(QueueError) -> ShownMessage? {
        let partition = Keys.partition(id.shard % shardCount)
        do throws(StoreError) {
            let found = try await rows.read(partition, [Keys.message(id)])
            guard let row = found.values[0], let message = try? MessageRow(row) else { return nil }
            var jobs: [Job] = []
            for queue in QueueName.allCases {
                var range = Keys.jobs(queue, of: id)
                while true {
                    let page = try await rows.scan(partition, range, limit: 1000, order: .ascending)
                    for index in 0..<page.count {
                        guard let place = try? Keys.job(endOf: page.key(index)) else { continue }
                        if let job = try? Job(place, page.value(index)) { jobs.append(job) }
                    }
                    guard page.isCut || page.count == 1000 else { break }
                    range.lower = page.key(page.count - 1) + [0]
                }
            }
            return ShownMessage(message: QueuedMessage(id, message), jobs: jobs)
        } catch {
            throw .store(error)
        }
    }

    /// Changes one job.
    ///
    /// - Throws: `.notFound`; `.busy` if a worker has it; `.refused` if that cannot be done to such a job.
    public func change(_ id: JobID, _ change: JobChange) async throws(QueueError) {
        try await perform(on: id.message) { draft throws(QueueError) in
            let places = QueueName.allCases.map { JobPlace(queue: $0, id: id) }
            guard let job = try await draft.jobs(places).lazy.compactMap(\.self).first else { throw .notFound }
            try await draft.change(job, change)
        }
    }

    /// Changes every job that `filter` means, as far as it can be changed so; returns how many were. Jobs that come
    /// meanwhile may be missed.
    public func change(_ filter: JobFilter, _ change: JobChange) async throws(QueueError) -> Int {
        var count = 0
        var cursor: String?
        repeat {
            let part = try await self.change(filter, change, after: cursor)
            count += part.changed
            cursor = part.next
        } while cursor != nil
        return count
    }

    /// The same for a bounded part of them, at most 256, after a former part.
    public func change(
        _ filter: JobFilter,
        _ change: JobChange,
        after cursor: String?
    ) async throws(QueueError) -> ChangedJobs {
        let list = try await list(filter, after: cursor, limit: 256)
        var part = ChangedJobs(next: list.next)
        for (shard, jobs) in Dictionary(grouping: list.jobs, by: { $0.id.message.shard }).sorted(by: {
            $0.key < $1.key
        }) {
            let places = jobs.map(\.place)
            let changed = try await perform(on: QueueID(milliseconds: 0, shard: shard)) { draft throws(QueueError) in
                var changed = 0
                for job in try await draft.jobs(places) {
                    guard let job, filter.matches(job) else { continue }
                    do throws(QueueError) {
                        try await draft.change(job, change)
                        changed += 1
                    } catch {
                        if case .store = error { throw error }
                    }
                }
                return changed
            }
            part.changed += changed
            part.left += jobs.count - changed
        }
        return part
    }

    /// Holds a destination of `queue`, however many jobs go there, or lets it go on: then it is tried at once.
    public func setPaused(_ isPaused: Bool, _ destination: String, in queue: QueueName) async throws(QueueError) {
        guard queue.isWorked else { throw .refused("nothing goes out of the queue \(queue)") }
        let lane = LaneID(queue: queue, destination: destination)
        _ = try await performOnAll { draft throws(QueueError) in try await draft.setPaused(isPaused, lane) }
    }

    /// Has a destination that failed tried again now.
    public func retry(_ destination: String, in queue: QueueName) async throws(QueueError) {
        let lane = LaneID(queue: queue, destination: destination)
        forgetFailure(of: lane)
        _ = try await performOnAll { draft throws(QueueError) in try await draft.release(lane) }
    }
}

/// A place in a list: the number of the queue among those listed, the shard, and the job after which it goes on.
private struct ListPlace: CustomStringConvertible {
    var queue: Int
    var shard: Int
    var after: JobID?

    init(queue: Int, shard: Int, after: JobID?) { (self.queue, self.shard, self.after) = (queue, shard, after) }

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let queue = UInt8(parts[0]), let shard = UInt8(parts[1]) else { return nil }
        let after = JobID(String(parts[2]))
        guard after != nil || parts[2].isEmpty else { return nil }
        self.init(queue: Int(queue), shard: Int(shard), after: after)
    }

    var description: String { "\(queue)-\(shard)-\(after?.description ?? "")" }

    func next(shards: Int) -> ListPlace {
        shard + 1 < shards
            ? ListPlace(queue: queue, shard: shard + 1, after: nil) : ListPlace(queue: queue + 1, shard: 0, after: nil)
    }
}

extension Draft {
    /// Does what an administrator wants to a job.
    mutating func change(_ old: Job, _ change: JobChange) async throws(QueueError) {
        if case .leased = old.state { throw .busy }
        try await prepare([old])
        var job = old
        switch change {
        case .hold:
            guard old.queue.isWorked else { throw .refused("nobody takes jobs from the queue \(old.queue)") }
            job.state = .held
        case .release:
            guard old.state == .held else { throw .refused("the job is not held") }
            job.state = .ready
        case .retry: job = try retried(old)
        case .delete:
            trace(.deleted, old, old.recipients, "")
            return distribute(old, into: [])
        case .reroute(let host):
            guard old.queue == .outgoing else { throw .refused("only what goes out has a route") }
            if let host, !(1...QueueLimits.destination).contains(host.utf8.count) { throw .refused("this is no host") }
            job.isRouted = host != nil
            let host = host.map { String(decoding: $0.utf8.map(\.asciiLowercased), as: UTF8.self) }
            job.destination = host ?? old.recipients.first?.destination ?? ""
            if case .waiting = old.state { job.state = .ready }
        }
        try await load([job.lane])
        switch change {
        case .retry, .reroute:
            // Whoever wants it tried now knows better than the last failure.
            try await release(job.lane)
            news.up.append(job.lane)
        case .hold, .release, .delete: break
        }
        distribute(old, into: [job])
    }

    /// The job as it is tried again now.
    private func retried(_ old: Job) throws(QueueError) -> Job {
        var job = old
        job.state = .ready
        guard !old.queue.isWorked else { return job }
        guard old.queue != .complaint else { throw .refused("a complaint is not sent again") }
        let schedule = settings.schedule(for: old.destination)
        job.queue = .outgoing
        job.bounce = nil
        (job.attempts, job.history) = (0, [])
        job.expires = now.later(by: schedule.lifetime)
        job.warns = job.reversePath.isEmpty ? nil : schedule.warning.map(now.later)
        for index in job.recipients.indices where job.recipients[index].state == .failed {
            job.recipients[index].state = .waiting
        }
        return job
    }

    /// Holds a lane, or lets it go on.
    mutating func setPaused(_ isPaused: Bool, _ id: LaneID) async throws(QueueError) {
        try await load(CollectionOfOne(id))
        guard self[lane: id].lane.isPaused != isPaused else { return }
        self[lane: id].lane.isPaused = isPaused
        guard !isPaused else { return }
        self[lane: id].open(at: now)
        news.up.append(id)
    }
}
