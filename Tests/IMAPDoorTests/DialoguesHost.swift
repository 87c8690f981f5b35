import Directory
import FoundationEssentials
import IMAPDoor
import Mailbox
import Network
import PorticoTesting
import Store
import Synchronization
import World

/// The service that the dialogues of Fixtures/dialogues/imap are played with. What it understands is described there in
/// README.md. It makes everything by IMAP, as a client would.
final class IMAPHost: DialogueHost {
    let hasLiterals = true
    private let door: IMAPDoor
    private let accounts = Accounts()

    init(_ world: World, _ dialogue: Dialogue) throws {
        var configuration = IMAPDoor.Configuration(hostname: "mail.example.test", allowsPlaintextLogin: true)
        for statement in dialogue.setup where statement.words.first == "option" {
            try Self.set(statement.words.dropFirst(), &configuration)
        }
        door = IMAPDoor(
            configuration: configuration,
            directory: accounts,
            mailboxes: StoreMailboxService(store: MemoryStore(), world: world),
            world: world,
            log: .none
        )
    }

    /// What whoever runs the service may decide.
    private static func set(_ words: ArraySlice<String>, _ configuration: inout IMAPDoor.Configuration) throws {
        guard words.count == 2, let name = words.first, let value = words.last else {
            throw DialogueSyntaxError("expected: option name value")
        }
        switch (name, value, Int(value)) {
        case ("plaintext-login", "no", _): configuration.allowsPlaintextLogin = false
        case ("starttls", "yes", _): configuration.tls = try selfSigned.get()
        case ("message-octets", _, let number?): configuration.limits.messageOctets = number
        case ("messages", _, let number?): configuration.limits.messages = number
        default: throw DialogueSyntaxError("there is no option \(name) with the value \(value)")
        }
    }

    private static let selfSigned = Result {
        let made = try SelfSignedCertificate(names: ["mail.example.test"], world: .real)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dialogues-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificate = folder.appendingPathComponent("certificate.pem").path
        let key = folder.appendingPathComponent("key.pem").path
        try Data(made.certificate.utf8).write(to: URL(fileURLWithPath: certificate))
        try Data(made.key.utf8).write(to: URL(fileURLWithPath: key))
        return try TLSContext.server(identities: [TLSContext.Identity(certificateFile: certificate, keyFile: key)])
    }

    func serve(_ stream: Stream) async { await door.serve(stream) }

    func capabilities() async throws -> Set<String> {
        let answer = try await say("A CAPABILITY", as: Accounts.first)
        guard let line = answer.first(where: { $0.hasPrefix("* CAPABILITY ") }) else { return [] }
        return Set(line.dropFirst(13).split(separator: " ").map { $0.uppercased() })
    }

    func opening(_ words: [String]) throws -> String {
        var rest = words[...]
        guard let state = rest.popFirst() else { return "" }
        var folder = "INBOX"
        if state != "signed-in", let name = rest.popFirst() { folder = name }
        var user = Accounts.first
        var enabled: [String] = []
        while let word = rest.popFirst(), let value = rest.popFirst() {
            switch word {
            case "as": user = value
            case "enable": enabled.append(value.uppercased())
            default: throw DialogueSyntaxError("expected as or enable, not \(word)")
            }
        }
        guard rest.isEmpty, let password = accounts.password(of: user) else {
            throw DialogueSyntaxError("no account \(user)")
        }
        var text = "S: * OK …\nC: 0 LOGIN \(user) \(password)\nS: 0 OK …\n"
        if !enabled.isEmpty {
            text += "C: 0 ENABLE \(enabled.joined(separator: " "))\nS: * ENABLED …\nS: 0 OK …\n"
        }
        switch state {
        case "signed-in": return text
        case "selected": return text + "C: 0 SELECT \"\(folder)\"\nS~: 0 OK …\n"
        case "examined": return text + "C: 0 EXAMINE \"\(folder)\"\nS~: 0 OK …\n"
        default: throw DialogueSyntaxError("expected signed-in, selected or examined, not \(state)")
        }
    }

    // MARK: What has to be there

