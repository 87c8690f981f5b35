internal import Store
internal import World

/// What a worker asks a shard for.
struct TakeRequest: Sendable {
    var queue: QueueName
    /// Only jobs as urgent as this.
    var urgency: Urgency
    var limit: Int
    var duration: Duration
    /// Only jobs that go there.
    var destination: String?
    /// How many jobs of a line there is room for.
    var room: @Sendable (Line) -> Int
}

/// What a shard gave.
struct Taken: Sendable {
    var work: [Work] = []
    /// The clock, or the order, has more that is due: worth asking again.
    var hasMore = false
}

extension Draft {
    /// Lines for which there is no room that one look passes over.
    private static let passedLimit = 512
    /// Lines that are read at a time.
    private static let linesAtOnce = 32

    /// A line of a lane.
    private struct LineID: Hashable {
        var lane: LaneID
        var urgency: Urgency

        var line: Line { Line(lane.destination, urgency) }
    }

    /// Leases jobs of one urgency that are due: of the most urgent first, and among those, of the destination that has waited longest.
    ///
    /// Reads: the clock if something of it is due, the order of lines, their lanes, one scan for each line with more than one
    /// ready job, and then all jobs and messages at once. What waits for destinations that are held is not looked at, nor
    /// is what stands behind what is taken.
    mutating func take(_ request: TakeRequest) async throws(QueueError) -> Taken {
        var taken = Taken()
        taken.hasMore = try await runClock()
        try await settle()
        var chosen: [(id: LineID, places: [ReadyPlace], next: ReadyPlace?)] = []
        var left = request.limit
        for id in try await candidates(request) where left > 0 {
            let room = min(left, request.room(id.line))
            guard room > 0 else { continue }
            guard let places = try await choose(id, room) else {
                // It was put off; behind it there may be others.
                taken.hasMore = true
                continue
            }
            left -= places.chosen.count
            chosen.append((id, places.chosen, places.next))
        }
        if left == 0 { taken.hasMore = true }
        let places = chosen.flatMap { choice in
            choice.places.map { JobPlace(queue: request.queue, id: $0.id) }
        }
        guard !places.isEmpty else { return taken }
        let rows = try await read(
            places.map { Keys.job($0.queue, $0.id) } + places.map { Keys.message($0.id.message) }
        )
        let jobs = zip(places, rows).map { place, row in row.flatMap { try? Job(place, $0) } }
        try await prepare(jobs.compactMap(\.self))
        var index = 0
        for (id, ready, next) in chosen {
            var isLeased = false
            for place in ready {
                defer { index += 1 }
                let message = rows[places.count + index].flatMap { try? MessageRow($0) }
                if let job = jobs[index], let message, job.state == .ready {
                    guard let work = lease(job, message, request.duration) else { continue }
                    taken.work.append(work)
                    isLeased = true
                } else {
                    drop(place, from: id.lane, jobs[index])
                }
            }
            didTake(from: id, next: next, triesUntil: isLeased ? now.later(by: request.duration) : nil)
        }
        // What was too old ended instead; behind it there may be others.
        if taken.work.isEmpty { taken.hasMore = true }
        return taken
    }

    /// The lines to look into, in their order: as many as have jobs enough.
    private mutating func candidates(_ request: TakeRequest) async throws(QueueError) -> [LineID] {
        if let destination = request.destination { return try await named(destination, request) }
        var lines: [LineID] = []
        var left = request.limit
        var passed = 0
        let levels = head.levels[Int(request.queue.rawValue)]
        for level in levels.keys.sorted() where left > 0 && passed < Draft.passedLimit {
            guard Urgency(level: level) == request.urgency else { continue }
            guard let floor = levels[level]?.floor, floor <= now else { continue }
            try await candidates(request, level, from: floor, &lines, &left, &passed)
        }
        return lines
    }

    private mutating func candidates(
        _ request: TakeRequest,
        _ level: UInt8,
        from floor: Timestamp,
        _ lines: inout [LineID],
        _ left: inout Int,
        _ passed: inout Int
    ) async throws(QueueError) {
        let urgency = Urgency(level: level)
        var range = Keys.order(request.queue, level: level, from: floor)
        var first: Timestamp?
        while left > 0, passed < Draft.passedLimit {
            let keys = try await scan(range, limit: Draft.linesAtOnce)
            let due = keys.prefix { key in
                guard let time = try? Keys.time(of: key, at: 3) else { return false }
                if first == nil { first = time }
                return time <= now
            }
            let found = due.map {
                LaneID(queue: request.queue, destination: String(decoding: $0[11...], as: UTF8.self))
            }
            let open = zip(found, due).filter { id, _ in request.room(Line(id.destination, urgency)) > 0 }
            passed += found.count - open.count
            try await load(open.map(\.0))
            for (id, key) in open where left > 0 {
                let place = self[lane: id].lane[urgency].order ?? OrderPlace(level: level, time: Head.never)
                if Keys.order(id, place) != key { try await repair(id, key) }
                lines.append(LineID(lane: id, urgency: urgency))
                let lane = self[lane: id].lane
                left -= min(lane.failures > 0 ? 1 : lane[urgency].ready, request.room(Line(id.destination, urgency)))
            }
            guard due.count == Draft.linesAtOnce, let last = keys.last else { break }
            range.lower = last + [0]
        }
        head.levels[Int(request.queue.rawValue)][level]?.floor = first ?? Head.never
    }

