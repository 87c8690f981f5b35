internal import Octets

/// Parses the head of a request that arrives piece by piece. RFC 9112.
///
/// Strict where a lenient reading could differ from a proxy's: lines end with CRLF, no white space stands before a colon
/// or at the start of a field line, and a body has one framing. RFC 9112 §11.2.
public struct RequestParser: Sendable {
    /// Where the line that was not yet complete begins.
    private var lineStart = 0
    /// Octets in which no LF was found.
    private var searched = 0
    private var line: RequestLine?
    private var fields: [RequestHead.Field] = []
    private var passedEmptyLine = false

    /// The beginning of a request.
    public init() {}

    /// Goes on with `input`, which begins where the request begins and is never shorter than in the call before.
    ///
    /// - Returns: the head and how many octets it took; nil if more must arrive. After either end, or an error, the
    ///   parser is of no more use.
    public mutating func parse(
        _ input: Span<UInt8>
    ) throws(RequestError) -> (head: RequestHead, length: Int)? {
        while searched < input.count {
            guard input[searched] == .lineFeed else {
                searched += 1
                guard searched - lineStart < Limits.line else { throw tooLong }
                continue
            }
            searched += 1
            guard searched <= Limits.head else { throw tooLong }
            guard searched - lineStart >= 2, input[searched - 2] == .carriageReturn else {
                throw RequestError(.badRequest, "expected CRLF at the end of a line")
            }
            let content = input.extracting(lineStart..<searched - 2)
            lineStart = searched
            if let line, content.isEmpty {
                return (try RequestHead(line: line, fields: fields), searched)
            }
            try take(content)
        }
        return nil
    }

    private var tooLong: RequestError {
        line == nil
            ? RequestError(.uriTooLong, "request line too long")
            : RequestError(.headerFieldsTooLarge, "header too large")
    }

    private mutating func take(_ content: Span<UInt8>) throws(RequestError) {
        guard line == nil else {
            guard fields.count < Limits.fields else { throw tooLong }
            return fields.append(try RequestHead.Field(parsing: content))
        }
        guard content.isEmpty else { return line = try RequestLine(parsing: content) }
        // One empty line may be left over from the request before. RFC 9112 §2.2.
        guard !passedEmptyLine else { throw RequestError(.badRequest, "expected a request line") }
        passedEmptyLine = true
    }
}

/// tchar. RFC 9110 §5.6.2.
let tokenCharacter = ByteClass.alphaNumeric.union(ByteClass("!#$%&'*+-.^_`|~"))
/// What a field value is made of: HTAB, SP, VCHAR and obs-text. RFC 9110 §5.5.
let fieldCharacter = ByteClass { $0 == .tab || ($0 >= .space && $0 != 0x7F) }

/// A request line. RFC 9112 §3.
struct RequestLine {
    var method: String
    var target: Target
    var minorVersion: Int

    init(parsing line: Span<UInt8>) throws(RequestError) {
        var cursor = Cursor(over: line)
        let word = cursor.run(of: tokenCharacter, in: line)
        guard !word.isEmpty, cursor.take(.space, in: line) else { throw RequestError(.badRequest, "expected a method") }
        guard word.count <= Limits.method else { throw RequestError(.notImplemented, "unknown method") }
        method = String(decoding: line.extracting(word))
        let start = cursor.offset
        while let octet = cursor.peek(in: line), octet != .space { cursor.offset += 1 }
        let end = cursor.offset
        guard end > start, cursor.take(.space, in: line), cursor.take(exactly: "HTTP/", in: line),
            let major = cursor.next(in: line)?.digitValue, cursor.take(UInt8(ascii: "."), in: line),
            let minor = cursor.next(in: line)?.digitValue, cursor.isAtEnd
        else { throw RequestError(.badRequest, "expected method SP request-target SP HTTP-version") }
        guard major == 1 else { throw RequestError(.versionNotSupported, "only HTTP/1.1 is spoken here") }
        minorVersion = min(Int(minor), 1)
        guard method != "CONNECT" else { throw RequestError(.notImplemented, "this is no proxy") }
        target = try Target(parsing: line.extracting(start..<end), method: method)
    }
}

extension Cursor {
    /// Takes `word` if it comes next, case and all. RFC 9112 §2.3.
    fileprivate mutating func take(exactly word: StaticString, in octets: Span<UInt8>) -> Bool {
        let start = offset
        for byte in word.description.utf8 where !take(byte, in: octets) {
            offset = start
            return false
        }
        return true
    }
}

extension RequestHead.Field {
    /// `field-name ":" OWS field-value OWS`. RFC 9112 §5.
    init(parsing line: Span<UInt8>) throws(RequestError) {
        var cursor = Cursor(over: line)
        let word = cursor.run(of: tokenCharacter, in: line)
        guard !word.isEmpty, cursor.take(UInt8(ascii: ":"), in: line) else {
            throw RequestError(.badRequest, "expected a field name and a colon")
        }
        name = String(decoding: line.extracting(word)).asciiLowercased
        _ = cursor.run(of: .whitespace, in: line)
        var range = cursor.run(of: fieldCharacter, in: line)
        guard cursor.isAtEnd else { throw RequestError(.badRequest, "character not allowed in a field") }
        while let last = range.last, ByteClass.whitespace.contains(line[last]) { range = range.lowerBound..<last }
        value = String(decoding: line.extracting(range))
    }
}
