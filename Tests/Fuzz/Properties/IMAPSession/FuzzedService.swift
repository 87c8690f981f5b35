internal import Directory
internal import IMAPDoor
internal import Mailbox
internal import Network
internal import PorticoTesting
internal import Store
internal import World

/// A door with one account in memory, and connections to it, all on one loop and its clock.
final class FuzzedService: Sendable {
    private let door: IMAPDoor
    private let loop: TestLoop

    init(on loop: TestLoop) {
        self.loop = loop
        let world = loop.world.world
        var configuration = IMAPDoor.Configuration(hostname: "mail.example.test", allowsPlaintextLogin: true)
        // As they are, but for what would only make a run long.
        configuration.limits.loginDelay = .zero
        configuration.limits.skippedMessageOctets = 1 << 10
        door = IMAPDoor(
            configuration: configuration,
            directory: OneAccount(),
            mailboxes: StoreMailboxService(store: MemoryStore(), world: world),
            world: world,
            log: .none
        )
    }

    func connect(_ weather: MemoryConnection.Weather = .init()) -> FuzzedConnection {
        let connection = MemoryConnection(clock: loop.world, weather: weather)
        let session = Task(executorPreference: loop) { [door] in await door.serve(Stream(connection)) }
        return FuzzedConnection(connection: connection, session: session, world: loop.world)
    }
}

/// `u@x` with the password `p`.
private struct OneAccount: Directory {
    private let account = Account(number: 1, address: MailAddress(localPart: "u", domain: "x"), name: "U")

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        name == "u@x" && password == Array("p".utf8) ? account : nil
    }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        address == account.address ? .accounts([account]) : .unknown
    }

    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { number == 1 ? account : nil }
}

/// The client's end.
struct FuzzedConnection {
    let connection: MemoryConnection
    private let session: Task<Void, Never>
    private let world: TestWorld

    init(connection: MemoryConnection, session: Task<Void, Never>, world: TestWorld) {
        self.connection = connection
        self.session = session
        self.world = world
    }

    func send(_ octets: [UInt8]) { connection.send(octets) }

    /// What the server says until it waits: everything that is going on comes to rest before the clock moves.
    func settled() async -> [UInt8] {
        let world = world
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            _ = world.setAlarm(at: world.uptime + .milliseconds(1)) { continuation.resume() }
        }
        return connection.unread == 0 ? [] : await connection.piece() ?? []
    }

    /// Whether the server has closed, and all that it said was taken.
    var isClosed: Bool { connection.isClosed && connection.unread == 0 }

    /// What the server says when the client sends no more: it has to end.
    func end() async -> [UInt8] {
        connection.endSending()
        let rest = await connection.rest()
        await session.value
        return rest
    }
}
