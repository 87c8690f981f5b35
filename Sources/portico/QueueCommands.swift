internal import Gateway
internal import Queue

extension QueueRequest {
    /// Options that say which jobs are meant; those of `JobQuery`, but for `held`, which are flags.
    private static let filters = ["queue", "domain", "sender", "recipient", "older-than", "account"]

    /// The request that `words`, those after `portico queue`, ask for, and the words' options.
    static func parse(_ words: ArraySlice<String>) throws(UsageError) -> (QueueRequest, Arguments) {
        let all = try Arguments(
            words,
            options: ["config", "data", "limit", "after"] + filters,
            flags: ["json", "held", "not-held"]
        )
        let verb = all.operands.first ?? ""
        var (options, flags) = (["config", "data"], [String]())
        switch verb {
        case "list": (options, flags) = (options + filters + ["limit", "after"], ["json", "held", "not-held"])
        case "hold", "release", "retry", "delete", "route":
            (options, flags) = (options + filters, ["held", "not-held"])
        case "show", "stats": flags = ["json"]
        case "pause", "resume": options.append("queue")
        case "": throw UsageError("what to do with the queue is missing")
        default: throw UsageError("unknown command 'queue \(verb)'")
        }
        let arguments = try Arguments(words, options: options, flags: flags)
        return (try QueueRequest(verb, arguments), arguments)
    }

    private init(_ verb: String, _ arguments: Arguments) throws(UsageError) {
        let operands = arguments.operands
        switch verb {
        case "list":
            try arguments.expectOperands(verb)
            let limit = try arguments.number("limit", in: 1...10_000) ?? 100
            let query = try Self.query(arguments)
            self = .list(query, after: arguments.value("after"), limit: limit, isJSON: arguments.has("json"))
        case "show":
            try arguments.expectOperands(verb, "ID")
            self = .show(try Self.id(operands[1]), isJSON: arguments.has("json"))
        case "pause", "resume":
            try arguments.expectOperands(verb, "DOMAIN")
            guard let queue = QueueName(arguments.value("queue") ?? "outgoing") else {
                throw UsageError("option '--queue' needs the name of a queue")
            }
            self = .setPaused(verb == "pause", domain: operands[1], queue: queue)
        case "stats":
            try arguments.expectOperands(verb)
            self = .statistics(isJSON: arguments.has("json"))
        default: self = try Self.change(verb, arguments)
        }
    }

    /// Something is done to the jobs that are named, or to those that a filter means; never to all by mistake.
    private static func change(_ verb: String, _ arguments: Arguments) throws(UsageError) -> QueueRequest {
        var operands = arguments.operands.dropFirst()
        let action: Action
        switch verb {
        case "hold": action = .hold
        case "release": action = .release
        case "retry": action = .retry
        case "delete": action = .delete
        default:
            guard let host = operands.popFirst() else { throw UsageError("HOST is missing; - is for where DNS says") }
            action = .route(host == "-" ? nil : host)
        }
        let query = try query(arguments)
        guard operands.isEmpty else {
            guard query.isEmpty else { throw UsageError("IDs and filters exclude each other") }
            var ids: [String] = []
            for operand in operands { ids.append(try id(operand)) }
            return .changeNamed(action, ids)
        }
        guard !query.isEmpty else { throw UsageError("an ID or a filter is missing: which jobs?") }
        return .change(action, query, after: nil)
    }

    private static func id(_ text: String) throws(UsageError) -> String {
        guard QueueID(text) != nil || JobID(text) != nil else {
            throw UsageError("'\(text)' is no id of a message or a job")
        }
        return text
    }

    private static func query(_ arguments: Arguments) throws(UsageError) -> JobQuery {
        var query = JobQuery()
        do throws(QueueError) {
            for name in filters {
                guard let value = arguments.value(name) else { continue }
                try query.set(name == "older-than" ? "older_than" : name, to: value)
            }
            if arguments.has("held") { try query.set("held", to: "true") }
            if arguments.has("not-held") { try query.set("held", to: "false") }
        } catch {
            if case .refused(let reason) = error { throw UsageError(reason) }
            throw UsageError("\(error)")
        }
        return query
    }
}
