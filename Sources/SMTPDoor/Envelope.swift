internal import Admission
internal import Delivery
internal import SMTP

/// A mail transaction: from MAIL to the end of the text. RFC 5321 §3.3.
struct Envelope {
    /// What is handed on of it.
    var mail: MailEnvelope
    /// Octets that the client said it would send.
    var size: UInt64?
    /// The recipient as the client wrote it, as long as there is one only: for the trace field.
    var onlyRecipient: ForwardPath?
    /// Counts the recipients of someone who signed in. Dropped with the transaction, it gives back what was not used.
    var ticket: SendingTicket?

    init(_ mail: MailEnvelope, size: UInt64? = nil) {
        self.mail = mail
        self.size = size
    }

    /// Who is told if it cannot be delivered.
    var reversePath: ReversePath { mail.reversePath }
    /// Who gets it; the same one may be in it twice.
    var recipients: [Recipient] {
        get { mail.recipients }
        set { mail.recipients = newValue }
    }

    /// What is known when the text has come.
    func finished(_ text: MessageText) -> MailEnvelope {
        var mail = mail
        mail.size = text.size
        mail.digest = text.digest
        return mail
    }
}
