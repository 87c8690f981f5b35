internal import Octets

extension CommandReader {
    /// compress: the mechanism, DEFLATE being the only one. RFC 4978 §5.
    mutating func compress(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        try space(in: octets)
        return .compress(try atom(in: octets, as: "algorithm").asciiUppercased)
    }
}
