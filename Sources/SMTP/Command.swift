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
    /// With SMTPUTF8, whether its word stands behind the text. RFC 6531 §3.7.4.2.
    case vrfy(String, smtpUTF8: Bool = false)
    /// As VRFY.
    case expn(String, smtpUTF8: Bool = false)
    case help(String?)
    case quit
    case startTLS
    case auth(Auth)
    case bdat(Bdat)
    /// LMTP's greeting. RFC 2033 §4.1.
    case lhlo(Host)
    case burl(Burl)
    case xclient(XClient)

    /// Parses one line, its CRLF already removed. Verbs ignore case (RFC 5321 §2.4) and spaces at the end are ignored
    /// (RFC 5321 §4.1.1).
    ///
    /// - Parameters:
    ///   - line: its octets.
    ///   - leniency: what else than the grammar is taken.
    ///   - extensions: whose commands and parameters are known.
    /// - Throws: what is wrong with the line, and with it the reply that says so.
    public init(
        parsing line: Span<UInt8>,
        leniency: Leniency = [],
        extensions: Extensions = []
    ) throws(CommandError) {
        let rules = Rules(leniency: leniency, extensions: extensions)
        var end = line.count
        while end > 0, ByteClass.whitespace.contains(line[end - 1]) { end -= 1 }
        var cursor = Cursor(end: end)
        let verb = Verb(&cursor, in: line)
        guard line.count + 2 <= verb.lineLimit(with: extensions) else {
            throw CommandError(.lineTooLong, at: 0, "a shorter line")
        }
        guard verb.isKnown(with: extensions) else { throw CommandError(.unknownVerb, at: 0, "a command") }
        switch verb {
        case .ehlo: self = .ehlo(try Command.ehlo(&cursor, in: line, leniency))
        case .helo: self = .helo(try Command.helo(&cursor, in: line, leniency))
        case .mail: self = .mail(try Mail(&cursor, in: line, rules))
        case .rcpt: self = .rcpt(try Rcpt(&cursor, in: line, rules))
        case .auth: self = .auth(try Auth(&cursor, in: line))
        case .vrfy:
            let query = try Command.query(&cursor, in: line, rules)
            self = .vrfy(query.text, smtpUTF8: query.smtpUTF8)
        case .expn:
            let query = try Command.query(&cursor, in: line, rules)
            self = .expn(query.text, smtpUTF8: query.smtpUTF8)
        case .help: self = .help(cursor.isAtEnd ? nil : try Command.text(&cursor, in: line))
        case .noop:
            // RFC 5321 §4.1.1.9: a parameter has no meaning.
            if !cursor.isAtEnd { _ = try Command.text(&cursor, in: line) }
            self = .noop
        case .data: self = .data
        case .rset: self = .rset
        case .quit: self = .quit
        case .startTLS: self = .startTLS
        case .bdat: self = .bdat(try Bdat(&cursor, in: line))
        case .lhlo: self = .lhlo(try Command.ehlo(&cursor, in: line, leniency))
        case .burl: self = .burl(try Burl(&cursor, in: line))
        case .xclient: self = .xclient(try XClient(&cursor, in: line))
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
        case .rcpt(let rcpt): rcpt.encode(into: &octets)
        case .data: octets.append(contentsOf: "DATA".utf8)
        case .rset: octets.append(contentsOf: "RSET".utf8)
        case .noop: octets.append(contentsOf: "NOOP".utf8)
        case .vrfy(let text, let smtpUTF8):
            octets.append(contentsOf: "VRFY \(text)\(smtpUTF8 ? " SMTPUTF8" : "")".utf8)
        case .expn(let text, let smtpUTF8):
            octets.append(contentsOf: "EXPN \(text)\(smtpUTF8 ? " SMTPUTF8" : "")".utf8)
        case .help(let text): octets.append(contentsOf: (text.map { "HELP \($0)" } ?? "HELP").utf8)
        case .quit: octets.append(contentsOf: "QUIT".utf8)
        case .startTLS: octets.append(contentsOf: "STARTTLS".utf8)
        case .auth(let auth): auth.encode(into: &octets)
        case .bdat(let bdat): bdat.encode(into: &octets)
        case .lhlo(let host): octets.append(contentsOf: "LHLO \(host)".utf8)
        case .burl(let burl): burl.encode(into: &octets)
        case .xclient(let xclient): xclient.encode(into: &octets)
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
    static let bdat = Verb("BDAT")
    static let lhlo = Verb("LHLO")
    static let burl = Verb("BURL")
    static let xclient = Verb("XCLIENT")

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

    /// Whether it is a command while those extensions are on.
    func isKnown(with extensions: Extensions) -> Bool {
        switch self {
        case .bdat: extensions.contains(.chunking)
        case .burl: extensions.contains(.burl)
        case .xclient: extensions.contains(.xclient)
        case .lhlo: extensions.contains(.lmtp)
        // RFC 2033 §4.1: LHLO replaces them.
        case .ehlo, .helo: !extensions.contains(.lmtp)
        default: true
        }
    }

    /// Octets that the line may have, with its CRLF.
    func lineLimit(with extensions: Extensions) -> Int {
        switch self {
        case .mail: Limits.mailLine(with: extensions)
        case .rcpt: Limits.commandLine + (extensions.contains(.dsn) ? Limits.rcptDSN : 0)
        case .vrfy, .expn: Limits.commandLine + (extensions.contains(.smtpUTF8) ? 10 : 0)
        case .auth: Limits.authLine
        case .burl: extensions.contains(.burl) ? Limits.burlLine : Limits.commandLine
        default: Limits.commandLine
        }
    }
}
