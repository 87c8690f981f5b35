internal import Delivery
internal import Mailbox
internal import Network
internal import SMTP
internal import World

/// A message that comes in chunks, between the first BDAT and the last.
struct Chunks {
    let message: any IncomingMessage
    let id: String
    var text: MessageText
    /// When the first one began.
    let start: Instant
}

extension Session {
    /// BDAT: takes a chunk, and with the last one files the message and answers once it is durable. RFC 3030 §2.
    ///
    /// The octets of a chunk are read whatever is wrong with it, so that the session stays in step with a client that
    /// does not wait for answers.
    mutating func bdat(_ command: Command.Bdat) async throws(Ending) -> [Reply] {
        let limit = UInt64(clamping: configuration.sizeLimit + configuration.messageDiscardLimit)
        guard command.size <= limit else { throw .goodbye(.tooLarge) }
        let size = Int(command.size)
        guard let envelope else { return try await skip(size, hello == nil ? .sayHello : .noTransaction) }
        guard !envelope.recipients.isEmpty else { return try await skip(size, noRecipients) }
        if let failure = await beginChunks(of: envelope) {
            self.envelope = nil
            return try await skip(size, failure)
        }
        guard var current = chunks else { return try await skip(size, .localError) }
        // Its octets are appended to in one place only.
        chunks?.text.piece = []
        do throws(Ending) {
            try await take(size, isLast: command.isLast, into: &current)
        } catch {
            await abandonChunks()
            throw error
        }
        return await took(current, of: envelope, isLast: command.isLast, Reply(250, "2.0.0", "\(size) octets received"))
    }

    /// Answers a part of a message, and files the message with the last. RFC 3030 §2.
    mutating func took(_ current: Chunks, of envelope: Envelope, isLast: Bool, _ reply: Reply) async -> [Reply] {
        if let failure = current.text.failure {
            // What follows of it is refused until the client begins anew. RFC 3030 §2.
            await abandonChunks()
            self.envelope = nil
            return isLast ? answers(failure, to: envelope) : [failure]
        }
        guard isLast else {
            chunks = current
            return [reply]
        }
        self.envelope = nil
        let replies = await file(current.message, current.text, id: current.id, of: envelope)
        await abandonChunks()
        return replies
    }

    /// What was taken in chunks is forgotten, unless it was filed.
    mutating func abandonChunks() async {
        guard let chunks else { return }
        self.chunks = nil
        await chunks.message.discard()
    }

    /// Makes room for a message, unless one is coming already; what is wrong if that fails.
    mutating func beginChunks(of envelope: Envelope) async -> Reply? {
        guard chunks == nil else { return nil }
        do throws(DeliveryError) {
            let message = try await delivery.receive(for: envelope.mail)
            let id = String(door.world.random(), radix: 36)
            let text = MessageText(
                trace: traceField(id: id, of: envelope),
                expected: envelope.size,
                isBinary: envelope.mail.body == .binaryMIME
            )
            chunks = Chunks(message: message, id: id, text: text, start: stream.deadline(after: .zero))
            return nil
        } catch {
            return refusal(error)
        }
    }

    /// Reads a chunk. Once something is wrong with the message, its octets are read and not kept.
    private mutating func take(_ size: Int, isLast: Bool, into chunks: inout Chunks) async throws(Ending) {
        var missing = size
        let consumed = chunks.text.size
        while missing > 0 {
            let count = try await piece(of: missing, since: chunks.start, consumed: consumed + size - missing)
            if chunks.text.failure == nil {
                stream.withInput { chunks.text.push(chunk: $0.extracting(0..<count)) }
                chunks.text.failure = chunks.text.fault(sizeLimit: configuration.sizeLimit)
            }
            stream.consume(count)
            missing -= count
            if chunks.text.failure != nil {
                chunks.text.piece = []
            } else if chunks.text.piece.count >= Session.pieceSize {
                await push(&chunks.text, to: chunks.message)
            }
        }
        if isLast { await end(&chunks) }
    }

    /// The last part of the message has come.
    func end(_ chunks: inout Chunks) async {
        guard chunks.text.failure == nil else { return }
        chunks.text.endChunks()
        chunks.text.failure = chunks.text.fault(sizeLimit: configuration.sizeLimit)
        if chunks.text.failure == nil { await push(&chunks.text, to: chunks.message) }
    }

    /// Reads the octets of a chunk that has no place, and refuses it. A client that sent several ahead made one mistake.
    private func skip(_ size: Int, _ reply: Reply) async throws(Ending) -> [Reply] {
        let start = stream.deadline(after: .zero)
        var missing = size
        while missing > 0 {
            let count = try await piece(of: missing, since: start, consumed: size - missing)
            stream.consume(count)
            missing -= count
        }
        return [reply]
    }

    /// Waits until octets of a chunk are there, of which `missing` have not been taken; how many there are.
    private func piece(of missing: Int, since start: Instant, consumed: Int) async throws(Ending) -> Int {
        if stream.available == 0 {
            let deadline = dataDeadline(since: start, consumed: consumed)
            guard try await fill(by: deadline, mayStop: false) else { throw .lost(.closed) }
        }
        return min(missing, stream.available)
    }
}
