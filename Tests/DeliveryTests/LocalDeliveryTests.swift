import Delivery
import Directory
import Mailbox
import PorticoTesting
import Store
import Synchronization
import Testing
import World

private let alice = Account(number: 1, address: MailAddress(localPart: "alice", domain: "example.test"), name: "")
private let bob = Account(number: 2, address: MailAddress(localPart: "bob", domain: "example.test"), name: "")

/// alice, bob, and an alias for both; `broken` cannot be asked.
private struct FixedDirectory: Directory {
    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? { nil }

    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { nil }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        guard address.domain == "example.test" else { return .elsewhere }
        switch address.localPart {
        case "alice": return .accounts([alice])
        case "bob": return .accounts([bob])
        case "team": return .accounts([alice, bob])
        case "nobody": return .accounts([])
        case "broken": throw .store(MailboxError.expunged)
        default: return .unknown
        }
    }
}

/// Mailboxes that only remember what was filed, and fail for one account as long as they are told to.
private final class Recorder: MailboxService, IncomingMessage {
    struct State {
        var filed: [(account: UInt64, prefix: String)] = []
        var shared: [[UInt64]] = []
        var receipts: Set<Receipt> = []
        var failing: (account: UInt64, error: MailboxError)?
    }

    let state = Mutex(State())

    func open(_ account: AccountID) async throws(MailboxError) -> any Mailbox { throw .noSuchAccount }
    func open(_: AccountID, as: AccountID) async throws(MailboxError) -> any Mailbox { throw .noSuchAccount }
    func possibleSharers(with: AccountID) async throws(MailboxError) -> [AccountID] { [] }
    func sharers(with: AccountID) async throws(MailboxError) -> [AccountID] { [] }
    func setQuota(_: QuotaLimits?, of: AccountID) async throws(MailboxError) {}
    func receive() async throws(MailboxError) -> any IncomingMessage { self }
    func push(_ octets: [UInt8]) async throws(MailboxError) {}
    func finish() async throws(MailboxError) {}
    func discard() async {}
    var size: Int { 7 }

    func share(among accounts: [AccountID]) async throws(MailboxError) {
        state.withLock { $0.shared.append(accounts.map(\.number)) }
    }

    func file(
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed {
        let failure: MailboxError? = state.withLock { state in
            if let failing = state.failing, failing.account == account.number { return failing.error }
            state.filed.append((account.number, String(decoding: prefix, as: UTF8.self)))
            return nil
        }
        if let failure { throw failure }
        #expect(folder == .inbox && flags == [] && keywords.isEmpty && date == nil)
        return Filed(email: EmailID(account.number), uidValidity: 1, uid: 1)
    }

    func file(
        once receipt: Receipt,
        in folder: FolderID,
        of account: AccountID,
        prefix: [UInt8],
        flags: Flags,
        keywords: [Keyword],
        date: Timestamp?
    ) async throws(MailboxError) -> Filed? {
        let isNew = state.withLock { $0.receipts.insert(receipt).inserted }
        guard isNew else { return nil }
        return try await file(in: folder, of: account, prefix: prefix, flags: flags, keywords: keywords, date: date)
    }
}

@Suite final class LocalDeliveryTests: Sendable {
    private let recorder = Recorder()
    private let events = Mutex<[String]>([])

    private var delivery: LocalDelivery { LocalDelivery(directory: FixedDirectory(), mailboxes: recorder, log: .none) }

    private func recipients(_ names: String...) async throws -> [Recipient] {
        var recipients: [Recipient] = []
        for name in names {
            recipients.append(
                try await delivery.recipient(MailAddress(localPart: name, domain: "example.test"))
            )
        }
        return recipients
    }

    @Test func decidesAboutRecipients() async throws {
        #expect(try await recipients("team").first?.accounts == [alice, bob])
        for (text, expected) in [
            ("x@example.test", "unknownRecipient"), ("nobody@example.test", "unknownRecipient"),
            ("alice@elsewhere.test", "notLocal"), ("broken@example.test", "store"),
        ] {
            let address = try #require(MailAddress(text))
            do throws(DeliveryError) {
                _ = try await delivery.recipient(address)
                Issue.record("\(text) is taken")
            } catch {
                #expect("\(error)".hasPrefix(expected))
            }
        }
    }

