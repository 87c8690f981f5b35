internal import Octets
internal import Directory
internal import Mailbox
internal import Network
internal import POP3Door
internal import PorticoTesting
internal import Store
internal import World

/// A whole session of the POP3 door, fed with whatever comes, in every state: it neither traps nor hangs, says only whole
/// answers, removes nothing unless it says so, and does the same however its input is cut.
enum POP3SessionProperties {
    static let words = table([
        "CAPA\r\n", "USER u@x\r\n", "USER ", "PASS p\r\n", "PASS ", "AUTH PLAIN AHVAeABw\r\n", "AUTH PLAIN\r\n",
        "AUTH PLAIN =\r\n", "AUTH LOGIN\r\n", "AHVAeABw\r\n", "dUB4\r\n", "cA==\r\n", "*\r\n", "AUTH SCRAM-SHA-256\r\n",
        "STLS\r\n", "UTF8\r\n", "LANG\r\n", "LANG en\r\n", "LANG *\r\n", "STAT\r\n", "LIST\r\n", "LIST 1\r\n",
        "UIDL\r\n",
        "UIDL 2\r\n", "RETR 1\r\n", "RETR 2\r\n", "RETR 3\r\n", "TOP 1 0\r\n", "TOP 2 1\r\n", "DELE 1\r\n",
        "DELE 2\r\n",
        "DELE 9\r\n", "RSET\r\n", "NOOP\r\n", "QUIT\r\n", "quit\r\n", "\r\n", "\n", "\r", " ", "0",
        "99999999999999999999",
        "\0", "é", "x", "GET / HTTP/1.1\r\n", "\u{16}\u{3}\u{1}",
    ])

    /// What is in the maildrop: lines with dots, a header in UTF-8, nothing but an end of line.
    private static let messages = ["Subject: a\r\n\r\n.\r\n..b\r\nc\r\n", "Subject: é\r\n\r\nd\r\n", "\r\n"]

    /// How a session begins.
    enum State: CaseIterable {
        case start, named, exchange, utf8, signedIn, marked, removing

        var opening: String {
            switch self {
            case .start: ""
            case .named: "USER u@x\r\n"
            case .exchange: "AUTH PLAIN\r\n"
            case .utf8: "UTF8\r\nUSER u@x\r\nPASS p\r\n"
            case .signedIn: "USER u@x\r\nPASS p\r\n"
            case .marked: State.signedIn.opening + "DELE 2\r\n"
            case .removing: State.signedIn.opening + "RETR 1\r\n"
            }
        }
    }

    static func check(_ octets: [UInt8]) {
        SessionProperties.check(octets, in: State.allCases, openedBy: { $0.opening }, outcome) { check($0) }
    }

    /// What a session says and what it leaves behind.
    private struct Outcome: Equatable, CustomStringConvertible {
        var output: [UInt8]
        var messages: [UID]
        var description: String { String(decoding: output, as: UTF8.self) + " and \(messages)" }
    }

    private static func outcome(
        of input: [UInt8],
        _ state: State,
        _ weather: MemoryConnection.Weather,
        on loop: TestLoop
    ) async -> Outcome {
        let mailboxes = StoreMailboxService(store: MemoryStore(), world: loop.world.world)
        let account = AccountID(1)
        var configuration = POP3Door.Configuration()
        configuration.allowsPlaintextLogin = true
        configuration.failedLoginDelay = .zero
        configuration.removesRetrieved = state == .removing
        let door = POP3Door(
            configuration: configuration,
            directory: OneAccount(),
            mailboxes: mailboxes,
            // The clock stands still, and every id is the same: what differs is then the door's doing.
            world: World(now: { Timestamp(milliseconds: 0) }, uptime: loop.world.world.uptime, random: { 7 }),
            log: .none
        )
        do {
            let mailbox = try await mailboxes.open(account)
            for message in messages {
                let incoming = try await mailboxes.receive()
                try await incoming.push(Array(message.utf8))
                try await incoming.finish()
                _ = try await incoming.file(in: .inbox, of: account, prefix: [], flags: [], keywords: [], date: nil)
                await incoming.discard()
            }
            let connection = MemoryConnection(clock: loop.world, weather: weather)
            connection.send(input)
            connection.endSending()
            await door.serve(Stream(connection))
            precondition(mailbox.lockMaildrop() != nil, "the maildrop is free again")
            let left = try await mailbox.snapshot(of: .inbox).messages
            return Outcome(output: await connection.rest(), messages: left.map(\.uid))
        } catch {
            preconditionFailure("the mailbox is whole: \(error)")
        }
    }

    /// Whole lines, the first an answer; and nothing is gone unless the last one says so.
    private static func check(_ outcome: Outcome) {
        precondition(outcome.output.suffix(2) == [0x0D, 0x0A], "it says whole lines")
        var hasCR = false
        for octet in outcome.output {
            precondition((octet == 0x0A) == hasCR, "whose ends are CRLF")
            hasCR = octet == 0x0D
        }
        let said = lines(of: Array(outcome.output.dropLast(2)))
        precondition(said.first.map { $0.starts(with: "+OK ".utf8) } == true, "the first is the greeting")
        precondition(said.allSatisfy { $0.count <= 510 }, "RFC 2449 §4")
        let isGoodbye = said.last?.elementsEqual("+OK goodbye".utf8) == true
        precondition(outcome.messages.count == messages.count || isGoodbye, "nothing is gone unsaid")
    }
}

/// `u@x` with the password `p`.
private struct OneAccount: Directory {
    private let account = Account(number: 1, address: MailAddress(localPart: "u", domain: "x"), name: "")

    func authenticate(_ name: String, password: [UInt8]) async throws(DirectoryError) -> Account? {
        name == "u@x" && password == Array("p".utf8) ? account : nil
    }

    func resolve(_ address: MailAddress) async throws(DirectoryError) -> Resolution {
        address == account.address ? .accounts([account]) : .unknown
    }

    func account(_ number: UInt64) async throws(DirectoryError) -> Account? { number == 1 ? account : nil }
}
