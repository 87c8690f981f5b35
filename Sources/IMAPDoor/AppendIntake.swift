internal import IMAP
internal import MIME
internal import Mailbox
internal import Network
internal import Octets
internal import World

/// Takes in the messages of one APPEND or REPLACE as they come, in pieces. RFC 3502, RFC 4469, RFC 4466 §3.
///
///     parser ──event──▶ begin · catenate · receive · end ──▶ arrived ──▶ one commit
///                │ anything is refused
///                ▼
///     passOver: the rest of the command is read and forgotten, as far as that is worth it
///
/// 1. All that can be refused before a message's octets come is refused then: a client that waits is not asked for them.
/// 2. Whatever goes wrong, the next command is found behind this one, or the session ends.
/// 3. All messages are filed in one commit, or none of them.
///
/// A class, since what it holds outlives the error that ends it.
final class AppendIntake {
    /// Where the messages go.
    struct Destination {
        let place: Place
        /// What goes in the same commit. RFC 8508.
        var replaced: MessagePlace?
    }

    /// Octets that the client announced.
    private struct Announced {
        var left: Int
        /// Whether they come: nobody waits to be asked for them, or they were asked for.
        var areComing: Bool
    }

    /// Messages all of whose octets arrived, in the order in which they came.
    private var arrived: [NewMessage] = []
    private let session: Session
    private var parser: AppendParser?
    private var events: [AppendEvent]
    private var nextEvent = 0
    private var announced: Announced?
    /// The message that is coming.
    private var current: NewMessage?
    /// Whether it is put together from parts.
    private var isCatenated = false
    /// What makes text of its binary parts, if it began with a literal8.
    private var converter: BinaryMessageConverter?
    /// Octets of the messages that arrived.
    private var octets = 0
    /// When reading what nobody wants ends; nil while it is wanted.
    private var passingOver: Instant?

    init(_ request: AppendRequest, of command: Command, _ session: Session) {
        self.session = session
        let tagged = TaggedCommand(tag: session.tag, command: command)
        parser = AppendParser(after: tagged, limits: session.parser.limits, options: session.parser.options)
        events = request.events
        if let literal = request.literal {
            announced = Announced(left: literal.size, areComing: !literal.isSynchronising)
        }
    }

    private var stream: Stream { session.stream }
    private var limits: IMAPDoor.Limits { session.limits }

    // MARK: What is wanted

    /// Takes in everything up to the end of the command, and files it where `destination` says, which is asked first.
    func file(in destination: () async throws -> Destination) async throws -> Appended {
        let target: Destination
        do {
            target = try await destination()
            try await takeIn()
        } catch {
            throw try await passOver(error)
        }
        do throws(MailboxError) {
            let mailbox = target.place.mailbox
            let appended = try await mailbox.append(arrived, to: target.place.folder.id, replacing: target.replaced)
            await discard()
            return appended
        } catch {
            await discard()
            throw error
        }
    }

    private func takeIn() async throws {
        while let event = try await next() {
            switch event {
            case .message(let message): try await begin(message)
            case .url(let url): try await catenate(url)
            case .octets(let literal): try await receive(literal)
            case .messageEnd: try await end()
            }
        }
    }

    private func begin(_ message: AppendMessage) async throws {
        guard arrived.count < limits.appendedMessages else {
            throw Refusal.no(.limit, "At most \(limits.appendedMessages) messages at a time")
        }
        let flags = try message.flags.checked()
        isCatenated = message.isCatenated
        current = NewMessage(
            try await session.house.mailboxes.receive(),
            flags: flags.flags,
            keywords: flags.keywords,
            date: message.date.map { Timestamp(milliseconds: $0.secondsSince1970 * 1000) }
        )
    }

    /// It is how a client gives up. RFC 3502 §6.3.11.
    private static let isEmpty = Refusal.no(.cannot, "A message is not empty")

    private func receive(_ literal: AppendLiteral) async throws {
        guard let current, var rest = announced else { preconditionFailure("octets belong to a message") }
        if literal.isBinary, current.message.size == 0, converter == nil { converter = BinaryMessageConverter() }
        try require(literal.size)
        guard literal.size > 0 || isCatenated else { throw AppendIntake.isEmpty }
        guard !literal.isUTF8 || session.enabled.hasUTF8 else {
            throw Refusal.no(.cannot, "ENABLE UTF8=ACCEPT comes first")
        }
        if literal.isSynchronising {
            stream.write { output in Response.continuation("Ready for the message", into: &output) }
            rest.areComing = true
            announced = rest
        }
        while rest.left > 0 {
            let piece = try await piece(atMost: rest.left)
            rest.left -= piece.count
            announced = rest
            // A part that follows others comes too late to be rewritten.
            if literal.isBinary, converter == nil, piece.contains(0) { throw AppendIntake.isUnconvertible }
            try await push(piece)
        }
        announced = nil
    }

