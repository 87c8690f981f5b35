internal import Directory
internal import Network
internal import Octets
internal import SASL
internal import SMTP
internal import World

extension Session {
    /// Whether AUTH is announced.
    var canSignIn: Bool { configuration.role == .submission && account == nil && !mechanisms.isEmpty }

    /// The mechanisms that AUTH has, as things are.
    var mechanisms: [Mechanism] { door.authentication.mechanisms(for: saslPeer) }

    private var saslPeer: SASLPeer {
        SASLPeer(
            stream,
            service: .smtp,
            client: hello?.name ?? "",
            allowsPlaintext: configuration.allowsPlaintextLogin
        )
    }

    /// AUTH: one exchange. What a mechanism has to say at its success is a challenge of its own. RFC 4954 §4.
    mutating func authenticate(_ auth: Command.Auth) async throws(Ending) -> Reply {
        guard configuration.role == .submission else {
            return try countError(Reply(502, "5.5.1", "AUTH is not offered"))
        }
        guard account == nil else { return try countError(Reply(503, "5.5.1", "Signed in already")) }
        let exchange = door.authentication.exchange(with: saslPeer)
        var outcome = await exchange.start(auth.mechanism, auth.initialResponse)
        while true {
            switch outcome {
            case .success(let principal): return welcome(principal)
            case .failure(let failure): return try await refuse(failure, exchange.name)
            case .challenge(let octets):
                switch try await answer(to: octets) {
                case .success(let response): outcome = await exchange.step(response)
                case .failure(let error): return try countError(error.reply)
                }
            }
        }
    }

    /// What is said of an attempt that came to nothing. RFC 4954 §4, §6.
    private mutating func refuse(_ failure: SASLFailure, _ name: String) async throws(Ending) -> Reply {
        switch failure {
        case .unknownMechanism:
            let names = mechanisms.map(\.rawValue).joined(separator: " ")
            return try countError(Reply(504, "5.5.4", "Mechanism not offered; these are: \(names)"))
        case .needsEncryption: return try countError(Reply(538, "5.7.11", "Start TLS first"))
        case .malformed: return try countError(.badResponse)
        case .refused: return try await refuseLogin(name)
        case .throttled:
            // Right or wrong, the password was not looked at; the session ends, as nothing can come of it.
            door.log(.notice, "smtp.login.throttled", [("peer", "\(stream.peer)")])
            try await write(Reply(454, "4.7.0", "Too many wrong passwords from your network; try again later"))
            throw .goodbye(.tooManyErrors)
        case .unavailable(let cause):
            door.log(.error, "smtp.directory.failed", [("cause", cause)])
            return Reply(454, "4.7.0", "Cannot check passwords now; try again later")
        }
    }

    private mutating func refuseLogin(_ name: String) async throws(Ending) -> Reply {
        door.log(.notice, "smtp.login.failed", [("peer", "\(stream.peer)"), ("name", String(name.prefix(256)))])
        loginFailures += 1
        let reply = Reply(535, "5.7.8", "Wrong name or password")
        guard loginFailures < configuration.loginFailureLimit else {
            try await write(reply)
            throw .goodbye(.tooManyErrors)
        }
        return reply
    }

    /// Sends a challenge, and returns the answer decoded.
    private mutating func answer(to challenge: [UInt8]) async throws(Ending) -> Result<[UInt8], AuthError> {
        stream.write("334 ")
        stream.write(Base64.encode(challenge.span))
        stream.write("\r\n")
        let line = try await nextLine { line in
            line.count + 2 <= Limits.authLine ? Base64.decodeStrictly(line) : nil
        }
        switch line {
        case nil: throw .lost(.closed)
        case .failure(let error): return .failure(AuthError(reply: error.reply))
        case .success(let octets?): return .success(octets)
        // `*` cancels (RFC 4954 §4); the reply to it is the one to bad base64.
        case .success(nil): return .failure(AuthError(reply: .badResponse))
        }
    }

    private struct AuthError: Error {
        var reply: Reply
    }

    /// Lets someone in who signed in.
    mutating func welcome(_ principal: Principal) -> Reply {
        account = principal.account
        self.principal = principal
        stream.didAuthenticate()
        door.log(.info, "smtp.login", [("peer", "\(stream.peer)"), ("account", "\(principal.account.address)")])
        return Reply(235, "2.7.0", "Signed in")
    }
}

extension Reply {
    fileprivate static let badResponse = Reply(501, "5.5.2", "Authentication cancelled: the response cannot be used")
}
