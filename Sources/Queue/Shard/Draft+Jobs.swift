internal import Store
internal import SMTP
internal import World

extension Draft {
    /// Reads jobs. One whose row is gone or damaged is nil.
    mutating func jobs(_ places: [JobPlace]) async throws(QueueError) -> [Job?] {
        let rows = try await read(places.map { Keys.job($0.queue, $0.id) })
        return zip(places, rows).map { place, row in row.flatMap { try? Job(place, $0) } }
    }

    /// Reads the lanes that jobs are in and may get into.
    mutating func loadLanes(of jobs: some Sequence<Job>) async throws(QueueError) {
        try await load(jobs.flatMap { [$0.lane, LaneID(queue: .reports, destination: "")] })
    }

    /// Reads the counts of jobs of those messages that have or had several, so that `distribute` need not.
    mutating func loadReferences(of jobs: some Sequence<Job>) async throws(QueueError) {
        let missing = Set(jobs.filter(\.isShared).map(\.id.message)).filter { references[$0] == nil }.sorted()
        guard !missing.isEmpty else { return }
        let rows = try await read(missing.map { Keys.references($0) })
        for (id, row) in zip(missing, rows) {
            var unpacker = Unpacker(row ?? [])
            // Without a count the message stays: rather too long than gone too early.
            references[id] = (try? unpacker.number(as: Int.self)) ?? .max / 2
        }
    }

    /// Reads the ids of the blobs of messages that may end.
    mutating func loadBlobs(of jobs: some Sequence<Job>) async throws(QueueError) {
        let missing = Set(jobs.filter { $0.storage == .blob }.map(\.id.message)).filter { blobs[$0] == nil }.sorted()
        guard !missing.isEmpty else { return }
        for (id, row) in zip(missing, try await read(missing.map { Keys.message($0) })) {
            guard let message = row.flatMap({ try? MessageRow($0) }), case .blob(let blob) = message.content else {
                continue
            }
            blobs[id] = blob
        }
    }

    /// Reads all that changing these jobs may need.
    mutating func prepare(_ jobs: some Sequence<Job>) async throws(QueueError) {
        try await loadLanes(of: jobs)
        try await loadReferences(of: jobs)
        try await loadBlobs(of: jobs)
    }

    /// Replaces a job by what comes of it: by nothing, if it has ended; by one; or by several, of which the first keeps
    /// the id. The message goes with its last job. `prepare` was called.
    mutating func distribute(_ old: Job, into new: [Job]) {
        let count = (old.isShared ? references[old.id.message] ?? .max / 2 : 1) - 1 + new.count
        let isShared = old.isShared || new.count > 1
        if new.isEmpty { replace(old, with: nil) }
        for (index, var job) in new.enumerated() {
            job.isShared = isShared
            if index > 0 { job.id = newPart(of: old.id.message) }
            replace(index == 0 ? old : nil, with: job)
        }
        if count <= 0 {
            removeMessage(of: old)
        } else if isShared, new.count != 1 || !old.isShared {
            references[old.id.message] = count
            var packer = Packer()
            packer.number(count)
            put(Keys.references(old.id.message), packer.octets)
        }
    }

    private mutating func newPart(of message: QueueID) -> JobID {
        head.lastPart = (head.lastPart + 1) & 0x7FFF_FFFF
        return JobID(message, part: 0x8000_0000 | head.lastPart)
    }

    private mutating func removeMessage(of job: Job) {
        let id = job.id.message
        delete(Keys.message(id))
        if job.isShared { delete(Keys.references(id)) }
        switch job.storage {
        case .message: break
        case .row: delete(Keys.content(id))
        case .blob: if let blob = blobs[id] { release(blob: blob) }
        }
    }

    // MARK: What comes of a job

    /// The job as it is kept in a queue to be looked at; nil if that queue keeps nothing.
    func kept(_ job: Job, in queue: QueueName) -> Job? {
        guard let retention = settings.retention[queue], retention > .zero else { return nil }
        var job = job
        job.queue = queue
        job.report = nil
        job.state = .kept(until: now.later(by: retention))
        job.warns = nil
        return job
    }

