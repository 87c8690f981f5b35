public import Octets

extension Reply {
    /// Parses the reply at the start of `octets`, for a client. RFC 5321 §4.2.
    ///
    /// A line may end with LF alone: clients are told to be liberal, and nothing hangs on it here.
    ///
    /// - Parameters:
    ///   - octets: what has arrived and was not taken yet.
    ///   - isEnhanced: whether the server announced ENHANCEDSTATUSCODES, and this is not its greeting or its answer to
    ///     EHLO: only then is a number like `2.1.0` a code and not text.
    /// - Returns: the reply and how many octets it took; nil if more must come.
    /// - Throws: if it is no reply: no code, lines of different codes, or more than `Limits` allows.
    public static func parse(
        _ octets: Span<UInt8>,
        isEnhanced: Bool
    ) throws(SyntaxError) -> (reply: Reply, count: Int)? {
        var cursor = Cursor(over: octets)
        var reply: Reply?
        while true {
            let start = cursor.offset
            guard let end = try lineEnd(from: start, in: octets) else { return nil }
            var line = Cursor(from: start, end: end)
            let (code, isLast) = try codeAndMark(&line, in: octets)
            let enhanced = isEnhanced ? line.enhancedCode(in: octets, followingClass: code) : nil
            let text = String(decoding: octets.extracting(line.offset..<end))
            if reply == nil {
                reply = Reply(code, enhanced, text)
            } else {
                guard reply?.code == code else { throw SyntaxError(offset: start, expected: "the same Reply-code") }
                reply?.lines.append(text)
            }
            cursor.offset = end
            _ = cursor.take(.carriageReturn, in: octets)
            _ = cursor.take(.lineFeed, in: octets)
            guard let done = reply else { return nil }
            if isLast { return (done, cursor.offset) }
            guard done.lines.count < Limits.replyLines else { throw cursor.unexpected("fewer reply lines") }
        }
    }

    /// Where the line that starts at `start` ends, before its CRLF or LF; nil if more must come.
    private static func lineEnd(from start: Int, in octets: Span<UInt8>) throws(SyntaxError) -> Int? {
        // Twice what the RFC allows: servers are not held to it as strictly as clients are.
        let limit = min(octets.count, start + 2 * Limits.replyLine)
        var index = start
        while index < limit {
            if octets[index] == .lineFeed {
                return index > start && octets[index - 1] == .carriageReturn ? index - 1 : index
            }
            index += 1
        }
        guard index - start < 2 * Limits.replyLine else {
            throw SyntaxError(offset: start, expected: "a shorter reply line")
        }
        return nil
    }

    /// Reply-code, then SP for the last line, `-` for another; the last may be the code alone.
    private static func codeAndMark(_ line: inout Cursor, in octets: Span<UInt8>) throws(SyntaxError) -> (UInt16, Bool)
    {
        let start = line.offset
        let code = try line.number(UInt16.self, in: octets, as: "Reply-code")
        guard line.offset - start == 3, (200...599).contains(code) else {
            throw SyntaxError(offset: start, expected: "Reply-code")
        }
        if line.isAtEnd || line.take(.space, in: octets) { return (code, true) }
        try line.expect(UInt8(ascii: "-"), in: octets, as: "SP or \"-\"")
        return (code, false)
    }
}

extension Cursor {
    /// Takes an enhanced code; nil, and nothing taken, if none comes next. RFC 3463 §2.
    mutating func enhancedCode(in octets: Span<UInt8>) -> EnhancedCode? {
        var cursor = self
        guard let group = try? cursor.number(UInt8.self, in: octets, as: "class"), [2, 4, 5].contains(group),
            cursor.take(UInt8(ascii: "."), in: octets),
            let subject = try? cursor.number(UInt16.self, in: octets, as: "subject"), subject <= 999,
            cursor.take(UInt8(ascii: "."), in: octets),
            let detail = try? cursor.number(UInt16.self, in: octets, as: "detail"), detail <= 999
        else { return nil }
        self = cursor
        return EnhancedCode(class: group, subject: subject, detail: detail)
    }

    /// Takes an enhanced code of the reply code's class, and the space after it.
    fileprivate mutating func enhancedCode(in octets: Span<UInt8>, followingClass code: UInt16) -> EnhancedCode? {
        var cursor = self
        guard let enhanced = cursor.enhancedCode(in: octets), UInt16(enhanced.class) == code / 100,
            cursor.isAtEnd || cursor.take(.space, in: octets)
        else { return nil }
        self = cursor
        return enhanced
    }
}
