internal import Directory
internal import HTTP
internal import Octets
internal import Queue
internal import World

// What administrators see and change of mail on its way. Names and meanings of members are the queue's own: `QueueJSON.swift`.

/// The answer to `GET /v1/admin/queue`.
private struct JobsBody: JSONWritable {
    var jobs: [JobSummary]
    /// nil on the last page.
    var nextCursor: String?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("jobs", jobs)
            json.member("next_cursor", nextCursor)
        }
    }
}

/// The answer to `GET /v1/admin/trace`.
private struct TraceBody: JSONWritable {
    var messageID: String
    var events: [TraceEvent]

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("message_id", messageID)
            json.member("events", events)
            // Deliveries to mailboxes here that did not wait in the queue.
            json.member("not_recorded", ["local_deliveries"])
        }
    }
}

/// The answer to `POST /v1/admin/queue/{id}`.
private struct ChangeBody: JSONWritable {
    var changed = 0
    var left: [(id: JobID, problem: Problem)] = []

    private struct Left: JSONWritable {
        var id: JobID
        var problem: Problem

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("id", id.description)
                json.member("code", problem.code)
                json.member("message", problem.message)
            }
        }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("changed", changed)
            json.member("left", left.map { Left(id: $0.id, problem: $0.problem) })
        }
    }
}

/// The body of `POST /v1/admin/queue/{id}`.
private struct QueueAction: Decodable {
    var action: String
    /// For `route`: nil for where DNS says.
    var host: String?

    private enum CodingKeys: String, CodingKey, CaseIterable { case action, host }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknown(CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        action = try values.decode(String.self, forKey: .action)
        host = try values.decodeIfPresent(String.self, forKey: .host)
    }

    /// What is done to each job; nil if there is no such action.
    var change: JobChange? {
        switch action {
        case "hold": .hold
        case "release": .release
        case "retry": .retry
        case "delete": .delete
        case "route": .reroute(host)
        default: nil
        }
    }
}

extension Session {
    /// Jobs on a page.
    private static let pageLimit = 1000
    /// Calls of the queue for one page, each of which reads a bounded number of rows: a page may be short, and not the last.
    private static let parts = 16

    /// What administrators may do, if `principal` is one of them; for others there is nothing.
    func administration(for principal: Principal) throws(Ending) -> WebDoor.Administration {
        guard let administration = door.administration,
            administration.administrators.contains(principal.account.address.description)
        else { throw .problem(.notFound) }
        return administration
    }

    /// The routes below `/v1/admin`.
    mutating func answerAdministrator(
        _ route: Route,
        _ principal: Principal,
        _ administration: WebDoor.Administration,
        _ head: RequestHead
    ) async throws(Ending) -> Response {
        let query = head.target.query
        if route == .adminMetrics { return try await showMetrics(administration, query) }
        guard let queue = administration.queue else { throw .problem(.notFound) }
        if case .adminQueueEntry(let id) = route, head.method == "POST" {
            return try await changeEntry(id, queue, principal, head)
        }
        let parameters: [String] =
            switch route {
            case .adminQueue: JobQuery.names + ["limit", "cursor"]
            case .adminTrace: ["message_id"]
            default: []
            }
        let values = try Parameters(query, known: parameters)
        do throws(QueueError) {
            switch route {
            case .adminQueueStatistics: return Response(.ok, json: try await QueueOverview(of: queue))
            case .adminQueueEntry(let id): return try await showEntry(id, queue)
            case .adminTrace:
                guard let id = values.text("message_id") else { break }
                return Response(.ok, json: TraceBody(messageID: id, events: try await queue.trace(id)))
            default: break
            }
        } catch {
            throw .problem(Problem(error))
        }
        guard route == .adminQueue else { throw Parameters.invalid("message_id", "It is missing.") }
        return try await listJobs(values, queue)
    }

