import Directory
import Network
import PorticoTesting
import Queue
import Resolver
import Returns
import SMTP
import SMTPClient
import Testing
import World

@testable import Relay

/// Mail from the queue to servers on loopback, by a clock that the tests move.
@Suite(.timeLimit(.minutes(20))) struct SendingTests {
    /// What the first of two servers does, and whether the second gets the message.
    @Test(
        .rfc(5321, "5.1"),
        arguments: [
            ("GREETING", "421 4.3.2 Closing"), ("GREETING", "554 5.3.2 No service"), ("GREETING", ""),
            ("EHLO", "421 4.3.2 Closing"), ("MAIL", "421 4.3.2 Closing"), ("RCPT", "421 4.3.2 Closing"),
            ("DATA", "421 4.3.2 Closing"), ("RCPT", ""), (".", "421 4.3.2 Closing"),
        ]
    )
    func theNextServerIsTried(_ command: String, _ says: String) async throws {
        let outside = try await Outside()
        let (first, second) = (try outside.host(2), try outside.host(3))
        first.say(says, to: command)
        try outside.domain("a.test", 2, 3)
        try await outside.add("x@a.test")
        await outside.relay().workDue()
        #expect(first.connections == 1)
        #expect(second.received.map(\.recipients) == [["RCPT TO:<x@a.test>"]])
        #expect(try await outside.jobs().isEmpty)
        await outside.stop()
    }

    /// What this side keeps back from a server is for the next one: which also may lack what the message needs, not answer at
    /// What this side keeps back from a server is for the next one, which may lack the same, not answer, or not be there.
    @Test(
        .rfc(8689, "4.2.1"),
        .rfc(1870, "6.1"),
        arguments: [
            ("", nil), ("250-mx\r\n250 SIZE 5", "552 5.3.4"), ("421 4.3.2 Closing", "waits"), ("-", "552 5.3.4"),
        ]
    )
    func anotherServerMayTakeWhatOneCannot(_ second: String, _ outcome: String?) async throws {
        let outside = try await Outside()
        let (poor, rich) = (try outside.host(2), try outside.host(3))
        poor.say("250-mx\r\n250 SIZE 4", to: "EHLO")
        if !second.isEmpty { rich.say(second, to: "EHLO") }
        if second == "-" { try outside.domain("a.test", 2) } else { try outside.domain("a.test", 2, 3) }
        // The family that does not work here says nothing of the server.
        try outside.names.add(line: "mx2.a.test AAAA 2001:db8::1")
        try await outside.add("x@a.test", "y@a.test")
        await outside.relay { $0.timeouts.connect = .milliseconds(200) }.workDue()
        #expect(poor.connections == 1)
        #expect(poor.received.isEmpty)
        #expect(rich.received.map(\.recipients.count) == (outcome == nil ? [2] : []))
        let waiting = try await outside.jobs(.outgoing)
        #expect(waiting.count == (outcome == "waits" ? 1 : 0))
        let told = outside.here.received.map(\.text).joined()
        #expect(told.contains("552 5.3.4") == (outcome == "552 5.3.4"), "\(told)")
        await outside.stop()
    }

    /// Nobody listens at 127.0.0.9.
    @Test(.rfc(5321, "4.5.4.1"), .rfc(3461, "4.1"))
    func whatCannotBeDeliveredIsToldAndGoes() async throws {
        let outside = try await Outside()
        try outside.domain("a.test", 8, 9)
        try await outside.add("x@a.test")
        let relay = outside.relay()
        await relay.workDue()
        let job = try #require(try await outside.jobs(.outgoing).first)
        let tried = try #require(job.history.last)
        #expect(job.attempts == 1 && tried.kind == .connect)
        #expect(tried.reply == "connection refused while connecting")
        for _ in 0..<10 {
            outside.clock.advance(by: .seconds(1800))
            await relay.workDue()
        }
        #expect(outside.here.received.count == 1, "a warning, once")
        let warning = try #require(outside.here.received.first).text
        #expect(warning.contains("Action: delayed") && warning.contains("Status: 4.4.1"), "\(warning)")
        // The world begins at noon of 1 January.
        #expect(warning.contains("Will-Retry-Until: Tue, 06 Jan 2026 12:00:00 +0000"), "\(warning)")
        for _ in 0..<130 {
            outside.clock.advance(by: .seconds(3600))
            await relay.workDue()
        }
        #expect(warning.contains("Will-Retry-Until: Tue, 06 Jan 2026 12:00:00 +0000"), "RFC 3464 §2.3.9: \(warning)")
        let last = try #require(outside.here.received.last)
        #expect(outside.here.received.count == 2)
        #expect(last.recipients == ["me@here.test"])
        #expect(last.text.contains("Action: failed") && last.text.contains("Status: 5.4.7"), "\(last.text)")
        #expect(try await outside.jobs(.outgoing).isEmpty)
        await outside.stop()
    }

    @Test(.rfc(5321, "4.2.1")) func aRefusalForNowIsTriedAgain() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        host.say("451 4.7.1 Greylisted, come back later", to: "RCPT")
        try await outside.add("x@a.test")
        let relay = outside.relay()
        await relay.workDue()
        #expect(host.received.isEmpty)
        host.say(nil, to: "RCPT")
        await relay.workDue()
        #expect(host.received.isEmpty, "not before its time")
        outside.clock.advance(by: .seconds(3600))
        await relay.workDue()
        #expect(host.received.count == 1)
        #expect(try await outside.jobs().isEmpty)
        await outside.stop()
    }

    @Test(.rfc(3464, "2.3")) func aRefusalForGoodIsTold() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        host.say("550 5.1.1 No such user", to: "RCPT TO:<gone@")
        try await outside.add("x@a.test", "gone@a.test")
        await outside.relay().workDue()
        #expect(host.received.map(\.recipients) == [["RCPT TO:<x@a.test>"]])
        let notice = try #require(outside.here.received.first).text
        for line in [
            "Final-Recipient: rfc822; gone@a.test", "Action: failed", "Status: 5.1.1",
            "Remote-MTA: dns; mx2.a.test", "Diagnostic-Code: smtp; 550 5.1.1 No such user",
        ] {
            #expect(notice.contains(line), "\(line) is not in \(notice)")
        }
        #expect(!notice.contains("x@a.test\r\nAction"))
        let jobs = try await outside.jobs()
        #expect(jobs.map(\.queue) == [.hardBounce])
        let gone = MailAddress(localPart: "gone", domain: "a.test")
        let sender = SuppressionList.Sender(account: nil, domain: "here.test")
        #expect(try await outside.suppression.entries(for: [gone], from: sender)[gone] != nil)
        await outside.stop()
    }

    /// Also of a message that was not the first over its connection.
    @Test(.rfc(3464, "2.3.5")) func everyRefusalNamesTheServer() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        host.say("550 5.1.1 No such user", to: "RCPT")
        for number in 1...20 { try await outside.add("x\(number)@a.test") }
        await outside.relay().workDue()
        #expect(host.connections < 20)
        let notices = outside.here.received.map(\.text)
        #expect(notices.count == 20)
        #expect(notices.allSatisfy { $0.contains("Remote-MTA: dns; mx2.a.test [127.0.0.2]") })
        await outside.stop()
    }

    @Test(.rfc(3461, "5.2.2")) func relayingIsToldWithTheServersName() async throws {
        let outside = try await Outside()
        _ = try outside.host(2)
        try outside.domain("a.test", 2)
        try await outside.add([QueuedRecipient("x@a.test", notify: [.success])])
        await outside.relay().workDue()
        let notice = try #require(outside.here.received.first).text
        #expect(notice.contains("Action: relayed"))
        #expect(notice.contains("Remote-MTA: dns; mx2.a.test"), "\(notice)")
        await outside.stop()
    }

    /// Lost after the final dot, it may be there twice; another server is not asked at once.
    @Test(.rfc(1047, "2")) func aLostVerdictIsTriedLater() async throws {
        let outside = try await Outside()
        let (first, second) = (try outside.host(2), try outside.host(3))
        try outside.domain("a.test", 2, 3)
        first.say("", to: ".")
        try await outside.add("x@a.test")
        let relay = outside.relay()
        await relay.workDue()
        #expect(first.received.count == 1)
        #expect(second.received.isEmpty)
        first.say(nil, to: ".")
        outside.clock.advance(by: .seconds(3600))
        await relay.workDue()
        #expect(first.received.count == 2)
        #expect(try await outside.jobs().isEmpty)
        await outside.stop()
    }

    @Test(.rfc(5321, "4.5.3.1.10")) func whoIsOneTooManyComesNext() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("a.test", 2)
        host.say("452 4.5.3 Too many recipients", to: "RCPT TO:<late@")
        try await outside.add("x@a.test", "late@a.test")
        await outside.relay().workDue()
        let asked = host.received.first.map { $0.recipients.count }
        #expect(asked == 1)
        #expect(try await outside.jobs(.outgoing).first?.recipients.map(\.address) == ["late@a.test", "x@a.test"])
        await outside.stop()
    }

    @Test(.rfc(7504, "3")) func serversThatNeverTakeMailEndIt() async throws {
        let outside = try await Outside()
        try outside.host(2).say("521 5.3.2 This host takes no mail", to: "GREETING")
        try outside.domain("a.test", 2)
        try await outside.add("x@a.test")
        await outside.relay().workDue()
        #expect(outside.here.received.first?.text.contains("521 5.3.2") == true)
        #expect(try await outside.jobs(.outgoing).isEmpty)
        await outside.stop()
    }

    /// What DNS says of the domain, and the status that the sender is told; nil if the message waits.
    @Test(
        .rfc(7505, "3"),
        .rfc(5321, "5.1"),
        arguments: [
            ("a.test MX 0 .", "5.1.10"), ("a.test TXT x", "5.1.2"), ("a.test MX !temporary", nil),
            ("a.test MX 10 client.example.test\na.test MX 20 mx2.b.test\nmx2.b.test A 127.0.0.2", "5.4.6"),
            (
                "a.test MX 10 mx.b.test\nmx.b.test A 127.0.0.77\na.test MX 20 mx2.b.test\nmx2.b.test A 127.0.0.2",
                "5.4.6"
            ),
            ("a.test MX 10 mx.b.test", "5.4.4"), ("a.test MX 10 127.0.0.2", "5.1.2"),
            ("a.test MX 10 mx.b.test\na.test MX 20 mx3.b.test\nmx3.b.test A !temporary", nil),
        ]
    )
    func domainsWithoutServers(_ zone: String, _ status: String?) async throws {
        let outside = try await Outside()
        let wrong = try outside.host(2)
        for line in zone.split(separator: "\n") { try outside.names.add(line: String(line)) }
        try await outside.add("x@a.test")
        await outside.relay { $0.ownAddresses = [Address(host: "127.0.0.77", port: $0.port)] }.workDue()
        #expect(wrong.received.isEmpty)
        if let status {
            #expect(outside.here.received.first?.text.contains("Status: \(status)\r\n") == true)
        } else {
            #expect(outside.here.received.isEmpty)
            #expect(try await outside.jobs(.outgoing).count == 1)
        }
        await outside.stop()
    }

    @Test(.rfc(5321, "4.1.3")) func literalsAndInternationalDomains() async throws {
        let outside = try await Outside()
        let host = try outside.host(2)
        try outside.domain("xn--bcher-kva.test", 2)
        try await outside.add("x@[127.0.0.2]", "y@bücher.test", "z@[nonsense]")
        await outside.relay().workDue()
        #expect(host.received.count == 2)
        #expect(outside.here.received.first?.text.contains("z@[nonsense]") == true)
        await outside.stop()
    }

    @Test(.rfc(2033, "4.2")) func anLMTPServerAnswersForEach() async throws {
        let outside = try await Outside()
        let host = try outside.host(2, lmtp: true)
        try await outside.add("x@a.test", "y@a.test")
        let port = outside.port
        await outside.relay {
            $0.routes = [
                StaticRoute(
                    .domain("a.test"),
                    to: [.init(host: "127.0.0.2", port: port)],
                    dialect: .lmtp,
                    encryption: .none
                )
            ]
        }.workDue()
        #expect(host.received.count == 2)
        #expect(host.received.first?.commands.first?.hasPrefix("LHLO") == true)
        #expect(try await outside.jobs().isEmpty)
        await outside.stop()
    }

    @Test func heldMailIsDeliveredHereWhenItsTimeComes() async throws {
        let outside = try await Outside()
        let until = Timestamp(milliseconds: outside.clock.now.milliseconds + 3_600_000)
        try await outside.add([QueuedRecipient("you@here.test", notify: [.success])], in: .incoming) {
            $0.holdUntil = until
        }
        let relay = outside.relay()
        await relay.workDue()
        #expect(outside.here.received.isEmpty)
        outside.clock.advance(by: .seconds(3601))
        await relay.workDue()
        await relay.workDue()
        #expect(outside.here.received.map(\.recipients) == [["you@here.test"], ["me@here.test"]])
        #expect(outside.here.received.last?.text.contains("Action: delivered") == true)
        await outside.stop()
    }
}
