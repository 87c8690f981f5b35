internal import Octets

/// A limit that SETQUOTA sets. RFC 9208 §4.1.3.
public struct QuotaLimit: Hashable, Sendable {
    /// STORAGE (in units of 1,024 octets), MESSAGE, MAILBOX, ANNOTATION-STORAGE or another, in upper case. RFC 9208 §5.
    public var resource: String
    /// How much there may be, 0…2^63-1.
    public var limit: UInt64

    /// At most `limit` of `resource`.
    public init(_ resource: String, limit: UInt64) {
        self.resource = resource
        self.limit = limit
    }
}

extension CommandReader {
    /// getquota. RFC 9208 §7.
    mutating func getQuota(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        .getQuota(root: try text(in: octets))
    }

    /// setquota; no resource twice. RFC 9208 §7.
    mutating func setQuota(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        let root = try text(in: octets)
        try space(in: octets)
        var limits: [QuotaLimit] = []
        var seen: Set<String> = []
        try list(in: octets, as: "setquota-list", mayBeEmpty: true) { (reader, octets) throws(SyntaxError) in
            let start = reader.cursor
            let resource = try reader.atom(in: octets, as: "resource-name").asciiUppercased
            guard seen.insert(resource).inserted else { throw start.unexpected("a resource once") }
            try reader.space(in: octets)
            limits.append(QuotaLimit(resource, limit: try reader.number63(in: octets, as: "resource-limit")))
        }
        return .setQuota(root: root, limits)
    }
}
