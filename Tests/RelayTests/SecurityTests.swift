import HTTPClient
import Network
import Octets
import PorticoTesting
import Queue
import Resolver
import Returns
import SMTP
import SMTPClient
import Store
import Testing
import TransportPolicy
import World

@testable import Relay

/// Mail from the queue to a server with a certificate, over real handshakes on loopback sockets: what becomes of it under each
/// policy of the recipients' domain.
struct SecurityTests {
    /// What the world outside is like.
    struct Situation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Lines of DNS; `RIGHT` and `WRONG` stand for the digest of the server's certificate and another one.
        var names = ""
        /// The MTA-STS policy; nil for none.
        var policy: String?
        var rule: DomainRules.Rule?
        /// The server's certificate is one of an authority that is trusted.
        var isTrusted = true
        var hasTLS = true
        var requireTLS = false
        var optionalTLS = false
        /// In what the queue says of the message that waits; nil if it is delivered.
        var reason: String?
        /// What is counted for the domain's report: successes, and the type of a failure.
        var counted: (successes: UInt64, failure: String?)
    }

    private static let secure = "example.org * !authenticated\n"
    private static func tlsa(_ digest: String) -> String { secure + "_25._tcp.mx.example.org TLSA 3 0 1 \(digest)\n" }
    private static func sts(_ mode: String, _ host: String = "mx.example.org") -> String {
        "version: STSv1\r\nmode: \(mode)\r\nmx: \(host)\r\nmax_age: 86400\r\n"
    }

    private static let situations = [
        Situation(testDescription: "no policy", isTrusted: false, counted: (1, nil)),
        Situation(testDescription: "no policy, no TLS", hasTLS: false, counted: (0, "starttls-not-supported")),
        Situation(testDescription: "DANE", names: tlsa("RIGHT"), isTrusted: false, counted: (1, nil)),
        Situation(
            testDescription: "DANE for another certificate",
            names: tlsa("WRONG"),
            reason: "not the one that DNS promises",
            counted: (0, "tlsa-invalid")
        ),
        Situation(
            testDescription: "DANE, and no TLS",
            names: tlsa("RIGHT"),
            hasTLS: false,
            reason: "does not offer STARTTLS",
            counted: (0, "starttls-not-supported")
        ),
        Situation(
            testDescription: "DANE that cannot be found out",
            names: secure + "_25._tcp.mx.example.org TLSA !temporary\n",
            reason: "TLSA records of mx.example.org could not be found out",
            counted: (0, "dnssec-invalid")
        ),
        Situation(testDescription: "MTA-STS", policy: sts("enforce"), counted: (1, nil)),
        Situation(
            testDescription: "MTA-STS without an authority",
            policy: sts("enforce"),
            isTrusted: false,
            reason: "not one that is trusted",
            counted: (0, "certificate-not-trusted")
        ),
        Situation(
            testDescription: "MTA-STS for another host",
            policy: sts("enforce", "mail.example.org"),
            reason: "does not name mx.example.org",
            counted: (0, "validation-failure")
        ),
        Situation(testDescription: "tested", policy: sts("testing"), counted: (1, nil)),
        Situation(
            testDescription: "tested without an authority",
            policy: sts("testing"),
            isTrusted: false,
            counted: (0, "certificate-not-trusted")
        ),
        Situation(
            testDescription: "tested for another host",
            policy: sts("testing", "mail.example.org"),
            counted: (0, "validation-failure")
        ),
        Situation(testDescription: "a rule that wants none", rule: .init(.none), counted: (0, nil)),
        Situation(
            testDescription: "a rule that wants TLS",
            rule: .init(.encrypted),
            hasTLS: false,
            reason: "does not offer STARTTLS",
            counted: (0, "starttls-not-supported")
        ),
        Situation(
            testDescription: "a rule that wants another name",
            rule: .init(.verified, names: ["other.example.org"]),
            reason: "for another name",
            counted: (0, "certificate-host-mismatch")
        ),
        Situation(
            testDescription: "the message wants TLS, by a policy",
            policy: sts("enforce"),
            requireTLS: true,
            counted: (1, nil)
        ),
        Situation(
            testDescription: "the message goes even where TLS fails",
            policy: sts("enforce"),
            isTrusted: false,
            optionalTLS: true,
            counted: (1, nil)
        ),
        Situation(
            testDescription: "the message wants both, which is that TLS is required",
            policy: sts("enforce"),
            isTrusted: false,
            requireTLS: true,
            optionalTLS: true,
            reason: "not one that is trusted",
            counted: (0, "certificate-not-trusted")
        ),
    ]

    private let folder = KeyFolder()
    private let clock = TestWorld(seed: 3)

    @Test(.rfc(8461, "5"), .rfc(7672, "2.2"), arguments: situations)
    func mailGoesOrWaits(_ situation: Situation) async throws {
        let identity = try folder.identity("a", for: ["mx.example.org"])
        _ = try folder.identity("b", for: ["mx.example.org"])
        let server = try MailServer(situation.hasTLS ? identity : nil)
        let store = MemoryStore()
        let world = clock.world
        let digest = situation.hasTLS ? try await server.digest() : String(repeating: "ab", count: 32)
        let names = try FixedNames(
            """
            example.org MX 10 mx.example.org
            mx.example.org A 127.0.0.1
            \(situation.policy == nil ? "" : "_mta-sts.example.org TXT \"v=STSv1; id=1;\"")
            \(situation.names.replacing("RIGHT", with: digest).replacing("WRONG", with: String(digest.reversed())))
            """
        )
        let policies = STSPolicies(store: store, names: names, world: world) { _, _ in
            Array((situation.policy ?? "").utf8)
        }
        var rules = DomainRules()
        if let rule = situation.rule { rules.set(rule, for: "example.org") }
        let counters = DailyCounters(store: store, table: "tls", node: "a", world: world)
        let results = TLSResults(counters: counters, store: store, world: world)
        var settings = RelaySettings(hostName: "client.example.test")
        settings.port = server.listener.address.port
        settings.opportunistic = try TLSContext.client(verification: .none)
        let trusted = situation.isTrusted ? "a.crt" : "b.crt"
        settings.verifying = try TLSContext.client(verification: .authorities(file: "\(folder.path)/\(trusted)"))
        let queue = try await MailQueue.open(store, world: world)
        let delivery = RemoteDelivery(
            queue: queue,
            names: names,
            suppression: SuppressionList(store: store, world: world),
            settings: settings,
            security: SendingSecurity(
                policy: TransportPolicy(rules: rules, policies: policies, names: names),
                results: results,
                log: .none
            ),
            loops: server.loops,
            world: world,
            log: .none
        )
        var envelope = Queue.Envelope(reversePath: "a@example.test")
        envelope.requireTLS = situation.requireTLS
        envelope.optionalTLS = situation.optionalTLS
        let octets = queue.receive()
        try await octets.push(Array("Subject: x\r\n\r\nx\r\n".utf8))
        try await octets.finish()
        _ = try await queue.add(
            NewMessage(octets, envelope, to: [QueuedRecipient("b@example.org", notify: .never)], in: .outgoing)
        )
        await delivery.sendDue()

        let waiting = try await queue.list(JobFilter(), limit: 10).jobs
        if let reason = situation.reason {
            let reply = waiting.first?.recipients.first?.lastReply ?? "it was delivered"
            #expect(reply.contains(reason), "\(reply)")
            #expect(waiting.first?.queue == .outgoing)
        } else {
            #expect(waiting.isEmpty, "\(waiting.map { $0.recipients.map(\.lastReply) })")
        }
        try await counters.flush()
        let counted = try await results.policies(of: "example.org", on: counters.today)
        #expect(counted.map(\.successes).reduce(0, +) == situation.counted.successes)
        #expect(Set(counted.flatMap(\.details).map(\.type)) == Set([situation.counted.failure].compactMap(\.self)))
        await server.stop()
    }

    // MARK: Policies over HTTPS

    @Test(
        .rfc(8461, "3.3"),
        arguments: [
            ("200 OK", "text/plain", "mta-sts.example.org", true),
            ("200 OK", "text/plain; charset=us-ascii", "mta-sts.example.org", true),
            ("200 OK", "text/html", "mta-sts.example.org", false),
            ("301 Moved\r\nLocation: https://mta-sts.example.org/", "text/plain", "mta-sts.example.org", false),
            ("404 Not Found", "text/plain", "mta-sts.example.org", false),
            ("200 OK", "text/plain", "example.org", false),
        ]
    )
    func policiesAreFetched(_ status: String, _ type: String, _ name: String, _ isTaken: Bool) async throws {
        let identity = try folder.identity("a", for: [name])
        let loops = EventLoopGroup(count: 1)
        let listener = try Listener(
            Address(host: "127.0.0.1", port: 0),
            on: loops,
            counter: ConnectionCounter(),
            tls: try TLSContext.server(identities: [identity])
        )
        let body = Self.sts("enforce")
        listener.serve { stream in
            while let line = await stream.nextLine(), !line.isEmpty {}
            stream.write("HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
            stream.write(body)
            await stream.close(by: stream.deadline(after: .seconds(20)))
        }
        let client = HTTPClient(
            loops: loops,
            tls: try TLSContext.client(verification: .authorities(file: "\(folder.path)/a.crt")),
            limits: HTTPClient.policyLimits
        ) { host in host == "mta-sts.example.org" ? ["127.0.0.1"] : [] }
        let fetch = client.policyFetch(port: listener.address.port)
        let file = try? await fetch("mta-sts.example.org", StrictTransport.path)
        #expect(file == (isTaken ? Array(body.utf8) : nil))
        await listener.stop(grace: .seconds(20))
        await loops.stop()
    }
}

