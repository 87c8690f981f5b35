public import Delivery
internal import MIME
public import Queue

/// Notes what became of mail that was delivered here at once, for those who trace it by its Message-ID.
public struct LocalTrace: DeliveryWitness {
    private let queue: MailQueue

    /// Notes it in `queue`.
    public init(queue: MailQueue) { self.queue = queue }

    /// Notes for whom it was filed, and for whom it was not, by reason.
    public func saw(_ notice: DeliveryNotice) async {
        guard let messageID = Header(parsing: notice.header).messageID else { return }
        let envelope = notice.envelope
        let origin = Queue.Envelope.Origin(
            peer: envelope.peer,
            hello: envelope.hello,
            protocol: envelope.protocolName
        )
        var order: [String] = []
        var notes: [String: TraceNote] = [:]
        for (recipient, outcome) in notice.recipients {
            let (kind, text): (TraceEvent.Kind, String) =
                switch outcome {
                case .delivered, .queued: (.filed, "")
                case .failed(let error): (.refused, Queue.Outcome(error).text)
                }
            if notes[text] == nil {
                order.append(text)
                var note = TraceNote(kind, of: .messageID(messageID), recipients: [], text: text)
                (note.origin, note.submitter) = (origin, envelope.submitter)
                notes[text] = note
            }
            notes[text]?.recipients.append(recipient.given)
        }
        await queue.note(order.compactMap { notes[$0] })
    }
}

extension Queue.Outcome {
    /// What was said of it.
    fileprivate var text: String {
        switch self {
        case .delivered(let reply, _), .deferred(_, let reply, _), .failed(_, let reply, _): reply
        case .expanded: ""
        }
    }
}
