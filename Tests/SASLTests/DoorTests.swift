import Cryptography
import Delivery
import Directory
import IMAPDoor
import Mailbox
import Network
import Octets
import POP3Door
import PorticoTesting
import SASL
import SMTPDoor
import Store
import Synchronization
import Testing
import World

/// A client's end of a session with one of the doors, in the words that logging in has there.
private struct Client {
    enum Door: CaseIterable {
        case smtp, imap, pop3
    }

    let door: Door
    let connection: MemoryConnection

    init(_ door: Door, _ house: House, isEncrypted: Bool = true, certificate: ClientCertificate? = nil) async {
        self.door = door
        let tls = isEncrypted ? TLSInfo(version: "TLSv1.3", cipher: "x", serverName: nil) : nil
        connection = MemoryConnection(tls: tls, clientCertificate: certificate)
        let serve = Self.session(door, house)
        Task { [connection] in await serve(Stream(connection)) }
        switch door {
        case .smtp: _ = await connection.line()
        case .imap, .pop3: _ = await connection.line()
        }
        guard door == .smtp else { return }
        connection.send("EHLO client.test\r\n")
        while let line = await connection.line(), line.hasPrefix("250-") {}
    }

    private static func session(_ door: Door, _ house: House) -> @Sendable (Stream) async -> Void {
        let mailboxes = StoreMailboxService(store: MemoryStore(), world: .real)
        let (directory, service) = (house.directory, house.service)
        switch door {
        case .smtp:
            let made = SMTPDoor(
                configuration: SMTPDoor.Configuration(hostname: "mx.test", role: .submission),
                directory: directory,
                delivery: LocalDelivery(directory: directory, mailboxes: mailboxes, log: .none),
                world: .real,
                log: .none,
                authentication: service
            )
            return { await made.serve($0) }
        case .imap:
            var configuration = IMAPDoor.Configuration(hostname: "mx.test")
            configuration.limits.loginDelay = .zero
            let made = IMAPDoor(
                configuration: configuration,
                directory: directory,
                mailboxes: mailboxes,
                world: .real,
                log: .none,
                authentication: service
            )
            return { await made.serve($0) }
        case .pop3:
            var configuration = POP3Door.Configuration()
            configuration.failedLoginDelay = .zero
            let made = POP3Door(
                configuration: configuration,
                directory: directory,
                mailboxes: mailboxes,
                world: .real,
                log: .none,
                authentication: service
            )
            return { await made.serve($0) }
        }
    }

    /// Begins an exchange; what comes back.
    func begin(_ mechanism: String, _ initial: [UInt8]? = nil) async -> Answer {
        let response = initial.map { $0.isEmpty ? " =" : " " + text($0) } ?? ""
        return await ask((door == .imap ? "1 AUTHENTICATE " : "AUTH ") + mechanism + response)
    }

    func answer(_ octets: [UInt8]) async -> Answer { await ask(text(octets)) }

    private func text(_ octets: [UInt8]) -> String { String(decoding: Base64.encode(octets.span), as: UTF8.self) }

    enum Answer: Equatable {
        case challenge([UInt8])
        case end(String)
    }

    func ask(_ line: String) async -> Answer {
        connection.send(line + "\r\n")
        guard let line = await connection.line() else { return .end("closed") }
        let prefix = door == .smtp ? "334 " : "+ "
        guard line.hasPrefix(prefix) else { return .end(line) }
        return .challenge(Base64.decodeStrictly(Array(line.dropFirst(prefix.count).utf8).span) ?? [0xFF])
    }
}

extension Client.Answer {
    fileprivate func begins(_ door: Client.Door, _ smtp: String, _ imap: String, _ pop3: String) -> Bool {
        guard case .end(let line) = self else { return false }
        return line.hasPrefix(door == .smtp ? smtp : door == .imap ? "1 " + imap : pop3)
    }
}

@Suite(.rfc(4954, "4"), .rfc(4959, "3"), .rfc(5034, "4"))
struct DoorTests {
    private func scram(_ client: Client, _ password: String = "pencil", early: Bool = true) async throws
        -> Client.Answer
    {
        var scram = SCRAMClient(.sha256, name: OneAccount.name, password: password)
        scram.header = "p=tls-exporter,,"
        scram.binding = Array("tls-exporter".utf8)
        var answer: Client.Answer
        if early {
            answer = await client.begin("SCRAM-SHA-256-PLUS", scram.first)
        } else {
            #expect(await client.begin("SCRAM-SHA-256-PLUS") == .challenge([]))
            answer = await client.answer(scram.first)
        }
        guard case .challenge(let first) = answer else { return answer }
        let final = try #require(try scram.final(first))
        answer = await client.answer(final)
        guard case .challenge(let proof) = answer else { return answer }
        #expect(scram.accepts(proof))
        return await client.answer([])
    }

