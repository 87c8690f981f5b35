import Directory
import Network
import Octets
import PorticoTesting
import Testing
import World

@testable import Gateway

/// Mail from this service to another one.
@Suite struct OutgoingMailTests {
    /// A service that hands everything for `elsewhere.test` to the SMTP port of `other`, and nothing to anybody else.
    private func sender(
        to other: RunningGateway,
        _ change: @escaping (inout Configuration) -> Void = { _ in }
    ) async throws -> RunningGateway {
        let server = other.address(.smtp)
        return try await RunningGateway { configuration in
            var route = Configuration.Route()
            route.domain = "elsewhere.test"
            route.servers = ["127.0.0.1:\(server.port)"]
            configuration.outgoing.routes = [route]
            change(&configuration)
        }
    }

    private func receiver() async throws -> RunningGateway {
        let service = try await RunningGateway { $0.hostname = "mx.elsewhere.test" }
        try await service.gateway.directory.addDomain("elsewhere.test")
        let dora = MailAddress(localPart: "dora", domain: "elsewhere.test")
        let alice = MailAddress(localPart: "alice", domain: "example.test")
        try await service.gateway.directory.addAlias(dora, to: [alice])
        return service
    }

    /// Bob signs in and sends a message to `recipients`; what DATA is answered.
    private func submit(
        _ service: RunningGateway,
        to recipients: [String],
        fields: String = ""
    ) async throws -> String {
        let credentials = Array("\0bob@example.test\0\(RunningGateway.password)".utf8)
        let response = String(decoding: Base64.encode(credentials.span), as: UTF8.self)
        return try await service.connect(.submissions) { client in
            _ = try await client.line()
            _ = try await client.ask("EHLO client.test", until: "250 ")
            _ = try await client.ask("AUTH PLAIN \(response)", until: "235")
            _ = try await client.ask("MAIL FROM:<bob@example.test>", until: "250")
            for recipient in recipients { _ = try await client.ask("RCPT TO:<\(recipient)>", until: "250") }
            _ = try await client.ask("DATA", until: "354")
            client.send(
                "\(fields)From: bob@example.test\r\nTo: x@elsewhere.test\r\nSubject: Far away\r\n\r\nHello\r\n.\r\n"
            )
            return try await client.line()
        }
    }

    /// The first message of an inbox, or another one, once it is there.
    private func first(of person: String, at service: RunningGateway, number: Int = 1) async throws -> String {
        for _ in 0..<2000 {
            let text = try await service.connect(.pop3s) { client -> String? in
                _ = try await client.line()
                _ = try await client.ask("USER \(person)@example.test", until: "+OK")
                _ = try await client.ask("PASS \(RunningGateway.password)", until: "+OK")
                _ = try await client.ask("LIST", until: "+OK")
                guard try await client.multiline().split(separator: "\r\n").count >= number else { return nil }
                _ = try await client.ask("RETR \(number)", until: "+OK")
                return try await client.multiline()
            }
            if let text { return text }
            await EventLoop().sleep(.milliseconds(5))
        }
        throw DoorClient.Closed()
    }

    @Test func aMessageGoesToAnotherServer() async throws {
        let other = try await receiver()
        let service = try await sender(to: other)
        #expect(try await submit(service, to: ["dora@elsewhere.test", "carol@example.test"]).hasPrefix("250"))
        let far = try await first(of: "alice", at: other)
        #expect(far.hasPrefix("Return-Path: <bob@example.test>\r\nDelivered-To: alice@example.test\r\nReceived: "))
        #expect(far.contains("by mx.elsewhere.test with ESMTPS"), "TLS where it is offered: \(far)")
        #expect(far.contains("by mx.example.test with ESMTPSA"))
        #expect(far.hasSuffix("\r\n\r\nHello\r\n"))
        let near = try await first(of: "carol", at: service)
        #expect(near.hasSuffix("\r\n\r\nHello\r\n"))
        await service.stop()
        await other.stop()
    }

    @Test(.rfc(3464, "2")) func whatIsRefusedComesBack() async throws {
        let other = try await receiver()
        let service = try await sender(to: other)
        #expect(try await submit(service, to: ["nobody@elsewhere.test"]).hasPrefix("250"))
        let notice = try await first(of: "bob", at: service)
        #expect(notice.hasPrefix("Return-Path: <>\r\nDelivered-To: bob@example.test\r\n"))
        let facts = "Final-Recipient: rfc822; nobody@elsewhere.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        #expect(notice.contains(facts), "\(notice)")
        #expect(notice.contains("Remote-MTA: dns; 127.0.0.1"), "\(notice)")
        #expect(notice.contains("Subject: Far away"))
        await service.stop()
        await other.stop()
    }

