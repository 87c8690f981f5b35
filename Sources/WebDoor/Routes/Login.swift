internal import Directory
internal import HTTP
internal import Octets
internal import World

/// The body of `POST /v1/login`.
private struct Credentials: Decodable {
    var email: String
    var password: String

    enum CodingKeys: String, CodingKey, CaseIterable { case email, password }
    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknown(CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        email = try values.decode(String.self, forKey: .email)
        password = try values.decode(String.self, forKey: .password)
    }
}

private struct TokenBody: JSONWritable {
    var token: String
    var expiresAt: String
    var userId: String
    var suspension: SuspensionBody?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("token", token)
            json.member("token_type", "Bearer")
            json.member("expires_at", expiresAt)
            json.member("user_id", userId)
            json.member("sending_suspended", suspension)
        }
    }
}

extension Session {
    /// `POST /v1/login`: a token for an address and a password.
    mutating func signIn(_ head: RequestHead) async throws(Ending) -> Response {
        try requireAllowedLogin()
        let credentials = try await readJSON(head, limit: 4 << 10, as: Credentials.self)
        let signIn = signIn(as: credentials.email, by: "LOGIN", head)
        let principal = try await checkPassword(signIn, Array(credentials.password.utf8))
        let suspension = try await suspension(of: principal.account)
        let milliseconds = door.configuration.tokenTime.components.seconds * 1000
        let end = Timestamp(milliseconds: door.world.now().milliseconds + milliseconds)
        guard let token = door.tokens.issue(to: principal, until: end, world: door.world) else {
            throw .problem(Problem(.serviceUnavailable, "too_many_tokens", "Too many are signed in. Use HTTP Basic."))
        }
        door.log(.info, "web.login", [("account", "\(principal.account.address)")])
        return Response(
            .ok,
            json: TokenBody(
                token: token,
                expiresAt: DateTime(secondsSince1970: end.seconds).internetFormat,
                userId: "\(principal.account.number)",
                suspension: suspension.map { SuspensionBody(suspension: $0) }
            )
        )
    }

    /// `DELETE /v1/login`: ends the token that the request was made with; does nothing for HTTP Basic.
    func signOut(_ head: RequestHead) throws(Ending) -> Response {
        let words = (head.only("authorization") ?? "").split(separator: " ", maxSplits: 1)
        if words.count == 2 { door.tokens.revoke(String(words[1])) }
        return Response(.noContent)
    }
}
