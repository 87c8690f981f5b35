internal import Network
internal import Queue
internal import Returns
internal import SMTP
internal import SMTPClient

extension FailureKind {
    /// The kind that a temporary refusal is.
    init(_ reason: Classification.Reason) {
        self =
            switch reason {
            case .connection: .connect
            case .dns: .lookup
            case .tls: .security
            case .rateLimited: .rateLimited
            case .greylisted: .greylisted
            case .mailboxFull: .mailboxFull
            case .spam, .reputation, .authentication, .content, .senderRefused, .notAllowed, .relayingDenied: .policy
            default: .other
            }
    }
}

extension Queue.Bounce {
    /// The kind that a permanent refusal is.
    init(_ group: Classification.Group) {
        self =
            switch group {
            case .hard: .hard
            case .soft: .soft
            case .policy: .policy
            }
    }
}

extension Queue.Outcome {
    /// Whether all mail of the destination waits.
    var isOfDestination: Bool { if case .deferred(let kind, _, _) = self { kind.isOfDestination } else { false } }

    /// What a server's refusal is to the queue. An address that is paced goes slower by itself; without that, it is the
    /// destination that waits.
    init(refused reply: Reply, isPaced: Bool = false) {
        let meaning = Classification(reply)
        let status = "\(meaning.status)"
        let kind = FailureKind(meaning.reason)
        self =
            meaning.isTransient
            ? .deferred(isPaced && kind == .rateLimited ? .slowed : kind, reply: reply.summary, status: status)
            : .failed(Queue.Bounce(meaning.group), reply: reply.summary, status: status)
    }

    /// What a broken conversation is to the queue.
    init(_ failure: Failure) {
        switch failure.cause {
        case .refused(let reply):
            let meaning = Classification(reply)
            let status = "\(meaning.status)"
            // Whole servers come back to their senses more often than single refusals do: nothing fails at once.
            let kind = meaning.reason == .rateLimited ? FailureKind.rateLimited : .connect
            self = .deferred(kind, reply: reply.summary, status: status)
        case .tls:
            self = .deferred(.security, reply: failure.text, status: "4.7.10")
        case .content:
            self = .deferred(.local, reply: failure.text, status: "4.3.0")
        case .cancelled:
            self = .deferred(.local, reply: failure.text, status: "4.3.2")
        case .closed, .timeout, .nonsense, .system, .notOffered:
            // No answer from the host, or a bad connection. RFC 3463 §3.5.
            let status = failure.stage == .connect ? "4.4.1" : "4.4.2"
            self = .deferred(.connect, reply: failure.text, status: status)
        }
    }
}

extension Failure {
    /// What happened, in a few words for people.
    var text: String {
        let place =
            switch stage {
            case .connect: "while connecting"
            case .greeting: "while waiting for the greeting"
            case .handshake, .startTLS: "while starting TLS"
            case .end: "after the message was sent, before its reply"
            case .message: "while the message was sent"
            default: "at \(stage.rawValue)"
            }
        switch cause {
        case .refused(let reply): return reply.summary
        case .closed: return "the connection was closed \(place)"
        case .timeout: return "no answer in time \(place)"
        case .tls(let problem): return "no secure connection: \(problem.text)"
        case .nonsense: return "an answer that makes no sense \(place)"
        case .system(let code): return "\(TransportError.system(code).reason.lowercased()) \(place)"
        case .notOffered(let what): return "the server does not offer \(what)"
        case .content: return "the message cannot be read at the moment"
        case .cancelled: return "this server was stopped \(place)"
        }
    }
}

extension TLSProblem {
    /// What is wrong, in a few words for people.
    var text: String {
        switch self {
        case .notOffered: "the server does not offer STARTTLS"
        case .refused(let reply): "STARTTLS was refused: \(reply.summary)"
        case .certificate(let problem):
            switch problem.kind {
            case .expired: "the server's certificate is not valid any more"
            case .hostMismatch: "the server's certificate is for another name"
            case .notTrusted: "the server's certificate is not one that is trusted"
            case .noTLSAMatch: "the server's certificate is not the one that DNS promises"
            }
        case .injected: "octets came in the clear before the handshake"
        case .handshake: "the TLS handshake failed"
        }
    }
}

extension Router.Problem {
    /// What it is to the queue.
    var outcome: Queue.Outcome {
        switch self {
        case .temporary(let text): .deferred(.lookup, reply: text, status: "4.4.3")
        case .noSuchDomain: .failed(.hard, reply: "the domain does not exist, or has no mail server", status: "5.1.2")
        case .noMail: .failed(.hard, reply: "the domain says that it takes no mail", status: "5.1.10")
        case .loop: .failed(.soft, reply: "mail for the domain would come back to this server", status: "5.4.6")
        }
    }
}
