internal import Store
internal import World

extension MailQueue {
    /// How much is in each queue, since when, and what happened so far. One read for each shard that another node may have
    /// changed, and one row for each queue of each shard that is not empty: the same however full they are.
    public func statistics() async throws(QueueError) -> Statistics {
        var statistics = Statistics()
        for shard in 0..<shardCount {
            let head = try await head(of: shard)
            statistics.totals += head.totals
            for queue in QueueName.allCases {
                let counts = head.queues[Int(queue.rawValue)]
                statistics.queues[queue, default: QueueCounts()] += counts
                guard counts.jobs > 0 else { continue }
                do throws(StoreError) {
                    let range = Keys.jobs(queue, from: counts.oldest)
                    let page = try await rows.scan(Keys.partition(shard), range, limit: 1, order: .ascending)
                    guard page.count > 0, let place = try? Keys.job(endOf: page.key(0)) else { continue }
                    let moment = Timestamp(milliseconds: place.id.message.milliseconds)
                    statistics.oldest[queue] = min(statistics.oldest[queue] ?? moment, moment)
                } catch {
                    throw .store(error)
                }
            }
        }
        return statistics
    }

    /// The destinations of `queue` with the most jobs, at most `limit`. Reads a row for each destination there is.
    public func destinations(of queue: QueueName, limit: Int) async throws(QueueError) -> [DestinationState] {
        var states: [String: DestinationState] = [:]
        for shard in 0..<shardCount {
            var range = Keys.lanes(queue)
            while true {
                let page: Page
                do throws(StoreError) {
                    page = try await rows.scan(Keys.partition(shard), range, limit: 1000, order: .ascending)
                } catch {
                    throw .store(error)
                }
                for index in 0..<page.count {
                    let name = String(decoding: page.key(index).dropFirst(2), as: UTF8.self)
                    guard let lane = try? Lane(page.value(index)) else { continue }
                    states[name, default: DestinationState(name: name)].add(lane, now: clock)
                }
                guard page.isCut || page.count == 1000 else { break }
                range.lower = page.key(page.count - 1) + [0]
            }
        }
        let sorted = states.values.sorted { ($1.jobs, $0.name) < ($0.jobs, $1.name) }
        return Array(sorted.prefix(limit))
    }

    /// Where each of `jobs` goes, as far as its own part of the queue knows: one read for each part that they are in.
    func destinations(of jobs: [Job]) async throws(QueueError) -> [JobID: DestinationState] {
        var states: [JobID: DestinationState] = [:]
        for (shard, jobs) in Dictionary(grouping: jobs, by: { $0.id.message.shard % shardCount }) {
            let lanes = Array(Set(jobs.map(\.lane)))
            var found: [LaneID: DestinationState] = [:]
            do throws(StoreError) {
                let values = try await rows.read(Keys.partition(shard), lanes.map { Keys.lane($0) }).values
                for (id, row) in zip(lanes, values) {
                    guard let row, let lane = try? Lane(row) else { continue }
                    var state = DestinationState(name: id.destination)
                    state.add(lane, now: clock)
                    found[id] = state
                }
            } catch {
                throw .store(error)
            }
            for job in jobs { states[job.id] = found[job.lane] }
        }
        return states
    }

    /// Messages of one Message-ID for which it is looked up what came back of them.
    private static let tracedMessages = 64

    /// What happened to the message with that Message-ID, or the messages: in the order in which it did. A message without
    /// one is found by its id in the queue. What was noted in this process is among it.
    public func trace(_ messageID: String) async throws(QueueError) -> [TraceEvent] {
        try await writeNotes()
        let key = TraceKey.hash(of: messageID)
        var events = try await events(under: key)
        // What comes back of a message is known by its id in the queue.
        for id in Set(events.filter(\.kind.isOfJob).map(\.job.message)).prefix(Self.tracedMessages) {
            let other = TraceKey.hash(of: id.description)
            if other != key { events += try await self.events(under: other) }
        }
        return events.sorted { ($0.moment, $0.kind.rawValue) < ($1.moment, $1.kind.rawValue) }
    }

    private func events(under key: UInt64) async throws(QueueError) -> [TraceEvent] {
        let today = UInt32(clamping: clock.milliseconds / Draft.dayLength)
        let days = UInt32(clamping: settings.traceLife.milliseconds / Draft.dayLength + 1)
        var events: [TraceEvent] = []
        for shard in 0..<shardCount {
            for day in today - min(days, today)...today {
                let range = KeyRange(prefix: Keys.trace(day, key))
                let page: Page
                do throws(StoreError) {
                    page = try await rows.scan(Keys.partition(shard), range, limit: 1000, order: .ascending)
                } catch {
                    throw .store(error)
                }
                for index in 0..<page.count {
                    if let event = try? TraceEvent(page.key(index), page.value(index)) { events.append(event) }
                }
            }
        }
        return events
    }

    /// Deletes blobs that no message names, and events and operations that are too old to be known. To be called now and
    /// then, on one node or several; it does a bounded part of the work and returns whether there is more.
    public func tidy() async throws(QueueError) -> Bool {
        var hasMore = false
        let now = clock
        let traceDays = UInt32(clamping: settings.traceLife.milliseconds / Draft.dayLength + 1)
        let operationDays = UInt32(clamping: settings.operationLife.milliseconds / Draft.dayLength + 1)
        let today = UInt32(clamping: now.milliseconds / Draft.dayLength)
        for shard in 0..<shardCount {
            var old: [RowKey] = []
            for (table, days) in [(Table.trace, traceDays), (.operation, operationDays)] {
                old += try await keys(of: Keys.before(today - min(today, days), in: table), in: shard)
            }
            let blobs = try await keys(of: Keys.blobs, in: shard)
            guard !old.isEmpty || !blobs.isEmpty else { continue }
            hasMore = hasMore || old.count >= MailQueue.tidiedRows || blobs.count >= MailQueue.tidiedRows
            let oldest = now.milliseconds - settings.unusedBlobAge.milliseconds
            try await perform(on: QueueID(milliseconds: 0, shard: shard)) { [old] draft throws(QueueError) in
                let rows = try await draft.read(blobs)
                for key in old { draft.delete(key) }
                for (key, row) in zip(blobs, rows) {
                    guard let row else { continue }
                    // Begun lately: its message may still come.
                    if let begun = try? BlobRow.begun(row), begun.milliseconds > oldest { continue }
                    draft.release(blob: Array(key.dropFirst()))
                }
            }
        }
        return hasMore
    }

    /// Rows of a table that `tidy` looks at in each shard.
    private static let tidiedRows = 1000

    private func keys(of range: KeyRange, in shard: Int) async throws(QueueError) -> [RowKey] {
        do throws(StoreError) {
            let page = try await rows.scan(
                Keys.partition(shard),
                range,
                limit: MailQueue.tidiedRows,
                order: .ascending
            )
            return (0..<page.count).map { page.key($0) }
        } catch {
            throw .store(error)
        }
    }
}

extension DestinationState {
    fileprivate mutating func add(_ lane: Lane, now: Timestamp) {
        jobs += lane.jobs
        ready += lane.ready
        isPaused = isPaused || lane.isPaused
        guard lane.failures > 0 else { return }
        failures = max(failures, lane.failures)
        if lane.heldUntil > now { heldUntil = max(heldUntil ?? lane.heldUntil, lane.heldUntil) }
        lastReply = lane.lastReply
    }
}
