import Directory
import IMAPDoor
import Mailbox
import PorticoTesting
import Synchronization
import Testing

/// Alice, by a credential that allows what a test says and stands as long as it says.
private final class ScopedDirectory: Directory {
    let permissions: Permissions
    let stands = Mutex(true)
    let questions = Atomic(0)
    let asked = Mutex<[SignIn]>([])
    private let base = ThreeAccounts()

    init(_ permissions: Permissions) { self.permissions = permissions }

    func authenticate(_ signIn: SignIn, password: [UInt8]) async throws(DirectoryError) -> Principal? {
        asked.withLock { $0.append(signIn) }
        let account = try await authenticate(signIn.name, password: password)
        return account.map { Principal(account: $0, permissions: permissions, credential: .appPassword("1")) }
    }
    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        try await base.authenticate(name, password: password)
    }
    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution { try await base.resolve(address) }
    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { try await base.account(number) }
    func isCurrent(_ principal: Principal) async throws(DirectoryError) -> Bool {
        questions.add(1, ordering: .relaxed)
        return stands.withLock { $0 }
    }
}

@Suite struct ScopeTests {
    @Test(.rfc(4314, "4")) func readOnlyExaminesEveryFolder() async throws {
        let service = Service(administrators: ["alice@example.test"], directory: ScopedDirectory([.imap]))
        try await service.deliver(Sample.plain)
        let client = await service.signedIn()
        #expect(await client.skip("1 SELECT INBOX").last?.hasPrefix("1 OK [READ-ONLY]") == true)
        #expect(await client.skip("2 FETCH 1 (FLAGS BODY[])").count > 5)
        #expect(await client.skip("3 FETCH 1 FLAGS") == ["* 1 FETCH (FLAGS (\\Recent))", "3 OK Fetched"])
        await client.run("C: 4 MYRIGHTS INBOX", "S: * MYRIGHTS INBOX lr", "S: 4 OK …")
        for command in [
            "STORE 1 +FLAGS (\\Seen)", "EXPUNGE", "COPY 1 Sent", "MOVE 1 Sent", "CREATE New", "DELETE Sent",
            "RENAME Sent Old", "SUBSCRIBE Sent", "APPEND INBOX {3+}\r\nabc", "SETACL INBOX bob@example.test lr",
            "SETMETADATA INBOX (/private/comment \"x\")", "SETQUOTA \"\" (STORAGE 1)", "RESETKEY",
        ] {
            let answer = await client.skip("5 \(command)").last ?? ""
            #expect(answer.hasPrefix("5 NO [NOPERM]") || answer.hasPrefix("5 NO [CANNOT]"), "\(command): \(answer)")
        }
        #expect(await client.skip("6 CLOSE").last?.hasPrefix("6 OK") == true)
        // It is as it was.
        let mailbox = try await service.mailboxes.open(AccountID(1))
        #expect(try await mailbox.snapshot(of: .inbox).messages.count == 1)
        #expect(try await mailbox.folders().allSatisfy { $0.path != FolderPath("New") })
    }

    /// What others share is read-only too.
    @Test func readOnlyAlsoInTheMailboxesOfOthers() async throws {
        let service = Service(directory: ScopedDirectory([.imap]))
        let bob = try await service.mailboxes.open(AccountID(2))
        let shared = try await bob.createFolder(try #require(FolderPath("Shared")), specialUse: nil)
        try await bob.setRights(.replace(.all), of: .account(AccountID(1)), isNegative: false, in: shared.id)
        let client = await service.signedIn()
        let name = "\"Other Users/bob@example.test/Shared\""
        #expect(await client.skip("1 SELECT \(name)").last?.hasPrefix("1 OK [READ-ONLY]") == true)
        #expect(await client.skip("2 APPEND \(name) {3+}\r\nabc").last?.hasPrefix("2 NO [NOPERM]") == true)
    }

    @Test func whatMayChangeDoes() async throws {
        let service = Service(directory: ScopedDirectory([.imap, .change]))
        try await service.deliver(Sample.plain)
        let client = await service.signedIn()
        #expect(await client.skip("1 SELECT INBOX").last?.hasPrefix("1 OK [READ-WRITE]") == true)
        #expect(await client.skip("2 STORE 1 +FLAGS (\\Seen)").last?.hasPrefix("2 OK") == true)
    }

    // MARK: What ends

    @Test func aSessionEndsWithItsCredential() async throws {
        let directory = ScopedDirectory(.all)
        let service = Service(directory: directory) { $0.standingTime = .zero }
        let client = await service.signedIn()
        #expect(await client.skip("1 SELECT INBOX").last?.hasPrefix("1 OK") == true)
        directory.stands.withLock { $0 = false }
        await client.run(
            "C: 2 FETCH 1 BODY[]",
            "S: 2 NO [EXPIRED] What you signed in with is no longer good",
            "S: * BYE What you signed in with is no longer good"
        )
        #expect(await client.connection.line() == nil)
    }

    /// It ends before anything more is told.
    @Test func anIdlingSessionEndsWithTheNextNews() async throws {
        let directory = ScopedDirectory(.all)
        let service = Service(directory: directory) { $0.standingTime = .zero }
        let client = await service.signedIn()
        #expect(await client.skip("1 SELECT INBOX").last?.hasPrefix("1 OK") == true)
        await client.run("C: 2 IDLE", "S: + Waiting")
        directory.stands.withLock { $0 = false }
        try await service.deliver(Sample.plain)
        await client.run("S: 2 NO [EXPIRED] …", "S: * BYE …")
        #expect(await client.connection.line() == nil)
    }

    /// The directory is asked now and then only.
    @Test func theDirectoryIsNotAskedEachTime() async throws {
        let directory = ScopedDirectory(.all)
        let client = await Service(directory: directory).signedIn()
        for _ in 0..<20 { _ = await client.skip("1 STATUS INBOX (MESSAGES)") }
        #expect(directory.questions.load(ordering: .relaxed) == 0)
    }

    // MARK: What the directory is told

    @Test(.rfc(2971, "3.1")) func theDirectoryIsToldWhoComesHow() async throws {
        let directory = ScopedDirectory(.all)
        let client = Service(directory: directory).connect(tls: nil)
        _ = await client.connection.line()
        _ = await client.skip("1 ID (\"name\" \"Fetcher\" \"version\" \"2.1\" \"os\" \"x\")")
        _ = await client.skip("2 LOGIN alice@example.test wrong")
        _ = await client.skip("3 AUTHENTICATE PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=")
        let asked = directory.asked.withLock { $0 }
        #expect(asked.map(\.mechanism) == ["LOGIN", "PLAIN"])
        #expect(asked.allSatisfy { $0.service == .imap && $0.client == "Fetcher 2.1" && !$0.isEncrypted })
        #expect(asked.allSatisfy { !$0.network.isEmpty && !$0.address.isEmpty })
    }
}
