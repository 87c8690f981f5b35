import Cryptography
import Directory
import PorticoTesting
import Store
import Synchronization
import World

/// A directory in memory, with alice and bob, whose passwords are `secret`, and clocks that a test moves.
final class SignInFixture: Sendable {
    /// Both clocks, which go together.
    private let time = Mutex(Duration.zero)
    private let seed = Atomic<UInt64>(1)
    let store = CountingStore(MemoryStore())
    let alice = MailAddress(localPart: "alice", domain: "example.test")
    let bob = MailAddress(localPart: "bob", domain: "example.test")
    let notices = Mutex<[SignInNotice]>([])
    private let made = Mutex<StoreDirectory?>(nil)
    private let limits: StoreDirectory.Limits

    /// The moment on the wall clock at which it begins.
    static let start = Int64(1_800_000_000_000)

    init(_ change: (inout StoreDirectory.Limits) -> Void = { _ in }) async throws {
        var limits = StoreDirectory.Limits()
        limits.scramIterations = 4096
        change(&limits)
        self.limits = limits
        let directory = restart()
        try await directory.addDomain("example.test")
        let cheap = Scrypt(costExponent: 4, blockSize: 1, parallelization: 1)
        let hash = try PasswordHash(of: Array("secret".utf8), salt: [1], parameters: cheap)
        try await directory.addAccounts(
            [.init(address: alice, name: "Alice"), .init(address: bob, name: "Bob")],
            password: hash
        )
    }

    var directory: StoreDirectory { made.withLock { $0 } ?? restart() }

    /// Another process on the same store.
    @discardableResult
    func restart() -> StoreDirectory {
        let directory = StoreDirectory(store: store, world: world, pool: BlockingPool(threads: 1), limits: limits)
        directory.setNotify { [self] notice in notices.withLock { $0.append(notice) } }
        made.withLock { $0 = directory }
        return directory
    }

    func advance(_ duration: Duration) { time.withLock { $0 += duration } }

    private var world: World {
        World(
            now: {
                let (seconds, attoseconds) = self.time.withLock { $0 }.components
                return Timestamp(milliseconds: Self.start + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
            },
            uptime: { Instant(nanoseconds: 0) + self.time.withLock { $0 } },
            random: { self.seed.add(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15 }
        )
    }

    /// A sign-in of alice.
    func signIn(
        _ name: String = "alice@example.test",
        _ service: SignIn.Service = .imap,
        from address: String = "192.0.2.1",
        client: String = "Mail 1.0",
        mechanism: String = "PLAIN"
    ) -> SignIn {
        SignIn(
            name: name,
            service: service,
            address: address,
            network: address,
            client: client,
            mechanism: mechanism
        )
    }

    /// Signs in; returns who it is.
    func enter(
        _ password: String = "secret",
        _ service: SignIn.Service = .imap,
        from address: String = "192.0.2.1",
        client: String = "Mail 1.0"
    ) async throws -> Principal? {
        let signIn = signIn("alice@example.test", service, from: address, client: client)
        return try await directory.authenticate(signIn, password: Array(password.utf8))
    }
}
