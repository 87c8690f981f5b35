internal import Mailbox
internal import Network
internal import POP3

extension Session {
    /// RETR: the octets of a message, exactly those that were stored. RFC 1939 §5.
    ///
    /// A message whose header is UTF-8 beyond ASCII is refused until the client has said UTF8: a surrogate would be
    /// another message, of another size than LIST says, which the client then deletes in place of the real one. The
    /// body does not matter: 8-bit text was sent always. RFC 6856 §2.1, §5.
    func retr(_ maildrop: Maildrop, _ message: Int) async throws(Ending) {
        let index = try existing(message, in: maildrop)
        let data = try await read(index, of: maildrop)
        try await requireUTF8(for: data, in: maildrop)
        send(.ok("\(maildrop.messages[index].size) octets"))
        var stuffer = DotStuffer()
        try await sendOctets(of: data, in: maildrop) { octets, output in
            stuffer.push(octets, into: &output)
            return true
        }
        stream.write { output in stuffer.finish(into: &output) }
        if maildrop.policy.removesRetrieved { maildrop.noteRetrieved(index) }
    }

    /// Refuses a message that only a session in UTF-8 may have.
    func requireUTF8(for data: MessageData, in maildrop: Maildrop) async throws(Ending) {
        guard !takesUTF8, !door.configuration.sendsUTF8Always else { return }
        var header = UTF8Header()
        if let octets = data.octets {
            header.push(octets.span)
        } else {
            let size = Int(data.entry.size)
            var offset = 0
            while offset < size, !header.isDone {
                let end = min(offset + ReadAhead.headerOctets, size)
                let octets: [UInt8]
                do {
                    octets = try await maildrop.mailbox.octets(of: data, offset..<end)
                } catch {
                    throw .refusal(Refusal(error))
                }
                header.push(octets.span)
                offset = end
            }
        }
        if header.isUTF8 { throw .refusal(Refusal("the message has a header in UTF-8, say UTF8 first", code: .utf8)) }
    }

    /// What is stored of a message: the whole if it is kept in a row, else where its octets are.
    func read(_ index: Int, of maildrop: Maildrop) async throws(Ending) -> MessageData {
        if let data = maildrop.ahead.take(index) {
            guard let data else { throw .refusal(Refusal(.expunged)) }
            return data
        }
        let entries = maildrop.ahead.plan(index, in: maildrop)
        do throws(MailboxError) {
            let data = try await maildrop.mailbox.read(entries, .octets)
            guard let first = data.first, let first else { throw MailboxError.expunged }
            maildrop.ahead.keep(data.dropFirst(), after: index)
            return first
        } catch {
            throw .refusal(Refusal(error))
        }
    }

    /// Writes a message, in pieces if it is large, through `transform`, until it returns false or the message ends.
    func sendOctets(
        of data: MessageData,
        in maildrop: Maildrop,
        _ transform: ([UInt8], inout [UInt8]) -> Bool
    ) async throws(Ending) {
        if let octets = data.octets {
            stream.write { output in _ = transform(octets, &output) }
            return
        }
        let size = Int(data.entry.size)
        var offset = 0
        while offset < size {
            let end = min(offset + ReadAhead.pieceOctets, size)
            let octets: [UInt8]
            do {
                octets = try await maildrop.mailbox.octets(of: data, offset..<end)
            } catch {
                // The answer has begun: a terminator now would make a part look like the whole.
                throw .broken(error)
            }
            var goesOn = true
            stream.write { output in goesOn = transform(octets, &output) }
            guard goesOn else { return }
            try await drain()
            offset = end
        }
    }
}
