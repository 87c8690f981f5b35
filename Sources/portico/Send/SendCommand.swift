internal import Network
internal import Octets
internal import SMTP
internal import SMTPClient

/// `portico send …`, understood.
struct SendCommand: Equatable {
    var host: String
    var port: Int
    var source: String?
    var reversePath: ReversePath
    var recipients: [OutgoingMessage.Recipient]
    var file: String
    var helo: String?
    var dialect = Settings.Dialect.smtp
    var security: Security
    var authorities: String?
    var user: String?
    var password: String?
    var body: SMTP.Command.Mail.Body?
    var smtpUTF8 = false
    var requireTLS = false
    var ret: SMTP.Command.Mail.Return?
    var envelopeIdentifier: String?
    var usesPipelining = true
    var usesChunking = true
    var timeout: Int?
    var isVerbose = false

    private static let options = [
        "to", "from", "rcpt", "helo", "tls", "verify", "tlsa", "ca", "user", "password", "body", "notify", "ret",
        "envid",
        "bind", "timeout",
    ]
    private static let flags = ["lmtp", "no-pipelining", "no-chunking", "smtputf8", "requiretls", "verbose"]

    init(parsing words: ArraySlice<String>) throws(UsageError) {
        let words = words.map { $0 == "-v" ? "--verbose" : $0 }
        let arguments = try Arguments(words, options: Self.options, flags: Self.flags)
        try arguments.expectOperands("FILE")
        file = arguments.operands[0]
        guard let to = arguments.value("to") else { throw UsageError("option '--to' is missing") }
        guard let from = arguments.value("from") else { throw UsageError("option '--from' is missing") }
        guard let rcpt = arguments.value("rcpt") else { throw UsageError("option '--rcpt' is missing") }
        isVerbose = arguments.has("verbose")
        if arguments.has("lmtp") { dialect = .lmtp }
        let isImplicit = arguments.value("tls") == "implicit"
        (host, port) = try Self.hostAndPort(to, port: dialect == .lmtp ? 24 : isImplicit ? 465 : 25)
        security = try Self.security(arguments, host: host)
        reversePath = try Self.sender(from)
        let notify = arguments.value("notify")
        recipients = try rcpt.split(separator: ",").map { (address) throws(UsageError) in
            try Self.recipient(String(address), notify: notify)
        }
        source = arguments.value("bind")
        helo = arguments.value("helo")
        authorities = arguments.value("ca")
        user = arguments.value("user")
        password = arguments.value("password")
        body = try Self.body(arguments.value("body"))
        ret = try Self.ret(arguments.value("ret"))
        envelopeIdentifier = arguments.value("envid")
        smtpUTF8 = arguments.has("smtputf8")
        requireTLS = arguments.has("requiretls")
        usesPipelining = !arguments.has("no-pipelining")
        usesChunking = !arguments.has("no-chunking")
        timeout = try arguments.number("timeout", in: 1...86_400)
    }

    /// `host`, `host:port`, `[2001:db8::1]:port`.
    private static func hostAndPort(_ text: String, port: Int) throws(UsageError) -> (String, Int) {
        var host = text[...]
        var number = port
        if let colon = text.lastIndex(of: ":"),
            text.hasPrefix("[") ? text[..<colon].hasSuffix("]") : !text[..<colon].contains(":")
        {
            guard let given = Int(text[text.index(after: colon)...]), (1...65_535).contains(given) else {
                throw UsageError("'\(text)' has no port that there is")
            }
            (host, number) = (text[..<colon], given)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw UsageError("'\(text)' names no host") }
        return (String(host), number)
    }

    private static func security(_ arguments: Arguments, host: String) throws(UsageError) -> Security {
        var expectation = TLSExpectation(serverName: arguments.value("verify") ?? host)
        if let name = arguments.value("verify") { expectation.verification = .names([name]) }
        if let text = arguments.value("tlsa") {
            let records = try text.split(separator: ",").map { (record) throws(UsageError) in try tlsa(record) }
            expectation.verification = .dane(records, names: [arguments.value("verify") ?? host])
        }
        let isVerifying = expectation.verification != .none
        switch arguments.value("tls") {
        case "none" where !isVerifying: return .plaintext
        case "opportunistic" where !isVerifying, nil where !isVerifying:
            return .opportunistic(serverName: expectation.serverName)
        case "required", nil: return .required(expectation)
        case "implicit": return .implicit(expectation)
        case let other?:
            guard ["none", "opportunistic"].contains(other) else {
                throw UsageError("option '--tls' is none, opportunistic, required or implicit, not '\(other)'")
            }
            throw UsageError("'--tls \(other)' verifies nothing: '--verify' and '--tlsa' need required or implicit")
        }
    }

    /// `3 1 1 0123…`, as in a zone file.
    private static func tlsa(_ text: Substring) throws(UsageError) -> TLSARecord {
        let words = text.split(separator: " ")
        guard words.count >= 4, let usage = UInt8(words[0]), let selector = UInt8(words[1]),
            let type = UInt8(words[2])
        else { throw UsageError("'\(text)' is no TLSA record: usage, selector, type and digits") }
        let digits = Array(words[3...].joined().utf8)
        let octets = stride(from: 0, to: digits.count - digits.count % 2, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
        guard !octets.isEmpty, octets.count * 2 == digits.count else {
            throw UsageError("'\(text)' is no TLSA record: its digits are not hexadecimal")
        }
        return TLSARecord(usage: usage, selector: selector, matchingType: type, association: octets)
    }

    private static func sender(_ address: String) throws(UsageError) -> ReversePath {
        let line = Array("MAIL FROM:<\(address)> SMTPUTF8".utf8)
        guard case .mail(let mail)? = try? SMTP.Command(parsing: line.span, extensions: .smtpUTF8) else {
            throw UsageError("'\(address)' is no address")
        }
        return mail.reversePath
    }

    private static func recipient(_ address: String, notify: String?) throws(UsageError) -> OutgoingMessage.Recipient {
        let parameter = notify.map { " NOTIFY=\($0)" } ?? ""
        let line = Array("RCPT TO:<\(address)>\(parameter)".utf8)
        guard case .rcpt(let rcpt)? = try? SMTP.Command(parsing: line.span, extensions: [.smtpUTF8, .dsn]) else {
            throw UsageError("'\(address)'\(parameter) is no recipient")
        }
        return OutgoingMessage.Recipient(rcpt.forwardPath, notify: rcpt.notify)
    }

    private static func body(_ name: String?) throws(UsageError) -> SMTP.Command.Mail.Body? {
        switch name {
        case nil: return nil
        case "7bit": return .sevenBit
        case "8bit": return .eightBitMIME
        case "binary": return .binaryMIME
        case let other?: throw UsageError("option '--body' is 7bit, 8bit or binary, not '\(other)'")
        }
    }

    private static func ret(_ name: String?) throws(UsageError) -> SMTP.Command.Mail.Return? {
        switch name {
        case nil: return nil
        case "full": return .full
        case "hdrs": return .headers
        case let other?: throw UsageError("option '--ret' is full or hdrs, not '\(other)'")
        }
    }
}
