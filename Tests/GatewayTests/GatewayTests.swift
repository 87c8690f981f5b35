import Admission
import Network
import Octets
import PorticoTesting
import Store
import Testing
import World

@testable import Gateway

@Suite struct GatewayTests {
    private func send(_ service: RunningGateway) async throws {
        try await service.connect(.smtp) { client in
            #expect(try await client.line().hasPrefix("220 mx.example.test "))
            _ = try await client.ask("EHLO client.test", until: "250 ")
            _ = try await client.ask("MAIL FROM:<bob@example.test>", until: "250")
            _ = try await client.ask("RCPT TO:<alice+tag@example.test>", until: "250")
            _ = try await client.ask("DATA", until: "354")
            _ = try await client.ask("Subject: Through every door\r\n\r\n..dot\r\nend\r\n.", until: "250")
            _ = try await client.ask("QUIT", until: "221")
        }
    }

    /// Whom a proxy speaks for is the peer at every door, with TLS from the first octet too.
    @Test(arguments: [Configuration.DoorProtocol.smtp, .submission, .lmtp, .imap, .pop3])
    func proxiesAreHeardAtEveryDoor(_ door: Configuration.DoorProtocol) async throws {
        let service = try await RunningGateway {
            $0.proxies = ["127.0.0.0/8"]
            $0.smtp.lmtpFrom = ["198.51.100.0/24"]
            // Nobody is asked about its name.
            $0.incoming.admission.allow.networks = ["198.51.100.0/24"].compactMap { Subnet($0) }
        }
        let greeting = try await service.connect(door) { client in
            client.send("PROXY TCP4 198.51.100.22 203.0.113.7 35646 25\r\n")
            return try await client.line()
        }
        #expect(["220 ", "* OK", "+OK "].contains(String(greeting.prefix(4))))
        if door == .smtp {
            try await service.connect(.smtp) { client in
                client.send("PROXY TCP4 198.51.100.22 203.0.113.7 35646 25\r\n")
                _ = try await client.line()
                _ = try await client.ask("EHLO client.test", until: "250 ")
                _ = try await client.ask("MAIL FROM:<bob@example.test>", until: "250")
                _ = try await client.ask("RCPT TO:<alice@example.test>", until: "250")
                _ = try await client.ask("DATA", until: "354")
                _ = try await client.ask("Subject: Proxied\r\n.", until: "250")
            }
            let text = try await service.connect(.imap) { client in
                client.send("PROXY TCP4 198.51.100.22 203.0.113.7 35646 143\r\n")
                _ = try await client.line()
                _ = try await client.ask("a LOGIN alice@example.test \(RunningGateway.password)", until: "a ")
                _ = try await client.ask("b SELECT INBOX", until: "b ")
                return try await client.ask("c FETCH * BODY[HEADER.FIELDS (RECEIVED)]", until: "c ").joined()
            }
            #expect(text.contains("from client.test ([198.51.100.22])"))
        }
        await service.stop()
        let other = try await RunningGateway()
        let answer = try await other.connect(.smtp) { client in
            _ = try await client.line()
            client.send("PROXY TCP4 198.51.100.22 203.0.113.7 35646 25\r\n")
            return try await client.line()
        }
        #expect(answer == "500 5.5.1 Command not recognized")
        await other.stop()
    }

