public import Network
internal import World

/// The service that dialogues are played with: what a test of a door has to bring.
public protocol DialogueHost: Sendable {
    /// Whether its lines may contain literals, as those of IMAP: `{5}` at the end of a line, and five octets after it.
    var hasLiterals: Bool { get }
    /// What it announces, in capital letters, for `requires:` and `lacks:`.
    func capabilities() async throws -> Set<String>
    /// Brings about what a line of the setup, or `do:`, says. Throws what is wrong with it.
    func perform(_ statement: Dialogue.Statement) async throws
    /// The lines of a dialogue with which a connection begins that was opened by `open: …`. Throws what is wrong with it.
    func opening(_ words: [String]) throws -> String
    /// Serves one connection.
    func serve(_ stream: Stream) async
}

/// The client's end of a connection.
protocol DialogueEnd: AnyObject {
    func send(_ octets: [UInt8]) async throws(DialogueSyntaxError)
    func endSending()
    /// Some octets; nil if the server has closed and no more comes.
    func receive() async throws(DialogueSyntaxError) -> [UInt8]?
    /// How many octets could be received at once, when everything that is going on has come to rest.
    func unread() async -> Int
}

/// Where a dialogue is played.
protocol DialogueStage: AnyObject {
    func connect() async throws(DialogueSyntaxError) -> any DialogueEnd
    /// Lets time pass.
    func wait(_ duration: Duration) async throws(DialogueSyntaxError)
    /// Ends when all connections have ended.
    func leave() async
}

/// Plays in memory, on the virtual clock: nothing that happens by itself is missed, and a server that does not answer is
/// found out at once.
final class DialogueMemoryStage: DialogueStage {
    private let host: any DialogueHost
    private let loop: TestLoop
    private let pieceLimit: Int
    private var sessions: [Task<Void, Never>] = []

    init(_ host: any DialogueHost, _ loop: TestLoop, pieceLimit: Int) {
        self.host = host
        self.loop = loop
        self.pieceLimit = pieceLimit
    }

    func connect() -> any DialogueEnd {
        let connection = MemoryConnection(clock: loop.world, pieceLimit: pieceLimit)
        sessions.append(Task(executorPreference: loop) { [host] in await host.serve(Stream(connection)) })
        return End(connection: connection, stage: self)
    }

    func wait(_ duration: Duration) async {
        let world = loop.world
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            _ = world.setAlarm(at: world.uptime + duration) { continuation.resume() }
        }
    }

    func leave() async {
        for session in sessions { await session.value }
    }

    private final class End: DialogueEnd {
        let connection: MemoryConnection
        let stage: DialogueMemoryStage

        init(connection: MemoryConnection, stage: DialogueMemoryStage) {
            self.connection = connection
            self.stage = stage
        }

        func send(_ octets: [UInt8]) { connection.send(octets) }
        func endSending() { connection.endSending() }
        func receive() async -> [UInt8]? { await connection.piece() }

        func unread() async -> Int {
            // The clock moves when nobody has anything to do.
            await stage.wait(.milliseconds(1))
            return connection.unread
        }
    }
}
