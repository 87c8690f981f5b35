import Admission
import DNS
import PorticoTesting
import Resolver
import SMTP
import Testing
import World

@Suite struct VisitorTests {
    static let senders: [(String, Refusal.Reason?, Reply?)] = [
        ("a@good.test", nil, nil), ("a@bare.test", nil, nil), ("", nil, nil), ("a@Good.TEST.", nil, nil),
        (
            "a@null.test", .senderTakesNoMail,
            Reply(550, "5.7.27", "The sender's domain takes no mail, so that nobody could answer")
        ),
        (
            "a@mailless.test", .senderUnknown,
            Reply(550, "5.1.8", "The sender's domain has no mail server and no address")
        ),
        (
            "a@nowhere.test", .senderUnknown,
            Reply(550, "5.1.8", "The sender's domain has no mail server and no address")
        ),
        ("a@broken.test", nil, nil),
    ]

    @Test(.rfc(7505, "4.2"), arguments: senders)
    func domainsOfSenders(_ sender: String, _ reason: Refusal.Reason?, _ reply: Reply?) async throws {
        let refusal = await (try Gate()).answer(sender: sender)
        #expect(refusal?.reason == reason && refusal?.reply == reply)
    }

    @Test func domainsThatMayComeLater() async throws {
        let gate = try Gate { $0.senderUnknownIsPermanent = false }
        let reply = await gate.answer(sender: "a@nowhere.test")?.reply
        #expect(reply?.code == 450 && reply?.enhanced == "4.1.8")
        let off = try Gate {
            $0.senderUnknown = .off
            $0.senderTakesNoMail = .note
        }
        #expect(await off.answer(sender: "a@nowhere.test") == nil)
        var visitor = off.visitor()
        #expect(await off.answer(&visitor, hello: "mx.good.test", sender: "a@null.test") == nil)
        #expect(visitor.notes == [.senderTakesNoMail])
    }

    /// Name servers that fail refuse nobody for ever.
    @Test func nobodyAnswers() async throws {
        func ask(_ doubt: AdmissionSettings.Doubt) async throws -> [Reply?] {
            let gate = try Gate {
                $0.doubt = doubt
                $0.helloUnknown = .refuse
                $0.noReverseName = .refuse
                $0.reverseNameUnconfirmed = .refuse
            }
            return [
                await gate.answer(sender: "a@broken.test")?.reply,
                await gate.answer(hello: "x.broken.test")?.reply,
                await gate.answer("192.0.2.9")?.reply,
                await gate.answer("192.0.2.6")?.reply,
            ]
        }
        #expect(try await ask(.pass) == [nil, nil, nil, nil])
        let replies = try await ask(.tryAgain)
        #expect(replies.allSatisfy { $0?.code == 451 && $0?.enhanced == "4.4.3" })
    }

    @Test func nobodyAnswersInTime() async throws {
        let gate = try Gate(service: SilentNames()) {
            $0.doubt = .tryAgain
            $0.lists.deny = [NameList(zone: "bad.test")]
        }
        #expect(await gate.answer()?.reason == .namesUnavailable)
        #expect(gate.events.all.contains("admission.list-failed"))
    }

    static let hellos: [(String, Refusal.Reason?)] = [
        ("mx.good.test", nil), ("MX.GOOD.TEST", nil), ("bare.test", nil), ("null.test", nil), ("good.test.", nil),
        ("mx.example.test", .helloIsOurs), ("MX.example.TEST.", .helloIsOurs), ("[198.51.100.1]", .helloIsOurs),
        ("[192.0.2.7]", nil), ("[IPv6:::ffff:192.0.2.7]", nil), ("[192.0.2.99]", .helloUnknown),
        ("localhost", .helloNotQualified), ("friend", .helloNotQualified), ("pc.local", .helloNotQualified),
        ("localhost.localdomain", .helloNotQualified), ("192.0.2.7", .helloNotQualified), ("", .helloNotQualified),
        (".", .helloNotQualified), ("[x]", .helloNotQualified), ("nowhere.test", .helloUnknown),
        ("mailless.test", .helloUnknown), ("x.broken.test", nil),
    ]

    @Test(.rfc(5321, "4.1.1.1"), arguments: hellos)
    func names(_ hello: String, _ reason: Refusal.Reason?) async throws {
        let strict = try Gate {
            $0.helloNotQualified = .refuse
            $0.helloUnknown = .refuse
        }
        #expect(await strict.answer(hello: hello)?.reason == reason)
        let off = try Gate {
            $0.helloIsOurs = .off
            $0.helloNotQualified = .off
        }
        #expect(await off.answer(hello: hello) == nil)
    }

