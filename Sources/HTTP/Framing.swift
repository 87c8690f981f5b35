internal import Octets

extension RequestHead {
    /// Puts a head together and decides how the connection goes on. RFC 9112 §6.3, §9.3; RFC 9110 §7.2, §10.1.1.
    init(line: RequestLine, fields: [Field]) throws(RequestError) {
        method = line.method
        target = line.target
        minorVersion = line.minorVersion
        self.fields = fields
        try RequestHead.checkHost(fields, minorVersion: line.minorVersion)
        framing = try RequestHead.framing(fields, minorVersion: line.minorVersion)
        let options = RequestHead.list("connection", fields)
        keepsAlive = !options.contains("close") && (line.minorVersion > 0 || options.contains("keep-alive"))
        expectsContinue = false
        for expectation in RequestHead.list("expect", fields) {
            guard expectation == "100-continue" else {
                throw RequestError(.expectationFailed, "only 100-continue can be expected")
            }
            expectsContinue = line.minorVersion > 0 && framing != .none
        }
    }

    private static func checkHost(_ fields: [Field], minorVersion: Int) throws(RequestError) {
        let hosts = fields.filter { $0.name == "host" }
        guard hosts.count == 1 || (hosts.isEmpty && minorVersion == 0) else {
            throw RequestError(.badRequest, "expected one Host field")
        }
        guard hosts.allSatisfy({ $0.value.utf8.allSatisfy(URICharacter.authority.contains) }) else {
            throw RequestError(.badRequest, "expected a host name")
        }
    }

    /// A message with two ways to find its end is an attack until proven otherwise: it is refused. RFC 9112 §6.1, §11.2.
    private static func framing(_ fields: [Field], minorVersion: Int) throws(RequestError) -> Framing {
        let lengths = fields.filter { $0.name == "content-length" }
        let codings = fields.filter { $0.name == "transfer-encoding" }
        guard !codings.isEmpty else {
            guard let length = lengths.first else { return .none }
            let digits = Array(length.value.utf8)
            guard lengths.count == 1, let octets = decimal(digits.span, as: Int.self) else {
                throw RequestError(.badRequest, "expected one Content-Length, a number")
            }
            return octets == 0 ? .none : .length(octets)
        }
        guard lengths.isEmpty else {
            throw RequestError(.badRequest, "expected either Content-Length or Transfer-Encoding")
        }
        guard minorVersion > 0 else { throw RequestError(.badRequest, "HTTP/1.0 has no Transfer-Encoding") }
        guard codings.map(\.value.asciiLowercased) == ["chunked"] else {
            throw RequestError(.notImplemented, "the only transfer coding is chunked")
        }
        return .chunked
    }

    /// The elements of a comma-separated list, in lower case; empty elements are passed over. RFC 9110 §5.6.1.
    private static func list(_ name: String, _ fields: [Field]) -> [String] {
        fields.filter { $0.name == name }.flatMap { field in
            field.value.asciiLowercased.split(separator: ",").map { element in
                let isSpace = { (character: Character) in character == " " || character == "\t" }
                let start = element.drop(while: isSpace)
                return String(start.prefix(start.count - start.reversed().prefix(while: isSpace).count))
            }
        }.filter { !$0.isEmpty }
    }
}
