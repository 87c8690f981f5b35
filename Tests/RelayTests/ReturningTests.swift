import Delivery
import Directory
import MIME
import Mailbox
import PorticoTesting
import Queue
import Returns
import SMTP
import SMTPClient
import Synchronization
import Testing
import World

@testable import Relay

struct ReturningTests {
    /// The address that the wire has of a message.
    private func path(_ message: ReversePath) throws -> MailAddress {
        guard case .path(let path) = message else { throw DeliveryError.unknownRecipient }
        return try #require(MailAddress("\(path)"))
    }

    /// Whoever may send anywhere may send a bounce too, and both in one message.
    @Test func whatGoesElsewhereBesideABounceIsNotLost() async throws {
        let house = try await Returning()
        var attempt = try await house.send([QueuedRecipient("bob@example.org")])
        let address = try path(attempt.message().reversePath)
        let anywhere = RelayingDelivery(local: Nowhere(), queue: house.queue, log: Log { _, _, _ in })
        let delivery = ReturningDelivery(local: anywhere, queue: house.queue, intake: house.intake)
        let others = MailAddress(localPart: "x", domain: "elsewhere.example")
        let recipients = [try await delivery.recipient(address), try await delivery.recipient(others)]
        let envelope = MailEnvelope(reversePath: .null, recipients: recipients)
        let message = try await delivery.receive(for: envelope)
        try await message.push(Array("Subject: Away\r\n\r\nNot here.\r\n".utf8))
        try await message.finish()
        let outcomes = await delivery.deliver(message, envelope)
        #expect(outcomes.allSatisfy { $0.error == nil })
        await message.discard()
        let work = try #require(try await house.queue.take(.outgoing, limit: 10, for: .seconds(60)).first)
        #expect(work.job.recipients.map(\.address) == ["x@elsewhere.example"])
    }

    // MARK: Going out

    @Test(.rfc(5321, "4.4")) func bulkMailLeavesOneByOneWithAPathForEach() async throws {
        let house = try await Returning()
        var attempt = try await house.send([QueuedRecipient("bob@example.org"), QueuedRecipient("eve@example.org")])
        let first = attempt.message()
        #expect(first.recipients.count == 1 && attempt.isOneByOne)
        let address = try path(first.reversePath)
        #expect(address.domain == "example.com" && address.localPart.hasPrefix("bounce+"))
        let token = try house.paths.addresses.token(in: address, at: house.clock.now)
        #expect(token.account == 3 && MessageMark(token.message).message == attempt.work.message.id)
        #expect(MessageMark(token.message).category == .bulk && !MessageMark(token.message).isQuiet)
        attempt.settle(0, as: .delivered(reply: "250 Ok", isReported: false))
        let second = attempt.message()
        #expect(try path(second.reversePath) != address)
        // The sender's own stays in the queue, for notifications.
        #expect(attempt.work.message.envelope.reversePath == "alice@example.com")
        var reader = try await second.content.open()
        var text: [UInt8] = []
        while let piece = try await reader.next() { text += piece }
        #expect(second.content.size == UInt64(text.count))
        let header = Header(parsing: text)
        #expect(header.first(ComplaintIntake.fieldName) != nil && header.first("Subject") != nil)
    }

    @Test func otherMailKeepsItsPath() async throws {
        let house = try await Returning()
        var attempt = try await house.send(
            [QueuedRecipient("bob@example.org"), QueuedRecipient("eve@example.org")],
            as: "personal"
        )
        let message = attempt.message()
        #expect(message.recipients.count == 2 && !attempt.isOneByOne)
        #expect(try path(message.reversePath) == OneAccount.alice.address)
    }

    @Test func ofADomainElsewhereThePathIsInOurs() async throws {
        let house = try await Returning()
        var attempt = try await house.send([QueuedRecipient("bob@example.org")], from: "alice@customer.example")
        #expect(try path(attempt.message().reversePath).domain == "mail.example.net")
    }

    @Test(arguments: [SourcePlan.Category.personal, .transactional, .bulk], [false, true])
    func marksAreReadBack(_ category: SourcePlan.Category, _ isQuiet: Bool) {
        let mark = MessageMark(message: QueueID(0x0199_0000_0000_0123), category: category, isQuiet: isQuiet)
        #expect(MessageMark(mark.number) == mark)
    }

    @Test(arguments: [
        ("Subject: x", SourcePlan.Category.personal), ("Precedence: Bulk", .bulk), ("Precedence:  list ", .bulk),
        ("Precedence: first-class", .personal), ("List-Id: <a.example>", .bulk),
        ("List-Unsubscribe: <https://a.example>", .bulk), ("X-Portico-Category: transactional", .transactional),
        ("X-Portico-Category: transactional\r\nPrecedence: bulk", .transactional),
        ("X-Portico-Category: nonsense\r\nPrecedence: bulk", .bulk), ("X-Portico-Category: BULK", .bulk),
    ])
    func theHeaderSaysWhatAMessageIs(_ field: String, _ category: SourcePlan.Category) {
        #expect(SourcePlan.Category(of: Header(parsing: Array("\(field)\r\n\r\n".utf8))) == category)
    }

    // MARK: Coming back

