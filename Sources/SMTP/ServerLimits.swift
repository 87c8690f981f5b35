internal import Octets

/// LIMITS: how much a server takes before it refuses, as it announces it. RFC 9422 §3.
///
/// A number is 1…999999, six digits at most (RFC 9422 §3.1). One of the three that is no such number is as if it were not
/// there, and a name that is not known has no meaning.
public struct ServerLimits: Hashable, Sendable, CustomStringConvertible {
    /// MAILMAX: transactions in one session. RFC 9422 §4.1.
    public var transactions: UInt32?
    /// RCPTMAX: recipients in one transaction. RFC 9422 §4.2.
    public var recipients: UInt32?
    /// RCPTDOMAINMAX: domains of recipients in one session. RFC 9422 §4.3.
    public var domains: UInt32?

    /// Those limits; each 1…999999 or nil.
    public init(transactions: UInt32? = nil, recipients: UInt32? = nil, domains: UInt32? = nil) {
        self.transactions = transactions
        self.recipients = recipients
        self.domains = domains
    }

    /// The limits that the parameters of the keyword name; of one that is there twice, the lower.
    init(_ parameters: [String]) {
        self.init()
        for parameter in parameters {
            let octets = Array(parameter.utf8)
            var cursor = Cursor(end: octets.count)
            let name = cursor.run(of: .letterDigitHyphen, in: octets.span)
            guard cursor.take(UInt8(ascii: "="), in: octets.span),
                let number = Self.number(octets.span.extracting(cursor.offset..<octets.count))
            else { continue }
            let word = octets.span.extracting(name)
            if equalsIgnoringCase(word, "MAILMAX") {
                transactions = min(transactions ?? number, number)
            } else if equalsIgnoringCase(word, "RCPTMAX") {
                recipients = min(recipients ?? number, number)
            } else if equalsIgnoringCase(word, "RCPTDOMAINMAX") {
                domains = min(domains ?? number, number)
            }
        }
    }

    /// 1…6 digits, the first not 0.
    private static func number(_ value: Span<UInt8>) -> UInt32? {
        guard (1...6).contains(value.count), value[0] != UInt8(ascii: "0") else { return nil }
        return decimal(value)
    }

    /// The line of an answer to EHLO: `LIMITS` and each limit that there is.
    public var description: String {
        var words = ["LIMITS"]
        if let transactions { words.append("MAILMAX=\(transactions)") }
        if let recipients { words.append("RCPTMAX=\(recipients)") }
        if let domains { words.append("RCPTDOMAINMAX=\(domains)") }
        return words.joined(separator: " ")
    }
}