    static let reverse: [(String, Refusal.Reason?, String?)] = [
        ("192.0.2.7", nil, "mx.good.test"), ("2001:db8::1", nil, "six.good.test"),
        ("192.0.2.8", .reverseNameUnconfirmed, nil), ("192.0.2.99", .noReverseName, nil),
        ("2001:db8::99", .noReverseName, nil), ("192.0.2.9", nil, nil), ("192.0.2.6", nil, nil),
    ]

    @Test(.rfc(7372, "3"), arguments: reverse)
    func namesOfAddresses(_ peer: String, _ reason: Refusal.Reason?, _ name: String?) async throws {
        let gate = try Gate {
            $0.noReverseName = .refuse
            $0.reverseNameUnconfirmed = .refuse
        }
        var visitor = gate.visitor(peer)
        let refusal = await gate.answer(&visitor, hello: "mx.good.test", sender: "a@good.test")
        #expect(refusal?.reason == reason)
        #expect(visitor.confirmedName == name)
        if reason != nil { #expect(refusal?.reply.code == 550 && refusal?.reply.enhanced == "5.7.25") }
        #expect(await (try Gate()).answer(peer) == nil)
    }

    /// Whoever is refused can still write to the postmaster.
    @Test(.rfc(5321, "4.5.1")) func thePostmasterCanBeReached() async throws {
        let gate = try Gate()
        var visitor = gate.visitor()
        #expect(await gate.answer(&visitor, hello: "mx.example.test", sender: "a@good.test")?.reason == .helloIsOurs)
        #expect(visitor.recipient(isPostmaster: true) == nil)
    }

    /// A finding is about one message, and its greeting; what the address is does not change.
    @Test func anotherMessage() async throws {
        let gate = try Gate { $0.helloUnknown = .refuse }
        var visitor = gate.visitor()
        #expect(await gate.answer(&visitor, hello: "nowhere.test", sender: "a@good.test")?.reason == .helloUnknown)
        #expect(await gate.answer(&visitor, hello: "mx.good.test", sender: "a@null.test")?.reason == .senderTakesNoMail)
        #expect(await gate.answer(&visitor, hello: "mx.good.test", sender: "a@good.test") == nil)
    }

    @Test func whatIsOursIsNotAsked() async throws {
        let gate = try Gate {
            $0.perAddress.connections = 1
            $0.helloNotQualified = .refuse
        }
        for peer in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "no address"] {
            #expect(await gate.answer(peer, hello: "x", sender: "a@nowhere.test") == nil)
            for _ in 0..<3 { #expect(gate.visitor(peer).connect() == nil) }
        }
    }

    // MARK: Rates

    @Test func rates() throws {
        let gate = try Gate {
            $0.perAddress.connections = 2
            $0.perNetwork.connections = 5
            $0.perAddress.commands = 3
        }
        func connect(_ peer: String) -> Bool { gate.visitor(peer).connect() == nil }
        #expect(["192.0.2.1", "192.0.2.1", "192.0.2.1"].map(connect) == [true, true, false])
        #expect(["192.0.2.2", "192.0.2.2", "192.0.2.3", "192.0.2.4"].map(connect) == [true, true, true, false])
        #expect(connect("192.0.3.4"))
        let six = ["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1:ffff::", "2001:db8:1:2::"]
        #expect(six.map(connect) == [true, true, false, true])
        let visitor = gate.visitor("192.0.2.1")
        #expect((0..<4).map { _ in visitor.command()?.reply.code } == [nil, nil, nil, 421])
        gate.clock.advance(by: .seconds(60))
        #expect(connect("192.0.2.1"))
        #expect(gate.visitor("192.0.2.1").command() == nil)
    }

    // MARK: Harvest

    @Test func whoeverGuessesAddresses() async throws {
        let unknown = Reply(550, "5.1.1", "No such address here")
        let gate = try Gate {
            $0.harvest.delayedAfter = 2
            $0.harvest.limit = 4
        }
        let visitor = gate.visitor()
        let start = gate.clock.uptime
        #expect(await visitor.unknownRecipient(unknown).reply == unknown)
        #expect(await visitor.unknownRecipient(unknown).reply == unknown)
        #expect(gate.clock.uptime == start)
        #expect(await visitor.unknownRecipient(unknown).reply == unknown)
        #expect(gate.clock.uptime - start == .seconds(5))
        let last = await visitor.unknownRecipient(unknown)
        #expect(last.closes && last.reply.code == 421)
        #expect(gate.visitor().connect()?.reason == .harvest)
        #expect(gate.visitor("192.0.2.8").connect() == nil)
        gate.clock.advance(by: .seconds(3600))
        #expect(gate.visitor().connect() == nil)
    }
}
