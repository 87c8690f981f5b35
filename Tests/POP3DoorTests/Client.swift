import Directory
import Mailbox
import Network
import POP3Door
import PorticoTesting
import Testing
import World

/// A POP3 client's end of a session that runs in memory.
struct Client {
    let connection: MemoryConnection

    static let tls = TLSInfo(version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", serverName: nil)

    /// Starts a session over TLS, unless told otherwise, and takes its greeting. Without a `world` no deadline passes.
    init(
        _ mailbox: any MailboxService,
        tls: TLSInfo? = Client.tls,
        pieceLimit: Int = .max,
        world: World? = nil,
        directory: any Directory = FakeDirectory(),
        _ change: (inout POP3Door.Configuration) -> Void = { _ in }
    ) async {
        connection = MemoryConnection(world: world, pieceLimit: pieceLimit, tls: tls)
        var configuration = POP3Door.Configuration()
        configuration.failedLoginDelay = .zero
        change(&configuration)
        let door = POP3Door(
            configuration: configuration,
            directory: directory,
            mailboxes: mailbox,
            world: .real,
            log: .none
        )
        Task { [connection] in await door.serve(Stream(connection)) }
        #expect(await connection.line() == "+OK Portico ready")
    }

    /// Sends a line and returns the first line of the answer.
    func ask(_ line: String) async -> String? {
        connection.send(line + "\r\n")
        return await connection.line()
    }

    /// Sends a line and returns the answer up to the line with a dot, CRLF between its lines.
    func askAll(_ line: String) async -> [String]? {
        guard let first = await ask(line) else { return nil }
        return [first] + (await lines())
    }

    /// Lines up to the one with a dot.
    func lines() async -> [String] {
        var lines: [String] = []
        while let line = await connection.line(), line != "." { lines.append(line) }
        return lines
    }

    func signIn() async {
        #expect(await ask("USER alice@example.test") == "+OK send the password")
        #expect(await ask("PASS sesame")?.hasPrefix("+OK ") == true)
    }

    /// What is sent from now on until the session closes.
    func rest() async -> String { String(decoding: await connection.rest(), as: UTF8.self) }
}
