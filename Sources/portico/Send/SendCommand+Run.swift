internal import CSystem
internal import Glibc
internal import Network
internal import SMTP
internal import SMTPClient

extension SendCommand {
    /// Sends the message and says what became of it. The status is that of the worst outcome: `temporary` only if nothing
    /// was refused for good.
    func run() async -> ExitStatus {
        do {
            let content = try FileContent(file)
            let address = try Self.address(host, port)
            let settings = try settings()
            let loop = EventLoop()
            let message = message(content)
            let source = source.map { Address(host: $0, port: 0) }
            let report = await Task(executorPreference: loop) {
                do throws(Failure) {
                    let connection = try await Connection.open(to: address, from: source, settings: settings, on: loop)
                    let report = await connection.send(message)
                    await connection.quit()
                    return report
                } catch {
                    return Report(outcomes: message.recipients.map { _ in .failed(error) }, failure: error)
                }
            }.value
            await loop.stop()
            return show(report)
        } catch {
            Terminal.complain("portico: \(error)\n")
            return .failure
        }
    }

    private func show(_ report: Report) -> ExitStatus {
        var status = ExitStatus.success
        for (recipient, outcome) in zip(recipients, report.outcomes) {
            Terminal.print("\(recipient.forwardPath): \(outcome.text)\n")
            switch outcome {
            case .delivered: break
            case .permanent: status = .unavailable
            case .failed(let failure) where failure.isPermanent: status = .unavailable
            case .temporary, .failed: if status == .success { status = .temporary }
            }
        }
        return status
    }

    private func settings() throws -> Settings {
        let name = helo ?? Self.hostName()
        let isLiteral = name.hasPrefix("[") && name.hasSuffix("]")
        let host = isLiteral ? Host.literal(String(name.dropFirst().dropLast())) : .domain(name)
        var settings = Settings(name: host, security: security)
        settings.dialect = dialect
        if security != .plaintext {
            settings.tls = try TLSContext.client(
                verification: authorities.map { .authorities(file: $0) } ?? .systemAuthorities
            )
        }
        if let user {
            let password = password ?? Terminal.readPassword(for: user) ?? ""
            settings.authenticator = PasswordAuthenticator(name: user, password: password)
        }
        settings.usesPipelining = usesPipelining
        settings.usesChunking = usesChunking
        if let timeout { settings.timeouts = Timeouts(all: .seconds(timeout)) }
        if isVerbose { settings.transcript = { Terminal.complain($0.text + "\n") } }
        return settings
    }

    private func message(_ content: FileContent) -> OutgoingMessage {
        var message = OutgoingMessage(from: reversePath, to: recipients, content: content)
        message.body = body
        message.smtpUTF8 = smtpUTF8
        message.requireTLS = requireTLS
        message.ret = ret
        message.envelopeIdentifier = envelopeIdentifier
        return message
    }

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        // The buffer lives for the call and has the length that is passed; its last octet stays 0.
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let octets = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return octets.isEmpty ? "localhost" : String(decoding: octets, as: UTF8.self)
    }

    /// A host that cannot be found, and why.
    private struct Unknown: Error, CustomStringConvertible {
        var description: String
    }

    /// The first address of a host, as the system finds it.
    private static func address(_ host: String, _ port: Int) throws -> Address {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        // The list lives until freeaddrinfo.
        let status = unsafe getaddrinfo(host, nil, &hints, &found)
        defer { unsafe freeaddrinfo(found) }
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard status == 0, let first = unsafe found?.pointee,
            unsafe getnameinfo(first.ai_addr, first.ai_addrlen, &name, UInt32(name.count), nil, 0, NI_NUMERICHOST) == 0
        else { throw Unknown(description: "\(host): \(unsafe String(cString: gai_strerror(status)))") }
        let octets = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return Address(host: String(decoding: octets, as: UTF8.self), port: port)
    }
}

extension Timeouts {
    /// The same time for everything.
    fileprivate init(all time: Duration) {
        self.init()
        connect = time
        greeting = time
        hello = time
        handshake = time
        auth = time
        mail = time
        rcpt = time
        data = time
        block = time
        end = time
        reset = time
        quit = time
    }
}

extension TranscriptLine {
    fileprivate var text: String {
        switch self {
        case .sent(let line): "-> \(line)"
        case .received(let line): "<- \(line)"
        case .note(let line): "** \(line)"
        }
    }
}

extension Outcome {
    fileprivate var text: String {
        switch self {
        case .delivered(let reply): "delivered: \(reply.summary)"
        case .temporary(let reply, let stage): "not now (\(stage.rawValue)): \(reply.summary)"
        case .permanent(let reply, let stage): "refused (\(stage.rawValue)): \(reply.summary)"
        case .failed(let failure): failure.text
        }
    }
}

extension Failure {
    fileprivate var text: String {
        let what =
            switch cause {
            case .refused(let reply): reply.summary
            case .closed: "the server closed the connection"
            case .timeout: "no answer in time"
            case .tls(let problem): "\(problem.resultType): \(problem)"
            case .nonsense(let text): "the server makes no sense: \(text)"
            // The text belongs to the C library, and is copied at once.
            case .system(let number): unsafe String(cString: strerror(number))
            case .notOffered(let name): "the server does not offer \(name)"
            case .content(let text): "the message cannot be read: \(text)"
            case .cancelled: "cancelled"
            }
        return "failed (\(stage.rawValue)): \(what)\(isUncertain ? "; it may have been delivered" : "")"
    }
}

extension Reply {
    fileprivate var summary: String {
        "\(code) \(enhanced.map { "\($0) " } ?? "")\(lines.joined(separator: " "))"
    }
}