    /// A draft that was kept by IMAP is sent without being sent again. RFC 4468 §3, §4.
    @Test(.rfc(4468, "3.3")) func draftsAreSubmittedByURL() async throws {
        let service = try await RunningGateway()
        let url = try await service.connect(.imap) { client in
            _ = try await client.line()
            _ = try await client.ask("a LOGIN alice@example.test \(RunningGateway.password)", until: "a ")
            _ = try await client.ask("b APPEND Drafts {20+}\r\nSubject: kept\r\n\r\nx\r\n", until: "b OK")
            let rump = "imap://alice%40example.test@mx.example.test/Drafts/;uid=1;urlauth=submit+alice@example.test"
            let lines = try await client.ask("c GENURLAUTH \"\(rump)\" INTERNAL", until: "c OK")
            return String(lines[0].split(separator: "\"")[1])
        }
        let refused = try await service.connect(.submission) { client in
            _ = try await client.line()
            _ = try await client.ask("EHLO client.test", until: "250 ")
            _ = try await client.ask("AUTH PLAIN AGJvYkBleGFtcGxlLnRlc3QAc2VjcmV0", until: "235")
            _ = try await client.ask("MAIL FROM:<bob@example.test>", until: "250")
            _ = try await client.ask("RCPT TO:<bob@example.test>", until: "250")
            client.send("BURL \(url) LAST\r\n")
            return try await client.line()
        }
        #expect(refused == "554 5.6.6 There is nothing for you at that URL", "it is alice's to submit")
        let reply = try await service.connect(.submission) { client in
            _ = try await client.line()
            _ = try await client.ask("EHLO client.test", until: "250 ")
            _ = try await client.ask("AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=", until: "235")
            _ = try await client.ask("MAIL FROM:<alice@example.test>", until: "250")
            _ = try await client.ask("RCPT TO:<bob@example.test>", until: "250")
            client.send("BURL \(url) LAST\r\n")
            return try await client.line()
        }
        #expect(reply.hasPrefix("250 2.0.0 Accepted as "))
        await service.stop()
    }

    /// LMTP is for this machine, unless the configuration names others.
    @Test(.rfc(2033, "5"), arguments: [[], ["192.0.2.0/24"]])
    func lmtpIsAsConfigured(_ networks: [String]) async throws {
        let service = try await RunningGateway { $0.smtp.lmtpFrom = networks }
        let line = try await service.connect(.lmtp) { try await $0.line() }
        #expect(line == (networks.isEmpty ? "220 mx.example.test LMTP Portico" : "554 This port is not for you"))
        await service.stop()
    }