    private func listJobs(_ values: Parameters, _ queue: MailQueue) async throws(Ending) -> Response {
        let filter = try await filter(values)
        let limit = try values.number("limit", in: 1...Self.pageLimit, otherwise: 100)
        var page = JobsBody(jobs: [], nextCursor: values.text("cursor"))
        do throws(QueueError) {
            for _ in 0..<Self.parts {
                let left = limit - page.jobs.count
                let list = try await queue.list(filter, after: page.nextCursor, limit: left)
                page.jobs += try await queue.summaries(of: list.jobs)
                page.nextCursor = list.next
                guard page.nextCursor != nil, page.jobs.count < limit else { break }
            }
        } catch {
            guard case .refused = error else { throw .problem(Problem(error)) }
            throw Parameters.invalid("cursor", "It must be the next_cursor of the page before.")
        }
        return Response(.ok, json: page)
    }

    /// The filter that the parameters write.
    private func filter(_ values: Parameters) async throws(Ending) -> JobFilter {
        var query = JobQuery()
        for name in JobQuery.names {
            guard let value = values.text(name) else { continue }
            do throws(QueueError) { try query.set(name, to: value) } catch {
                guard case .refused(let reason) = error else { throw .problem(Problem(error)) }
                throw Parameters.invalid(name, reason + ".")
            }
        }
        var submitter: UInt64?
        if let name = query.account {
            guard let address = MailAddress(name) else { throw Parameters.invalid("account", "It must be an address.") }
            do throws(DirectoryError) {
                if case .accounts(let accounts) = try await door.directory.resolve(address) {
                    // An alias is not an account.
                    submitter = accounts.first { $0.address == address }?.number
                }
            } catch {
                throw .problem(.failure(error))
            }
            guard submitter != nil else { throw Parameters.invalid("account", "There is no such account.") }
        }
        return query.filter(at: door.world.now(), submitter: submitter)
    }

    private func showEntry(_ id: String, _ queue: MailQueue) async throws(QueueError) -> Response {
        guard let message = QueueID(id) ?? JobID(id)?.message, let details = try await queue.details(of: message) else {
            throw .notFound
        }
        return Response(.ok, json: details)
    }

    /// Does it to the job, or to every job of the message. If it could be done to none, that is a problem.
    private mutating func changeEntry(
        _ id: String,
        _ queue: MailQueue,
        _ principal: Principal,
        _ head: RequestHead
    ) async throws(Ending) -> Response {
        _ = try Parameters(head.target.query, known: [])
        let action = try await readJSON(head, limit: 4 << 10, as: QueueAction.self)
        guard let change = action.change else {
            let text = "It must be hold, release, retry, delete or route."
            throw .problem(Problem(.unprocessableContent, "invalid", text, field: "action"))
        }
        guard action.host == nil || action.action == "route" else {
            throw .problem(Problem(.unprocessableContent, "invalid", "Only a route has a host.", field: "host"))
        }
        var body = ChangeBody()
        do throws(QueueError) {
            for job in try await jobs(id, queue) {
                do throws(QueueError) {
                    try await queue.change(job, change)
                    body.changed += 1
                } catch {
                    if case .store = error { throw error }
                    body.left.append((job, Problem(error)))
                }
            }
        } catch {
            throw .problem(Problem(error))
        }
        door.log(
            .notice,
            "web.queue_changed",
            [
                ("administrator", principal.account.address.description), ("id", id), ("action", action.action),
                ("jobs", "\(body.changed)"),
            ]
        )
        if body.changed == 0, let problem = body.left.first?.problem { throw .problem(problem) }
        return Response(.ok, json: body)
    }

    private func jobs(_ id: String, _ queue: MailQueue) async throws(QueueError) -> [JobID] {
        if let job = JobID(id) { return [job] }
        guard let message = QueueID(id), let shown = try await queue.show(message) else { throw .notFound }
        return shown.jobs.map(\.id)
    }
}

extension Problem {
    /// What the client is told of the queue's error.
    init(_ error: QueueError) {
        switch error {
        case .notFound: self = .notFound
        case .busy: self.init(.conflict, "busy", "A worker has it at the moment. Try again later.")
        case .refused(let reason): self.init(.conflict, "not_possible", "It cannot be done: \(reason).")
        case .leaseLost, .tooLate, .store: self = .failure(error)
        }
    }
}
