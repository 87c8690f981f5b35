internal import Octets

/// One SMTP command line whose syntax was checked. RFC 5321 §4.1.1.
///
/// What follows DATA is not part of it: see `DataDecoder`.
public enum Command: Hashable, Sendable {
    case ehlo(Host)
    case helo(String)
    case mail(Mail)
    case rcpt(Rcpt)
    case data
    case rset
    case noop
    case vrfy(String)
    case expn(String)
    case help(String?)
    case quit
    case startTLS
    case auth(Auth)

    /// Parses one line, its CRLF already removed. Verbs ignore case (RFC 5321 §2.4) and spaces at the end are ignored
    /// (RFC 5321 §4.1.1).
    ///
    /// - Throws: what is wrong with the line, and with it the reply that says so.
    public init(parsing line: Span<UInt8>, leniency: Leniency = []) throws(CommandError) {
        var end = line.count
        while end > 0, ByteClass.whitespace.contains(line[end - 1]) { end -= 1 }
        var cursor = Cursor(end: end)
        let verb = Verb(&cursor, in: line)
        guard line.count + 2 <= verb.lineLimit else { throw CommandError(.lineTooLong, at: 0, "a shorter line") }
        switch verb {
        case .ehlo: self = .ehlo(try Command.ehlo(&cursor, in: line, leniency))
        case .helo: self = .helo(try Command.helo(&cursor, in: line, leniency))
        case .mail: self = .mail(try Mail(&cursor, in: line, leniency))
        case .rcpt: self = .rcpt(try Rcpt(&cursor, in: line, leniency))
        case .auth: self = .auth(try Auth(&cursor, in: line))
        case .vrfy: self = .vrfy(try Command.text(&cursor, in: line))
        case .expn: self = .expn(try Command.text(&cursor, in: line))
        case .help: self = .help(cursor.isAtEnd ? nil : try Command.text(&cursor, in: line))
        case .noop:
            // RFC 5321 §4.1.1.9: a parameter has no meaning.
            if !cursor.isAtEnd { _ = try Command.text(&cursor, in: line) }
            self = .noop
        case .data: self = .data
        case .rset: self = .rset
        case .quit: self = .quit
        case .startTLS: self = .startTLS
        default: throw CommandError(.unknownVerb, at: 0, "a command")
        }
        guard cursor.isAtEnd else { throw CommandError(.arguments, at: cursor.offset, "end of line") }
    }

    /// Appends the command line, with its CRLF.
    public func encode(into octets: inout [UInt8]) {
        switch self {
        case .ehlo(let host): octets.append(contentsOf: "EHLO \(host)".utf8)
        case .helo(let domain): octets.append(contentsOf: "HELO \(domain)".utf8)
        case .mail(let mail): mail.encode(into: &octets)
        case .rcpt(let rcpt): octets.append(contentsOf: "RCPT TO:<\(rcpt.forwardPath)>".utf8)
        case .data: octets.append(contentsOf: "DATA".utf8)
        case .rset: octets.append(contentsOf: "RSET".utf8)
        case .noop: octets.append(contentsOf: "NOOP".utf8)
        case .vrfy(let text): octets.append(contentsOf: "VRFY \(text)".utf8)
        case .expn(let text): octets.append(contentsOf: "EXPN \(text)".utf8)
        case .help(let text): octets.append(contentsOf: (text.map { "HELP \($0)" } ?? "HELP").utf8)
        case .quit: octets.append(contentsOf: "QUIT".utf8)
        case .startTLS: octets.append(contentsOf: "STARTTLS".utf8)
        case .auth(let auth): auth.encode(into: &octets)
        }
        octets.append(.carriageReturn)
        octets.append(.lineFeed)
    }
}

/// A command's first word, in capitals, as a number that can be compared at once.
struct Verb: Equatable {
    private var letters: UInt64

    static let ehlo = Verb("EHLO")
    static let helo = Verb("HELO")
    static let mail = Verb("MAIL")
    static let rcpt = Verb("RCPT")
    static let data = Verb("DATA")
    static let rset = Verb("RSET")
    static let noop = Verb("NOOP")
    static let vrfy = Verb("VRFY")
    static let expn = Verb("EXPN")
    static let help = Verb("HELP")
    static let quit = Verb("QUIT")
    static let startTLS = Verb("STARTTLS")
    static let auth = Verb("AUTH")

    private init(_ word: StaticString) {
        letters = 0
        for byte in word.description.utf8 { letters = letters << 8 | UInt64(byte) }
    }

    /// Takes the letters that come next. No command (0) if they are more than eight, or if something other than a space
    /// follows.
    init(_ cursor: inout Cursor, in line: Span<UInt8>) {
        letters = 0
        let word = cursor.run(of: .alpha, in: line)
        let next = cursor.peek(in: line)
        guard word.count <= 8, next == nil || next == .space else { return }
        for index in word { letters = letters << 8 | UInt64(line[index].asciiUppercased) }
    }

    /// Octets that the line may have, with its CRLF.
    var lineLimit: Int {
        switch self {
        case .mail: Limits.mailLine
        case .auth: Limits.authLine
        default: Limits.commandLine
        }
    }
}
