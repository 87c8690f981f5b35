internal import Admission
internal import Delivery
internal import Directory
internal import Network
internal import Octets
internal import SMTP
internal import World

/// One connection. RFC 5321 §3.
///
///     start ──EHLO/HELO──▶ ready ──MAIL──▶ transaction ──DATA, RSET──▶ ready
///       ▲                    │
///       └────── STARTTLS ────┘
struct Session {
    /// How far the session is, as RFC 5321 §4.1.4 orders commands.
    enum Phase {
        case start
        case ready
        case transaction
    }

    /// What ends a session.
    enum Ending: Error {
        /// A last reply, then close.
        case goodbye(Reply)
        /// The connection is of no more use.
        case lost(TransportError)
    }

    /// How the peer introduced itself.
    struct Hello {
        var name: String
        var isExtended: Bool
    }

    let door: SMTPDoor
    let stream: Network.Stream
    /// Who began the session: by the PROXY protocol the client of that proxy, and not whom XCLIENT told of.
    let caller: Address
    var hello: Hello?
    var account: Account? {
        didSet {
            let limit = account?.settings.messageSizeLimit ?? .max
            configuration.sizeLimit = min(door.configuration.sizeLimit, limit)
        }
    }
    /// The listener's configuration; whoever signed in may have a limit of their own.
    private(set) var configuration: SMTPDoor.Configuration
    /// What a proxy said of the client.
    var told: Told?
    /// Who signed in, and with what.
    var principal: Principal?
    var envelope: Envelope?
    /// The peer, if it is another server, as the gatekeeper knows it.
    var visitor: Visitor?
    /// Whether this session was counted with the account's.
    var isCounted = false
    /// The message of the transaction, once it comes in chunks.
    var chunks: Chunks?

    private var errors = 0
    private var commands = 0
    private var transactions = 0
    var refusedRecipients = 0
    var loginFailures = 0

    init(_ door: SMTPDoor, _ stream: Network.Stream) {
        self.door = door
        self.stream = stream
        configuration = door.configuration
        caller = stream.peer
        visitor = door.gatekeeper?.visitor(from: stream.peer.host, to: stream.local.host)
    }

    /// Where mail goes: hosts of `relayNetworks` hand over mail for anybody. A proxy's client of whom nobody knows the address is
    /// none of them.
    var delivery: any Delivery {
        guard let relaying = door.relaying, told?.hasAddress ?? true,
            configuration.relayNetworks.contains(where: { $0.contains(stream.peer.host) })
        else { return door.delivery }
        return relaying
    }
    var phase: Phase { hello == nil ? .start : envelope == nil ? .ready : .transaction }
    var isSecure: Bool { stream.tls != nil }

    // MARK: The story

    mutating func run() async {
        stream.inputLimit = 256 << 10
        do throws(Ending) {
            try await greet()
            while let line = try await nextCommand() {
                if let reply = try await answer(line) { try await write(reply) }
            }
        } catch {
            say(error)
        }
        await abandonChunks()
        await stream.close(by: stream.deadline(after: configuration.timeouts.closing))
    }

    private mutating func answer(_ line: Result<Command, CommandError>) async throws(Ending) -> Reply? {
        commands += 1
        guard commands <= configuration.commandLimit else { throw .goodbye(.tooManyCommands) }
        if let reply = try admitCommand() { return reply }
        switch line {
        case .failure(let error): return try countError(error.reply)
        case .success(let command): return try await answer(command)
        }
    }

