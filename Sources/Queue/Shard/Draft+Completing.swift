internal import SMTP
internal import World

/// A completion whose added messages are ready to be written.
struct ReceivedCompletion: Sendable {
    var lease: Lease
    var result: Completion.Result
    var host: String
    var added: [ReceivedMessage]
}

/// What came of a completion.
struct Completed: Sendable {
    /// The messages that were added.
    var added: [QueueID]
    /// The destination that answered after it had failed: other shards may hold it still.
    var recovered: LaneID?
}

extension Draft {
    /// Ends leases. One that is over is refused, and nothing of it happens.
    mutating func complete(_ completions: [ReceivedCompletion]) async throws(QueueError) -> [Result<
        Completed, QueueError
    >] {
        let jobs = try await jobs(completions.map { JobPlace(queue: $0.lease.queue, id: $0.lease.job) })
        try await prepare(jobs.compactMap(\.self))
        var results: [Result<Completed, QueueError>] = []
        // One lease may stand here twice: the second time it is over.
        var ended: Set<JobID> = []
        for (completion, job) in zip(completions, jobs) {
            guard let job, job.token == completion.lease.token, case .leased = job.state,
                ended.insert(job.id).inserted
            else {
                results.append(.failure(.leaseLost))
                continue
            }
            do throws(QueueError) {
                results.append(.success(try await complete(completion, job)))
            } catch {
                if case .store = error { throw error }
                results.append(.failure(error))
            }
        }
        return results
    }

    private mutating func complete(_ completion: ReceivedCompletion, _ job: Job) async throws(QueueError) -> Completed {
        switch (completion.result, job.report) {
        case (.tried(let outcomes), nil):
            guard outcomes.count == job.waitingIndices.count else {
                throw .refused("a job is completed with one outcome for each recipient that waits")
            }
        case (.tried, _?): throw .refused("a report is not delivered, it is made")
        case (.reported, nil): throw .refused("the job is no report")
        case (.reported, _?), (.givenBack, _), (.postponed, _): break
        }
        try await check(completion.added)
        var added: [QueueID] = []
        for message in completion.added { added.append(try await add(message, operation: nil)) }
        var recovered = false
        switch completion.result {
        case .tried(let outcomes):
            recovered = note(outcomes, of: job)
            distribute(job, into: tried(job, outcomes, completion.host))
        case .reported:
            head.totals.reported += 1
            trace(.reported, job, job.recipients, "")
            distribute(job, into: reported(job))
        case .givenBack: giveBack(job, as: .ready)
        case .postponed(let until): giveBack(job, as: until > now ? .waiting(until: until) : .ready)
        }
        return Completed(added: added, recovered: recovered ? job.lane : nil)
    }

    /// Ends a lease under which nothing was tried.
    private mutating func giveBack(_ job: Job, as state: Job.State) {
        var given = job
        given.state = state
        given.token = 0
        // If it was to find out whether the destination is back, another may.
        if self[lane: job.lane].lane.failures > 0, self[lane: job.lane].lane.heldUntil == job.alarm {
            self[lane: job.lane].lane.heldUntil = now
            self[lane: job.lane].turn(at: now)
        }
        distribute(job, into: [given])
    }

    // MARK: The destination

    /// Draws from the outcomes what they say of the destination; returns whether it is back after it had failed.
    private mutating func note(_ outcomes: [Outcome], of job: Job) -> Bool {
        let failure = outcomes.lazy.compactMap { outcome -> (kind: FailureKind, reply: String)? in
            guard case .deferred(let kind, let reply, _) = outcome, kind.isOfDestination else { return nil }
            return (kind, reply)
        }.first
        var draft = self[lane: job.lane]
        defer { self[lane: job.lane] = draft }
        guard let failure else {
            if outcomes.allSatisfy({ if case .deferred(.local, _, _) = $0 { true } else { false } }) { return false }
            guard draft.lane.failures > 0 else { return false }
            draft.open(at: now)
            draft.lane.lastReply = ""
            news.up.append(job.lane)
            return true
        }
        // Many that were under way fail together: that is one failure. While it is held, only the one that tries counts.
        let isTrying = draft.lane.heldUntil == job.alarm
        guard draft.lane.failures == 0 || draft.lane.heldUntil <= now || isTrying else { return false }
        draft.lane.failures += 1
        let schedule = settings.schedule(for: job.destination)
        let wait = schedule.wait(failure.kind, attempt: draft.lane.failures, random: world.random())
        draft.lane.heldUntil = now.later(by: wait)
        draft.lane.lastReply = failure.reply.cut
        draft.turn(at: draft.lane.heldUntil)
        news.down.append((job.lane, draft.lane.heldUntil, draft.lane.failures, draft.lane.lastReply))
        return false
    }

