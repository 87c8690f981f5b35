internal import Admission
internal import Directory
internal import World
internal import Octets
internal import Queue
internal import Store

/// Does what an administrator asks, in the process that has the store.
struct Administrator: Sendable {
    /// Accounts or aliases read at a time.
    static let pageLimit = 1000

    var directory: StoreDirectory
    /// The events of the service, by name; nil when none runs.
    var counters: EventCounters?
    var world = World.real
    /// Which accounts may send.
    var sending: SendingRules?
    /// Mail on its way.
    var queue: MailQueue?
    /// Who is not written to, and what becomes of mail.
    var reputation: Reputation?

    /// Does `request` and passes each line of the answer to `answer`.
    func perform(
        _ request: AdministrationRequest,
        answer: (String) -> Void
    ) async throws(AdministrationError) {
        if case .queue(let request) = request { return try await run(request, answer) }
        do throws(DirectoryError) { try await run(request, answer) } catch {
            switch error {
            case .exists(let name): throw AdministrationError("'\(name)' exists already")
            case .notFound(let name): throw AdministrationError("there is no '\(name)'")
            case .invalid(let reason): throw AdministrationError(reason)
            case .tooManyFailures: throw AdministrationError("too many wrong passwords")
            case .store(let cause): throw AdministrationError("the store failed: \(cause)")
            }
        }
    }

    private func run(_ request: AdministrationRequest, _ answer: (String) -> Void) async throws(DirectoryError) {
        switch request {
        case .addDomain(let domain): try await directory.addDomain(domain)
        case .removeDomain(let domain): try await directory.removeDomain(domain)
        case .listDomains: for domain in try await directory.listDomains() { answer(domain) }
        case .addAccount(let address, let name, let password):
            try await directory.addAccount(try parse(address), name: name, password: Array(password.utf8))
        case .removeAccount(let address): try await directory.removeAccount(try parse(address))
        case .suspendAccount(let address, let reason): try await suspend(try parse(address), reason)
        case .resumeAccount(let address): try await resume(try parse(address))
        case .listAccounts(let domain):
            let suspensions = try await suspensions()
            var page = try await directory.listAccounts(of: domain, limit: Administrator.pageLimit)
            while let last = page.last {
                for account in page {
                    let suspension = suspensions[account.number].map { "\tcannot send: \(Self.text($0))" } ?? ""
                    let name = account.name.isEmpty && suspension.isEmpty ? "" : "\t\(account.name)"
                    answer("\(account.address)\(name)\(suspension)")
                }
                page = try await directory.listAccounts(
                    of: domain,
                    after: last.address,
                    limit: Administrator.pageLimit
                )
            }
        case .setPassword(let address, let password):
            try await directory.setPassword(try parse(address), Array(password.utf8))
        case .addAlias(let address, let targets):
            var parsed: [MailAddress] = []
            for target in targets { parsed.append(try parse(target)) }
            try await directory.addAlias(try parse(address), to: parsed)
        case .removeAlias(let address): try await directory.removeAlias(try parse(address))
        case .listAliases(let domain):
            var page = try await directory.listAliases(of: domain, limit: Administrator.pageLimit)
            while let last = page.last {
                for alias in page {
                    answer("\(alias.address)\t\(alias.targets.map(\.description).joined(separator: " "))")
                }
                page = try await directory.listAliases(
                    of: domain,
                    after: last.address,
                    limit: Administrator.pageLimit
                )
            }
        case .account(let request): try await run(request, answer)
        case .reputation(let request): try await run(request, answer)
        case .status:
            guard let counters else { throw .invalid("no service is running") }
            for (name, count) in counters.all { answer("\(name)\t\(count)") }
            for (name, count) in try await queueStatus() { answer("\(name)\t\(count)") }
        // It has errors of its own: see `perform`.
        case .queue: break
        }
    }

    func parse(_ text: String) throws(DirectoryError) -> MailAddress {
        guard let address = MailAddress(text) else { throw .invalid("'\(text)' is no address: user@domain is needed") }
        return address
    }
}
