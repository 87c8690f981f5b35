internal import Octets
internal import Queue
internal import World

/// What the command shows of the queue to people, in 100 columns.
///
/// Replies and addresses come from strangers: what could move the cursor, or more, is shown as `?`.
struct QueueText {
    static let width = 100
    /// Recipients that a list names.
    static let recipients = 3

    var now: Timestamp

    // MARK: A list

    /// A job in a list: what it is, whose, and why it is still there.
    func lines(_ summary: JobSummary) -> [String] {
        let job = summary.job
        let age = Self.padded(span(job.id.message.arrival, now), 7, isRight: true)
        let size = Self.padded(Self.size(job.size), 7, isRight: true)
        let tries = job.attempts == 0 ? "" : "  " + Self.counted(job.attempts, "try", "tries")
        let head = "\(Self.padded(job.id.description, 18))\(Self.padded("\(job.queue)", 12))\(age)\(size)  "
        var lines = [Self.cut(head + state(job, summary.destination) + tries)]
        var names = job.recipients.prefix(Self.recipients).map(\.address).joined(separator: ", ")
        if job.recipients.count > Self.recipients { names += " and \(job.recipients.count - Self.recipients) more" }
        let route = job.isRouted ? " by \(job.destination)" : ""
        lines.append(Self.cut("    \(sender(job.reversePath)) to \(names)\(route)"))
        if let last = job.history.last, !last.reply.isEmpty {
            lines.append(Self.cut("    " + Self.said(last.host, last.reply)))
        } else if let recipient = job.recipients.first(where: { !$0.lastReply.isEmpty }) {
            lines.append(Self.cut("    \(recipient.lastReply)"))
        }
        return lines
    }

    /// `waits 20m`, `held`, `being tried`. A job that may be taken still waits while where it goes does.
    private func state(_ job: Job, _ destination: DestinationState?) -> String {
        let report = job.report.map { "\($0.word) report, " } ?? ""
        switch job.state {
        case .ready:
            if destination?.isPaused == true { return report + "its domain is paused" }
            guard let until = destination?.heldUntil else { return report + "ready" }
            return report + "waits \(span(now, until)) for its domain"
        case .waiting(let until): return report + "waits \(span(now, until))"
        case .leased: return report + "being tried"
        case .held: return report + "held"
        case .kept(let until): return "kept \(span(now, until))"
        }
    }

    private func sender(_ reversePath: String) -> String { reversePath.isEmpty ? "<>" : reversePath }

    // MARK: A message

    /// All about a message.
    func lines(_ details: MessageDetails) -> [String] {
        let (message, envelope) = (details.shown.message, details.shown.message.envelope)
        var lines = [
            "message     \(message.id)",
            "arrived     \(Self.time(message.arrival)), \(span(message.arrival, now)) ago",
            "Message-ID  \(envelope.messageID.isEmpty ? "none: it is traced by its id here" : envelope.messageID)",
            "sender      \(sender(envelope.reversePath))" + (envelope.submitter.map { ", account \($0)" } ?? ""),
            "size        \(message.size) octets",
        ]
        var wishes: [String] = []
        if envelope.requireTLS { wishes.append("REQUIRETLS") }
        if envelope.optionalTLS { wishes.append("TLS not required") }
        if envelope.smtpUTF8 { wishes.append("SMTPUTF8") }
        if envelope.priority != 0 { wishes.append("priority \(envelope.priority)") }
        if let deadline = envelope.deliverBy { wishes.append("deliver by \(Self.time(deadline.moment))") }
        if let hold = envelope.holdUntil { wishes.append("not before \(Self.time(hold))") }
        if let id = envelope.envelopeIdentifier { wishes.append("ENVID \(id)") }
        if !wishes.isEmpty { lines.append("envelope    \(wishes.joined(separator: ", "))") }
        for job in details.shown.jobs.prefix(MessageDetails.jobs) {
            lines += [""] + all(job, details.destinations[job.id])
        }
        if details.shown.jobs.count > MessageDetails.jobs {
            lines.append("\(details.shown.jobs.count - MessageDetails.jobs) more jobs are in the list")
        }
        if !details.events.isEmpty { lines += ["", "so far"] + details.events.flatMap { self.lines($0) } }
        return lines.map(Self.printable)
    }

    private func all(_ job: Job, _ destination: DestinationState?) -> [String] {
        var lines = ["job         \(job.id) in \(job.queue), \(state(job, destination))"]
        lines.append("goes to     \(job.destination)" + (job.isRouted ? ", where an administrator sent it" : ""))
        if job.report == nil, job.queue.isWorked { lines.append("comes back  \(Self.time(job.expires))") }
        for recipient in job.recipients {
            lines.append("    \(recipient.address)  \(recipient.state)")
            if !recipient.lastReply.isEmpty { lines += wrapped(recipient.lastReply, "        ") }
        }
        if job.attempts > 0 {
            lines.append("tries       \(job.attempts)" + (job.attempts > job.history.count ? ", the last of them" : ""))
        }
        for attempt in job.history {
            lines.append("    \(Self.time(attempt.moment))  \(attempt.kind.word)")
            lines += wrapped(Self.said(attempt.host, attempt.reply), "        ")
        }
        return lines
    }

    // MARK: A way

