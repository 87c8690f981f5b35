internal import Gateway

/// What the command was asked to do.
enum Command: Equatable {
    case help
    case version
    case serve(configuration: String)
    case demo(DemoOptions)
    case checkConfiguration(file: String)
    case describeConfiguration
    /// A request to the directory, which is where `place` says. A password that is nil is asked for.
    case administer(AdministrationRequest, Place)
    case addAccount(address: String, name: String, Place)
    case setPassword(address: String, Place)
    /// What to look at in messages.
    case message(MessageCommand)
    /// What to look up.
    case dns(DNSCommand)
    /// What to send, and where.
    case send(SendCommand)
    /// What to measure.
    case bench(BenchCommand)

    /// Where the data of a service is.
    enum Place: Equatable {
        /// Named by a configuration file.
        case configuration(String)
        /// The folder itself.
        case data(String)
    }

    /// The command that `words`, those after `portico`, ask for.
    init(parsing words: [String]) throws(UsageError) {
        let isHelp = words.prefix(while: { $0 != "--" }).contains { $0 == "--help" || $0 == "-h" }
        guard let first = words.first, !isHelp, first != "help" else {
            guard isHelp || !words.isEmpty else { throw UsageError("a command is missing") }
            self = .help
            return
        }
        let rest = words.dropFirst()
        switch first {
        case "--version", "version":
            try Arguments(rest, options: []).expectOperands()
            self = .version
        case "serve":
            let arguments = try Arguments(rest, options: ["config"])
            try arguments.expectOperands()
            guard let file = arguments.value("config") else { throw UsageError("option '--config' is missing") }
            self = .serve(configuration: file)
        case "demo": self = .demo(try Command.demo(rest))
        case "message": self = .message(try MessageCommand(parsing: rest))
        case "dns": self = .dns(try DNSCommand(parsing: rest))
        case "send": self = .send(try SendCommand(parsing: rest))
        case "bench": self = .bench(try BenchCommand(parsing: rest))
        case "config": self = try Command.configuration(rest)
        case "queue":
            let (request, arguments) = try QueueRequest.parse(rest)
            self = .administer(.queue(request), try Command.place(arguments))
        case "trace":
            let arguments = try Arguments(rest, options: ["config", "data"], flags: ["json"])
            try arguments.expectOperands("MESSAGE-ID")
            let request = QueueRequest.trace(arguments.operands[0], isJSON: arguments.has("json"))
            self = .administer(.queue(request), try Command.place(arguments))
        case "suppression", "deliverability", "complaints", "tls-reports":
            let (request, arguments) = try ReputationRequest.parse(first, rest)
            self = .administer(.reputation(request), try Command.place(arguments))
        case "domain", "account", "alias", "status": self = try Command.administration(first, rest)
        default: throw UsageError("unknown command '\(first)'")
        }
    }

    private static func demo(_ words: ArraySlice<String>) throws(UsageError) -> DemoOptions {
        let arguments = try Arguments(words, options: ["data", "port-base", "accounts", "password"])
        try arguments.expectOperands()
        var options = DemoOptions()
        if let folder = arguments.value("data") { options.dataDirectory = folder }
        options.portBase = try arguments.number("port-base", in: 1...64_000) ?? options.portBase
        options.accounts = try arguments.number("accounts", in: 0...1_000_000) ?? options.accounts
        if let password = arguments.value("password") { options.password = password }
        return options
    }

    private static func configuration(_ words: ArraySlice<String>) throws(UsageError) -> Command {
        let arguments = try Arguments(words, options: [])
        switch arguments.operands.first {
        case "check":
            try arguments.expectOperands("check", "FILE")
            return .checkConfiguration(file: arguments.operands[1])
        case "describe":
            try arguments.expectOperands("describe")
            return .describeConfiguration
        case let other?: throw UsageError("unknown command 'config \(other)'")
        case nil: throw UsageError("check or describe is missing")
        }
    }

    private static func administration(
        _ noun: String,
        _ words: ArraySlice<String>
    ) throws(UsageError) -> Command {
        let all = ["config", "data", "name", "password", "domain", "label", "days", "reason"]
        let verb = try Arguments(words, options: all, flags: ["json"]).operands.first ?? ""
        var options = ["config", "data"]
        if noun == "account", verb == "add" { options += ["name", "password"] }
        if noun == "account", verb == "password" { options += ["password"] }
        if noun == "account", verb == "suspend" { options += ["reason"] }
        if verb == "list", noun != "domain" { options += ["domain"] }
        if noun == "account", verb == "app-password" { options += ["label", "days"] }
        let flags = noun == "account" && verb == "sign-ins" ? ["json"] : []
        let arguments = try Arguments(words, options: options, flags: flags)
        let place = try place(arguments)
        if let request = try AccountRequest(noun, arguments) { return .administer(.account(request), place) }
        switch noun == "status" ? noun : "\(noun) \(verb)" {
        case "status":
            try arguments.expectOperands()
            return .administer(.status, place)
        case "domain list":
            try arguments.expectOperands("list")
            return .administer(.listDomains, place)
        case "account list":
            try arguments.expectOperands("list")
            return .administer(.listAccounts(domain: arguments.value("domain")), place)
        case "alias list":
            try arguments.expectOperands("list")
            return .administer(.listAliases(domain: arguments.value("domain")), place)
        case "alias add": return .administer(try addAlias(arguments), place)
        case "domain add", "domain remove", "alias remove", "account remove", "account resume":
            try arguments.expectOperands(verb, noun == "domain" ? "DOMAIN" : "ADDRESS")
            return .administer(change(noun, verb, arguments.operands[1]), place)
        case "account suspend":
            try arguments.expectOperands(verb, "ADDRESS")
            let reason = arguments.value("reason") ?? "the administrator suspended it"
            return .administer(.suspendAccount(arguments.operands[1], reason: reason), place)
        case "account add", "account password":
            try arguments.expectOperands(verb, "ADDRESS")
            let address = arguments.operands[1]
            let name = arguments.value("name") ?? ""
            guard let password = arguments.value("password") else {
                return verb == "add"
                    ? .addAccount(address: address, name: name, place) : .setPassword(address: address, place)
            }
            return verb == "add"
                ? .administer(.addAccount(address, name: name, password: password), place)
                : .administer(.setPassword(address, password: password), place)
        case let other:
            throw UsageError(verb.isEmpty ? "what to do with the \(noun) is missing" : "unknown command '\(other)'")
        }
    }

    private static func change(_ noun: String, _ verb: String, _ name: String) -> AdministrationRequest {
        switch (noun, verb) {
        case ("domain", "add"): .addDomain(name)
        case ("domain", _): .removeDomain(name)
        case ("alias", _): .removeAlias(name)
        case ("account", "resume"): .resumeAccount(name)
        default: .removeAccount(name)
        }
    }

    private static func addAlias(_ arguments: Arguments) throws(UsageError) -> AdministrationRequest {
        guard arguments.operands.count >= 3 else {
            throw UsageError(arguments.operands.count == 2 ? "ACCOUNT is missing" : "ADDRESS is missing")
        }
        return .addAlias(arguments.operands[1], targets: Array(arguments.operands.dropFirst(2)))
    }

    private static func place(_ arguments: Arguments) throws(UsageError) -> Place {
        switch (arguments.value("config"), arguments.value("data")) {
        case (let file?, nil): return .configuration(file)
        case (nil, let folder?): return .data(folder)
        case (nil, nil): throw UsageError("option '--config' or '--data' is missing: whose directory is it?")
        default: throw UsageError("options '--config' and '--data' exclude each other")
        }
    }
}
