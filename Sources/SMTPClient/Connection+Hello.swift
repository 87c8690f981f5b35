internal import Network
internal import Octets
internal import SMTP

/// What comes before the first message.
extension Connection {
    /// From the first octet to the point where MAIL may come.
    func introduce() async throws(Failure) {
        if case .implicit(let expectation) = settings.security { try await shakeHands(expectation) }
        greeting = try await reply(at: .greeting)
        guard greeting.code == 220 else { throw Failure(.greeting, unexpected: greeting) }
        try await hello()
        switch settings.security {
        case .plaintext, .implicit: break
        case .opportunistic(let serverName):
            do throws(Failure) {
                try await startTLS(TLSExpectation(serverName: serverName))
            } catch {
                // Nothing has begun: it goes on without.
                guard error.stage == .startTLS, case .tls(let problem) = error.cause else { throw error }
                tlsProblem = problem
            }
        case .required(let expectation): try await startTLS(expectation)
        }
        if let authenticator = settings.authenticator { try await authenticate(authenticator) }
    }

    /// EHLO, or HELO for a server that does not know it (RFC 5321 §3.2), or LHLO.
    private func hello() async throws(Failure) {
        server = EHLOResponse(Reply(250, nil, ""))
        let isLMTP = settings.dialect == .lmtp
        var reply = try await ask(isLMTP ? .lhlo(settings.name) : .ehlo(settings.name), at: .hello)
        if reply.code == 250 {
            server = EHLOResponse(reply)
            return
        }
        if !isLMTP, reply.code >= 500 { reply = try await ask(.helo("\(settings.name)"), at: .hello) }
        guard reply.code == 250 else { throw Failure(.hello, unexpected: reply) }
    }

    /// STARTTLS. RFC 3207 §4.
    private func startTLS(_ expectation: TLSExpectation) async throws(Failure) {
        guard server.has("STARTTLS") else { throw Failure(.startTLS, .tls(.notOffered)) }
        guard settings.tls != nil else { throw Failure(.startTLS, .tls(.handshake("no TLS of our own"))) }
        let reply = try await ask(.startTLS, at: .startTLS)
        guard reply.code == 220 else { throw Failure(.startTLS, .tls(.refused(reply))) }
        // What comes now would otherwise be taken for what comes after the handshake.
        do throws(TransportError) { _ = try stream.takeArrived() } catch { throw Failure(.handshake, from: error) }
        guard stream.available == 0 else { throw Failure(.handshake, .tls(.injected)) }
        try await shakeHands(expectation)
        // RFC 3207 §4.2: what was said in the clear is forgotten.
        try await hello()
    }

    private func shakeHands(_ expectation: TLSExpectation) async throws(Failure) {
        guard let context = settings.tls else { throw Failure(.handshake, .tls(.handshake("no TLS of our own"))) }
        do throws(TransportError) {
            let deadline = stream.deadline(after: settings.timeouts.handshake)
            try await stream.startTLS(context, expecting: expectation, by: deadline)
        } catch {
            throw Failure(.handshake, from: error)
        }
        if let tls = stream.tls { settings.transcript?(.note("\(tls.version) \(tls.cipher), \(tls.peer.trust)")) }
    }
}

extension TLSPeer? {
    fileprivate var trust: String {
        switch self?.trust {
        case .nothing, nil: "not verified"
        case .authorities: "verified by an authority"
        case .dane(let usage): "verified by a TLSA record of usage \(usage)"
        }
    }
}

extension Failure {
    /// A reply that is not the one that the stage goes on with.
    init(_ stage: Stage, unexpected reply: Reply) {
        self.init(stage, reply.code >= 400 ? .refused(reply) : .nonsense("\(reply.code) where it has no meaning"))
    }
}