    /// The line of a destination, if it may be asked now.
    private mutating func named(_ destination: String, _ request: TakeRequest) async throws(QueueError) -> [LineID] {
        let id = LaneID(queue: request.queue, destination: destination)
        try await load(CollectionOfOne(id))
        guard let order = self[lane: id].lane[request.urgency].order, order.time <= now else { return [] }
        return [LineID(lane: id, urgency: request.urgency)]
    }

    /// The first ready jobs of a line, at most `room`, and the one after them; nil if nothing may be tried now.
    private mutating func choose(
        _ id: LineID,
        _ room: Int
    ) async throws(QueueError) -> (chosen: [ReadyPlace], next: ReadyPlace?)? {
        let draft = self[lane: id.lane]
        let line = draft.lane[id.urgency]
        guard let first = line.first, draft.lane.heldUntil <= now else { return nil }
        if draft.lane.failures == 0, let failure = memory.failure(of: id.lane, after: now) {
            // It failed just now, as another shard found out.
            self[lane: id.lane].lane.failures = failure.failures
            self[lane: id.lane].lane.heldUntil = failure.until
            self[lane: id.lane].lane.lastReply = failure.reply
            return nil
        }
        // One job finds out whether a destination that failed is back.
        let count = draft.lane.failures > 0 ? 1 : room
        if line.ready == 1 { return ([first], nil) }
        let places = try await readyPlaces(of: id.lane, from: first, limit: count + 1)
        return (Array(places.prefix(count)), places.count > count ? places[count] : nil)
    }

    /// Leases a job; or, if its time is over, ends it and returns nil.
    private mutating func lease(_ job: Job, _ message: MessageRow, _ duration: Duration) -> Work? {
        guard job.expires > now else {
            distribute(job, into: expired(job))
            return nil
        }
        head.lastToken += 1
        var leased = job
        leased.token = head.lastToken
        let until = now.later(by: duration)
        leased.state = .leased(until: until)
        replace(job, with: leased)
        return Work(
            lease: Lease(job: job.id, queue: job.queue, token: leased.token, until: until),
            job: leased,
            message: QueuedMessage(job.id.message, message)
        )
    }

    /// A ready job whose rows are damaged or not what the index says: it is taken out of the index, so that it is in
    /// nobody's way.
    private mutating func drop(_ place: ReadyPlace, from lane: LaneID, _ job: Job?) {
        guard let job, job.state == .ready else {
            remove(place, from: lane)
            self[lane: lane].lane.jobs -= 1
            return
        }
        var held = job
        held.state = .held
        replace(job, with: held)
    }

    /// The line goes behind the others; or, if a job is trying whether the destination is back, its lane waits for that.
    private mutating func didTake(from id: LineID, next: ReadyPlace?, triesUntil: Timestamp?) {
        let (lane, urgency) = (id.lane, id.urgency)
        if self[lane: lane].lane[urgency].first == nil, let next { self[lane: lane].lane[urgency].first = next }
        self[lane: lane][urgency].turn = now
        if self[lane: lane].lane.failures > 0, let triesUntil { self[lane: lane].lane.heldUntil = triesUntil }
    }

    // MARK: Renewing

    /// Moves the end of leases; a lease that is over is nil.
    mutating func renew(_ leases: [Lease], for duration: Duration) async throws(QueueError) -> [Lease?] {
        let jobs = try await jobs(leases.map { JobPlace(queue: $0.queue, id: $0.job) })
        try await loadLanes(of: jobs.compactMap(\.self))
        return zip(leases, jobs).map { lease, job in
            guard let job, job.token == lease.token, case .leased = job.state else { return nil }
            let until = now.later(by: duration)
            var renewed = job
            renewed.state = .leased(until: until)
            if self[lane: job.lane].lane.failures > 0, self[lane: job.lane].lane.heldUntil == job.alarm {
                self[lane: job.lane].lane.heldUntil = until
            }
            replace(job, with: renewed)
            return Lease(job: lease.job, queue: lease.queue, token: lease.token, until: until)
        }
    }
}

extension QueuedMessage {
    init(_ id: QueueID, _ row: MessageRow) {
        self.init(id: id, arrival: row.arrival, envelope: row.envelope, size: row.size, content: row.content)
    }
}
