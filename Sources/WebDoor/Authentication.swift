internal import Directory
internal import HTTP
internal import Mailbox
internal import Network
internal import Octets
internal import SASL
internal import World

extension Session {
    /// Whose request it is: by a bearer token or HTTP Basic. RFC 6750 §2.1, RFC 7617.
    mutating func authenticate(_ head: RequestHead) async throws(Ending) -> Principal {
        try requireAllowedLogin()
        let words = (head.only("authorization") ?? "").split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { throw .problem(unauthorized("unauthorized", "Sign in first.")) }
        switch words[0].lowercased() {
        case "bearer":
            return didAuthenticate(try await holder(of: String(words[1])))
        case "basic":
            guard let (name, password) = basicCredentials(words[1]) else {
                throw .problem(unauthorized("unauthorized", "The credentials are malformed."))
            }
            return try await checkPassword(signIn(as: name, by: "BASIC", head), password)
        default: throw .problem(unauthorized("unauthorized", "Sign in with Bearer or Basic."))
        }
    }

    /// The account that holds a bearer token. The directory is asked each time, which it remembers: a token ends with its
    /// account.
    private func holder(of token: String) async throws(Ending) -> Principal {
        if let principal = door.tokens.holder(of: token, at: door.world.now()) {
            if try await isKnown(principal) { return principal }
            door.tokens.revoke(token)
        }
        throw .problem(unauthorized("invalid_token", "The token is unknown or has ended."))
    }

    /// Whether the directory still has the account, and it the credential.
    private func isKnown(_ principal: Principal) async throws(Ending) -> Bool {
        do throws(DirectoryError) {
            let account = principal.account
            guard case .accounts(let accounts) = try await door.directory.resolve(account.address),
                accounts.contains(where: { $0.number == account.number })
            else { return false }
            return try await door.directory.isCurrent(principal)
        } catch {
            throw .problem(.failure(error))
        }
    }

    /// What the directory is told of someone who signs in.
    func signIn(as name: String, by mechanism: String, _ head: RequestHead) -> SignIn {
        SignIn(
            name: name,
            service: .rest,
            address: stream.peer.host,
            network: stream.peer.network,
            client: head.only("user-agent") ?? "",
            isEncrypted: stream.tls != nil,
            mechanism: mechanism
        )
    }

    /// Who has that name and password, checked by whoever checks them at all doors. Guesses are slowed down and counted.
    mutating func checkPassword(_ signIn: SignIn, _ password: [UInt8]) async throws(Ending) -> Principal {
        do throws(SASLFailure) {
            return didAuthenticate(try await door.authentication.checkPassword(password, signIn))
        } catch {
            switch error {
            case .throttled(let wait):
                let text = "Too many failed logins. Wait a while."
                var problem = Problem(.tooManyRequests, "too_many_failed_logins", text)
                problem.fields = [("Retry-After", "\(wait.components.seconds + 1)")]
                problem.closes = true
                throw .problem(problem)
            case .unavailable: throw .problem(.failure(error))
            case .refused, .malformed, .needsEncryption, .unknownMechanism: break
            }
        }
        failedLogins += 1
        door.log(.notice, "web.login.failed", [("name", signIn.name), ("peer", "\(stream.peer)")])
        await holdBack()
        var problem = unauthorized("wrong_credentials", "The name or the password is wrong.")
        problem.closes = failedLogins >= door.configuration.failedLogins
        throw .problem(problem)
    }

    /// Passwords and tokens go over TLS only, unless the configuration says otherwise.
    func requireAllowedLogin() throws(Ending) {
        guard stream.tls != nil || door.configuration.allowsPlaintextLogin else {
            throw .problem(Problem(.forbidden, "tls_required", "Use https."))
        }
    }

    /// The mailbox of `account`.
    func mailbox(of account: Account) async throws(Ending) -> any Mailbox {
        do throws(MailboxError) {
            return try await door.mailboxes.open(AccountID(account.number))
        } catch {
            throw Ending(error)
        }
    }

    private mutating func didAuthenticate(_ principal: Principal) -> Principal {
        if !hasAuthenticated { stream.didAuthenticate() }
        hasAuthenticated = true
        return principal
    }

    private func unauthorized(_ code: String, _ message: String) -> Problem {
        var problem = Problem(.unauthorized, code, message)
        problem.fields = [
            ("WWW-Authenticate", "Bearer realm=\"Portico\""),
            ("WWW-Authenticate", "Basic realm=\"Portico\", charset=\"UTF-8\""),
        ]
        return problem
    }

    /// Waits a while, whatever the client sends meanwhile.
    private func holdBack() async {
        let end = stream.deadline(after: door.configuration.failedLoginDelay)
        while stream.deadline(after: .zero) < end {
            guard (try? await stream.fill(by: end)) == true else { return }
        }
    }
}

/// `user-id ":" password` in base64; the user-id has no colon. RFC 7617 §2.
private func basicCredentials(_ text: some StringProtocol) -> (name: String, password: [UInt8])? {
    let octets = Array(text.utf8)
    guard let pair = Base64.decodeStrictly(octets.span), let colon = pair.firstIndex(of: UInt8(ascii: ":")),
        let name = String(validating: pair[..<colon], as: UTF8.self), !name.isEmpty
    else { return nil }
    return (name, Array(pair[(colon + 1)...]))
}
