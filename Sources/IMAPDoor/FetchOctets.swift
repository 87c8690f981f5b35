internal import IMAP
internal import MIME
internal import Mailbox
internal import Network
internal import Octets
internal import World

// Octets of messages on their way to the client: exactly those received, in pieces. RFC 3501 §6.4.5.

extension Session {
    /// The octets of a section, as a literal; NIL if the message has no such part.
    func tell(
        _ attribute: FetchAttribute,
        _ section: MIME.Section,
        _ data: MessageData,
        _ mailbox: any Mailbox,
        _ response: inout FetchResponse
    ) async throws {
        guard let whole = data.range(of: section) else {
            return stream.write { output in response.missing(attribute, into: &output) }
        }
        guard let fields = attribute.fields else {
            return try await tell(attribute, whole.narrowed(to: attribute.partial), of: data, mailbox, &response)
        }
        let header = try await octets(whole, of: data, mailbox)
        let subset = HeaderFields.subset(of: header.span, names: fields.names, not: fields.isNot)
        let range = (0..<subset.count).narrowed(to: attribute.partial)
        stream.write { output in
            response.literalHeader(range.count, of: attribute, into: &output)
            output.append(contentsOf: subset[range])
        }
    }

    /// A literal of those octets. Memory does not grow with them: a message that is not in a row goes in pieces.
    private func tell(
        _ attribute: FetchAttribute,
        _ range: Range<Int>,
        of data: MessageData,
        _ mailbox: any Mailbox,
        _ response: inout FetchResponse
    ) async throws {
        if let octets = data.octets {
            let range = range.clamped(to: 0..<octets.count)
            return stream.write { output in
                response.literalHeader(range.count, of: attribute, into: &output)
                if range.count == octets.count {
                    output.append(contentsOf: octets)
                } else {
                    output.append(contentsOf: octets[range])
                }
            }
        }
        stream.write { output in response.literalHeader(range.count, of: attribute, into: &output) }
        var next = range.lowerBound
        while next < range.upperBound {
            let piece = try await piece(next..<min(next + Session.piece, range.upperBound), of: data, mailbox)
            next += piece.count
            stream.write(piece)
            try await stream.drain(by: transferDeadline)
        }
    }

    /// Some octets of a message that the client is being told of. If they are gone the connection is closed: an answer
    /// that has begun cannot be taken back.
    func piece(
        _ range: Range<Int>,
        of data: MessageData,
        _ mailbox: any Mailbox
    ) async throws(TransportError) -> [UInt8] {
        do throws(MailboxError) {
            return try await whole(range, of: data, mailbox)
        } catch {
            throw cut(mailbox, error)
        }
    }

    /// Octets of a message as a whole, for an answer that has begun: for headers.
    func octets(
        _ range: Range<Int>,
        of data: MessageData,
        _ mailbox: any Mailbox
    ) async throws(TransportError) -> [UInt8] {
        do throws(MailboxError) {
            return try await whole(range, of: data, mailbox)
        } catch {
            throw cut(mailbox, error)
        }
    }

    private func cut(_ mailbox: any Mailbox, _ error: MailboxError) -> TransportError {
        house.log(.error, "imap.cut", [("account", "\(mailbox.account)"), ("cause", "\(error)")])
        return .closed
    }

    /// Octets of a message as a whole, before anything is said of it; throws `expunged` if they are gone.
    func whole(
        _ range: Range<Int>,
        of data: MessageData,
        _ mailbox: any Mailbox
    ) async throws(MailboxError) -> [UInt8] {
        if let octets = data.octets { return Array(octets[range.clamped(to: 0..<octets.count)]) }
        var octets: [UInt8] = []
        while octets.count < range.count {
            let start = range.lowerBound + octets.count
            let piece = try await mailbox.octets(of: data, start..<min(start + Session.piece, range.upperBound))
            guard !piece.isEmpty else { throw .expunged }
            octets += piece
        }
        return octets
    }

    /// Octets that are read at a time of a message that is not in a row.
    static let piece = 256 << 10
}

extension MessageData {
    /// Where a section is; nil if there is none.
    func range(of section: MIME.Section) -> Range<Int>? {
        let size = Int(entry.size)
        if section.path.isEmpty, section.kind == .all { return 0..<size }
        return summary?.structure.range(of: section)?.clamped(to: 0..<size)
    }
}

extension Range<Int> {
    /// As much of it as `partial` asks for; beyond the end there is nothing. RFC 3501 §6.4.5.
    func narrowed(to partial: Partial?) -> Range<Int> {
        guard let partial else { return self }
        let start = lowerBound + Swift.min(Int(clamping: partial.offset), count)
        return start..<start + Swift.min(Int(clamping: partial.count), upperBound - start)
    }
}
