import Admission
import Delivery
import Directory
import FoundationEssentials
import Mailbox
import Network
import PorticoTesting
import SASL
import Store
import Synchronization
import Testing
import WebDoor
import World

/// example.test with alice (1), bob (2) and the alias team; every password is `sesame`.
struct FakeDirectory: Directory {
    static let alice = Account(
        number: 1,
        address: MailAddress(localPart: "alice", domain: "example.test"),
        name: "Alice"
    )
    static let bob = Account(number: 2, address: MailAddress(localPart: "bob", domain: "example.test"), name: "")
    struct Fault: Error {}

    /// Accounts that were removed.
    final class Removed: Sendable {
        let numbers = Mutex<Set<UInt64>>([])
    }

    let removed = Removed()
    let throttle: GuessThrottle

    /// One that lets a network guess so often.
    init(guesses: Int = 50) {
        var limits = GuessThrottle.Limits()
        limits.failuresPerNetwork = guesses
        throttle = GuessThrottle(limits: limits)
    }

    func authenticate(_ signIn: SignIn, password: [UInt8]) async throws(DirectoryError) -> Principal? {
        let attempt = try throttle.admit(signIn.name, from: signIn.network, at: Instant(nanoseconds: 0)).get()
        let account = try await authenticate(signIn.name, password: password)
        if account == nil { throttle.fail(attempt, at: Instant(nanoseconds: 0)) } else { throttle.succeed(attempt) }
        return account.map { Principal(account: $0) }
    }

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        if name == "broken" { throw .store(Fault()) }
        guard password == Array("sesame".utf8) else { return nil }
        return [Self.alice, Self.bob].first { $0.address.description == name }
    }

    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { nil }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        guard address.domain == "example.test" else { return .elsewhere }
        switch address.localPart {
        case "alice": return there([Self.alice])
        case "bob": return there([Self.bob])
        case "team": return there([Self.alice, Self.bob])
        default: return .unknown
        }
    }

    private func there(_ accounts: [Account]) -> Resolution {
        let removed = removed.numbers.withLock { $0 }
        let there = accounts.filter { !removed.contains($0.number) }
        return there.isEmpty ? .unknown : .accounts(there)
    }
}

/// A service in memory, and what tests do with it behind its doors.
final class Service: Sendable {
    let store = CountingStore(MemoryStore())
    let mailboxes: StoreMailboxService
    let door: WebDoor
    let directory: FakeDirectory
    let sending: SendingRules
    private let clock = Clock()

    /// How far the wall clock is ahead of where it began.
    private final class Clock: Sendable {
        let milliseconds = Mutex<Int64>(0)
    }

    init(
        guesses: Int = 50,
        rules: SendingSettings = .init(),
        _ change: (inout WebDoor.Configuration) -> Void = { _ in },
        authentication: ((any Directory) -> SASLService?)? = nil
    ) {
        directory = FakeDirectory(guesses: guesses)
        var configuration = WebDoor.Configuration()
        configuration.failedLoginDelay = .zero
        change(&configuration)
        var world = TestWorld().world
        let clock = clock
        world.now = { Timestamp(milliseconds: 1_790_000_000_000 + clock.milliseconds.withLock { $0 }) }
        mailboxes = StoreMailboxService(store: store, world: world)
        sending = SendingRules(
            settings: rules,
            directory: directory,
            store: store,
            node: "a",
            world: world,
            log: .none,
            notify: { _, _ in true }
        )
        door = WebDoor(
            configuration: configuration,
            directory: directory,
            mailboxes: mailboxes,
            delivery: LocalDelivery(directory: directory, mailboxes: mailboxes, log: .none),
            world: world,
            log: .none,
            sending: sending,
            authentication: authentication?(directory)
        )
    }

    /// Moves the wall clock.
    func advance(milliseconds: Int64) { clock.milliseconds.withLock { $0 += milliseconds } }

    /// Files `message` in alice's inbox, or another folder.
    @discardableResult
    func file(
        _ message: String,
        in folder: FolderID = .inbox,
        of account: UInt64 = 1,
        flags: Flags = [],
        keywords: [Keyword] = []
    ) async throws -> EmailID {
        _ = try await mailboxes.open(AccountID(account))
        let incoming = try await mailboxes.receive()
        try await incoming.push(Array(message.utf8))
        try await incoming.finish()
        let filed = try await incoming.file(
            in: folder,
            of: AccountID(account),
            prefix: [],
            flags: flags,
            keywords: keywords,
            date: Timestamp(milliseconds: 1_790_000_000_000)
        )
        await incoming.discard()
        return filed.email
    }
}

/// An answer taken apart.
struct Answer {
    var status: Int
    var fields: [String: String]
    var body: [UInt8]

    /// The body as JSON.
    var json: JSON { get throws { try JSONDecoder().decode(JSON.self, from: Data(body)) } }
    /// `error.code`.
    var code: String? { try? json["error"]["code"].text }
}

/// Any JSON.
enum JSON: Decodable, Hashable {
    case null, flag(Bool), number(Int), text(String), list([JSON]), object([String: JSON])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Int.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSON].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSON].self))
        }
    }

    subscript(name: String) -> JSON { if case .object(let members) = self { members[name] ?? .null } else { .null } }
    subscript(index: Int) -> JSON {
        if case .list(let list) = self, list.indices.contains(index) { list[index] } else { .null }
    }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var list: [JSON] { if case .list(let list) = self { list } else { [] } }
    var names: [String] { if case .object(let members) = self { members.keys.sorted() } else { [] } }
}

/// An HTTP client's end of a connection in memory.
struct Client {
    static let tls = TLSInfo(version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", serverName: nil)
    static let basic = "Basic YWxpY2VAZXhhbXBsZS50ZXN0OnNlc2FtZQ=="
    let connection: MemoryConnection

    init(_ service: Service, tls: TLSInfo? = Client.tls, pieceLimit: Int = .max, world: World? = nil) {
        self.init(service.door, tls: tls, pieceLimit: pieceLimit, world: world)
    }

    /// Without a `world` no deadline passes.
    init(_ door: WebDoor, tls: TLSInfo? = Client.tls, pieceLimit: Int = .max, world: World? = nil) {
        connection = MemoryConnection(world: world, pieceLimit: pieceLimit, tls: tls)
        Task { [connection] in await door.serve(Stream(connection)) }
    }

    /// Sends a request, as alice by default, and takes the answer.
    func ask(
        _ method: String,
        _ target: String,
        json: String? = nil,
        authorization: String? = Client.basic
    ) async throws -> Answer {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: example.test\r\n"
        if let authorization { text += "Authorization: \(authorization)\r\n" }
        if let json { text += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n" }
        connection.send(text + "\r\n" + (json ?? ""))
        return try await answer(hasBody: method != "HEAD")
    }

    /// Takes the next answer.
    func answer(hasBody: Bool = true) async throws -> Answer {
        let line = try #require(await connection.line())
        try #require(line.hasPrefix("HTTP/1.1 "))
        var answer = Answer(status: Int(line.split(separator: " ")[1]) ?? 0, fields: [:], body: [])
        while let field = await connection.line(), !field.isEmpty {
            let colon = try #require(field.firstIndex(of: ":"))
            answer.fields[field[..<colon].lowercased()] = String(field[field.index(colon, offsetBy: 2)...])
        }
        if hasBody, let length = Int(answer.fields["content-length"] ?? "0") {
            answer.body = await connection.octets(length) ?? []
        }
        return answer
    }
}
