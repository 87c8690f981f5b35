internal import Octets

extension CommandReader {
    /// CANCELUPDATE: at least one tag, each a quoted string. RFC 5267 §5.
    mutating func cancelUpdate(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        var tags: [[UInt8]] = []
        repeat {
            try space(in: octets)
            guard isNext("\"", in: octets) else { throw cursor.unexpected("quoted") }
            tags.append(try string(in: octets))
        } while !cursor.isAtEnd
        return .cancelUpdate(tags)
    }
}
