internal import IMAP
internal import Mailbox
internal import Network
internal import Octets
internal import World

extension Session {
    /// APPEND: the message goes into the mailbox in pieces as it arrives. RFC 3501 §6.3.11; LITERAL+ RFC 7888;
    /// APPENDUID RFC 4315 §3.
    ///
    /// Everything that can be refused is refused before the client is asked for the message. One that is sent unasked
    /// is skipped, so that the next command is found.
    func append(_ request: AppendRequest, _ mailbox: any Mailbox) async throws -> Completion {
        let target: Place
        let flags: (flags: Flags, keywords: [Keyword])
        do {
            guard request.size <= limits.messageOctets else { throw MailboxError.tooLarge }
            flags = try request.flags.checked()
            target = try await place(request.mailbox, orElse: .tryCreate)
            try await target.mailbox.require(.insert, in: target.folder.id)
        } catch {
            guard !request.isSynchronising else { throw error }
            throw try await passOver(request.size, error)
        }
        if request.isSynchronising {
            stream.write { output in Response.continuation("Ready for the message", into: &output) }
        }
        let message: any IncomingMessage
        do {
            message = try await house.mailboxes.receive()
        } catch {
            throw try await passOver(request.size, error)
        }
        do {
            try await receive(request.size, into: message)
            let new = NewMessage(
                message,
                flags: flags.flags,
                keywords: flags.keywords,
                date: request.date.map { Timestamp(milliseconds: $0.secondsSince1970 * 1000) }
            )
            let appended = try await target.mailbox.append([new], to: target.folder.id, replacing: nil)
            await message.discard()
            return Completion(
                "Appended",
                code: .appendUIDs(uidValidity: appended.uidValidity, appended.uids.ranges)
            )
        } catch {
            await message.discard()
            throw error
        }
    }

    /// Takes the literal's octets and the end of the line. If the mailbox gives up on the way, the rest is skipped.
    private func receive(_ size: Int, into message: any IncomingMessage) async throws {
        var left = size
        var failure: (any Error)?
        // What comes after a failure is skipped: that may take no longer than `passOver` may.
        var skipDeadline = transferDeadline
        while left > 0 {
            let piece = try await nextPiece(atMost: left, by: failure == nil ? transferDeadline : skipDeadline)
            left -= piece.count
            guard failure == nil else { continue }
            do throws(MailboxError) { try await message.push(piece) } catch {
                failure = error
                skipDeadline = transferDeadline
                if left > limits.skippedMessageOctets {
                    var refusal = Refusal(error)
                    refusal.kind = .closing
                    throw refusal
                }
            }
        }
        try await endOfLine()
        if let failure { throw failure }
        try await message.finish()
    }

    /// Skips a literal that nobody wants, and the end of the line; returns what the client is told.
    ///
    /// That is worth it for so many octets and so much time only: who sends more is told why, and the session closes, as
    /// RFC 7888 §4 allows.
    private func passOver(_ size: Int, _ error: any Error) async throws -> any Error {
        guard size <= limits.skippedMessageOctets else {
            var refusal = asRefusal(error)
            refusal.kind = .closing
            return refusal
        }
        let deadline = transferDeadline
        var left = size
        while left > 0 { left -= try await nextPiece(atMost: left, by: deadline).count }
        try await endOfLine()
        return error
    }

    /// At least one octet of what arrives.
    private func nextPiece(atMost count: Int, by deadline: Instant) async throws(TransportError) -> [UInt8] {
        if stream.available == 0 {
            guard try await stream.fill(by: deadline) else { throw .closed }
        }
        let piece = stream.withInput { input in input.extracting(0..<min(count, input.count)).toArray() }
        stream.consume(piece.count)
        return piece
    }

    /// CRLF, which ends the command behind its literal.
    private func endOfLine() async throws {
        while stream.available < 2 {
            guard try await stream.fill(by: transferDeadline) else { throw TransportError.closed }
        }
        let isEnd = stream.withInput { input in input[0] == .carriageReturn && input[1] == .lineFeed }
        guard isEnd else { throw Refusal(kind: .closing, text: "Expected CRLF after the message") }
        stream.consume(2)
    }
}
