import Octets
import Admission
import Delivery
import Directory
import Mailbox
import Network
import PorticoTesting
import Resolver
import SMTPDoor
import Store
import Synchronization
import Testing
import World

/// Plays everything in Fixtures/dialogues/smtp.
@Suite struct DialoguesTests {
    @Test(arguments: Dialogue.names(in: "smtp", matching: "DIALOGUE"))
    func inMemory(_ name: String) async throws {
        let dialogue = try Dialogue(named: name)
        try await DialogueFailure.report { () async throws in
            try await dialogue.play { world, dialogue in try SMTPHost(world, dialogue) }
        }
    }

    @Test(arguments: Dialogue.names(in: "smtp", matching: "DIALOGUE"))
    func overSocket(_ name: String) async throws {
        let dialogue = try Dialogue(named: name)
        guard dialogue.canUseSocket else { try Test.cancel("not for sockets") }
        try await DialogueFailure.report { () async throws in
            try await dialogue.playOverSocket { world, dialogue in try SMTPHost(world, dialogue) }
        }
    }

    @Test func areThere() { #expect(!Dialogue.names(in: "smtp").isEmpty) }
}

/// The service that the dialogues of Fixtures/dialogues/smtp are played with. What it understands is described there in
/// README.md.
final class SMTPHost: DialogueHost {
    let hasLiterals = false
    private let house: House
    private let door: SMTPDoor
    private let urls = FixedURLs()
    private let notices = NoticeRecorder()

    init(_ world: World, _ dialogue: Dialogue) throws {
        let options = dialogue.setup.filter { $0.words.first == "option" }.map { Array($0.words.dropFirst()) }
        var settings = StoreMailboxService.Configuration()
        var delivery = LocalDelivery.Configuration()
        delivery.asciiDomain = { $0 == "b\u{FC}cher.test" ? "xn--bcher-kva.test" : nil }
        var role = SMTPDoor.Configuration.Role.exchange
        for words in options {
            switch (words.first, words.last, words.last.flatMap { Int($0) }) {
            case ("role", "submission", _): role = .submission
            case ("role", "lmtp", _): role = .lmtp
            case ("quota", _, let octets?): settings.quota.storage = octets
            case ("size-of", _, let octets?) where words.count == 3: delivery.sizeLimits[words[1]] = octets
            default: break
            }
        }
        var house = House(role, mailboxes: settings, world: world)
        // Over a socket it comes from this host.
        house.admission.allow.networks = []
        house.configuration.asciiDomain = delivery.asciiDomain
        let records = options.filter { $0.first == "dns" }.map { $0.dropFirst().joined(separator: " ") }
        house.names = try FixedNames(records.joined(separator: "\n"))
        for words in options { try Self.set(words, &house) }
        self.house = house
        let directory = FixedDirectory()
        let hasNotices = options.contains(["notices", "yes"])
        let local = LocalDelivery(
            directory: directory,
            mailboxes: house.mailboxes,
            configuration: delivery,
            notices: hasNotices ? notices : nil,
            log: .none
        )
        door = SMTPDoor(
            configuration: house.configuration,
            directory: directory,
            delivery: options.contains(["holding", "yes"]) ? HoldingDelivery(inner: local) : local,
            messageURLs: role == .submission ? urls : nil,
            world: world,
            log: .none,
            gatekeeper: house.gatekeeper,
            sending: house.sending
        )
    }

    /// What whoever runs the service may decide.
    private static func set(_ words: [String], _ house: inout House) throws {
        guard let name = words.first, let value = words.last, words.count > 1 else {
            throw DialogueSyntaxError("expected: option name value")
        }
        var configuration = house.configuration
        defer { house.configuration = configuration }
        switch (name, value, Int(value), Subnet(value)) {
        case ("role", _, _, _), ("quota", _, _, _), ("size-of", _, _, _), ("notices", "yes", _, _),
            ("holding", "yes", _, _), ("dns", _, _, _):
            break
        case ("deny", let zone, _, _): house.admission.lists.deny.append(NameList(zone: zone))
        case ("names", "strict", _, _): house.admission.refuseAll()
        case ("greylist", _, let seconds?, _):
            house.admission.greylist.isOn = true
            house.admission.greylist.delay = .seconds(seconds)
        case ("harvest", _, let count?, _): house.admission.harvest.limit = count
        case ("hourly", _, let count?, _): house.rules.hourly = count
        // In memory TLS is only pretended.
        case ("tls", "yes", _, _): configuration.tls = try TLSContext.client(verification: .none)
        case ("plaintext-login", "no", _, _): configuration.allowsPlaintextLogin = false
        case ("size", _, let octets?, _): configuration.sizeLimit = octets
        case ("discard", _, let octets?, _): configuration.discardLimit = octets
        case ("recipients", _, let count?, _): configuration.recipientLimit = count
        case ("transactions", _, let count?, _): configuration.transactionLimit = count
        case ("commands", _, let count?, _): configuration.commandLimit = count
        case ("errors", _, let count?, _): configuration.errorLimit = count
        case ("refused-recipients", _, let count?, _): configuration.refusedRecipientLimit = count
        case ("greet-delay", _, let seconds?, _): configuration.policy.greetDelay = .seconds(seconds)
        case ("sessions", _, let count?, _): house.admission.perAddress.connections = count
        case ("messages", _, let count?, _): house.admission.perAddress.messages = count
        case ("account-commands", _, let count?, _): house.rules.rates.commands = count
        case ("recipient-rate", _, let count?, _): house.admission.perAddress.recipients = count
        case ("network", _, _, let network?): configuration.networks.append(network)
        case ("xclient", _, _, let network?): configuration.xclientNetworks.append(network)
        default: throw DialogueSyntaxError("there is no option \(name) with the value \(value)")
        }
    }

