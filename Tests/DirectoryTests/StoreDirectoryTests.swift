import Cryptography
import Directory
import PorticoTesting
import Store
import Synchronization
import Testing
import World

/// Counts reads, so that what is remembered can be told from what is read.
private final class CountingRows: RowStore {
    let inner = MemoryStore()
    let reads = Atomic(0)

    var valueLimit: Int { inner.valueLimit }
    func read(_ partition: Partition, _ keys: [RowKey]) async throws(StoreError) -> Values {
        reads.add(1, ordering: .relaxed)
        return try await inner.read(partition, keys)
    }
    func scan(
        _ partition: Partition,
        _ range: KeyRange,
        limit: Int,
        order: ScanOrder
    ) async throws(StoreError) -> Page { try await inner.scan(partition, range, limit: limit, order: order) }
    func commit(
        _ partition: Partition,
        expecting: Version?,
        _ writes: [Write],
        operation: OperationID
    ) async throws(StoreError) -> Version {
        try await inner.commit(partition, expecting: expecting, writes, operation: operation)
    }
    func version(of operation: OperationID, in partition: Partition) async throws(StoreError) -> Version? {
        try await inner.version(of: operation, in: partition)
    }
}

/// A clock that a test moves.
private final class Clock: Sendable {
    private let instant = Mutex(Instant(nanoseconds: 0))
    private let seed = Atomic<UInt64>(1)
    func advance(_ duration: Duration) { instant.withLock { $0 = $0 + duration } }
    var world: World {
        World(
            now: { Timestamp(milliseconds: 0) },
            uptime: { self.instant.withLock { $0 } },
            random: { self.seed.add(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15 }
        )
    }
}

@Suite struct StoreDirectoryTests {
    private let rows = CountingRows()
    private let clock = Clock()
    private let directory: StoreDirectory
    private let alice = MailAddress(localPart: "alice", domain: "example.test")
    private let bob = MailAddress(localPart: "bob", domain: "example.test")

    init() async throws {
        directory = StoreDirectory(store: rows, world: clock.world, pool: BlockingPool(threads: 1))
        try await directory.addDomain("example.test")
        let cheap = Scrypt(costExponent: 4, blockSize: 1, parallelization: 1)
        let hash = try PasswordHash(of: Array("secret".utf8), salt: [1], parameters: cheap)
        try await directory.addAccounts(
            [.init(address: alice, name: "Alice"), .init(address: bob, name: "Bob")],
            password: hash
        )
    }

    private func signIn(_ name: String, _ password: String = "secret") async throws -> UInt64? {
        try await directory.authenticate(name, password: Array(password.utf8))?.number
    }