    /// The state table: every pair of phase and command has a line. RFC 5321 §4.1.4.
    private mutating func answer(_ command: Command) async throws(Ending) -> Reply? {
        if chunks != nil, command.endsTransaction {
            // With its first half the message is gone: what follows must not be taken for all of it.
            await abandonChunks()
            envelope = nil
        }
        switch (phase, command) {
        case (_, .ehlo(let host)): return ehlo(host)
        case (_, .helo(let name)): return helo(name)
        case (_, .noop): return .ok
        case (_, .rset): return rset()
        case (_, .quit): throw .goodbye(Reply(221, "2.0.0", "\(configuration.hostname) closing"))
        case (_, .vrfy): return .cannotVerify
        case (_, .expn): return .noExpansion
        case (_, .help): return .help
        case (_, .startTLS): return try await startTLS()
        case (.transaction, .bdat(let command)):
            let replies = try await bdat(command)
            return command.isLast ? try await afterMessage(replies) : replies[0]
        case (_, .bdat(let command)): return try await bdat(command)[0]
        case (_, .lhlo(let host)): return ehlo(host)
        case (_, .xclient(let command)): return try await xclient(command)
        case (.transaction, .burl(let command)):
            let replies = try await burl(command)
            return command.isLast ? try await afterMessage(replies) : replies[0]
        case (_, .burl): return try countError(.noTransaction)

        case (.start, .mail), (.start, .rcpt), (.start, .data), (.start, .auth): return try countError(.sayHello)
        case (.ready, .auth(let auth)): return try await authenticate(auth)
        case (.ready, .mail(let command)): return try await mail(command)
        case (.ready, .rcpt), (.ready, .data): return try countError(.noTransaction)

        case (.transaction, .auth), (.transaction, .mail): return try countError(.inTransaction)
        case (.transaction, .rcpt(let command)): return try await rcpt(command)
        case (.transaction, .data):
            return try await afterMessage(try await data())
        }
    }

    /// Counts a message that came to its end, filed or not, and gives all answers to it; returns the last.
    private mutating func afterMessage(_ replies: [Reply]) async throws(Ending) -> Reply? {
        commands = 0
        transactions += 1
        for reply in replies.dropLast() { try await write(reply) }
        guard transactions < configuration.transactionLimit else {
            if let reply = replies.last { try await write(reply) }
            throw .goodbye(.tooManyTransactions)
        }
        return replies.last
    }

    // MARK: Replies

    /// Adds a reply to the output. The stream sends it before it waits for input, or when much has gathered.
    func write(_ reply: Reply) async throws(Ending) {
        if reply.code >= 400 {
            door.log(.notice, "smtp.refused", [("peer", "\(stream.peer)"), ("reply", reply.summary)])
        }
        stream.write { reply.encode(into: &$0) }
        do throws(TransportError) {
            try await stream.drain(by: stream.deadline(after: configuration.timeouts.command))
        } catch {
            throw Ending(error)
        }
    }

    /// Counts a mistake of the peer's, and gives up on it after `errorLimit`.
    mutating func countError(_ reply: Reply) throws(Ending) -> Reply {
        errors += 1
        guard errors <= configuration.errorLimit else {
            stream.write { reply.encode(into: &$0) }
            throw .goodbye(.tooManyErrors)
        }
        return reply
    }

    private func say(_ ending: Ending) {
        switch ending {
        case .goodbye(let reply):
            if reply.code >= 400 {
                door.log(.notice, "smtp.closed", [("peer", "\(stream.peer)"), ("reply", reply.summary)])
            }
            stream.write { reply.encode(into: &$0) }
        case .lost(let cause):
            door.log(.info, "smtp.lost", [("peer", "\(stream.peer)"), ("cause", "\(cause)")])
        }
    }

    /// Waits for more input; false when the peer sends no more.
    func fill(by deadline: Instant, mayStop: Bool) async throws(Ending) -> Bool {
        do throws(TransportError) {
            return try await stream.fill(by: deadline, mayStop: mayStop)
        } catch {
            throw Ending(error)
        }
    }
}

extension Session.Ending {
    /// RFC 5321 §3.8: the peer is told why, if it can still be told.
    init(_ error: TransportError) {
        self =
            switch error {
            case .stopping: .goodbye(.stopping)
            case .deadline: .goodbye(.timeout)
            default: .lost(error)
            }
    }
}

extension Command {
    /// Whether a transaction is over with it, finished or not. RFC 5321 §4.1.1.5, §4.1.4.
    fileprivate var endsTransaction: Bool {
        switch self {
        case .rset, .ehlo, .helo, .lhlo, .startTLS, .quit, .xclient: true
        default: false
        }
    }
}
