internal import Octets

/// A URL that GENURLAUTH is to sign. RFC 4467 §7.
public struct URLRump: Hashable, Sendable {
    /// The URL up to its access identifier, as written; `IMAPURL` reads it.
    public var url: [UInt8]
    /// The mechanism, in upper case: INTERNAL or another.
    public var mechanism: String

    /// The URL to be signed in that way.
    public init(_ url: [UInt8], mechanism: String) {
        self.url = url
        self.mechanism = mechanism
    }
}

extension CommandReader {
    /// genurlauth. RFC 4467 §9.
    mutating func genURLAuth(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        var rumps: [URLRump] = []
        repeat {
            let url = try text(in: octets)
            try space(in: octets)
            rumps.append(URLRump(url, mechanism: try urlMechanism(in: octets)))
        } while !cursor.isAtEnd
        return .genURLAuth(rumps)
    }

    /// resetkey. RFC 4467 §9.
    mutating func resetKey(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        guard !cursor.isAtEnd else { return .resetKey(nil, mechanisms: []) }
        let mailbox = try mailboxArgument(in: octets)
        var mechanisms: [String] = []
        while take(" ", in: octets) { mechanisms.append(try urlMechanism(in: octets)) }
        return .resetKey(mailbox, mechanisms: mechanisms)
    }

    /// urlfetch. RFC 4467 §9.
    mutating func urlFetch(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        var urls: [[UInt8]] = []
        repeat { urls.append(try text(in: octets)) } while !cursor.isAtEnd
        return .urlFetch(urls)
    }

    /// mechanism: "INTERNAL" or letters, digits, `-` and `.`. RFC 4467 §9.
    private mutating func urlMechanism(in octets: Span<UInt8>) throws(SyntaxError) -> String {
        try word(in: octets, as: "mechanism")
    }
}
