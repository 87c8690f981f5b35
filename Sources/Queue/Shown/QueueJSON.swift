public import Octets
internal import SMTP
public import World

// What administrators see of the queue in JSON, the same on a terminal and over HTTP. The names of members stay as they are;
// there may come more. Times are RFC 3339's; what is not known, or does not apply, is left out.

/// A job in a list.
public struct JobSummary: JSONWritable, Sendable {
    /// Recipients that a list tells; `recipient_count` says how many there are.
    public static let recipients = 10

    /// The job.
    public let job: Job
    /// What is known of where it goes.
    public let destination: DestinationState?

    /// `{"id": …, …}`
    public func write(to json: inout JSONWriter) {
        json.object { json in
            job.writeMembers(destination, to: &json)
            json.member("recipients", job.recipients.prefix(JobSummary.recipients).map(\.address))
            json.member("recipient_count", job.recipients.count)
            json.member("last_host", job.history.last?.host)
            json.member("last_reply", job.history.last?.reply)
        }
    }
}

/// A message with its jobs and what happened to it.
public struct MessageDetails: JSONWritable, Sendable {
    /// Jobs that are told; `job_count` says how many there are.
    public static let jobs = 100

    /// The message.
    public let shown: ShownMessage
    /// What is known of where its jobs go.
    public let destinations: [JobID: DestinationState]
    /// What is known of its way.
    public let events: [TraceEvent]

    /// `{"id": …, …}`
    public func write(to json: inout JSONWriter) {
        let (message, envelope) = (shown.message, shown.message.envelope)
        json.object { json in
            json.member("id", message.id.description)
            json.member("message_id", envelope.messageID)
            json.member("arrived_at", message.arrival.text)
            json.member("size", message.size)
            json.member("sender", envelope.reversePath)
            json.member("account_id", envelope.submitter.map { "\($0)" })
            json.member("envelope_id", envelope.envelopeIdentifier)
            json.member("body", envelope.body.word)
            json.member("smtp_utf8", envelope.smtpUTF8)
            json.member("require_tls", envelope.requireTLS)
            json.member("optional_tls", envelope.optionalTLS)
            json.member("priority", Int(envelope.priority))
            json.member("deliver_by", envelope.deliverBy?.moment.text)
            json.member("hold_until", envelope.holdUntil?.text)
            json.member("job_count", shown.jobs.count)
            json.member(
                "jobs",
                shown.jobs.prefix(MessageDetails.jobs).map { job in
                    JobDetails(job: job, destination: destinations[job.id])
                }
            )
            json.member("events", events)
        }
    }
}

extension MailQueue {
    /// `jobs` as a list tells them: one read for each part of the queue that they are in.
    public func summaries(of jobs: [Job]) async throws(QueueError) -> [JobSummary] {
        let destinations = try await destinations(of: jobs)
        return jobs.map { JobSummary(job: $0, destination: destinations[$0.id]) }
    }

    /// All about a message, and its way; nil if it is not in the queue.
    public func details(of id: QueueID) async throws(QueueError) -> MessageDetails? {
        guard let shown = try await show(id) else { return nil }
        let messageID = shown.message.envelope.messageID
        let events = try await trace(messageID.isEmpty ? id.description : messageID)
        return MessageDetails(
            shown: shown,
            destinations: try await destinations(of: Array(shown.jobs.prefix(MessageDetails.jobs))),
            events: events.filter { $0.job.message == id }
        )
    }
}

private struct JobDetails: JSONWritable {
    var job: Job
    var destination: DestinationState?

    func write(to json: inout JSONWriter) {
        json.object { json in
            job.writeMembers(destination, to: &json)
            json.member("recipients", job.recipients)
            json.member("history", job.history)
        }
    }
}

extension Job {
    /// The word for its state: as lists name it.
    public var stateWord: String {
        switch state {
        case .ready: "ready"
        case .waiting: "waiting"
        case .leased: "working"
        case .held: "held"
        case .kept: "kept"
        }
    }

    /// The moment at which its state ends by itself.
    public var stateEnd: Timestamp? {
        switch state {
        case .ready, .held: nil
        case .waiting(let moment), .leased(let moment), .kept(let moment): moment
        }
    }

    fileprivate func writeMembers(_ lane: DestinationState?, to json: inout JSONWriter) {
        json.member("id", id.description)
        json.member("message", id.message.description)
        json.member("queue", queue.description)
        json.member("state", stateWord)
        json.member("state_until", stateEnd?.text)
        json.member("domain", destination)
        json.member("domain_paused", lane?.isPaused == true)
        json.member("domain_held_until", lane?.heldUntil?.text)
        json.member("routed", isRouted)
        json.member("sender", reversePath)
        json.member("account_id", submitter.map { "\($0)" })
        json.member("size", size)
        json.member("priority", Int(priority))
        json.member("arrived_at", id.message.arrival.text)
        json.member("expires_at", expires < Head.never ? expires.text : nil)
        json.member("attempts", attempts)
        json.member("report", report?.word)
    }
}

