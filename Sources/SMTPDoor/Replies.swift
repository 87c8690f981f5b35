internal import Delivery
internal import SMTP

/// Replies that more than one place gives, or that are given often.
extension Reply {
    static let ok = Reply(250, "2.0.0", "OK")
    static let senderOK = Reply(250, "2.1.0", "Sender OK")
    static let recipientOK = Reply(250, "2.1.5", "Recipient OK")

    static let sayHello = Reply(503, "5.5.1", "Say EHLO first")
    static let noTransaction = Reply(503, "5.5.1", "Say MAIL first")
    static let inTransaction = Reply(503, "5.5.1", "Not in the middle of a mail transaction")

    static let noRecipients = Reply(554, "5.5.1", "No valid recipients")
    static let noRecipientsYet = Reply(503, "5.5.1", "No valid recipients")
    static let goAhead = Reply(354, nil, "Go ahead; end with CRLF.CRLF")
    static let inChunks = Reply(503, "5.5.1", "The message has begun; BDAT or RSET")

    static let binaryNeedsChunks = Reply(503, "5.5.1", "BINARYMIME comes with BDAT")
    /// RFC 6531 §3.5.
    static let asciiRecipient = Reply(553, "5.6.7", "Say SMTPUTF8 at MAIL for such a recipient")

    static let timeout = Reply(421, "4.4.2", "Timed out")
    static let stopping = Reply(421, "4.3.2", "The server is stopping; try again soon")
    static let tooManyErrors = Reply(421, "4.7.0", "Too many errors")
    static let tooManyCommands = Reply(421, "4.7.0", "Too many commands without a message")
    static let tooManyTransactions = Reply(421, "4.7.0", "Enough messages for one session; connect again")
    static let notTLS = Reply(421, "4.7.0", "TLS begins with STARTTLS on this port")
    static let notHTTP = Reply(421, "4.7.0", "This is SMTP, not HTTP")
    static let lineTooLong = Reply(500, "5.5.6", "Line too long")

    static let tooLarge = Reply(552, "5.3.4", "Message too large")
    static let localError = Reply(451, "4.3.0", "Local error; try again later")

    /// What the peer is told when mail was not taken. A cause stays here.
    init(_ error: DeliveryError) {
        self =
            switch error {
            case .unknownRecipient: Reply(550, "5.1.1", "No such address here")
            case .notLocal: Reply(550, "5.7.1", "Relaying denied: only mail for this server's own domains is taken")
            case .overQuota: Reply(452, "4.2.2", "Mailbox full")
            case .tooLarge: .tooLarge
            case .tooLargeForRecipient: Reply(552, "5.2.3", "Message too large for this recipient")
            case .loop: Reply(554, "5.4.6", "Message refused: this mailbox had it before, it goes round in a loop")
            case .store: .localError
            }
    }
}
