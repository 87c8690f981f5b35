internal import Octets

/// EHLO and HELO. RFC 5321 §4.1.1.1.
extension Command {
    /// EHLO SP ( Domain / address-literal ).
    static func ehlo(_ cursor: inout Cursor, in line: Span<UInt8>, _ leniency: Leniency) throws(CommandError) -> Host {
        do throws(SyntaxError) {
            try cursor.expect(.space, in: line, as: "SP ( Domain / address-literal )")
            return try cursor.host(in: line, leniency)
        } catch {
            throw CommandError(.arguments, error)
        }
    }

    /// HELO SP Domain. The grammar has no address-literal here, but a host without a name is told to use one in EHLO and
    /// HELO alike (RFC 5321 §4.1.4), so it is taken.
    static func helo(
        _ cursor: inout Cursor,
        in line: Span<UInt8>,
        _ leniency: Leniency
    ) throws(CommandError) -> String {
        try ehlo(&cursor, in: line, leniency).description
    }
}
