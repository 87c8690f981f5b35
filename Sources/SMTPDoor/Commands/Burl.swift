internal import Delivery
internal import Directory
internal import Mailbox
internal import Network
internal import SMTP
internal import World

extension Session {
    /// BURL: the next part of the message is what lies at an URL. BDAT may come before it and behind it. RFC 4468 §3.
    mutating func burl(_ command: Command.Burl) async throws(Ending) -> [Reply] {
        guard let urls = door.messageURLs, let account, let envelope else { return [try countError(.noTransaction)] }
        guard !envelope.recipients.isEmpty else { return [.noRecipients] }
        if let failure = await beginChunks(of: envelope) {
            self.envelope = nil
            return [failure]
        }
        guard var current = chunks else { return [.localError] }
        chunks?.text.piece = []
        do throws(MessageURLError) {
            let room = configuration.sizeLimit - current.text.size
            try await urls.read(command.url, for: account.number, limit: room) { octets in
                current.text.push(chunk: octets.span)
                current.text.failure = current.text.fault(sizeLimit: configuration.sizeLimit)
                if current.text.failure == nil, current.text.piece.count >= Session.pieceSize {
                    await push(&current.text, to: current.message)
                }
                return current.text.failure == nil
            }
        } catch {
            current.text.failure = refusal(error)
        }
        if command.isLast { await end(&current) }
        return await took(current, of: envelope, isLast: command.isLast, Reply(250, "2.5.0", "Taken from the URL"))
    }

    private func refusal(_ error: MessageURLError) -> Reply {
        switch error {
        case .notFound: return Reply(554, "5.6.6", "There is nothing for you at that URL")
        // RFC 4468 §3.5 had 5.7.8, which the registry gives to wrong passwords.
        case .notTrusted: return Reply(554, "5.7.14", "Only URLs of this server are read")
        case .tooLarge: return .tooLarge
        case .store(let cause):
            door.log(.error, "smtp.store.failed", [("peer", "\(stream.peer)"), ("cause", "\(cause)")])
            return Reply(451, "4.4.1", "Cannot read the URL now; try again later")
        }
    }
}
