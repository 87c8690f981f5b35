internal import Store
public import World

extension MailQueue {
    // MARK: Taking

    /// Leases jobs that are due, the most urgent first, of whatever shard: but where there are less urgent ones too, a quarter
    /// of the limit is left to them.
    ///
    /// - Parameters:
    ///   - queue: one that is worked on.
    ///   - limit: at most so many.
    ///   - duration: how long the lease holds; from some minutes on, so that a slow server does not outlast it.
    ///   - worker: workers of different numbers look into different shards first.
    ///   - destination: only jobs that go there, for a connection that is open.
    ///   - room: how many jobs of a line may be taken now; 0 for one that has enough to do. It may be called more than
    ///     once.
    /// - Returns: the jobs, those of one destination together; empty if nothing is due.
    /// - Throws: `.store`; jobs that it left leased come back when the lease is over.
    public func take(
        _ queue: QueueName,
        limit: Int,
        for duration: Duration,
        worker: Int = 0,
        destination: String? = nil,
        room: @escaping @Sendable (Line) -> Int = { _ in .max }
    ) async throws(QueueError) -> [Work] {
        guard queue.isWorked else { throw .refused("nobody works on the queue \(queue)") }
        var work: [Work] = []
        for urgency in Urgency.allCases where work.count < limit {
            let left = limit - work.count
            let request = TakeRequest(
                queue: queue,
                urgency: urgency,
                limit: isLessUrgentDue(than: urgency, in: queue) ? left - left / 4 : left,
                duration: duration,
                destination: destination,
                room: room
            )
            do throws(QueueError) {
                try await take(request, worker, into: &work)
            } catch {
                // What other shards gave is leased, and must not be forgotten.
                if work.isEmpty { throw error }
                return work
            }
        }
        return work
    }

    private func take(_ request: TakeRequest, _ worker: Int, into work: inout [Work]) async throws(QueueError) {
        var request = request
        for offset in shards.indices {
            let shard = shards[(home + worker + offset) % shards.count]
            // Bounded, so that a clock with much to do does not keep those waiting that ask.
            for _ in 0..<4 {
                guard request.limit > 0, mayHaveWork(shard, request.queue, request.urgency) else { break }
                let taken = try await shard.perform { [request] draft throws(QueueError) in
                    try await draft.take(request)
                }
                work += taken.work
                request.limit -= taken.work.count
                guard taken.hasMore, taken.work.isEmpty else { break }
            }
        }
    }

    /// Whether something less urgent is due, as far as this process knows.
    private func isLessUrgentDue(than urgency: Urgency, in queue: QueueName) -> Bool {
        let now = world.now()
        let others = Urgency.allCases.filter { $0.rawValue > urgency.rawValue }
        return shards.contains { shard in
            guard let head = shard.known?.head else { return false }
            return others.contains { head.nextDue(queue, $0) <= now }
        }
    }

    /// Whether the shard may have something due: as far as this process knows, which other nodes may have changed.
    private func mayHaveWork(_ shard: ShardWriter, _ queue: QueueName, _ urgency: Urgency) -> Bool {
        guard let (head, moment) = shard.known else { return true }
        if head.nextDue(queue, urgency) <= world.now() { return true }
        guard world.uptime() - moment >= settings.pollInterval else { return false }
        shard.forget()
        return true
    }

    /// Moves the end of leases to `duration` from now. Those that are over are not in the answer.
    public func renew(_ leases: [Lease], for duration: Duration) async throws(QueueError) -> [Lease] {
        var renewed: [Lease] = []
        for (shard, leases) in byShard(leases, { $0.job }) {
            renewed += try await shards[shard].perform { draft throws(QueueError) in
                try await draft.renew(leases, for: duration)
            }.compactMap(\.self)
        }
        return renewed
    }

    /// When something of `queue` is due next, as far as this process knows; in the past if something may be due now,
    /// which may be for a destination that a worker has no room for.
    /// Never later than `Configuration.pollInterval` from now, as other nodes add jobs too.
    public func nextDue(_ queue: QueueName) -> Timestamp {
        let latest = world.now().later(by: settings.pollInterval)
        return shards.reduce(latest) { next, shard in
            min(next, shard.known?.head.nextDue(queue) ?? Timestamp(milliseconds: 0))
        }
    }

    /// Calls `handler`, from any thread, whenever a commit of this process made a job due at once. It must not wait; it
    /// may be called for nothing. Until the observation is cancelled.
    public func onWork(_ handler: @escaping @Sendable () -> Void) -> WorkObservation {
        let number = news.add(handler)
        return WorkObservation { [news] in news.remove(number) }
    }

    // MARK: Completing

    /// Ends a lease with what came of it, all in one commit: what becomes of the recipients, what is to be reported,
    /// when it is tried again, and the messages that are added.
    ///
    /// - Returns: the ids of the added messages.
    /// - Throws: `.leaseLost` if the lease is over: then nothing happened.
    @discardableResult public func complete(_ completion: Completion) async throws(QueueError) -> [QueueID] {
        try await complete([completion])[0].get()
    }

    /// Ends several leases, those of one shard in one commit; one result for each.
    public func complete(_ completions: [Completion]) async -> [Result<[QueueID], QueueError>] {
        var results: [Result<[QueueID], QueueError>] = completions.map { _ in .success([]) }
        var received: [Int: ReceivedCompletion] = [:]
        for (index, completion) in completions.enumerated() {
            do throws(QueueError) {
                received[index] = try self.received(completion)
            } catch {
                results[index] = .failure(error)
            }
        }
        for (shard, indices) in byShard(received.keys.sorted(), { completions[$0].lease.job }) {
            let part = indices.compactMap { received[$0] }
            do throws(QueueError) {
                let done = try await shards[shard].perform { draft throws(QueueError) in
                    try await draft.complete(part)
                }
                for (index, result) in zip(indices, done) {
                    results[index] = result.map(\.added)
                    switch result {
                    case .success(let completed):
                        if let lane = completed.recovered { await release(lane, except: shard) }
                    case .failure: for message in completions[index].added { message.octets.giveBack() }
                    }
                }
            } catch {
                for index in indices { results[index] = .failure(error) }
            }
        }
        return results
    }

    private func received(_ completion: Completion) throws(QueueError) -> ReceivedCompletion {
        var added: [ReceivedMessage] = []
        for message in completion.added {
            guard message.octets.shard == completion.lease.job.message.shard % shards.count else {
                throw .refused("what a completion adds is received with `receive(near:)`")
            }
            added.append(try ReceivedMessage(of: message))
        }
        return ReceivedCompletion(
            lease: completion.lease,
            result: completion.result,
            host: completion.host,
            added: added
        )
    }

    /// Has the other shards ask a destination again that has answered. If that fails they ask it when its time comes.
    private func release(_ lane: LaneID, except known: Int) async {
        for shard in shards where shard.shard != known {
            try? await shard.perform { draft throws(QueueError) in try await draft.release(lane) }
        }
    }

    private func byShard<Element>(
        _ elements: [Element],
        _ job: (Element) -> JobID
    ) -> [(shard: Int, elements: [Element])] {
        var groups: [Int: [Element]] = [:]
        for element in elements { groups[job(element).message.shard % shards.count, default: []].append(element) }
        return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// Somebody who is told of work; cancelled at the latest when it is let go.
public final class WorkObservation: Sendable {
    private let end: @Sendable () -> Void

    init(_ end: @escaping @Sendable () -> Void) { self.end = end }

    deinit { end() }

    /// From now on nobody is told.
    public func cancel() { end() }
}
