internal import Delivery
internal import SMTP

/// A mail transaction: from MAIL to the end of the text. RFC 5321 §3.3.
struct Envelope {
    /// Who is told if it cannot be delivered.
    var reversePath: ReversePath
    /// Octets that the client said it would send.
    var size: UInt64?
    /// Who gets it; the same one may be in it twice.
    var recipients: [Recipient] = []
    /// The recipient as the client wrote it, as long as there is one only: for the trace field.
    var onlyRecipient: ForwardPath?
}
