internal import Directory
internal import Octets
internal import Queue
internal import World

/// Mail on its way, as administrators see and change it.
extension Administrator {
    /// Jobs that one list tells at most.
    static let listLimit = 10_000
    /// Calls of the queue that one request makes at most, each of which reads a bounded number of rows: so one request takes a
    /// bounded time however long the queue is.
    private static let parts = 64
    /// What the last line of a part that is not the last begins with; the place where it goes on follows.
    static let next = "next\t"

    func run(_ request: QueueRequest, _ answer: (String) -> Void) async throws(AdministrationError) {
        guard let queue else { throw AdministrationError("this service has no queue") }
        do throws(QueueError) { try await run(request, queue, answer) } catch {
            switch error {
            case .notFound: throw AdministrationError("there is no such message or job in the queue")
            case .busy: throw AdministrationError("a worker has it at the moment; try again")
            case .refused(let reason): throw AdministrationError(reason)
            case .leaseLost, .tooLate: throw AdministrationError("\(error)")
            case .store(let cause): throw AdministrationError("the store failed: \(cause)")
            }
        }
    }

    private func run(
        _ request: QueueRequest,
        _ queue: MailQueue,
        _ answer: (String) -> Void
    ) async throws(QueueError) {
        let text = QueueText(now: world.now())
        switch request {
        case .list(let query, let after, let limit, let isJSON):
            try await list(try await filter(query), queue, after: after, limit: limit, isJSON, answer)
        case .show(let id, let isJSON):
            guard let message = QueueID(id) ?? JobID(id)?.message else { throw Self.badID(id) }
            guard let details = try await queue.details(of: message) else { throw .notFound }
            if isJSON { answer(Self.json(details)) } else { text.lines(details).forEach(answer) }
        case .changeNamed(let action, let ids): try await change(action, ids, queue, answer)
        case .change(let action, let query, let after):
            guard !query.isEmpty else { throw .refused("a filter is missing: which jobs?") }
            try await change(action, query, queue, after: after, answer)
        case .setPaused(let isPaused, let domain, let name):
            try await queue.setPaused(isPaused, domain.asciiLowercased, in: name)
        case .statistics(let isJSON):
            let overview = try await QueueOverview(of: queue)
            if isJSON { answer(Self.json(overview)) } else { text.lines(overview).forEach(answer) }
        case .trace(let id, let isJSON):
            let events = try await queue.trace(id)
            guard !isJSON else { return events.forEach { answer(Self.json($0)) } }
            guard !events.isEmpty else {
                throw .refused("nothing is known of '\(id)': it did not go through the queue, or too long ago")
            }
            events.flatMap { text.lines($0) }.forEach(answer)
            Self.notRecorded(events).forEach(answer)
        }
    }

    /// Depth, age and totals, as `status` shows them.
    func queueStatus() async throws(DirectoryError) -> [(name: String, count: Int)] {
        guard let queue else { return [] }
        let statistics: Statistics
        do throws(QueueError) { statistics = try await queue.statistics() } catch { throw .store(error) }
        var lines: [(name: String, count: Int)] = []
        for name in QueueName.allCases {
            lines.append(("queue.\(name).jobs", statistics.queues[name]?.jobs ?? 0))
            guard let oldest = statistics.oldest[name] else { continue }
            let age = max(0, world.now().milliseconds - oldest.milliseconds) / 1000
            lines.append(("queue.\(name).oldest-seconds", Int(age)))
        }
        return lines + statistics.totals.all.map { ("queue.total.\($0.name)", Int(clamping: $0.count)) }
    }

    // MARK: Lists

    private func list(
        _ filter: JobFilter,
        _ queue: MailQueue,
        after: String?,
        limit: Int,
        _ isJSON: Bool,
        _ answer: (String) -> Void
    ) async throws(QueueError) {
        let text = QueueText(now: world.now())
        var cursor = after
        var left = max(1, min(limit, Self.listLimit))
        for _ in 0..<Self.parts {
            let list = try await queue.list(filter, after: cursor, limit: left)
            for job in try await queue.summaries(of: list.jobs) {
                if isJSON { answer(Self.json(job)) } else { text.lines(job).forEach(answer) }
            }
            left -= list.jobs.count
            cursor = list.next
            guard cursor != nil, left > 0 else { break }
        }
        if let cursor { answer(Self.next + cursor) }
    }

    /// The filter of a query: who the account is, is asked of the directory.
    private func filter(_ query: JobQuery) async throws(QueueError) -> JobFilter {
        guard let name = query.account else { return query.filter(at: world.now(), submitter: nil) }
        guard let address = MailAddress(name) else { throw .refused("'\(name)' is no address") }
        do throws(DirectoryError) {
            guard let account = try await directory.account(address) else {
                throw DirectoryError.notFound(name)
            }
            return query.filter(at: world.now(), submitter: account.number)
        } catch {
            guard case .notFound = error else { throw .store(error) }
            throw .refused("there is no account '\(name)'")
        }
    }

