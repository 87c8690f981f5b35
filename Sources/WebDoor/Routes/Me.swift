internal import Directory
internal import HTTP
internal import Octets
internal import World

// What an account's owner sees and changes of the account itself.

/// The answer to `GET /v1/me`.
private struct MeBody: JSONWritable {
    var principal: Principal
    var networks: [String]

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", "\(principal.account.number)")
            json.member("email", principal.account.address.description)
            json.member("name", principal.account.name)
            json.member("scopes", principal.permissions.words)
            json.member("may_manage", principal.permissions.contains(.manage))
            json.member("require_app_passwords", principal.account.settings.requireAppPasswords ?? false)
            json.member("suspicious_sign_ins", (principal.account.settings.suspiciousSignIns ?? .notify).rawValue)
            json.member("allowed_networks", networks)
        }
    }
}

private struct SignInBody: JSONWritable {
    var record: SignInRecord

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("result", record.result.rawValue)
            json.member("suspicion", record.suspicion?.rawValue)
            json.member("count", record.count)
            json.member("first_at", record.first.internetFormat)
            json.member("last_at", record.last.internetFormat)
            json.member("service", record.service.rawValue)
            json.member("mechanism", record.mechanism)
            json.member("address", record.address)
            json.member("network", record.network)
            json.member("client", record.client)
            json.member("app_password_id", record.appPassword)
        }
    }
}

private struct AppPasswordBody: JSONWritable {
    var appPassword: AppPassword
    var lastUse: Timestamp?
    /// Only when it is made.
    var password: String?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", appPassword.id)
            json.member("label", appPassword.label)
            json.member("scopes", appPassword.permissions.words)
            json.member("created_at", appPassword.created.internetFormat)
            json.member("expires_at", appPassword.expires?.internetFormat)
            json.member("last_used_at", lastUse?.internetFormat)
            if let password { json.member("password", password) }
        }
    }
}

/// The body of `POST /v1/me/app-passwords`.
private struct NewAppPassword: Decodable {
    var label: String
    var scopes: [String]
    var expiresInDays: Int?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case label, scopes
        case expiresInDays = "expires_in_days"
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknown(CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        label = try values.decode(String.self, forKey: .label)
        scopes = try values.decode([String].self, forKey: .scopes)
        expiresInDays = try values.decodeIfPresent(Int.self, forKey: .expiresInDays)
    }
}

/// The body of `POST /v1/me/networks`.
private struct NewNetwork: Decodable {
    var network: String

    private enum CodingKeys: String, CodingKey, CaseIterable { case network }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknown(CodingKeys.allCases.map(\.rawValue))
        network = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .network)
    }
}

extension Session {
    /// The routes below `/v1/me`.
    mutating func answerMe(
        _ route: Route,
        _ principal: Principal,
        _ head: RequestHead
    ) async throws(Ending) -> Response {
        guard let accounts = door.accounts else { throw .problem(.notFound) }
        _ = try Parameters(head.target.query, known: [])
        let address = principal.account.address
        do throws(DirectoryError) {
            switch (route, head.method) {
            case (.me, _):
                let networks = try await accounts.allowedNetworks(of: address)
                return Response(.ok, json: MeBody(principal: principal, networks: networks))
            case (.signIns, _):
                let records = try await accounts.signIns(of: address)
                return Response(.ok, json: records.map { SignInBody(record: $0) })
            case (.appPasswords, "GET"), (.appPasswords, "HEAD"):
                let found = try await accounts.appPasswords(of: address)
                return Response(
                    .ok,
                    json: found.map { AppPasswordBody(appPassword: $0.appPassword, lastUse: $0.lastUse) }
                )
            case (.appPassword(let id), _):
                try await accounts.removeAppPassword(address, id: id)
                return Response(.noContent)
            case (.network(let network), _):
                try await accounts.disallow(network, for: address)
                return Response(.noContent)
            default: break
            }
        } catch {
            throw .problem(Problem(error))
        }
        if route == .networks { return try await allowNetwork(accounts, address, head) }
        return try await makeAppPassword(accounts, address, head)
    }

    private mutating func makeAppPassword(
        _ accounts: any SignInManagement,
        _ address: MailAddress,
        _ head: RequestHead
    ) async throws(Ending) -> Response {
        let new = try await readJSON(head, limit: 4 << 10, as: NewAppPassword.self)
        let days = new.expiresInDays
        guard days.map({ (1...3650).contains($0) }) ?? true else {
            let text = "It has to be 1 to 3650."
            throw .problem(Problem(.unprocessableContent, "invalid", text, field: "expires_in_days"))
        }
        let now = door.world.now().milliseconds
        do throws(DirectoryError) {
            let (made, password) = try await accounts.addAppPassword(
                address,
                label: new.label,
                permissions: try Permissions(words: new.scopes),
                expires: days.map { Timestamp(milliseconds: now + Int64($0) * 86_400_000) }
            )
            door.log(.notice, "web.app_password_made", [("account", "\(address)"), ("id", made.id)])
            return Response(.created, json: AppPasswordBody(appPassword: made, password: password))
        } catch {
            throw .problem(Problem(error))
        }
    }

    private mutating func allowNetwork(
        _ accounts: any SignInManagement,
        _ address: MailAddress,
        _ head: RequestHead
    ) async throws(Ending) -> Response {
        let new = try await readJSON(head, limit: 4 << 10, as: NewNetwork.self)
        do throws(DirectoryError) { try await accounts.allow(new.network, for: address) } catch {
            throw .problem(Problem(error))
        }
        return Response(.noContent)
    }
}

extension Problem {
    /// What the client is told of the directory's error.
    fileprivate init(_ error: DirectoryError) {
        switch error {
        case .notFound: self = .notFound
        case .invalid(let reason): self.init(.unprocessableContent, "invalid", reason + ".")
        case .exists: self.init(.conflict, "conflict", "There is one already.")
        case .store, .tooManyFailures: self = .failure(error)
        }
    }
}

extension Timestamp {
    fileprivate var internetFormat: String { DateTime(secondsSince1970: seconds).internetFormat }
}
