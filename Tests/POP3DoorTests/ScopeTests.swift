import Directory
import Mailbox
import POP3Door
import PorticoTesting
import Store
import Synchronization
import Testing
import World

/// Alice, with settings of her own, by a credential that allows what a test says and stands as long as it says.
private final class ScopedDirectory: Directory {
    let permissions: Permissions
    let settings: AccountSettings
    let stands = Mutex(true)

    init(_ permissions: Permissions = .all, _ change: (inout AccountSettings) -> Void = { _ in }) {
        self.permissions = permissions
        var settings = AccountSettings()
        change(&settings)
        self.settings = settings
    }

    func authenticate(_ signIn: SignIn, password: [UInt8]) async throws(DirectoryError) -> Principal? {
        guard signIn.service == .pop3, var account = try await authenticate(signIn.name, password: password) else {
            return nil
        }
        account.settings = settings
        return Principal(account: account, permissions: permissions)
    }
    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        try await FakeDirectory().authenticate(name, password: password)
    }
    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { nil }
    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution { .elsewhere }
    func isCurrent(_ principal: Principal) async throws(DirectoryError) -> Bool { stands.withLock { $0 } }
    func maildropSpread() async throws(DirectoryError) -> MaildropSpread {
        var spread = MaildropSpread()
        if let choice = settings.leaveOnServer { spread.leaveOnServer = [choice] }
        spread.longestLoginDelay = settings.loginDelay
        return spread
    }
}

/// What the credential and the account's settings say goes before the listener's configuration.
@Suite struct ScopeTests {
    let mailbox = FakeMailbox(["A: b\r\n\r\nc\r\n", "A: c\r\n\r\nd\r\n"])

    @Test func readOnlyRemovesNothing() async {
        let directory = ScopedDirectory([.pop3]) { $0.leaveOnServer = .deleteAfterRetrieval }
        let client = await Client(mailbox, directory: directory) { $0.removesRetrieved = true }
        await client.signIn()
        #expect(await client.askAll("CAPA")?.contains("EXPIRE NEVER") == true)
        #expect(await client.askAll("RETR 1")?.count == 4)
        #expect(await client.ask("DELE 1") == "-ERR what you signed in with only allows to read")
        #expect(await client.ask("STAT") == "+OK 2 22")
        #expect(await client.ask("QUIT") == "+OK goodbye")
        #expect(mailbox.removals.isEmpty)
    }

    @Test(.rfc(2449, "6.7"), arguments: [true, false])
    func theAccountSaysWhatStays(_ removes: Bool) async {
        let directory = ScopedDirectory { $0.leaveOnServer = removes ? .deleteAfterRetrieval : .keep }
        let client = await Client(mailbox, directory: directory) { $0.removesRetrieved = !removes }
        await client.signIn()
        #expect(await client.askAll("CAPA")?.contains(removes ? "EXPIRE 0" : "EXPIRE NEVER") == true)
        #expect(await client.askAll("RETR 1")?.count == 4)
        #expect(await client.ask("QUIT") == "+OK goodbye")
        #expect(mailbox.removals == (removes ? [UIDSet([1])] : []))
    }

    @Test(.rfc(2449, "6.5")) func theAccountHasItsOwnDelay() async {
        let logins = RecentLogins()
        let set = { @Sendable (configuration: inout POP3Door.Configuration) in
            configuration.loginDelay = .seconds(3600)
            configuration.logins = logins
        }
        let free = ScopedDirectory { $0.loginDelay = 0 }
        for _ in 0..<2 {
            let client = await Client(mailbox, directory: free, set)
            await client.signIn()
            #expect(await client.askAll("CAPA")?.contains { $0.hasPrefix("LOGIN-DELAY") } == false)
            _ = await client.ask("QUIT")
            _ = await client.rest()
        }
        let slow = ScopedDirectory { $0.loginDelay = 7200 }
        let client = await Client(mailbox, directory: slow)
        await client.signIn()
        #expect(await client.askAll("CAPA")?.contains("LOGIN-DELAY 7200") == true)
    }

    /// Before a login nobody knows whose settings will hold: it is the worst of them that is announced.
    @Test(
        .rfc(2449, "6.5"),
        .rfc(2449, "6.7"),
        arguments: [
            (nil, nil, false, 0, ["EXPIRE NEVER"]), (nil, nil, true, 60, ["EXPIRE 0", "LOGIN-DELAY 60"]),
            (.keep, nil, false, 0, ["EXPIRE NEVER"]), (.keep, nil, true, 0, ["EXPIRE 0 USER"]),
            (.deleteAfterRetrieval, 30, false, 60, ["EXPIRE 0 USER", "LOGIN-DELAY 60 USER"]),
            (.deleteAfterRetrieval, 90, true, 60, ["EXPIRE 0", "LOGIN-DELAY 90 USER"]),
            (nil, 0, false, 0, ["EXPIRE NEVER"]),
        ] as [(AccountSettings.LeaveOnServer?, Int?, Bool, Int, [String])]
    )
    func announcesTheWorst(
        _ choice: AccountSettings.LeaveOnServer?,
        _ delay: Int?,
        _ removes: Bool,
        _ usualDelay: Int,
        _ expected: [String]
    ) async {
        let directory = ScopedDirectory {
            $0.leaveOnServer = choice
            $0.loginDelay = delay
        }
        let client = await Client(mailbox, directory: directory) {
            $0.removesRetrieved = removes
            $0.loginDelay = .seconds(usualDelay)
        }
        let found = await client.askAll("CAPA")?.filter { $0.hasPrefix("EXPIRE") || $0.hasPrefix("LOGIN-DELAY") }
        #expect(found == expected)
    }

    @Test func theAccountHasItsOwnFolder() async throws {
        let service = StoreMailboxService(store: MemoryStore(), world: .real)
        let mailbox = try await service.open(AccountID(7))
        _ = try await mailbox.createFolder(try #require(FolderPath("Mine")), specialUse: nil)
        let client = await Client(service, directory: ScopedDirectory { $0.maildropFolder = "Mine" })
        await client.signIn()
        #expect(await client.ask("STAT") == "+OK 0 0")
        _ = await client.ask("QUIT")
        _ = await client.rest()
        let missing = await Client(service, directory: ScopedDirectory { $0.maildropFolder = "None" })
        _ = await missing.ask("USER alice@example.test")
        #expect(await missing.ask("PASS sesame") == "-ERR [SYS/PERM] the folder of the maildrop is missing")
    }

    /// Nothing is removed by a session whose credential was taken back, though it marked messages before.
    @Test func aSessionEndsWithItsCredential() async {
        let directory = ScopedDirectory()
        let client = await Client(mailbox, directory: directory) { $0.standingTime = .zero }
        await client.signIn()
        #expect(await client.ask("DELE 1") == "+OK message 1 marked")
        directory.stands.withLock { $0 = false }
        #expect(await client.ask("QUIT") == "-ERR [AUTH] what you signed in with is no longer good")
        _ = await client.rest()
        #expect(mailbox.removals.isEmpty)
    }
}