    private func address(_ text: String) throws -> MailAddress { try #require(MailAddress(text)) }

    // MARK: Signing in

    @Test(arguments: [
        ("alice@example.test", "secret", UInt64?(1)), ("Alice@EXAMPLE.test.", "secret", 1),
        ("bob@example.test", "secret", 2), ("alice@example.test", "Secret", nil), ("alice@example.test", "", nil),
        ("alice", "secret", nil), ("", "secret", nil), ("nobody@example.test", "secret", nil),
        ("alice+tag@example.test", "secret", nil), ("alice@example.org", "secret", nil),
    ])
    func authenticates(_ name: String, _ password: String, _ number: UInt64?) async throws {
        #expect(try await signIn(name, password) == number)
        #expect(try await signIn(name, password) == number)
    }

    /// U+212A is the Kelvin sign, whose lower case is k; U+1FEF is the same as a grave accent to those who compare text. Mail
    /// goes elsewhere; who signs in so means the same account, as RFC 4013 has it.
    @Test(.rfc(4013, "2.2")) func aNameThatOnlyLooksLikeOneIsAnother() async throws {
        try await directory.addAccount(try address("mark`@example.test"), name: "", password: Array("secret".utf8))
        for _ in 0..<2 {
            #expect(try await directory.resolve(try address("mark`@example.test")) != .unknown)
            #expect(try await signIn("MARK`@example.test") == 3)
            for name in ["mar\u{212A}`@example.test", "mark\u{1FEF}@example.test"] {
                #expect(try await directory.resolve(try address(name)) == .unknown)
                #expect(try await signIn(name) == 3)
            }
        }
    }

    @Test func refusesAPasswordThatIsTooLong() async throws {
        #expect(try await signIn("alice@example.test", String(repeating: "a", count: 1025)) == nil)
        #expect(try await signIn(String(repeating: "a", count: 2000) + "@example.test") == nil)
    }

    @Test func remembersAVerifiedCredentialForAWhile() async throws {
        _ = try await signIn("alice@example.test")
        let reads = rows.reads.load(ordering: .relaxed)
        #expect(try await signIn("alice@example.test") == 1)
        #expect(rows.reads.load(ordering: .relaxed) == reads)
        #expect(try await signIn("alice@example.test", "wrong") == nil)
        clock.advance(.seconds(601))
        let before = rows.reads.load(ordering: .relaxed)
        #expect(try await signIn("alice@example.test") == 1)
        #expect(rows.reads.load(ordering: .relaxed) == before, "the account's row is remembered for longer")
    }

    @Test func aNewPasswordEndsTheOldOneAtOnce() async throws {
        #expect(try await signIn("alice@example.test") == 1)
        try await directory.setPassword(alice, Array("another".utf8))
        #expect(try await signIn("alice@example.test") == nil)
        #expect(try await signIn("alice@example.test", "another") == 1)
    }

    @Test func manyPasswordsAreSetAtOnce() async throws {
        #expect(try await signIn("bob@example.test") == 2)
        try await directory.setPasswords(of: [alice, bob], try await directory.hash(Array("shared".utf8)))
        #expect(try await signIn("bob@example.test") == nil)
        #expect(try await signIn("bob@example.test", "shared") == 2)
        #expect(try await signIn("alice@example.test", "shared") == 1)
        let nobody = try address("nobody@example.test")
        let hash = try await directory.hash([65])
        #expect(await refusal { try await directory.setPasswords(of: [nobody], hash) } == "notFound")
    }

    // MARK: Resolving

    @Test func resolves() async throws {
        try await directory.addAlias(try address("team@example.test"), to: [alice, bob])
        try await directory.addAlias(try address("bob+list@example.test"), to: [alice])
        for (text, expected) in [
            ("alice@example.test", [UInt64(1)]), ("ALICE@Example.Test", [1]), ("alice+news@example.test", [1]),
            ("alice+a+b@example.test", [1]), ("team@example.test", [1, 2]), ("team+x@example.test", [1, 2]),
            ("bob+list@example.test", [1]), ("bob+other@example.test", [2]),
        ] {
            guard case .accounts(let accounts) = try await directory.resolve(try address(text)) else {
                Issue.record("\(text) was not found")
                continue
            }
            #expect(accounts.map(\.number) == expected, "\(text)")
        }
        let long = String(repeating: "a", count: 65)
        for text in ["nobody@example.test", "+alice@example.test", "+@example.test", long + "@example.test"] {
            #expect(try await directory.resolve(try address(text)) == .unknown)
        }
        let longDomain = String(repeating: "a", count: 2000)
        for text in ["alice@example.org", "alice@sub.example.test", long + "@example.org", "a@" + longDomain] {
            #expect(try await directory.resolve(try address(text)) == .elsewhere)
        }
    }

    @Test func aRepeatedResolutionReadsNothing() async throws {
        _ = try await directory.resolve(alice)
        let reads = rows.reads.load(ordering: .relaxed)
        for _ in 0..<10 { _ = try await directory.resolve(alice) }
        #expect(rows.reads.load(ordering: .relaxed) == reads)
    }

    @Test func aChangeIsSeenAtOnce() async throws {
        #expect(try await directory.resolve(bob) != .unknown)
        try await directory.removeAccount(bob)
        #expect(try await directory.resolve(bob) == .unknown)
        #expect(try await signIn("bob@example.test") == nil)
        let again = try await directory.addAccount(bob, name: "", password: Array("new".utf8))
        #expect(again.number == 3, "numbers are not reused")
    }

    // MARK: Administration

    @Test func listsInPages() async throws {
        try await directory.addDomain("Another.test.")
        let hash = try await directory.hash([65])
        let new = (0..<25).map {
            StoreDirectory.NewAccount(
                address: MailAddress(localPart: "u\($0)", domain: "another.test"),
                name: ""
            )
        }
        try await directory.addAccounts(new, password: hash)
        #expect(try await directory.listDomains() == ["another.test", "example.test"])
        var seen: [MailAddress] = []
        while true {
            let page = try await directory.listAccounts(after: seen.last, limit: 10)
            if page.isEmpty { break }
            seen += page.map(\.address)
        }
        #expect(seen.count == 27 && Set(seen).count == 27)
        #expect(try await directory.listAccounts(of: "example.test", limit: 10).map(\.name) == ["Alice", "Bob"])
        #expect(try await directory.account(alice)?.number == 1)
    }

    private func refusal(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "nothing refused"
        } catch DirectoryError.exists { return "exists" } catch DirectoryError.notFound {
            return "notFound"
        } catch DirectoryError.invalid { return "invalid" } catch { return "\(error)" }
    }