    func capabilities() -> Set<String> { [] }

    func opening(_ words: [String]) throws -> String {
        let hello = { (verb: String) in "S: 220 …\nC: \(verb) client.example\nS~: 250 …\n" }
        switch words {
        case []: return ""
        case ["ehlo"]: return hello("EHLO")
        case ["lhlo"]: return hello("LHLO")
        case ["signed-in"]:
            return hello("EHLO") + "C: AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=\nS: 235 2.7.0 …\n"
        default: throw DialogueSyntaxError("expected ehlo, lhlo or signed-in")
        }
    }

    func perform(_ statement: Dialogue.Statement) async throws {
        let words = statement.words
        switch (words.first, words.count) {
        case ("option", _): break
        case ("store", 2):
            let fails = words[1] == "fails"
            house.store.setFaults { call, _ in fails && call == .commit ? .unavailable : nil }
        case ("url", 2): urls.set(words[1], statement.body ?? [])
        case ("inbox", 3): try await expect(words[2], of: words[1])
        case ("message", 2): try await expect(statement.body ?? [], for: words[1])
        case ("notices", 2):
            let count = notices.count
            guard "\(count)" == words[1] else { throw DialogueSyntaxError("there are \(count) notices") }
        default: throw DialogueSyntaxError("there is no such statement")
        }
    }

    private func account(_ name: String) throws -> Account {
        guard let account = [FixedDirectory.alice, FixedDirectory.bob].first(where: { $0.address.localPart == name })
        else { throw DialogueSyntaxError("there is no \(name)") }
        return account
    }

    private func expect(_ count: String, of name: String) async throws {
        let messages = try await house.inbox(of: account(name)).count
        guard "\(messages)" == count else { throw DialogueSyntaxError("\(name) has \(messages) messages") }
    }

    /// The last message ends with the text: what comes before is the trace.
    private func expect(_ text: [UInt8], for name: String) async throws {
        guard let last = try await house.inbox(of: account(name)).last else {
            throw DialogueSyntaxError("\(name) has no message")
        }
        guard last.suffix(text.count).elementsEqual(text) else {
            throw DialogueSyntaxError("\(name) has another message: \(String(decoding: last, as: UTF8.self))")
        }
    }

    func serve(_ stream: Stream) async { await door.serve(stream) }
}

extension AdmissionSettings {
    /// All that is found about names is refused.
    fileprivate mutating func refuseAll() {
        ownNames = ["mx.example.test"]
        (helloNotQualified, helloUnknown) = (.refuse, .refuse)
        (noReverseName, reverseNameUnconfirmed) = (.refuse, .refuse)
        senderUnknown = .refuse
    }
}

/// Delivery that says it keeps what is to be sent later.
private struct HoldingDelivery: Delivery {
    let inner: LocalDelivery
    var abilities: DeliveryAbilities { [inner.abilities, .holding] }
    func recipient(_ address: MailAddress) async throws(DeliveryError) -> Recipient {
        try await inner.recipient(address)
    }
    func checkRoom(for recipient: Recipient, size: Int) async throws(DeliveryError) {
        try await inner.checkRoom(for: recipient, size: size)
    }
    func receive() async throws(DeliveryError) -> any IncomingMessage { try await inner.receive() }
    func deliver(_ message: any IncomingMessage, _ envelope: MailEnvelope) async -> [DeliveryOutcome] {
        await inner.deliver(message, envelope)
    }
    func tellOfFailures(
        _ message: any IncomingMessage,
        _ envelope: MailEnvelope,
        _ outcomes: [DeliveryOutcome]
    ) async -> Bool {
        await inner.tellOfFailures(message, envelope, outcomes)
    }
}

/// Counts what senders are told.
final class NoticeRecorder: SenderNotices {
    private let notices = Mutex<[DeliveryNotice]>([])
    private let failing = Mutex(false)

    var all: [DeliveryNotice] { notices.withLock { $0 } }
    var count: Int { all.count }
    func fail(_ isFailing: Bool) { failing.withLock { $0 = isFailing } }

    func tell(_ notice: DeliveryNotice) async throws {
        if failing.withLock({ $0 }) { throw MailboxError.expunged }
        notices.withLock { $0.append(notice) }
    }
}

/// Texts at URLs.
final class FixedURLs: MessageURLs {
    private let texts = Mutex<[String: [UInt8]]>([:])

    func set(_ url: String, _ text: [UInt8]) { texts.withLock { $0[url] = text } }

    func read(
        _ url: String,
        for user: UInt64,
        limit: Int,
        _ take: ([UInt8]) async -> Bool
    ) async throws(MessageURLError) {
        if url.hasPrefix("imap://broken") { throw .store(MailboxError.expunged) }
        guard url.hasPrefix("imap://example.test/") else { throw .notTrusted }
        guard let text = texts.withLock({ $0[url] }) else { throw .notFound }
        guard text.count <= limit else { throw .tooLarge }
        for start in stride(from: 0, to: text.count, by: 7) {
            guard await take(Array(text[start..<min(start + 7, text.count)])) else { return }
        }
    }
}