    /// At the port for other servers, only hosts that are configured hand over mail for anybody.
    @Test(arguments: [["127.0.0.0/8"], ["192.0.2.0/24"], []])
    func onlyKnownHostsMayRelay(_ networks: [String]) async throws {
        let other = try await receiver()
        let service = try await sender(to: other) { $0.outgoing.relayFrom = networks }
        let mayRelay = networks == ["127.0.0.0/8"]
        let lines = try await service.connect(.smtp) { client in
            _ = try await client.line()
            var lines = try await client.ask("EHLO client.test", until: "250 ")
            lines += try await client.ask("MAIL FROM:<x@client.test>", until: "250")
            lines += try await client.ask("RCPT TO:<dora@elsewhere.test>", until: mayRelay ? "250" : "550 5.7.1")
            return lines
        }
        #expect(lines.contains("250-DSN"), "senders are told what they ask for")
        await service.stop()
        await other.stop()
    }

    /// Where DNS says where it goes, what goes to many comes from other addresses than what people write.
    @Test func kindsOfMailComeFromTheirAddresses() async throws {
        let other = try await receiver()
        let server = other.address(.smtp)
        let service = try await sender(to: other) { configuration in
            configuration.outgoing.routes = []
            configuration.outgoing.port = server.port
            configuration.dns.overrides = [
                "elsewhere.test MX 10 mx.elsewhere.test", "mx.elsewhere.test A 127.0.0.1",
            ]
            var (personal, bulk) = (Configuration.SendingAddress(), Configuration.SendingAddress())
            (personal.address, bulk.address, bulk.hostname) = ("127.0.0.21", "127.0.0.22", "news.example.test")
            (configuration.outgoing.pools.personal, configuration.outgoing.pools.bulk) = ([personal], [bulk])
        }
        #expect(try await submit(service, to: ["dora@elsewhere.test"]).hasPrefix("250"))
        #expect(try await first(of: "alice", at: other).contains("Received: from mx.example.test ([127.0.0.21])"))
        let fields = "List-Id: <news.example.test>\r\n"
        #expect(try await submit(service, to: ["dora@elsewhere.test"], fields: fields).hasPrefix("250"))
        let bulk = try await first(of: "alice", at: other, number: 2)
        #expect(bulk.contains("Received: from news.example.test ([127.0.0.22])"), "\(bulk)")
        await service.stop()
        await other.stop()
    }

    /// A bounce that comes later, as mail, to the return path that the message left with.
    @Test(.rfc(5321, "4.4")) func bulkMailThatBouncesLaterIsKnown() async throws {
        let other = try await receiver()
        let service = try await sender(to: other)
        let fields = "List-Id: <news.example.test>\r\n"
        #expect(try await submit(service, to: ["dora@elsewhere.test"], fields: fields).hasPrefix("250"))
        let far = try await first(of: "alice", at: other)
        let path = try #require(far.split(separator: "\r\n").first?.dropFirst("Return-Path: <".count).dropLast())
        #expect(path.hasPrefix("bounce+") && path.hasSuffix("@example.test"))
        let forged = path.replacing("=", with: "=2")
        try await service.connect(.smtp) { client in
            _ = try await client.line()
            _ = try await client.ask("EHLO mx.elsewhere.test", until: "250 ")
            _ = try await client.ask("MAIL FROM:<>", until: "250")
            _ = try await client.ask("RCPT TO:<\(forged)>", until: "550 5.1.1")
            _ = try await client.ask("RCPT TO:<\(path)>", until: "250")
            _ = try await client.ask("DATA", until: "354")
            let report = """
                From: MAILER-DAEMON@mx.elsewhere.test
                Subject: Undelivered
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary=x

                --x

                It failed.
                --x
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.elsewhere.test

                Final-Recipient: rfc822; dora@elsewhere.test
                Action: failed
                Status: 5.1.1
                Diagnostic-Code: smtp; 550 5.1.1 No such user

                --x--
                .

                """
            client.send(report.replacing("\n", with: "\r\n"))
            #expect(try await client.line().hasPrefix("250"))
        }
        // The sender reads it, and the address is not written to again.
        #expect(try await first(of: "bob", at: service).contains("Final-Recipient: rfc822; dora@elsewhere.test"))
        #expect(try await submit(service, to: ["dora@elsewhere.test"]).hasPrefix("250"))
        let refusal = try await first(of: "bob", at: service, number: 2)
        #expect(refusal.contains("this address is not written to any more (bounce)"), "\(refusal)")
        await service.stop()
        await other.stop()
    }
}
