public import Octets

/// A client's command, its syntax checked. RFC 1939 §5-7, RFC 2449 §5, RFC 2595 §4, RFC 5034 §4,
/// RFC 6856 §2-3.
public enum Command: Hashable, Sendable {
    /// Names the mailbox to open, in UTF-8. RFC 1939 §7, RFC 6856 §2.2.
    case user(name: String)
    /// Its password: UTF-8, spaces too. RFC 1939 §7, RFC 6856 §2.2.
    case pass(password: [UInt8])
    /// Starts a SASL mechanism, with its first response decoded if one was sent. RFC 5034 §4.
    case auth(mechanism: String, initialResponse: [UInt8]?)
    /// How many messages and octets there are. RFC 1939 §5.
    case stat
    /// Sizes: of one message or of all. RFC 1939 §5.
    case list(message: Int?)
    /// Unique ids: of one message or of all. RFC 1939 §7.
    case uidl(message: Int?)
    /// A whole message. RFC 1939 §5.
    case retr(message: Int)
    /// A message's header and the first lines of its body. RFC 1939 §7.
    case top(message: Int, lines: Int)
    /// Marks a message as deleted. RFC 1939 §5.
    case dele(message: Int)
    /// Unmarks all. RFC 1939 §5.
    case rset
    /// Nothing. RFC 1939 §5.
    case noop
    /// Ends the session; after a login, removes what was marked. RFC 1939 §6.
    case quit
    /// What the server can do. RFC 2449 §5.
    case capa
    /// Starts TLS. RFC 2595 §4.
    case stls
    /// Wants UTF-8. RFC 6856 §2.1.
    case utf8
    /// Chooses a language by its range, or asks which there are. RFC 6856 §3.2.
    case lang(range: String?)

    /// The command's keyword, in capitals.
    public var keyword: String {
        switch self {
        case .user: "USER"
        case .pass: "PASS"
        case .auth: "AUTH"
        case .stat: "STAT"
        case .list: "LIST"
        case .uidl: "UIDL"
        case .retr: "RETR"
        case .top: "TOP"
        case .dele: "DELE"
        case .rset: "RSET"
        case .noop: "NOOP"
        case .quit: "QUIT"
        case .capa: "CAPA"
        case .stls: "STLS"
        case .utf8: "UTF8"
        case .lang: "LANG"
        }
    }
}

extension Command {
    /// Parses one line, its CRLF included. Keywords ignore case, arguments are separated by one space, and nothing may
    /// follow the last. RFC 1939 §3.
    ///
    /// A message number is 1 or more, with any leading zeros; whether there is such a message is not looked at.
    public init(parsing line: Span<UInt8>) throws(SyntaxError) {
        guard line.count >= 2, line[line.count - 1] == .lineFeed, line[line.count - 2] == .carriageReturn else {
            throw SyntaxError(offset: max(0, line.count - 1), expected: "CRLF")
        }
        var cursor = Cursor(end: line.count - 2)
        let word = cursor.run(of: .alphaNumeric, in: line)
        let keyword = String(decoding: line.extracting(word)).asciiUppercased
        switch keyword {
        case "USER": self = .user(name: try cursor.name(in: line))
        case "PASS": self = .pass(password: try cursor.password(in: line))
        case "AUTH": self = try cursor.auth(in: line)
        case "STAT": self = .stat
        case "LIST": self = .list(message: try cursor.optionalMessage(in: line))
        case "UIDL": self = .uidl(message: try cursor.optionalMessage(in: line))
        case "RETR": self = .retr(message: try cursor.message(in: line))
        case "TOP": self = .top(message: try cursor.message(in: line), lines: try cursor.lines(in: line))
        case "DELE": self = .dele(message: try cursor.message(in: line))
        case "RSET": self = .rset
        case "NOOP": self = .noop
        case "QUIT": self = .quit
        case "CAPA": self = .capa
        case "STLS": self = .stls
        case "UTF8": self = .utf8
        case "LANG": self = .lang(range: try cursor.languageRange(in: line))
        default: throw SyntaxError(offset: 0, expected: "a known command")
        }
        guard cursor.isAtEnd else { throw cursor.unexpected("the end of the line") }
    }

    /// The command as a client sends it, CRLF included.
    public var encoded: [UInt8] {
        var line = Array(keyword.utf8)
        func add(_ argument: some Sequence<UInt8>) {
            line.append(.space)
            line.append(contentsOf: argument)
        }
        switch self {
        case .user(let name): add(name.utf8)
        case .lang(let range?): add(range.utf8)
        case .pass(let password): add(password)
        case .auth(let mechanism, let response):
            add(mechanism.utf8)
            if let response { add(response.isEmpty ? [UInt8(ascii: "=")] : Base64.encode(response.span)) }
        case .list(let message?), .uidl(let message?), .retr(let message), .dele(let message):
            add("\(message)".utf8)
        case .top(let message, let lines):
            add("\(message)".utf8)
            add("\(lines)".utf8)
        case .list(nil), .uidl(nil), .stat, .rset, .noop, .quit, .capa, .stls, .utf8, .lang(nil): break
        }
        return line + [.carriageReturn, .lineFeed]
    }
}