extension Job.Report {
    /// As commands and JSON name it.
    public var word: String {
        switch self {
        case .success: "success"
        case .failure: "failure"
        case .delay: "delay"
        }
    }
}

extension QueuedRecipient: JSONWritable {
    /// `{"address": …, …}`
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("address", address)
            json.member("state", "\(state)")
            json.member("status", status.isEmpty ? nil : status)
            json.member("reply", lastReply.isEmpty ? nil : lastReply)
        }
    }
}

extension Job.Attempt: JSONWritable {
    /// `{"at": …, …}`
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("at", moment.text)
            json.member("host", host)
            json.member("kind", kind.word)
            json.member("reply", reply)
        }
    }
}

extension FailureKind {
    /// As commands and JSON name it.
    public var word: String {
        switch self {
        case .connect: "connect"
        case .lookup: "lookup"
        case .security: "security"
        case .rateLimited: "rate_limited"
        case .greylisted: "greylisted"
        case .mailboxFull: "mailbox_full"
        case .policy: "policy"
        case .other: "other"
        case .local: "local"
        case .slowed: "slowed"
        }
    }
}

extension TraceEvent: JSONWritable {
    /// `{"event": …, …}`
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("event", kind.word)
            json.member("at", moment.text)
            if kind == .received || kind.isOfJob {
                json.member("message", job.message.description)
                json.member("queue", queue.description)
            }
            if kind.hasOrigin {
                json.member("peer", origin?.peer)
                json.member("hello", origin?.hello)
                json.member("protocol", origin?.protocol)
                json.member("account_id", submitter.map { "\($0)" })
            }
            guard kind != .received else { return }
            if kind.isOfJob {
                json.member("id", job.description)
                json.member("domain", destination)
            }
            json.member("recipients", recipients)
            json.member("text", text)
        }
    }
}

/// How much is where, and the destinations that most goes to.
public struct QueueOverview: JSONWritable, Sendable {
    /// Destinations of each queue that are told.
    public static let destinations = 10

    /// By queue, and since the store was made.
    public let statistics: Statistics
    /// Of the queues that workers take from, those with the most jobs.
    public let destinations: [(queue: QueueName, state: DestinationState)]

    /// Reads a row for each destination there is.
    public init(of queue: MailQueue) async throws(QueueError) {
        statistics = try await queue.statistics()
        var destinations: [(queue: QueueName, state: DestinationState)] = []
        for name in QueueName.allCases where name.isWorked {
            destinations += try await queue.destinations(of: name, limit: Self.destinations).map { (name, $0) }
        }
        self.destinations = destinations
    }

    /// `{"queues": {…}, "totals": {…}, "destinations": […]}`
    public func write(to json: inout JSONWriter) {
        json.object { json in
            statistics.writeMembers(to: &json)
            json.member("destinations", destinations.map { DestinationDetails(queue: $0.queue, state: $0.state) })
        }
    }
}

extension Statistics {
    /// `"queues": {…}, "totals": {…}`, a queue that is empty with zeros.
    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.member("queues") { json in
            json.object { json in
                for name in QueueName.allCases {
                    json.member(named: name.description) { json in write(name, to: &json) }
                }
            }
        }
        json.member("totals") { json in
            json.object { json in
                for (name, value) in totals.all { json.member(named: name, Int(clamping: value)) }
            }
        }
    }

    private func write(_ name: QueueName, to json: inout JSONWriter) {
        let counts = queues[name] ?? QueueCounts()
        json.object { json in
            json.member("jobs", counts.jobs)
            for (state, count) in counts.states { json.member(named: state, count) }
            json.member("recipients", counts.recipients)
            json.member("octets", counts.octets)
            json.member("oldest_at", oldest[name]?.text)
        }
    }
}

extension QueueCounts {
    /// Jobs by the word for their state.
    public var states: [(word: String, jobs: Int)] {
        [("ready", ready), ("waiting", waiting), ("working", leased), ("held", held), ("kept", kept)]
    }
}

extension Totals {
    /// All by name.
    public var all: [(name: String, count: UInt64)] {
        [
            ("added", added), ("delivered", delivered), ("deferred", deferred), ("failed", failed),
            ("expired", expired), ("reported", reported),
        ]
    }
}

private struct DestinationDetails: JSONWritable {
    var queue: QueueName
    var state: DestinationState

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("queue", queue.description)
            json.member("domain", state.name)
            json.member("jobs", state.jobs)
            json.member("ready", state.ready)
            json.member("paused", state.isPaused)
            json.member("failures", state.failures)
            json.member("held_until", state.heldUntil?.text)
            json.member("last_reply", state.lastReply.isEmpty ? nil : state.lastReply)
        }
    }
}

extension Command.Mail.Body {
    /// As BODY= has it. RFC 6152 §2, RFC 3030 §3.
    fileprivate var word: String {
        switch self {
        case .sevenBit: "7BIT"
        case .eightBitMIME: "8BITMIME"
        case .binaryMIME: "BINARYMIME"
        }
    }
}

extension Timestamp {
    /// RFC 3339 §5.6.
    fileprivate var text: String { DateTime(secondsSince1970: seconds).internetFormat }
}