    @Test func filesOnceForEachAccount() async throws {
        let message = try await delivery.receive()
        try await delivery.deliver(
            message,
            from: MailAddress("a@b.test"),
            to: try await recipients("alice", "team", "bob", "alice")
        )
        let filed = recorder.state.withLock { $0.filed }
        #expect(filed.map(\.account).sorted() == [1, 2])
        #expect(
            filed.allSatisfy {
                $0.prefix
                    == "Return-Path: <a@b.test>\r\nDelivered-To: \($0.account == 1 ? "alice" : "bob")@example.test\r\n"
            }
        )
        #expect(recorder.state.withLock { $0.shared } == [[1, 2]])
    }

    @Test(.rfc(5321, "4.4")) func nullPath() async throws {
        let message = try await delivery.receive()
        try await delivery.deliver(message, from: nil, to: try await recipients("bob"))
        #expect(
            recorder.state.withLock { $0.filed.map(\.prefix) } == [
                "Return-Path: <>\r\nDelivered-To: bob@example.test\r\n"
            ]
        )
        #expect(recorder.state.withLock { $0.shared }.isEmpty, "one account shares with nobody")
    }

    @Test func secondTryFilesOnlyWhatIsMissing() async throws {
        let message = try await delivery.receive()
        let team = try await recipients("team")
        for failing: UInt64 in [1, 2] {
            recorder.state.withLock { $0 = Recorder.State(failing: (failing, .store(MailboxError.expunged))) }
            let message = try await delivery.receive()
            await #expect(throws: DeliveryError.self) { try await delivery.deliver(message, from: nil, to: team) }
            #expect(
                recorder.state.withLock { $0.filed.map(\.account) } == [3 - failing],
                "the other has it all the same"
            )
            recorder.state.withLock { $0.failing = nil }
            try await delivery.deliver(message, from: nil, to: team)
            #expect(recorder.state.withLock { $0.filed.map(\.account) } == [3 - failing, failing])
            #expect(recorder.state.withLock { $0.shared.count } == 1)
        }
        await message.discard()
    }

    @Test func errorsAreTold() async throws {
        let bob = try await recipients("bob")
        let cases: [(MailboxError, String)] = [
            (.overQuota(.storage), "overQuota"), (.tooLarge, "tooLarge"), (.noSuchAccount, "unknownRecipient"),
            (.store(MailboxError.expunged), "store"), (.noSuchFolder, "store"), (.limit("x"), "store"),
        ]
        for (error, expected) in cases {
            recorder.state.withLock { $0.failing = (2, error) }
            let message = try await delivery.receive()
            do throws(DeliveryError) {
                try await delivery.deliver(message, from: nil, to: bob)
                Issue.record("delivered")
            } catch {
                #expect("\(error)".hasPrefix(expected))
            }
        }
    }

    @Test func manyAccountsInRealMailboxes() async throws {
        let store = CountingStore(MemoryStore())
        let mailboxes = StoreMailboxService(store: store, world: .real)
        let delivery = LocalDelivery(directory: FixedDirectory(), mailboxes: mailboxes, log: .none)
        let accounts = (1...100).map { Account(number: $0, address: alice.address, name: "") }
        let message = try await delivery.receive()
        try await message.push(Array("Subject: x\r\n\r\ny\r\n".utf8))
        try await message.finish()
        try await delivery.deliver(
            message,
            from: MailAddress("a@b.test"),
            to: [Recipient(address: alice.address, accounts: accounts)]
        )
        await message.discard()
        for account in accounts {
            let mailbox = try await mailboxes.open(AccountID(account.number))
            #expect(try await mailbox.snapshot(of: .inbox).messages.count == 1)
        }
        #expect(store.counts.commits == 100)
    }

    @Test func everyDeliveryIsLogged() async throws {
        let log = Log { level, event, _ in self.events.withLock { $0.append("\(level) \(event)") } }
        let delivery = LocalDelivery(directory: FixedDirectory(), mailboxes: recorder, log: log)
        let bob = try await recipients("bob")
        try await delivery.deliver(try await delivery.receive(), from: nil, to: bob)
        recorder.state.withLock { $0.failing = (2, .store(MailboxError.expunged)) }
        let message = try await delivery.receive()
        await #expect(throws: DeliveryError.self) { try await delivery.deliver(message, from: nil, to: bob) }
        #expect(events.withLock { $0 } == ["info delivery.done", "error delivery.failed"])
    }
}
