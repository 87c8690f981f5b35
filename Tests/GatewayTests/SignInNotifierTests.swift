import Directory
import Mailbox
import PorticoTesting
import Store
import Testing
import World

@testable import Gateway

@Suite struct SignInNotifierTests {
    private let mailboxes = StoreMailboxService(store: MemoryStore(), world: .real)
    private let account = Account(
        number: 4,
        address: MailAddress(localPart: "alice", domain: "example.test"),
        name: "Alice"
    )

    private var notifier: SignInNotifier {
        SignInNotifier(hostname: "mx.example.test", postmaster: "", mailboxes: mailboxes, world: .real, log: .none)
    }

    private func notice(_ reason: Suspicion, isRefused: Bool, client: String = "Mail 1.0") -> SignInNotice {
        let signIn = SignIn(
            name: "alice@example.test",
            service: .imap,
            address: "203.0.113.9",
            network: "203.0.113.9",
            client: client
        )
        let time = Timestamp(milliseconds: 1_800_000_000_000)
        return SignInNotice(account: account, signIn: signIn, time: time, reason: reason, isRefused: isRefused)
    }

    @Test func theOwnerFindsItInTheInbox() async throws {
        await notifier.tell(notice(.newNetwork, isRefused: false))
        let mailbox = try await mailboxes.open(AccountID(4))
        let messages = try await mailbox.snapshot(of: .inbox).messages
        #expect(messages.count == 1)
    }

    @Test(arguments: [Suspicion.newNetwork, .impossibleTravel, .manyFailures], [false, true])
    func saysWhatItKnows(_ reason: Suspicion, _ isRefused: Bool) {
        let text = notifier.message(notice(reason, isRefused: isRefused))
        for part in ["2027-01-15T08:00:00Z", "203.0.113.9", "\"Mail 1.0\"", "imap (PLAIN)", "Change it now"] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(text.contains("portico account allow alice@example.test 203.0.113.9") == isRefused)
        #expect(text.contains("\r\nAuto-Submitted: auto-generated\r\n"))
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        #expect(lines.last?.isEmpty == true)
        for line in lines.dropLast() {
            #expect(line.last == 0x0D && line.count <= 79 && line.count { $0 == 0x0D } == 1, "\(String(line) ?? "")")
        }
    }

    /// What a stranger says of themselves stays one quoted piece of one line.
    @Test func aStrangersWordsAreQuoted() {
        let client = "x\"\r\nBcc: eve@example.test\r\n\r\nIf it was you: call 555 \u{202E}"
        let text = notifier.message(notice(.newNetwork, isRefused: false, client: client))
        #expect(text.contains("says that it is \"x???Bcc: eve@example.test"))
        #expect(!text.contains("\nBcc:") && text.utf8.allSatisfy { $0 < 0x80 })
    }
}