    @Test(arguments: Client.Door.allCases, [true, false])
    fileprivate func signsIn(_ door: Client.Door, _ early: Bool) async throws {
        let client = await Client(door, try House())
        let answer = try await scram(client, early: early)
        #expect(answer.begins(door, "235 2.7.0", "OK [CAPABILITY ", "+OK 0 messages"), "\(answer)")
    }

    @Test(arguments: Client.Door.allCases)
    fileprivate func wrongPassword(_ door: Client.Door) async throws {
        let client = await Client(door, try House())
        let answer = try await scram(client, "wrong")
        #expect(answer.begins(door, "535 5.7.8", "NO [AUTHENTICATIONFAILED]", "-ERR [AUTH]"), "\(answer)")
        // And after it the right one.
        #expect(try await scram(client).begins(door, "235", "OK", "+OK"))
    }

    @Test(arguments: Client.Door.allCases)
    fileprivate func cancelledAndMalformed(_ door: Client.Door) async throws {
        let client = await Client(door, try House())
        let first = SCRAMClient(.sha256, name: OneAccount.name, password: "pencil").first
        // `n`, where the client is to bind.
        #expect(
            await client.begin("SCRAM-SHA-256-PLUS", first)
                .begins(door, "501 5.5.2", "NO [AUTHENTICATIONFAILED]", "-ERR malformed")
        )
        for line in ["*", "no base64", "AAA", "AB=="] {
            guard case .challenge = await client.begin("SCRAM-SHA-256", first) else {
                Issue.record("no challenge")
                return
            }
            #expect(await client.ask(line).begins(door, "501 5.5.2", "BAD", "-ERR"))
        }
        for line in ["*", "no base64"] {
            #expect(await client.begin("PLAIN") == .challenge([]))
            #expect(await client.ask(line).begins(door, "501 5.5.2", "BAD", "-ERR"))
        }
        #expect(await client.begin("CRAM-MD5").begins(door, "504 5.5.4", "NO [CANNOT]", "-ERR unknown"))
        #expect(await client.begin("EXTERNAL", []).begins(door, "504 5.5.4", "NO [CANNOT]", "-ERR unknown"))
        #expect(try await scram(client).begins(door, "235", "OK", "+OK"))
    }

    @Test(arguments: Client.Door.allCases)
    fileprivate func tooLong(_ door: Client.Door) async throws {
        let client = await Client(door, try House())
        #expect(await client.begin("PLAIN") == .challenge([]))
        let answer = await client.ask(String(repeating: "A", count: 20_000))
        #expect(answer.begins(door, "50", "NO ", "-ERR"), "\(answer)")
    }

    @Test(arguments: Client.Door.allCases)
    fileprivate func notInTheClear(_ door: Client.Door) async throws {
        let client = await Client(door, try House(), isEncrypted: false)
        for mechanism in ["PLAIN", "SCRAM-SHA-256", "LOGIN"] {
            let answer = await client.begin(mechanism, mechanism == "LOGIN" ? nil : Array("x".utf8))
            #expect(answer.begins(door, "538 5.7.11", "NO [PRIVACYREQUIRED]", "-ERR start TLS"), "\(answer)")
        }
    }

    /// RFC 4422 §A.
    @Test(.rfc(4422, "A"), arguments: Client.Door.allCases)
    fileprivate func certificate(_ door: Client.Door) async throws {
        let certificate = ClientCertificate(mailboxes: ["user@x.test"], fingerprint: "00")
        let client = await Client(door, try House(), certificate: certificate)
        #expect(
            await client.begin("EXTERNAL", Array("other@x.test".utf8))
                .begins(door, "535 5.7.8", "NO [AUTHENTICATIONFAILED]", "-ERR [AUTH]")
        )
        #expect(await client.begin("EXTERNAL", []).begins(door, "235 2.7.0", "OK", "+OK"))
    }

    @Test(arguments: Client.Door.allCases)
    fileprivate func guessing(_ door: Client.Door) async throws {
        let house = try House()
        house.directory.events.withLock { $0.isThrottling = true }
        let client = await Client(door, house)
        let answer = try await scram(client)
        #expect(answer.begins(door, "454 4.7.0", "NO [UNAVAILABLE]", "-ERR [SYS/TEMP]"), "\(answer)")
    }
}
