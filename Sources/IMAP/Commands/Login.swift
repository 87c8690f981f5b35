internal import Octets

extension CommandReader {
    /// login. RFC 3501 §6.2.3.
    mutating func login(in octets: Span<UInt8>) throws(SyntaxError) -> Command {
        try space(in: octets)
        let user = try astring(in: octets)
        try space(in: octets)
        return .login(user: user, password: try astring(in: octets))
    }
}
