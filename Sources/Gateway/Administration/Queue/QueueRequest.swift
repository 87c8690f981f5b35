public import Queue

/// What the command asks about mail on its way.
public enum QueueRequest: Hashable, Sendable {
    /// What is done to jobs.
    public enum Action: Hashable, Sendable {
        case hold
        case release
        case retry
        case delete
        /// To another host; nil for where the recipients' domain says.
        case route(String?)

        /// `held`, as in "3 jobs held".
        var past: String {
            switch self {
            case .hold: "held"
            case .release: "released"
            case .retry: "to be tried now"
            case .delete: "deleted"
            case .route: "routed"
            }
        }

        var change: JobChange {
            switch self {
            case .hold: .hold
            case .release: .release
            case .retry: .retry
            case .delete: .delete
            case .route(let host): .reroute(host)
            }
        }

        /// One word; a route has its host behind an equals sign.
        fileprivate var word: String {
            switch self {
            case .hold: "hold"
            case .release: "release"
            case .retry: "retry"
            case .delete: "delete"
            case .route(let host): "route=\(host ?? "")"
            }
        }

        fileprivate init?(word: String) {
            switch word {
            case "hold": self = .hold
            case "release": self = .release
            case "retry": self = .retry
            case "delete": self = .delete
            case "route=": self = .route(nil)
            default:
                guard word.hasPrefix("route=") else { return nil }
                self = .route(String(word.dropFirst("route=".count)))
            }
        }
    }

    /// Lists jobs, at most `limit`, after a place in the list.
    case list(JobQuery, after: String?, limit: Int, isJSON: Bool)
    /// All about the message of that id, or of that job.
    case show(String, isJSON: Bool)
    /// Does something to the jobs, or all jobs of the messages, of those ids.
    case changeNamed(Action, [String])
    /// Does something to a part of the jobs that the query means.
    case change(Action, JobQuery, after: String?)
    /// Holds a destination of a queue, or lets it go on.
    case setPaused(Bool, domain: String, queue: QueueName)
    /// How much is where.
    case statistics(isJSON: Bool)
    /// The way of the messages with that Message-ID.
    case trace(String, isJSON: Bool)

    /// The words by which it goes over the socket.
    var words: [String] {
        func format(_ isJSON: Bool) -> String { isJSON ? "json" : "text" }
        switch self {
        case .list(let query, let after, let limit, let isJSON):
            return ["queue", "list", format(isJSON), "\(limit)", after ?? ""] + query.words
        case .show(let id, let isJSON): return ["queue", "show", format(isJSON), id]
        case .changeNamed(let action, let ids): return ["queue", "change-named", action.word] + ids
        case .change(let action, let query, let after):
            return ["queue", "change", action.word, after ?? ""] + query.words
        case .setPaused(let isPaused, let domain, let queue):
            return ["queue", isPaused ? "pause" : "resume", domain, queue.description]
        case .statistics(let isJSON): return ["queue", "stats", format(isJSON)]
        case .trace(let id, let isJSON): return ["queue", "trace", format(isJSON), id]
        }
    }

    /// The request that `words` stand for; nil if none.
    init?(words: [String]) {
        guard words.count >= 3, words[0] == "queue" else { return nil }
        let rest = Array(words.dropFirst(2))
        switch (words[1], rest.count) {
        case ("list", 3...):
            guard let limit = Int(rest[1]), let query = try? JobQuery(words: rest.dropFirst(3)) else { return nil }
            self = .list(query, after: rest[2].isEmpty ? nil : rest[2], limit: limit, isJSON: rest[0] == "json")
        case ("show", 2): self = .show(rest[1], isJSON: rest[0] == "json")
        case ("change-named", 2...):
            guard let action = Action(word: rest[0]) else { return nil }
            self = .changeNamed(action, Array(rest.dropFirst()))
        case ("change", 2...):
            guard let action = Action(word: rest[0]), let query = try? JobQuery(words: rest.dropFirst(2)) else {
                return nil
            }
            self = .change(action, query, after: rest[1].isEmpty ? nil : rest[1])
        case ("pause", 2), ("resume", 2):
            guard let queue = QueueName(rest[1]) else { return nil }
            self = .setPaused(words[1] == "pause", domain: rest[0], queue: queue)
        case ("stats", 1): self = .statistics(isJSON: rest[0] == "json")
        case ("trace", 2): self = .trace(rest[1], isJSON: rest[0] == "json")
        default: return nil
        }
    }
}
