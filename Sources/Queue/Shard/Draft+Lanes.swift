internal import Store
internal import World

/// A lane in a draft.
struct LaneDraft {
    var lane = Lane()
    /// As it is stored, or will be; nil if it is not.
    var stored: Lane?
    /// Of each line, by `Urgency`.
    private var notes = Urgency.allCases.map { _ in LineNotes() }
    /// All that follows from it is done.
    var isSettled = true

    /// What is known of a line beside its row.
    struct LineNotes {
        /// Its first ready job is not known, but none stands before this.
        var from: ReadyPlace?
        /// Its place in the order shall be from that moment, if it is not held longer.
        var turn: Timestamp?
        /// It has a ready job more, or may be asked earlier than before.
        var hasGained = false
    }

    init(lane: Lane = Lane(), stored: Lane? = nil) { (self.lane, self.stored) = (lane, stored) }

    subscript(urgency: Urgency) -> LineNotes {
        get { notes[Int(urgency.rawValue)] }
        set { notes[Int(urgency.rawValue)] = newValue }
    }

    /// All of it may be asked from `moment` on, if it is not held longer.
    mutating func turn(at moment: Timestamp) {
        for index in notes.indices { notes[index].turn = moment }
    }

    /// The destination may be asked at once.
    mutating func open(at now: Timestamp) {
        lane.failures = 0
        lane.heldUntil = Timestamp(milliseconds: 0)
        turn(at: now)
        for index in notes.indices { notes[index].hasGained = true }
    }

    mutating func insert(_ place: ReadyPlace) {
        let urgency = Urgency(level: place.level)
        if lane[urgency].ready == 0 {
            (lane[urgency].first, self[urgency].from) = (place, nil)
        } else if let first = lane[urgency].first {
            lane[urgency].first = min(first, place)
        } else {
            self[urgency].from = self[urgency].from.map { min($0, place) } ?? place
        }
        lane[urgency].ready += 1
        self[urgency].hasGained = true
    }

    mutating func remove(_ place: ReadyPlace) {
        let urgency = Urgency(level: place.level)
        lane[urgency].ready = max(0, lane[urgency].ready - 1)
        if lane[urgency].first == place { (lane[urgency].first, self[urgency].from) = (nil, place) }
    }
}

extension Draft {
    /// Reads the lanes that were not read yet, all at once.
    mutating func load(_ ids: some Sequence<LaneID>) async throws(QueueError) {
        let missing = Set(ids).filter { lanes[$0] == nil }.sorted()
        guard !missing.isEmpty else { return }
        let rows = try await read(missing.map { Keys.lane($0) })
        for (id, row) in zip(missing, rows) {
            // A lane that cannot be read is made anew from the jobs that touch it.
            let stored = row.flatMap { try? Lane($0) }
            lanes[id] = LaneDraft(lane: stored ?? Lane(), stored: stored)
        }
    }

    /// A lane that was loaded.
    subscript(lane id: LaneID) -> LaneDraft {
        get { lanes[id] ?? LaneDraft() }
        _modify {
            yield &lanes[id, default: LaneDraft()]
            lanes[id]?.isSettled = false
        }
    }

    /// Replaces a job's rows, or adds or removes them, with all that the indexes, lanes and counts have of it. The lanes
    /// of both are loaded.
    mutating func replace(_ old: Job?, with new: Job?) {
        if let old { head.queues[Int(old.queue.rawValue)].count(old, -1) }
        if let new { head.queues[Int(new.queue.rawValue)].count(new, 1) }
        if let old, old.place != new?.place { deleteCached(Keys.job(old.queue, old.id)) }
        if let new { putCached(Keys.job(new.queue, new.id), new.row) }
        setAlarm(old.flatMap(Self.alarm), new.flatMap(Self.alarm))
        let (oldLane, newLane) = (old.flatMap(Self.lane), new.flatMap(Self.lane))
        let (oldReady, newReady) = (old.flatMap(Self.readyPlace), new.flatMap(Self.readyPlace))
        if oldLane != newLane || oldReady != newReady {
            if let oldLane, let oldReady { remove(oldReady, from: oldLane) }
            if let newLane, let newReady { insert(newReady, into: newLane) }
        }
        guard oldLane != newLane else { return }
        if let oldLane { self[lane: oldLane].lane.jobs -= 1 }
        if let newLane { self[lane: newLane].lane.jobs += 1 }
    }

    private static func lane(of job: Job) -> LaneID? { job.queue.isWorked ? job.lane : nil }
    private static func alarm(of job: Job) -> (JobPlace, Timestamp)? { job.alarm.map { (job.place, $0) } }
    private static func readyPlace(of job: Job) -> ReadyPlace? { job.state == .ready ? job.readyPlace : nil }

    private mutating func setAlarm(_ old: (JobPlace, Timestamp)?, _ new: (JobPlace, Timestamp)?) {
        if let old, let new, old == new { return }
        if let (place, time) = old { setIndex(Keys.clock(time, place.queue, place.id), false) }
        if let (place, time) = new {
            setIndex(Keys.clock(time, place.queue, place.id), true)
            head.clock = min(head.clock, time)
        }
    }

