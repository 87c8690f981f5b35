internal import Delivery
internal import Directory
internal import Network
internal import SMTP
internal import World

extension Session {
    /// RCPT: whoever gets no mail here is refused now, so that no bounce is ever sent to a forged sender.
    /// RFC 5321 §4.1.1.3, §3.6.2.
    mutating func rcpt(_ command: Command.Rcpt) async throws(Ending) -> Reply {
        guard let count = envelope?.recipients.count else { return .noTransaction }
        guard chunks == nil else { return try countError(.inChunks) }
        guard count < configuration.recipientLimit else { return Reply(452, "4.5.3", "Too many recipients") }
        guard envelope?.mail.smtpUTF8 == true || command.forwardPath.isASCII else { return .asciiRecipient }
        if let reply = try await admitRecipient(command.forwardPath) { return reply }
        let recipient: Recipient
        do throws(DeliveryError) {
            recipient = try await self.recipient(command)
        } catch {
            if case .store(let cause) = error { door.log(.error, "smtp.store.failed", [("cause", "\(cause)")]) }
            return try refuse(try await countFailure(error, Reply(error)))
        }
        if let reply = try await admitTriplet(command.forwardPath) { return reply }
        envelope?.recipients.append(recipient)
        envelope?.onlyRecipient = count == 0 ? command.forwardPath : nil
        // A server that has mail for someone here is no stranger.
        if configuration.role != .submission { stream.didAuthenticate() }
        return .recipientOK
    }

    /// Whom the command means, if there is room for the message.
    private func recipient(_ command: Command.Rcpt) async throws(DeliveryError) -> Recipient {
        var recipient = try await delivery.recipient(address(of: command.forwardPath))
        recipient.given = "\(command.forwardPath)"
        recipient.notify = command.notify
        recipient.originalRecipient = command.originalRecipient
        try await delivery.checkRoom(for: recipient, size: Int(clamping: envelope?.size ?? 0))
        return recipient
    }

    /// Counts a refused recipient, and gives up on a peer that guesses too many.
    private mutating func refuse(_ reply: Reply) throws(Ending) -> Reply {
        refusedRecipients += 1
        guard refusedRecipients <= configuration.refusedRecipientLimit else {
            stream.write { reply.encode(into: &$0) }
            throw .goodbye(.tooManyErrors)
        }
        return reply
    }

    /// An address literal is no domain of ours; it is asked for with its brackets, and is not found.
    private func address(of path: ForwardPath) -> MailAddress {
        switch path {
        case .postmaster:
            configuration.postmaster ?? MailAddress(localPart: "postmaster", domain: configuration.hostname)
        case .path(let path): MailAddress(localPart: path.localPart, domain: path.host.description)
        }
    }
}

extension ForwardPath {
    fileprivate var isASCII: Bool { description.utf8.allSatisfy { $0 < 0x80 } }
}
