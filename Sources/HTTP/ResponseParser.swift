internal import Octets

/// Parses the head of a response that arrives piece by piece, as a client. RFC 9112 §4, §6.3.
///
/// As strict as `RequestParser`: what two readers could take for two things is refused.
public struct ResponseParser: Sendable {
    private var lineStart = 0
    private var searched = 0
    private var status: Int?
    private var minorVersion = 1
    private var fields: [RequestHead.Field] = []
    private let isForHEAD: Bool

    /// The beginning of a response; to a HEAD it has no body, whatever it says.
    public init(isForHEAD: Bool = false) { self.isForHEAD = isForHEAD }

    /// Goes on with `input`, which begins where the response begins and is never shorter than in the call before. What
    /// comes before the final response (1xx) is passed over.
    ///
    /// - Returns: the head and how many octets it took, with those of all before it; nil if more must arrive. After either
    ///   end, or an error, the parser is of no more use.
    public mutating func parse(_ input: Span<UInt8>) throws(ResponseError) -> (head: ReceivedHead, length: Int)? {
        while searched < input.count {
            guard input[searched] == .lineFeed else {
                searched += 1
                guard searched - lineStart < Limits.line else { throw ResponseError("a shorter line") }
                continue
            }
            searched += 1
            guard searched <= Limits.head else { throw ResponseError("a shorter head") }
            guard searched - lineStart >= 2, input[searched - 2] == .carriageReturn else {
                throw ResponseError("CRLF at the end of a line")
            }
            let content = input.extracting(lineStart..<searched - 2)
            lineStart = searched
            guard let status else {
                try takeStatusLine(content)
                continue
            }
            guard content.isEmpty else {
                try takeField(content)
                continue
            }
            guard (100..<200).contains(status) else { return (try head(status), searched) }
            // Nobody asked for another protocol. RFC 9110 §15.2.2.
            guard status != 101 else { throw ResponseError("HTTP") }
            self.status = nil
            fields = []
        }
        return nil
    }

    /// HTTP-version SP status-code SP [ reason-phrase ]. RFC 9112 §4.
    private mutating func takeStatusLine(_ line: Span<UInt8>) throws(ResponseError) {
        var cursor = Cursor(over: line)
        for octet in "HTTP/1.".utf8 where !cursor.take(octet, in: line) { throw ResponseError("HTTP/1.1") }
        guard let minor = cursor.next(in: line)?.digitValue, cursor.take(.space, in: line) else {
            throw ResponseError("HTTP/1.1")
        }
        let digits = cursor.run(of: .digit, in: line)
        guard digits.count == 3, let code = decimal(line.extracting(digits), as: Int.self), code >= 100,
            cursor.isAtEnd || cursor.take(.space, in: line)
        else { throw ResponseError("a status code") }
        _ = cursor.run(of: fieldCharacter, in: line)
        guard cursor.isAtEnd else { throw ResponseError("a reason phrase") }
        minorVersion = min(Int(minor), 1)
        status = code
    }

    private mutating func takeField(_ line: Span<UInt8>) throws(ResponseError) {
        guard fields.count < Limits.fields else { throw ResponseError("fewer fields") }
        do throws(RequestError) {
            fields.append(try RequestHead.Field(parsing: line))
        } catch {
            throw ResponseError("a field")
        }
    }

    private func head(_ status: Int) throws(ResponseError) -> ReceivedHead {
        ReceivedHead(status: status, fields: fields, framing: try framing(status))
    }

    /// RFC 9112 §6.3.
    private func framing(_ status: Int) throws(ResponseError) -> ReceivedHead.Framing {
        if isForHEAD || status == 204 || status == 304 { return .length(0) }
        let lengths = fields.filter { $0.name == "content-length" }
        let codings = fields.filter { $0.name == "transfer-encoding" }
        guard codings.isEmpty else {
            guard lengths.isEmpty, minorVersion > 0, codings.map(\.value.asciiLowercased) == ["chunked"] else {
                throw ResponseError("one framing")
            }
            return .chunked
        }
        guard let length = lengths.first else { return .untilEnd }
        let digits = Array(length.value.utf8)
        guard lengths.count == 1, let octets = decimal(digits.span, as: Int.self) else {
            throw ResponseError("one Content-Length, a number")
        }
        return .length(octets)
    }
}

/// The head of a response that was received.
public struct ReceivedHead: Hashable, Sendable {
    /// How the body ends. RFC 9112 §6.3.
    public enum Framing: Hashable, Sendable {
        /// After so many octets.
        case length(Int)
        /// With its last chunk. RFC 9112 §7.1.
        case chunked
        /// With the connection.
        case untilEnd
    }

    /// The status code, 200 to 999.
    public var status: Int
    /// The fields in order, names in lower case.
    public var fields: [RequestHead.Field]
    /// How the body ends.
    public var framing: Framing

    /// The value of the only field of that name, which must be in lower case; nil if there is none or more than one.
    public func only(_ name: String) -> String? {
        let found = fields.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }
}

/// What was expected of a response, and not found.
public struct ResponseError: Error, Hashable, Sendable {
    /// What was expected.
    public var expected: String

    /// An error.
    public init(_ expected: String) { self.expected = expected }
}