/// A server that takes everything, with STARTTLS if it has a certificate.
private struct MailServer {
    let listener: Listener
    let loops = EventLoopGroup(count: 1)

    init(_ identity: TLSContext.Identity?) throws {
        let context = try identity.map { try TLSContext.server(identities: [$0]) }
        listener = try Listener(Address(host: "127.0.0.1", port: 0), on: loops, counter: ConnectionCounter(), tls: nil)
        listener.serve { stream in
            stream.write("220 mx.example.org ESMTP\r\n")
            var isText = false
            while let line = await stream.nextLine() {
                if isText {
                    isText = line != "."
                    if !isText { stream.write("250 Ok\r\n") }
                    continue
                }
                switch line.prefix(4) {
                case "EHLO":
                    let offer = stream.tls == nil && context != nil ? "250-STARTTLS\r\n" : ""
                    stream.write("250-mx.example.org\r\n\(offer)250 REQUIRETLS\r\n")
                case "STAR":
                    stream.write("220 Go\r\n")
                    guard let context else { return await stream.close(by: stream.deadline(after: .seconds(20))) }
                    let deadline = stream.deadline(after: .seconds(20))
                    guard (try? await stream.startTLS(context, by: deadline)) != nil else { return }
                case "DATA":
                    isText = true
                    stream.write("354 Go\r\n")
                case "QUIT":
                    stream.write("221 Bye\r\n")
                    return await stream.close(by: stream.deadline(after: .seconds(20)))
                default: stream.write("250 Ok\r\n")
                }
            }
        }
    }