    /// What the configuration says of SMTP reaches its doors. By default nothing departs from the grammar.
    @Test(.rfc(5321, "4.5.1"), arguments: [false, true])
    func smtpIsAsConfigured(_ isLenient: Bool) async throws {
        let service = try await RunningGateway {
            guard isLenient else { return }
            $0.smtpLeniencies = [.spaceAfterColon, .underscoreInDomain]
            $0.postmaster = "postmaster@example.test"
        }
        let codes = try await service.connect(.smtp) { client in
            _ = try await client.line()
            var codes: [Substring] = []
            for command in [
                "HELO MY_PC", "HELO client.test", "MAIL FROM: <bob@example.test>", "MAIL FROM:<bob@example.test>",
                "RCPT TO:<Postmaster>", "RCPT TO: <alice@example.test>",
            ] {
                client.send(command + "\r\n")
                codes.append(try await client.line().prefix(3))
            }
            return codes
        }
        await service.stop()
        #expect(
            codes
                == (isLenient
                    ? ["250", "250", "250", "503", "250", "250"] : ["501", "250", "501", "250", "550", "501"])
        )
    }

    /// What the configuration says of POP3 reaches its doors, which count the delay between logins together.
    @Test(.rfc(2449, "6")) func pop3IsAsConfigured() async throws {
        let service = try await RunningGateway {
            $0.pop3.folder = "Archive"
            $0.pop3.leaveOnServer = .deleteAfterRetrieval
            $0.pop3.loginDelay = .seconds(3600)
        }
        try await send(service)
        try await service.connect(.pop3) { client in
            _ = try await client.line()
            _ = try await client.ask("CAPA", until: "+OK")
            let capabilities = try await client.multiline()
            #expect(capabilities.contains("EXPIRE 0\r\n") && capabilities.contains("LOGIN-DELAY 3600\r\n"))
            _ = try await client.ask("USER alice@example.test", until: "+OK")
            _ = try await client.ask("PASS \(RunningGateway.password)", until: "+OK 0 messages")
            _ = try await client.ask("QUIT", until: "+OK")
        }
        try await service.connect(.pop3s) { client in
            _ = try await client.line()
            _ = try await client.ask("USER alice@example.test", until: "+OK")
            _ = try await client.ask("PASS \(RunningGateway.password)", until: "-ERR [LOGIN-DELAY]")
            _ = try await client.ask("QUIT", until: "+OK")
        }
        await service.stop()
    }

    private func readOverPOP3(_ service: RunningGateway, _ door: Configuration.DoorProtocol) async throws -> String {
        try await service.connect(door) { client in
            #expect(try await client.line().hasPrefix("+OK"))
            _ = try await client.ask("USER alice@example.test", until: "+OK")
            _ = try await client.ask("PASS \(RunningGateway.password)", until: "+OK")
            _ = try await client.ask("RETR 1", until: "+OK")
            let text = try await client.multiline()
            _ = try await client.ask("QUIT", until: "+OK")
            return text
        }
    }

    private func readOverIMAP(_ service: RunningGateway, _ door: Configuration.DoorProtocol) async throws -> String {
        try await service.connect(door) { client in
            #expect(try await client.line().hasPrefix("* OK"))
            _ = try await client.ask("a LOGIN alice@example.test \(RunningGateway.password)", until: "a OK")
            #expect(try await client.ask("b SELECT INBOX", until: "b ").contains("* 1 EXISTS"))
            client.send("c FETCH 1 BODY.PEEK[]\r\n")
            let first = try await client.line()
            let size = try #require(first.split(separator: "{").last?.dropLast())
            let text = try await client.text(try #require(Int(size)))
            #expect(try await client.line() == ")")
            #expect(try await client.line().hasPrefix("c OK"))
            return text
        }
    }

    private func get(_ service: RunningGateway, _ path: String) async throws -> (status: String, body: String) {
        let credentials = Array("alice@example.test:\(RunningGateway.password)".utf8)
        let token = String(decoding: Base64.encode(credentials.span), as: UTF8.self)
        return try await service.connect(.https) { client in
            client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic \(token)\r\n\r\n")
            let status = try await client.line()
            var length = 0
            while true {
                let field = try await client.line()
                if field.isEmpty { break }
                let parts = field.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
                length = Int(parts[1].trimmingPrefix(" ")) ?? 0
            }
            return (status, try await client.text(length))
        }
    }

    @Test func oneMessageIsTheSameThroughEveryDoor() async throws {
        let service = try await RunningGateway()
        try await send(service)
        let text = try await readOverIMAP(service, .imap)
        #expect(text.hasPrefix("Return-Path: <bob@example.test>\r\nDelivered-To: alice@example.test\r\nReceived: "))
        #expect(text.hasSuffix("\r\nSubject: Through every door\r\n\r\n.dot\r\nend\r\n"))
        #expect(try await readOverIMAP(service, .imaps) == text)
        #expect(try await readOverPOP3(service, .pop3) == text)
        #expect(try await readOverPOP3(service, .pop3s) == text)
        let folders = try await get(service, "/v1/folders")
        #expect(folders.status.hasPrefix("HTTP/1.1 200"))
        #expect(folders.body.contains("\"INBOX\""))
        await service.stop()
    }

    @Test(arguments: [Configuration.DoorProtocol.submission, .submissions])
    func submissionTakesMailOnlyFromWhoSignedIn(_ door: Configuration.DoorProtocol) async throws {
        let service = try await RunningGateway { $0.outgoing.enabled = false }
        let credentials = Array("\0bob@example.test\0\(RunningGateway.password)".utf8)
        let response = String(decoding: Base64.encode(credentials.span), as: UTF8.self)
        try await service.connect(door) { client in
            _ = try await client.line()
            _ = try await client.ask("EHLO client.test", until: "250 ")
            _ = try await client.ask("MAIL FROM:<bob@example.test>", until: "530")
            _ = try await client.ask("AUTH PLAIN \(response)", until: "235")
            _ = try await client.ask("MAIL FROM:<bob@example.test>", until: "250")
            _ = try await client.ask("RCPT TO:<someone@elsewhere.example>", until: "550")
            _ = try await client.ask("RCPT TO:<team@example.test>", until: "250")
        }
        await service.stop()
    }

    /// A domain is the same one in letters of its own. RFC 6531 §3.7.1.
    @Test(.rfc(6531, "3.7.1")) func aDomainInItsOwnLetters() async throws {
        let service = try await RunningGateway()
        try await service.connect(.smtp) { client in
            _ = try await client.line()
            _ = try await client.ask("EHLO client.test", until: "250 ")
            _ = try await client.ask("MAIL FROM:<> SMTPUTF8", until: "250")
            let replies = [
                try await client.ask("RCPT TO:<nobody@b\u{FC}cher.test>", until: ""),
                try await client.ask("RCPT TO:<info@b\u{FC}cher.test>", until: ""),
            ].compactMap(\.first)
            #expect(replies.map { $0.prefix(9) } == ["550 5.1.1", "250 2.1.5"], "\(replies)")
            _ = try await client.ask("DATA", until: "354")
            client.send("Subject: x\r\n\r\nGr\u{FC}\u{DF}e\r\n.\r\n")
            #expect(try await client.line().hasPrefix("250"))
        }
        #expect(try await readOverIMAP(service, .imap).hasSuffix("\r\n\r\nGr\u{FC}\u{DF}e\r\n"))
        await service.stop()
    }

    @Test func aStopSaysGoodbyeInEachProtocol() async throws {
        let service = try await RunningGateway()
        let goodbyes = [(Configuration.DoorProtocol.smtp, "421"), (.imap, "* BYE"), (.pop3, "-ERR")]
        let ready = TestCount()
        try await withThrowingTaskGroup { group in
            for (door, goodbye) in goodbyes {
                group.addTask {
                    try await service.connect(door) { client in
                        _ = try await client.line()
                        ready.add()
                        #expect(try await client.line().hasPrefix(goodbye))
                    }
                }
            }
            while ready.value < goodbyes.count { try await Task.sleep(for: .milliseconds(1)) }
            await service.stop()
            try await group.waitForAll()
        }
    }

    @Test func eventsAreCounted() async throws {
        let service = try await RunningGateway()
        let administrator = Administrator(directory: service.gateway.directory, counters: service.events.counters)
        try await send(service)
        var lines: [String] = []
        try await administrator.perform(.status) { lines.append($0) }
        #expect(lines.contains("listener.started\t\(Configuration.DoorProtocol.allCases.count)"))
        await service.stop()
    }

    // MARK: What does not start

    private func refusal(_ configuration: Configuration) async -> String {
        let events = EventLog(threshold: .error, world: .real)
        defer { events.close() }
        do throws(GatewayError) {
            let gateway = try await Gateway.start(
                configuration,
                events: events,
                world: .real,
                prepare: { _ throws(GatewayError) in },
                open: { _ in MemoryStore() }
            )
            await gateway.stop()
            return "started"
        } catch {
            return "\(error)"
        }
    }

    @Test func aTakenPortIsNamedAndNothingIsLeft() async throws {
        let service = try await RunningGateway()
        let taken = service.address(.imap).port
        var configuration = Configuration()
        configuration.listeners = [.init(.smtp, "127.0.0.1", 0), .init(.imap, "127.0.0.1", taken)]
        #expect(await refusal(configuration).hasPrefix("127.0.0.1:\(taken) is taken"))
        await service.stop()
        #expect(await refusal(configuration) == "started")
    }

    @Test func aMissingCertificateIsNamed() async {
        var configuration = Configuration()
        configuration.listeners = [.init(.imaps, "127.0.0.1", 0)]
        configuration.tls = [.init(certificate: "/nowhere/certificate.pem", key: "/nowhere/key.pem")]
        #expect(await refusal(configuration).contains("/nowhere/certificate.pem"))
    }
}
