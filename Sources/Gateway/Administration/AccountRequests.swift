internal import Cryptography
internal import Directory
internal import Octets
internal import World

/// What the command asks about one account, or one domain's accounts, and how one signs in.
public enum AccountRequest: Hashable, Sendable {
    /// What is known of an account.
    case show(String)
    /// Sets settings, each written `key=value`; the value `default` takes one back.
    case set(String, [String])
    /// Sets settings of a domain's accounts.
    case setDomain(String, [String])
    /// What is set for a domain's accounts.
    case showDomain(String)
    /// Makes an application password, and tells it. Days until it expires; 0 for never.
    case addAppPassword(String, label: String, days: Int, scopes: [String])
    /// Lists application passwords.
    case listAppPasswords(String)
    /// Takes one back.
    case removeAppPassword(String, id: String)
    /// Lists sign-ins.
    case signIns(String, isJSON: Bool)
    /// Vouches for sign-ins from a network.
    case allow(String, network: String)
    /// Takes that back.
    case disallow(String, network: String)

    /// The words by which it goes over the socket.
    var words: [String] {
        switch self {
        case .show(let address): ["account", "show", address]
        case .set(let address, let settings): ["account", "set", address] + settings
        case .setDomain(let domain, let settings): ["domain", "set", domain] + settings
        case .showDomain(let domain): ["domain", "show", domain]
        case .addAppPassword(let address, let label, let days, let scopes):
            ["account", "add-app-password", address, label, "\(days)"] + scopes
        case .listAppPasswords(let address): ["account", "list-app-passwords", address]
        case .removeAppPassword(let address, let id): ["account", "remove-app-password", address, id]
        case .signIns(let address, let isJSON): ["account", "sign-ins", address, isJSON ? "json" : "text"]
        case .allow(let address, let network): ["account", "allow", address, network]
        case .disallow(let address, let network): ["account", "disallow", address, network]
        }
    }

    /// The request that `words` stand for; nil if none.
    init?(words: [String]) {
        let rest = Array(words.dropFirst(3))
        guard words.count >= 3 else { return nil }
        let name = words[2]
        switch (words.prefix(2).joined(separator: " "), rest.count) {
        case ("account show", 0): self = .show(name)
        case ("account set", 1...): self = .set(name, rest)
        case ("domain set", 1...): self = .setDomain(name, rest)
        case ("domain show", 0): self = .showDomain(name)
        case ("account add-app-password", 3...):
            guard let days = Int(rest[1]) else { return nil }
            self = .addAppPassword(name, label: rest[0], days: days, scopes: Array(rest.dropFirst(2)))
        case ("account list-app-passwords", 0): self = .listAppPasswords(name)
        case ("account remove-app-password", 1): self = .removeAppPassword(name, id: rest[0])
        case ("account sign-ins", 1): self = .signIns(name, isJSON: rest[0] == "json")
        case ("account allow", 1): self = .allow(name, network: rest[0])
        case ("account disallow", 1): self = .disallow(name, network: rest[0])
        default: return nil
        }
    }
}

extension Administrator {
    func run(_ request: AccountRequest, _ answer: (String) -> Void) async throws(DirectoryError) {
        switch request {
        case .show(let address): try await show(try parse(address), answer)
        case .set(let address, let settings):
            try await directory.set(try Administrator.settings(settings), of: try parse(address))
        case .setDomain(let domain, let settings):
            try await directory.set(try Administrator.settings(settings), ofDomain: domain)
        case .showDomain(let domain):
            for (name, value) in try await directory.settings(ofDomain: domain).values { answer("\(name)\t\(value)") }
        case .addAppPassword(let address, let label, let days, let scopes):
            try await addAppPassword(try parse(address), label: label, days: days, scopes, answer)
        case .listAppPasswords(let address):
            for (password, lastUse) in try await directory.appPasswords(of: try parse(address)) {
                let fields = [
                    password.id, password.label, password.permissions.words.joined(separator: " "),
                    "made " + Administrator.text(password.created),
                    password.expires.map { "expires " + Administrator.text($0) } ?? "does not expire",
                    lastUse.map { "used " + Administrator.text($0) } ?? "not used lately",
                ]
                answer(fields.joined(separator: "\t"))
            }
        case .removeAppPassword(let address, let id):
            try await directory.removeAppPassword(try parse(address), id: id)
        case .signIns(let address, let isJSON):
            for record in try await directory.signIns(of: try parse(address)) {
                answer(isJSON ? Administrator.json(record) : Administrator.line(record))
            }
        case .allow(let address, let network): try await directory.allow(network, for: try parse(address))
        case .disallow(let address, let network): try await directory.disallow(network, for: try parse(address))
        }
    }

