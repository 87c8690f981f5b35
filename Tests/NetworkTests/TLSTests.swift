import Network
import PorticoTesting
import Testing
import World

@Suite struct TLSTests {
    let folder = KeyFolder()

    /// What a client agrees on with `server` when it asks for `name` and trusts the certificate in `file`.
    private func handshake(
        with server: Running,
        name: String?,
        trusting file: String?
    ) async throws -> TLSInfo? {
        let verification = file.map { TLSContext.Verification.authorities(file: "\(folder.path)/\($0)") } ?? .none
        let context = try TLSContext.client(verification: verification)
        return try await server.client { client in
            try await client.startTLS(context, serverName: name, by: client.deadline(after: .patience))
            client.write("hello")
            let answer = try await client.read(5)
            #expect(answer == Array("hello".utf8))
            return client.tls
        }
    }

    @Test(.rfc(8446, "4.1"))
    func echoesUnderTLS() async throws {
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["mail.example.test", "127.0.0.1"])])
        let server = try Running(tls: context)
        let info = try await handshake(with: server, name: "mail.example.test", trusting: "a.crt")
        #expect(info?.version == "TLSv1.3")
        #expect(info?.serverName == "mail.example.test")
        _ = try await handshake(with: server, name: "127.0.0.1", trusting: "a.crt")
        _ = try await handshake(with: server, name: "anything.example", trusting: nil)
        _ = try await handshake(with: server, name: nil, trusting: nil)
        await #expect(throws: TransportError.self) {
            try await handshake(with: server, name: "other.example.test", trusting: "a.crt")
        }
        await server.stop()
    }

    @Test func movesMuchUnderTLS() async throws {
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["mail.example.test"])])
        let trust = try TLSContext.client(verification: .none)
        let octets = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let server = try Running(tls: context) { stream in
            stream.write(octets)
            await stream.close(by: stream.deadline(after: .patience))
        }
        let answer = try await server.client { client in
            try await client.startTLS(trust, serverName: nil, by: client.deadline(after: .patience))
            return try await client.readToEnd()
        }
        #expect(answer == octets)
        await server.stop()
    }

    @Test(
        .rfc(6066, "3"),
        arguments: [
            ("one.example.test", "a.crt", true), ("two.example.test", "b.crt", true),
            ("x.two.example.test", "b.crt", true),
            ("elsewhere.test", "b.crt", false), ("one.example.test", "b.crt", false),
        ]
    )
    func theServerNameSelectsTheCertificate(_ name: String, _ trusted: String, _ isShown: Bool) async throws {
        let context = try TLSContext.server(identities: [
            folder.identity("a", for: ["one.example.test"]),
            folder.identity("b", for: ["two.example.test", "*.two.example.test"]),
        ])
        let server = try Running(tls: context)
        if isShown {
            let info = try await handshake(with: server, name: name, trusting: trusted)
            #expect(info?.serverName == name)
        } else {
            await #expect(throws: TransportError.self) {
                try await handshake(with: server, name: name, trusting: trusted)
            }
        }
        await server.stop()
    }

    /// A ClientHello of TLS 1.1 is answered by an alert, not by a ServerHello.
    @Test(.rfc(8996, "5"))
    func olderVersionsAreRefused() async throws {
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["mail.example.test"])])
        let server = try Running(tls: context)
        var body: [UInt8] = [3, 2]
        body += (0..<32).map { UInt8($0) }
        body += [0]
        body += [0, 4, 0xC0, 0x09, 0xC0, 0x13]
        body += [1, 0]
        let handshake = [1, 0, 0, UInt8(body.count)] + body
        let hello = [22, 3, 1, 0, UInt8(handshake.count)] + handshake
        let answer = try await server.client { client in
            client.write(hello)
            return try await client.readToEnd()
        }
        #expect(answer.first == 21)
        #expect(answer.count == 7 && answer.last == 70, "protocol_version")
        await server.stop()
    }

    @Test func newCertificatesAreUsedAndBrokenOnesAreNot() async throws {
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["old.example.test"])])
        let server = try Running(tls: context)
        let trust = try TLSContext.client(verification: .authorities(file: "\(folder.path)/a.crt"))
        let new = try SelfSignedCertificate(names: ["new.example.test"], world: .real)
        let folder = folder
        try await server.client { client in
            let deadline = client.deadline(after: .patience)
            try await client.startTLS(trust, serverName: "old.example.test", by: deadline)
            client.write("a")
            #expect(try await client.read(1) == [0x61])
            // A key that does not belong to the certificate: nothing changes.
            folder.write(new.key, to: "a.key")
            #expect(throws: TransportError.self) { try context.reload() }
            folder.write("nonsense", to: "a.crt")
            #expect(throws: TransportError.self) { try context.reload() }
            folder.write(new.certificate, to: "a.crt")
            try context.reload()
            client.write("b")
            #expect(try await client.read(1) == [0x62])
        }
        _ = try await handshake(with: server, name: "new.example.test", trusting: "a.crt")
        await server.stop()
    }

    /// What comes in the clear behind STARTTLS must not be taken for the client's.
    @Test(.rfc(3207, "4.2"))
    func plaintextBeforeTheHandshakeIsForgotten() async throws {
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["mail.example.test"])])
        let trust = try TLSContext.client(verification: .none)
        let server = try Running { stream in
            guard (try? await stream.read(10)) != nil else { return }
            stream.write("220\r\n")
            guard (try? await stream.startTLS(context, by: stream.deadline(after: .patience))) != nil else { return }
            #expect(stream.available == 0)
            try? await stream.echo()
        }
        let answer = try await server.client { client in
            client.write("STARTTLS\r\nEVIL\r\n")
            #expect(try await client.read(5) == Array("220\r\n".utf8))
            try await client.startTLS(trust, serverName: nil, by: client.deadline(after: .patience))
            client.write("good")
            return try await client.read(4)
        }
        #expect(answer == Array("good".utf8))
        await server.stop()
    }

    @Test func nonsenseInsteadOfAHandshakeEndsTheConnection() async throws {
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["mail.example.test"])])
        let server = try Running(tls: context) { _ in Issue.record("no session without a handshake") }
        let answer = try await server.client { client in
            client.write("GET / HTTP/1.1\r\n\r\n")
            return (try? await client.readToEnd()) ?? []
        }
        #expect(!answer.contains(UInt8(ascii: "2")) || answer.first == 21)
        await server.stop()
    }

    /// Many mail programs close without close_notify; that is an end like another.
    @Test func anEndWithoutCloseNotifyIsAnEnd() async throws {
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["mail.example.test"])])
        let trust = try TLSContext.client(verification: .none)
        let ended = Signal()
        let server = try Running(tls: context) { stream in
            stream.write("hi")
            #expect((try? await stream.readToEnd()) == Array("bye".utf8))
            ended.raise()
        }
        try await server.client(closing: { $0.abort() }) { client in
            try await client.startTLS(trust, serverName: nil, by: client.deadline(after: .patience))
            // With it come the tickets: what is left unread would make the end a reset.
            #expect(try await client.read(2) == Array("hi".utf8))
            client.write("bye")
            try await client.flush(by: client.deadline(after: .patience))
        }
        await server.stop()
        #expect(ended.take())
    }

    @Test(arguments: [[], ["a,DNS:b"], [""], ["a\n"]])
    func namesThatCannotBeInACertificateAreRefused(_ names: [String]) {
        #expect(throws: TransportError.self) { try SelfSignedCertificate(names: names, world: .real) }
    }

    @Test func itIsKnownWhenACertificateEnds() throws {
        let made = try SelfSignedCertificate(names: ["a.test"], validity: .seconds(1000), world: .real)
        let now = World.real.now().milliseconds
        #expect(SelfSignedCertificate.isValid(Array(made.certificate.utf8), at: Timestamp(milliseconds: now)))
        let later = Timestamp(milliseconds: now + 2_000_000)
        #expect(!SelfSignedCertificate.isValid(Array(made.certificate.utf8), at: later))
        #expect(!SelfSignedCertificate.isValid(Array("nothing".utf8), at: later))
        #expect(!SelfSignedCertificate.isValid([], at: later))
    }

    @Test func filesThatAreNotThereAreReported() {
        let missing = TLSContext.Identity(certificateFile: "/nowhere/a.crt", keyFile: "/nowhere/a.key")
        #expect(throws: TransportError.self) { try TLSContext.server(identities: [missing]) }
        #expect(throws: TransportError.self) { try TLSContext.server(identities: []) }
        #expect(throws: TransportError.self) { try TLSContext.client(verification: .authorities(file: "/nowhere/ca")) }
    }

    @Test func aHandshakeThatNeverComesEnds() async throws {
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["mail.example.test"])])
        let loops = EventLoopGroup(count: 1)
        let listener = try Listener(
            Address(host: "127.0.0.1", port: 0),
            on: loops,
            tls: context,
            handshakeLimit: .milliseconds(30)
        )
        listener.serve { _ in Issue.record("no session without a handshake") }
        let loop = loops.loops[0]
        let answer = try await on(loop) {
            let transport = try await TCPTransport.connect(
                to: listener.address,
                on: loop,
                by: loop.uptime + .patience
            )
            defer { transport.close() }
            return try await Stream(transport).readToEnd()
        }
        #expect(answer.isEmpty)
        await listener.stop(grace: .patience)
        await loops.stop()
    }

    @Test func aStoppingServerDoesNotWaitForHandshakes() async throws {
        let context = try TLSContext.server(identities: [folder.identity("a", for: ["mail.example.test"])])
        let server = try Running(tls: context) { _ in Issue.record("no session without a handshake") }
        async let answer = server.client { try await $0.readToEnd() }
        #expect(await eventually { server.listener.sessionCount == 1 })
        await server.listener.stop(grace: .seconds(3600))
        #expect(try await answer.isEmpty)
        await server.loops.stop()
    }
}
