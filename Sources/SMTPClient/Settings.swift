public import Network
public import SMTP

/// Whether a connection is encrypted, and what is expected of the server then.
public enum Security: Hashable, Sendable {
    /// Never: for a socket of this machine, or a test.
    case plaintext
    /// STARTTLS if it is announced, and without if it is not or fails; nothing is verified. The name is the one asked for
    /// (SNI). RFC 7435.
    case opportunistic(serverName: String?)
    /// STARTTLS, or nothing at all.
    case required(TLSExpectation)
    /// TLS from the first octet: port 465. RFC 8314 §3.3.
    case implicit(TLSExpectation)
}

/// How long the server may take. RFC 5321 §4.5.3.2.
public struct Timeouts: Hashable, Sendable {
    /// To take the connection.
    public var connect: Duration = .seconds(30)
    /// For its greeting. §4.5.3.2.1.
    public var greeting: Duration = .seconds(300)
    /// To answer EHLO, HELO, LHLO and STARTTLS.
    public var hello: Duration = .seconds(300)
    /// For the TLS handshake.
    public var handshake: Duration = .seconds(60)
    /// To answer each step of AUTH.
    public var auth: Duration = .seconds(180)
    /// To answer MAIL. §4.5.3.2.2.
    public var mail: Duration = .seconds(300)
    /// To answer RCPT. §4.5.3.2.3.
    public var rcpt: Duration = .seconds(300)
    /// To answer DATA. §4.5.3.2.4.
    public var data: Duration = .seconds(120)
    /// To take a block of the message, and to answer a BDAT that is not the last. §4.5.3.2.5.
    public var block: Duration = .seconds(180)
    /// To answer the end of the message: if it is too short, the server delivers it and hears of it again. §4.5.3.2.6.
    public var end: Duration = .seconds(600)
    /// To answer RSET and NOOP.
    public var reset: Duration = .seconds(20)
    /// To answer QUIT: nothing hangs on it.
    public var quit: Duration = .seconds(5)

    /// The times of RFC 5321.
    public init() {}

    /// The same, none longer than `most`; but the time to connect.
    public func limited(to most: Duration) -> Timeouts {
        var times = self
        for time: WritableKeyPath<Timeouts, Duration> in [
            \.greeting, \.hello, \.handshake, \.auth, \.mail, \.rcpt, \.data, \.block, \.end, \.reset, \.quit,
        ] {
            times[keyPath: time] = min(times[keyPath: time], most)
        }
        return times
    }

    func time(for stage: Stage) -> Duration {
        switch stage {
        case .connect, .local: connect
        case .greeting: greeting
        case .hello, .startTLS: hello
        case .handshake: handshake
        case .auth: auth
        case .mail: mail
        case .rcpt: rcpt
        case .data: data
        case .message: block
        case .end: end
        case .reset: reset
        case .quit: quit
        }
    }
}

/// What a client does on a connection.
public struct Settings: Sendable {
    /// What is spoken.
    public enum Dialect: Hashable, Sendable {
        case smtp
        /// One answer for each recipient at the end. RFC 2033.
        case lmtp
    }

    /// This side's name: a domain that leads to its address, or that address in brackets. RFC 5321 §4.1.4.
    public var name: Host
    /// What is spoken.
    public var dialect = Dialect.smtp
    /// Whether the connection is encrypted.
    public var security: Security
    /// For TLS, one for clients; nil if there is never any.
    public var tls: TLSContext?
    /// Who signs in; nil for nobody.
    public var authenticator: (any Authenticator)?
    /// How long the server may take.
    public var timeouts = Timeouts()
    /// Whether several commands go together where the server announces that. RFC 2920.
    public var usesPipelining = true
    /// Whether BDAT is used where the server announces it; without, a message with BODY=BINARYMIME is converted. RFC 3030.
    public var usesChunking = true
    /// Recipients of one transaction; the server's own limit may be lower. RFC 5321 §4.5.3.1.8 wants 100 to be taken.
    public var recipientLimit = 100
    /// Gives the A-labels of a domain that is not ASCII; nil if it has none, or no way to find them is there. RFC 5891 §5.
    public var asciiDomain: @Sendable (String) -> String? = { _ in nil }
    /// Sees each line of the dialogue, sent and received, without what AUTH and the message have. For people who look on.
    public var transcript: (@Sendable (TranscriptLine) -> Void)?

    /// A client called `name`.
    public init(name: Host, security: Security = .plaintext, tls: TLSContext? = nil) {
        self.name = name
        self.security = security
        self.tls = tls
    }
}

/// A line of a dialogue.
public enum TranscriptLine: Hashable, Sendable {
    case sent(String)
    case received(String)
    /// Something that is no line, such as a handshake.
    case note(String)
}
