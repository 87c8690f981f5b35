internal import Octets

/// What THREAD asks for. RFC 5256 §3.
public struct ThreadRequest: Hashable, Sendable {
    /// Whether the answer is in sequence numbers or UIDs.
    public var numbering: Numbering
    /// ORDEREDSUBJECT, REFERENCES, REFS or another, in upper case.
    public var algorithm: String
    /// The charset of the keys' texts, in upper case.
    public var charset: String
    /// What a message must match.
    public var key: SearchKey

    /// The request of those parts.
    public init(_ algorithm: String, _ key: SearchKey, charset: String, by numbering: Numbering) {
        self.numbering = numbering
        self.algorithm = algorithm
        self.charset = charset
        self.key = key
    }
}

extension CommandReader {
    /// thread. RFC 5256 §5.
    mutating func thread(by numbering: Numbering, in octets: Span<UInt8>) throws(SyntaxError) -> ThreadRequest {
        try space(in: octets)
        let algorithm = try atom(in: octets, as: "thread-alg").asciiUppercased
        let (charset, key) = try searchCriteria(in: octets)
        return ThreadRequest(algorithm, key, charset: charset, by: numbering)
    }
}
