internal import CSASL
public import Directory
internal import Octets
internal import World

/// One attempt to log in. Used by one task; when it is let go of before its end, nothing has happened.
///
///     start ──▶ challenge ──▶ step … ──▶ success or failure
public final class SASLExchange {
    /// Where the exchange stands after a message of the client's.
    public enum Outcome: Sendable {
        /// The client is to be sent this, and its answer goes to `step`.
        case challenge([UInt8])
        /// The client is who the principal says.
        case success(Principal)
        /// It is over.
        case failure(SASLFailure)
    }

    private enum State {
        case new
        /// The client speaks first, and has not yet.
        case waiting(Mechanism)
        case running(CyrusConnection, Mechanism)
        /// The client of OAuth has been told what is wrong, and has to acknowledge it. RFC 7628 §3.2.3.
        case refusing(SASLFailure)
        case over
    }

    private let service: SASLService
    private let peer: SASLPeer
    private var state = State.new
    private var steps = 0
    /// What a client of SCRAM is checked by.
    private var keys: ScramKeys?
    /// Who signs in, once that is known: for the log.
    public private(set) var name = ""

    init(_ service: SASLService, _ peer: SASLPeer) {
        self.service = service
        self.peer = peer
    }

    // MARK: The exchange

    /// Starts `mechanism`, a name in capitals. `initialResponse` is nil if there was none, which is not the same as an
    /// empty one. RFC 4422 §3.3.
    public func start(_ mechanism: String, _ initialResponse: [UInt8]?) async -> Outcome {
        guard case .new = state, let mechanism = Mechanism(rawValue: mechanism), service.knows(mechanism) else {
            return end(.unknownMechanism)
        }
        guard service.offers(mechanism, to: peer) else {
            return end(peer.isEncrypted || peer.allowsPlaintext ? .unknownMechanism : .needsEncryption)
        }
        state = .waiting(mechanism)
        if let initialResponse { return await step(initialResponse) }
        // LOGIN is the one in which the server begins.
        return mechanism == .login ? await move(nil) : .challenge([])
    }

    /// Goes on with what the client answered.
    public func step(_ response: [UInt8]) async -> Outcome {
        steps += 1
        guard response.count <= SASLService.messageLimit, steps <= SASLService.stepLimit else { return end(.malformed) }
        return await move(response)
    }

    private func move(_ response: [UInt8]?) async -> Outcome {
        do throws(SASLFailure) {
            let outcome: Outcome
            if let response { outcome = try await advance(response) } else { outcome = try await startLogin(nil) }
            if case .success = outcome { state = .over }
            return outcome
        } catch {
            return end(error)
        }
    }

    private func end(_ failure: SASLFailure) -> Outcome {
        state = .over
        return .failure(failure)
    }

    private func advance(_ response: [UInt8]) async throws(SASLFailure) -> Outcome {
        switch state {
        case .new, .over: throw .malformed
        case .refusing(let failure): throw failure
        case .running(let connection, .gssapi):
            return try await finish(connection, .gssapi, await service.block { connection.step(response) })
        case .running(let connection, let mechanism):
            // The library's answer to a proof says whether it is right. Whoever began many exchanges at once must not learn
            // that of more proofs than of passwords.
            if mechanism.scram != nil { try await admit(mechanism) }
            return try await finish(connection, mechanism, connection.step(response))
        case .waiting(let mechanism):
            switch mechanism {
            case .login: return try await startLogin(response)
            case .plain:
                // RFC 4616 §2: no part but the first may be empty, which the library does not mind.
                guard PlainCredentials(parsing: response.span) != nil else { throw .malformed }
                return try await run(.plain, try connect(), response)
            case .external: return try await startExternal(response)
            case .gssapi: return try await run(.gssapi, try connect(), response)
            case .oauthBearer, .xoauth2: return try await checkToken(mechanism, response)
            default: return try await startSCRAM(mechanism, response)
            }
        }
    }

    // MARK: The library's mechanisms

    private func connect() throws(SASLFailure) -> CyrusConnection {
        let host = service.configuration.hostname
        guard let connection = CyrusConnection(service: peer.serviceName, host: host) else {
            throw .unavailable(cause: "no memory for an exchange")
        }
        return connection
    }

    private func run(
        _ mechanism: Mechanism,
        _ connection: CyrusConnection,
        _ response: [UInt8]?
    ) async throws(SASLFailure) -> Outcome {
        state = .running(connection, mechanism)
        let progress: CyrusConnection.Progress
        if mechanism == .gssapi {
            progress = await service.block { connection.start(mechanism.rawValue, response) }
        } else {
            progress = connection.start(mechanism.rawValue, response)
        }
        return try await finish(connection, mechanism, progress)
    }

    private func startLogin(_ response: [UInt8]?) async throws(SASLFailure) -> Outcome {
        // To the library an empty name is none, and it would ask again.
        if let response, response.isEmpty { throw .malformed }
        return try await run(.login, try connect(), response)
    }

    /// The client's certificate says who it is; what the message may say is whom to act for. RFC 4422 §A.1.
    private func startExternal(_ response: [UInt8]) async throws(SASLFailure) -> Outcome {
        guard let identity = service.identity(of: peer) else { throw .refused }
        name = identity
        let connection = try connect()
        guard connection.setExternal(identity, strength: 128) else { throw .unavailable(cause: "EXTERNAL") }
        return try await run(.external, connection, response)
    }

