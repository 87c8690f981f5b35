internal import Queue
internal import Returns
internal import SMTP
internal import SMTPClient

/// Why a server was not reached.
enum Unreached: Error {
    case problem(Router.Problem)
    case failure(Failure)
    /// A server does not want more from the address that it was asked from, which goes slower by itself from now on.
    case slowed(Reply)
    /// Mail may not go there. RFC 8461 §5, RFC 7672 §2.1.2, RFC 8689 §4.2.1.
    case insecure(String, isTransient: Bool)

    /// No server of this destination is behind it: that was seen, not only not found out.
    var isNoAddress: Bool { if case .problem(.noSuchDomain) = self { true } else { false } }

    /// A server said at once that it takes no mail from here, and never will. RFC 5321 §3.1, RFC 7504 §3.
    var isNever: Bool {
        guard case .failure(let failure) = self else { return false }
        return failure.isPermanent && (failure.stage == .greeting || failure.stage == .hello)
    }

    /// It is this server itself.
    var isLoop: Bool { if case .problem(.loop) = self { true } else { false } }

    var isSlowed: Bool { if case .slowed = self { true } else { false } }

    /// Mail that goes there later fares no better.
    var isWithoutHope: Bool { if case .insecure(_, false) = self { true } else { isLoop } }

    var outcome: Queue.Outcome {
        switch self {
        // One host of several without an address is no proof that there is no domain.
        case .problem(.noSuchDomain): .deferred(.lookup, reply: "the mail server has no address", status: "4.4.4")
        case .problem(let problem): problem.outcome
        case .failure(let failure): Queue.Outcome(failure)
        case .slowed(let reply):
            .deferred(.slowed, reply: reply.summary, status: "\(Classification(reply).status)")
        case .insecure(let text, true): .deferred(.security, reply: text, status: "4.7.5")
        case .insecure(let text, false): .failed(.policy, reply: text, status: "5.7.30")
        }
    }
}

extension [Unreached] {
    /// What it means that no server took a message, one reason for each that was tried.
    func outcome(isFromDNS: Bool) -> Queue.Outcome {
        if isFromDNS, !isEmpty, allSatisfy(\.isNoAddress) {
            return .failed(.hard, reply: "none of the domain's mail servers has an address", status: "5.4.4")
        }
        if let last = self.last, allSatisfy(\.isNever), case .failure(let failure) = last,
            case .refused(let reply) = failure.cause
        {
            let refused = Queue.Outcome(refused: reply)
            // The address may be good: it is the server that does not want to talk.
            guard case .failed(.hard, let text, let status) = refused else { return refused }
            return .failed(.soft, reply: text, status: status)
        }
        // One that answered is better than those that do not; where others were tried, it is they that are waited for.
        let waited = last(where: \.isSlowed) ?? last { !$0.isWithoutHope } ?? last { !$0.isLoop } ?? last
        return (waited ?? .failure(Failure(.connect, .closed))).outcome
    }
}
