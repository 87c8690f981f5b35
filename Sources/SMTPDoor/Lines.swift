internal import Network
internal import Octets
internal import SMTP
internal import World

/// Reads lines that end with CRLF. Nothing of a line is kept but what it was parsed to.
extension Session {
    /// The next command, or what is wrong with the line; nil when the peer sends no more.
    mutating func nextCommand() async throws(Ending) -> Result<Command, CommandError>? {
        let leniency = configuration.leniency
        let extensions = extensions
        var isHTTP = false
        let line = try await nextLine { (line) throws(CommandError) in
            do throws(CommandError) {
                return try Command(parsing: line, leniency: leniency, extensions: extensions)
            } catch {
                isHTTP = error.kind == .unknownVerb && Session.isRequestLine(line)
                throw error
            }
        }
        // A browser was led here to say SMTP with its request's body: it gets no second line.
        if isHTTP { throw .goodbye(.notHTTP) }
        return line
    }

    /// The next line, without its CRLF, as `parse` has it; nil when the peer sends no more.
    ///
    /// A line that ends with a bare LF is an error of its own (RFC 5321 §2.3.8), so that what follows it is not taken
    /// for part of it.
    mutating func nextLine<Value>(
        _ parse: (Span<UInt8>) throws(CommandError) -> Value
    ) async throws(Ending) -> Result<Value, CommandError>? {
        let deadline = stream.deadline(after: configuration.timeouts.command)
        var searched = 0
        while true {
            if hello == nil, stream.withInput({ Session.isClientHello($0) }) { throw .goodbye(.notTLS) }
            if let end = stream.withInput({ Session.lineFeed(in: $0, from: searched) }) {
                let result: Result<Value, CommandError> = stream.withInput { input in
                    Result { () throws(CommandError) in
                        guard end > 0, input[end - 1] == .carriageReturn else {
                            throw CommandError(.lineEnding, SyntaxError(offset: end, expected: "CRLF"))
                        }
                        return try parse(input.extracting(0..<end - 1))
                    }
                }
                stream.consume(end + 1)
                return result
            }
            searched = stream.available
            guard searched <= Limits.authLine else {
                try await discardLine(by: deadline)
                return .failure(CommandError(.lineTooLong, SyntaxError(offset: 0, expected: "a shorter line")))
            }
            guard try await fill(by: deadline, mayStop: true) else { return nil }
        }
    }

    /// Consumes the line that has begun, to its end; closes if that is too far away.
    private func discardLine(by deadline: Instant) async throws(Ending) {
        var discarded = 0
        while true {
            if let end = stream.withInput({ Session.lineFeed(in: $0, from: 0) }) { return stream.consume(end + 1) }
            discarded += stream.available
            stream.consume(stream.available)
            guard discarded <= configuration.discardLimit else { throw .goodbye(.lineTooLong) }
            guard try await fill(by: deadline, mayStop: true) else { throw .lost(.closed) }
        }
    }

    private static func lineFeed(in octets: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < octets.count {
            if octets[index] == .lineFeed { return index }
            index &+= 1
        }
        return nil
    }

    /// Whether a TLS handshake begins, from a client that was told the wrong port: both would wait for each other.
    private static func isClientHello(_ octets: Span<UInt8>) -> Bool {
        octets.count > 1 && octets[0] == 0x16 && octets[1] == 0x03
    }

    /// Whether a line is an HTTP request's first: a method and a space.
    private static func isRequestLine(_ line: Span<UInt8>) -> Bool {
        var cursor = Cursor(over: line)
        let word = line.extracting(cursor.run(of: .alpha, in: line))
        guard cursor.take(.space, in: line) else { return false }
        for method: StaticString in [
            "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "PATCH", "TRACE", "PRI",
        ]
        where equalsIgnoringCase(word, method) {
            return true
        }
        return false
    }
}
