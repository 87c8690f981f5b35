import Cryptography
import Delivery
import Directory
import Mailbox
import PorticoTesting
import SMTP
import Store
import Synchronization
import Testing
import World

private let alice = Account(number: 1, address: MailAddress(localPart: "alice", domain: "example.test"), name: "")
private let bob = Account(number: 2, address: MailAddress(localPart: "bob", domain: "example.test"), name: "")

private struct Names: Directory {
    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? { nil }
    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { nil }
    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        guard ["example.test", "xn--bcher-kva.test"].contains(address.domain) else { return .elsewhere }
        switch address.localPart {
        case "alice": return .accounts([alice])
        case "bob": return .accounts([bob])
        case "team": return .accounts([alice, bob])
        default: return .unknown
        }
    }
}

/// Remembers what senders were told, or fails.
private final class Notices: SenderNotices {
    let all = Mutex<[DeliveryNotice]>([])
    let isFailing = Mutex(false)
    func tell(_ notice: DeliveryNotice) async throws {
        if isFailing.withLock({ $0 }) { throw MailboxError.expunged }
        all.withLock { $0.append(notice) }
    }
}

/// What is said of each recipient, in real mailboxes on an engine in memory.
@Suite final class OutcomeTests: Sendable {
    private let engine = MemoryStore()
    private let clock = Mutex(Timestamp(milliseconds: 1_800_000_000_000))
    private let notices = Notices()

    private var world: World {
        World(now: { self.clock.withLock { $0 } }, uptime: World.real.uptime, random: World.real.random)
    }

    /// As after a restart: nothing is warm.
    private func mailboxes(quota: Int? = nil) -> StoreMailboxService {
        var configuration = StoreMailboxService.Configuration()
        configuration.quota.storage = quota
        return StoreMailboxService(store: engine, world: world, configuration: configuration)
    }

    private func delivery(
        _ mailboxes: StoreMailboxService,
        notices: (any SenderNotices)? = nil,
        witness: (any DeliveryWitness)? = nil,
        _ configuration: LocalDelivery.Configuration = .init()
    ) -> LocalDelivery {
        LocalDelivery(
            directory: Names(),
            mailboxes: mailboxes,
            configuration: configuration,
            notices: notices,
            witness: witness,
            log: .none
        )
    }

    private func deliver(
        _ text: String,
        to names: [String],
        from sender: String = "a@b.test",
        by delivery: LocalDelivery,
        isRepeatable: Bool = true,
        change: (inout MailEnvelope) -> Void = { _ in }
    ) async throws -> [String] {
        let path = MailAddress(sender).map { ReversePath.path(Path(localPart: $0.localPart, host: .domain($0.domain))) }
        var envelope = MailEnvelope(reversePath: path ?? .null)
        for name in names {
            let address = try #require(MailAddress(name.contains("@") ? name : name + "@example.test"))
            envelope.recipients.append(try await delivery.recipient(address))
        }
        if isRepeatable { envelope.digest = try SHA256.hash(Array(text.utf8)) }
        change(&envelope)
        let message = try await delivery.receive()
        try await message.push(Array(text.utf8))
        try await message.finish()
        let outcomes = await delivery.deliver(message, envelope)
        await message.discard()
        return outcomes.map { "\($0)" }
    }

    private func count(_ account: Account, _ mailboxes: StoreMailboxService) async throws -> Int {
        try await mailboxes.open(AccountID(account.number)).snapshot(of: .inbox).messages.count
    }

    @Test func oneFailureIsNoOthers() async throws {
        let mailboxes = mailboxes(quota: 300)
        let delivery = delivery(mailboxes)
        let filler = String(repeating: "x", count: 200) + "\r\n"
        #expect(try await deliver(filler, to: ["bob"], by: delivery) == ["delivered"])
        let outcomes = try await deliver("Subject: y\r\n\r\n", to: ["bob", "alice", "team", "alice"], by: delivery)
        #expect(outcomes.map { $0.contains("overQuota") } == [true, false, true, false])
        #expect(try await count(alice, mailboxes) == 1)
        #expect(try await count(bob, mailboxes) == 1)
    }

