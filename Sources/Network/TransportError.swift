internal import CSystem

/// Why octets did not go or come.
public enum TransportError: Error, Sendable {
    /// The peer closed or reset the connection.
    case closed
    /// The deadline passed first.
    case deadline
    /// The server is stopping and the session stood between two commands: say goodbye and end.
    case stopping
    /// TLS failed; the text is for the log.
    case tls(String)
    /// The server's certificate is not what the client expects.
    case untrusted(CertificateProblem)
    /// What the peer sent cannot be decompressed, or there is no memory to compress; the text is for the log.
    case compression(String)
    /// The system refused a socket operation; `errno`.
    case system(Int32)
    /// More unread input than the stream may hold.
    case inputLimit
}

extension TransportError {
    /// What happened, for a log or for who asked for it on a terminal.
    public var reason: String {
        switch self {
        case .closed: "the connection was closed"
        case .deadline: "no answer in time"
        case .stopping: "stopped"
        case .tls(let text), .compression(let text): text
        case .untrusted(let problem): problem.text
        // The text belongs to the C library, and is copied at once.
        case .system(let number): unsafe String(cString: strerror(number))
        case .inputLimit: "too much at once"
        }
    }
}
