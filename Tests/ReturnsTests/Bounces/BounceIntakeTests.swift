import Directory
import PorticoTesting
import SMTP
import Testing
import World

@testable import Returns

struct BounceIntakeTests {
    private let clock = TestWorld(seed: 6)
    private let addresses: ReturnAddress
    private let intake: BounceIntake
    private let bob = MailAddress(localPart: "bob", domain: "example.org")

    init() throws {
        let keys = try #require(TraceToken.Keys([[UInt8](repeating: 9, count: 32)]))
        addresses = try #require(ReturnAddress(keys: keys))
        intake = BounceIntake(addresses: addresses, world: clock.world)
    }

    private func path(message: UInt64 = 42) throws -> MailAddress {
        try addresses.address(account: 3, message: message, recipient: bob, domain: "example.com", at: clock.now)
    }

    /// A bounce as this very service makes them.
    private func report(of recipients: [DeliveryNotice.Recipient]) async throws -> [UInt8] {
        try #require(try await NoticeFixture.compose(recipients)).octets
    }

    @Test func aBounceIsMatched() async throws {
        let report = try await report(of: [.init("bob@example.org", NoticeFixture.failure())])
        let address = try path()
        #expect(intake.accepts(address))
        guard case .bounce(let found) = intake.read(report.span, to: address, isFromNobody: true) else {
            Issue.record("no bounce")
            return
        }
        #expect(found.token.account == 3 && found.token.message == 42)
        #expect(found.recipient == bob && !found.isOfAnother && found.isAddressDead)
        #expect(found.meaning.reason == .noSuchMailbox)
        #expect(found.remote == "mx.example.org")
        #expect(found.diagnostic == "550 5.1.1 User unknown")
        #expect(found.messageID == "1@example.com")
        let entry = SuppressionList.Policy().entry(after: found, in: .account(3), at: clock.now)
        #expect(entry?.address == bob)
    }

    @Test func theRightOneOfSeveralIsMatched() async throws {
        let report = try await report(of: [
            .init("rob@example.org", NoticeFixture.failure(Reply(552, "5.2.2", "Mailbox full"))),
            .init(
                "bob@other.example",
                NoticeFixture.failure(),
                originalRecipient: OriginalRecipient(type: "rfc822", address: "Bob@example.org")
            ),
        ])
        guard case .bounce(let found) = intake.read(report.span, to: try path(), isFromNobody: true) else {
            Issue.record("no bounce")
            return
        }
        #expect(found.recipient == bob && found.meaning.reason == .noSuchMailbox)
    }

    @Test func aFailureBehindTheRecipientIsNotTheirs() async throws {
        let report = try await report(of: [.init("elsewhere@example.net", NoticeFixture.failure())])
        guard case .bounce(let found) = intake.read(report.span, to: try path(), isFromNobody: true) else {
            Issue.record("no bounce")
            return
        }
        #expect(found.recipient == nil && found.isOfAnother && !found.isAddressDead)
        #expect(SuppressionList.Policy().entry(after: found, in: .account(3), at: clock.now) == nil)
    }

    @Test func forgedOnesAreNotActedUpon() async throws {
        let report = try await report(of: [.init("bob@example.org", NoticeFixture.failure())])
        let address = try path()
        let forged = MailAddress(localPart: address.localPart.dropLast(1) + "a", domain: "example.com")
        let other = MailAddress(localPart: address.localPart.dropLast(1) + "b", domain: "example.com")
        let findings = [forged, other].filter { $0 != address }.map {
            intake.read(report.span, to: $0, isFromNobody: true)
        }
        #expect(findings.allSatisfy { $0 == .forged(.forged) })
        let plain = MailAddress(localPart: "alice", domain: "example.com")
        #expect(!intake.accepts(plain))
        #expect(intake.read(report.span, to: plain, isFromNobody: true) == .forged(.notAToken))
        clock.advance(by: .seconds(20 * 86_400))
        #expect(intake.read(report.span, to: address, isFromNobody: true) == .forged(.expired))
    }

    @Test func otherMailIsUnrelated() throws {
        let message = Array("From: bob@example.org\nSubject: Out of office\n\nI am away.\n".utf8)
        #expect(intake.read(message.span, to: try path(), isFromNobody: true) == .unrelated)
    }

    @Test func aTextWithoutAddressIsOfTheRecipient() throws {
        let message = Array("From: MAILER-DAEMON@x\nSubject: failure\n\nDelivery failed: 550 5.1.1 User unknown\n".utf8)
        guard case .bounce(let found) = intake.read(message.span, to: try path(), isFromNobody: true) else {
            Issue.record("no bounce")
            return
        }
        #expect(found.recipient == nil && !found.isOfAnother && found.isAddressDead)
    }

    @Test func onlyTheFirstOctetsAreLookedAt() throws {
        var message = Array("From: MAILER-DAEMON@x\n\n".utf8)
        message += [UInt8](repeating: UInt8(ascii: "\n"), count: BounceIntake.octetLimit)
        message += Array("<bob@example.org>: 550 5.1.1 User unknown\n".utf8)
        #expect(intake.read(message.span, to: try path(), isFromNobody: true) == .unrelated)
    }
}
