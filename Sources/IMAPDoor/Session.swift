internal import Directory
internal import IMAP
internal import Mailbox
internal import Network
internal import Octets
internal import World

/// One connection, from greeting to close. RFC 3501 §3.
///
///              ┌────────────── LOGIN, AUTHENTICATE ──────────────┐
///      notAuthenticated                                    authenticated ⇄ selected   (SELECT, EXAMINE / CLOSE, UNSELECT)
///              └──────────────────── LOGOUT, BYE ────────────────┴───────────┘ → over
///
/// 1. Sequence numbers mean what `Selection.view` says, and the view moves only where the client is told of it.
/// 2. An answer leaves only after the commit behind it is durable: the mailbox returns no earlier.
/// 3. Between two commands the session holds no octets of messages, and no buffer that is empty.
///
/// A class so that the many small steps of a command share it by reference; one task uses it.
final class Session {
    enum Phase {
        case notAuthenticated
        case authenticated(any Mailbox)
        case selected(any Mailbox, Selection)
    }

    let house: House
    let stream: Stream
    var parser: CommandParser
    var phase = Phase.notAuthenticated
    var isOver = false
    var failedLogins = 0
    /// What the client switched on: it changes how commands are read and answers are written. RFC 5161.
    var enabled: EnabledExtensions = [] {
        didSet { parser.options.enabled = enabled }
    }
    /// What this client needs to be done differently.
    var quirks: Set<ClientQuirk> = [] {
        didSet { parser.options = ParserOptions(quirks, enabled: enabled) }
    }
    /// When a command that lasts says so next.
    var progressDue = Instant.never
    /// Who signed in, and what they may do.
    var principal: Principal?
    /// When the directory is asked again whether it still stands.
    var standingDue = Instant.never
    /// What the client says it is. RFC 2971.
    var client = ""
    /// What NOTIFY asked for; nil until it is used. RFC 5465.
    var watch: Watch?
    /// The tag of the command that is being done, for answers that name it. RFC 4466 §2.6.2.
    private(set) var tag: [UInt8] = []
    /// Whether the command that is being done names messages by UID: then each FETCH until its answer says the UID, also
    /// one that tells of another session's change. RFC 9051 §6.4.9.
    private(set) var namesUIDs = false
    /// Commands in a row that could not be parsed.
    private var badCommands = 0
    /// When waiting for the command that comes next ends.
    private var deadline = Instant.never

    init(house: House, stream: Stream) {
        self.house = house
        self.stream = stream
        parser = CommandParser(limits: house.configuration.limits.commandBeforeLogin)
    }

    var configuration: IMAPDoor.Configuration { house.configuration }
    var limits: IMAPDoor.Limits { house.configuration.limits }
    /// When a transfer that does not get on is given up.
    var transferDeadline: Instant { stream.deadline(after: limits.transferTime) }

    /// The whole story. Its frame, and those of what it waits in, live as long as the connection: what need not wait is
    /// done in functions of its own, which are not inlined.
    func run() async {
        begin()
        do throws(TransportError) {
            while !isOver {
                guard let command = nextCommand() else {
                    guard !isOver else { break }
                    if isWatching {
                        guard try await fillOrTell() else { break }
                    } else {
                        guard try await stream.fill(by: deadline, mayStop: stream.available == 0) else { break }
                    }
                    continue
                }
                if command.idles, isAuthenticated {
                    try await idle(command)
                } else {
                    try await perform(command)
                }
                // Who sends commands and reads no answers waits here.
                try await stream.drain(by: transferDeadline)
                deadline = commandDeadline
            }
        } catch {
            farewell(error)
        }
        phase = .notAuthenticated
        await stream.close(by: stream.deadline(after: .seconds(5)))
    }

    /// Whether the client hears of events while no command is in progress.
    private var isWatching: Bool { watch?.selected != nil }

    /// Waits for more of the next command; a client of NOTIFY hears meanwhile what happens. Returns whether it goes on.
    @inline(never)
    private func fillOrTell() async throws(TransportError) -> Bool {
        let before = stream.available
        if let watch, !watch.isDue {
            if case .ready = try await stream.wait(for: watch.bell, by: deadline, mayStop: before == 0) {
                return stream.available > before
            }
            watch.bell.raise()
        }
        let goesOn = await tellWhileWaiting()
        try await stream.drain(by: transferDeadline)
        return goesOn
    }

    @inline(never)
    private func begin() {
        stream.inputLimit = limits.inputOctetsBeforeLogin
        deadline = commandDeadline
        quirks = quirks(of: nil)
        writeStatus(nil, .ok, .capability(capabilities), "\(configuration.hostname) IMAP4 ready")
    }

    /// The next command that has arrived and can be parsed; nil if more has to arrive.
    @inline(never)
    private func nextCommand() -> PendingCommand? {
        while !isOver {
            switch parseInput() {
            case .command(let command, let consumed):
                stream.consume(consumed)
                badCommands = 0
                return PendingCommand(command)
            case .failure(let failure):
                stream.consume(failure.consumed)
                answer(failure)
            case .needLiteral: stream.write { output in Response.continuation(into: &output) }
            case .skip(let consumed): stream.consume(consumed)
            case .needMore: return nil
            }
        }
        return nil
    }

    private func parseInput() -> ParseOutcome { stream.withInput { input in parser.parse(input) } }

    /// When waiting for a command ends.
    var commandDeadline: Instant {
        if case .notAuthenticated = phase { return stream.deadline(after: limits.timeBeforeLogin) }
        return stream.deadline(after: limits.idleTime)
    }