    private mutating func insert(_ place: ReadyPlace, into id: LaneID) {
        setIndex(Keys.ready(id, place), true)
        self[lane: id].insert(place)
    }

    /// Takes a job out of the ready ones of a lane.
    mutating func remove(_ place: ReadyPlace, from id: LaneID) {
        setIndex(Keys.ready(id, place), false)
        self[lane: id].remove(place)
    }

    /// Has a destination that is held asked at once.
    mutating func release(_ id: LaneID) async throws(QueueError) {
        try await load(CollectionOfOne(id))
        guard self[lane: id].lane.failures > 0 else { return }
        self[lane: id].open(at: now)
    }

    // MARK: Settling

    /// Gives every line of a lane that was touched its first ready job and its place in the order, and writes the lane.
    mutating func settle() async throws(QueueError) {
        let changed = lanes.lazy.filter { !$0.value.isSettled }.map(\.key).sorted()
        for id in changed { try await settle(id, self[lane: id]) }
    }

    private mutating func settle(_ id: LaneID, _ draft: LaneDraft) async throws(QueueError) {
        var draft = draft
        for urgency in Urgency.allCases { try await settle(id, &draft, urgency) }
        let isChanged = draft.lane != draft.stored ?? Lane()
        (draft.stored, draft.isSettled) = (draft.lane, true)
        lanes[id] = draft
        guard isChanged else { return }
        if draft.lane.jobs > 0 || draft.lane.isPaused {
            putCached(Keys.lane(id), draft.lane.row)
        } else {
            deleteCached(Keys.lane(id))
        }
    }

    private mutating func settle(
        _ id: LaneID,
        _ draft: inout LaneDraft,
        _ urgency: Urgency
    ) async throws(QueueError) {
        var line = draft.lane[urgency]
        let notes = draft[urgency]
        if line.ready == 0 {
            line.first = nil
        } else if line.first == nil {
            line.first = try await readyPlaces(of: id, from: notes.from ?? .least(of: urgency), limit: 1).first
            // The count promised one; the rows are right.
            if line.first == nil { line.ready = 0 }
        }
        var place: OrderPlace?
        if let first = line.first, !draft.lane.isPaused {
            let time = max(draft.lane.heldUntil, notes.turn ?? line.order?.time ?? now)
            place = OrderPlace(level: first.level, time: time)
            if notes.hasGained, time <= now { news.hasWork = true }
        }
        move(id, from: line.order, to: place)
        line.order = place
        draft.lane[urgency] = line
        draft[urgency] = LaneDraft.LineNotes()
    }

    /// The ready jobs of a line from `place` on, in their order.
    mutating func readyPlaces(
        of id: LaneID,
        from place: ReadyPlace,
        limit: Int
    ) async throws(QueueError) -> [ReadyPlace] {
        let keys = try await scan(Keys.ready(id, from: place), limit: limit)
        return keys.compactMap { key in
            guard key.count >= 13, let job = try? Keys.id(endOf: key) else { return nil }
            return ReadyPlace(level: key[key.count - 13], id: job)
        }
    }

    /// The lane's row is gone, or damaged: a line is made anew from the index, whose key in the order is `key`. Jobs of it
    /// that are not ready are not found so; they come back when their time has come.
    mutating func repair(_ id: LaneID, _ key: RowKey) async throws(QueueError) {
        guard key.count >= 11 else { return setIndex(key, false) }
        let urgency = Urgency(level: key[2])
        let places = try await readyPlaces(of: id, from: .least(of: urgency), limit: 10_000)
        var draft = self[lane: id]
        draft.lane[urgency].ready = places.count
        draft.lane[urgency].first = places.first
        draft.lane[urgency].order = OrderPlace(level: key[2], time: (try? Keys.time(of: key, at: 3)) ?? now)
        draft.lane.jobs = max(draft.lane.jobs, draft.lane.ready)
        self[lane: id] = draft
    }

    private mutating func move(_ id: LaneID, from old: OrderPlace?, to new: OrderPlace?) {
        guard old != new else { return }
        let queue = Int(id.queue.rawValue)
        if let old {
            setIndex(Keys.order(id, old), false)
            head.levels[queue][old.level]?.lanes -= 1
            if head.levels[queue][old.level]?.lanes ?? 0 <= 0 { head.levels[queue][old.level] = nil }
        }
        if let new {
            setIndex(Keys.order(id, new), true)
            var level = head.levels[queue][new.level] ?? LevelState()
            level.lanes += 1
            level.floor = min(level.floor, new.time)
            head.levels[queue][new.level] = level
        }
    }
}

extension ReadyPlace {
    /// None of its line stands before it.
    static func least(of urgency: Urgency) -> ReadyPlace {
        ReadyPlace(level: urgency.levels.first, id: JobID(QueueID(0), part: 0))
    }
}
