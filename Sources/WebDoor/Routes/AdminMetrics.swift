internal import HTTP
internal import Octets
internal import Queue
internal import World

/// Writes metrics as Prometheus reads them: its text format 0.0.4. Names begin with `portico_`.
struct MetricsText {
    private(set) var octets: [UInt8] = []

    /// Begins a metric: what it is follows as `sample`s.
    mutating func begin(_ name: StaticString, _ kind: StaticString, _ help: StaticString) {
        append("# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n")
    }

    /// A value with its labels.
    mutating func sample(
        _ name: StaticString,
        _ labels: KeyValuePairs<StaticString, String>,
        _ value: some BinaryInteger
    ) {
        let list = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        append("\(name)\(list.isEmpty ? "" : "{\(list)}") \(value)\n")
    }

    private mutating func append(_ text: String) { octets.append(contentsOf: text.utf8) }

    /// A label's value: backslash, quote and line feed are escaped.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Session {
    /// `GET /v1/admin/metrics`. It costs a read for each part of the queue, however full it is.
    func showMetrics(
        _ administration: WebDoor.Administration,
        _ query: [Target.QueryItem]
    ) async throws(Ending) -> Response {
        _ = try Parameters(query, known: [])
        var text = MetricsText()
        text.begin("portico_events_total", "counter", "Events of this process since it started.")
        for (name, count) in administration.events() { text.sample("portico_events_total", ["event": name], count) }
        if let queue = administration.queue {
            do throws(QueueError) { text.add(try await queue.statistics(), at: door.world.now().milliseconds) } catch {
                throw .problem(Problem(error))
            }
        }
        return Response(.ok, .octets(text.octets, type: "text/plain; version=0.0.4; charset=utf-8"))
    }
}

extension MetricsText {
    /// How much is in each queue, and what happened so far.
    fileprivate mutating func add(_ statistics: Statistics, at now: Int64) {
        let queues = QueueName.allCases.map { ($0, statistics.queues[$0] ?? QueueCounts()) }
        begin("portico_queue_jobs", "gauge", "Jobs in a queue, by state. All nodes that share the store have the same.")
        for (name, counts) in queues {
            for (state, jobs) in counts.states {
                sample("portico_queue_jobs", ["queue": name.description, "state": state], jobs)
            }
        }
        begin("portico_queue_recipients", "gauge", "Recipients of the jobs in a queue.")
        for (name, counts) in queues {
            sample("portico_queue_recipients", ["queue": name.description], counts.recipients)
        }
        begin("portico_queue_bytes", "gauge", "Octets of the messages of the jobs in a queue.")
        for (name, counts) in queues { sample("portico_queue_bytes", ["queue": name.description], counts.octets) }
        begin("portico_queue_oldest_seconds", "gauge", "Age of the oldest message in a queue; 0 if it is empty.")
        for (name, _) in queues {
            let age = statistics.oldest[name].map { max(0, now - $0.milliseconds) / 1000 } ?? 0
            sample("portico_queue_oldest_seconds", ["queue": name.description], age)
        }
        let totals = statistics.totals
        total("portico_queue_added_total", "Messages added since the store was made.", totals.added)
        total("portico_queue_delivered_total", "Recipients delivered, or handed to the next server.", totals.delivered)
        total("portico_queue_deferred_total", "Tries of recipients that failed for now.", totals.deferred)
        total("portico_queue_failed_total", "Recipients that failed for good.", totals.failed)
        total("portico_queue_expired_total", "Of those that failed, the ones whose time was over.", totals.expired)
        total("portico_queue_reported_total", "Reports made to senders.", totals.reported)
    }

    private mutating func total(_ name: StaticString, _ help: StaticString, _ count: UInt64) {
        begin(name, "counter", help)
        sample(name, [:], count)
    }
}