    /// BAD, with what the grammar wanted. Who sends nothing else is not a client of IMAP.
    private func answer(_ failure: CommandFailure) {
        let expected = failure.error.expected
        let text = failure.isTooLarge ? "Too long: \(expected)" : "Expected \(expected)"
        writeStatus(failure.tag, .bad, failure.code, text)
        badCommands += 1
        if failure.mustClose {
            sayBye("Lost the beginning of the next command")
        } else if badCommands >= (isAuthenticated ? limits.badCommands * 10 : limits.badCommands) {
            sayBye("Too many bad commands")
        }
    }

    /// The mailbox of the account that signed in.
    var ownMailbox: (any Mailbox)? {
        switch phase {
        case .notAuthenticated: nil
        case .authenticated(let mailbox), .selected(let mailbox, _): mailbox
        }
    }

    /// Who signed in.
    var account: Account? { principal?.account }

    var isAuthenticated: Bool {
        if case .notAuthenticated = phase { return false }
        return true
    }

    /// Does one command, in the task that calls, and answers it.
    func performHere(_ command: PendingCommand) async throws(TransportError) {
        tag = command.tag
        progressDue = stream.deadline(after: limits.progressTime)
        namesUIDs = command.command.namesUIDs
        defer { namesUIDs = false }
        do {
            try await requireStanding()
            let completion = try await execute(command.command)
            try await announceNews(after: command.command)
            try await tellWatched()
            tellHeldBack()
            writeStatus(command.tag, .ok, completion.code, completion.text)
            switch completion.layer {
            case nil: break
            case .startsTLS: try await beginTLS()
            case .startsCompression: try await stream.startCompression(by: transferDeadline)
            case .endsCompression: try await stream.endCompression(by: transferDeadline)
            }
        } catch {
            try await refuse(command, error)
        }
    }

    /// Does and answers NOOP or CAPABILITY when nothing is new: both work in every state.
    func answerShallow(_ command: PendingCommand) {
        let completion = if case .capability = command.command { capability() } else { noop() }
        writeStatus(command.tag, .ok, completion.code, completion.text)
    }

    /// Answers a command whose waiting came to a bad end.
    func end(_ command: PendingCommand, _ error: any Error) {
        let refusal = asRefusal(error)
        if let cause = refusal.cause { house.log(.error, "imap.failed", [("cause", "\(cause)")]) }
        writeStatus(command.tag, .no, refusal.code, refusal.text)
        if refusal.kind == .closing { sayBye(refusal.text) }
    }

    /// Answers a command that was not done.
    private func refuse(_ command: PendingCommand, _ error: any Error) async throws(TransportError) {
        if let error = error as? TransportError { throw error }
        let refusal = asRefusal(error)
        if let cause = refusal.cause { house.log(.error, "imap.failed", [("cause", "\(cause)")]) }
        var closing = refusal.kind == .closing ? refusal : nil
        if refusal.kind == .no {
            do {
                try await announceNews(after: command.command)
            } catch let error as TransportError {
                throw error
            } catch {
                // What could not be told now is told after the next command.
                let next = asRefusal(error)
                if next.kind == .closing { closing = next }
            }
        }
        tellHeldBack()
        writeStatus(command.tag, refusal.kind == .bad ? .bad : .no, refusal.code, refusal.text)
        if let closing { sayBye(closing.text) }
    }

    func asRefusal(_ error: any Error) -> Refusal {
        switch error {
        case let refusal as Refusal: refusal
        case let error as MailboxError: Refusal(error)
        case let error as DirectoryError: Refusal(error)
        default: Refusal(kind: .no, code: .serverBug, text: "Internal error", cause: error)
        }
    }

    @inline(never)
    private func farewell(_ error: TransportError) {
        switch error {
        case .stopping: sayBye("Server is stopping")
        case .deadline: sayBye(isAuthenticated ? "Autologout; idle for too long" : "No login in time")
        case .inputLimit: sayBye("Too much input")
        case .tls(let text): house.log(.notice, "imap.tls_failed", [("peer", stream.peer.host), ("cause", text)])
        case .compression(let text):
            house.log(.notice, "imap.compression_failed", [("peer", stream.peer.host), ("cause", text)])
            sayBye("Not compressed as DEFLATE")
        case .closed, .system: break
        }
    }

    // MARK: Answers

    /// A status response: tagged, or untagged if there is no tag. RFC 3501 §7.1.
    func writeStatus(_ tag: [UInt8]?, _ condition: StatusResponse.Condition, _ code: ResponseCode?, _ text: String) {
        stream.write { output in StatusResponse(condition, code, text).encode(tag: tag, enabled: enabled, into: &output)
        }
    }

    /// Says goodbye; the session ends after what is being done. RFC 3501 §7.1.5.
    func sayBye(_ text: String) {
        guard !isOver else { return }
        isOver = true
        writeStatus(nil, .bye, nil, text)
    }
}

/// A command that is being done, in a box: so that it takes little of the frames that wait for it.
final class PendingCommand: Sendable {
    let tag: [UInt8]
    let command: Command

    init(_ tagged: TaggedCommand) {
        tag = tagged.tag
        command = tagged.command
    }

    /// Whether it is IDLE.
    var idles: Bool {
        if case .idle = command { true } else { false }
    }
}

extension Command {
    /// Whether EXPUNGE may be sent while it is in progress. RFC 3501 §7.4.1.
    var allowsExpunge: Bool {
        switch self {
        case .fetch(let request): request.numbering == .uid
        case .store(let request): request.numbering == .uid
        case .search(let request): request.numbering == .uid
        case .sort(let request): request.numbering == .uid
        case .thread(let request): request.numbering == .uid
        default: true
        }
    }
}