    private func show(_ address: MailAddress, _ answer: (String) -> Void) async throws(DirectoryError) {
        guard let account = try await directory.account(address) else { throw .notFound(address.description) }
        let own = try await directory.settings(of: address)
        answer("address\t\(account.address)")
        answer("number\t\(account.number)")
        answer("name\t\(account.name)")
        let hashes = try await directory.scramHashes(of: address).map(\.rawValue)
        answer("scram\t\(hashes.isEmpty ? "none until the password is next sent" : hashes.joined(separator: " "))")
        answer("app passwords\t\(try await directory.appPasswords(of: address).count)")
        for network in try await directory.allowedNetworks(of: address) { answer("allowed network\t\(network)") }
        for (name, value) in account.settings.values {
            let isOwn = own.values.contains { $0.name == name }
            answer("\(name)\t\(value)" + (isOwn ? "" : "\tby its domain"))
        }
    }

    private func addAppPassword(
        _ address: MailAddress,
        label: String,
        days: Int,
        _ scopes: [String],
        _ answer: (String) -> Void
    ) async throws(DirectoryError) {
        guard (0...3650).contains(days) else { throw .invalid("an application password lasts 1 to 3650 days") }
        let expires = days > 0 ? world.now().milliseconds + Int64(days) * 86_400_000 : nil
        let (made, password) = try await directory.addAppPassword(
            address,
            label: label,
            permissions: try Permissions(words: scopes),
            expires: expires.map { Timestamp(milliseconds: $0) }
        )
        answer("id\t\(made.id)")
        answer("password\t\(password)")
        answer("This is the only time that it is shown.")
    }

    /// `key=value`, with no value for `default`.
    private static func settings(
        _ words: [String]
    ) throws(DirectoryError) -> [(name: String, value: String?)] {
        var settings: [(name: String, value: String?)] = []
        for word in words {
            guard let equals = word.firstIndex(of: "=") else { throw .invalid("'\(word)': key=value is needed") }
            let value = String(word[word.index(after: equals)...])
            settings.append((String(word[..<equals]), value == "default" ? nil : value))
        }
        return settings
    }

    private static func text(_ time: Timestamp) -> String { DateTime(secondsSince1970: time.seconds).internetFormat }

    private static func line(_ record: SignInRecord) -> String {
        let times = record.count > 1 ? "\(record.count) times since \(text(record.first))" : "once"
        let result = [record.result.rawValue, record.suspicion?.rawValue].compactMap(\.self).joined(separator: " ")
        return [
            text(record.last), times, result, record.service.rawValue, record.mechanism, record.address,
            record.appPassword.map { "app password \($0)" } ?? "", record.client,
        ].joined(separator: "\t")
    }

    private static func json(_ record: SignInRecord) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("last_at", text(record.last))
            json.member("first_at", text(record.first))
            json.member("count", record.count)
            json.member("result", record.result.rawValue)
            json.member("suspicion", record.suspicion?.rawValue)
            json.member("service", record.service.rawValue)
            json.member("mechanism", record.mechanism)
            json.member("address", record.address)
            json.member("network", record.network)
            json.member("client", record.client)
            json.member("app_password_id", record.appPassword)
        }
        return String(decoding: json.octets, as: UTF8.self)
    }
}
