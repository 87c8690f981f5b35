internal import Octets

/// The policy that a decision was by, as reports name it. RFC 8460 §4.4.
public struct AppliedPolicy: Hashable, Sendable {
    /// The kind.
    public enum Kind: String, Hashable, Sendable {
        /// TLSA records.
        case tlsa
        /// MTA-STS.
        case sts
        /// None of both.
        case none = "no-policy-found"
    }

    /// The kind.
    public var kind: Kind
    /// The policy itself: lines of the file, or records.
    public var strings: [String]
    /// The domain of the recipients; of TLSA records, the server that they belong to.
    public var domain: String
    /// The patterns of hosts that an MTA-STS policy names.
    public var hosts: [String]
    /// The domain that is told: that of the recipients.
    public var reportDomain: String

    /// A policy of those.
    public init(kind: Kind, strings: [String], domain: String, hosts: [String] = [], reportDomain: String) {
        self.kind = kind
        self.strings = strings
        self.domain = domain
        self.hosts = hosts
        self.reportDomain = reportDomain
    }

    static func none(_ domain: String) -> Self {
        Self(kind: .none, strings: [], domain: domain.asciiLowercased, reportDomain: domain.asciiLowercased)
    }

    static func sts(_ domain: String, _ policy: StrictTransport.Policy) -> Self {
        let domain = domain.asciiLowercased
        return Self(kind: .sts, strings: policy.lines, domain: domain, hosts: policy.hosts, reportDomain: domain)
    }

    /// The policy domain of TLSA records is the name that they belong to, not the recipients'. RFC 8460 §1.1.
    static func dane(_ domain: String, _ base: String, _ records: [DANE.Association]) -> Self {
        Self(
            kind: .tlsa,
            strings: records.map { "_25._tcp.\(base). IN TLSA ( \($0.text) )" },
            domain: base.asciiLowercased,
            reportDomain: domain.asciiLowercased
        )
    }
}

extension StrictTransport.Policy {
    /// The lines that a report quotes. RFC 8460 §4.4.
    var lines: [String] { description.split(whereSeparator: \.isNewline).map(String.init) }
}

extension DANE.Association {
    /// As a report quotes it: `3 1 1 0a1b…`. RFC 8460 §4.4.
    var text: String {
        let digits = Array("0123456789abcdef".utf8)
        let association = octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "\(usage) \(selector) \(matchingType) \(String(decoding: association, as: UTF8.self))"
    }
}
