internal import Octets

extension CommandReader {
    /// authenticate, and its initial response. RFC 3501 §6.2.2, RFC 4959 §3.
    mutating func authenticate(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        try space(in: octets)
        let mechanism = try atom(in: octets, as: "auth-type").asciiUppercased
        guard take(" ", in: octets) else { return .authenticate(mechanism: mechanism, initialResponse: nil) }
        let start = cursor
        let text = octets.extracting(try cursor.expectRun(of: .base64Char, in: octets, as: "base64 or ="))
        if text.count == 1, text[0] == UInt8(ascii: "=") {
            return .authenticate(mechanism: mechanism, initialResponse: [])
        }
        guard let response = Base64.decodeStrictly(text) else { throw start.unexpected("base64 or =") }
        return .authenticate(mechanism: mechanism, initialResponse: response)
    }
}
