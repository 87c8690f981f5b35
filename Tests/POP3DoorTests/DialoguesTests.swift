import Mailbox
import Network
import POP3Door
import PorticoTesting
import Store
import Testing
import World

/// Plays everything in Fixtures/dialogues/pop3.
@Suite struct DialoguesTests {
    @Test(arguments: Dialogue.names(in: "pop3", matching: "DIALOGUE"))
    func inMemory(_ name: String) async throws {
        let dialogue = try Dialogue(named: name)
        try await DialogueFailure.report { () async throws in
            try await dialogue.play { world, dialogue in try POP3Host(world, dialogue) }
        }
    }

    @Test(arguments: Dialogue.names(in: "pop3", matching: "DIALOGUE"))
    func overSocket(_ name: String) async throws {
        let dialogue = try Dialogue(named: name)
        guard dialogue.canUseSocket else { try Test.cancel("not for sockets") }
        try await DialogueFailure.report { () async throws in
            try await dialogue.playOverSocket { world, dialogue in try POP3Host(world, dialogue) }
        }
    }

    @Test func areThere() { #expect(!Dialogue.names(in: "pop3").isEmpty) }
}

/// The service that the dialogues of Fixtures/dialogues/pop3 are played with. What it understands is described there in
/// README.md.
final class POP3Host: DialogueHost {
    let hasLiterals = false
    private let door: POP3Door
    private let mailboxes: StoreMailboxService
    private let account = AccountID(7)

    init(_ world: World, _ dialogue: Dialogue) throws {
        var configuration = POP3Door.Configuration()
        configuration.allowsPlaintextLogin = true
        configuration.failedLoginDelay = .zero
        for statement in dialogue.setup where statement.words.first == "option" {
            try Self.set(statement.words.dropFirst(), &configuration)
        }
        mailboxes = StoreMailboxService(store: MemoryStore(), world: world)
        door = POP3Door(
            configuration: configuration,
            directory: FakeDirectory(),
            mailboxes: mailboxes,
            world: world,
            log: .none
        )
    }

    /// What whoever runs the service may decide.
    private static func set(_ words: ArraySlice<String>, _ configuration: inout POP3Door.Configuration) throws {
        guard words.count == 2, let name = words.first, let value = words.last else {
            throw DialogueSyntaxError("expected: option name value")
        }
        switch (name, value, Int(value), FolderPath(value)) {
        case ("plaintext-login", "no", _, _): configuration.allowsPlaintextLogin = false
        // In memory TLS is only pretended.
        case ("stls", "yes", _, _): configuration.tls = try TLSContext.client(verification: .none)
        case ("login-delay", _, let seconds?, _): configuration.loginDelay = .seconds(seconds)
        case ("leave-on-server", "deleteAfterRetrieval", _, _): configuration.removesRetrieved = true
        case ("folder", _, _, let path?): configuration.folder = path
        default: throw DialogueSyntaxError("there is no option \(name) with the value \(value)")
        }
    }

    func capabilities() -> Set<String> { [] }

    func opening(_ words: [String]) throws -> String {
        guard !words.isEmpty else { return "" }
        guard words == ["signed-in"] else { throw DialogueSyntaxError("expected signed-in") }
        return "S: +OK …\nC: USER alice@example.test\nS: +OK …\nC: PASS sesame\nS: +OK …\n"
    }

    func perform(_ statement: Dialogue.Statement) async throws {
        switch (statement.words.first, statement.words.count) {
        case ("option", _): break
        case ("message", 1): try await file(statement.body ?? [])
        default: throw DialogueSyntaxError("there is no such statement")
        }
    }

    private func file(_ message: [UInt8]) async throws {
        _ = try await mailboxes.open(account)
        let incoming = try await mailboxes.receive()
        try await incoming.push(message)
        try await incoming.finish()
        _ = try await incoming.file(in: .inbox, of: account, prefix: [], flags: [], keywords: [], date: nil)
        await incoming.discard()
    }

    func serve(_ stream: Stream) async { await door.serve(stream) }
}
