internal import Mailbox
internal import Network
internal import POP3

/// A command that was not carried out: what the client is told, and what only the log is told.
struct Refusal: Error {
    var reply: Reply
    /// Never sent.
    var cause: (any Error)?
    /// Whether the session ends with the reply.
    var closes = false

    /// A refusal whose cause is the client's own.
    init(_ text: String, code: ResponseCode? = nil, closes: Bool = false) {
        reply = .error(code, text)
        self.closes = closes
    }

    /// What every failure of the server's becomes. RFC 3206 §4.
    static func failure(_ cause: any Error) -> Refusal {
        var refusal = Refusal("the server cannot do that now, try again later", code: .systemTemporary)
        refusal.cause = cause
        return refusal
    }

    /// What the client is told of the mailbox's error.
    init(_ error: MailboxError) {
        switch error {
        case .expunged: self.init("the message is no longer there")
        case .noSuchAccount: self.init("the account is gone", code: .systemPermanent)
        default: self = .failure(error)
        }
    }
}

/// What ends a command early.
enum Ending: Error {
    /// The command is answered with an error; the session goes on, unless the refusal says otherwise.
    case refusal(Refusal)
    /// The connection is of no more use.
    case transport(TransportError)
    /// An answer was begun that cannot be completed; only closing tells the client.
    case broken(any Error)
}