    /// A job that reports on `recipients` of `job`.
    func report(_ report: Job.Report, on recipients: [QueuedRecipient], of job: Job, _ bounce: Bounce? = nil) -> Job {
        var job = job
        job.queue = .reports
        job.report = report
        job.bounce = bounce
        job.recipients = recipients
        job.state = .ready
        job.attempts = 0
        job.warns = nil
        job.expires = Head.never
        return job
    }

    /// The jobs that come of recipients that failed: those whose sender wants to know are to be reported, the others are
    /// kept.
    func failed(_ recipients: [QueuedRecipient], of job: Job, _ bounce: Bounce) -> [Job] {
        let isReported = { (recipient: QueuedRecipient) in !job.reversePath.isEmpty && recipient.wants(.failure) }
        var jobs: [Job] = []
        let reported = recipients.filter(isReported)
        if !reported.isEmpty { jobs.append(report(.failure, on: reported, of: job, bounce)) }
        let silent = recipients.filter { !isReported($0) }
        if !silent.isEmpty {
            var job = job
            job.recipients = silent
            job.bounce = bounce
            if let kept = kept(job, in: bounce.queue) { jobs.append(kept) }
        }
        return jobs
    }

    /// What comes of a job whose time is over.
    mutating func expired(_ job: Job) -> [Job] {
        var recipients: [QueuedRecipient] = []
        let laneReply = self[lane: job.lane].lane.lastReply
        for index in job.waitingIndices {
            var recipient = job.recipients[index]
            recipient.state = .failed
            if recipient.lastReply.isEmpty { recipient.lastReply = laneReply }
            recipient.status = "4.4.7"
            recipients.append(recipient)
        }
        head.totals.failed += UInt64(recipients.count)
        head.totals.expired += UInt64(recipients.count)
        trace(.expired, job, recipients, recipients.first?.lastReply ?? "")
        return failed(recipients, of: job, .soft)
    }

    // MARK: The clock

    /// Does what is due by itself by now, of a bounded number of jobs. Returns whether more may be due.
    mutating func runClock() async throws(QueueError) -> Bool {
        guard head.clock <= now else { return false }
        let limit = min(128, clockLeft)
        guard limit > 0 else { return true }
        let keys = try await scan(Keys.clock(from: head.clock), limit: limit + 1)
        var due: [(key: [UInt8], place: JobPlace)] = []
        var next = Head.never
        for key in keys {
            guard let time = try? Keys.time(of: key, at: 1), let place = try? Keys.job(endOf: key) else {
                setIndex(key, false)
                continue
            }
            guard time <= now, due.count < limit else {
                next = time
                break
            }
            due.append((key, place))
        }
        clockLeft -= due.count
        let jobs = try await jobs(due.map(\.place))
        try await prepare(jobs.compactMap(\.self))
        head.clock = next
        for ((key, _), job) in zip(due, jobs) {
            // What the clock has of a job that is gone, or whose row is damaged, says nothing.
            setIndex(key, false)
            if let job, let alarm = job.alarm, alarm <= now { ring(job) }
        }
        return next <= now
    }

    /// The moment of a job's alarm has come.
    private mutating func ring(_ old: Job) {
        var job = old
        if case .kept = job.state { return distribute(old, into: []) }
        switch job.state {
        // The worker is gone.
        case .leased: (job.state, job.token) = (.ready, 0)
        case .waiting(let until) where until <= now: job.state = .ready
        case .waiting, .ready, .held, .kept: break
        }
        if job.expires <= now { return distribute(old, into: expired(job)) }
        guard let warns = job.warns, warns <= now else { return distribute(old, into: [job]) }
        job.warns = nil
        let late = job.waitingIndices.map { job.recipients[$0] }.filter { $0.wants(.delay) }
        guard !late.isEmpty, !job.reversePath.isEmpty else { return distribute(old, into: [job]) }
        distribute(old, into: [job, report(.delay, on: late, of: job)])
    }

    /// What comes of a job whose report is made.
    func reported(_ job: Job) -> [Job] {
        guard job.report == .failure, let bounce = job.bounce else { return [] }
        return kept(job, in: bounce.queue).map { [$0] } ?? []
    }
}
