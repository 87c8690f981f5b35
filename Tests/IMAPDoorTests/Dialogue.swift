import Directory
import IMAPDoor
import Mailbox
import Network
import PorticoTesting
import Store
import Testing
import World

/// A service with three accounts, `alice@example.test` and so on, with the password `secret`, and connections to it.
struct Service {
    let door: IMAPDoor
    let mailboxes: any MailboxService
    /// Counts what the door costs the engine.
    let store = CountingStore(MemoryStore())

    init(
        tls: TLSContext? = nil,
        allowsPlaintextLogin: Bool = true,
        administrators: Set<String> = [],
        submitters: Set<String> = [],
        profiles: [IMAPDoor.ClientProfile] = [],
        directory: any Directory = ThreeAccounts(),
        _ change: (inout IMAPDoor.Limits) -> Void = { _ in }
    ) {
        // The clock stands still; UIDVALIDITY and dates are the same in every run.
        let world = TestWorld().world
        mailboxes = StoreMailboxService(store: store, world: world)
        var configuration = IMAPDoor.Configuration(
            hostname: "mail.example.test",
            tls: tls,
            allowsPlaintextLogin: allowsPlaintextLogin
        )
        configuration.limits.loginDelay = .zero
        configuration.administrators = administrators
        configuration.submitters = submitters
        configuration.profiles = profiles
        change(&configuration.limits)
        door = IMAPDoor(
            configuration: configuration,
            directory: directory,
            mailboxes: mailboxes,
            world: world,
            log: .none
        )
    }

    /// A connection on which the greeting was not read yet.
    func connect(pieceLimit: Int = .max, window: Int = .max, tls: TLSInfo? = nil) -> Client {
        let connection = MemoryConnection(weather: .init(pieceLimit: pieceLimit, window: window), tls: tls)
        Task { [door] in await door.serve(Stream(connection)) }
        return Client(connection: connection)
    }

    /// A connection that has signed in.
    func signedIn(as name: String = "alice", pieceLimit: Int = .max) async -> Client {
        let client = connect(pieceLimit: pieceLimit)
        _ = await client.connection.line()
        await client.run("C: 0 LOGIN \(name)@example.test secret", "S: 0 OK …")
        return client
    }

    /// A connection that has selected INBOX, which has `messages`.
    func selected(_ messages: [String] = [], pieceLimit: Int = .max) async throws -> Client {
        for message in messages { try await deliver(message) }
        let client = await signedIn(pieceLimit: pieceLimit)
        await client.skip("0 SELECT INBOX")
        return client
    }

    /// Files a message, whose line ends become CRLF, in INBOX.
    func deliver(_ text: String, date: Timestamp? = Timestamp(milliseconds: 1_767_268_800_000)) async throws {
        let message = try await mailboxes.receive()
        try await message.push(Array(text.replacingLineEnds.utf8))
        try await message.finish()
        _ = try await mailboxes.open(AccountID(1))
        _ = try await message.file(
            in: .inbox,
            of: AccountID(1),
            prefix: [],
            flags: [],
            keywords: [],
            date: date
        )
        await message.discard()
    }
}

/// Alice, Bob and Carol, each with the password `secret`.
struct ThreeAccounts: Directory {
    private static let accounts = [(1, "alice"), (2, "bob"), (3, "carol")].map { number, name in
        Account(number: number, address: MailAddress(localPart: name, domain: "example.test"), name: name.capitalized)
    }

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        guard password == Array("secret".utf8) else { return nil }
        return Self.accounts.first { $0.address.description == name }
    }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        guard address.domain == "example.test" else { return .elsewhere }
        return Self.accounts.first { $0.address == address }.map { .accounts([$0]) } ?? .unknown
    }

    func account(_ number: UInt64) async throws(DirectoryError) -> Account? {
        Self.accounts.first { $0.number == number }
    }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}

/// The client's end of a dialogue.
struct Client {
    let connection: MemoryConnection

    /// Plays a dialogue, line by line: `C: ` is sent, `S: ` has to come, `…` in it stands for anything.
    func run(_ lines: String..., sourceLocation: SourceLocation = #_sourceLocation) async {
        await run(lines, sourceLocation: sourceLocation)
    }

    func run(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) async {
        for line in lines.flatMap({ $0.split(separator: "\n", omittingEmptySubsequences: false) }) {
            let text = line.dropFirst(3)
            switch line.prefix(3) {
            case "C: ", "C:": connection.send("\(text)\r\n")
            case "S: ", "S:":
                let received = await connection.line()
                #expect(
                    received.map { matches($0[...], text) } ?? false,
                    "expected \(text), received \(received ?? "the end")",
                    sourceLocation: sourceLocation
                )
                if received == nil { return }
            default: #expect(line.isEmpty, "neither C: nor S: \(line)", sourceLocation: sourceLocation)
            }
        }
    }

    /// Sends a command and passes over all that comes until it is answered; returns that.
    @discardableResult
    func skip(_ command: String) async -> [String] {
        connection.send("\(command)\r\n")
        let tag = command.prefix { $0 != " " } + " "
        var lines: [String] = []
        while let line = await connection.line() {
            lines.append(line)
            if line.hasPrefix(tag) { break }
        }
        return lines
    }
}

/// Whether `text` is as `pattern` says, in which `…` stands for anything.
func matches(_ text: Substring, _ pattern: Substring) -> Bool {
    guard let gap = pattern.firstIndex(of: "…") else { return text == pattern }
    guard text.hasPrefix(pattern[..<gap]) else { return false }
    let rest = pattern[pattern.index(after: gap)...]
    var start = text.dropFirst(pattern[..<gap].count)
    while true {
        if matches(start, rest) { return true }
        if start.isEmpty { return false }
        start = start.dropFirst()
    }
}

extension String {
    /// With CRLF for each LF.
    var replacingLineEnds: String { split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") }
}

/// Messages that several tests use.
enum Sample {
    static let plain = """
        From: Fred Foobar <foobar@blurdybloop.example>
        Date: Mon, 7 Feb 1994 21:52:25 -0800
        Subject: afternoon meeting
        To: mooch@owatagu.example
        Message-Id: <B27397-0100000@blurdybloop.example>

        Hello Joe, do you think we can meet at 3:30 tomorrow?

        """
    static let multipart = """
        From: =?UTF-8?B?SsO8cmdlbg==?= <juergen@example.test>
        To: Alice <alice@example.test>
        Cc: team: bob@example.test;
        Subject: =?ISO-8859-1?Q?Gr=FC=DFe?=
        X-Extra: one two
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        preamble
        --b
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        U8O8w58gaXN0IGRhcw==
        --b
        Content-Type: message/rfc822

        Subject: inner

        inner body
        --b--

        """
}