    /// An event: when, what, and about whom.
    func lines(_ event: TraceEvent) -> [String] {
        let head = "\(Self.time(event.moment))  \(Self.padded(event.kind.word, 10))"
        let indent = String(repeating: " ", count: 32)
        var whom: [String] = []
        if event.kind.hasOrigin, let origin = event.origin {
            var text = origin.peer.isEmpty ? "from this host" : "from \(origin.peer)"
            if !origin.hello.isEmpty { text += ", which says it is \(origin.hello)" }
            if !origin.protocol.isEmpty { text += ", by \(origin.protocol)" }
            if let submitter = event.submitter { text += ", account \(submitter)" }
            whom = wrapped(text, indent)
        }
        guard event.kind != .received else { return Self.headed(head, whom) }
        let to = wrapped(event.recipients.joined(separator: ", "), indent)
        var lines: [String]
        if event.kind.isOfJob {
            lines = [head + Self.printable("\(event.job) \(event.queue) to \(event.destination)")] + to
        } else {
            lines = Self.headed(head, whom + to)
        }
        // What was queued has its Message-ID there, which was asked for.
        if event.kind != .queued, !event.text.isEmpty { lines += wrapped(event.text, indent) }
        return lines
    }

    private static func headed(_ head: String, _ lines: [String]) -> [String] {
        guard let first = lines.first else { return [head] }
        return [head + String(first.drop { $0 == " " })] + lines.dropFirst()
    }

    // MARK: How much is where

    /// A table of queues that are not empty, the totals, and destinations that fail or are paused.
    func lines(_ overview: QueueOverview) -> [String] {
        let statistics = overview.statistics
        let columns = ["queue", "jobs", "ready", "waiting", "working", "held", "kept", "size", "oldest"]
        func row(_ cells: [String]) -> String {
            Self.padded(cells[0], 13) + cells.dropFirst().map { Self.padded($0, 9, isRight: true) }.joined()
        }
        var lines = [row(columns)]
        for name in QueueName.allCases {
            guard let counts = statistics.queues[name], counts.jobs > 0 || name.isWorked else { continue }
            let age = statistics.oldest[name].map { span($0, now) } ?? "-"
            let states = counts.states.map { "\($0.jobs)" }
            lines.append(row([name.description, "\(counts.jobs)"] + states + [Self.size(counts.octets), age]))
        }
        let totals = statistics.totals.all.map { "\($0.count) \($0.name)" }
        lines += ["", "since the store was made: \(totals.joined(separator: ", "))"]
        guard !overview.destinations.isEmpty else { return lines }
        lines += ["", "destinations with the most jobs"]
        for (queue, state) in overview.destinations {
            var line = "    \(Self.padded(state.name, 32)) \(Self.padded("\(queue)", 10))"
            line += Self.counted(state.jobs, "job", "jobs")
            if state.isPaused { line += ", paused" }
            if state.failures > 0 { line += ", failed \(Self.counted(state.failures, "time", "times"))" }
            if let until = state.heldUntil { line += ", next try in \(span(now, until))" }
            lines.append(Self.cut(line))
            if !state.lastReply.isEmpty { lines.append(Self.cut("        \(state.lastReply)")) }
        }
        return lines
    }

    // MARK: Words

    /// How long it is from `start` to `end`, in one or two units: `45s`, `12m`, `3h 5m`, `2d 4h`.
    func span(_ start: Timestamp, _ end: Timestamp) -> String {
        let seconds = max(0, end.milliseconds - start.milliseconds) / 1000
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m"
        case ..<86_400: return "\(seconds / 3600)h" + (seconds % 3600 < 60 ? "" : " \(seconds % 3600 / 60)m")
        default: return "\(seconds / 86_400)d" + (seconds % 86_400 < 3600 ? "" : " \(seconds % 86_400 / 3600)h")
        }
    }

    /// `512`, `12K`, `3M`.
    static func size(_ octets: Int) -> String {
        switch octets {
        case ..<1024: "\(octets)"
        case ..<(1 << 20): "\(octets >> 10)K"
        case ..<(1 << 30): "\(octets >> 20)M"
        default: "\(octets >> 30)G"
        }
    }

    private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }

    static func time(_ time: Timestamp) -> String { DateTime(secondsSince1970: time.seconds).internetFormat }

    private static func said(_ host: String, _ reply: String) -> String { host.isEmpty ? reply : "\(host): \(reply)" }

    private static func padded(_ text: String, _ width: Int, isRight: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return isRight ? blanks + text : text + blanks
    }

    /// At most `width` columns of it, on one line.
    static func cut(_ text: String) -> String {
        let text = printable(text)
        return text.count <= width ? text : text.prefix(width - 3) + "..."
    }

    /// Without controls, and what else changes how the rest of a line is shown.
    static func printable(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: shown.unicodeScalars.append("?")
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// `text` in lines of `width` columns, each behind `indent`; words longer than a line are broken.
    private func wrapped(_ text: String, _ indent: String) -> [String] {
        let room = Self.width - indent.count
        var lines: [String] = []
        var line = ""
        for word in Self.printable(text).split(separator: " ") {
            var rest = word[...]
            if !line.isEmpty, line.count + 1 + rest.count > room {
                lines.append(indent + line)
                line = ""
            }
            while rest.count > room {
                lines.append(indent + rest.prefix(room))
                rest = rest.dropFirst(room)
            }
            line += (line.isEmpty ? "" : " ") + rest
        }
        return line.isEmpty ? lines : lines + [indent + line]
    }
}