    /// SCRAM. RFC 5802 §6: whoever would bind but saw no PLUS was shown a false list if we had one to show.
    private func startSCRAM(_ mechanism: Mechanism, _ response: [UInt8]) async throws(SASLFailure) -> Outcome {
        guard let scram = mechanism.scram, let first = SCRAMFirst(parsing: response) else { throw .malformed }
        name = first.name
        let connection = try connect()
        switch (first.binding, scram.isBound) {
        case (.named(let kind), true):
            guard let octets = peer.binding(kind) else { throw .refused }
            guard connection.bind(name: kind, octets) else { throw .unavailable(cause: "channel binding") }
        case (.none, false): break
        case (.unseen, false):
            guard let bound = mechanism.bound, !service.offers(bound, to: peer) else {
                service.log(.notice, "sasl.downgrade", [("peer", peer.address), ("name", first.name)])
                throw .refused
            }
        case (.named, false), (.none, true), (.unseen, true): throw .malformed
        }
        do throws(DirectoryError) {
            try await service.directory.begin(peer.signIn(as: first.name, by: mechanism.rawValue))
            let keys = try await service.directory.scramKeys(of: first.name, scram.hash)
            self.keys = keys
            connection.setSecret(keys.secret(for: scram.hash))
        } catch {
            throw SASLFailure(error)
        }
        return try await run(mechanism, connection, response)
    }

    /// What the library's answer means, and who it was.
    private func finish(
        _ connection: CyrusConnection,
        _ mechanism: Mechanism,
        _ progress: CyrusConnection.Progress
    ) async throws(SASLFailure) -> Outcome {
        switch progress {
        case .challenge(let octets): return .challenge(octets)
        case .success: return .success(try await principal(connection, mechanism))
        case .failure(let status):
            let failure = SASLFailure(status: status)
            guard mechanism.scram != nil else { throw failure }
            // A proof that cannot be read, or that is bound to another connection, is a wrong one.
            if case .unavailable = failure { throw failure }
            try await prove(.failure, mechanism)
            throw .refused
        }
    }

    private func principal(
        _ connection: CyrusConnection,
        _ mechanism: Mechanism
    ) async throws(SASLFailure) -> Principal {
        switch mechanism {
        case .plain, .login:
            guard let (name, password) = connection.takePassword(), let name else { throw .refused }
            guard !name.isEmpty, !password.isEmpty else { throw .malformed }
            self.name = name
            return try await service.checkPassword(password, peer.signIn(as: name, by: mechanism.rawValue))
        case .external, .gssapi:
            guard var user = connection.user else { throw .refused }
            if mechanism == .gssapi, !user.utf8.contains(UInt8(ascii: "@")) {
                user += "@" + service.configuration.kerberosDomain
            }
            name = user
            try await admit(mechanism)
            return try await prove(.credential(.all), mechanism)
        default:
            guard let keys else { throw .refused }
            return try await prove(.keys(keys), mechanism)
        }
    }

    /// Throws for one who guesses.
    private func admit(_ mechanism: Mechanism) async throws(SASLFailure) {
        do throws(DirectoryError) {
            try await service.directory.begin(peer.signIn(as: name, by: mechanism.rawValue))
        } catch {
            throw SASLFailure(error)
        }
    }

    /// Tells the directory what came of what `begin` began.
    @discardableResult
    private func prove(_ proof: SignIn.Proof, _ mechanism: Mechanism) async throws(SASLFailure) -> Principal {
        do throws(DirectoryError) {
            let signIn = peer.signIn(as: name, by: mechanism.rawValue)
            guard let principal = try await service.directory.end(signIn, proof) else {
                throw DirectoryError.notFound(name)
            }
            return principal
        } catch {
            throw SASLFailure(error)
        }
    }

    // MARK: OAuth

    /// RFC 7628 §3.2: a failure is told in a challenge of its own, which the client acknowledges before the protocol's.
    private func checkToken(_ mechanism: Mechanism, _ response: [UInt8]) async throws(SASLFailure) -> Outcome {
        guard let tokens = service.configuration.tokens else { throw .unknownMechanism }
        let message = mechanism == .xoauth2 ? BearerMessage(xoauth2: response) : BearerMessage(parsing: response)
        guard let message else { throw .malformed }
        name = message.name
        try await admit(mechanism)
        do throws(SASLFailure) {
            switch await tokens.account(of: message.token) {
            case .account(let account):
                // Nobody acts for another: the name, if the client gives one, is that of the token.
                let isSame = name.isEmpty || MailAddress(name) == MailAddress(account)
                if name.isEmpty { name = account }
                return .success(try await prove(isSame ? .credential(.token) : .failure, mechanism))
            case .refused(let reason):
                service.log(.notice, "sasl.token-refused", [("peer", peer.address), ("reason", reason)])
                try await prove(.failure, mechanism)
                throw SASLFailure.refused
            case .unavailable(let cause): throw SASLFailure.unavailable(cause: cause)
            }
        } catch {
            guard case .refused = error else { throw error }
            state = .refusing(.refused)
            let status = mechanism == .xoauth2 ? "401" : "invalid_token"
            return .challenge(BearerMessage.refusal(status: status, service.configuration.openIDConfiguration))
        }
    }
}

extension Permissions {
    /// What a token allows: everything but to change how one signs in.
    static let token = Permissions.all.subtracting(.manage)
}

extension SASLFailure {
    /// What the library's status means to the client.
    init(status: Int32) {
        switch status {
        case SASL_BADPROT, SASL_BADPARAM, SASL_BUFOVER: self = .malformed
        case SASL_BADAUTH, SASL_NOUSER, SASL_NOAUTHZ, SASL_BADBINDING, SASL_NOVERIFY, SASL_BADMAC, SASL_DISABLED,
            SASL_EXPIRED, SASL_TOOWEAK:
            self = .refused
        case SASL_NOMECH: self = .unknownMechanism
        case SASL_ENCRYPT: self = .needsEncryption
        default: self = .unavailable(cause: "SASL status \(status)")
        }
    }
}
