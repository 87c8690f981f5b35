internal import Octets

/// What a server said in its answer to EHLO or LHLO, for a client. RFC 5321 §4.1.1.1.
///
/// Nothing in it is an error: a line that is no keyword with parameters is passed over, as RFC 5321 §2.2.2 wants unknown
/// keywords to be. It is read once, in time linear in the reply, whose size `Limits` bounds.
public struct EHLOResponse: Hashable, Sendable {
    /// One keyword and what stands behind it.
    public struct Keyword: Hashable, Sendable {
        /// ehlo-keyword, in capitals.
        public var name: String
        /// Its parameters, as written.
        public var parameters: [String]

        /// A keyword with parameters.
        public init(_ name: String, _ parameters: [String] = []) {
            self.name = name
            self.parameters = parameters
        }
    }

    /// The largest message a server takes. RFC 1870 §4.
    public enum Size: Hashable, Sendable {
        /// SIZE alone, or with 0: it has no fixed limit, or names none.
        case unlimited
        /// Octets.
        case octets(UInt64)
    }

    /// The name by which the server greets: the first word of its first line.
    public private(set) var domain: String
    /// The keywords in their order, those that came twice too.
    public private(set) var keywords: [Keyword]
    /// Which names there are, and where the first of each stands in `keywords`.
    private var places: [String: Int] = [:]

    /// The keywords of a reply; of one that is not positive, none.
    public init(_ reply: Reply) {
        domain = ""
        keywords = []
        guard reply.code == 250 else { return }
        domain = String(reply.lines.first?.prefix { $0 != " " } ?? "")
        for line in reply.lines.dropFirst() {
            guard let keyword = Keyword(parsing: line) else { continue }
            if places[keyword.name] == nil { places[keyword.name] = keywords.count }
            keywords.append(keyword)
        }
    }

    /// The parameters of a keyword, which is written in capitals; nil if the server does not have it.
    public func parameters(of name: String) -> [String]? { places[name].map { keywords[$0].parameters } }

    /// Whether the server has a keyword, which is written in capitals.
    public func has(_ name: String) -> Bool { places[name] != nil }

    /// SIZE; nil if the server does not have it, or says something else than a number.
    public var size: Size? {
        guard let parameters = parameters(of: "SIZE") else { return nil }
        guard let text = parameters.first else { return .unlimited }
        guard let number: UInt64 = decimal(Array(text.utf8).span) else { return nil }
        return number == 0 ? .unlimited : .octets(number)
    }

    /// AUTH: SASL mechanisms in capitals, in the server's order, each once. RFC 4954 §3. `AUTH=` instead of `AUTH `, as
    /// servers write it for clients older than the RFC, counts as well.
    public var mechanisms: [String] {
        var seen: Set<String> = []
        return keywords.filter { $0.name == "AUTH" }.flatMap(\.parameters).map(\.asciiUppercased).filter {
            seen.insert($0).inserted
        }
    }

    /// LIMITS; nil if the server does not have it. RFC 9422 §3.
    public var limits: ServerLimits? { parameters(of: "LIMITS").map(ServerLimits.init) }

    /// DELIVERBY's parameter: the least seconds that `BY=` may ask for with R; 0 if the server names none. nil if it does
    /// not have the keyword. RFC 2852 §3.
    public var leastDeliverBy: Int32? {
        guard let parameters = parameters(of: "DELIVERBY") else { return nil }
        guard let text = parameters.first, text.utf8.count <= 9 else { return 0 }
        return decimal(Array(text.utf8).span) ?? 0
    }

    /// FUTURERELEASE's parameters: the most seconds that HOLDFOR may have. RFC 4865 §3. nil if the server does not have it
    /// or says something else.
    public var longestHold: UInt32? {
        guard let text = parameters(of: "FUTURERELEASE")?.first, text.utf8.count <= 9 else { return nil }
        return decimal(Array(text.utf8).span)
    }

    /// The extensions that a client may use with this server. STARTTLS, AUTH, SIZE and 8BITMIME, which need no bit there,
    /// are asked for with `has`.
    public var extensions: Extensions {
        var extensions: Extensions = []
        for (name, member) in Self.names where has(name) { extensions.insert(member) }
        // RFC 3030 §3: BINARYMIME is nothing without CHUNKING.
        if !extensions.contains(.chunking) { extensions.remove(.binaryMIME) }
        return extensions
    }

    private static let names: [(String, Extensions)] = [
        ("CHUNKING", .chunking), ("BINARYMIME", .binaryMIME), ("DSN", .dsn), ("SMTPUTF8", .smtpUTF8),
        ("REQUIRETLS", .requireTLS), ("DELIVERBY", .deliverBy), ("MT-PRIORITY", .priority),
        ("FUTURERELEASE", .futureRelease), ("BURL", .burl), ("XCLIENT", .xclient),
    ]
}

extension EHLOResponse.Keyword {
    /// ehlo-line: keyword, then parameters of visible ASCII with spaces between; nil if there is no keyword, or an octet
    /// that is neither.
    fileprivate init?(parsing line: String) {
        let octets = Array(line.utf8)
        var cursor = Cursor(end: octets.count)
        guard let first = octets.first, ByteClass.alphaNumeric.contains(first) else { return nil }
        name =
            String(decoding: octets.span.extracting(cursor.run(of: .letterDigitHyphen, in: octets.span)))
            .asciiUppercased
        parameters = []
        // AUTH=PLAIN: only this keyword is known to be written so.
        let isJoined = name == "AUTH" && cursor.take(UInt8(ascii: "="), in: octets.span)
        guard isJoined || cursor.isAtEnd || cursor.peek(in: octets.span) == .space else { return nil }
        while !cursor.isAtEnd {
            _ = cursor.run(of: ByteClass.whitespace, in: octets.span)
            let word = cursor.run(of: .visible, in: octets.span)
            guard !word.isEmpty else { break }
            parameters.append(String(decoding: octets.span.extracting(word)))
        }
        guard cursor.isAtEnd else { return nil }
    }
}
