internal import Gateway

extension ReputationRequest {
    /// The request that the words behind `portico suppression`, `deliverability`, `complaints` or `tls-reports` ask for, and their options.
    static func parse(_ noun: String, _ words: ArraySlice<String>) throws(UsageError) -> (ReputationRequest, Arguments)
    {
        let place = ["config", "data"]
        switch noun {
        case "deliverability":
            let arguments = try Arguments(words, options: place + ["days"], flags: ["json"])
            try arguments.expectOperands()
            let days = try arguments.number("days", in: 1...60) ?? 7
            return (.deliverability(days: days, isJSON: arguments.has("json")), arguments)
        case "complaints":
            let arguments = try Arguments(words, options: place, flags: ["json"])
            try arguments.expectOperands("ADDRESS")
            return (.complaints(arguments.operands[0], isJSON: arguments.has("json")), arguments)
        case "tls-reports":
            let arguments = try Arguments(words, options: place + ["days"], flags: ["json", "own"])
            try arguments.expectOperands()
            let days = try arguments.number("days", in: 1...60) ?? 7
            let request = ReputationRequest.tlsReports(
                days: days,
                isOwn: arguments.has("own"),
                isJSON: arguments.has("json")
            )
            return (request, arguments)
        default: return try suppression(words)
        }
    }

    private static func suppression(_ words: ArraySlice<String>) throws(UsageError) -> (ReputationRequest, Arguments) {
        let lists = ["config", "data", "account", "domain"]
        let all = try Arguments(words, options: lists + ["reason", "days"], flags: ["json"])
        switch all.operands.first {
        case "list":
            let arguments = try Arguments(words, options: lists, flags: ["json"])
            try arguments.expectOperands("list")
            return (.list(try list(arguments), isJSON: arguments.has("json")), arguments)
        case "add":
            let arguments = try Arguments(words, options: lists + ["reason", "days"])
            try arguments.expectOperands("add", "ADDRESS")
            let reason = arguments.value("reason") ?? "the administrator put it there"
            let days = try arguments.number("days", in: 1...3650)
            return (.add(arguments.operands[1], try list(arguments), reason: reason, days: days), arguments)
        case "remove":
            let arguments = try Arguments(words, options: lists)
            try arguments.expectOperands("remove", "ADDRESS")
            return (.remove(arguments.operands[1], try list(arguments)), arguments)
        case let other?: throw UsageError("unknown command 'suppression \(other)'")
        case nil: throw UsageError("what to do with the suppression list is missing")
        }
    }

    private static func list(_ arguments: Arguments) throws(UsageError) -> List {
        switch (arguments.value("account"), arguments.value("domain")) {
        case (nil, nil): return .service
        case (let account?, nil): return .account(account)
        case (nil, let domain?): return .domain(domain)
        case (.some, .some): throw UsageError("options '--account' and '--domain' exclude each other")
        }
    }
}
