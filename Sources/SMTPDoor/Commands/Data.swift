internal import Admission
internal import Delivery
internal import Mailbox
internal import Network
internal import Octets
internal import SMTP
internal import World

extension Session {
    /// Octets of a message that are gathered before they are handed on.
    static let pieceSize = 64 << 10

    /// DATA: takes the text in pieces, files it, and answers once it is durable. RFC 5321 §4.1.1.4, §6.1.
    mutating func data() async throws(Ending) -> [Reply] {
        guard let envelope, !envelope.recipients.isEmpty else {
            return [try countError(noRecipients)]
        }
        // Once the text began in chunks, it goes on in chunks. RFC 3030 §2.
        guard chunks == nil else { return [try countError(.inChunks)] }
        guard envelope.mail.body != .binaryMIME else { return [try countError(.binaryNeedsChunks)] }
        self.envelope = nil
        let message: any IncomingMessage
        do throws(DeliveryError) {
            message = try await delivery.receive(for: envelope.mail)
        } catch {
            return [refusal(error)]
        }
        stream.write { Reply.goAhead.encode(into: &$0) }
        let replies: [Reply]
        do throws(Ending) {
            replies = try await receive(message, of: envelope)
        } catch {
            await message.discard()
            throw error
        }
        await message.discard()
        return replies
    }

    /// Reads the text to its end, whatever is wrong with it, so that the session stays in step with the client.
    private func receive(_ message: any IncomingMessage, of envelope: Envelope) async throws(Ending) -> [Reply] {
        let id = String(door.world.random(), radix: 36)
        var text = MessageText(trace: traceField(id: id, of: envelope), expected: envelope.size)
        let start = stream.deadline(after: .zero)
        while !text.decoder.isComplete {
            if stream.available == 0 {
                let deadline = dataDeadline(since: start, consumed: text.decoder.consumed)
                guard try await fill(by: deadline, mayStop: false) else { throw .lost(.closed) }
            }
            stream.consume(stream.withInput { text.push($0) })
            if text.failure == nil { text.failure = text.fault(sizeLimit: configuration.sizeLimit) }
            if text.failure != nil {
                text.piece = []
                guard text.decoder.consumed <= configuration.sizeLimit + configuration.messageDiscardLimit else {
                    throw .goodbye(.tooLarge)
                }
            } else if text.decoder.isComplete || text.piece.count >= Session.pieceSize {
                await push(&text, to: message)
            }
        }
        // A sender that does not see this end where it is seen here would have what it sends next taken for commands: what
        // it meant as a message could smuggle another one in.
        if text.decoder.fault != nil { throw .goodbye(.bareLineEnding) }
        if let failure = text.failure { return answers(failure, to: envelope) }
        return await file(message, text, id: id, of: envelope)
    }

    /// Files a message that was taken whole; the answers are those to its last octet. RFC 5321 §6.1.
    func file(
        _ message: any IncomingMessage,
        _ text: MessageText,
        id: String,
        of envelope: Envelope
    ) async -> [Reply] {
        do throws(MailboxError) {
            try await message.finish()
        } catch {
            return answers(refusal(DeliveryError(error)), to: envelope)
        }
        let mail = envelope.finished(text)
        let outcomes = await delivery.deliver(message, mail)
        let replies = await answers(outcomes, to: message, mail, id: id)
        guard replies.contains(where: { $0.code == 250 }) else { return replies }
        await envelope.ticket?.use()
        door.log(
            .info,
            "smtp.accepted",
            [("peer", "\(stream.peer)"), ("id", id), ("from", "\(envelope.reversePath)"), ("size", "\(text.size)")]
        )
        return replies
    }

    /// The next moment by which more must have come: soon, and the whole not slower than the least rate.
    func dataDeadline(since start: Instant, consumed: Int) -> Instant {
        let timeouts = configuration.timeouts
        let pace = start + timeouts.dataGrace + .seconds(consumed / max(1, timeouts.minimumRate))
        return min(stream.deadline(after: timeouts.dataBlock), pace)
    }

    func push(_ text: inout MessageText, to message: any IncomingMessage) async {
        if text.isFirstPiece {
            guard await completeHeader(of: &text) else { return }
            text.isFirstPiece = false
            guard text.failure == nil else { return }
        }
        let piece = text.piece
        text.piece = []
        do throws(MailboxError) {
            try await message.push(piece)
        } catch {
            text.failure = refusal(DeliveryError(error))
        }
    }

    func refusal(_ error: DeliveryError) -> Reply {
        if case .store(let cause) = error {
            door.log(.error, "smtp.store.failed", [("peer", "\(stream.peer)"), ("cause", "\(cause)")])
        }
        return Reply(error)
    }
}
