internal import Directory
internal import Mailbox
internal import Network
internal import Octets
internal import POP3
internal import World

/// One connection, as a story: greeting, commands, close.
struct Session {
    enum State {
        /// Nobody is signed in; with the name that USER gave.
        case authorization(name: String?)
        case transaction(Maildrop)
        case closed
    }

    let door: POP3Door
    let stream: Stream
    var state = State.authorization(name: nil)
    var failedLogins = 0
    /// Who signed in.
    var principal: Principal?
    /// When the directory is asked again whether it still stands.
    var standingDue = Instant.never
    /// Whether UTF8 was said.
    var takesUTF8 = false
    private var syntaxErrors = 0
    private var finder = LineFinder()
    private let loginDeadline: Instant

    init(door: POP3Door, stream: Stream) {
        self.door = door
        self.stream = stream
        loginDeadline = stream.deadline(after: door.configuration.loginTime)
    }

    /// The moment until which the peer may take an answer.
    var sendDeadline: Instant { stream.deadline(after: door.configuration.sendTime) }

    /// The whole session. RFC 1939 §3.
    mutating func run() async {
        do throws(Ending) {
            send(.ok("Portico ready"))
            while true {
                try await answerNextCommand()
                if case .closed = state { break }
                try await drain()
            }
        } catch {
            report(error)
            state = .closed
            // Whoever took nothing so far gets no more time to take a goodbye.
            return await stream.close(by: stream.deadline(after: .seconds(5)))
        }
        state = .closed
        await stream.close(by: sendDeadline)
    }

    func send(_ reply: Reply) { stream.write { output in reply.encode(into: &output) } }

    /// Sends what was written if it has become much.
    func drain() async throws(Ending) {
        do throws(TransportError) { try await stream.drain(by: sendDeadline) } catch { throw .transport(error) }
    }

    /// Sends all that was written.
    func flush() async throws(Ending) {
        do throws(TransportError) { try await stream.flush(by: sendDeadline) } catch { throw .transport(error) }
    }

    /// Reads a line and answers it.
    private mutating func answerNextCommand() async throws(Ending) {
        let command: Command
        switch try await nextLine(limit: Limits.commandLine, mayStop: true, parse: Command.init(parsing:)) {
        case .value(let value): command = value
        case .malformed(let expected): return refuseSyntax("expected \(expected)")
        case .tooLong: return refuseSyntax("line too long")
        case .end:
            state = .closed
            return
        }
        syntaxErrors = 0
        do throws(Ending) {
            try await requireStanding()
            try await answer(command)
        } catch .refusal(let refusal) {
            send(refusal.reply)
            if let cause = refusal.cause { door.log(.error, "pop3.failed", [("cause", "\(cause)")]) }
            if refusal.closes { state = .closed }
        } catch {
            throw error
        }
    }

    private mutating func refuseSyntax(_ text: String) {
        syntaxErrors += 1
        send(.error(nil, text))
        guard syntaxErrors >= door.configuration.syntaxErrors else { return }
        door.log(.notice, "pop3.garbage", [("peer", "\(stream.peer)")])
        state = .closed
    }

    /// The state table. RFC 1939 §4-6.
    private mutating func answer(_ command: Command) async throws(Ending) {
        switch (state, command) {
        case (_, .capa): await capa()
        case (.authorization, .user(let name)): try user(name)
        case (.authorization(let name), .pass(let password)): try await pass(name, password)
        case (.authorization, .auth(let mechanism, let response)): try await auth(mechanism, response)
        case (.authorization, .stls): try await stls()
        case (.authorization, .utf8): utf8()
        case (_, .lang(let range)): try lang(range)
        case (.authorization, .quit): quit()
        case (.transaction(let maildrop), .stat): stat(maildrop)
        case (.transaction(let maildrop), .list(let message)): try await list(maildrop, message)
        case (.transaction(let maildrop), .uidl(let message)): try await uidl(maildrop, message)
        case (.transaction(let maildrop), .retr(let message)): try await retr(maildrop, message)
        case (.transaction(let maildrop), .top(let message, let lines)): try await top(maildrop, message, lines)
        case (.transaction(let maildrop), .dele(let message)): try dele(maildrop, message)
        case (.transaction(let maildrop), .rset): rset(maildrop)
        case (.transaction, .noop): send(.ok(""))
        case (.transaction(let maildrop), .quit): try await update(maildrop)
        case (.authorization, _): throw .refusal(Refusal("sign in first"))
        case (.transaction, _): throw .refusal(Refusal("already signed in"))
        case (.closed, _): break
        }
    }

    /// What a line held.
    enum Line<Value> {
        case value(Value)
        /// What the grammar expected.
        case malformed(String)
        case tooLong
        case end
    }

    /// Waits for the next line and parses it. A line over the limit is passed over to its end, so that both sides stay
    /// in step, unless it is so long that nobody can mean it; the deadline is for the whole line, however slowly it
    /// comes.
    mutating func nextLine<Value>(
        limit: Int,
        mayStop: Bool,
        parse: (Span<UInt8>) throws(SyntaxError) -> Value
    ) async throws(Ending) -> Line<Value> {
        var deadline = stream.deadline(after: door.configuration.autologout)
        if case .authorization = state { deadline = min(deadline, loginDeadline) }
        var skipped = 0
        while true {
            switch stream.withInput({ input in finder.find(in: input, limit: limit) }) {
            case .line(let count):
                defer { stream.consume(count) }
                if skipped > 0 { return .tooLong }
                do throws(SyntaxError) {
                    return .value(
                        try stream.withInput { input throws(SyntaxError) in try parse(input.extracting(0..<count)) }
                    )
                } catch {
                    return .malformed(error.expected)
                }
            case .tooLong:
                skipped += limit
                stream.consume(limit)
                guard skipped <= Limits.skippedLine else { throw .refusal(Refusal("line too long", closes: true)) }
            case .incomplete:
                let isBetween = mayStop && skipped == 0 && stream.available == 0
                do throws(TransportError) {
                    guard try await stream.fill(by: deadline, mayStop: isBetween) else { return .end }
                } catch {
                    throw .transport(error)
                }
            }
        }
    }

    /// Says goodbye where the client can still hear it, and tells the log.
    private func report(_ ending: Ending) {
        switch ending {
        case .transport(.stopping): send(.error(.systemTemporary, "the server is stopping, come back later"))
        case .transport(.deadline):
            door.log(.info, "pop3.timeout", [("peer", "\(stream.peer)")])
            send(.error(nil, "waited too long"))
        case .transport(.inputLimit): send(.error(nil, "too much input"))
        case .transport(let error): door.log(.info, "pop3.dropped", [("cause", "\(error)")])
        case .broken(let cause): door.log(.error, "pop3.broken", [("cause", "\(cause)")])
        case .refusal(let refusal): send(refusal.reply)
        }
    }
}