    @Test func refusesWhatContradicts() async throws {
        let team = try address("team@example.test")
        try await directory.addAlias(team, to: [bob])
        let other = try address("x@other.test")
        let nobody = try address("nobody@example.test")
        #expect(await refusal { try await directory.addDomain("EXAMPLE.test") } == "exists")
        #expect(await refusal { try await directory.removeDomain("example.test") } == "invalid")
        #expect(await refusal { try await directory.removeDomain("other.test") } == "notFound")
        #expect(await refusal { try await directory.addAccount(alice, name: "", password: [65]) } == "exists")
        #expect(await refusal { try await directory.addAccount(team, name: "", password: [65]) } == "exists")
        #expect(await refusal { try await directory.addAccount(other, name: "", password: [65]) } == "notFound")
        #expect(await refusal { try await directory.addAccount(nobody, name: "", password: []) } == "invalid")
        #expect(await refusal { try await directory.addAccount(nobody, name: "a\tb", password: [65]) } == "invalid")
        #expect(await refusal { try await directory.removeAccount(bob) } == "invalid")
        #expect(await refusal { try await directory.removeAccount(nobody) } == "notFound")
        #expect(await refusal { try await directory.setPassword(nobody, [65]) } == "notFound")
        #expect(await refusal { try await directory.addAlias(alice, to: [bob]) } == "exists")
        #expect(await refusal { try await directory.addAlias(nobody, to: [other]) } == "notFound")
        #expect(await refusal { try await directory.addAlias(nobody, to: []) } == "invalid")
        #expect(await refusal { try await directory.addAlias(nobody, to: [bob, bob]) } == "invalid")
        try await directory.removeAlias(team)
        #expect(await refusal { try await directory.removeAlias(team) } == "notFound")
        try await directory.removeAccount(bob)
        try await directory.removeAccount(alice)
        try await directory.removeDomain("example.test")
        #expect(try await directory.resolve(alice) == .elsewhere)
    }

    @Test(
        .rfc(5321, "4.1.2"),
        arguments: [
            "a b@example.test", "a..b@example.test", ".a@example.test", "a.@example.test", "ä@example.test",
            "\"a\"@example.test",
            "a@-example.test", "a@example-.test", "a@exa_mple.test", "a@.test", "a@example..test", "a@[127.0.0.1]",
        ]
    )
    func refusesAddress(_ text: String) async throws {
        let address = try address(text)
        #expect(await refusal { try await directory.addAccount(address, name: "", password: [65]) } == "invalid")
    }

    @Test func concurrentChangesAllHappen() async throws {
        let hash = try await directory.hash([65])
        try await withThrowingTaskGroup { group in
            for index in 0..<20 {
                let address = MailAddress(localPart: "n\(index)", domain: "example.test")
                group.addTask { [directory] in
                    _ = try await directory.addAccounts([.init(address: address, name: "")], password: hash)
                }
            }
            try await group.waitForAll()
        }
        let accounts = try await directory.listAccounts(limit: 100)
        #expect(Set(accounts.map(\.number)) == Set(1...22))
    }
}
