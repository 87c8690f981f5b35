internal import Directory
internal import Network
internal import Octets
internal import SMTP
internal import World

extension Session {
    /// Whether AUTH is announced.
    var canSignIn: Bool {
        configuration.role == .submission && account == nil && (isSecure || configuration.allowsPlaintextLogin)
    }

    /// AUTH PLAIN and AUTH LOGIN. RFC 4954 §4.
    mutating func authenticate(_ auth: Command.Auth) async throws(Ending) -> Reply {
        guard configuration.role == .submission else {
            return try countError(Reply(502, "5.5.1", "AUTH is not offered"))
        }
        guard account == nil else { return try countError(Reply(503, "5.5.1", "Signed in already")) }
        guard canSignIn else { return try countError(Reply(538, "5.7.11", "Start TLS first")) }
        let credentials: Credentials
        do throws(AuthFailure) {
            switch auth.mechanism {
            case "PLAIN": credentials = try await plain(auth.initialResponse)
            case "LOGIN": credentials = try await login(auth.initialResponse)
            default: throw .reply(Reply(504, "5.5.4", "Mechanism not offered; PLAIN and LOGIN are"))
            }
        } catch {
            switch error {
            case .reply(let reply): return try countError(reply)
            case .ending(let ending): throw ending
            }
        }
        return try await signIn(credentials, by: auth.mechanism)
    }

    /// Right or wrong, the password was not looked at; the session ends, as nothing can come of it. RFC 4954 §6.
    private func refuseGuessing() async throws(Ending) -> Reply {
        door.log(.notice, "smtp.login.throttled", [("peer", "\(stream.peer)")])
        try await write(Reply(454, "4.7.0", "Too many wrong passwords from your network; try again later"))
        throw .goodbye(.tooManyErrors)
    }

    private mutating func signIn(_ credentials: Credentials, by mechanism: String) async throws(Ending) -> Reply {
        do throws(DirectoryError) {
            let found = try await door.directory.authenticate(
                signIn(as: credentials.name, by: mechanism),
                password: credentials.password
            )
            if let found { return welcome(found) }
        } catch {
            if case .tooManyFailures = error { return try await refuseGuessing() }
            door.log(.error, "smtp.directory.failed", [("cause", "\(error)")])
            return Reply(454, "4.7.0", "Cannot check passwords now; try again later")
        }
        door.log(
            .notice,
            "smtp.login.failed",
            [("peer", "\(stream.peer)"), ("name", String(credentials.name.prefix(256)))]
        )
        loginFailures += 1
        let reply = Reply(535, "5.7.8", "Wrong name or password")
        guard loginFailures < configuration.loginFailureLimit else {
            try await write(reply)
            throw .goodbye(.tooManyErrors)
        }
        return reply
    }

    /// What the directory is told of someone who signs in.
    func signIn(as name: String, by mechanism: String) -> SignIn {
        SignIn(
            name: name,
            service: .smtp,
            address: stream.peer.host,
            network: stream.peer.network,
            client: hello?.name ?? "",
            isEncrypted: isSecure,
            mechanism: mechanism
        )
    }

    /// Lets someone in who signed in.
    mutating func welcome(_ principal: Principal) -> Reply {
        account = principal.account
        self.principal = principal
        stream.didAuthenticate()
        door.log(.info, "smtp.login", [("peer", "\(stream.peer)"), ("account", "\(principal.account.address)")])
        return Reply(235, "2.7.0", "Signed in")
    }

    private struct Credentials {
        var name: String
        var password: [UInt8]
    }

    /// Why there are no credentials.
    private enum AuthFailure: Error {
        case reply(Reply)
        case ending(Ending)
    }

    /// Nobody acts for another. RFC 4616 §2.
    private mutating func plain(_ initialResponse: [UInt8]?) async throws(AuthFailure) -> Credentials {
        let message = if let initialResponse { initialResponse } else { try await challenge("") }
        guard let plain = PlainCredentials(parsing: message.span) else { throw .reply(.badResponse) }
        guard plain.actsForItself else {
            throw .reply(Reply(535, "5.7.8", "The authorization identity must be empty or the same name"))
        }
        return Credentials(name: plain.name, password: plain.password)
    }

    /// Two questions: `Username:` and `Password:`.
    private mutating func login(_ initialResponse: [UInt8]?) async throws(AuthFailure) -> Credentials {
        let octets = if let initialResponse { initialResponse } else { try await challenge("VXNlcm5hbWU6") }
        guard !octets.isEmpty, let name = String(validating: octets, as: UTF8.self) else { throw .reply(.badResponse) }
        let password = try await challenge("UGFzc3dvcmQ6")
        guard !password.isEmpty else { throw .reply(.badResponse) }
        return Credentials(name: name, password: password)
    }

    /// Asks, and returns the answer decoded.
    private mutating func challenge(_ text: String) async throws(AuthFailure) -> [UInt8] {
        stream.write("334 \(text)\r\n")
        let line: Result<[UInt8]?, CommandError>?
        do throws(Ending) {
            line = try await nextLine { line in
                line.count + 2 <= Limits.authLine ? Base64.decodeStrictly(line) : nil
            }
        } catch {
            throw .ending(error)
        }
        switch line {
        case nil: throw .ending(.lost(.closed))
        case .failure(let error): throw .reply(error.reply)
        case .success(let octets?): return octets
        // `*` cancels (RFC 4954 §4); the reply to it is the one to bad base64.
        case .success(nil): throw .reply(.badResponse)
        }
    }
}

extension Reply {
    fileprivate static let badResponse = Reply(501, "5.5.2", "Authentication cancelled: the response cannot be used")
}
