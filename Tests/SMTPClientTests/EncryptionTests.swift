import Network
import Octets
import PorticoTesting
import SMTP
import SMTPClient
import Testing
import World

/// STARTTLS and TLS from the start, with real handshakes over loopback sockets.
struct EncryptionTests {
    private static let name = "mx.example.test"
    let folder = KeyFolder()

    /// A server that takes everything, with TLS if it has a certificate.
    private func serve(
        _ identity: TLSContext.Identity?,
        isImplicit: Bool = false,
        announces keyword: String = "STARTTLS"
    ) throws -> (listener: Listener, loops: EventLoopGroup) {
        let context = try identity.map { try TLSContext.server(identities: [$0]) }
        let loops = EventLoopGroup(count: 1)
        let listener = try Listener(
            Address(host: "127.0.0.1", port: 0),
            on: loops,
            counter: ConnectionCounter(),
            tls: isImplicit ? context : nil
        )
        listener.serve { stream in
            stream.write("220 \(Self.name) ESMTP\r\n")
            while let line = await stream.nextLine() {
                switch line.prefix(4) {
                case "EHLO":
                    stream.write(
                        "250-\(Self.name)\r\n\(stream.tls == nil ? "250-\(keyword)\r\n" : "")250-REQUIRETLS\r\n"
                    )
                    stream.write("250 PIPELINING\r\n")
                case "STAR":
                    stream.write("220 Go\r\n")
                    guard let context else { return await stream.close(by: stream.deadline(after: .patience)) }
                    let deadline = stream.deadline(after: .patience)
                    guard (try? await stream.startTLS(context, by: deadline)) != nil else { return }
                case "DATA": stream.write("354 Go\r\n")
                case "QUIT":
                    stream.write("221 Bye\r\n")
                    return await stream.close(by: stream.deadline(after: .patience))
                default:
                    if !line.contains(":") || line.hasPrefix("MAIL") || line.hasPrefix("RCPT") {
                        stream.write("250 Ok\r\n")
                    }
                }
            }
        }
        return (listener, loops)
    }

    private func send(
        _ security: Security,
        to server: (listener: Listener, loops: EventLoopGroup),
        trusting file: String? = nil,
        requireTLS: Bool = false
    ) async throws -> (tls: TLSInfo?, problem: TLSProblem?, outcomes: [Outcome]) {
        var settings = Settings(name: .domain("client.example.test"), security: security)
        settings.tls = try TLSContext.client(
            verification: file.map { .authorities(file: "\(folder.path)/\($0)") } ?? .none
        )
        let loop = server.loops.next()
        let address = server.listener.address
        let sent = settings
        let result = await Task(executorPreference: loop) {
            do {
                let connection = try await Connection.open(to: address, settings: sent, on: loop)
                var message = OutgoingMessage.to("b", text: "\r\n\r\n")
                message.requireTLS = requireTLS
                let outcomes = await connection.send(message).outcomes
                let found = (connection.tls, connection.tlsProblem, outcomes)
                await connection.quit()
                return Result<_, any Error>.success(found)
            } catch {
                return .failure(error)
            }
        }.value
        await server.listener.stop(grace: .patience)
        await server.loops.stop()
        return try result.get()
    }

    /// The problem that keeps the message from being sent.
    private func problem(
        _ security: Security,
        of server: (listener: Listener, loops: EventLoopGroup),
        trusting file: String? = nil
    ) async throws -> TLSProblem? {
        do {
            _ = try await send(security, to: server, trusting: file)
            return nil
        } catch let failure as Failure {
            guard case .tls(let problem) = failure.cause else { throw failure }
            return problem
        }
    }

    private func expectation(_ verification: TLSExpectation.Verification) -> TLSExpectation {
        TLSExpectation(serverName: Self.name, verification: verification)
    }

    @Test(.rfc(3207, "4"), arguments: [true, false])
    func `A certificate that is what it should be`(isImplicit: Bool) async throws {
        let identity = try folder.identity("a", for: [Self.name])
        let expected = expectation(.names([Self.name]))
        let (tls, _, outcomes) = try await send(
            isImplicit ? .implicit(expected) : .required(expected),
            to: serve(identity, isImplicit: isImplicit),
            trusting: "a.crt",
            requireTLS: true
        )
        #expect(tls?.peer?.trust == .authorities)
        #expect(tls?.serverName == Self.name)
        #expect(tls?.peer?.digests.count == 1)
        #expect(outcomes == [.delivered(Reply(250, nil, "Ok"))])
    }

