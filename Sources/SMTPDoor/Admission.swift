internal import Admission
internal import Delivery
internal import Network
internal import SMTP
internal import World

/// Where a session asks whether the peer may go on: another server the gatekeeper, and someone who signed in the rules
/// for sending. Without them everybody may.
extension Session {
    /// Says to a visitor what it is refused for; nil if it is not.
    func tell(_ refusal: Refusal?) throws(Ending) -> Reply? {
        guard let refusal else { return nil }
        visitor?.report(refusal)
        guard !refusal.closes else { throw .goodbye(refusal.reply) }
        return refusal.reply
    }

    /// Asks about one more line; what is to be said instead of an answer to it.
    mutating func admitCommand() throws(Ending) -> Reply? {
        if let account, let sending = door.sending {
            let isNew = !isCounted
            isCounted = true
            if sending.admit(\.commands, of: account) != nil
                || isNew && sending.admit(\.connections, of: account) != nil
            {
                throw .goodbye(Reply(421, "4.7.0", "This account does too much in too short a time; try again later"))
            }
        }
        return try tell(visitor?.command())
    }

    /// Asks about a message from `sender`; what is to be said instead of OK.
    mutating func admitMessage(from sender: ReversePath) async throws(Ending) -> Reply? {
        guard let hello = told?.hello ?? hello?.name else { return nil }
        return try tell(await visitor?.mail(from: sender, hello: hello))
    }

    /// Begins to count the message of someone who signed in; why they may not send it.
    func beginSending() async -> Result<SendingTicket?, SendingRefusal> {
        guard let account, let sending = door.sending else { return .success(nil) }
        return await sending.begin(for: account, from: stream.peer.network).map { $0 }
    }

    /// Asks about one more recipient, whoever that is; what is to be said instead of OK.
    func admitRecipient(_ path: ForwardPath) async throws(Ending) -> Reply? {
        if let reply = try tell(visitor?.recipient(isPostmaster: path.isPostmaster)) { return reply }
        return await envelope?.ticket?.addRecipient()?.reply
    }

    /// A recipient is not taken: counts it with those of the peer's neighbours, or of the account; what is said.
    func countFailure(_ error: DeliveryError, _ reply: Reply) async throws(Ending) -> Reply {
        guard case .unknownRecipient = error else {
            envelope?.ticket?.recipientDeferred()
            return reply
        }
        await envelope?.ticket?.recipientFailed()
        guard let refusal = await visitor?.unknownRecipient(reply), refusal.closes else { return reply }
        return try tell(refusal) ?? reply
    }

    /// Asks whether the peer has to come again for a recipient who exists; what is to be said instead of OK.
    func admitTriplet(_ path: ForwardPath) async throws(Ending) -> Reply? {
        guard let visitor, let sender = envelope?.reversePath else { return nil }
        return try tell(
            await visitor.greylisted(from: sender, to: path.description, isPostmaster: path.isPostmaster)
        )
    }

    /// Completes the header of what someone who signed in sends, once it is there. False while more has to come.
    func completeHeader(of text: inout MessageText) async -> Bool {
        guard let account, let sending = door.sending else { return true }
        guard text.header.isComplete || text.isComplete || text.piece.count - text.traceLength > sending.headerLimit
        else { return false }
        let trace = text.piece.prefix(text.traceLength)
        do throws(SendingRefusal) {
            let octets = Array(text.piece.dropFirst(text.traceLength))
            let hostname = configuration.hostname
            text.piece = try await trace + sending.complete(octets, from: account, hostname: hostname)
        } catch {
            text.failure = error.reply
            text.piece = []
        }
        return true
    }
}

extension ForwardPath {
    /// Whether it is the one address of every domain to which anybody may write. RFC 5321 §4.5.1.
    fileprivate var isPostmaster: Bool {
        switch self {
        case .postmaster: true
        case .path(let path): path.localPart.lowercased() == "postmaster"
        }
    }
}