    /// The SHA-256 of its certificate, in hexadecimal digits.
    func digest() async throws -> String {
        let context = try TLSContext.client(verification: .none)
        let settings = SMTPClient.Settings(
            name: .domain("client.example.test"),
            security: .required(TLSExpectation(serverName: "mx.example.org")),
            tls: context
        )
        let loop = loops.next()
        let address = listener.address
        let octets = try await Task(executorPreference: loop) {
            let connection = try await Connection.open(to: address, settings: settings, on: loop)
            let octets = connection.tls?.peer?.digests.first
            await connection.quit()
            return octets
        }.value
        let digits = try #require(octets).map { octet in
            let digits = String(octet, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }
        return digits.joined()
    }

    func stop() async {
        await listener.stop(grace: .seconds(20))
        await loops.stop()
    }
}

extension Network.Stream {
    /// The next line, without its end; nil if the client says no more.
    fileprivate func nextLine() async -> String? {
        var octets: [UInt8] = []
        while true {
            while let octet = withInput({ $0.isEmpty ? nil : $0[0] }) {
                consume(1)
                if octet != .lineFeed {
                    octets.append(octet)
                    continue
                }
                return String(decoding: octets.last == .carriageReturn ? octets.dropLast() : octets[...], as: UTF8.self)
            }
            guard (try? await fill(by: deadline(after: .seconds(20)))) == true else { return nil }
        }
    }
}
