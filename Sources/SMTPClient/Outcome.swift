public import Network
public import SMTP

/// Where in a conversation something happened.
public enum Stage: String, Hashable, Sendable {
    /// Nothing was said: this side decided, and a reply at this stage is its own.
    case local
    case connect
    case greeting
    /// EHLO, HELO or LHLO.
    case hello
    /// The command STARTTLS.
    case startTLS
    /// The TLS handshake.
    case handshake
    case auth
    case mail
    case rcpt
    /// The command DATA.
    case data
    /// The message's octets, before the last of them was sent.
    case message
    /// The end of the message was sent: what was not answered may have been delivered.
    case end
    /// RSET or NOOP.
    case reset
    case quit
}

/// Why a conversation could not go on.
public struct Failure: Error, Hashable, Sendable {
    /// What happened.
    public enum Cause: Hashable, Sendable {
        /// The server said no, or that it closes (421).
        case refused(Reply)
        /// The peer closed or reset the connection.
        case closed
        /// It took longer than `Timeouts` has for the stage.
        case timeout
        /// There is no TLS, or not the one that was asked for.
        case tls(TLSProblem)
        /// What the server said is no reply, or comes where none may come; the text is for the log.
        case nonsense(String)
        /// The system refused a socket operation; `errno`.
        case system(Int32)
        /// The server has not the mechanism, or not the extension, that is needed; the text names it.
        case notOffered(String)
        /// The message could not be read; the text is for the log.
        case content(String)
        /// The task was cancelled.
        case cancelled
    }

    /// Where.
    public var stage: Stage
    /// What.
    public var cause: Cause

    /// A failure at a stage.
    public init(_ stage: Stage, _ cause: Cause) {
        self.stage = stage
        self.cause = cause
    }

    /// Whether the message may have been delivered all the same: its end was sent, and no reply came. Sent again, it may
    /// be there twice. RFC 1047.
    public var isUncertain: Bool {
        guard stage == .end else { return false }
        if case .refused = cause { return false }
        return true
    }

    /// Whether trying again later is of no use: the server said so for good.
    public var isPermanent: Bool {
        guard case .refused(let reply) = cause, stage != .reset, stage != .local else { return false }
        return reply.code >= 500
    }
}

/// What kept a connection from being one over TLS as asked for.
public enum TLSProblem: Hashable, Sendable {
    /// STARTTLS was not announced.
    case notOffered
    /// STARTTLS was announced, and then refused.
    case refused(Reply)
    /// The certificate is not what was expected.
    case certificate(CertificateProblem)
    /// Octets came in the clear between the answer to STARTTLS and the handshake: somebody may have put them there.
    case injected
    /// The handshake failed in another way; the text is for the log.
    case handshake(String)

    /// The result type by which reports name it. RFC 8460 §4.3.
    public var resultType: String {
        switch self {
        case .notOffered, .refused: "starttls-not-supported"
        case .certificate(let problem):
            switch problem.kind {
            case .expired: "certificate-expired"
            case .hostMismatch: "certificate-host-mismatch"
            case .notTrusted: "certificate-not-trusted"
            case .noTLSAMatch: "tlsa-invalid"
            }
        case .injected, .handshake: "validation-failure"
        }
    }
}

/// What became of a message for one recipient.
public enum Outcome: Hashable, Sendable {
    /// The server has it, and answers for it from now on.
    case delivered(Reply)
    /// Not now. At `Stage.local` the reply is this side's own.
    case temporary(Reply, Stage)
    /// Never. At `Stage.local` the reply is this side's own.
    case permanent(Reply, Stage)
    /// The conversation broke before it was clear; see `Failure.isUncertain`.
    case failed(Failure)

    /// The outcome that a refusal at a stage is.
    init(refused reply: Reply, at stage: Stage) {
        self = reply.code >= 500 ? .permanent(reply, stage) : .temporary(reply, stage)
    }

    /// Whether it was delivered.
    public var isDelivered: Bool {
        if case .delivered = self { return true }
        return false
    }
}

/// What became of a message.
public struct Report: Hashable, Sendable {
    /// For each recipient, in the message's order.
    public var outcomes: [Outcome]
    /// Why the connection is of no use any more; nil if it can carry the next message.
    public var failure: Failure?
    /// Octets of the message that were sent, as they were on the wire.
    public var octetsSent: UInt64
    /// Whether the server notifies senders itself (DSN): if not, whoever sent to it says that it was relayed. RFC 3461
    /// §5.2.2.
    public var notifiesSenders = false
    /// What TLS agreed on; nil without TLS.
    public var tls: TLSInfo?
    /// Why there was no TLS although it was tried.
    public var tlsProblem: TLSProblem?

    /// What became of a message.
    public init(outcomes: [Outcome], failure: Failure? = nil, octetsSent: UInt64 = 0) {
        self.outcomes = outcomes
        self.failure = failure
        self.octetsSent = octetsSent
    }
}
