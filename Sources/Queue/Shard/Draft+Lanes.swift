internal import Store
internal import World

/// A lane in a draft.
struct LaneDraft {
    var lane = Lane()
    /// As it is stored, or will be; nil if it is not.
    var stored: Lane?
    /// Its first ready job is not known, but none stands before this.
    var from: ReadyPlace?
    /// Its place in the order shall be from that moment, if it is not held longer.
    var turn: Timestamp?
    /// It has a ready job more, or may be asked earlier than before.
    var hasGained = false
    /// All that follows from it is done.
    var isSettled = true

    mutating func insert(_ place: ReadyPlace) {
        if lane.ready == 0 {
            (lane.first, from) = (place, nil)
        } else if let first = lane.first {
            lane.first = min(first, place)
        } else {
            from = from.map { min($0, place) } ?? place
        }
        lane.ready += 1
        hasGained = true
    }

    mutating func remove(_ place: ReadyPlace) {
        lane.ready = max(0, lane.ready - 1)
        if lane.first == place { (lane.first, from) = (nil, place) }
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
        self[lane: id].lane.failures = 0
        self[lane: id].lane.heldUntil = Timestamp(milliseconds: 0)
        self[lane: id].turn = now
        self[lane: id].hasGained = true
    }

    // MARK: Settling

    /// Gives every lane that was touched its first ready job and its place in the order, and writes it.
    mutating func settle() async throws(QueueError) {
        let changed = lanes.lazy.filter { !$0.value.isSettled }.map(\.key).sorted()
        for id in changed { try await settle(id, self[lane: id]) }
    }

    private mutating func settle(_ id: LaneID, _ draft: LaneDraft) async throws(QueueError) {
        var draft = draft
        if draft.lane.ready == 0 {
            draft.lane.first = nil
        } else if draft.lane.first == nil {
            draft.lane.first = try await firstReady(of: id, from: draft.from ?? ReadyPlace.least)
            // The count promised one; the rows are right.
            if draft.lane.first == nil { draft.lane.ready = 0 }
        }
        draft.from = nil
        var place: OrderPlace?
        if let first = draft.lane.first, !draft.lane.isPaused {
            let time = max(draft.lane.heldUntil, draft.turn ?? draft.lane.order?.time ?? now)
            place = OrderPlace(level: first.level, time: time)
            if draft.hasGained, time <= now { news.hasWork = true }
        }
        (draft.turn, draft.hasGained) = (nil, false)
        move(id, from: draft.lane.order, to: place)
        draft.lane.order = place
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

    private mutating func firstReady(of id: LaneID, from place: ReadyPlace) async throws(QueueError) -> ReadyPlace? {
        try await readyPlaces(of: id, from: place, limit: 1).first
    }

    /// The ready jobs of a lane, in their order.
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

    /// The lane's row is gone, or damaged: it is made anew from the index, whose key in the order is `key`. Jobs of it that
    /// are not ready are not found so; they come back when their time has come.
    mutating func repair(_ id: LaneID, _ key: RowKey) async throws(QueueError) {
        guard key.count >= 11 else { return setIndex(key, false) }
        let places = try await readyPlaces(of: id, from: .least, limit: 10_000)
        var draft = self[lane: id]
        draft.lane.ready = places.count
        draft.lane.jobs = max(draft.lane.jobs, places.count)
        draft.lane.first = places.first
        draft.lane.order = OrderPlace(level: key[2], time: (try? Keys.time(of: key, at: 3)) ?? now)
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
    /// None stands before it.
    static let least = ReadyPlace(level: 0, id: JobID(QueueID(0), part: 0))
}