    @Test func aWitnessSeesWhatBecameOfAll() async throws {
        let witness = Witness()
        let delivery = delivery(mailboxes(quota: 300), witness: witness)
        let text = "Subject: y\r\n\r\n" + String(repeating: "x", count: 200) + "\r\n"
        _ = try await deliver(text, to: ["bob"], by: delivery)
        _ = try await deliver(text.uppercased(), to: ["bob", "alice"], by: delivery)
        #expect(
            witness.seen.withLock { $0 } == [
                "Subject: y\r\n bob@example.test true", "SUBJECT: Y\r\n bob@example.test false alice@example.test true",
            ]
        )
    }

    /// The answer was lost, and with it all that was in memory. A blob's worth of text, and a few octets.
    @Test(arguments: [10, 300_000]) func sentAgainAfterARestart(_ size: Int) async throws {
        let text = "Message-ID: <1@b.test>\r\n\r\n" + String(repeating: "x", count: size) + "\r\n"
        for (name, alices, bobs) in [("alice", 1, 0), ("team", 1, 1), ("bob", 1, 1)] {
            let mailboxes = mailboxes()
            #expect(try await deliver(text, to: [name], by: delivery(mailboxes)) == ["delivered"])
            #expect(try await count(alice, mailboxes) == alices)
            #expect(try await count(bob, mailboxes) == bobs)
        }
        let mailboxes = mailboxes()
        let entry = try #require(try await mailboxes.open(AccountID(1)).snapshot(of: .inbox).messages.first)
        let box = try await mailboxes.open(AccountID(1))
        let data = try #require(try await box.read([entry][...], .octets).first ?? nil)
        let octets = try await box.octets(of: data, 0..<Int(entry.size))
        #expect(octets.suffix(text.utf8.count).elementsEqual(text.utf8), "what is shared is still there")
    }

    @Test func whatIsAnotherMessage() async throws {
        let mailboxes = mailboxes()
        let delivery = delivery(mailboxes)
        let text = "Message-ID: <1@b.test>\r\n\r\nx\r\n"
        _ = try await deliver(text, to: ["alice"], by: delivery)
        _ = try await deliver(text, to: ["alice"], from: "c@b.test", by: delivery)
        _ = try await deliver(text + "y\r\n", to: ["alice"], by: delivery)
        _ = try await deliver(text, to: ["alice"], by: delivery, isRepeatable: false)
        #expect(try await count(alice, mailboxes) == 4)
        clock.withLock { $0.milliseconds += 86_340_000 }
        _ = try await deliver(text, to: ["alice"], by: delivery)
        #expect(try await count(alice, mailboxes) == 4, "within a day")
        clock.withLock { $0.milliseconds += 120_000 }
        _ = try await deliver(text, to: ["alice"], by: delivery)
        #expect(try await count(alice, mailboxes) == 5, "after a day")
    }

    @Test func loops() async throws {
        let mailboxes = mailboxes()
        let delivery = delivery(mailboxes)
        for (text, isLoop) in [
            ("Delivered-To: alice@example.test\r\n\r\n", true), ("DELIVERED-TO:\tALICE@example.TEST\r\n", true),
            ("X: y\nDelivered-To: alice@example.test\n\n", true), ("Delivered-To: bob@example.test\r\n\r\n", false),
            ("X: y\r\n\r\nDelivered-To: alice@example.test\r\n", false),
            ("X-Delivered-To: alice@example.test\r\n\r\n", false), ("Delivered-To:\r\n\r\n", false),
            ((1...100).map { "Delivered-To: u\($0)@example.test\r\n" }.joined(), true),
            ((1...99).map { "Delivered-To: u\($0)@example.test\r\n" }.joined(), false),
        ] {
            let outcomes = try await deliver(text, to: ["alice"], by: delivery)
            #expect(outcomes == [isLoop ? "failed(Delivery.DeliveryError.loop)" : "delivered"], "\(text)")
        }
        let outcomes = try await deliver("Delivered-To: alice@example.test\r\n\r\n", to: ["team", "bob"], by: delivery)
        #expect(outcomes == ["failed(Delivery.DeliveryError.loop)", "delivered"])
    }

    @Test func sizesOfDomainsAndAddresses() async throws {
        var configuration = LocalDelivery.Configuration()
        configuration.sizeLimits = ["example.test": 10, "bob@example.test": 20]
        let mailboxes = mailboxes()
        let delivery = delivery(mailboxes, configuration)
        let limits = try await [
            delivery.recipient(alice.address).sizeLimit, delivery.recipient(bob.address).sizeLimit,
        ]
        #expect(limits == [10, 20])
        let outcomes = try await deliver(String(repeating: "x", count: 15), to: ["alice", "bob"], by: delivery)
        #expect(outcomes == ["failed(Delivery.DeliveryError.tooLargeForRecipient)", "delivered"])
        let counted = try await deliver("123456789012345", to: ["alice"], by: delivery) { $0.size = 10 }
        #expect(counted == ["delivered"], "what the server adds does not count")
        let recipient = try await delivery.recipient(alice.address)
        try await delivery.checkRoom(for: recipient, size: 10)
        await #expect(throws: DeliveryError.self) { try await delivery.checkRoom(for: recipient, size: 11) }
    }

    @Test(.rfc(6531, "3.7.1")) func domainsInBothForms() async throws {
        var configuration = LocalDelivery.Configuration()
        configuration.asciiDomain = { $0 == "b\u{FC}cher.test" ? "xn--bcher-kva.test" : nil }
        let delivery = delivery(mailboxes(), configuration)
        for domain in ["b\u{FC}cher.test", "xn--bcher-kva.test", "XN--BCHER-KVA.test"] {
            let recipient = try await delivery.recipient(MailAddress(localPart: "alice", domain: domain))
            #expect(recipient.accounts == [alice] && recipient.address.domain == "xn--bcher-kva.test")
        }
        await #expect(throws: DeliveryError.self) {
            try await delivery.recipient(MailAddress(localPart: "alice", domain: "\u{FC}.test"))
        }
    }

    @Test(.rfc(3461, "6.2")) func sendersHearOfSuccess() async throws {
        let mailboxes = mailboxes()
        let delivery = delivery(mailboxes, notices: notices)
        #expect(delivery.abilities == .notices)
        let text = "Message-ID: <1@b.test>\r\nSubject: s\r\n\r\nbody\r\n"
        let asks = { (envelope: inout MailEnvelope) in
            envelope.identifier = "QQ314159"
            envelope.recipients[0].notify = .success
        }
        notices.isFailing.withLock { $0 = true }
        let failed = try await deliver(text, to: ["alice", "bob"], by: delivery, change: asks)
        #expect(failed[0].contains("store") && failed[1] == "delivered", "nothing is promised that is not durable")
        notices.isFailing.withLock { $0 = false }
        let outcomes = try await deliver(text, to: ["alice", "bob"], by: delivery, change: asks)
        #expect(outcomes == ["delivered", "delivered"])
        #expect(try await count(alice, mailboxes) == 1)
        let notice = try #require(notices.all.withLock { $0.first })
        #expect(notices.all.withLock { $0.count } == 1)
        #expect(notice.recipients.map(\.recipient.address) == [alice.address])
        #expect(notice.envelope.identifier == "QQ314159")
        #expect(String(decoding: notice.header, as: UTF8.self) == "Message-ID: <1@b.test>\r\nSubject: s\r\n")
        _ = try await deliver(text, to: ["alice"], from: "", by: delivery, change: asks)
        #expect(notices.all.withLock { $0.count } == 1, "nobody is told of what nobody sent")
    }
}

private final class Witness: DeliveryWitness {
    let seen = Mutex<[String]>([])

    func saw(_ notice: DeliveryNotice) async {
        let outcomes = notice.recipients.map { "\($0.recipient.given) \($0.outcome.error == nil)" }
        let header = String(decoding: notice.header, as: UTF8.self)
        seen.withLock { $0.append("\(header) \(outcomes.joined(separator: " "))") }
    }
}
