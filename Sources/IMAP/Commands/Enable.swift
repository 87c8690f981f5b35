internal import Octets

extension CommandReader {
    /// enable: at least one capability. RFC 5161 §5.
    mutating func enable(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        var names: [String] = []
        try space(in: octets)
        repeat {
            names.append(try atom(in: octets, as: "capability").asciiUppercased)
        } while take(" ", in: octets)
        return .enable(names)
    }
}
