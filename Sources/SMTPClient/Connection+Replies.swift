internal import Network
internal import Octets
internal import SMTP
internal import World

/// Commands one way, replies the other.
extension Connection {
    /// Sends a command and waits for its reply.
    func ask(_ command: Command, at stage: Stage) async throws(Failure) -> Reply {
        try expectSilence(at: stage)
        write(command)
        return try await reply(at: stage)
    }

    /// Adds a command to the output. Returns how many octets it has.
    @discardableResult
    func write(_ command: Command) -> Int {
        var line: [UInt8] = []
        command.encode(into: &line)
        if let transcript = settings.transcript {
            if case .auth(let auth) = command {
                transcript(.sent("AUTH \(auth.mechanism)\(auth.initialResponse == nil ? "" : " (hidden)")"))
            } else {
                transcript(.sent(String(decoding: line.dropLast(2), as: UTF8.self)))
            }
        }
        stream.write(line)
        return line.count
    }

    /// Makes sure that the server waits for this side: what it says now, nobody asked for. It may say that it closes (421)
    /// at any time (RFC 5321 §3.8); everything else would be taken for the answer to what comes next.
    func expectSilence(at stage: Stage) throws(Failure) {
        guard isOpen else { throw Failure(stage, .closed) }
        let isThere: Bool
        do throws(TransportError) { isThere = try stream.takeArrived() } catch { throw Failure(stage, from: error) }
        guard stream.available == 0 else {
            guard let reply = try parse(at: stage) else { throw Failure(stage, .nonsense("half a reply, unasked")) }
            // While the message is on its way the server may have enough of it. RFC 5321 §4.2.5.
            let isRefusal = reply.code == 421 || stage == .message && reply.code >= 400
            throw Failure(stage, isRefusal ? .refused(reply) : .nonsense("unasked: \(reply.text[0])"))
        }
        guard isThere else { throw Failure(stage, .closed) }
    }

    /// Waits for a reply, as long as the stage's time allows for all of it.
    ///
    /// - Throws: also if the reply is 421: the server closes.
    func reply(at stage: Stage) async throws(Failure) -> Reply {
        let deadline = stream.deadline(after: settings.timeouts.time(for: stage))
        var seen = 0
        var lineStart = 0
        while true {
            // Only a whole line, or one that is too long, is worth a look.
            let lineEnd = stream.withInput { $0.lastLineEnd(from: seen) }
            if let lineEnd { lineStart = lineEnd }
            if lineEnd != nil || stream.available - lineStart >= 2 * Limits.replyLine,
                let reply = try parse(at: stage)
            {
                guard reply.code != 421 else { throw Failure(stage, .refused(reply)) }
                return reply
            }
            seen = stream.available
            guard seen < stream.inputLimit else { throw Failure(stage, .nonsense("more than a reply may have")) }
            try await fill(by: deadline, at: stage)
        }
    }

    /// What has arrived, as a reply; nil if more must come.
    func parse(at stage: Stage) throws(Failure) -> Reply? {
        do throws(SyntaxError) {
            let isKeywords = stage == .hello
            guard
                let parsed = try stream.withInput({ (input) throws(SyntaxError) in
                    let parsed = try Reply.parse(input, isEnhanced: !isKeywords)
                    // A refusal has no keywords, and may have an enhanced code.
                    guard let first = parsed, isKeywords, first.reply.code >= 400 else { return parsed }
                    return try Reply.parse(input, isEnhanced: true)
                })
            else { return nil }
            stream.consume(parsed.count)
            if let transcript = settings.transcript {
                for line in parsed.reply.text { transcript(.received(line)) }
            }
            return parsed.reply
        } catch {
            throw Failure(stage, .nonsense("no reply: expected \(error.expected) at octet \(error.offset)"))
        }
    }

    private func fill(by deadline: Instant, at stage: Stage) async throws(Failure) {
        do throws(TransportError) {
            guard try await stream.fill(by: deadline) else { throw .closed }
        } catch {
            // What could not be sent does not matter if the server has said why.
            guard case .closed = error, await hearsMore() else { throw Failure(stage, from: error) }
        }
    }

    /// Whether the server had said something before it closed: a connection that cannot be written to any more may have
    /// something to read.
    func hearsMore() async -> Bool {
        let before = stream.available
        // The loop looks at the socket meanwhile.
        try? await stream.pause()
        _ = try? stream.takeArrived()
        return stream.available > before
    }
}

extension Reply {
    /// Its lines as they are on the wire.
    var text: [String] {
        lines.enumerated().map { index, line in
            "\(code)\(index == lines.count - 1 ? " " : "-")\(enhanced.map { "\($0) " } ?? "")\(line)"
        }
    }
}

extension Span<UInt8> {
    /// One past the last line feed at or behind `start`.
    fileprivate func lastLineEnd(from start: Int) -> Int? {
        var index = count
        while index > start {
            if self[index - 1] == .lineFeed { return index }
            index &-= 1
        }
        return nil
    }
}