    /// Adds octets to the message that is coming.
    ///
    /// Of a literal8 no NUL is left: IMAP could not tell it to all of its clients. RFC 3516 §4.4. In another literal there
    /// should be none (RFC 9051 §9 CHAR8); if there is, it is in somebody's old mail, which is kept as it came, as that
    /// which comes by SMTP is.
    private func push(_ piece: [UInt8]) async throws {
        guard converter != nil else {
            try await current?.message.push(piece)
            return
        }
        var converted: [UInt8] = []
        do throws(BinaryMessageConverter.Unconvertible) {
            try converter?.push(piece.span, into: &converted)
        } catch {
            throw AppendIntake.isUnconvertible
        }
        if !converted.isEmpty { try await current?.message.push(converted) }
    }

    private static let isUnconvertible = Refusal.no(.unknownTransferEncoding, "NUL outside of a binary part")

    /// CATENATE: what the URL names, as FETCH would tell it. RFC 4469 §3.
    private func catenate(_ url: [UInt8]) async throws {
        guard let current else { preconditionFailure("a URL belongs to a message") }
        let part = try await session.part(named: url)
        try require(part.count)
        // What is stored may have NULs, as mail from elsewhere has, and then so has what it becomes part of.
        let isConverted = converter != nil
        try await part.forEachPiece { piece in
            if isConverted { try await push(piece) } else { try await current.message.push(piece) }
        }
    }

    /// Refuses a message that would become too large by so many octets more, or messages that are too much together.
    private func require(_ count: Int) throws {
        let size = current?.message.size ?? 0
        guard count <= limits.messageOctets - size else { throw MailboxError.tooLarge }
        guard arrived.isEmpty || count <= limits.appendedOctets - octets - size else {
            throw Refusal.no(.limit, "At most \(limits.appendedOctets) octets in several messages")
        }
    }

    private func end() async throws {
        guard let current else { preconditionFailure("only a message ends") }
        try await finishConversion(current)
        guard current.message.size > 0 else { throw AppendIntake.isEmpty }
        try await current.message.finish()
        octets += current.message.size
        arrived.append(current)
        self.current = nil
    }

    private func finishConversion(_ current: NewMessage) async throws {
        guard converter != nil else { return }
        var rest: [UInt8] = []
        do throws(BinaryMessageConverter.Unconvertible) { try converter?.finish(into: &rest) } catch {
            throw AppendIntake.isUnconvertible
        }
        converter = nil
        if !rest.isEmpty { try await current.message.push(rest) }
    }

    /// Forgets everything that was not filed.
    private func discard() async {
        for one in arrived { await one.message.discard() }
        await current?.message.discard()
        arrived = []
        current = nil
        converter = nil
    }

    // MARK: What is not wanted

    /// Reads what is left of the command and forgets it, after `error`; returns what the client is told.
    ///
    /// That is worth it for so many octets and so much time only: who sends more is told why, and the session closes, as
    /// RFC 7888 §4 allows.
    private func passOver(_ error: any Error) async throws -> any Error {
        await discard()
        if error is TransportError { throw error }
        passingOver = session.transferDeadline
        var left = limits.skippedMessageOctets
        do {
            repeat {
                guard var rest = announced else { continue }
                // A client that waits to be asked hears the answer instead.
                guard rest.areComing else { return error }
                left -= rest.left
                guard left >= 0 else { return closing(error) }
                while rest.left > 0 { rest.left -= try await piece(atMost: rest.left).count }
                announced = nil
            } while try await next() != nil
            return error
        } catch let refusal as Refusal {
            return refusal.kind == .closing ? closing(error) : error
        }
    }

    private func closing(_ error: any Error) -> Refusal {
        var refusal = session.asRefusal(error)
        refusal.kind = .closing
        return refusal
    }

    // MARK: What comes

    /// At least one octet of what arrives.
    private func piece(atMost count: Int) async throws(TransportError) -> [UInt8] {
        if stream.available == 0 { try await fill() }
        let piece = stream.withInput { input in input.extracting(0..<min(count, input.count)).toArray() }
        stream.consume(piece.count)
        return piece
    }

    private func fill() async throws(TransportError) {
        guard try await stream.fill(by: passingOver ?? session.transferDeadline) else { throw .closed }
    }

    /// What comes next in the command; nil at its end.
    private func next() async throws -> AppendEvent? {
        while nextEvent == events.count {
            guard parser != nil else { return nil }
            switch stream.withInput({ input in parser?.parse(input) ?? .needMore }) {
            case .needMore: try await fill()
            case .needLiteral:
                guard passingOver == nil else {
                    // It waits, and hears the answer instead.
                    stream.consume(stream.available)
                    parser = nil
                    return nil
                }
                stream.write { output in Response.continuation(into: &output) }
            case .skip(let consumed): stream.consume(consumed)
            case .events(let events, let consumed):
                stream.consume(consumed)
                self.events = events
                nextEvent = 0
                if case .octets(let literal)? = events.last {
                    announced = Announced(left: literal.size, areComing: !literal.isSynchronising)
                } else {
                    parser = nil
                }
            case .failure(let failure):
                stream.consume(failure.consumed)
                parser = nil
                throw Refusal(failure)
            }
        }
        nextEvent += 1
        return events[nextEvent - 1]
    }
}

extension Refusal {
    /// What the client hears of a command that could not be parsed.
    fileprivate init(_ failure: CommandFailure) {
        self.init(
            kind: failure.mustClose ? .closing : .bad,
            code: failure.code,
            text: (failure.isTooLarge ? "Too long: " : "Expected ") + failure.error.expected
        )
    }
}
