internal import Gateway

extension AccountRequest {
    /// The request about an account or a domain that the operands ask for; nil if they ask for none.
    init?(_ noun: String, _ arguments: Arguments) throws(UsageError) {
        let operands = arguments.operands
        let verb = operands.first ?? ""
        switch "\(noun) \(verb)" {
        case "account show":
            try arguments.expectOperands(verb, "ADDRESS")
            self = .show(operands[1])
        case "domain show":
            try arguments.expectOperands(verb, "DOMAIN")
            self = .showDomain(operands[1])
        case "account set", "domain set":
            guard operands.count >= 2 else {
                throw UsageError(noun == "domain" ? "DOMAIN is missing" : "ADDRESS is missing")
            }
            guard operands.count >= 3 else { throw UsageError("KEY=VALUE is missing") }
            let settings = Array(operands.dropFirst(2))
            self = noun == "domain" ? .setDomain(operands[1], settings) : .set(operands[1], settings)
        case "account sign-ins":
            try arguments.expectOperands(verb, "ADDRESS")
            self = .signIns(operands[1], isJSON: arguments.has("json"))
        case "account allow", "account disallow":
            try arguments.expectOperands(verb, "ADDRESS", "NETWORK")
            self =
                verb == "allow"
                ? .allow(operands[1], network: operands[2]) : .disallow(operands[1], network: operands[2])
        case "account app-password": try self.init(appPassword: arguments)
        default: return nil
        }
    }

    private init(appPassword arguments: Arguments) throws(UsageError) {
        let operands = arguments.operands
        switch operands.count > 1 ? operands[1] : "" {
        case "add":
            guard operands.count >= 3 else { throw UsageError("ADDRESS is missing") }
            guard let label = arguments.value("label") else { throw UsageError("option '--label' is missing") }
            guard operands.count >= 4 else { throw UsageError("SCOPE is missing: imap, pop3, smtp, rest, sieve") }
            let days = try arguments.number("days", in: 1...3650) ?? 0
            self = .addAppPassword(operands[2], label: label, days: days, scopes: Array(operands.dropFirst(3)))
        case "list":
            try arguments.expectOperands("app-password", "list", "ADDRESS")
            self = .listAppPasswords(operands[2])
        case "remove":
            try arguments.expectOperands("app-password", "remove", "ADDRESS", "ID")
            self = .removeAppPassword(operands[2], id: operands[3])
        case "": throw UsageError("add, list or remove is missing")
        case let other: throw UsageError("unknown command 'account app-password \(other)'")
        }
    }
}