    func perform(_ statement: Dialogue.Statement) async throws {
        var words = statement.words[...]
        let keyword = words.popFirst() ?? ""
        var user = Accounts.first
        if keyword != "account", words.count >= 2, words[words.endIndex - 2] == "as" {
            user = words.removeLast()
            words.removeLast()
        }
        switch (keyword, words.count) {
        case ("option", _): break
        case ("account", 2): accounts.add(words.removeFirst(), words.removeFirst())
        case ("folder", 1): try await run("A CREATE \"\(words.removeFirst())\"", user)
        case ("subscribe", 1): try await run("A SUBSCRIBE \"\(words.removeFirst())\"", user)
        case ("unsubscribe", 1): try await run("A UNSUBSCRIBE \"\(words.removeFirst())\"", user)
        case ("command", 1): try await run("A " + words.removeFirst(), user)
        case ("message", 1...): try await append(words, [statement.body ?? Array("\r\n".utf8)], user)
        case ("messages", 2...):
            guard let count = Int(words.remove(at: words.startIndex + 1)) else {
                throw DialogueSyntaxError("expected a number of messages")
            }
            let texts = (0..<count).map { Array("Subject: Message \($0 + 1)\r\n\r\nText \($0 + 1)\r\n".utf8) }
            try await append(words, texts, user)
        default: throw DialogueSyntaxError("there is no such statement")
        }
    }

    /// Appends messages to a folder: `INBOX (\Seen) "17-Jul-1996 02:44:25 -0700"`.
    private func append(_ words: ArraySlice<String>, _ texts: [[UInt8]], _ user: String) async throws {
        var arguments = ""
        for word in words.dropFirst() { arguments += word.hasPrefix("(") ? " \(word)" : " \"\(word)\"" }
        var commands: [UInt8] = []
        for text in texts {
            commands += Array("B APPEND \"\(words.first ?? "")\"\(arguments) {\(text.count)+}\r\n".utf8) + text
            commands += Array("\r\n".utf8)
        }
        let answer = try await say(commands + Array("A NOOP".utf8), as: user)
        guard answer.count(where: { $0.hasPrefix("B OK") }) == texts.count else {
            throw DialogueSyntaxError("APPEND: \(answer)")
        }
    }

    private func run(_ command: String, _ user: String) async throws {
        let answer = try await say(command, as: user)
        guard answer.last?.hasPrefix("A OK") == true else { throw DialogueSyntaxError("\(command): \(answer)") }
    }

    private func say(_ command: String, as user: String) async throws -> [String] {
        try await say(Array(command.utf8), as: user)
    }

    /// Says commands, of which only the last has the tag A, on a connection of its own; returns all that comes then.
    private func say(_ commands: [UInt8], as user: String) async throws -> [String] {
        guard let password = accounts.password(of: user) else { throw DialogueSyntaxError("no account \(user)") }
        let connection = MemoryConnection(tls: TLSInfo(version: "TLSv1.3", cipher: "", serverName: nil))
        async let session: Void = door.serve(Stream(connection))
        connection.send("L LOGIN \(user) \(password)\r\n")
        connection.send(commands + Array("\r\n".utf8))
        var answers: [String] = []
        while let line = await connection.line() {
            answers.append(line)
            if line.hasPrefix("A ") { break }
        }
        connection.endSending()
        await session
        return answers
    }
}

/// Everybody who can sign in. One is always there.
private final class Accounts: Directory {
    static let first = "alice@example.test"
    private let known = Mutex([(name: first, password: "secret")])

    func add(_ name: String, _ password: String) { known.withLock { $0.append((name, password)) } }

    func password(of name: String) -> String? { known.withLock { $0.first { $0.name == name }?.password } }

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        known.withLock { known in
            guard let index = known.firstIndex(where: { $0.name == name }),
                Array(known[index].password.utf8) == password
            else { return nil }
            let address = MailAddress(name) ?? MailAddress(localPart: name, domain: "example.test")
            return Account(number: UInt64(index + 1), address: address, name: name)
        }
    }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        let number = known.withLock { known in known.firstIndex { $0.name == address.description } }
        guard let number, let account = try await account(UInt64(number + 1)) else { return .unknown }
        return .accounts([account])
    }

    func account(_ number: UInt64) async throws(DirectoryError) -> Account? {
        known.withLock { known in
            guard number >= 1, number <= known.count else { return nil }
            let name = known[Int(number) - 1].name
            let address = MailAddress(name) ?? MailAddress(localPart: name, domain: "example.test")
            return Account(number: number, address: address, name: name)
        }
    }
}
