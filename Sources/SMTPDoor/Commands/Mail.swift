internal import Admission
internal import Delivery
internal import Directory
internal import Network
internal import Octets
internal import SMTP
internal import World

extension Session {
    /// MAIL. RFC 5321 §4.1.1.2, RFC 1870 §6.
    mutating func mail(_ command: Command.Mail) async throws(Ending) -> Reply {
        if configuration.role == .submission {
            guard let account else {
                return try countError(Reply(530, "5.7.0", canSignIn ? "Sign in first" : "Start TLS and sign in first"))
            }
            try await requireStanding()
            if let refusal = await refusal(of: known(command.reversePath), for: account) { return refusal }
        } else if command.auth != nil {
            // The parameter belongs to an extension that is not announced. RFC 5321 §4.1.1.11.
            return try countError(Reply(555, "5.5.4", "Parameter not recognized"))
        }
        if let size = command.size, size > UInt64(clamping: configuration.sizeLimit) { return .tooLarge }
        if let hold = command.hold {
            let now = door.world.now()
            let wait = (hold.end(at: now).milliseconds - now.milliseconds) / 1000
            guard wait <= configuration.holdLimit.components.seconds else { return .heldTooLong }
        }
        if let reply = try await admitMessage(from: known(command.reversePath)) { return reply }
        let ticket = await beginSending()
        if case .failure(let refusal) = ticket { return refusal.reply }
        envelope = Envelope(mailEnvelope(command), size: command.size)
        envelope?.ticket = try? ticket.get()
        return .senderOK
    }

    /// What MAIL says, and who says it.
    private func mailEnvelope(_ command: Command.Mail) -> MailEnvelope {
        var mail = MailEnvelope(reversePath: command.reversePath)
        let now = door.world.now()
        mail.body = command.body ?? .sevenBit
        mail.smtpUTF8 = command.smtpUTF8
        mail.ret = command.ret
        mail.identifier = command.envelopeIdentifier
        mail.requireTLS = command.requireTLS
        mail.priority = command.priority ?? 0
        mail.deliverBy = command.deliverBy.map { DeliveryDeadline($0, at: now) }
        mail.holdUntil = command.hold.map { $0.end(at: now) }
        mail.submitter = account?.number
        mail.author = command.auth
        mail.peer = stream.peer.host
        mail.hello = told?.hello ?? hello?.name ?? ""
        mail.protocolName = protocolName(command.smtpUTF8)
        return mail
    }

    /// The path as directories and the DNS know it: a domain is the same in either of its forms. RFC 6531 §3.7.1.
    private func known(_ reversePath: ReversePath) -> ReversePath {
        guard case .path(var path) = reversePath, case .domain(let domain) = path.host,
            !domain.utf8.allSatisfy({ $0 < 0x80 }), let ascii = configuration.asciiDomain(domain)
        else { return reversePath }
        path.host = .domain(ascii)
        return .path(path)
    }

    /// Why `account` may not send as `reversePath`; nil if it may: with an address whose mail goes to it alone, or with
    /// the null path, which its reading receipts need (RFC 8098 §2.1).
    private func refusal(of reversePath: ReversePath, for account: Account) async -> Reply? {
        guard case .path(let path) = reversePath else { return nil }
        if case .domain(let domain) = path.host {
            let address = MailAddress(localPart: path.localPart, domain: domain)
            if address == account.address { return nil }
            do throws(DirectoryError) {
                if case .accounts(let owners) = try await door.directory.resolve(address), owners.count == 1,
                    owners[0].number == account.number
                {
                    return nil
                }
            } catch {
                door.log(.error, "smtp.directory.failed", [("cause", "\(error)")])
                return .localError
            }
        }
        return Reply(553, "5.7.1", "The sender must be \(account.address), who signed in")
    }
}

extension Reply {
    /// RFC 4865 §4.1.
    fileprivate static let heldTooLong = Reply(501, "5.5.4", "Not kept for that long; see FUTURERELEASE")
}

extension Hold {
    /// The moment that it means, for one who said it at `now`.
    fileprivate func end(at now: Timestamp) -> Timestamp {
        switch self {
        case .seconds(let seconds): Timestamp(milliseconds: now.milliseconds + Int64(seconds) * 1000)
        case .until(let moment): Timestamp(milliseconds: moment.secondsSince1970 * 1000)
        }
    }
}
