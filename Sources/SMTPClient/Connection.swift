public import Network
public import SMTP
internal import World

/// A conversation with one server, from its greeting to QUIT, which carries one message after another. RFC 5321.
///
///     let connection = try await Connection.open(to: address, settings: settings, on: loop)
///     let report = await connection.send(message)
///     await connection.quit()
///
/// 1. Nothing is taken for the answer to a command that was there before the command was sent: a server that talks out of
///    turn is left. So a message is never taken for delivered because of another's 250.
/// 2. After a failure the connection is closed, and says so: `isOpen`.
///
/// It belongs to its loop, and one task at a time uses it.
public final class Connection: @unchecked Sendable {
    let stream: Stream
    /// What it was opened with.
    public let settings: Settings
    /// What the server said of itself in its last answer to EHLO; nothing after HELO.
    public internal(set) var server = EHLOResponse(Reply(250, nil, ""))
    /// The server's greeting.
    public internal(set) var greeting = Reply(220, nil, "")
    /// Why there is no TLS although it was tried (`Security.opportunistic`).
    public internal(set) var tlsProblem: TLSProblem?
    /// Whether it can still be used.
    public internal(set) var isOpen = true
    /// Transactions that were begun.
    public internal(set) var transactions = 0
    /// Domains of recipients that were named. RFC 9422 §4.3.
    var domains: Set<String> = []
    /// A transaction is open that came to nothing.
    var mustReset = false

    private init(_ stream: Stream, _ settings: Settings) {
        self.stream = stream
        self.settings = settings
        // The longest reply that is taken.
        stream.inputLimit = 256 << 10
    }

    /// The server's address.
    public var peer: Address { stream.peer }
    /// This side's address.
    public var local: Address { stream.local }
    /// What TLS agreed on; nil without TLS.
    public var tls: TLSInfo? { stream.tls }
    /// Whether a message can be sent: it is open, and the server takes another transaction (RFC 9422 §4.1).
    public var canSend: Bool {
        guard isOpen else { return false }
        guard let limit = server.limits?.transactions else { return true }
        return transactions < Int(limit)
    }

    // MARK: Opening

    /// Connects to a server and introduces itself: TLS and AUTH are done when it returns. Call it in a task of `loop`.
    ///
    /// With `Security.opportunistic` it connects again, without TLS, if the handshake fails.
    ///
    /// - Parameters:
    ///   - address: a numeric one.
    ///   - local: a numeric address to connect from; its port is 0 as a rule.
    ///   - settings: what is done on the connection.
    ///   - loop: where it lives.
    /// - Returns: a connection over which messages can be sent.
    /// - Throws: why there is no such connection; nothing is left open then.
    public static func open(
        to address: Address,
        from local: Address? = nil,
        settings: Settings,
        on loop: EventLoop
    ) async throws(Failure) -> Connection {
        do throws(Failure) {
            return try await open(over: try await connect(address, local, settings, loop), settings: settings)
        } catch {
            guard case .opportunistic = settings.security, error.stage == .handshake, error.cause != .cancelled else {
                throw error
            }
            var plain = settings
            plain.security = .plaintext
            plain.transcript?(.note("once more without TLS: \(error.cause)"))
            let connection = try await open(over: try await connect(address, local, plain, loop), settings: plain)
            connection.tlsProblem =
                if case .tls(let problem) = error.cause { problem } else { .handshake("\(error.cause)") }
            return connection
        }
    }

    private static func connect(
        _ address: Address,
        _ local: Address?,
        _ settings: Settings,
        _ loop: EventLoop
    ) async throws(Failure) -> TCPTransport {
        do throws(TransportError) {
            let deadline = loop.uptime + settings.timeouts.connect
            return try await TCPTransport.connect(to: address, from: local, on: loop, by: deadline)
        } catch {
            throw Failure(.connect, from: error)
        }
    }

    /// The same over a connection that is there. Nothing is tried again on it.
    ///
    /// - Returns: a connection over which messages can be sent.
    /// - Throws: why it is of no use; it is closed then.
    public static func open(
        over transport: any Transport,
        settings: Settings
    ) async throws(Failure) -> Connection {
        let connection = Connection(Stream(transport), settings)
        do throws(Failure) {
            try await connection.introduce()
            return connection
        } catch {
            await connection.leave(after: error)
            throw error
        }
    }

    // MARK: Between messages and at the end

    /// Whether the server is still there: asks with NOOP. Closes the connection if it is not.
    public func isAlive() async -> Bool {
        guard isOpen else { return false }
        do throws(Failure) {
            let reply = try await ask(.noop, at: .reset)
            if reply.isCompletion { return true }
            throw Failure(.reset, .refused(reply))
        } catch {
            await leave(after: error)
            return false
        }
    }

    /// Says QUIT, waits a little for the answer, and closes.
    public func quit() async {
        guard isOpen else { return }
        _ = try? await ask(.quit, at: .quit)
        close()
    }

    /// Closes without a word, as is right in the middle of a message: what was sent of it is then no message.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        stream.abandon()
    }

    /// Closes after a failure; a server that said no and did not say that it closes is told QUIT (RFC 5321 §3.1).
    func leave(after failure: Failure) async {
        if case .refused(let reply) = failure.cause, reply.code != 421, failure.stage != .message { await quit() }
        close()
    }
}

extension Failure {
    init(_ stage: Stage, from error: TransportError) {
        self.stage = stage
        cause =
            switch error {
            case .closed: .closed
            case .deadline: .timeout
            case .stopping: .cancelled
            case .tls(let text), .compression(let text): .tls(.handshake(text))
            case .untrusted(let problem): .tls(.certificate(problem))
            case .system(let number): .system(number)
            case .inputLimit: .nonsense("more than a reply may have")
            }
    }
}

extension Reply {
    /// 2xx: done. RFC 5321 §4.2.1.
    var isCompletion: Bool { code / 100 == 2 }
}
