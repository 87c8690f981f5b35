internal import Delivery
internal import Mailbox
internal import SMTP

/// What is answered when a message has come: one reply, or with LMTP one for each recipient. RFC 5321 §6.1, RFC 2033 §4.2.
extension Session {
    /// What DATA and BDAT get without a recipient. RFC 2033 §4.2.
    var noRecipients: Reply { configuration.role == .lmtp ? .noRecipientsYet : .noRecipients }

    /// The answers to a message that failed for all.
    func answers(_ failure: Reply, to envelope: Envelope) -> [Reply] {
        Array(repeating: failure, count: configuration.role == .lmtp ? envelope.recipients.count : 1)
    }

    /// The answers to a message, given what became of it for each recipient.
    ///
    /// With one answer for all, of the failures one that passes is told, if there is one: then the client comes again, and
    /// those who have the message do not get it twice. If only failures for good are left, the message was taken, and its
    /// sender is told of them by a message; where nobody can tell, the client tells its sender of a failure for all, which is
    /// too much but hides none.
    func answers(
        _ outcomes: [DeliveryOutcome],
        to message: any IncomingMessage,
        _ envelope: MailEnvelope,
        id: String
    ) async -> [Reply] {
        let accepted = Reply(250, "2.0.0", "Accepted as \(id)")
        guard configuration.role != .lmtp else {
            return outcomes.map { outcome in outcome.error.map { refusal($0) } ?? accepted }
        }
        let errors = outcomes.compactMap(\.error)
        guard let first = errors.first else { return [accepted] }
        if let passing = errors.first(where: \.isTemporary) { return [refusal(passing)] }
        guard errors.count < outcomes.count, await delivery.tellOfFailures(message, envelope, outcomes) else {
            return [refusal(first)]
        }
        return [accepted]
    }
}