    // MARK: Changes

    /// Does it to each; what cannot be done says why, and the rest is done.
    private func change(
        _ action: QueueRequest.Action,
        _ ids: [String],
        _ queue: MailQueue,
        _ answer: (String) -> Void
    ) async throws(QueueError) {
        var (changed, failures) = (0, [String]())
        for id in ids {
            do throws(QueueError) {
                for job in try await jobs(id, queue) {
                    do throws(QueueError) {
                        try await queue.change(job, action.change)
                        changed += 1
                    } catch {
                        guard let reason = Self.reason(error) else { throw error }
                        failures.append("\(job): \(reason)")
                    }
                }
            } catch {
                guard let reason = Self.reason(error) else { throw error }
                failures.append("\(id): \(reason)")
            }
        }
        if changed > 0 || failures.isEmpty { answer(Self.count(changed, action)) }
        if !failures.isEmpty { throw .refused(failures.joined(separator: "; ")) }
    }

    private func jobs(_ id: String, _ queue: MailQueue) async throws(QueueError) -> [JobID] {
        if let job = JobID(id) { return [job] }
        guard let message = QueueID(id) else { throw Self.badID(id) }
        guard let shown = try await queue.show(message) else { throw .notFound }
        return shown.jobs.map(\.id)
    }

    /// Answers with how many were changed, and how many were not; and where it goes on, if it was enough for one request.
    private func change(
        _ action: QueueRequest.Action,
        _ query: JobQuery,
        _ queue: MailQueue,
        after: String?,
        _ answer: (String) -> Void
    ) async throws(QueueError) {
        var (changed, left, place) = (0, 0, after)
        for _ in 0..<Self.parts {
            let part = try await queue.change(try await filter(query), action.change, after: place)
            changed += part.changed
            left += part.left
            place = part.next
            guard place != nil else { break }
        }
        answer("\(changed)\t\(left)")
        if let place { answer(Self.next + place) }
    }

    // MARK: Words

    /// `3 jobs held`.
    static func count(_ changed: Int, _ action: QueueRequest.Action, left: Int = 0) -> String {
        let rest = left == 0 ? "" : "; \(left) left alone: a worker has them, or that cannot be done to them"
        return "\(changed) \(changed == 1 ? "job" : "jobs") \(action.past)\(rest)"
    }

    /// What a trace does not tell.
    private static func notRecorded(_ events: [TraceEvent]) -> [String] {
        var lines = [""]
        if !events.contains(where: \.kind.hasOrigin) {
            lines.append(
                "Who brought it is not recorded: it was made here, or it came longer ago than events are kept."
            )
        }
        lines.append(
            "What was refused before its text came has no Message-ID, and is in the log only."
        )
        return lines
    }

    private static func badID(_ id: String) -> QueueError { .refused("'\(id)' is no id of a message or job") }

    private static func reason(_ error: QueueError) -> String? {
        switch error {
        case .notFound: "there is no such message or job"
        case .busy: "a worker has it at the moment"
        case .refused(let reason): reason
        case .leaseLost, .tooLate, .store: nil
        }
    }

    private static func json(_ value: some JSONWritable) -> String {
        String(decoding: JSONWriter.octets(of: value), as: UTF8.self)
    }
}

extension Gateway {
    /// Does a request about the queue, in as many parts as it takes: see `administer`.
    static func administerQueue(
        _ request: QueueRequest,
        in dataDirectory: String,
        creates: Bool,
        answer: (String) -> Void
    ) async throws(AdministrationError) {
        if case .list(_, _, _, let isJSON) = request {
            return try await administerOnce(.queue(request), in: dataDirectory, creates: creates) { line in
                guard line.hasPrefix(Administrator.next) else { return answer(line) }
                let next = line.dropFirst(Administrator.next.count)
                answer(isJSON ? "{\"next_cursor\":\"\(next)\"}" : "there are more: --after \(next)")
            }
        }
        guard case .change(let action, let query, var place) = request else {
            return try await administerOnce(.queue(request), in: dataDirectory, creates: creates, answer: answer)
        }
        var (changed, left) = (0, 0)
        repeat {
            let after = place
            place = nil
            let part = AdministrationRequest.queue(.change(action, query, after: after))
            try await administerOnce(part, in: dataDirectory, creates: creates) { line in
                if line.hasPrefix(Administrator.next) {
                    place = String(line.dropFirst(Administrator.next.count))
                } else {
                    let counts = line.split(separator: "\t").compactMap { Int($0) }
                    guard counts.count == 2 else { return }
                    changed += counts[0]
                    left += counts[1]
                }
            }
        } while place != nil
        answer(Administrator.count(changed, action, left: left))
    }
}