    @Test func `Problems with certificates are told apart`() async throws {
        let mine = expectation(.names([Self.name]))
        let a = try folder.identity("a", for: ["other.example.test"])
        #expect(try await problem(.required(mine), of: serve(a), trusting: "a.crt")?.kind == .hostMismatch)
        let b = try folder.identity("b", for: [Self.name])
        #expect(try await problem(.required(mine), of: serve(b), trusting: "a.crt")?.kind == .notTrusted)
        let old = try folder.identity("a", for: [Self.name], isExpired: true)
        #expect(try await problem(.required(mine), of: serve(old), trusting: "a.crt")?.kind == .expired)
    }

    @Test(.rfc(7672, "3.1.1")) func `A TLSA record of usage 3 needs neither name nor date`() async throws {
        let identity = try folder.identity("a", for: ["other.example.test"], isExpired: true)
        let (tls, _, _) = try await send(.required(expectation(.none)), to: serve(identity))
        #expect(tls?.peer?.trust == .nothing)
        let digest = try #require(tls?.peer?.digests.first)
        let right = TLSARecord(usage: 3, selector: 0, matchingType: 1, association: digest)
        let wrong = TLSARecord(usage: 3, selector: 0, matchingType: 1, association: digest.reversed())
        let (both, _, _) = try await send(
            .required(expectation(.dane([wrong, right], names: [Self.name]))),
            to: serve(identity),
            requireTLS: true
        )
        #expect(both?.peer?.trust == .dane(usage: 3))
        let mismatch = expectation(.dane([wrong], names: [Self.name]))
        #expect(try await problem(.required(mismatch), of: serve(identity))?.kind == .noTLSAMatch)
    }

    @Test(.rfc(7672, "3.1.2")) func `A TLSA record of usage 2 is for what the certificate leads to, not for itself`()
        async throws
    {
        let identity = try folder.identity("a", for: [Self.name])
        let (tls, _, _) = try await send(.required(expectation(.none)), to: serve(identity))
        let digest = try #require(tls?.peer?.digests.first)
        let record = TLSARecord(usage: 2, selector: 0, matchingType: 1, association: digest)
        let expected = expectation(.dane([record], names: [Self.name]))
        #expect(try await problem(.required(expected), of: serve(identity))?.kind == .noTLSAMatch)
    }

    @Test(.rfc(7672, "2.2")) func `Records that cannot be used leave a connection that is only encrypted`() async throws
    {
        let identity = try folder.identity("a", for: [Self.name])
        let records = [
            TLSARecord(usage: 1, selector: 0, matchingType: 1, association: [UInt8](repeating: 1, count: 32)),
            TLSARecord(usage: 3, selector: 0, matchingType: 1, association: [1, 2, 3]),
            TLSARecord(usage: 3, selector: 9, matchingType: 1, association: [UInt8](repeating: 1, count: 32)),
        ]
        let expected = expectation(.dane(records, names: [Self.name]))
        let (tls, _, outcomes) = try await send(.required(expected), to: serve(identity), requireTLS: true)
        #expect(tls?.peer?.trust == .nothing)
        // What asks for a server that is verified does not go there. RFC 8689 §4.2.1.
        guard case .permanent(let reply, .local)? = outcomes.first else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(reply.enhanced == "5.7.10")
    }

    @Test(.rfc(7435, "3")) func `What may go without TLS does if there is none, or it fails`() async throws {
        let (without, missing, sent) = try await send(.opportunistic(serverName: nil), to: serve(nil, announces: "X"))
        #expect(without == nil)
        #expect(missing == .notOffered)
        #expect(sent.first?.isDelivered == true)
        // STARTTLS is announced, and what follows is no handshake.
        let (plain, failed, delivered) = try await send(.opportunistic(serverName: nil), to: serve(nil))
        #expect(plain == nil)
        #expect(failed != nil)
        #expect(delivered.first?.isDelivered == true)
        #expect(try await problem(.required(expectation(.none)), of: serve(nil, announces: "X")) == .notOffered)
    }
}

extension TLSProblem {
    fileprivate var kind: CertificateProblem.Kind? {
        guard case .certificate(let problem) = self else { return nil }
        return problem.kind
    }
}

extension Network.Stream {
    /// The next line, without its CRLF; nil when there is none.
    fileprivate func nextLine() async -> String? {
        while true {
            let line: String? = withInput { input in
                guard let end = input.indices.first(where: { input[$0] == .lineFeed }) else { return nil }
                return String(decoding: (0..<max(0, end - 1)).map { input[$0] }, as: UTF8.self)
            }
            if let line {
                consume(line.utf8.count + 2)
                return line
            }
            guard (try? await fill(by: deadline(after: .patience))) == true else { return nil }
        }
    }
}
