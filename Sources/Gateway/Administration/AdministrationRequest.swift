/// What the command asks of the service that has the store, or does itself when none runs.
public enum AdministrationRequest: Hashable, Sendable {
    /// Takes in a domain.
    case addDomain(String)
    /// Gives up a domain without accounts.
    case removeDomain(String)
    /// Lists domains.
    case listDomains
    /// Makes an account.
    case addAccount(String, name: String, password: String)
    /// Removes an account.
    case removeAccount(String)
    /// Lists accounts, of one domain or of all.
    case listAccounts(domain: String?)
    /// Has an account send no more.
    case suspendAccount(String, reason: String)
    /// Lets an account send again.
    case resumeAccount(String)
    /// Gives an account another password.
    case setPassword(String, password: String)
    /// Makes an alias for accounts.
    case addAlias(String, targets: [String])
    /// Removes an alias.
    case removeAlias(String)
    /// Lists aliases, of one domain or of all.
    case listAliases(domain: String?)
    /// Something about one account, or one domain's accounts, and how one signs in.
    case account(AccountRequest)
    /// Something about mail on its way.
    case queue(QueueRequest)
    /// Something about who is not written to, and what becomes of mail.
    case reputation(ReputationRequest)
    /// How often each event happened since the service started.
    case status

    /// The words by which it goes over the socket.
    var words: [String] {
        switch self {
        case .addDomain(let domain): ["domain", "add", domain]
        case .removeDomain(let domain): ["domain", "remove", domain]
        case .listDomains: ["domain", "list"]
        case .addAccount(let address, let name, let password): ["account", "add", address, name, password]
        case .removeAccount(let address): ["account", "remove", address]
        case .listAccounts(let domain): ["account", "list"] + [domain].compactMap(\.self)
        case .suspendAccount(let address, let reason): ["account", "suspend", address, reason]
        case .resumeAccount(let address): ["account", "resume", address]
        case .setPassword(let address, let password): ["account", "password", address, password]
        case .addAlias(let address, let targets): ["alias", "add", address] + targets
        case .removeAlias(let address): ["alias", "remove", address]
        case .listAliases(let domain): ["alias", "list"] + [domain].compactMap(\.self)
        case .account(let request): request.words
        case .queue(let request): request.words
        case .reputation(let request): request.words
        case .status: ["status"]
        }
    }

    /// The request that `words` stand for; nil if none.
    init?(words: [String]) {
        let rest = Array(words.dropFirst(2))
        switch (words.prefix(2).joined(separator: " "), rest.count) {
        case ("domain add", 1): self = .addDomain(rest[0])
        case ("domain remove", 1): self = .removeDomain(rest[0])
        case ("domain list", 0): self = .listDomains
        case ("account add", 3): self = .addAccount(rest[0], name: rest[1], password: rest[2])
        case ("account remove", 1): self = .removeAccount(rest[0])
        case ("account list", 0...1): self = .listAccounts(domain: rest.first)
        case ("account suspend", 2): self = .suspendAccount(rest[0], reason: rest[1])
        case ("account resume", 1): self = .resumeAccount(rest[0])
        case ("account password", 2): self = .setPassword(rest[0], password: rest[1])
        case ("alias add", 2...): self = .addAlias(rest[0], targets: Array(rest.dropFirst()))
        case ("alias remove", 1): self = .removeAlias(rest[0])
        case ("alias list", 0...1): self = .listAliases(domain: rest.first)
        case ("status", 0): self = .status
        default:
            if let request = QueueRequest(words: words) {
                self = .queue(request)
            } else if let request = ReputationRequest(words: words) {
                self = .reputation(request)
            } else if let request = AccountRequest(words: words) {
                self = .account(request)
            } else {
                return nil
            }
        }
    }
}

/// Why an administrator's request was not done, in words for whoever asked.
public struct AdministrationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line.
    public var description: String

    /// The error that `description` tells of.
    public init(_ description: String) { self.description = description }
}