    @Test(.rfc(3464, "2.3")) func aBounceIsActedUponOnce() async throws {
        let house = try await Returning()
        var attempt = try await house.send([QueuedRecipient("bob@example.org")])
        let address = try path(attempt.message().reversePath)
        for _ in 0..<2 {
            let outcome = try await house.arrive(Returning.bounce(of: "bob@example.org"), at: address)
            #expect(outcome.error == nil)
        }
        #expect(try await house.isSuppressed("bob@example.org"))
        #expect(try await house.count(.hardBounce) == 1)
        let works = try await house.queue.take(.incoming, limit: 10, for: .seconds(60))
        #expect(works.map { $0.job.recipients.map(\.address) } == [["alice@example.com"]])
        #expect(works.first?.message.envelope.reversePath == "")
        #expect(house.ear.heard.withLock { $0.dead } == [1, 1])
        let events = try await house.queue.trace("\(attempt.work.message.id)")
        #expect(events.contains { $0.kind == .bounced && $0.recipients == ["bob@example.org"] })
        let day = Int(house.clock.now.seconds / 86_400)
        let lines = try await house.records.deliverability.lines(from: day, through: day)
        #expect(lines.first?.failed["noSuchMailbox"] == 2 && lines.first?.pool == "bulk")
    }

    @Test(arguments: [
        ("delayed", "4.4.1", 0, 0), ("failed", "5.2.2", 0, 1), ("failed", "5.1.1", 1, 0),
    ])
    func eachGoesWhereItBelongs(_ action: String, _ status: String, _ hard: Int, _ soft: Int) async throws {
        let house = try await Returning()
        var attempt = try await house.send([QueuedRecipient("bob@example.org")])
        let text = Returning.bounce(of: "bob@example.org", action: action, status: status)
        _ = try await house.arrive(text, at: try path(attempt.message().reversePath))
        #expect(try await house.count(.hardBounce) == hard)
        #expect(try await house.count(.softBounce) == soft)
        #expect(try await house.isSuppressed("bob@example.org") == (hard == 1))
        #expect(try await house.count(.incoming) == 1)
    }

    @Test(.rfc(3461, "4.1")) func whoWantsToHearOfNothingHearsNothing() async throws {
        let house = try await Returning()
        var attempt = try await house.send([QueuedRecipient("bob@example.org", notify: .never)])
        _ = try await house.arrive(Returning.bounce(of: "bob@example.org"), at: try path(attempt.message().reversePath))
        #expect(try await house.count(.incoming) == 0)
        #expect(try await house.count(.hardBounce) == 1)
    }

    @Test func whatWasMadeUpChangesNothing() async throws {
        let house = try await Returning()
        var attempt = try await house.send([QueuedRecipient("bob@example.org")])
        let address = try path(attempt.message().reversePath)
        let last = address.localPart.last == "a" ? "b" : "a"
        let forged = MailAddress(localPart: address.localPart.dropLast() + last, domain: address.domain)
        for address in [forged, MailAddress(localPart: "bounce+3.b.c.d=aaaaaaaaaaaa", domain: "example.com")] {
            await #expect(throws: DeliveryError.self) { try await house.delivery.recipient(address) }
        }
        house.clock.advance(by: .seconds(20 * 86_400))
        await #expect(throws: DeliveryError.self) { try await house.delivery.recipient(address) }
        #expect(try await !house.isSuppressed("bob@example.org"))
        #expect(try await house.count(.hardBounce) == 0)
    }

    @Test func aBounceOfAnotherAddressSuppressesNobody() async throws {
        let house = try await Returning()
        var attempt = try await house.send([QueuedRecipient("bob@example.org")])
        _ = try await house.arrive(Returning.bounce(of: "eve@example.org"), at: try path(attempt.message().reversePath))
        #expect(try await !house.isSuppressed("bob@example.org"))
        #expect(try await !house.isSuppressed("eve@example.org"))
        #expect(house.ear.heard.withLock { $0.dead } == [])
    }

    // MARK: Complaints

    private func token(_ house: Returning) async throws -> String {
        var attempt = try await house.send([QueuedRecipient("bob@example.org")])
        var reader = try await attempt.message().content.open()
        return String(decoding: try #require(try await reader.next()), as: UTF8.self)
            .replacing("\r\n", with: "\n")
    }

    @Test(.rfc(5965, "3")) func tooManyComplaintsSuspend() async throws {
        let house = try await Returning()
        let token = try await token(house)
        for number in 1...5 {
            let outcome = try await house.arrive(Returning.complaint(token: token, id: number), at: house.feedback)
            #expect(outcome.error == nil)
            #expect(house.ear.heard.withLock { $0.suspended } == (number < 5 ? [] : [3]))
        }
        #expect(try await house.isSuppressed("bob@example.org"))
        #expect(try await house.count(.complaint) == 5)
    }

    @Test func aComplaintThatIsSentAgainCountsOnce() async throws {
        let house = try await Returning()
        let token = try await token(house)
        for _ in 1...6 {
            let outcome = try await house.arrive(Returning.complaint(token: token, id: 1), at: house.feedback)
            #expect(outcome.error == nil)
        }
        #expect(house.ear.heard.withLock { $0.suspended } == [])
        #expect(try await house.records.complaints.rate(of: 3).complaints == 1)
        #expect(try await house.count(.complaint) == 1)
    }

    @Test func complaintsOfStrangersAndWithoutATokenCountForNothing() async throws {
        let house = try await Returning()
        let token = try await token(house)
        let forged = token.replacing("=", with: "=a")
        _ = try await house.arrive(Returning.complaint(token: token), at: house.feedback, peer: "198.51.100.1")
        _ = try await house.arrive(Returning.complaint(token: forged), at: house.feedback)
        _ = try await house.arrive(Returning.complaint(token: ""), at: house.feedback)
        #expect(try await !house.isSuppressed("bob@example.org"))
        #expect(try await house.count(.complaint) == 0)
    }

    @Test func ourKeyIsTheStores() async throws {
        let house = try await Returning()
        let again = try await TraceKey.load(from: house.memory, house.clock.world)
        let bob = try #require(MailAddress("bob@example.org"))
        let text = try house.keys.token(account: 3, message: 1, recipient: bob, at: house.clock.now)
        #expect(try again.verify(text, within: 1, at: house.clock.now).account == 3)
    }
}