/// sasl-mech, letters in either case. RFC 4422 §3.1.
private let mechanismCharacter = ByteClass.alphaNumeric.union(ByteClass("-_"))
/// Of a name: printable characters, and all beyond ASCII. RFC 1939 §3, RFC 6856 §2.2.
private let nameCharacter = ByteClass { (0x21...0x7E).contains($0) || $0 >= 0x80 }
/// Of a language range: subtags with `-` between. RFC 4647 §2.1.
private let rangeCharacter = ByteClass.alphaNumeric.union(ByteClass("-"))

extension Cursor {
    fileprivate mutating func separator(
        in line: Span<UInt8>,
        before argument: String
    ) throws(SyntaxError) {
        try expect(.space, in: line, as: "a space and \(argument)")
    }

    /// Printable characters, in UTF-8.
    fileprivate mutating func name(in line: Span<UInt8>) throws(SyntaxError) -> String {
        try separator(in: line, before: "a name")
        let start = self
        let name = line.extracting(try expectRun(of: nameCharacter, in: line, as: "a name"))
        guard isUTF8(name) else { throw start.unexpected("a name in UTF-8") }
        return String(decoding: name)
    }

    /// The rest of the line, in UTF-8; it is not interpreted further. Only NUL, CR and LF cannot be sent in one.
    fileprivate mutating func password(in line: Span<UInt8>) throws(SyntaxError) -> [UInt8] {
        try separator(in: line, before: "a password")
        let rest = line.extracting(offset..<end)
        guard !rest.isEmpty else { throw unexpected("a password") }
        for index in rest.indices where rest[index] == 0 || rest[index] == .carriageReturn {
            throw SyntaxError(offset: offset + index, expected: "a password")
        }
        guard isUTF8(rest) else { throw unexpected("a password in UTF-8") }
        offset = end
        return rest.toArray()
    }

    fileprivate mutating func auth(in line: Span<UInt8>) throws(SyntaxError) -> Command {
        try separator(in: line, before: "a mechanism")
        let name = try expectRun(of: mechanismCharacter, in: line, as: "a mechanism")
        let mechanism = String(decoding: line.extracting(name)).asciiUppercased
        guard take(.space, in: line) else { return .auth(mechanism: mechanism, initialResponse: nil) }
        let text = line.extracting(offset..<end)
        // "=" stands for a response of no octets. RFC 5034 §4.
        if text.count == 1, text[0] == UInt8(ascii: "=") {
            offset = end
            return .auth(mechanism: mechanism, initialResponse: [])
        }
        guard !text.isEmpty, let response = Base64.decodeStrictly(text) else { throw unexpected("base64") }
        offset = end
        return .auth(mechanism: mechanism, initialResponse: response)
    }

    /// language-range, if there is one: `*`, or subtags of 1 to 8 letters and digits, the first of letters. RFC 4647 §2.1.
    fileprivate mutating func languageRange(in line: Span<UInt8>) throws(SyntaxError) -> String? {
        guard !isAtEnd else { return nil }
        try separator(in: line, before: "a language")
        if take(UInt8(ascii: "*"), in: line) { return "*" }
        let start = self
        let text = String(decoding: line.extracting(try expectRun(of: rangeCharacter, in: line, as: "a language")))
        let subtags = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard subtags.allSatisfy({ (1...8).contains($0.count) }), subtags[0].allSatisfy({ $0 > UInt8(ascii: "9") })
        else { throw start.unexpected("a language") }
        return text
    }

    private func isUTF8(_ octets: Span<UInt8>) -> Bool { (try? UTF8Span(validating: octets)) != nil }

    fileprivate mutating func message(in line: Span<UInt8>) throws(SyntaxError) -> Int {
        try separator(in: line, before: "a message number")
        let start = self
        let number = try number(Int.self, in: line, as: "a message number")
        guard number > 0 else { throw start.unexpected("a message number of 1 or more") }
        return number
    }

    fileprivate mutating func optionalMessage(in line: Span<UInt8>) throws(SyntaxError) -> Int? {
        isAtEnd ? nil : try message(in: line)
    }

    fileprivate mutating func lines(in line: Span<UInt8>) throws(SyntaxError) -> Int {
        try separator(in: line, before: "a number of lines")
        return try number(Int.self, in: line, as: "a number of lines")
    }
}
