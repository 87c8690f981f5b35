internal import Directory
internal import Mailbox
internal import Network
internal import POP3
internal import SASL
internal import World

extension Session {
    /// Whether a password may be sent now.
    var allowsLogin: Bool { door.authentication.takesPasswords(from: saslPeer) }

    func requireAllowedLogin() throws(Ending) {
        guard allowsLogin else { throw .refusal(Refusal("start TLS before signing in")) }
    }

    /// Checks the name and password that USER and PASS gave. RFC 1939 §4.
    mutating func signIn(_ name: String, password: [UInt8]) async throws(Ending) {
        let found: Principal
        do throws(SASLFailure) {
            found = try await door.authentication.checkPassword(password, saslPeer.signIn(as: name, by: "USER"))
        } catch {
            return try await refuse(error, name)
        }
        try await welcome(found)
    }

    /// Opens and locks the maildrop of someone who signed in.
    mutating func welcome(_ principal: Principal) async throws(Ending) {
        let account = principal.account
        let (logins, policy) = (door.configuration.logins, MaildropPolicy(of: principal, door.configuration))
        let delay = policy.loginDelay
        guard !logins.isTooSoon(account.number, delay, now: door.world.uptime()) else {
            throw .refusal(Refusal("too soon after the last login", code: .loginDelay))
        }
        let maildrop: Maildrop
        do {
            var mailbox = try await door.mailboxes.open(AccountID(account.number))
            if !policy.mayChange { mailbox = ReadOnlyMailbox(mailbox) }
            guard let lock = mailbox.lockMaildrop() else {
                throw Ending.refusal(Refusal("another session has the maildrop", code: .inUse))
            }
            let snapshot = try await mailbox.snapshot(of: try await folder(policy.folder, in: mailbox))
            maildrop = Maildrop(mailbox: mailbox, lock: lock, snapshot: snapshot, policy: policy)
        } catch let error as MailboxError {
            throw .refusal(Refusal(error))
        } catch let ending as Ending {
            throw ending
        } catch {
            throw .refusal(.failure(error))
        }
        if delay > .zero { logins.note(account.number, delay, now: door.world.uptime()) }
        stream.didAuthenticate()
        self.principal = principal
        standingDue = stream.deadline(after: door.configuration.standingTime)
        door.log(.info, "pop3.login", [("account", "\(account.address)"), ("peer", "\(stream.peer)")])
        state = .transaction(maildrop)
        send(.ok("\(maildrop.remainingCount) messages (\(maildrop.remainingSize) octets)"))
    }

    /// The folder that is the maildrop.
    private func folder(_ path: FolderPath, in mailbox: any Mailbox) async throws -> FolderID {
        guard !path.isInbox else { return .inbox }
        guard let folder = try await mailbox.folders().first(where: { $0.path == path }) else {
            door.log(.error, "pop3.maildrop.missing", [("folder", path.name)])
            throw Ending.refusal(Refusal("the folder of the maildrop is missing", code: .systemPermanent))
        }
        return folder.id
    }

    /// Throws unless what was signed in with still stands; asks the directory now and then. Nothing is removed then.
    mutating func requireStanding() async throws(Ending) {
        guard let principal, standingDue <= stream.deadline(after: .zero) else { return }
        let stands: Bool
        do throws(DirectoryError) { stands = try await door.directory.isCurrent(principal) } catch {
            throw .refusal(.failure(error))
        }
        guard stands else {
            door.log(.notice, "pop3.credential_ended", [("account", "\(principal.account.address)")])
            let text = "what you signed in with is no longer good"
            throw .refusal(Refusal(text, code: .authentication, closes: true))
        }
        standingDue = stream.deadline(after: door.configuration.standingTime)
    }

    mutating func refuseLogin(_ name: String) async throws(Ending) {
        failedLogins += 1
        door.log(.notice, "pop3.login.failed", [("name", name), ("peer", "\(stream.peer)")])
        await holdBack()
        let isLast = failedLogins >= door.configuration.failedLogins
        throw .refusal(Refusal("wrong name or password", code: .authentication, closes: isLast))
    }

    /// Waits a while, whatever the client sends meanwhile.
    private func holdBack() async {
        let end = stream.deadline(after: door.configuration.failedLoginDelay)
        while stream.deadline(after: .zero) < end {
            guard (try? await stream.fill(by: end)) == true else { return }
        }
    }
}