    // MARK: The recipients

    /// What comes of a job that was tried: itself, if recipients wait still, and what the others became.
    private mutating func tried(_ old: Job, _ outcomes: [Outcome], _ host: String) -> [Job] {
        var job = old
        job.token = 0
        var deferred: [FailureKind: [Int]] = [:]
        var failed: [Bounce: [QueuedRecipient]] = [:]
        var delivered: [QueuedRecipient] = []
        var reported: [QueuedRecipient] = []
        var expanded: [QueuedRecipient] = []
        for (index, outcome) in zip(old.waitingIndices, outcomes) {
            job.recipients[index].take(outcome)
            let recipient = job.recipients[index]
            switch outcome {
            case .delivered(_, let isReported):
                delivered.append(recipient)
                if isReported, recipient.notify?.contains(.success) == true { reported.append(recipient) }
            case .expanded: expanded.append(recipient)
            case .deferred(let kind, _, _): deferred[kind, default: []].append(index)
            case .failed(let bounce, _, _): failed[bounce, default: []].append(recipient)
            }
        }
        head.totals.delivered += UInt64(delivered.count + expanded.count)
        if let reply = delivered.first?.lastReply {
            trace(.delivered, old, delivered, host.isEmpty ? reply : "\(host): \(reply)")
        }
        trace(.expanded, old, expanded, "")
        var jobs = deferred.isEmpty ? [] : postponed(job, deferred, host)
        if !reported.isEmpty, !old.reversePath.isEmpty {
            jobs.append(report(.success, on: reported, of: ended(job, host, .other, reported[0].lastReply)))
        }
        for (bounce, recipients) in failed.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            head.totals.failed += UInt64(recipients.count)
            trace(.failed, old, recipients, recipients[0].lastReply)
            let kind = bounce == .policy ? FailureKind.policy : .other
            jobs += self.failed(recipients, of: ended(job, host, kind, recipients[0].lastReply), bounce)
        }
        return jobs
    }

    /// The job with the try that ended it, if a server was asked: the report names that server.
    private func ended(_ job: Job, _ host: String, _ kind: FailureKind, _ reply: String) -> Job {
        guard !host.isEmpty else { return job }
        var job = job
        job.history.append(Job.Attempt(moment: now, host: host.cut, kind: kind, reply: reply))
        job.history.removeFirst(max(0, job.history.count - QueueLimits.history))
        return job
    }

    /// The jobs of recipients that failed for now: one for each kind, so that each waits as long as it should. The first
    /// keeps those that have ended, to be looked at.
    private mutating func postponed(_ tried: Job, _ kinds: [FailureKind: [Int]], _ host: String) -> [Job] {
        var jobs: [Job] = []
        for (kind, indices) in kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let recipients = indices.map { tried.recipients[$0] }
            head.totals.deferred += UInt64(recipients.count)
            trace(.deferred, tried, recipients, recipients[0].lastReply)
            var job = tried
            let ended = jobs.isEmpty ? tried.recipients.filter { $0.state == .delivered || $0.state == .expanded } : []
            job.recipients = recipients + ended
            job.attempts += 1
            job.history.append(
                Job.Attempt(moment: now, host: host.cut, kind: kind, reply: recipients[0].lastReply)
            )
            job.history.removeFirst(max(0, job.history.count - QueueLimits.history))
            if job.expires <= now {
                jobs += expired(job)
                continue
            }
            job.state = .ready
            if !kind.isOfDestination {
                let schedule = settings.schedule(for: job.destination)
                let wait = schedule.wait(kind, attempt: job.attempts, random: world.random())
                job.state = .waiting(until: now.later(by: wait))
            }
            jobs.append(job)
        }
        return jobs
    }
}

extension QueuedRecipient {
    fileprivate mutating func take(_ outcome: Outcome) {
        switch outcome {
        case .delivered(let reply, _): (state, lastReply, status) = (.delivered, reply.cut, "")
        case .expanded: state = .expanded
        case .deferred(_, let reply, let code): (lastReply, status) = (reply.cut, code.cut)
        case .failed(_, let reply, let code): (state, lastReply, status) = (.failed, reply.cut, code.cut)
        }
    }
}
