internal import Octets

/// A line that a client sends in the middle of a command: SASL's answers, and DONE.
public enum ContinuationLine {
    /// What the first line of `input` says in AUTHENTICATE. RFC 3501 §6.2.2.
    public enum Authentication: Hashable, Sendable {
        /// The line is not complete.
        case needMore
        /// The client's decoded answer.
        case response([UInt8], consumed: Int)
        /// `*`: the client gives up; answer BAD.
        case cancelled(consumed: Int)
        /// Not base64; answer BAD.
        case malformed(consumed: Int)
        /// Longer than the limit; answer BAD and close.
        case tooLong
    }

    /// What the first line of `input` says in IDLE. RFC 2177 §3.
    public enum Idle: Hashable, Sendable {
        /// The line is not complete.
        case needMore
        /// DONE.
        case done(consumed: Int)
        /// Something else; answer BAD, the IDLE is over.
        case malformed(consumed: Int)
        /// Longer than the limit; answer BAD and close.
        case tooLong
    }

    /// Reads the client's answer to a challenge: base64 or `*`, and CRLF. At most `limit` octets with CRLF.
    public static func authentication(_ input: Span<UInt8>, limit: Int = 16 << 10) -> Authentication {
        guard let end = lineEnd(input, limit: limit) else { return input.count >= limit ? .tooLong : .needMore }
        guard let content = content(input, end: end) else { return .malformed(consumed: end) }
        if content.count == 1, input[0] == UInt8(ascii: "*") { return .cancelled(consumed: end) }
        guard let octets = Base64.decodeStrictly(input.extracting(content)) else { return .malformed(consumed: end) }
        return .response(octets, consumed: end)
    }

    /// Reads DONE and CRLF.
    public static func idle(_ input: Span<UInt8>, limit: Int = 1 << 10) -> Idle {
        guard let end = lineEnd(input, limit: limit) else { return input.count >= limit ? .tooLong : .needMore }
        guard let content = content(input, end: end), equalsIgnoringCase(input.extracting(content), "DONE") else {
            return .malformed(consumed: end)
        }
        return .done(consumed: end)
    }

    /// One past the first LF, if it is within `limit`.
    private static func lineEnd(_ input: Span<UInt8>, limit: Int) -> Int? {
        let end = min(input.count, limit)
        var index = 0
        while index < end {
            if input[index] == .lineFeed { return index + 1 }
            index += 1
        }
        return nil
    }

    /// The line without its CRLF; nil if it ends with LF alone.
    private static func content(_ input: Span<UInt8>, end: Int) -> Range<Int>? {
        end >= 2 && input[end - 2] == .carriageReturn ? 0..<end - 2 : nil
    }
}
