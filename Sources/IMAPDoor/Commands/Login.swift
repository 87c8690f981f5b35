internal import Directory
internal import IMAP
internal import Mailbox
internal import Network
internal import Octets
internal import SASL
internal import World

extension Session {
    /// LOGIN. What is not UTF-8 is nobody's name. RFC 3501 §6.2.3.
    func login(_ user: [UInt8], _ password: [UInt8]) async throws -> Completion {
        guard mayLogin else { throw Refusal.no(.privacyRequired, "Not before TLS") }
        guard let name = String(validating: user, as: UTF8.self) else { try await refuseLogin() }
        let found: Principal
        do throws(SASLFailure) {
            found = try await house.authentication.checkPassword(password, saslPeer.signIn(as: name, by: "LOGIN"))
        } catch {
            try await refuse(error)
        }
        return try await welcome(found)
    }

    /// Opens the mailbox of someone who signed in.
    func welcome(_ principal: Principal) async throws -> Completion {
        let account = principal.account
        let id = AccountID(account.number)
        self.principal = principal
        standingDue = stream.deadline(after: limits.standingTime)
        do {
            phase = .authenticated(try await open(id, as: id))
        } catch {
            self.principal = nil
            throw error
        }
        stream.didAuthenticate()
        stream.inputLimit = limits.inputOctets
        parser.limits = limits.command
        failedLogins = 0
        house.log(.info, "imap.login", [("peer", stream.peer.host), ("account", "\(account.number)")])
        return Completion("Signed in", code: .capability(capabilities))
    }

    /// Lets time pass, so that guessing is slow, and ends the session when it is enough. RFC 3501 §11.2.
    func refuseLogin() async throws -> Never {
        house.log(.notice, "imap.login_refused", [("peer", stream.peer.host)])
        failedLogins += 1
        let isLast = failedLogins >= limits.loginAttempts
        try await pause(limits.loginDelay)
        throw Refusal(
            kind: isLast ? .closing : .no,
            code: .authenticationFailed,
            text: isLast ? "Wrong name or password; too often" : "Wrong name or password"
        )
    }

    /// Waits; what arrives meanwhile is kept, a peer that leaves is noticed.
    private func pause(_ duration: Duration) async throws(TransportError) {
        guard duration > .zero else { return }
        try await stream.flush(by: transferDeadline)
        let end = stream.deadline(after: duration)
        do throws(TransportError) {
            while true {
                let before = stream.available
                _ = try await stream.wait(for: nil, by: end)
                if stream.available == before { throw .closed }
            }
        } catch .deadline {
            return
        }
    }
}
