internal import Directory
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
            if let refusal = await refusal(of: command.reversePath, for: account) { return refusal }
        } else if command.auth != nil {
            // The parameter belongs to an extension that is not announced. RFC 5321 §4.1.1.11.
            return try countError(Reply(555, "5.5.4", "Parameter not recognized"))
        }
        if let size = command.size, size > UInt64(clamping: configuration.sizeLimit) { return .tooLarge }
        guard mayDo(.message) else { return .tooManyMessages }
        envelope = Envelope(reversePath: command.reversePath, size: command.size)
        return .senderOK
    }

    /// Why `account` may not send as `reversePath`; nil if it may: with an address whose mail goes to it alone, or with
    /// the null path, which its reading receipts need (RFC 8098 §2.1).
    private func refusal(of reversePath: ReversePath, for account: Account) async -> Reply? {
        guard case .path(let path) = reversePath else { return nil }
        if case .domain(let domain) = path.host {
            let address = MailAddress(localPart: path.localPart, domain: domain)
            if address == account.address { return nil }
            do throws(DirectoryError) {
                if case .accounts([account]) = try await door.directory.resolve(address) { return nil }
            } catch {
                door.log(.error, "smtp.directory.failed", [("cause", "\(error)")])
                return .localError
            }
        }
        return Reply(553, "5.7.1", "The sender must be \(account.address), who signed in")
    }
}
